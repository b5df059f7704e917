//! The front of a report: the few pages that most readers read. Everything else is its appendix.

use maud::{Markup, html as markup};

use super::Report;
use super::analysis::tables;
use super::figure::{figure, plot_html};
use super::format::html::table_html;
use super::format::{line_markdown, table_markdown};
use super::publication::publication_line;
use super::results::summary;
use crate::analysis::Analysis;
use crate::claims::{Checked, Verdict};
use crate::graph::namespaces::slug;
use crate::query::Part;

/// The analyses of the front by part; empty where none of the report belongs to it.
pub(super) fn parts<'a>(report: &'a Report<'_>) -> Vec<(Part, Vec<&'a Analysis>)> {
    let of = |part: Part| {
        let analyses = report.analyses.iter();
        let of_part = analyses.filter(|analysis| analysis.header.report == Some(part));
        (part, of_part.collect::<Vec<_>>())
    };
    let parts = Part::ALL.into_iter().map(of);
    parts.filter(|(_, analyses)| !analyses.is_empty()).collect()
}

/// The results in a line each.
pub(super) fn in_short(parts: &[(Part, Vec<&Analysis>)]) -> Markup {
    let all = parts.iter().flat_map(|(_, analyses)| analyses);
    let list = ResultList {
        id: "in-short",
        heading: "In short",
        column: "question",
        places: "front-",
        behind: |_| String::new(),
    };
    list.html(all.copied())
}

/// A list of results, with how many cases each rests on.
pub(super) struct ResultList {
    /// Where it stands.
    pub id: &'static str,
    /// What stands above it.
    pub heading: &'static str,
    /// What stands above the names.
    pub column: &'static str,
    /// How the places begin that the names lead to.
    pub places: &'static str,
    /// What stands behind each name.
    pub behind: fn(&Analysis) -> String,
}

impl ResultList {
    /// The list. A result that counts nobody in or out, as a flow, has no line.
    pub(super) fn html<'a>(&self, analyses: impl Iterator<Item = &'a Analysis>) -> Markup {
        markup! {
            section id=(self.id) {
                h2 { (self.heading) }
                div.table-wrap tabindex="0" {
                    table.num {
                        thead { tr {
                            th scope="col" { (self.column) }
                            th scope="col" { "result" }
                            th.num scope="col" { "counted" }
                        } }
                        tbody {
                            @for analysis in analyses.filter(|analysis| analysis.finding.ledger.eligible() > 0) {
                                tr {
                                    td { a href={ "#" (self.places) (slug(&analysis.slug)) } { (analysis.header.summary) } ((self.behind)(analysis)) }
                                    td { (summary(analysis)) }
                                    td.num { (counted(analysis)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn counted(analysis: &Analysis) -> String {
    let ledger = &analysis.finding.ledger;
    format!("{} of {}", ledger.counted().len(), ledger.eligible())
}

/// The parts, each with its figures, or tables where it has none.
pub(super) fn html(report: &Report<'_>, parts: &[(Part, Vec<&Analysis>)]) -> Markup {
    markup! {
        @for (part, analyses) in parts {
            section.front id={ "part-" (slug(part.title())) } {
                h2 { (part.title()) }
                @for analysis in analyses { (result(analysis, report)) }
                @if *part == Part::Certainty {
                    @for line in doubts(report) { p { (line) } }
                }
            }
        }
        (references(report))
    }
}

fn result(analysis: &Analysis, report: &Report<'_>) -> Markup {
    let drawing = figure(analysis, false, &report.data);
    let mut shown = tables(analysis, report.prefixes);
    // The rows themselves stand in the appendix.
    let rows = shown.pop();
    let table = if analysis.finding.found.is_some() {
        shown.into_iter().next()
    } else {
        rows
    };
    let place = slug(&analysis.slug);
    markup! {
        div.result id={ "front-" (place) } {
            h3 { (analysis.header.summary) }
            @for caution in &analysis.finding.cautions { p.callout.warn { (caution) } }
            @if analysis.has_no_rows() {
                p.callout { "No case of the graph has what this analysis asks for." }
            } @else if let Some(drawing) = drawing {
                (plot_html(&drawing, &format!("{}: {}.", analysis.header.summary, summary(analysis))))
            } @else if let Some(table) = &table { (table_html(table, &|_| None)) }
            p.method {
                @if analysis.finding.ledger.eligible() > 0 { "Counted: " (counted(analysis)) "." (left_out(analysis)) " " }
                a href={ "#" (place) } { "All rows, the method, and who was left out" }
            }
        }
    }
}

/// Why cases were left out, without their names.
fn left_out(analysis: &Analysis) -> String {
    let exclusions = analysis.finding.ledger.exclusions();
    if exclusions.is_empty() {
        return String::new();
    }
    let reasons = exclusions.iter();
    let reasons = reasons.map(|one| format!("{} ({})", one.reason, one.units.len()));
    format!(" Left out: {}.", reasons.collect::<Vec<_>>().join("; "))
}

/// What a reader should know before believing it.
pub(super) fn doubts(report: &Report<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(claims) = &report.claims {
        lines.push(of_claims(claims));
    }
    if let Some(found) = &report.duplicates {
        let open = found.open.len();
        if open > 0 {
            lines.push(format!(
                "{open} pairs of cases resemble each other so much that they may be one patient; nobody has ruled on them."
            ));
        }
    }
    lines.push("Published cases are selected: a case is reported more readily when the drug worked. A case counts where a source states what is asked; what no source tells is left out with that reason, and never taken as absent.".to_owned());
    lines
}

fn of_claims(claims: &Checked) -> String {
    let count = |verdict: Verdict| {
        let own = claims.findings.iter();
        let own = own.filter(|one| one.verdict == verdict).count();
        let cases = claims.recomputed.iter().flatten();
        let cases = cases.filter(|one| one.verdict == verdict).count();
        (own, cases)
    };
    let (own, cases) = count(Verdict::Disagrees);
    let (own_right, cases_right) = count(Verdict::Agrees);
    format!(
        "The numbers of the review that the study grew from were checked: of those against each other {own} disagree and {own_right} agree; of those against the cases {cases} disagree and {cases_right} agree. Each stands in the appendix with the review's own words."
    )
}

/// The publications of the counted cases.
fn references(report: &Report<'_>) -> Markup {
    markup! {
        @if !report.included.is_empty() {
            section.front id="included" {
                h2 { "Publications of the counted cases" }
                ol.references { @for publication in &report.included { li { (publication_line(publication)) } } }
            }
        }
    }
}

/// The same as Markdown.
pub(super) fn markdown(report: &Report<'_>, parts: &[(Part, Vec<&Analysis>)]) -> String {
    let mut out = String::new();
    for (part, analyses) in parts {
        out.push_str(&format!("## {}\n\n", part.title()));
        for analysis in analyses {
            out.push_str(&format!(
                "**{}**: {} (counted: {})\n\n",
                line_markdown(&analysis.header.summary),
                line_markdown(&summary(analysis)),
                counted(analysis)
            ));
            for caution in &analysis.finding.cautions {
                out.push_str(&format!("> {}\n\n", line_markdown(caution)));
            }
            let mut shown = tables(analysis, report.prefixes);
            shown.pop();
            if let Some(table) = shown.first() {
                out.push_str(&format!("{}\n", table_markdown(table)));
            }
        }
        if *part == Part::Certainty {
            for line in doubts(report) {
                out.push_str(&format!("{}\n\n", line_markdown(&line)));
            }
        }
    }
    if !report.included.is_empty() {
        out.push_str("## Publications of the counted cases\n\n");
        for publication in &report.included {
            out.push_str(&format!(
                "- {}\n",
                line_markdown(&publication_line(publication))
            ));
        }
        out.push('\n');
    }
    out
}

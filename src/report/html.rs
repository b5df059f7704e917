//! The report as one self-contained HTML page: no script, nothing fetched.

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::analysis::tables;
use super::duplicates;
use super::figure::{figure, plot_html};
use super::format::html::{block_html, linked, table_html};
use super::front;
use super::methods::{bibliography, methods};
use super::results::{claims_section, summary, tests_table};
use super::style::style;
use super::{DataNote, Report};
use crate::analysis::Analysis;
use crate::graph::namespaces::{Prefixes, slug};
use crate::query::Part;

/// Rows of a table shown at once; longer ones fold.
const LONG_TABLE: usize = 12;

/// The whole page.
#[must_use]
pub fn html(report: &Report<'_>) -> String {
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (report.title) }
                style { (PreEscaped(style())) }
            }
            body {
                main.cg-report {
                    (masthead(report))
                    @let parts = front::parts(report);
                    @if report.is_whole() && !parts.is_empty() {
                        (front_contents(report, &parts))
                        (front::in_short(&parts))
                        (front::html(report, &parts))
                        details.appendix id="appendix" {
                            summary { "Appendix: every analysis, with its rows, its method, and who was left out" }
                            (contents(report))
                            (everything(report))
                        }
                    } @else {
                        (contents(report))
                        (everything(report))
                    }
                    (sources(report))
                }
            }
        }
    };
    page.into_string()
}

/// All analyses, claims, pairs, tests and methods.
fn everything(report: &Report<'_>) -> Markup {
    let without = report.analyses.iter().filter(|a| a.has_no_rows());
    let without: Vec<&Analysis> = without.collect();
    markup! {
        (at_a_glance(report))
        @for (theme, members) in themes(report) {
            h2.theme id={ "theme-" (slug(theme)) } { (titled(theme)) }
            @for analysis in members { (section(analysis, report)) }
        }
        @if !without.is_empty() {
            section id="without-result" {
                h2 { "Analyses without a result" }
                p { "No case of the graph has what these ask for." }
                ul {
                    @for analysis in without {
                        li id=(slug(&analysis.slug)) { (analysis.header.summary) (for_what(analysis)) " (" code { (analysis.slug) } ")" }
                    }
                }
            }
        }
        @for (name, why) in &report.failed {
            section.analysis id=(slug(name)) {
                h3 { (name) }
                p.callout.warn { "This analysis could not be run: " (why) }
            }
        }
        @if let Some(claims) = &report.claims {
            section.analysis id="claims" {
                @for block in claims_section(claims) { (block_html(&block)) }
            }
        }
        @if let Some(found) = &report.duplicates {
            section.analysis id="duplicates" {
                @for block in duplicates::section(found) { (block_html(&block)) }
            }
        }
        (tests(report))
        (methods_section(report))
    }
}

fn front_contents(report: &Report<'_>, parts: &[(Part, Vec<&Analysis>)]) -> Markup {
    markup! {
        nav.contents aria-label="Contents" {
            ul {
                li { a href="#in-short" { "In short" } }
                @for (part, _) in parts {
                    li { a href={ "#part-" (slug(part.title())) } { (part.title()) } }
                }
                @if !report.included.is_empty() { li { a href="#included" { "Publications" } } }
                li { a href="#appendix" { "Appendix" } }
                li { a href="#sources" { "Sources" } }
            }
        }
    }
}

fn masthead(report: &Report<'_>) -> Markup {
    markup! {
        header.masthead {
            h1 { (report.title) }
            @if report.data.synthetic {
                p.callout.warn { strong { "SYNTHETIC DATA: " } "these cases are invented." }
            }
            p { (report.description) }
            p.method { (report.made_from) }
        }
    }
}

/// The analyses by theme, in the order shown.
fn themes<'a>(report: &'a Report<'_>) -> Vec<(&'a str, Vec<&'a Analysis>)> {
    let mut themes: Vec<(&str, Vec<&Analysis>)> = Vec::new();
    for analysis in report.analyses.iter().filter(|a| !a.has_no_rows()) {
        let theme = analysis.slug.split('/').next().unwrap_or_default();
        match themes.iter_mut().find(|(known, _)| *known == theme) {
            Some((_, members)) => members.push(analysis),
            None => themes.push((theme, vec![analysis])),
        }
    }
    themes
}

/// A theme's name as a heading.
fn titled(theme: &str) -> String {
    let mut letters = theme.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn contents(report: &Report<'_>) -> Markup {
    markup! {
        nav.contents aria-label="Contents of all" {
            ul {
                li { a href="#at-a-glance" { "At a glance" } }
                @for (theme, _) in themes(report) {
                    li { a href={ "#theme-" (slug(theme)) } { (titled(theme)) } }
                }
                @if report.claims.is_some() {
                    li { a href="#claims" { "Claims" } }
                }
                @if report.duplicates.is_some() {
                    li { a href="#duplicates" { "Same patient?" } }
                }
                @if tests_table(&report.analyses).is_some() {
                    li { a href="#tests" { "Tests" } }
                }
                li { a href="#methods" { "Methods" } }
            }
        }
    }
}

/// Every result in one line, with how many cases it rests on.
fn at_a_glance(report: &Report<'_>) -> Markup {
    let list = front::ResultList {
        id: "at-a-glance",
        heading: "At a glance",
        column: "analysis",
        places: "",
        behind: for_what,
    };
    list.html(report.analyses.iter())
}

fn section(analysis: &Analysis, report: &Report<'_>) -> Markup {
    let shown = Shown {
        prefixes: report.prefixes,
        data: &report.data,
        link: &|_| None,
        brief: false,
        figure: analysis.header.report.is_none() || !report.is_whole(),
        rows: usize::MAX,
    };
    markup! {
        section.analysis id=(slug(&analysis.slug)) {
            h3 { (analysis.header.summary) }
            @if !analysis.parameters.is_empty() {
                p.method {
                    @for (index, (name, value)) in analysis.parameters.iter().enumerate() {
                        @if index > 0 { ", " }
                        (name) ": " strong { (value) }
                    }
                }
            }
            p { (analysis.header.description) }
            (result_html(analysis, &shown))
        }
    }
}

/// How a result is shown.
pub struct Shown<'a> {
    /// Prefixes for IRIs in tables.
    pub prefixes: &'a Prefixes,
    /// What figures say of the data.
    pub data: &'a DataNote,
    /// Where a case, or what belongs to one, has a page of its own.
    pub link: &'a dyn Fn(&str) -> Option<String>,
    /// Whether the rows and the query are left to the analysis's own page.
    pub brief: bool,
    /// Whether its figure stands with it, and not elsewhere on the page.
    pub figure: bool,
    /// How many rows are shown; a report on paper has no files beside it and shows all.
    pub rows: usize,
}

/// A result below its heading: cautions, figure, tables, method, who was left out, the SPARQL.
#[must_use]
pub fn result_html(analysis: &Analysis, shown: &Shown<'_>) -> Markup {
    let mut tables = tables(analysis, shown.prefixes);
    let rows = tables.pop();
    let drawing = figure(analysis, false, shown.data);
    let plain = analysis.finding.found.is_none();
    markup! {
        @for caution in &analysis.finding.cautions { p.callout.warn { (caution) } }
        @if analysis.has_no_rows() {
            p.callout { "No case of the graph has what this analysis asks for." }
        }
        @if let Some(drawing) = drawing {
            @if shown.figure {
                (plot_html(&drawing, &format!("{}{}: {}.", analysis.header.summary, for_what(analysis), summary(analysis))))
            } @else { p.method { "Its figure stands in the front of this report." } }
        }
        @for table in &tables { (table_html(table, shown.link)) }
        @if let Some(rows) = rows.as_ref().filter(|_| plain || !shown.brief) {
            @if !rows.rows.is_empty() {
                @if plain && rows.rows.len() <= LONG_TABLE { (table_html(rows, shown.link)) }
                @else {
                    details {
                        @if rows.rows.len() > shown.rows {
                            summary { "The first " (shown.rows) " of " (rows.rows.len()) " rows; the files have all" }
                            (table_html(&rows.first(shown.rows), shown.link))
                        } @else {
                            summary { "All " (rows.rows.len()) " rows" }
                            (table_html(rows, shown.link))
                        }
                    }
                }
            }
        }
        @if !analysis.finding.method.is_empty() { p.method { "Method: " (analysis.finding.method) } }
        (left_out(analysis, shown))
        @if !shown.brief {
            details.sparql {
                summary { "SPARQL of " code { (analysis.slug) } }
                pre { code { (analysis.sparql.trim()) } }
            }
        }
    }
}

/// The parameters in force, in brackets: a result for one drug is none for another. Names without
/// their prefixes read better in a sentence.
fn for_what(analysis: &Analysis) -> String {
    let plain =
        |(_, value): &(String, String)| value.rsplit(':').next().unwrap_or(value).replace('-', " ");
    let values: Vec<String> = analysis.parameters.iter().map(plain).collect();
    if values.is_empty() {
        String::new()
    } else {
        format!(" ({})", values.join(", "))
    }
}

fn left_out(analysis: &Analysis, shown: &Shown<'_>) -> Markup {
    let exclusions = analysis.finding.ledger.exclusions();
    markup! {
        @if !exclusions.is_empty() {
            details.exclusions {
                summary {
                    "Left out: " (analysis.finding.ledger.excluded()) " of " (analysis.finding.ledger.eligible())
                    " (counted: " (analysis.finding.ledger.counted().len()) ")"
                }
                dl {
                    @for exclusion in &exclusions {
                        dt { (exclusion.reason) " (" (exclusion.units.len()) ")" }
                        dd {
                            @for (at, unit) in exclusion.units.iter().enumerate() {
                                @if at > 0 { ", " }
                                (linked(unit, unit, shown.link))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// All P values in one place, adjusted for how many there are.
fn tests(report: &Report<'_>) -> Markup {
    markup! {
        @if let Some((table, words)) = tests_table(&report.analyses) {
            section.analysis id="tests" {
                h2 { "Tests of this report" }
                p { (words) }
                (table_html(&table, &|_| None))
            }
        }
    }
}

/// The methods as text for a paper, with their references.
fn methods_section(report: &Report<'_>) -> Markup {
    let computed = report
        .analyses
        .iter()
        .filter(|a| !a.finding.method.is_empty());
    markup! {
        section.analysis id="methods" {
            h2 { "Methods" }
            details {
                summary { "A paragraph for each analysis, ready for a paper" }
                @for analysis in computed { p { (methods(analysis, &report.made_from)) } }
            }
            h3 { "References" }
            ul {
                @for reference in bibliography(&report.analyses) { li { (reference.citation()) } }
            }
        }
    }
}

fn sources(report: &Report<'_>) -> Markup {
    markup! {
        section.analysis id="sources" {
            h2 { "Sources and licence" }
            ul { @for citation in &report.citations { li { (citation) } } }
            p { "Licence of the data: " (report.licence) "." }
        }
    }
}

//! The page of one case: its course, its values with who reported them, cases like it, its graph.

use maud::{Markup, html};

use super::neighbourhood::of_case;
use super::things::gene_html;
use super::{COMPARED, Page, encoded};
use crate::document::Doubt;
use crate::document::numbers::counted;
use crate::dossier::{Dossier, DossierThing, DossierValue, course, dossier};
use crate::graph::model::Literal;
use crate::graph::namespaces::slug;
use crate::likeness::{SimilarOptions, similar};
use crate::query::{Prepared, Table, rows};
use crate::report::{SimilarPage, course_figure, plot_html, table_html};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;

/// How many similar cases are listed.
const SIMILAR: usize = 5;

/// Answers `/cases/KEY`: what fits a screen, then, closed, what it rests on. With `?open=all` everything is open, also
/// on paper.
pub fn page(site: &Site, request: &Request, key: &str) -> Result<Response, Problem> {
    let session = &site.session;
    let parameters = request.parameters();
    let open = parameters
        .iter()
        .any(|(name, value)| name == "open" && value == "all");
    let found = dossier(&session.graph, key, &session.prefixes, session.schema)?;
    let course = course(&session.graph, key, &session.prefixes)?;
    let sources = Prepared::new(include_str!("queries/case_sources.rq"));
    let sources = site.rows(&sources.with("wanted", Literal::new_simple_literal(key)))?;
    let near = of_case(site, key)?;
    let page = Page {
        site,
        title: key,
        part: "/cases",
        scripts: &["graph.js"],
    };
    Ok(page.response(&html! {
        p.path { a href="/cases" { "Cases" } " / " (key) }
        h1 { (key) }
        (cohorts(&found))
        section #timeline {
            h2 { "In short" }
            @if let Some(drawing) = course_figure(&course, &site.note) {
                (plot_html(&drawing, "Episodes of treatment, and the last status."))
            }
            div.glance {
                ol.timeline {
                    @for thing in &found.things {
                        li { strong { a href={ "#" (anchor(thing)) } { (thing.title) } } ": " (in_short(thing)) }
                    }
                }
                (doubts(&found))
            }
            p.downloads {
                "The same as "
                @for (ending, name) in [("json", "JSON"), ("ttl", "Turtle"), ("jsonld", "JSON-LD")] {
                    a href={ "/cases/" (encoded(key)) "." (ending) } { (name) } " "
                }
                @if open { a href={ "/cases/" (encoded(key)) } { "close all" } }
                @else { a href={ "/cases/" (encoded(key)) "?open=all" } { "open all, to print" } }
            }
        }
        (sources_html(&sources, open))
        section #reports {
            h2 { "What each value rests on" }
            @for thing in &found.things { (section(thing, open)) }
        }
        (alike(site, key, open)?)
        (near.section())
        (genes(&found, open))
    }))
}

/// The name of the part of the page about a thing.
fn anchor(thing: &DossierThing) -> String {
    slug(&thing.title)
}

/// What of the values is doubtful: derived, inferred, in dispute, or reported and not taken.
fn doubts(found: &Dossier) -> Markup {
    let mut lines = Vec::new();
    for thing in &found.things {
        for value in &thing.values {
            let what = match (&value.taken, value.column) {
                (None, _) => format!("{}: {}", value.name, value.why),
                (Some(taken), "observed_or_inferred") if taken == Doubt::Inferred.word() => {
                    format!("the partner is {taken}, not observed")
                }
                (Some(taken), _) if value.disputed => {
                    format!("{} {taken}: {}", value.name, value.why)
                }
                (Some(taken), _) if value.derived => {
                    format!("{} {}", value.name, Doubt::Derived.mark(taken))
                }
                _ => continue,
            };
            lines.push((thing, what));
        }
    }
    html! {
        div.doubts {
            h3 { "Doubts" }
            @if lines.is_empty() { p { "None: each value that is taken is stated, and no reports differ." } }
            @else {
                ul {
                    @for (thing, what) in lines {
                        li { a href={ "#" (anchor(thing)) } { (thing.title) } ": " (what) }
                    }
                }
            }
        }
    }
}

fn cohorts(found: &Dossier) -> Markup {
    html! {
        @if !found.cohorts.is_empty() {
            ul { @for cohort in &found.cohorts { li { "Cohort " (cohort) } } }
        }
        @for other in &found.suspected {
            p.callout { a href={ "/cases/" (encoded(&other.case)) } { (other.case) } " " (other.words()) "." }
        }
    }
}

/// What is taken of a thing, in a line that a person would write.
fn in_short(thing: &DossierThing) -> String {
    let taken = thing.values.iter().filter_map(|value| {
        let taken = value.taken.as_deref()?;
        let name = value.name.as_str();
        let words = match (value.column, taken) {
            // The place in the list, or what goes without saying.
            ("order" | "criterion", _)
            | ("kind", "drug")
            | ("partner_status", "known")
            | ("observed_or_inferred", "observed")
            | ("multifocal" | "serious" | "fatal", "false") => None,
            ("three_prime", _) => {
                let other = thing
                    .values
                    .iter()
                    .find(|value| value.column == "five_prime");
                let known = other.is_some_and(|other| other.taken.is_some());
                (!known).then(|| format!("{taken}, partner not known"))
            }
            ("kind", _) => {
                let agent = thing.values.iter().find(|value| value.column == "agent");
                let said = agent.and_then(|agent| agent.taken.as_deref()) == Some(taken);
                (!said).then(|| taken.to_owned())
            }
            ("observed_or_inferred", _) => Some(format!("{taken}, not observed")),
            ("sex" | "histology" | "age_group" | "agent" | "alteration" | "dose" | "status", _) => {
                Some(taken.to_owned())
            }
            ("age_years", _) => Some(format!("{taken} years")),
            ("five_prime", _) => {
                let other = thing
                    .values
                    .iter()
                    .find(|value| value.column == "three_prime");
                let other = other
                    .and_then(|other| other.taken.as_deref())
                    .unwrap_or("?");
                Some(format!("{taken}::{other}"))
            }
            ("multifocal" | "serious" | "fatal", _) => Some(name.to_owned()),
            ("progressed", "true") => Some("progressed on it".to_owned()),
            ("progressed", _) => Some("no progression on it".to_owned()),
            ("term", "none") => Some("none occurred".to_owned()),
            ("term", _) => Some(taken.to_owned()),
            ("start_months", _) => Some(format!("from month {taken} after the first dose")),
            ("duration_months", _) => Some(format!("for {taken} months")),
            ("pfs_months", _) => Some(format!("{taken} months without progression")),
            ("size_change_percent", _) => Some(format!("best change of size {taken} %")),
            ("time_to_response_months", _) => Some(format!("responded after {taken} months")),
            ("months", _) => Some(format!("{taken} months")),
            ("counted_from", _) => Some(format!("counted from {taken}")),
            _ => Some(format!("{name} {taken}")),
        }?;
        Some(Doubt::Derived.mark_if(value.derived, &words))
    });
    let line = taken.collect::<Vec<_>>().join(", ");
    if line.is_empty() {
        "no value is taken".to_owned()
    } else {
        line
    }
}

fn sources_html(sources: &Table, open: bool) -> Markup {
    html! {
        @if !sources.is_empty() {
            section #sources {
                h2 { "Sources" }
                details.record open[open] {
                    summary { (counted(sources.rows() as u64, "source")) ": " (rows(sources).map(|row| row.text("key")).collect::<Vec<_>>().join(", ")) }
                    ul {
                    @for row in rows(sources) {
                        li {
                            strong { (row.text("key")) } ": " (reference(&["author", "year", "title", "journal", "pages"].map(|column| row.text(column)))) " "
                            @for (column, name, resolver) in [
                                ("doi", "DOI", "https://doi.org/"),
                                ("pmid", "PubMed", "https://pubmed.ncbi.nlm.nih.gov/"),
                                ("pmcid", "PMC", "https://pmc.ncbi.nlm.nih.gov/articles/"),
                            ] {
                                @if !row.text(column).is_empty() {
                                    a href={ (resolver) (row.text(column)) } rel="noreferrer" { (name) } " "
                                }
                            }
                            @if let Some(read) = row.get("read") { "(read: " (read) ")" }
                        }
                    }
                    }
                }
            }
        }
    }
}

/// Author, year, title, journal and pages, as far as they are known.
fn reference([author, year, title, journal, pages]: &[&str; 5]) -> String {
    let join = |parts: &[&str]| {
        let known = parts.iter().filter(|part| !part.is_empty());
        known.copied().collect::<Vec<_>>().join(" ")
    };
    let parts = [
        join(&[author, year]),
        join(&[title]),
        join(&[journal, pages]),
    ];
    let mut known: Vec<&str> = parts
        .iter()
        .map(|part| part.trim_end_matches('.'))
        .collect();
    known.retain(|part| !part.is_empty());
    if known.is_empty() {
        return String::new();
    }
    format!("{}.", known.join(". "))
}

/// Cases like this one, by what is known of both.
fn alike(site: &Site, key: &str, open: bool) -> Result<Markup, Problem> {
    let session = &site.session;
    if session.manifest.cases > COMPARED {
        return Ok(html! {
            section #similar {
                h2 { "Similar cases" }
                p { "This study has too many cases to compare them all for a page: " code { "casegraph similar" } " does." }
            }
        });
    }
    let study = site.study()?;
    let Some(profile) = study.profiles.iter().find(|profile| profile.case == key) else {
        return Ok(html! {});
    };
    let patient = profile.patient();
    let options = SimilarOptions {
        limit: SIMILAR + 1,
        ..SimilarOptions::default()
    };
    let mut found = similar(study, &patient, &options);
    found.cases.retain(|case| case.profile.case != key);
    found.cases.truncate(SIMILAR);
    let page = SimilarPage {
        synthetic: session.manifest.synthetic,
        made_from: &session.made_from(),
        study,
        patient: &patient,
        options: &options,
        found: &found,
    };
    let link = site.case_link()?;
    Ok(html! {
        @if !found.weights.is_empty() && !found.cases.is_empty() {
            section #similar {
                h2 { "Similar cases" }
                p {
                    "The counted cases nearest to this one, on "
                    (found.weights.iter().map(|(item, weight, _)| format!("{item} (weight {weight})")).collect::<Vec<_>>().join(", "))
                    ". They describe what was published, and predict nothing."
                }
                details.record open[open] {
                    summary { (found.cases.iter().map(|case| case.profile.case.as_str()).collect::<Vec<_>>().join(", ")) }
                    (table_html(&page.nearest(), &link))
                }
                p { a href=(super::patient::address(study, profile)) { "What happened to patients like this one, and what was tried next" } }
            }
        }
    })
}

fn section(thing: &DossierThing, open: bool) -> Markup {
    html! {
        details.record #(anchor(thing)) open[open] {
            summary { strong { (thing.title) } " (" (counted(thing.values.len() as u64, "value")) ")" }
            div.table-wrap tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "what" } th scope="col" { "taken" } th scope="col" { "why" }
                        th scope="col" { "reported by" }
                    } }
                    tbody { @for value in &thing.values { (row(value)) } }
                }
            }
            @if !thing.missing.is_empty() {
                dl {
                    @for (reason, names) in &thing.missing {
                        dt { (reason) }
                        dd { (names.join("; ")) }
                    }
                }
            }
        }
    }
}

fn row(value: &DossierValue) -> Markup {
    html! {
        tr.open[value.taken.is_none()] {
            th scope="row" { (value.name) }
            td { @match &value.taken { Some(taken) => (taken), None => em { "no consensus value" } } }
            td { (value.why) }
            td {
                ul.reports {
                    @for report in &value.reports {
                        li {
                            strong { (report.value) } ": " (report.source) ", " (report.locator) ", " (report.certainty)
                            @if !report.note.is_empty() { br; small { (report.note) } }
                        }
                    }
                }
            }
        }
    }
}

fn genes(found: &Dossier, open: bool) -> Markup {
    html! {
        @if !found.genes.is_empty() {
            section #genes {
                h2 { "Genes of the fusions, as linked sources have them" }
                @for gene in &found.genes {
                    details.record open[open] {
                        summary { (gene.symbol) ": " (gene.name) }
                        p { a href={ "/partners/" (encoded(&gene.symbol)) } { "The cases with " (gene.symbol) } }
                        (gene_html(gene))
                        @if !gene.identifiers.is_empty() { p.method { "Elsewhere: " (gene.identifiers.join("; ")) } }
                    }
                }
            }
        }
    }
}

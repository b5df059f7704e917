//! The gallery of saved analyses, and the page of each: a form of its parameters, and its result.

use maud::{Markup, html};

use super::{Page, ROWS, encoded};
use crate::graph::model::Literal;
use crate::query::{Parameter, ParameterType, Prepared, SavedQuery, rows};
use crate::report::{Holds, Shown, figure, methods, references, result_html};
use crate::server::Site;
use crate::server::asked::{Asked, Offer, compute, offers};
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;

/// All analyses by theme.
pub fn gallery(site: &Site) -> Response {
    let mut themes: Vec<(&str, Vec<&SavedQuery>)> = Vec::new();
    for saved in site.catalogue.queries() {
        match themes.iter_mut().find(|(theme, _)| *theme == saved.theme) {
            Some((_, members)) => members.push(saved),
            None => themes.push((&saved.theme, vec![saved])),
        }
    }
    let page = Page {
        site,
        title: "Analyses",
        part: "/analyses",
        scripts: &["filter.js"],
    };
    page.response(&html! {
        h1 { "Analyses" }
        p { "Each is one file: a query with its parameters, its statistic and its figure. Its page is its address, with what is set in it." }
        form.filter role="search" {
            label for="find" { "Search" }
            input type="search" id="find" data-filter="li.analysis" placeholder="response, RANBP2, survival …";
            output for="find" {}
        }
        @for (theme, members) in &themes {
            section data-group="" {
                h2 { (theme) }
                ul.gallery {
                    @for saved in members {
                        li.analysis data-words={ (saved.slug) " " (saved.header.tags.join(" ")) } {
                            a href={ "/analyses/" (saved.slug) } { (saved.header.summary) }
                            p { (first_sentence(&saved.header.description)) }
                        }
                    }
                }
            }
        }
        @if !site.doubtful.queries().is_empty() {
            section {
                h2 { "Not computed" }
                p { "These name what this study cannot know, such as a property that is misspelt; their pages say which." }
                ul { @for saved in site.doubtful.queries() { li { a href={ "/analyses/" (saved.slug) } { (saved.slug) } } } }
            }
        }
    })
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first)
}

/// The page of an analysis.
pub fn page(
    site: &Site,
    request: &Request,
    saved: &SavedQuery,
    asked: &Asked,
) -> Result<Response, Problem> {
    let open = without_value(site, saved, asked);
    // What cannot be computed yet is not wrong yet.
    let result = open.is_empty().then(|| compute(site, saved, asked));
    let status = result
        .as_ref()
        .and_then(|result| result.as_ref().err())
        .map(|problem| problem.status);
    let query = if request.query.is_empty() {
        String::new()
    } else {
        format!("?{}", request.query)
    };
    let link = site.case_link()?;
    let shown = Shown {
        prefixes: &site.session.prefixes,
        data: &site.note,
        link: &link,
        brief: false,
        figure: true,
        rows: ROWS,
    };
    let page = Page {
        site,
        title: &saved.header.summary,
        part: "/analyses",
        scripts: &[],
    };
    let sparql = site.session.bound(saved).ok();
    let mut response = page.response(&html! {
        p.path { a href="/analyses" { "Analyses" } " / " (saved.slug) }
        h1 { (saved.header.summary) }
        p { (saved.header.description) }
        (form(site, saved, asked)?)
        @match &result {
            None => { p.callout { "This analysis needs a value for " (open.join(" and ")) "." } }
            Some(Err(problem)) => { p.callout.warn role="alert" { (problem.detail) } }
            Some(Ok(analysis)) => {
                @let drawn = figure(analysis, false, &site.note).is_some();
                @let is_figure = |offer: &Offer| offer.format.is_some_and(|format| format.holds == Holds::Figure);
                @let is_shown = |offer: &Offer| offer.ending != "html" && (drawn || !is_figure(offer));
                p.downloads {
                    "Download: "
                    @for Offer { ending, .. } in offers(false).iter().filter(|offer| is_shown(offer)) {
                        a href={ "/analyses/" (saved.slug) "." (ending) (query) } { (ending.to_uppercase()) } " "
                    }
                    @if analysis.finding.ledger.eligible() > 0 {
                        a href={ "/analyses/" (saved.slug) ".csv" (query) (if query.is_empty() { "?" } else { "&" }) "ledger=true" } { "ledger" } " "
                    }
                    @if let Some(sparql) = &sparql {
                        a href={ "/query?query=" (encoded(sparql)) } { "open in the editor" }
                    }
                }
                (result_html(analysis, &shown))
                @if !analysis.finding.method.is_empty() {
                    details {
                        summary { "Methods as text for a paper" }
                        p { (methods(analysis, &site.session.made_from())) }
                        ul { @for reference in references(analysis) { li { (reference.citation()) } } }
                    }
                }
            }
        }
    });
    if let Some(status) = status {
        response.status = status;
    }
    Ok(response)
}

/// The parameters that need a value and have none.
fn without_value<'a>(site: &Site, saved: &'a SavedQuery, asked: &Asked) -> Vec<&'a str> {
    let has_value = |parameter: &Parameter| {
        parameter.optional
            || parameter.default.is_some()
            || site
                .session
                .manifest
                .parameters
                .contains_key(&parameter.name)
            || asked.set.iter().any(|(name, _)| *name == parameter.name)
    };
    let parameters = saved.header.parameters.iter();
    let without = parameters.filter(|parameter| !has_value(parameter));
    without.map(|parameter| parameter.name.as_str()).collect()
}

/// A field for each parameter. What is left empty has the value that stands without it.
fn form(site: &Site, saved: &SavedQuery, asked: &Asked) -> Result<Markup, Problem> {
    let parameters = &saved.header.parameters;
    let own = site.session.defaults(saved)?;
    let mut fields = Vec::new();
    for parameter in parameters {
        let given = asked.set.iter().find(|(name, _)| *name == parameter.name);
        let default = own.get(&parameter.name).or(parameter.default.as_ref());
        let choices = choices(site, parameter, default)?;
        fields.push(field(
            parameter,
            given.map(|(_, value)| value.as_str()),
            default.map(String::as_str),
            &choices,
        ));
    }
    Ok(html! {
        @if !parameters.is_empty() {
            form.parameters method="get" action={ "/analyses/" (saved.slug) } {
                @for field in fields { (field) }
                button type="submit" { "Compute" }
                @if !asked.set.is_empty() || !asked.with.is_empty() {
                    a href={ "/analyses/" (saved.slug) } { "as it stands" }
                }
            }
        }
    })
}

fn field(
    parameter: &Parameter,
    given: Option<&str>,
    default: Option<&str>,
    choices: &[String],
) -> Markup {
    let name = parameter.name.as_str();
    let what = parameter.description.clone();
    let what = what.unwrap_or_else(|| parameter.kind.to_string());
    html! {
        div.field {
            label for={ "p-" (name) } { (name) }
            @if choices.is_empty() {
                input type=(kind(parameter.kind)) id={ "p-" (name) } name=(name) value=[given]
                    placeholder=[default] step=[(parameter.kind == ParameterType::Decimal).then_some("any")]
                    aria-describedby={ "d-" (name) };
            } @else {
                select id={ "p-" (name) } name=(name) aria-describedby={ "d-" (name) } {
                    option value="" { (default.map_or_else(|| "any".to_owned(), |default| format!("{default} (as it stands)"))) }
                    @for choice in choices {
                        option value=(choice) selected[given == Some(choice.as_str())] { (choice) }
                    }
                    @if let Some(given) = given {
                        @if !choices.iter().any(|choice| choice == given) {
                            option value=(given) selected { (given) }
                        }
                    }
                }
            }
            small id={ "d-" (name) } { (what) }
        }
    }
}

fn kind(kind: ParameterType) -> &'static str {
    match kind {
        ParameterType::Integer | ParameterType::Decimal => "number",
        ParameterType::Date => "date",
        _ => "text",
    }
}

/// Most things that a list offers; of more, the user writes the name.
const LONGEST_LIST: usize = 400;

/// What a parameter can be, where that can be listed.
fn choices(
    site: &Site,
    parameter: &Parameter,
    default: Option<&String>,
) -> Result<Vec<String>, Problem> {
    if !parameter.values.is_empty() {
        return Ok(parameter.values.clone());
    }
    match parameter.kind {
        ParameterType::Boolean => Ok(vec!["true".to_owned(), "false".to_owned()]),
        ParameterType::Iri => {
            // Things of the kind that the default is, or that the parameter is called after.
            let kind = default
                .and_then(|default| default.split_once(':'))
                .map_or(parameter.name.as_str(), |(prefix, _)| prefix);
            let kind = match kind {
                "partner" => "gene",
                "drug" | "cohort" | "gene" | "histology" | "event" => kind,
                _ => return Ok(Vec::new()),
            };
            let query = Prepared::new(include_str!("queries/choices.rq"));
            let found = site.rows(&query.with("kind", Literal::new_simple_literal(kind)))?;
            let names = rows(&found)
                .take(LONGEST_LIST)
                .filter_map(|row| row.get("thing"));
            let prefixes = &site.session.prefixes;
            Ok(names.map(|name| prefixes.shorten(name)).collect())
        }
        _ => Ok(Vec::new()),
    }
}

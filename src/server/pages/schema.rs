//! What the graph is made of: a picture of the classes around the case, and every class and property.

use maud::{Markup, html};

use super::Page;
use crate::graph::namespaces::{ONTOLOGY_GRAPH, TERMS, local_name};
use crate::query::{Prepared, rows};
use crate::report::{DeclaredTerm, classes_figure, plot_html};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::response::Response;

/// Where the classes and properties stand.
pub const ONTOLOGY: &str = "/ontology";

/// The classes and properties, also those that the study adds.
fn terms(site: &Site) -> Result<Vec<DeclaredTerm>, Problem> {
    let found = site.rows(&Prepared::new(include_str!("queries/ontology.rq")))?;
    let prefixes = &site.session.prefixes;
    let terms = rows(&found).map(|row| {
        let iri = row.text("term");
        let name = iri.strip_prefix(TERMS).map(str::to_owned);
        DeclaredTerm {
            iri: iri.to_owned(),
            name: name.unwrap_or_else(|| prefixes.shorten(iri)),
            label: row.text("label").to_owned(),
            definition: row.text("definition").to_owned(),
            is_class: row.boolean("class") == Some(true),
            range: row.text("range").to_owned(),
            classes: row
                .text("classes")
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        }
    });
    Ok(terms.collect())
}

/// Answers `/schema`.
pub fn page(site: &Site) -> Result<Response, Problem> {
    let page = Page {
        site,
        title: "Schema",
        part: "/",
        scripts: &[],
    };
    Ok(page.response(&html! {
        h1 { "Schema" }
        p { "The classes around the case, as the ontology declares them, with the properties whose values are texts, numbers or terms of a vocabulary." }
        (plot_html(&classes_figure(&terms(site)?), "An arrow is a property that leads from one class to the other."))
        ul {
            li { a href=(ONTOLOGY) { "Every class and property, with its meaning" } }
            li { a href="/sheets" { "The sheets and columns that they come from" } }
            li { a href="/query" { "Ask" } }
        }
    }))
}

/// Answers `/ontology` for a person: each class and property has the name of its IRI as its anchor.
pub fn ontology(site: &Site) -> Result<Response, Problem> {
    let terms = terms(site)?;
    let page = Page {
        site,
        title: "Ontology",
        part: "/",
        scripts: &["filter.js"],
    };
    let (classes, properties): (Vec<_>, Vec<_>) = terms.iter().partition(|term| term.is_class);
    Ok(page.response(&html! {
        h1 { "Ontology" }
        p {
            "The classes and properties of " code { (ONTOLOGY_GRAPH) } ", and those that this study adds. The same as "
            a href="/ontology.ttl" { "Turtle" } " and " a href="/ontology.jsonld" { "JSON-LD" } "; " a href="/schema" { "as a picture" } "."
        }
        form.filter role="search" {
            label for="find" { "Search" }
            input type="search" id="find" data-filter="tbody tr";
            output for="find" {}
        }
        (table("Classes", &classes))
        (table("Properties", &properties))
    }))
}

fn table(title: &str, terms: &[&DeclaredTerm]) -> Markup {
    let name = |iri: &str| local_name(iri).to_owned();
    html! {
        section {
            h2 { (title) }
            div.table-wrap tabindex="0" {
                table {
                    thead { tr { th scope="col" { "term" } th scope="col" { "meaning" } th scope="col" { "of" } th scope="col" { "values" } } }
                    tbody {
                        @for term in terms {
                            tr id=(name(&term.iri)) {
                                td { code { (term.name) } }
                                td { (term.definition) }
                                td { (term.classes.iter().map(|class| name(class)).collect::<Vec<_>>().join(", ")) }
                                td { (name(&term.range)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

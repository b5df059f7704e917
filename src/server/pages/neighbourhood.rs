//! The neighbourhood of a case, or of a thing that cases have: a table, which a script draws as a
//! graph.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::encoded;
use super::kind::Kind;
use crate::graph::model::{Literal, NamedNode};
use crate::graph::namespaces::local_name;
use crate::query::{Prepared, Row, Table, rows};
use crate::server::Site;
use crate::server::problem::Problem;

/// Cases around a thing, as `thing_keys.rq` limits them.
const CASES: usize = 24;

/// A case and a thing that it has.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    case: String,
    relation: String,
    kind: String,
    thing: String,
    label: String,
}

/// A neighbourhood, and what it is of.
pub struct Neighbourhood {
    edges: BTreeSet<Edge>,
    /// The case or the IRI in the middle.
    centre: String,
    note: String,
}

/// A case, what it has, and the cases that share most of that.
pub fn of_case(site: &Site, key: &str) -> Result<Neighbourhood, Problem> {
    let own = edges(site, [Literal::new_simple_literal(key)])?;
    let things: BTreeSet<&str> = own.iter().map(|edge| edge.thing.as_str()).collect();
    let related = Prepared::new(include_str!("queries/related.rq"));
    let related = site.rows(&related.with("own", Literal::new_simple_literal(key)))?;
    let keys: Vec<Literal> = keys(&related).collect();
    let mut others = edges(site, keys.iter().cloned())?;
    others.retain(|edge| things.contains(edge.thing.as_str()));
    let note = match keys.len() {
        0 => "No other case shares two of these.".to_owned(),
        number => format!(
            "Around it the {number} cases that share most of partner, histology, drugs and adverse events with it, by what they share."
        ),
    };
    Ok(Neighbourhood {
        edges: own.into_iter().chain(others).collect(),
        centre: key.to_owned(),
        note,
    })
}

/// A thing, the cases that have it, and what else these have.
pub fn of_thing(
    site: &Site,
    kind: Kind,
    thing: &NamedNode,
    cases: usize,
) -> Result<Neighbourhood, Problem> {
    let first = Prepared::new(include_str!("queries/thing_keys.rq"));
    let first = first.with("kind", kind.term()).with("thing", thing.clone());
    let mut found = edges(site, keys(&site.rows(&first)?))?;
    // Where the thing is in the middle, events and publications of its cases are too much to see.
    let own = |edge: &Edge| edge.thing == thing.as_str();
    let main = |edge: &Edge| ["partners", "histologies", "drugs"].contains(&edge.kind.as_str());
    found.retain(|edge| own(edge) || main(edge));
    let note = if cases > CASES {
        format!(
            "The first {CASES} of its {cases} cases, with their partners, histologies and drugs."
        )
    } else {
        "Its cases, with their partners, histologies and drugs.".to_owned()
    };
    Ok(Neighbourhood {
        edges: found,
        centre: thing.as_str().to_owned(),
        note,
    })
}

/// The keys of cases, as queries have them.
fn keys(found: &Table) -> impl Iterator<Item = Literal> {
    rows(found)
        .filter_map(|row| row.get("key"))
        .map(Literal::new_simple_literal)
}

/// What the cases of these keys have; without any, nothing is asked.
fn edges(site: &Site, keys: impl IntoIterator<Item = Literal>) -> Result<BTreeSet<Edge>, Problem> {
    let keys: Vec<Literal> = keys.into_iter().collect();
    if keys.is_empty() {
        return Ok(BTreeSet::new());
    }
    let query = Prepared::new(include_str!("queries/edges.rq"));
    let found = site.rows(&query.with_each("key", keys))?;
    let edge = |row: Row<'_>| {
        let text = |column| row.text(column).to_owned();
        Edge {
            case: text("key"),
            relation: text("relation"),
            kind: text("kind"),
            thing: text("thing"),
            label: text("label"),
        }
    };
    Ok(rows(&found).map(edge).collect())
}

impl Neighbourhood {
    /// The graph: a table that the script `graph.js` draws.
    pub fn section(&self) -> Markup {
        html! {
            @if !self.edges.is_empty() {
                section #neighbourhood {
                    h2 { "Neighbourhood" }
                    p { (self.note) }
                    details open {
                        summary { "The connections as a table (" (self.edges.len()) ")" }
                        div.table-wrap tabindex="0" {
                            table data-graph="" {
                                thead { tr { th scope="col" { "case" } th scope="col" { "connection" } th scope="col" { "with" } } }
                                tbody { @for edge in &self.edges { (self.row(edge)) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn row(&self, edge: &Edge) -> Markup {
        html! {
            tr {
                td data-kind="case" data-centre[edge.case == self.centre] {
                    a href={ "/cases/" (encoded(&edge.case)) } { (edge.case) }
                }
                td { (edge.relation) }
                td data-kind=(word(&edge.kind)) data-centre[edge.thing == self.centre] {
                    @match Kind::of(&edge.kind) {
                        Some(kind) => a href={ "/" (kind.path()) "/" (encoded(local_name(&edge.thing))) } { (edge.label) },
                        None => (edge.label),
                    }
                }
            }
        }
    }
}

/// What a node is, in a word of the legend.
fn word(kind: &str) -> &str {
    Kind::of(kind).map_or("publication", Kind::word)
}

#[cfg(test)]
mod tests {
    use super::CASES;

    #[test]
    fn the_limit_is_that_of_the_query() {
        let query = include_str!("queries/thing_keys.rq");
        assert!(query.trim_end().ends_with(&format!("LIMIT {CASES}")));
    }
}

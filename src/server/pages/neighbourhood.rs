//! What a case, or a thing that cases have, hangs together with: a table, which a script draws as a
//! graph.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::encoded;
use super::kind::{Kind, local};
use crate::graph::model::{Literal, NamedNode};
use crate::query::Table;
use crate::server::Site;
use crate::server::problem::Problem;

/// Cases around a thing: more would be a ball of wool.
const CASES: usize = 24;
/// Cases around a case.
const RELATED: usize = 8;

/// What `?patient` hangs together with.
const EDGES: &str = "
  { ?patient cg:hasFusion/cg:fivePrimeGene ?thing BIND(\"partners\" AS ?kind) BIND(\"fusion partner\" AS ?relation) }
  UNION { ?patient cg:histology ?thing BIND(\"histologies\" AS ?kind) BIND(\"histology\" AS ?relation) }
  UNION {
    ?patient cg:hasTreatment ?episode . ?episode cg:drug ?thing BIND(\"drugs\" AS ?kind)
    OPTIONAL { ?episode cg:bestResponse/cg:display ?word BIND(CONCAT(?word, IF(EXISTS { ?episode cg:derivedValue cg:bestResponse }, \" (derived)\", \"\")) AS ?response) }
    BIND(CONCAT(\"treated with\", IF(BOUND(?response), CONCAT(\", best response \", ?response), \"\")) AS ?relation)
  }
  UNION {
    ?adverse cg:ofCase ?patient ; cg:term ?thing FILTER(?thing != event:none)
    BIND(\"events\" AS ?kind) BIND(\"adverse event\" AS ?relation)
  }
  UNION { ?patient cg:mainPublication ?thing BIND(\"publications\" AS ?kind) BIND(\"reported in\" AS ?relation) }
  OPTIONAL { ?thing skos:prefLabel ?preferred } OPTIONAL { ?thing rdfs:label ?name }
  BIND(STR(COALESCE(?preferred, ?name, ?thing)) AS ?label)";

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
    let key_term = Literal::new_simple_literal(key);
    let own = edges(
        site,
        &format!("?patient cg:caseKey ?key FILTER(?key = {key_term})"),
    )?;
    let things: BTreeSet<&str> = own.iter().map(|edge| edge.thing.as_str()).collect();
    let shared = Kind::ALL.map(|kind| {
        let pattern = kind.own_pattern();
        let other = pattern
            .replace("?patient", "?other")
            .replace("?adverse", "?other_adverse");
        format!("{{ {pattern} . {other} FILTER(?thing != event:none) }}")
    });
    let related = site.table(&format!(
        "SELECT ?key (COUNT(DISTINCT ?thing) AS ?shared) WHERE {{
           ?patient cg:caseKey {key_term} . {} ?other cg:caseKey ?key FILTER(?other != ?patient)
         }} GROUP BY ?key HAVING(COUNT(DISTINCT ?thing) > 1) ORDER BY DESC(?shared) ?key LIMIT {RELATED}",
        shared.join(" UNION ")
    ))?;
    let keys: Vec<String> = (0..related.rows())
        .filter_map(|row| related.text(row, 0))
        .map(|key| Literal::new_simple_literal(key).to_string())
        .collect();
    let mut others = BTreeSet::new();
    if !keys.is_empty() {
        let pattern = format!(
            "VALUES ?key {{ {} }} ?patient cg:caseKey ?key",
            keys.join(" ")
        );
        others = edges(site, &pattern)?;
        others.retain(|edge| things.contains(edge.thing.as_str()));
    }
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
    let pattern = kind.pattern().replace("?thing", &thing.to_string());
    let mut found = edges(
        site,
        &format!(
            "{{ SELECT DISTINCT ?patient ?key WHERE {{ {pattern} . ?patient cg:caseKey ?key }} ORDER BY ?key LIMIT {CASES} }}"
        ),
    )?;
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

fn edges(site: &Site, patients: &str) -> Result<BTreeSet<Edge>, Problem> {
    let found: Table = site.table(&format!(
        "SELECT ?key ?relation ?kind ?thing ?label WHERE {{ {patients} {EDGES} }}"
    ))?;
    let edge = |row| {
        let text = |column| found.text(row, column).unwrap_or_default().to_owned();
        Edge {
            case: text(0),
            relation: text(1),
            kind: text(2),
            thing: text(3),
            label: text(4),
        }
    };
    Ok((0..found.rows()).map(edge).collect())
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
                        Some(kind) => a href={ "/" (kind.path()) "/" (encoded(local(&edge.thing))) } { (edge.label) },
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

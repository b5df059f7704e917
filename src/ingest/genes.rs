//! Cells that hold a gene: words that are none, and what a gene is called that the ontology does not
//! know.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{Tables, at};
use super::problems::Problems;
use crate::case::{Decision, Report, Reported, Value};
use crate::external::{Gene, How, Names, Resolution, compact, iri, name_key};
use crate::graph::model::{NamedNode, NamedOrBlankNode, Quad, Term};
use crate::graph::vocab::{casegraph as cg, skos};
use crate::ontology::{Ontology, Vocabulary};

/// What people write where they have no gene, in lower case without spaces and marks.
const NO_GENE: [&str; 44] = [
    "",
    "unknown",
    "notknown",
    "na",
    "nan",
    "null",
    "nil",
    "none",
    "no",
    "yes",
    "nd",
    "nr",
    "ns",
    "notdone",
    "nottested",
    "notperformed",
    "notdetermined",
    "notdetected",
    "notfound",
    "notidentified",
    "notreported",
    "notstated",
    "notavailable",
    "notapplicable",
    "notassessed",
    "notgiven",
    "undetermined",
    "undisclosed",
    "unidentified",
    "unspecified",
    "missing",
    "negative",
    "positive",
    "other",
    "multiple",
    "several",
    "various",
    "novel",
    "partner",
    "fusion",
    "rearranged",
    "rearrangement",
    "wildtype",
    "inconclusive",
];

/// Why a cell holds no gene, if that can be seen: it says that none is known, or names a fusion.
pub(super) fn no_gene(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    if NO_GENE.contains(&plain.to_lowercase().as_str()) {
        return Some(
            "is no gene: leave the cell empty; partner_status says whether a partner was looked for and not \
             found (unknown) or is one of several (multiple), NR that the source was read whole and is silent, \
             NA that the question does not arise"
                .to_owned(),
        );
    }
    let (five, three) = text.split_once("::")?;
    Some(apart(five, three))
}

/// What is to be told of two known genes with a hyphen between them: most likely a fusion, but some genes
/// that are read through into the next are called so.
fn fusion(symbol: &str, genes: &Vocabulary) -> Option<String> {
    let (five, three) = symbol.split_once('-')?;
    let known = |part: &str| genes.slug(part).is_some();
    (known(five) && known(three)).then(|| {
        format!(
            "is read as one gene of this name; if it {}",
            apart(five, three)
        )
    })
}

fn apart(five: &str, three: &str) -> String {
    format!(
        "is a fusion, write {} in five_prime and {} in three_prime of fusions.csv",
        five.trim(),
        three.trim()
    )
}

/// What a gene is that no vocabulary has, by the linked tables of genes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undeclared {
    /// The records of the same gene in linked tables.
    pub records: Vec<NamedNode>,
}

/// Gives each gene that no vocabulary has one name in all cells: its approved symbol where a linked table
/// knows it by one of its names and knows no other gene by it, and otherwise one of its spellings. Says
/// what was read as what, and which symbols look misspelt.
pub(super) fn settle(
    reports: &mut [Report],
    decisions: &mut [Decision],
    linked: &[Quad],
    (ontology, tables): (&Ontology, &Tables<'_>),
    problems: &mut Problems,
) -> BTreeMap<String, Undeclared> {
    let genes = ontology.vocabulary("gene");
    let unknown: BTreeSet<String> = reports
        .iter()
        .flat_map(|report| &report.cells)
        .map(|(_, said)| said)
        .chain(decisions.iter().map(|decision| &decision.value))
        .flat_map(symbols)
        .filter(|symbol| genes.concept(symbol).is_none())
        .map(str::to_owned)
        .collect();
    if unknown.is_empty() {
        return BTreeMap::new();
    }
    let names = Names::new(records(linked));
    let mut found = BTreeMap::new();
    let mut read_as: BTreeMap<&str, (String, Option<String>)> = BTreeMap::new();
    for symbol in &unknown {
        let resolution = names.resolve(symbol);
        let (name, why) = match resolution.only() {
            Some(gene) => {
                let name = genes.slug(&gene.symbol).unwrap_or(&gene.symbol).to_owned();
                if genes.concept(&name).is_none() {
                    let records = gene.ids.iter().filter_map(|id| iri(id)).collect();
                    found.insert(name.clone(), Undeclared { records });
                }
                let why = (name != *symbol).then(|| match gene.how {
                    How::Spelling => {
                        format!("is read as {name}: write the symbol in its own letters")
                    }
                    how => format!(
                        "is read as {name}, whose {} it is in a linked table",
                        how.words()
                    ),
                });
                (name, why)
            }
            None => {
                let name = one_spelling(symbol, &unknown);
                found.insert(name.clone(), Undeclared::default());
                let why = (name != *symbol).then(|| {
                    format!("is read as {name}, as which other cells spell the same gene")
                });
                (name, why.or_else(|| several(&resolution)))
            }
        };
        read_as.insert(symbol, (name, why));
    }
    for report in &mut *reports {
        let mut told: Vec<(usize, String, Vec<String>)> = Vec::new();
        for (column, said) in &report.cells {
            for symbol in symbols(said) {
                let Some((name, why)) = read_as.get(symbol) else {
                    continue;
                };
                let near = genes.nearest(symbol);
                let linked = found.get(name).is_some_and(|gene| !gene.records.is_empty());
                let joined = fusion(symbol, genes).filter(|_| !linked);
                if let Some(why) = why.clone().or(joined) {
                    told.push((*column, why, Vec::new()));
                } else if !near.is_empty()
                    && found.get(name).is_some_and(|gene| gene.records.is_empty())
                {
                    let near = near.into_iter().map(str::to_owned).collect();
                    let rule = "is a gene that the ontology does not know: check its spelling";
                    told.push((*column, rule.to_owned(), near));
                }
            }
        }
        for (column, rule, near) in told {
            let heading = report.sheet.columns()[column].name;
            at(report, heading, tables, |place| {
                problems.warn_cell(&place, rule, near);
            });
        }
    }
    let cells = reports.iter_mut().flat_map(|report| &mut report.cells);
    let ruled = decisions.iter_mut().map(|decision| &mut decision.value);
    for said in cells.map(|(_, said)| said).chain(ruled) {
        if let Reported::Values(values) = said {
            for value in values {
                if let Value::Gene(symbol) = value
                    && let Some((name, _)) = read_as.get(symbol.as_str())
                {
                    symbol.clone_from(name);
                }
            }
        }
    }
    found
}

fn symbols(said: &Reported) -> impl Iterator<Item = &str> {
    let values = match said {
        Reported::Values(values) => values.as_slice(),
        Reported::NotReported | Reported::NotApplicable => &[],
    };
    values.iter().filter_map(|value| match value {
        Value::Gene(symbol) => Some(symbol.as_str()),
        _ => None,
    })
}

/// Symbols that differ in case, hyphens and dots only are one gene: the one in capitals stands, else the
/// first.
fn one_spelling(symbol: &str, all: &BTreeSet<String>) -> String {
    let same = || {
        all.iter()
            .filter(|other| name_key(other) == name_key(symbol))
    };
    let capitals = same().find(|other| **other == other.to_uppercase());
    capitals
        .or(same().next())
        .map_or(symbol, String::as_str)
        .to_owned()
}

fn several(resolution: &Resolution) -> Option<String> {
    let symbols: Vec<&str> = resolution
        .candidates
        .iter()
        .map(|candidate| candidate.symbol.as_str())
        .collect();
    (symbols.len() > 1).then(|| {
        format!(
            "is a name of {} in linked tables: write the approved symbol",
            symbols.join(" and of ")
        )
    })
}

/// The genes of linked tables.
fn records(linked: &[Quad]) -> Vec<Gene> {
    let mut genes: BTreeMap<&str, Gene> = BTreeMap::new();
    for quad in linked {
        let NamedOrBlankNode::NamedNode(node) = &quad.subject else {
            continue;
        };
        let predicate = quad.predicate.as_ref();
        let named = [cg::SYMBOL, cg::PREVIOUS_SYMBOL, cg::ALIAS_SYMBOL].contains(&predicate);
        if !named && predicate != skos::EXACT_MATCH && predicate != cg::TAXON {
            continue;
        }
        let gene = genes.entry(node.as_str()).or_default();
        gene.id = compact(node.as_str());
        match &quad.object {
            Term::NamedNode(other) => gene.same_as.push(compact(other.as_str())),
            Term::Literal(text) => {
                let text = text.value().to_owned();
                match predicate {
                    cg::SYMBOL => gene.symbol = text,
                    cg::PREVIOUS_SYMBOL => gene.previous.push(text),
                    cg::ALIAS_SYMBOL => gene.aliases.push(text),
                    _ => gene.taxon = Some(text),
                }
            }
            Term::BlankNode(_) => {}
        }
    }
    let human = |gene: &Gene| gene.taxon.as_deref().is_none_or(|taxon| taxon == "9606");
    let genes = genes.into_values();
    genes
        .filter(|gene| !gene.symbol.is_empty() && human(gene))
        .collect()
}

//! What a gene is called that the ontology does not know.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::identifiers::symbol_today;
use super::no_gene::fusion;
use super::problems::{Problems, Severity};
use super::readings::Readings;
use super::sheet::{Table, Tables};
use crate::case::{Decision, Reported, Value};
use crate::external::{Gene, How, Names, Resolution, compact, iri, name_key};
use crate::graph::model::{NamedNode, NamedOrBlankNode, Quad, Term};
use crate::graph::vocab::{casegraph as cg, skos};
use crate::ontology::{Ontology, Vocabulary, nearest};

/// What a gene is that no vocabulary has, by the linked tables of genes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undeclared {
    /// The records of the same gene in linked tables.
    pub records: Vec<NamedNode>,
}

/// A complaint about a symbol: how bad it is, the rule, and known symbols near to it.
type Complaint = (Severity, String, Vec<String>);

/// Gives each gene that no vocabulary has one name in all cells: its approved symbol where a linked table
/// knows it by one of its names and knows no other gene by it, and otherwise one of its spellings. Says
/// what was read as what, and which symbols look misspelt. Where tables of genes are linked, a symbol that
/// none of them knows is as bad as `unknown`; where none is, nobody can tell.
pub(super) fn settle(
    facts: &mut Facts,
    decisions: &mut [Decision],
    linked: &[Quad],
    (ontology, tables): (&Ontology, &Tables<'_>),
    unknown_is: Severity,
    problems: &mut Problems,
) -> BTreeMap<String, Undeclared> {
    let genes = ontology.vocabulary("gene");
    let ruled = decisions.iter().map(|decision| &decision.value);
    let mut unknown: BTreeSet<String> = BTreeSet::new();
    let mut add = |said: &Reported| {
        let missing = symbols(said).filter(|symbol| genes.concept(symbol).is_none());
        unknown.extend(missing.map(str::to_owned));
    };
    ruled.for_each(&mut add);
    for (_, said, _) in facts.with_genes() {
        said.genes().for_each(|said| add(said));
    }
    if unknown.is_empty() {
        return BTreeMap::new();
    }
    let records = records(linked);
    let linked: Vec<String> = records.iter().map(|gene| gene.symbol.clone()).collect();
    let names = Names::new(records);
    let mut strangers: BTreeMap<&str, Complaint> = BTreeMap::new();
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
                if !linked.is_empty() {
                    let (rule, near) = of_no_table(symbol, &resolution, (genes, &linked));
                    strangers.insert(symbol, (unknown_is, rule, near));
                }
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
    let complaints: BTreeMap<&str, Complaint> = read_as
        .iter()
        .filter_map(|(symbol, (name, why))| {
            if let Some(complaint) = strangers.remove(symbol) {
                return Some((*symbol, complaint));
            }
            let warning = |rule: String, near| Some((*symbol, (Severity::Warning, rule, near)));
            let records = found.get(name).map(|gene| gene.records.is_empty());
            if records != Some(false)
                && let Some(rule) = fusion(symbol, genes)
            {
                return Some((*symbol, (unknown_is, rule, Vec::new())));
            }
            if let Some(why) = why.clone() {
                return warning(why, Vec::new());
            }
            if let Some(today) = symbol_today(symbol) {
                let rule = format!(
                    "is a symbol that spreadsheets take for a date: write {today}, its name today"
                );
                return warning(rule, Vec::new());
            }
            let near: Vec<String> = genes
                .nearest(symbol)
                .into_iter()
                .map(str::to_owned)
                .collect();
            let rule = "is a gene that the ontology does not know: check its spelling";
            if near.is_empty() || records != Some(true) {
                return None;
            }
            warning(rule.to_owned(), near)
        })
        .collect();
    for (sheet, said, rows) in facts.with_genes() {
        if let Some(table) = tables.get(sheet.name()) {
            tell(said, (table, rows), &complaints, problems);
        }
        said.genes().for_each(|said| rename(said, &read_as));
    }
    for decision in decisions {
        rename(&mut decision.value, &read_as);
    }
    found
}

/// Says of the cells of a sheet what is to be told of the symbols in them, in the order of the rows.
fn tell(
    said: &Readings,
    (table, rows): (&Table, &[u32]),
    complaints: &BTreeMap<&str, Complaint>,
    problems: &mut Problems,
) {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    for row in rows {
        let row = &table.rows[row as usize];
        for (heading, said) in said.genes_of_row(table, row) {
            for (severity, rule, near) in symbols(said).filter_map(|symbol| complaints.get(symbol))
            {
                let (place, near) = (table.place(row, heading), near.clone());
                match severity {
                    Severity::Error => problems.cell_near(&place, rule.as_str(), near),
                    Severity::Warning => problems.warn_cell(&place, rule.as_str(), near),
                }
            }
        }
    }
}

/// Gives genes the names that they have in all cells.
fn rename(said: &mut Reported, read_as: &BTreeMap<&str, (String, Option<String>)>) {
    let Reported::Values(values) = said else {
        return;
    };
    for value in values {
        if let Value::Gene(symbol) = value
            && let Some((name, _)) = read_as.get(symbol.as_str())
        {
            symbol.clone_from(name);
        }
    }
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

/// Why a symbol is none for the tables that are linked, with known symbols near to it.
fn of_no_table(
    symbol: &str,
    resolution: &Resolution,
    (genes, linked): (&Vocabulary, &[String]),
) -> (String, Vec<String>) {
    if let Some(rule) = several(resolution) {
        return (rule, Vec::new());
    }
    if let Some(rule) = fusion(symbol, genes) {
        return (rule, Vec::new());
    }
    if let Some(today) = symbol_today(symbol) {
        let rule =
            format!("is a symbol that spreadsheets take for a date: write {today}, its name today");
        return (rule, Vec::new());
    }
    let mut near: Vec<String> = Vec::new();
    let symbols = linked.iter().map(String::as_str);
    for known in nearest(symbol, symbols)
        .into_iter()
        .chain(genes.nearest(symbol))
    {
        if !near.iter().any(|other| other == known) {
            near.push(known.to_owned());
        }
    }
    near.truncate(3);
    let rule = if resolution.candidates.is_empty() {
        "is known to neither the ontology nor the linked tables of genes: correct it; link the table once more if the symbol is new here, or declare it with `casegraph term add gene`"
    } else {
        "is in the linked tables no gene of today's humans: write the approved symbol, or declare it with `casegraph term add gene`"
    };
    (rule.to_owned(), near)
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
            Term::BlankNode(_) | Term::Triple(_) => {}
        }
    }
    let human = |gene: &Gene| gene.taxon.as_deref().is_none_or(|taxon| taxon == "9606");
    let genes = genes.into_values();
    genes
        .filter(|gene| !gene.symbol.is_empty() && human(gene))
        .collect()
}

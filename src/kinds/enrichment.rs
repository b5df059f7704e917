//! Which terms a set of genes has more often than all annotated genes, annotations propagated upward.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rows::rows;
use super::settings::Declared;
use super::{AnalysisError, Finding, Keys, Kind, Ledger, StatisticResult, Unit, Words};
use crate::document::cells::{decimal, p_value, row};
use crate::document::{self, Cell, Role};
use crate::graph::Table;
use crate::graph::model::{Literal, NamedNode};
use crate::graph::namespaces::identifier;
use crate::stats::digits::number;
use crate::stats::enrichment::Overlap;
use crate::stats::multiplicity::{Adjustment, adjust};

/// The word after `kind:`.
pub const NAME: &str = "enrichment";

/// Terms that a set of genes has more often than chance
///
/// A row is one of these: a gene and a term that it has; a gene and its name in the set (`member`); a
/// term and its parent; a term and its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Column of the annotated gene
    #[arg(long)]
    pub gene: String,
    /// Column of the name of a gene of the set
    #[arg(long)]
    pub member: String,
    /// Column of the term
    #[arg(long)]
    pub term: String,
    /// Column of a term that the term lies within
    #[arg(long)]
    pub parent: String,
    /// Column of the name of the term
    #[arg(long)]
    pub label: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            gene: "gene".to_owned(),
            member: "member".to_owned(),
            term: "term".to_owned(),
            parent: "parent".to_owned(),
            label: "label".to_owned(),
        }
    }
}

impl Declared for Settings {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[
        ("gene", "gene"),
        ("member", "member"),
        ("term", "term"),
        ("parent", "parent"),
        ("label", "label"),
    ];

    fn choices() -> Option<clap::Command> {
        None
    }
}

impl Keys for Settings {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn case(&self) -> Option<&str> {
        Some(&self.member)
    }

    fn columns(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("case", &self.member),
            ("gene", &self.gene),
            ("term", &self.term),
            ("parent", &self.parent),
            ("label", &self.label),
        ]
    }
}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        match enrichment(self, rows) {
            Err(AnalysisError::Refused(why)) => Ok(Finding {
                rows: Some(Table::default()),
                ..Finding::refused(Ledger::default(), Vec::new(), &why)
            }),
            finding => finding,
        }
    }
}

impl StatisticResult for Enrichment {
    fn json(&self) -> Value {
        json!(self)
    }

    fn tables(&self, _words: &Words<'_>) -> Vec<document::Table> {
        let columns = [
            ("term", Role::Text),
            ("name", Role::Text),
            ("of the set", Role::Number),
            ("of all", Role::Number),
            ("expected", Role::Number),
            ("times", Role::Number),
            ("P", Role::P),
            ("adjusted P", Role::P),
            ("which", Role::Text),
        ];
        let caption = format!(
            "Terms of {} genes against {} annotated genes{}",
            self.set,
            self.background,
            if self.terms.len() > SHOWN {
                format!(", the first {SHOWN} of {}", self.terms.len())
            } else {
                String::new()
            }
        );
        let mut grid = document::Table::new(caption, &columns);
        for term in self.terms.iter().take(SHOWN) {
            grid.push(row![
                identifier(&term.term),
                term.label.clone(),
                format!("{}/{}", term.overlap.drawn_with, term.overlap.drawn),
                format!("{}/{}", term.overlap.with, term.overlap.population),
                decimal(term.expected),
                term.fold
                    .map(|fold| Cell::number(fold, number(fold, 1)))
                    .unwrap_or_default(),
                small(term.p_value),
                small(term.adjusted_p),
                term.genes.join(", "),
            ]);
        }
        vec![grid]
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        format!(
            "{} of {} terms with an adjusted P below 0.05",
            self.terms
                .iter()
                .filter(|term| term.adjusted_p < 0.05)
                .count(),
            self.terms.len()
        )
    }
}

/// How many terms a reader is shown: JSON has all.
const SHOWN: usize = 30;

/// A P value that may be very small.
fn small(p: f64) -> Cell {
    if p < 0.001 {
        Cell::number(p, format!("{p:.1e}"))
    } else {
        p_value(p)
    }
}

/// A background of fewer genes than this is none: it is what a study reaches and not a genome.
const LEAST_BACKGROUND: usize = 1000;

/// A term with how often the set and the background are annotated with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EnrichedTerm {
    /// Identifier of the term, as the query gives it.
    pub term: String,
    /// Label of the term.
    pub label: String,
    /// Genes with the term, in the set and in the background.
    #[serde(flatten)]
    pub overlap: Overlap,
    /// How many genes of the set would have it by chance.
    pub expected: f64,
    /// How many times as many have it.
    pub fold: Option<f64>,
    /// Hypergeometric P value, one-sided.
    pub p_value: f64,
    /// Adjusted by Benjamini and Hochberg over all terms tested.
    pub adjusted_p: f64,
    /// The genes of the set that have it, sorted.
    pub genes: Vec<String>,
}

/// All terms that at least one gene of the set has, the smallest P value first.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Enrichment {
    /// Number of annotated genes.
    pub background: usize,
    /// Number of genes of the set among them.
    pub set: usize,
    /// The terms tested, by rising P value.
    pub terms: Vec<EnrichedTerm>,
}

impl Enrichment {
    /// The terms as rows. What the query gave are thousands of facts about all genes, of which a
    /// reader of the result wants none.
    fn table(&self) -> Table {
        let columns = [
            "term",
            "label",
            "drawn_with",
            "drawn",
            "with",
            "population",
            "expected",
            "fold",
            "p_value",
            "adjusted_p",
            "genes",
        ];
        let text = |text: &str| Some(Literal::new_simple_literal(text).into());
        let count =
            |count: u64| Some(Literal::from(i64::try_from(count).unwrap_or(i64::MAX)).into());
        let number = |number: f64| Some(Literal::from(number).into());
        let row = |term: &EnrichedTerm| {
            [
                Some(NamedNode::new_unchecked(&term.term).into()),
                text(&term.label),
                count(term.overlap.drawn_with),
                count(term.overlap.drawn),
                count(term.overlap.with),
                count(term.overlap.population),
                number(term.expected),
                term.fold.and_then(number),
                number(term.p_value),
                number(term.adjusted_p),
                text(&term.genes.join("; ")),
            ]
        };
        let mut table = Table::of_columns(columns);
        for term in &self.terms {
            table.cells.push(row(term));
        }
        table
    }
}

/// Terms as numbers, with what lies above each.
#[derive(Default)]
struct Terms<'a> {
    numbers: HashMap<&'a str, u32>,
    names: Vec<&'a str>,
    parents: Vec<Vec<u32>>,
}

impl<'a> Terms<'a> {
    fn number(&mut self, name: &'a str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        // Far fewer terms than that.
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name, number);
        self.names.push(name);
        self.parents.push(Vec::new());
        number
    }

    /// The terms of a gene and all above them, each once. A cycle ends where it began.
    fn propagated(&self, own: &[u32], seen: &mut [u32], round: u32) -> Vec<u32> {
        let mut all: Vec<u32> = Vec::new();
        let mut open: Vec<u32> = own.to_vec();
        while let Some(term) = open.pop() {
            let mark = &mut seen[term as usize];
            if *mark == round {
                continue;
            }
            *mark = round;
            all.push(term);
            open.extend(&self.parents[term as usize]);
        }
        all
    }
}

fn enrichment(settings: &Settings, table: &Table) -> Result<Finding, AnalysisError> {
    let mut ledger = Ledger::default();
    let mut terms = Terms::default();
    let mut labels: HashMap<u32, &str> = HashMap::new();
    let mut genes: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let mut members: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut unlinked: BTreeMap<&str, String> = BTreeMap::new();
    for row in rows(table) {
        let (gene, member) = (row.get(&settings.gene), row.get(&settings.member));
        let term = row.get(&settings.term).map(|term| terms.number(term));
        match (gene, member, term) {
            (Some(gene), None, Some(term)) => genes.entry(gene).or_default().push(term),
            (Some(gene), Some(member), _) => {
                members.entry(member).or_default().insert(gene);
            }
            (None, Some(member), _) => {
                unlinked.insert(member, row.missing());
            }
            (None, None, Some(term)) => {
                if let Some(parent) = row.get(&settings.parent) {
                    let parent = terms.number(parent);
                    terms.parents[term as usize].push(parent);
                }
                if let Some(label) = row.get(&settings.label) {
                    labels.insert(term, label);
                }
            }
            _ => {}
        }
    }
    let mut cautions = Vec::new();
    // Whose members each annotated record is. A member with several counts by the first; a record that
    // several have counts once.
    let mut set: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (member, records) in &members {
        let annotated: Vec<&str> = records
            .iter()
            .copied()
            .filter(|gene| genes.contains_key(gene))
            .collect();
        let Some(first) = annotated.first() else {
            ledger.exclude(member, "no annotation of this aspect");
            continue;
        };
        ledger.count(member);
        set.entry(first).or_default().push(member);
        if annotated.len() > 1 {
            cautions.push(format!(
                "{member} is linked to {} annotated records ({}) and counts by the first.",
                annotated.len(),
                annotated.join(", ")
            ));
        }
    }
    for (gene, members) in set.iter().filter(|(_, members)| members.len() > 1) {
        cautions.push(format!(
            "{} are linked to one annotated record ({gene}), which counts once.",
            members.join(" and ")
        ));
    }
    for (member, why) in unlinked {
        if !members.contains_key(member) {
            ledger.exclude(member, why);
        }
    }
    if genes.len() < LEAST_BACKGROUND {
        return Err(AnalysisError::Refused(format!(
            "{} annotated genes are no background: link whole tables of genes and annotations, for chance is what all genes have",
            genes.len()
        )));
    }
    let mut with = vec![0_u64; terms.names.len()];
    let mut of_set: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut seen = vec![0_u32; terms.names.len()];
    for (round, (gene, own)) in (1..).zip(&genes) {
        for term in terms.propagated(own, &mut seen, round) {
            with[term as usize] += 1;
            if let Some(members) = set.get(gene) {
                of_set.entry(term).or_default().push(members.join(" and "));
            }
        }
    }
    let (population, drawn) = (genes.len() as u64, set.len() as u64);
    let mut found = Vec::new();
    for (term, mut genes) in of_set {
        genes.sort_unstable();
        let overlap = Overlap::new(genes.len() as u64, drawn, with[term as usize], population)
            .map_err(|error| AnalysisError::Impossible(error.to_string()))?;
        found.push(EnrichedTerm {
            term: terms.names[term as usize].to_owned(),
            label: labels.get(&term).copied().unwrap_or("").to_owned(),
            overlap,
            expected: overlap.expected(),
            fold: overlap.fold(),
            p_value: overlap.p_value(),
            adjusted_p: 1.0,
            genes,
        });
    }
    if !found.is_empty() {
        let tests = found.iter().map(|term| (term.term.clone(), term.p_value));
        let adjusted = adjust(tests, Adjustment::BenjaminiHochberg)
            .map_err(|error| AnalysisError::Impossible(error.to_string()))?;
        for (term, test) in found.iter_mut().zip(adjusted.tests) {
            term.adjusted_p = test.adjusted_p_value;
        }
    }
    found.sort_by(|a, b| {
        a.p_value
            .total_cmp(&b.p_value)
            .then_with(|| a.term.cmp(&b.term))
    });
    let method = format!(
        "Hypergeometric test of each term that at least one gene of the set has ({} terms), one-sided, against all {population} annotated genes; annotations propagated along is_a and part_of, those with NOT left out; P values adjusted by Benjamini and Hochberg.",
        found.len()
    );
    if ledger.excluded() > 0 {
        cautions.insert(
            0,
            format!(
                "{} of {} genes of the set are annotated.",
                ledger.counted().len(),
                ledger.eligible()
            ),
        );
    }
    cautions.push("Genes that are studied more are annotated more, and partners of fusions are studied: a small P value does not say why.".to_owned());
    let found = Enrichment {
        background: genes.len(),
        set: set.len(),
        terms: found,
    };
    Ok(Finding {
        rows: Some(found.table()),
        ..Finding::new(found, ledger, &method, cautions)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gene_has_its_terms_and_all_above_once() {
        let mut terms = Terms::default();
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| terms.number(name));
        for (term, parent) in [(a, b), (a, c), (b, d), (c, d), (d, d), (d, b)] {
            terms.parents[term as usize].push(parent);
        }
        let mut seen = vec![0; 4];
        let mut all = terms.propagated(&[a], &mut seen, 1);
        all.sort_unstable();
        assert_eq!(all, [a, b, c, d]);
        assert_eq!(terms.propagated(&[c, d], &mut seen, 2).len(), 3);
    }
}

//! A result as a document.

use serde_json::Value;

use super::figure::figure;
use super::formats::analysis_json;
use super::results::{computed_tables, result_tables};
use super::rows::{records, rows_table};
use super::{DataNote, Drawing, formats};
use crate::analysis::Analysis;
use crate::document::{Block, Document, Medium, Records, Table};
use crate::graph::namespaces::Prefixes;
use crate::kinds::Computed;

/// A result with what it is shown with.
pub struct AnalysisDocument<'a> {
    /// The analysis that is shown.
    pub analysis: &'a Analysis,
    /// Prefixes for IRIs in tables.
    pub prefixes: &'a Prefixes,
    /// What is said of the data.
    pub data: &'a DataNote,
    /// What the result comes from.
    pub made_from: &'a str,
    /// Whether a terminal gets the rows too, beside a result.
    pub rows: bool,
}

/// The tables of an analysis: the result first, then the rows that it was computed from.
#[must_use]
pub fn tables(analysis: &Analysis, prefixes: &Prefixes) -> Vec<Table> {
    let mut tables = result_tables(analysis);
    let caption = if tables.is_empty() { "" } else { "Rows" };
    let mut rows = rows_table(caption, &analysis.table, prefixes);
    for column in &mut rows.columns {
        column.heading = column.heading.replace('_', " ");
    }
    tables.push(rows);
    tables
}

impl Document for AnalysisDocument<'_> {
    fn title(&self) -> String {
        self.analysis.header.summary.clone()
    }

    fn name(&self) -> String {
        self.analysis.slug.clone()
    }

    fn blocks(&self, medium: Medium) -> Vec<Block> {
        match medium {
            Medium::Screen => self.screen(),
            Medium::Page => self.page(),
        }
    }

    fn records(&self) -> Records<'_> {
        records(&self.analysis.table)
    }

    fn json(&self) -> Value {
        analysis_json(self.analysis, self.made_from)
    }

    fn figure(&self) -> Option<Drawing> {
        figure(self.analysis, true, self.data)
    }
}

impl AnalysisDocument<'_> {
    fn screen(&self) -> Vec<Block> {
        let analysis = self.analysis;
        let header = &analysis.header;
        let mut blocks = vec![
            Block::Title(header.summary.clone()),
            Block::Line(header.description.clone()),
        ];
        if self.data.synthetic {
            blocks.push(Block::Synthetic);
        }
        blocks.extend(facts(analysis));
        blocks.push(Block::Blank);
        let mut shown = result_tables(analysis);
        if shown.is_empty() || self.rows {
            shown = tables(analysis, self.prefixes);
        }
        blocks.extend(Block::tables(shown));
        if analysis.has_no_rows() {
            let words = "No case of the graph has what this analysis asks for.";
            blocks.push(Block::Line(words.to_owned()));
        }
        blocks.extend(
            analysis
                .finding
                .cautions
                .iter()
                .cloned()
                .map(Block::Caution),
        );
        if !analysis.finding.method.is_empty() {
            blocks.push(Block::Line(format!("Method: {}", analysis.finding.method)));
        }
        let ledger = &analysis.finding.ledger;
        if ledger.eligible() > 0 {
            blocks.push(Block::Line(format!(
                "Counted: {} of {}",
                ledger.counted().len(),
                ledger.eligible()
            )));
        }
        blocks.extend(ledger.exclusions().iter().map(|exclusion| {
            Block::Line(format!(
                "Left out, {} ({}): {}",
                exclusion.reason,
                exclusion.units.len(),
                exclusion.units.join(", ")
            ))
        }));
        blocks
    }

    fn page(&self) -> Vec<Block> {
        analysis_blocks(self.analysis, self.prefixes)
    }
}

/// One analysis on a page: its tables, its method, who was left out, and its SPARQL.
pub(super) fn analysis_blocks(analysis: &Analysis, prefixes: &Prefixes) -> Vec<Block> {
    let header = &analysis.header;
    let mut blocks = vec![
        Block::Heading(header.summary.clone()),
        Block::Line(header.description.clone()),
    ];
    blocks.extend(facts(analysis));
    blocks.extend(
        analysis
            .finding
            .cautions
            .iter()
            .cloned()
            .map(Block::Caution),
    );
    for table in tables(analysis, prefixes) {
        blocks.extend([Block::Blank, Block::Table(table), Block::Blank]);
    }
    blocks.push(Block::Blank);
    if !analysis.finding.method.is_empty() {
        blocks.push(Block::Line(format!("Method: {}", analysis.finding.method)));
    }
    let exclusions = analysis.finding.ledger.exclusions();
    if !exclusions.is_empty() {
        let point = |exclusion: &crate::kinds::Exclusion| {
            let (n, units) = (exclusion.units.len(), exclusion.units.join(", "));
            format!("{} ({n}): {units}", exclusion.reason)
        };
        let points = exclusions.iter().map(point).collect();
        blocks.extend([Block::List("Left out".to_owned(), points), Block::Blank]);
    }
    blocks.push(Block::Code {
        language: "sparql",
        name: analysis.slug.clone(),
        text: analysis.sparql.clone(),
    });
    blocks
}

fn facts(analysis: &Analysis) -> impl Iterator<Item = Block> {
    let parameters = analysis.parameters.iter();
    parameters.map(|(name, value)| Block::Fact(name.clone(), value.clone()))
}

/// A statistic of columns as a document.
pub struct ComputedDocument<'a>(pub &'a Computed);

impl Document for ComputedDocument<'_> {
    fn title(&self) -> String {
        self.0.kind.to_string()
    }

    fn blocks(&self, medium: Medium) -> Vec<Block> {
        let mut blocks = Block::tables(computed_tables(self.0));
        let lines = self.0.lines();
        match medium {
            Medium::Screen => blocks.extend(lines.into_iter().map(Block::Line)),
            Medium::Page => blocks.push(Block::List(String::new(), lines)),
        }
        blocks
    }

    /// The first table, which is the result.
    fn records(&self) -> Records<'_> {
        let first = computed_tables(self.0).into_iter().next();
        first.unwrap_or_default().into()
    }

    fn json(&self) -> Value {
        formats::computed_json(self.0)
    }
}

//! A result as a document.

use serde_json::{Map, Value, json};

use super::figure::figure_as;
use super::formats::analysis_json;
use super::ledger::ledger_table;
use super::results::{computed_tables, result_tables};
use super::rows::{datatype, records, rows_table};
use super::{DataNote, Drawing, FigureOptions, LookError, formats};
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
    /// How its figure looks.
    pub look: &'a FigureOptions,
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
            Medium::Manuscript => self.manuscript(),
        }
    }

    fn records(&self) -> Records<'_> {
        let mut records = records(&self.analysis.table);
        for column in &mut records.columns {
            let declared = self.analysis.header.columns.iter();
            let declared = declared.filter(|declared| declared.name == column.heading);
            column.datatype = declared.map(|declared| datatype(declared.kind)).next();
        }
        records
    }

    fn json(&self) -> Value {
        analysis_json(self.analysis, self.made_from)
    }

    fn figure(&self) -> Result<Option<Drawing>, LookError> {
        figure_as(self.analysis, self.data, self.look)
    }

    fn provenance(&self) -> Vec<(&'static str, Value)> {
        provenance(self.analysis, self.made_from, self.data.synthetic)
    }

    fn appendix(&self) -> Vec<Table> {
        if self.analysis.finding.ledger.eligible() == 0 {
            return Vec::new();
        }
        vec![ledger_table(self.analysis)]
    }
}

/// What belongs to a result, without its tables.
pub(super) fn provenance(
    analysis: &Analysis,
    made_from: &str,
    synthetic: bool,
) -> Vec<(&'static str, Value)> {
    let (header, finding) = (&analysis.header, &analysis.finding);
    let parameters = analysis.parameters.iter();
    let parameters: Map<String, Value> = parameters
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    let mut all = vec![
        ("analysis", json!(analysis.slug)),
        ("title", json!(header.summary)),
        ("description", json!(header.description)),
        ("parameters", parameters.into()),
        ("statistic", json!(header.statistic.kind())),
        ("method", json!(finding.method)),
    ];
    if !finding.method.is_empty() {
        all.push(("level", json!(finding.level.to_string())));
    }
    if synthetic {
        all.push((
            "synthetic",
            json!("SYNTHETIC DATA: these cases are invented."),
        ));
    }
    all.push(("cautions", json!(finding.cautions)));
    let ledger = &finding.ledger;
    if ledger.eligible() > 0 {
        let (counted, eligible) = (ledger.counted().len(), ledger.eligible());
        all.push(("counted", json!(format!("{counted} of {eligible}"))));
        let exclusions = ledger.exclusions().into_iter();
        let left_out = exclusions.map(|one| format!("{} ({})", one.reason, one.units.len()));
        all.push(("left out", left_out.collect::<Vec<_>>().into()));
    }
    all.push(("snapshot", json!(made_from)));
    all.push(("query", json!(analysis.sparql)));
    all
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

    /// As on a screen, with those who are left out as numbers and with where it comes from.
    fn manuscript(&self) -> Vec<Block> {
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
        let mut shown = result_tables(analysis);
        if shown.is_empty() {
            shown = tables(analysis, self.prefixes);
        }
        blocks.extend(shown.into_iter().map(Block::Table));
        let finding = &analysis.finding;
        let ledger = &finding.ledger;
        if ledger.eligible() > 0 {
            let (counted, eligible) = (ledger.counted().len(), ledger.eligible());
            let exclusions = ledger.exclusions().into_iter();
            let left_out: Vec<String> = exclusions
                .map(|one| format!("{} ({})", one.reason, one.units.len()))
                .collect();
            let left_out = match left_out.as_slice() {
                [] => String::new(),
                some => format!(" Left out: {}.", some.join("; ")),
            };
            blocks.push(Block::Note(format!(
                "Counted: {counted} of {eligible}.{left_out}"
            )));
        }
        blocks.extend(finding.cautions.iter().cloned().map(Block::Caution));
        if !finding.method.is_empty() {
            blocks.push(Block::Note(format!("Method: {}", finding.method)));
        }
        blocks.push(Block::Source(self.made_from.to_owned()));
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
            Medium::Page | Medium::Manuscript => {
                blocks.push(Block::List(String::new(), lines));
            }
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

mod parameters;
mod rules;
mod violated;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value, json};

use super::Exit;
use super::next_step;
use super::printer::Printer;
use super::session::{Place, known_analyses};
use super::shown::Shown;
use crate::document::numbers::counted;
use crate::document::{Block, Cell, Plain, Role, Table};
use crate::ingest::{self, Located, Problem, Problems, Severity};
use crate::ontology::Ontology;
use crate::query::Level;
use parameters::wrong_defaults;
pub(super) use rules::{Rules, checked_rules};
use violated::{Violated, Violation, places};

/// Check the sheets, and the graph against the rules of queries/checks
///
/// Reads every sheet first and reports each problem with its cell. If the sheets have no error, it opens
/// the store (and builds it if need be), asks each rule, and shows what the rules found, with the cells.
/// Exit status 1 if a sheet has an error, a rule of level ERROR is violated, or a rule or
/// saved analysis is broken or names what the study cannot know.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph check
  casegraph check --details        with all that each rule found
  casegraph check --format json
  casegraph check path/to/study")]
pub struct Check {
    /// Study or project folder; the same as --project
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Show all that a rule found, not only the first five
    #[arg(long)]
    details: bool,
    #[command(flatten)]
    shown: Shown,
}

impl Check {
    pub(super) fn run(self, mut place: Place) -> Result<Exit> {
        place.project = self.folder.clone().or(place.project);
        let printer = place.printer();
        let project = place.find()?;
        let ontology = Ontology::read(project.vocabularies())?;
        let (study, problems) = ingest::read_study(project.study(), &ontology)?;
        let mut checked = Checked {
            problems,
            details: self.details,
            ..Checked::default()
        };
        if checked.problems.errors() > 0 {
            self.shown.show(&checked.document(), printer)?;
            return Ok(Exit::Found);
        }
        let asked = checked.ask(&place, &Located::new(&study, &ontology), printer);
        self.shown.show(&checked.document(), printer)?;
        asked?;
        for wrong in &checked.defaults {
            printer.always(&format!("error: study.toml, [parameters]: {wrong}"));
        }
        let violated = checked.rules.is_some_and(|rules| rules.violated);
        let broken = checked.broken.is_some_and(|broken| !broken.is_empty());
        Ok(if violated || broken || !checked.defaults.is_empty() {
            Exit::Found
        } else {
            Exit::Done
        })
    }
}

/// What was checked so far, and found.
#[derive(Default)]
struct Checked {
    problems: Problems,
    /// What changed the store since the sheets.
    updated: Option<String>,
    /// The rules; none where they were not asked.
    rules: Option<Rules>,
    /// What each rule found that found something.
    found: Vec<Violated>,
    /// Saved analyses that are broken; none where they were not read.
    broken: Option<Vec<String>>,
    /// What is wrong with the study's own defaults.
    defaults: BTreeSet<String>,
    /// Whether every violation is shown.
    details: bool,
}

impl Checked {
    /// Opens the store, and asks the rules and the saved analyses.
    fn ask(&mut self, place: &Place, located: &Located<'_>, printer: Printer) -> Result<()> {
        let session = place.open()?;
        self.updated = session.manifest.updated.as_ref().map(ToString::to_string);
        let mut found = Vec::new();
        self.rules = Some(checked_rules(&session, printer, |rule, rows| {
            found.push(Violated::of(rule, rows, located, &session.prefixes));
        })?);
        self.found = found;
        let analyses = known_analyses(&session, printer)?;
        self.broken = Some(
            analyses
                .broken
                .iter()
                .map(|error| next_step::line(error))
                .collect(),
        );
        self.defaults = wrong_defaults(&session, &analyses.catalogue);
        Ok(())
    }

    fn document(&self) -> Plain {
        let blocks = self.blocks();
        Plain {
            title: "Check".to_owned(),
            screen: blocks.clone(),
            page: blocks,
            records: self.records(),
            json: self.json(),
        }
    }

    fn blocks(&self) -> Vec<Block> {
        let problems = self.problems.iter();
        let mut blocks: Vec<Block> = problems
            .map(|problem| Block::Line(problem.to_string()))
            .collect();
        blocks.push(Block::Line(format!(
            "Sheets: {}, {}",
            counted(self.problems.errors() as u64, "error"),
            counted(self.problems.warnings() as u64, "warning")
        )));
        if let Some(updated) = &self.updated {
            let words = format!("Store: updated since the sheets, {updated}");
            blocks.push(Block::Line(words));
        }
        if let Some(rules) = &self.rules {
            let (asked, found) = (rules.table.rows.len(), self.found.len());
            let some = match found {
                0 => "none found anything".to_owned(),
                some => format!("{some} found something"),
            };
            let words = format!("Rules of the graph: {asked} asked, {some}");
            blocks.push(Block::Line(words));
            for found in &self.found {
                blocks.extend([Block::Blank, Block::Table(found.table(self.details))]);
                blocks.extend(found.more(self.details).map(Block::Line));
            }
            if found > 0 {
                blocks.push(Block::Blank);
            }
        }
        if let Some(broken) = &self.broken {
            let words = format!("Saved analyses: {}", counted(broken.len() as u64, "error"));
            blocks.push(Block::Line(words));
        }
        blocks
    }

    /// Whatever was found, one a row.
    fn records(&self) -> Table {
        let mut table = Table::new(
            "",
            &[
                ("of", Role::Text),
                ("level", Role::Text),
                ("place", Role::Text),
                ("violations", Role::Count),
                ("problem", Role::Text),
            ],
        );
        for problem in self.problems.iter() {
            let cell = problem.cell.as_deref().unwrap_or_default();
            let place = format!("{} {cell}", problem.file);
            table.push([
                "sheet".into(),
                level(problem).into(),
                place.trim_end().into(),
                Cell::count(1),
                without_place(problem).into(),
            ]);
        }
        for found in &self.found {
            let place = |one: &Violation| match places(&one.cells) {
                place if place.is_empty() => one.thing.clone(),
                place => place,
            };
            for one in &found.violations {
                let said = format!("{}: {}", found.slug, one.detail);
                let row = ["rule".into(), found.level.word().into(), place(one).into()];
                let row = row.into_iter().chain([Cell::count(1), said.into()]);
                table.rows.push(row.collect());
            }
        }
        let broken = self.broken.iter().flatten();
        let wrong = broken.map(|text| ("analysis", text));
        let wrong = wrong.chain(self.defaults.iter().map(|text| ("parameter", text)));
        for (of, text) in wrong {
            let row = [of.into(), "ERROR".into(), "".into(), Cell::count(1)];
            let row = row.into_iter().chain([text.as_str().into()]);
            table.rows.push(row.collect());
        }
        table
    }

    fn json(&self) -> Value {
        let problems = self.problems.iter().map(|problem| {
            json!({
                "level": level(problem),
                "file": problem.file,
                "cell": problem.cell,
                "value": problem.value,
                "rule": problem.rule,
                "nearest": problem.nearest,
            })
        });
        json!({
            "sheets": {
                "errors": self.problems.errors(),
                "warnings": self.problems.warnings(),
                "problems": problems.collect::<Vec<_>>(),
            },
            "updated": self.updated,
            "rules_asked": self.rules.as_ref().map(|rules| rules.table.rows.len()),
            "rules": self.rules.as_ref().map(|_| {
                let found = self.found.iter().map(|found| found.json(self.details));
                found.collect::<Vec<_>>()
            }),
            "broken_analyses": self.broken,
            "wrong_parameters": self.defaults,
        })
    }
}

/// The level of a problem of the sheets, in the words of the rules.
fn level(problem: &Problem) -> &'static str {
    match problem.severity {
        Severity::Error => Level::Error.word(),
        Severity::Warning => Level::Warning.word(),
    }
}

/// A problem without its place.
fn without_place(problem: &Problem) -> String {
    match &problem.value {
        Some(value) => format!("{value:?} {}", problem.rule),
        None => problem.rule.clone(),
    }
}

/// A row as an object.
pub(super) fn object(table: &Table, row: &[Cell]) -> Value {
    let cells = table.columns.iter().zip(row);
    let cells = cells.map(|(column, cell)| {
        let value = (!cell.text.is_empty()).then_some(cell.text.as_str());
        (column.heading.clone(), json!(value))
    });
    Value::Object(cells.collect::<Map<_, _>>())
}

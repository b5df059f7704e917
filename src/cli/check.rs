use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value, json};

use super::Exit;
use super::next_step;
use super::printer::Printer;
use super::session::{Place, Session, known_analyses, suggestions};
use super::shown::Shown;
use crate::document::numbers::counted;
use crate::document::{Block, Cell, Plain, Role, Table};
use crate::graph::namespaces::Prefixes;
use crate::ingest::{self, Located, Problem, Problems, Severity, SheetCell};
use crate::ontology::Ontology;
use crate::query::parameters::{Parameter, Prefix};
use crate::query::{self, Catalogue, Check as Rule, Checks, Level, rows};

/// Check the sheets, and the graph against the rules of queries/checks
///
/// First every sheet is read and every problem told with its cell. If the sheets have no error, the
/// store is opened (and built if need be) and each rule is asked; those that found something are told,
/// with the cells. Exit status 1 if a sheet has an error, a rule of level ERROR is violated, or a rule or
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
    found: Vec<Found>,
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
            found.push(Found::of(rule, rows, located, &session.prefixes));
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
                said(problem).into(),
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

/// How bad a problem of the sheets is, as rules have it.
fn level(problem: &Problem) -> &'static str {
    match problem.severity {
        Severity::Error => Level::Error.word(),
        Severity::Warning => Level::Warning.word(),
    }
}

/// A problem without its place.
fn said(problem: &Problem) -> String {
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

/// What a rule found.
struct Found {
    level: Level,
    slug: String,
    problem: String,
    solution: String,
    violations: Vec<Violation>,
}

/// One violation of a rule.
struct Violation {
    /// What it is about, where no sheet tells of it.
    thing: String,
    /// The cells that tell of it.
    cells: Vec<SheetCell>,
    /// What was found.
    detail: String,
}

/// So many violations of a rule are shown unasked.
const SHOWN: usize = 5;
/// So many cells of one violation are named.
const CELLS: usize = 8;

impl Found {
    fn of(rule: &Rule, found: &query::Table, located: &Located<'_>, prefixes: &Prefixes) -> Self {
        let violation = |row: query::Row<'_>| {
            let things = ["entity", "other"]
                .into_iter()
                .filter_map(|name| row.get(name));
            let cells = things.flat_map(|thing| located.cells(thing, &rule.cells));
            Violation {
                thing: prefixes.shorten(row.text("entity")),
                cells: cells.collect(),
                detail: row.text("detail").to_owned(),
            }
        };
        Self {
            level: rule.level,
            slug: rule.slug.clone(),
            problem: rule.problem.clone(),
            solution: rule.solution.clone(),
            violations: rows(found).map(violation).collect(),
        }
    }

    fn shown(&self, all: bool) -> &[Violation] {
        let most = if all { usize::MAX } else { SHOWN };
        &self.violations[..self.violations.len().min(most)]
    }

    fn table(&self, all: bool) -> Table {
        let caption = format!(
            "{} {} ({}): {} {}",
            self.level.word(),
            self.slug,
            self.violations.len(),
            self.problem,
            self.solution
        );
        let columns = [("cells", Role::Text), ("found", Role::Text)];
        let mut table = Table::new(&caption, &columns);
        for one in self.shown(all) {
            let place = match places(&one.cells) {
                place if place.is_empty() => one.thing.clone(),
                place => place,
            };
            table.push([place, one.detail.clone()]);
        }
        table
    }

    /// That there is more than was shown.
    fn more(&self, all: bool) -> Option<String> {
        let more = self.violations.len() - self.shown(all).len();
        (more > 0).then(|| format!("and {more} more: --details shows all"))
    }

    fn json(&self, all: bool) -> Value {
        let violation = |one: &Violation| {
            let cells = one
                .cells
                .iter()
                .map(|cell| json!({ "file": cell.file, "cell": cell.cell, "value": cell.value }));
            json!({
                "thing": one.thing,
                "cells": cells.collect::<Vec<_>>(),
                "found": one.detail,
            })
        };
        let shown = self.shown(all).iter().map(violation);
        json!({
            "level": self.level.word(),
            "rule": self.slug,
            "violations": self.violations.len(),
            "problem": self.problem,
            "solution": self.solution,
            "rows": shown.collect::<Vec<_>>(),
        })
    }
}

/// Cells by file, as people find them.
fn places(cells: &[SheetCell]) -> String {
    let mut text = String::new();
    let mut file = "";
    for cell in cells.iter().take(CELLS) {
        if cell.file == file {
            text.push_str(", ");
        } else {
            if !text.is_empty() {
                text.push_str("; ");
            }
            file = &cell.file;
            text.push_str(file);
            text.push(' ');
        }
        text.push_str(&cell.cell);
    }
    if cells.len() > CELLS {
        text.push_str(&format!(", and {} more", cells.len() - CELLS));
    }
    text
}

/// What is wrong with the study's own defaults: parameters that no analysis takes, and values that are none of theirs.
fn wrong_defaults(session: &Session, catalogue: &Catalogue) -> BTreeSet<String> {
    let prefixes = session.prefixes.iter();
    let prefixes: Vec<Prefix> = prefixes
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect();
    let declared = catalogue.queries().iter();
    let declared: Vec<&Parameter> = declared
        .flat_map(|saved| &saved.header.parameters)
        .collect();
    let names: BTreeSet<&str> = declared.iter().map(|taken| taken.name.as_str()).collect();
    let mut wrong = BTreeSet::new();
    for (name, value) in &session.manifest.parameters {
        if !names.contains(name.as_str()) {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            wrong.insert(format!(
                "no analysis takes a parameter {name} (= {value:?}): correct or remove it{}",
                suggestions(name, &names)
            ));
        }
        let taking = declared.iter().filter(|taken| taken.name == *name);
        wrong.extend(
            taking.filter_map(|taken| Some(taken.parse(value, &prefixes).err()?.to_string())),
        );
    }
    wrong
}

/// The rules of the graph and how often each is violated.
pub(super) struct Rules {
    /// A row a rule, also those that found nothing.
    pub table: Table,
    /// Whether one of level ERROR is.
    pub violated: bool,
}

/// Asks every rule, and gives what each found that found something.
pub(super) fn checked_rules(
    session: &Session,
    printer: Printer,
    mut tell: impl FnMut(&Rule, &query::Table),
) -> Result<Rules> {
    let folder = session.project.queries();
    let (mut rules, mut broken) = (Vec::new(), Vec::new());
    for name in folder.names(".rq")? {
        if !name.starts_with("checks/") {
            continue;
        }
        match folder.text(&name) {
            Ok(text) => rules.extend(text.map(|text| (folder.display(&name), text))),
            Err(error) => broken.push(next_step::line(&error)),
        }
    }
    let profile = folder.text("checks/profile.tsv")?.unwrap_or_default();
    let (checks, errors) = Checks::read(rules, &profile, &session.prefixes);
    broken.extend(errors.iter().map(|error| next_step::line(error)));
    for error in &broken {
        printer.always(&format!("error: {error}"));
    }
    let mut table = Table::new(
        "Rules of the graph",
        &[
            ("level", Role::Text),
            ("rule", Role::Text),
            ("violations", Role::Count),
            ("problem", Role::Text),
        ],
    );
    // A rule that is not asked may be violated.
    let mut violated = !broken.is_empty();
    for check in checks.iter() {
        for unknown in check.unknown_names(&session.graph, &session.prefixes)? {
            let file = folder.display(&format!("checks/{}.rq", check.slug));
            printer.always(&format!(
                "error: {file}: {unknown}: the rule can find nothing"
            ));
            violated = true;
        }
        let found = check.run(&session.graph)?;
        violated |= check.level == Level::Error && !found.is_empty();
        let level = check.level.word();
        table.push([
            level.into(),
            check.slug.as_str().into(),
            Cell::count(found.rows()),
            check.problem.as_str().into(),
        ]);
        if !found.is_empty() {
            tell(check, &found);
        }
    }
    Ok(Rules { table, violated })
}

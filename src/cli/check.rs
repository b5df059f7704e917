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
use crate::ingest::{self, Problem, Problems, Severity};
use crate::ontology::Ontology;
use crate::query::parameters::{Parameter, Prefix};
use crate::query::{Catalogue, Checks, Level};
use crate::report::rows_table;

/// Check the sheets, and the graph against the rules of queries/checks
///
/// First every sheet is read and every problem told with its cell. If the sheets have no error, the
/// store is opened (and built if need be) and each rule is asked; any row is a violation. Exit status
/// 1 if a sheet has an error, a rule of level ERROR is violated, or a rule or saved analysis is broken or names what the study cannot know.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph check
  casegraph check --details        with the rows of every violated rule
  casegraph check --format json
  casegraph check path/to/study")]
pub struct Check {
    /// Study or project folder; the same as --project
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Show every violation, not only their number
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
        let (_, problems) = ingest::read_study(project.study(), &ontology)?;
        let mut checked = Checked {
            problems,
            details: self.details,
            ..Checked::default()
        };
        if checked.problems.errors() > 0 {
            self.shown.show(&checked.document(), printer)?;
            return Ok(Exit::Found);
        }
        let asked = checked.ask(&place, printer);
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
    /// Saved analyses that are broken; none where they were not read.
    broken: Option<Vec<String>>,
    /// What is wrong with the study's own defaults.
    defaults: BTreeSet<String>,
    /// Whether every violation is shown.
    details: bool,
}

impl Checked {
    /// Opens the store, and asks the rules and the saved analyses.
    fn ask(&mut self, place: &Place, printer: Printer) -> Result<()> {
        let session = place.open()?;
        self.updated = session.manifest.updated.as_ref().map(ToString::to_string);
        self.rules = Some(checked_rules(&session, printer)?);
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
            blocks.push(Block::Table(rules.table.clone()));
            for table in rules.details.iter().filter(|_| self.details) {
                blocks.extend([Block::Blank, Block::Table(table.clone())]);
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
        let rules = self.rules.iter().flat_map(|rules| &rules.table.rows);
        for row in rules.filter(|row| row[2].text != "0") {
            let [level, rule, violations, problem] = row.as_slice() else {
                continue;
            };
            table.push([
                Cell::from("rule"),
                level.clone(),
                rule.clone(),
                violations.clone(),
                problem.clone(),
            ]);
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
            "rules": self.rules.as_ref().map(|rules| rules_json(rules, self.details)),
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

/// Each rule with how often it is violated, and by what if asked.
fn rules_json(rules: &Rules, details: bool) -> Vec<Value> {
    let mut violations = rules.details.iter();
    let rule = |row: &Vec<Cell>| {
        let count = &row[2].text;
        let mut told = json!({
            "level": row[0].text,
            "rule": row[1].text,
            "violations": count.parse::<usize>().unwrap_or_default(),
            "problem": row[3].text,
        });
        // Only rules that are violated have a table.
        let table = if count == "0" {
            None
        } else {
            violations.next()
        };
        if let Some(table) = table.filter(|_| details) {
            told["rows"] = table.rows.iter().map(|row| object(table, row)).collect();
        }
        told
    };
    rules.table.rows.iter().map(rule).collect()
}

fn object(table: &Table, row: &[Cell]) -> Value {
    let cells = table.columns.iter().zip(row);
    let cells = cells.map(|(column, cell)| {
        let value = (!cell.text.is_empty()).then_some(cell.text.as_str());
        (column.heading.clone(), json!(value))
    });
    Value::Object(cells.collect::<Map<_, _>>())
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
    /// A row a rule.
    pub table: Table,
    /// What violates each rule that is violated.
    pub details: Vec<Table>,
    /// Whether one of level ERROR is.
    pub violated: bool,
}

/// Asks every rule.
pub(super) fn checked_rules(session: &Session, printer: Printer) -> Result<Rules> {
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
    let mut details = Vec::new();
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
            let caption = format!("{level} {}: {}", check.slug, check.solution);
            details.push(rows_table(&caption, &found, &session.prefixes));
        }
    }
    Ok(Rules {
        table,
        details,
        violated,
    })
}

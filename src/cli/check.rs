use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::Exit;
use super::printer::Printer;
use super::session::{Place, Session, known_analyses, suggestions};
use crate::ingest;
use crate::ontology::Ontology;
use crate::query::parameters::{Parameter, Prefix};
use crate::query::{Catalogue, Checks, Level};
use crate::report::{Grid, text};
use crate::study::causes;

/// Check the sheets, and the graph against the rules of queries/checks
///
/// First every sheet is read and every problem told with its cell. If the sheets have no error, the
/// store is opened (and built if need be) and each rule is asked; any row is a violation. Exit status
/// 1 if a sheet has an error, a rule of level ERROR is violated, or a rule or saved analysis is broken or names what the study cannot know.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph check
  casegraph check --details        with the rows of every violated rule
  casegraph check path/to/study")]
pub struct Check {
    /// Study or project folder; the same as --project
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Show every violation, not only their number
    #[arg(long)]
    details: bool,
}

impl Check {
    pub(super) fn run(self, mut place: Place) -> Result<Exit> {
        place.project = self.folder.clone().or(place.project);
        let printer = place.printer();
        let project = place.find()?;
        let ontology = Ontology::read(project.ontology())?;
        let (_, problems) = ingest::read_study(project.study(), &ontology)?;
        for problem in problems.iter() {
            printer.text(&format!("{problem}\n"))?;
        }
        printer.text(&format!(
            "Sheets: {} errors, {} warnings\n",
            problems.errors(),
            problems.warnings()
        ))?;
        if problems.errors() > 0 {
            return Ok(Exit::Found);
        }
        let session = place.open()?;
        if let Some(updated) = &session.manifest.updated {
            printer.text(&format!("Store: updated since the sheets, {updated}\n"))?;
        }
        let rules = checked_rules(&session, printer)?;
        printer.text(&text(&rules.grid, printer.width()))?;
        if self.details {
            for grid in &rules.details {
                printer.text(&text(grid, printer.width()))?;
            }
        }
        let analyses = known_analyses(&session, printer)?;
        let broken = analyses.broken.len();
        printer.text(&format!("Saved analyses: {broken} errors\n"))?;
        let defaults = wrong_defaults(&session, &analyses.catalogue);
        for wrong in &defaults {
            printer.always(&format!("error: study.toml, [parameters]: {wrong}"));
        }
        Ok(if rules.violated || broken > 0 || !defaults.is_empty() {
            Exit::Found
        } else {
            Exit::Done
        })
    }
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
    pub grid: Grid,
    /// What violates each rule that is violated.
    pub details: Vec<Grid>,
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
            Err(error) => broken.push(causes(&error)),
        }
    }
    let profile = folder.text("checks/profile.tsv")?.unwrap_or_default();
    let (checks, errors) = Checks::read(rules, &profile, &session.prefixes);
    broken.extend(errors.iter().map(|error| causes(error)));
    for error in &broken {
        printer.always(&format!("error: {error}"));
    }
    let mut grid = Grid {
        caption: "Rules of the graph".to_owned(),
        headings: ["level", "rule", "violations", "problem"]
            .map(str::to_owned)
            .to_vec(),
        rows: Vec::new(),
        ..Grid::default()
    };
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
        let table = check.run(&session.graph)?;
        violated |= check.level == Level::Error && !table.is_empty();
        grid.rows.push(vec![
            check.level.word().to_owned(),
            check.slug.clone(),
            table.rows().to_string(),
            check.problem.clone(),
        ]);
        if !table.is_empty() {
            let rows = Grid {
                caption: format!(
                    "\n{} {}: {}",
                    check.level.word(),
                    check.slug,
                    check.solution
                ),
                headings: table.columns.clone(),
                rows: table.shown(&session.prefixes),
                ..Grid::default()
            };
            details.push(rows);
        }
    }
    Ok(Rules {
        grid,
        details,
        violated,
    })
}

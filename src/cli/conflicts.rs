use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use super::Exit;
use super::session::Place;
use super::shown::Shown;
use crate::document::{Block, Cell, Plain, Role, Table};
use crate::graph::QueryOptions;
use crate::graph::namespaces::{StudyThing, property_name};
use crate::query::{Prepared, rows};

/// List every disagreement between reports, and how it was dealt with
///
/// Reports disagree if they cannot both be true. Until a row of decisions.csv rules, unresolved ones
/// have no consensus value, or only what a third report leaves open. Of reports that fit each other
/// the most precise is taken, and of one course the latest; --all lists these too.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph conflicts
  casegraph conflicts --unresolved
  casegraph conflicts --all
  casegraph conflicts --unresolved --format csv > to-do.csv")]
pub struct Conflicts {
    /// Only those that no rule settles
    #[arg(long)]
    unresolved: bool,
    /// Also reports that differ and fit each other
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    shown: Shown,
}

impl Conflicts {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let query = Prepared::new(include_str!("queries/conflicts.rq"));
        let table = session.rows(&query, &QueryOptions::default())?;
        let mut shown = Table::new(
            "",
            &[
                ("case", Role::Case),
                ("event", Role::Text),
                ("property", Role::Text),
                ("taken", Role::Text),
                ("resolution", Role::Text),
                ("reports", Role::Text),
            ],
        );
        let mut conflicts: Vec<Value> = Vec::new();
        let mut fitting = 0;
        for row in rows(&table) {
            let resolution = row.text("resolution");
            let unresolved = resolution == "unresolved";
            let fits = row.boolean("fit") == Some(true);
            fitting += usize::from(fits);
            if (self.unresolved && !unresolved) || (fits && !self.all) {
                continue;
            }
            let event = StudyThing::of_case(row.text("thing")).map_or("", StudyThing::event);
            let property = property_name(row.text("property"), &session.prefixes);
            let (case, taken) = (row.text("case"), row.get("chosen"));
            let reports: Vec<&str> = row.text("reports").lines().collect();
            shown.push([
                Cell::from(case),
                event.into(),
                property.as_str().into(),
                taken.unwrap_or("none").into(),
                resolution.into(),
                Cell::lines(&reports),
            ]);
            conflicts.push(json!({
                "case": case,
                "event": (!event.is_empty()).then_some(event),
                "property": property,
                "taken": taken,
                "resolution": resolution,
                "fit": fits,
                "reports": reports,
            }));
        }
        let n = shown.rows.len();
        let json = json!({
            "shown": n,
            "of": table.rows(),
            "fitting": fitting,
            "disagreements": table.rows() - fitting,
            "conflicts": conflicts,
        });
        let mut document = Plain::of_table("Disagreements between reports", shown, json);
        let told = format!(
            "{n} of {} shown: {} disagreements, {fitting} differences that fit.",
            table.rows(),
            table.rows() - fitting
        );
        document.page.extend([Block::Blank, Block::Line(told)]);
        self.shown.show(&document, printer)?;
        let shown = if self.all { n - fitting } else { n };
        let more = if self.all { "" } else { " (--all)" };
        printer.say(&format!(
            "Disagreements: {shown}; differences that fit: {fitting}{more}"
        ));
        Ok(Exit::Done)
    }
}

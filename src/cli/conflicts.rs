use anyhow::Result;
use clap::Args;

use super::Exit;
use super::session::Place;
use crate::graph::QueryOptions;
use crate::graph::namespaces::{StudyThing, TERMS};
use crate::query::{Prepared, rows};
use crate::report::{Grid, text};

/// List every disagreement between reports, and how it was dealt with
///
/// Reports disagree if they cannot both be true. Until a row of decisions.csv rules, unresolved ones
/// have no consensus value, or only what a third report leaves open. Of reports that fit each other
/// the most precise is taken, and of one course the latest; --all lists these too.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph conflicts
  casegraph conflicts --unresolved
  casegraph conflicts --all")]
pub struct Conflicts {
    /// Only those that no rule settles
    #[arg(long)]
    unresolved: bool,
    /// Also reports that differ and fit each other
    #[arg(long)]
    all: bool,
}

impl Conflicts {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let query = Prepared::new(include_str!("queries/conflicts.rq"));
        let table = session.rows(&query, &QueryOptions::default())?;
        let mut listed = Vec::new();
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
            let property = row.text("property").strip_prefix(TERMS).unwrap_or_default();
            let (case, reports) = (row.text("case"), row.text("reports"));
            let taken = row.get("chosen").unwrap_or("none");
            listed.push(
                [case, event, property, taken, resolution, reports]
                    .map(str::to_owned)
                    .to_vec(),
            );
        }
        let n = listed.len();
        let grid = Grid {
            caption: String::new(),
            headings: [
                "case",
                "event",
                "property",
                "taken",
                "resolution",
                "reports",
            ]
            .map(str::to_owned)
            .to_vec(),
            rows: listed,
            ..Grid::default()
        };
        printer.text(&text(&grid, printer.width()))?;
        let shown = if self.all { n - fitting } else { n };
        let more = if self.all { "" } else { " (--all)" };
        printer.say(&format!(
            "Disagreements: {shown}; differences that fit: {fitting}{more}"
        ));
        Ok(Exit::Done)
    }
}

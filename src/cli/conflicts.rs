use anyhow::Result;
use clap::Args;

use super::Exit;
use super::session::Place;
use crate::graph::namespaces::{StudyThing, TERMS};
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

const QUERY: &str = "SELECT ?case ?thing ?property ?resolution ?chosen ?reports ?fit WHERE {
  VALUES (?class ?fit) { (cg:Conflict false) (cg:Refinement true) }
  ?conflict a ?class ; cg:onCase/cg:caseKey ?case ; cg:about ?thing ; cg:ofProperty ?property ; cg:resolution ?resolution .
  OPTIONAL { ?conflict cg:chosen ?chosen }
  { SELECT ?conflict (GROUP_CONCAT(?said; SEPARATOR=\"\\n\") AS ?reports) WHERE {
      { SELECT ?conflict ?said WHERE { ?conflict cg:said ?said } ORDER BY ?conflict ?said }
    } GROUP BY ?conflict }
} ORDER BY ?case ?thing ?property";

impl Conflicts {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let query = crate::query::parse(QUERY, &session.prefixes)?;
        let asked = crate::query::ask(&session.graph, &query, &Default::default(), None)?;
        let crate::query::Asked::Table(table) = asked else {
            return Ok(Exit::Done);
        };
        let mut rows = Vec::new();
        let mut fitting = 0;
        for row in 0..table.rows() {
            let cell = |column| table.text(row, column).unwrap_or_default();
            let unresolved = cell(3) == "unresolved";
            let fits = cell(6) == "true";
            fitting += usize::from(fits);
            if (self.unresolved && !unresolved) || (fits && !self.all) {
                continue;
            }
            let event = StudyThing::of_case(cell(1)).map_or("", StudyThing::event);
            let property = cell(2).strip_prefix(TERMS).unwrap_or_default();
            let taken = if cell(4).is_empty() { "none" } else { cell(4) };
            rows.push(
                [cell(0), event, property, taken, cell(3), cell(5)]
                    .map(str::to_owned)
                    .to_vec(),
            );
        }
        let n = rows.len();
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
            rows,
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

use std::collections::BTreeMap;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::Exit;
use super::session::{Place, Session, known_analyses, suggestions};
use crate::dossier::care::{CaseCompleteness, Source, of_cases};
use crate::graph::QueryOptions;
use crate::query::Table;
use crate::report::{completeness_grid, completeness_words, letter, text};

/// The saved analysis that says what is known of each case.
const COMPLETENESS: &str = "cohort/completeness";

/// Write to the authors of a case for what is missing
///
/// Without a publication: how complete each counted case is by the items of the CARE guideline, the
/// least complete first. With one: a message to its authors that lists what is not known of its cases.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph letter
  casegraph letter zhang-2020
  casegraph letter --format json > missing.json")]
pub struct Letter {
    /// Key of the publication
    #[arg(value_name = "PUBLICATION")]
    publication: Option<String>,
    /// How to write the list of cases
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// Each case with every missing item
    Json,
}

const MAIN_PUBLICATIONS: &str = "SELECT ?case ?publication WHERE {
  ?patient a cg:Case ; cg:caseKey ?case ; cg:mainPublication/rdfs:label ?publication
}";
const SOURCES: &str = "SELECT ?key ?author ?title ?journal ?year ?doi ?reading WHERE {
  ?source a cg:Publication ; rdfs:label ?key .
  OPTIONAL { ?source cg:firstAuthor ?author }
  OPTIONAL {
    ?source dcterms:title ?title
    FILTER(?title != CONCAT('reports of ', ?key))
  }
  OPTIONAL { ?source cg:journal ?journal }
  OPTIONAL { ?source cg:year ?year }
  OPTIONAL { ?source cg:doi ?doi }
  OPTIONAL { ?source cg:readingDepth ?reading }
}";

impl Letter {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let catalogue = known_analyses(&session, printer)?.catalogue;
        let rows = session
            .compute(catalogue.find(COMPLETENESS)?, &[], &QueryOptions::default())?
            .table;
        let main = session.table(MAIN_PUBLICATIONS, &QueryOptions::default())?;
        let publications: BTreeMap<String, String> = (0..main.rows())
            .map(|row| (cell(&main, row, 0), cell(&main, row, 1)))
            .collect();
        let cases = of_cases(&rows, &publications);
        let output = match (&self.publication, self.format) {
            (Some(key), _) => one(&session, key, &cases)?,
            (None, Format::Json) => format!("{}\n", serde_json::to_string_pretty(&cases)?),
            (None, Format::Table) => format!(
                "{}\n{}\n",
                text(&completeness_grid(&cases), printer.width()),
                completeness_words(&cases)
            ),
        };
        match (&self.publication, self.format) {
            (None, Format::Json) => printer.data(&output)?,
            _ => printer.text(&output)?,
        }
        Ok(Exit::Done)
    }
}

/// The message to the authors of one publication.
fn one(session: &Session, key: &str, cases: &[CaseCompleteness]) -> Result<String> {
    let sources = session.table(SOURCES, &QueryOptions::default())?;
    let keys: Vec<String> = (0..sources.rows())
        .map(|row| cell(&sources, row, 0))
        .collect();
    let Some(row) = keys.iter().position(|known| known == key) else {
        anyhow::bail!("there is no publication {key:?}{}", suggestions(key, &keys));
    };
    let its: Vec<&CaseCompleteness> = cases
        .iter()
        .filter(|case| case.publication == key && !case.missing.is_empty())
        .collect();
    anyhow::ensure!(
        !its.is_empty(),
        "{key} is the main publication of no counted case of which something is missing"
    );
    let of = |column| cell(&sources, row, column);
    let source = Source {
        key: key.to_owned(),
        first_author: of(1),
        title: of(2),
        journal: of(3),
        year: of(4),
        doi: of(5),
        reading: of(6),
    };
    Ok(letter(&source, &its, &session.manifest.title))
}

fn cell(table: &Table, row: usize, column: usize) -> String {
    table.text(row, column).unwrap_or_default().to_owned()
}

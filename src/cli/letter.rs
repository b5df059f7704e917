use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;

use super::Exit;
use super::printer::Printer;
use super::session::{Place, Session, known_analyses, suggestions};
use super::shown::Shown;
use crate::dossier::care::{CaseCompleteness, Source, of_cases};
use crate::graph::QueryOptions;
use crate::query::{Prepared, rows};
use crate::report::{CompletenessDocument, LetterDocument};

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
  casegraph letter --format json > missing.json
  casegraph letter zhang-2020 --format csv > missing-of-zhang-2020.csv")]
pub struct Letter {
    /// Key of the publication
    #[arg(value_name = "PUBLICATION")]
    publication: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

impl Letter {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let catalogue = known_analyses(&session, printer)?.catalogue;
        let known = session
            .compute(catalogue.find(COMPLETENESS)?, &[], &QueryOptions::default())?
            .table;
        let main = Prepared::new(include_str!("queries/main_publications.rq"));
        let main = session.rows(&main, &QueryOptions::default())?;
        let publications: BTreeMap<String, String> = rows(&main)
            .map(|row| {
                (
                    row.text("case").to_owned(),
                    row.text("publication").to_owned(),
                )
            })
            .collect();
        let cases = of_cases(&known, &publications);
        match &self.publication {
            Some(key) => self.one(&session, key, &cases, printer)?,
            None => self.shown.show(&CompletenessDocument(&cases), printer)?,
        }
        Ok(Exit::Done)
    }

    /// Shows the message to the authors of one publication.
    fn one(
        &self,
        session: &Session,
        key: &str,
        cases: &[CaseCompleteness],
        printer: Printer,
    ) -> Result<()> {
        let sources = Prepared::new(include_str!("queries/publications.rq"));
        let sources = session.rows(&sources, &QueryOptions::default())?;
        let Some(row) = rows(&sources).find(|row| row.text("key") == key) else {
            let keys: Vec<String> = rows(&sources)
                .map(|row| row.text("key").to_owned())
                .collect();
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
        let of = |column| row.text(column).to_owned();
        let source = Source {
            key: key.to_owned(),
            first_author: of("author"),
            title: of("title"),
            journal: of("journal"),
            year: of("year"),
            doi: of("doi"),
            reading: of("reading"),
        };
        let document = LetterDocument {
            source: &source,
            cases: &its,
            study: &session.manifest.title,
        };
        self.shown.show(&document, printer)
    }
}

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;

use super::Exit;
use super::output::write_output;
use super::session::Place;
use crate::import::template;
use crate::ontology::Ontology;

/// Write a workbook to fill in: a tab a sheet, with lists of words and notes
///
/// The headings are frozen and have notes that say what they mean, columns of vocabularies and codes have lists to choose
/// from, and every cell is text, so that no gene becomes a date. A tab explains empty cells, NR and NA. With --filled the
/// tabs have the rows of the study. `casegraph import` makes sheets of it again.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph template new.xlsx                            an empty workbook
  casegraph template -p my-study --filled my-study.xlsx  the sheets of a study
  casegraph import my-study.xlsx --into my-study         and back")]
pub struct Template {
    /// Workbook to write; it must not exist
    #[arg(value_name = "FILE.xlsx")]
    file: PathBuf,
    /// Fill the tabs with the rows of the study
    #[arg(long)]
    filled: bool,
}

impl Template {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let file = self.file.display();
        ensure!(
            self.file.extension().is_some_and(|ending| ending == "xlsx"),
            "{file} does not end in .xlsx, by which spreadsheet programs know a workbook"
        );
        ensure!(
            !self.file.exists(),
            "{file} is there already, and may hold somebody's work: name a new file"
        );
        let project = place.find()?;
        let ontology = Ontology::read(project.vocabularies())?;
        let study = self.filled.then(|| project.study());
        write_output(&self.file, &template(&ontology, study)?)?;
        let printer = place.printer();
        printer.say(&format!(
            "Wrote {file}. When it is filled: casegraph import {file}"
        ));
        Ok(Exit::Done)
    }
}

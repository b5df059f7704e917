use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::Exit;
use super::output::begin_folder;
use super::session::Place;
use crate::export::{ExportFormat, ExportStudy, FORMATS, LOST, WITHOUT_IDENTIFIER};

/// Give the study out in a format that others read
///
/// Writes a folder: the files of the format, `LOST.csv` with every value that the format cannot say and why, and
/// `WITHOUT_IDENTIFIER.csv` with the terms that have no identifier in the vocabularies that the format takes. Nothing is filled in
/// that no source states. Cases that do not count are given too, with the mark where the format has one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph export phenopackets packets         one phenopacket a case
  casegraph export cbioportal study --counted   a study folder of the cases that count
  casegraph --release path/to/release-1 export kgx edges")]
pub struct Export {
    /// Format to write
    #[arg(value_name = "FORMAT", value_parser = formats())]
    format: &'static ExportFormat,
    /// Folder to write; it must not exist or be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Only the cases that count
    #[arg(long)]
    counted: bool,
}

/// The names of formats.
pub(super) fn formats() -> impl TypedValueParser<Value = &'static ExportFormat> {
    let values = FORMATS
        .iter()
        .map(|format| PossibleValue::new(format.name).help(format.describes));
    PossibleValuesParser::new(values)
        .map(|name| ExportFormat::of(&name).expect("the parser takes the names of formats alone"))
}

impl Export {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        ensure!(
            self.format.of_cases || !self.counted,
            "{} is not of the cases alone: leave --counted out",
            self.format.name
        );
        let session = place.open()?;
        let unfinished = begin_folder(&self.folder)?;
        let study = ExportStudy::read(&session, self.counted)?;
        let exported = (self.format.write)(&study)?;
        let (files, lost) = (exported.count(), exported.ledger.clone());
        let folder = self.folder.display();
        for (name, bytes) in exported.into_files() {
            unfinished
                .write(&name, &bytes)
                .with_context(|| format!("cannot write {name} in {folder}"))?;
        }
        unfinished
            .finish()
            .with_context(|| format!("cannot write {folder}"))?;
        printer.say(&format!(
            "{}: {} cases, {files} files in {folder}.",
            self.format.name,
            study.cases.len()
        ));
        for (reason, count) in lost.by_reason() {
            printer.say(&format!("Not said, {count}: {reason}."));
        }
        if !lost.lost.is_empty() {
            printer.say(&format!("Each stands in {folder}/{LOST}."));
        }
        if !lost.without_identifier.is_empty() {
            printer.say(&format!(
                "{} terms have no identifier there: {folder}/{WITHOUT_IDENTIFIER}.",
                lost.without_identifier.len()
            ));
        }
        Ok(Exit::Done)
    }
}

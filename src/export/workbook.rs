//! The sheets of the study as a workbook.

use super::{ExportError, ExportFormat, ExportStudy, Exported};
use crate::graph::release::sums_of;
use crate::import::{open_document, template};
use crate::ingest::{fingerprint_of_sums, input_sums};
use crate::ontology::Ontology;
use crate::project::Project;

pub(super) const XLSX: ExportFormat = ExportFormat {
    name: "xlsx",
    describes: "the sheets as a workbook of Excel",
    of_cases: false,
    write: |study| {
        let project = project_of(study)?;
        let ontology = Ontology::read(project.vocabularies())?;
        let book = template(&ontology, Some(project.study()))?;
        Ok(book_of(study, "xlsx", book))
    },
};

pub(super) const ODS: ExportFormat = ExportFormat {
    name: "ods",
    describes: "the sheets as a workbook of LibreOffice (OpenDocument)",
    of_cases: false,
    write: |study| {
        let book = open_document(project_of(study)?.study())?;
        Ok(book_of(study, "ods", book))
    },
};

fn book_of(study: &ExportStudy, ending: &str, book: Vec<u8>) -> Exported {
    let mut exported = Exported::default();
    exported.add(format!("{}.{ending}", study.name()), book);
    let why = "study.toml, columns.toml and vocabularies of the study's own are no sheets: keep the folder";
    exported.ledger.lose("", "study", "", why);
    exported
}

/// The files that the store was made from; a store of other sheets than these has none.
fn project_of<'a>(study: &'a ExportStudy) -> Result<&'a Project, ExportError> {
    let manifest = &study.session.manifest;
    let project = &study.session.project;
    let sums = sums_of(&input_sums(project)?);
    let made =
        sums.and_then(|sums| fingerprint_of_sums(&sums, &manifest.software, &manifest.study));
    if made.as_ref() == Some(&manifest.inputs_sha256) {
        Ok(project)
    } else {
        Err(ExportError::NoSheets)
    }
}

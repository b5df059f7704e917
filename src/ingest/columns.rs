//! `columns.toml`: the columns and sheets that a study adds to those that every study has.

use super::problems::{Place, Problems};
use crate::case::{FactSheet, Fault, Kind, Schema};
use crate::ontology::{Ontology, nearest};
use crate::project::{FileError, Folder};

/// File in which a study describes its own sheets and columns.
pub(super) const COLUMNS: &str = "columns.toml";

/// The largest such file, in bytes: what it says is kept as long as the program runs.
const LARGEST: usize = 1 << 20;

/// The sheets of a study. What is wrong with its own description of some is told.
///
/// # Errors
/// The file exists and cannot be read at all.
pub(super) fn read(
    folder: &Folder,
    ontology: &Ontology,
    problems: &mut Problems,
) -> Result<&'static Schema, FileError> {
    let Some(text) = folder.text(COLUMNS)? else {
        return Ok(Schema::shipped());
    };
    let file = folder.display(COLUMNS);
    if text.len() > LARGEST {
        problems.file(
            &file,
            format!("has more than {LARGEST} bytes: make long lists of words vocabularies"),
        );
        return Ok(Schema::shipped());
    }
    let (schema, faults) = Schema::of_study(&text);
    for fault in faults {
        tell(&file, fault, problems);
    }
    for sheet in schema.facts() {
        vocabularies(sheet, &file, ontology, problems);
    }
    Ok(schema)
}

/// The sheets of a study's folder, whatever is wrong with its own description of them.
///
/// # Errors
/// The file exists and cannot be read at all.
pub fn schema(folder: &Folder) -> Result<&'static Schema, FileError> {
    let text = folder.text(COLUMNS)?.filter(|text| text.len() <= LARGEST);
    Ok(Schema::of_study(&text.unwrap_or_default()).0)
}

/// A type that is none of ours names a vocabulary.
fn vocabularies(sheet: FactSheet, file: &str, ontology: &Ontology, problems: &mut Problems) {
    for column in sheet.columns() {
        let Kind::Concept(scheme) = column.kind else {
            continue;
        };
        if ontology
            .vocabulary(scheme.name())
            .concepts()
            .next()
            .is_none()
        {
            let near = nearest(&scheme.name().to_lowercase(), ontology.schemes());
            let place = Place {
                file,
                cell: format!("{}.{}", sheet.name(), column.name),
                value: scheme.name(),
            };
            let rule = format!(
                "is no type and no vocabulary: text, code, integer, decimal, boolean, date or gene, or a vocabulary ({}); a new one is a file of ontology/",
                ontology.schemes().collect::<Vec<_>>().join(", ")
            );
            problems.cell_near(&place, rule, near.into_iter().map(str::to_owned).collect());
        }
    }
}

fn tell(file: &str, fault: Fault, problems: &mut Problems) {
    let place = Place {
        file,
        cell: format!("line {}", fault.line),
        value: &fault.value,
    };
    let word = fault.value.rsplit('.').next().unwrap_or_default();
    let near = nearest(&word.to_lowercase(), fault.known.iter().copied());
    let near: Vec<String> = near.into_iter().map(str::to_owned).collect();
    let rule = if near.is_empty() && !fault.known.is_empty() {
        format!("{} ({})", fault.rule, fault.known.join(", "))
    } else {
        fault.rule
    };
    problems.cell_near(&place, rule, near);
}

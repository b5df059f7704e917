//! A study as a workbook: a tab a sheet, with headings that explain themselves and lists of words to choose from.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, Formula,
    IgnoreError, Note, Workbook, Worksheet, XlsxError,
};
use thiserror::Error;

use super::schema::{Heading, Takes, columns_of, known_columns_of, sheets_of};
use super::sheet::rows_of;
use super::tabs::FOR_PEOPLE;
use crate::case::Schema;
use crate::delimited::address;
use crate::ontology::Ontology;
use crate::project::{FileError, Folder};

/// Why no workbook can be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A sheet of the study cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A sheet of the study is no CSV.
    #[error("{0} cannot be read as CSV: casegraph check says what is wrong with it")]
    Sheet(String),
    /// The workbook cannot hold it.
    #[error("a workbook cannot hold it")]
    Workbook(#[from] XlsxError),
    /// The workbook cannot be packed.
    #[error("the workbook cannot be packed")]
    Packed(#[from] zip::result::ZipError),
}

/// The last row that a workbook has, from 0.
const LAST: u32 = 1_048_575;
/// Width of a column, in characters.
const WIDTH: f64 = 18.0;

const HOW: &[&str] = &[
    "One tab is one sheet, and one row says what ONE source states about one thing. A case that two papers describe has two rows.",
    "Begin with publications, then cohorts (which cases count), cases, and what each source says of them.",
    "Every column is formatted as text, so that nothing is turned into a date or a number. Paste values only (Ctrl-Shift-V).",
    "",
    "An EMPTY cell: this source does not say it, or was not read that far.",
    "NR: the source was read whole and does not report it.",
    "NA: the question does not apply (no metastasis, so no site of one).",
    "Do not write unknown, -, ? or n/a: leave the cell empty.",
    "",
    "Numbers have a point and no unit: 3.5. A range is 12-15. Lists are separated by \"; \".",
    "Columns with a list offer the words of the vocabularies; their synonyms and codes are understood, too. The tab words has all of them.",
    "certainty: stated, if the source says it; derived, if it follows from what the source says; weak, if it is never to be counted.",
    "",
    "When it is filled: casegraph import FILE.xlsx says how it is understood, before it writes anything.",
];

/// Makes a workbook with a tab for each sheet: empty, or with the rows of a study.
///
/// # Errors
/// A sheet of the study cannot be read, or does not fit into a workbook.
pub fn template(ontology: &Ontology, study: Option<&Folder>) -> Result<Vec<u8>, TemplateError> {
    let mut book = Workbook::new();
    // Always the same, so that the same study is the same file.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let [how, words] = FOR_PEOPLE;
    let about = book.add_worksheet();
    about.set_name(how)?;
    about.set_column_width(0, 120)?;
    for (row, line) in (0..).zip(HOW) {
        about.write_string(row, 0, *line)?;
    }
    let mut lists = Lists::default();
    let schema = study.map_or(Ok(Schema::shipped()), crate::ingest::sheets_of)?;
    for name in sheets_of(schema) {
        let file = format!("{name}.csv");
        let old = study
            .map(|folder| folder.bytes(&file))
            .transpose()?
            .flatten();
        let (headings, rows) = match old {
            Some(bytes) => rows_of(&bytes).ok_or(TemplateError::Sheet(file))?,
            None => {
                let headings = columns_of(schema, name)
                    .into_iter()
                    .map(|heading| heading.name);
                (headings.collect(), Vec::new())
            }
        };
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        fill(sheet, name, &headings, &rows)?;
        for (column, heading) in (0..).zip(&headings) {
            let known = known_columns_of(schema, name);
            if let Some(of) = known.iter().find(|known| known.name == *heading) {
                explain(sheet, column, of, &mut lists, ontology)?;
            }
        }
    }
    let sheet = book.add_worksheet();
    sheet.set_name(words)?;
    for (column, (heading, words)) in (0..).zip(&lists.all) {
        sheet.write_string_with_format(0, column, heading, &bold())?;
        sheet.set_column_width(column, WIDTH)?;
        for (row, word) in (1..).zip(words) {
            sheet.write_string(row, column, word)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(book.save_to_buffer()?)
}

fn bold() -> Format {
    Format::new().set_bold().set_num_format("@")
}

fn fill(
    sheet: &mut Worksheet,
    name: &str,
    headings: &[String],
    rows: &[Vec<String>],
) -> Result<(), TemplateError> {
    let text = Format::new().set_num_format("@");
    for (column, heading) in (0..).zip(headings) {
        sheet.set_column_format(column, &text)?;
        sheet.set_column_width(column, WIDTH)?;
        sheet.write_string_with_format(0, column, heading, &bold())?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            if !cell.is_empty() {
                sheet.write_string_with_format(row, column, cell, &text)?;
            }
        }
    }
    if let Some(last) = headings.len().checked_sub(1) {
        let last = u16::try_from(last).unwrap_or(u16::MAX);
        sheet.ignore_error_range(0, 0, LAST, last, IgnoreError::NumberStoredAsText)?;
    }
    let frozen = if name == "publications" || name == "cohorts" {
        1
    } else {
        2
    };
    sheet.set_freeze_panes(1, frozen)?;
    Ok(())
}

/// Adds a note and a list of words to a column.
fn explain(
    sheet: &mut Worksheet,
    column: u16,
    of: &Heading,
    lists: &mut Lists,
    ontology: &Ontology,
) -> Result<(), TemplateError> {
    let mut note = of.meaning.clone();
    let words = match &of.takes {
        Takes::YesNo => vec!["yes".to_owned(), "no".to_owned()],
        Takes::Codes { words, .. } => words.clone(),
        Takes::Words { scheme, .. } => shown(ontology, scheme),
        Takes::Agents => shown(ontology, "drug"),
        Takes::Gene => shown(ontology, "gene"),
        Takes::Text | Takes::Number | Takes::Date => Vec::new(),
    };
    let (name, style, about) = match &of.takes {
        Takes::Codes { closed: false, .. } => (
            of.name.as_str(),
            DataValidationErrorStyle::Information,
            "one of the list, or another",
        ),
        Takes::Words {
            scheme,
            many: false,
        } => (
            *scheme,
            DataValidationErrorStyle::Information,
            "one of the list, or a synonym",
        ),
        Takes::Words { scheme, many: true } => (
            *scheme,
            DataValidationErrorStyle::Information,
            "from the list; several are separated by \"; \"",
        ),
        Takes::Agents => (
            "drug",
            DataValidationErrorStyle::Information,
            "drugs from the list; several are separated by \"; \"",
        ),
        Takes::Gene => (
            "gene",
            DataValidationErrorStyle::Information,
            "symbol of a human gene, from the list or another",
        ),
        Takes::Number => (
            "",
            DataValidationErrorStyle::Stop,
            "a number with a point and no unit, or a range such as 12-15",
        ),
        Takes::YesNo => ("yes or no", DataValidationErrorStyle::Stop, "yes or no"),
        _ => (of.name.as_str(), DataValidationErrorStyle::Stop, ""),
    };
    if !about.is_empty() {
        note = if note.is_empty() {
            about.to_owned()
        } else {
            format!("{note}: {about}")
        };
    }
    if !note.is_empty() {
        let note = Note::new(note)
            .set_author("casegraph")
            .add_author_prefix(false);
        sheet.insert_note(0, column, &note)?;
    }
    if words.is_empty() {
        return Ok(());
    }
    let list = Formula::new(lists.range(name, words));
    let message = format!(
        "This is no word of the tab {}. Import will say whether it is understood.",
        FOR_PEOPLE[1]
    );
    let rule = DataValidation::new()
        .allow_list_formula(list)
        .set_error_style(style)
        .set_error_title("Not in the list")?
        .set_error_message(message)?;
    sheet.add_data_validation(1, column, LAST, column, &rule)?;
    Ok(())
}

/// The words of a vocabulary as people read them.
fn shown(ontology: &Ontology, scheme: &str) -> Vec<String> {
    let concepts = ontology.vocabulary(scheme).concepts();
    let mut words: Vec<String> = concepts
        .map(|(_, concept)| concept.display().to_owned())
        .collect();
    words.sort_unstable_by_key(|word| word.to_lowercase());
    words.dedup();
    words
}

/// The lists of words, each once.
#[derive(Default)]
struct Lists {
    all: Vec<(String, Vec<String>)>,
}

impl Lists {
    /// Where a list stands in its tab. Each ends with NR and NA, which every column takes.
    fn range(&mut self, name: &str, mut words: Vec<String>) -> String {
        words.extend(["NR".to_owned(), "NA".to_owned()]);
        let known = self.all.iter().position(|(_, known)| *known == words);
        let at = known.unwrap_or_else(|| {
            self.all.push((name.to_owned(), words));
            self.all.len() - 1
        });
        let cell = |row: usize| {
            let address = address(at, row);
            let letters = address.trim_end_matches(|c: char| c.is_ascii_digit());
            format!("${letters}${row}")
        };
        format!(
            "={}!{}:{}",
            FOR_PEOPLE[1],
            cell(2),
            cell(self.all[at].1.len() + 1)
        )
    }
}

//! How a data dictionary of `REDCap` names the columns of the sheets: an export writes it, and an import reads by it.

use crate::case::{Column, Rows, Schema, Sheet};

/// Name and label of the first field, which tells records apart: a record is a case.
pub const RECORD: (&str, &str) = ("case", "Key of the case");

/// Fields that a form of a sheet of facts has besides its own.
const OF_FACTS: [&str; 6] = ["item", "source", "locator", "certainty", "verbatim", "note"];

/// A field of a form: a column of a sheet of facts.
#[derive(Debug, Clone, PartialEq)]
pub struct DictionaryField {
    /// Its name, of letters, digits and underscores, which no other form has.
    pub name: String,
    /// The sheet that its form is.
    pub sheet: &'static Sheet,
    /// The column.
    pub column: &'static Column,
}

/// All fields but that of the record, in the order of the dictionary.
#[must_use]
pub fn dictionary(schema: &'static Schema) -> Vec<DictionaryField> {
    let sheets = schema.sheets().filter(|sheet| sheet.rows != Rows::Study);
    sheets.flat_map(|sheet| of_sheet(schema, sheet)).collect()
}

fn of_sheet(
    schema: &'static Schema,
    sheet: &'static Sheet,
) -> impl Iterator<Item = DictionaryField> {
    let of_facts = schema.every_fact().iter().filter(|column| {
        let numbered = column.name != "item" || sheet.rows == Rows::Event;
        OF_FACTS.contains(&column.name) && numbered
    });
    let field = move |column: &'static Column| DictionaryField {
        name: format!("{}_{}", sheet.name, column.name),
        sheet,
        column,
    };
    of_facts.chain(&sheet.columns).map(field)
}

/// A word as the code of a choice: of letters, digits and underscores.
#[must_use]
pub fn choice_code(word: &str) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    word.chars().map(fit).collect()
}

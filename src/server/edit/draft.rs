//! What a form sends: a row, those that wait with it, and what shall be done.

use std::collections::BTreeSet;

use super::{Desk, given};
use crate::case::{Rows, Sheet};
use crate::curation::{Cells, Change, Placed, rows};
use crate::server::problem::Problem;

/// The most rows that are written at once.
const MOST_ROWS: usize = 50;

/// What shall be done with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// Show what it would do.
    Try,
    /// Write the rows into the sheet.
    Write,
    /// Keep its row, and go on with one of this sheet.
    More(String),
}

/// A form as it was sent.
pub(super) struct Draft {
    /// Rows that were filled before and wait to be written with this one.
    pub waiting: Vec<Change>,
    /// The row of the form.
    pub change: Change,
    pub wish: Wish,
}

impl Draft {
    /// Reads a form of a sheet. The row shall be as the form has it, or go if that is wished.
    pub fn of(desk: &Desk<'_>, sheet: &Sheet, form: &[(String, String)]) -> Result<Self, Problem> {
        let waiting = waiting(form)?;
        let before = match given(form, "seen") {
            "" => None,
            json => Some(serde_json::from_str::<Placed>(json).map_err(|_| broken("seen"))?),
        };
        let mut cells = before
            .as_ref()
            .map_or_else(Cells::new, |placed| placed.cells.clone());
        let columns = form.iter().filter_map(|(name, _)| {
            let column = name.strip_prefix("c.").or_else(|| name.strip_prefix("m."));
            column.map(str::to_owned)
        });
        for column in columns.collect::<BTreeSet<String>>() {
            let text = given(form, &format!("c.{column}"));
            let absent = given(form, &format!("m.{column}"));
            let text = cleaned(text);
            if !absent.is_empty() && !text.is_empty() && text != absent {
                let detail = format!(
                    "{column} says {text:?} and {absent}: go back and empty the field, or choose “as typed”"
                );
                return Err(Problem::bad_request(detail));
            }
            let text = if absent.is_empty() {
                text
            } else {
                absent.to_owned()
            };
            if text.is_empty() {
                cells.remove(&column);
            } else {
                cells.insert(column, text);
            }
        }
        let wish = match given(form, "do") {
            "write" => Wish::Write,
            "more" => Wish::More(given(form, "next").to_owned()),
            _ => Wish::Try,
        };
        if sheet.rows != Rows::Study {
            desk.sign(sheet, &mut cells)?;
            if before.is_none() {
                desk.number(sheet, &mut cells, &waiting)?;
            }
        }
        let goes = given(form, "goes") == "yes";
        let after = Some(cells).filter(|cells| !goes && !cells.is_empty());
        let change = Change {
            sheet: sheet.name.to_owned(),
            before,
            after,
            place: None,
        };
        Ok(Self {
            waiting,
            change,
            wish,
        })
    }

    /// All rows, those that wait first.
    pub fn changes(&self) -> Vec<Change> {
        let of_form = &self.change;
        // A form that is empty, or changes nothing, adds nothing to those that wait.
        let is_empty = match (&of_form.before, &of_form.after) {
            (None, None) => true,
            (Some(before), Some(after)) => before.cells == *after,
            _ => false,
        };
        let own = (!is_empty).then(|| of_form.clone());
        self.waiting.iter().cloned().chain(own).collect()
    }
}

/// The rows that wait.
pub(super) fn waiting(form: &[(String, String)]) -> Result<Vec<Change>, Problem> {
    let waiting: Vec<Change> = match given(form, "waiting") {
        "" => Vec::new(),
        json => serde_json::from_str(json).map_err(|_| broken("waiting"))?,
    };
    if waiting.len() >= MOST_ROWS {
        return Err(Problem::bad_request(format!(
            "{MOST_ROWS} rows wait: write them before you add another"
        )));
    }
    Ok(waiting)
}

fn broken(field: &str) -> Problem {
    Problem::bad_request(format!(
        "the field {field:?} is not as the form had it: open the form again"
    ))
}

/// A text as a cell has it: one kind of line break, no blanks around it.
fn cleaned(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .trim()
        .to_owned()
}

impl Desk<'_> {
    /// Says in a row whose it is and since when, where the sheet has columns for it.
    fn sign(&self, sheet: &Sheet, cells: &mut Cells) -> Result<(), Problem> {
        let bytes = self.bytes(sheet.name)?.unwrap_or_default();
        let lacking = crate::curation::lacking(sheet.name, &bytes).unwrap_or_default();
        let signed = self.signed();
        for (column, text) in [
            ("curator", self.curator.as_str()),
            ("curated_on", signed.day()),
        ] {
            // Who extracted a row stays who did, whoever corrects it.
            if !lacking.contains(&column) && !cells.contains_key(column) {
                cells.insert(column.to_owned(), text.to_owned());
            }
        }
        if lacking.contains(&"curation_state") {
            cells.remove("curation_state");
        }
        Ok(())
    }

    /// Gives a new row the next number of its case, if it has none.
    fn number(&self, sheet: &Sheet, cells: &mut Cells, waiting: &[Change]) -> Result<(), Problem> {
        if sheet.rows != Rows::Event || cells.contains_key("item") {
            return Ok(());
        }
        let Some(case) = cells.get("case").cloned() else {
            return Ok(());
        };
        let bytes = self.bytes(sheet.name)?.unwrap_or_default();
        let there = rows(sheet.name, &bytes).unwrap_or_default();
        let there = there.iter().map(|row| &row.cells);
        let waiting = waiting.iter().filter(|change| change.sheet == sheet.name);
        let items = there
            .chain(waiting.filter_map(|change| change.after.as_ref()))
            .filter(|row| row.get("case") == Some(&case))
            .filter_map(|row| row.get("item")?.parse::<u32>().ok());
        let next = items.max().unwrap_or(0) + 1;
        cells.insert("item".to_owned(), next.to_string());
        Ok(())
    }
}

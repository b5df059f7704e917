//! Messages on the cells of a file, in the words in which the check of a study has them.

use super::schema::Takes;
use super::tab::{At, Cell, Form, Tab};
use crate::ingest::{Problem, Severity, symbol_of_date};

/// The messages on a file, in order.
#[derive(Debug)]
pub(super) struct Messages {
    /// The file and its tab, as messages name them.
    from: String,
    pub problems: Vec<Problem>,
}

/// How many places a message names.
const NAMED: usize = 4;

impl Messages {
    pub fn new(from: String) -> Self {
        Self {
            from,
            problems: Vec::new(),
        }
    }

    pub fn from(&self) -> &str {
        &self.from
    }

    pub fn error(&mut self, at: At, value: &str, rule: impl Into<String>, nearest: Vec<String>) {
        self.push(Severity::Error, Some(at), value, rule.into(), nearest);
    }

    /// An error of the file as a whole.
    pub fn refuse(&mut self, value: &str, rule: impl Into<String>) {
        self.push(Severity::Error, None, value, rule.into(), Vec::new());
    }

    pub fn warn(&mut self, at: Option<At>, value: &str, rule: impl Into<String>) {
        self.push(Severity::Warning, at, value, rule.into(), Vec::new());
    }

    fn push(
        &mut self,
        severity: Severity,
        at: Option<At>,
        value: &str,
        rule: String,
        nearest: Vec<String>,
    ) {
        self.problems.push(Problem {
            severity,
            file: self.from.clone(),
            cell: at.map(At::address),
            value: (!value.is_empty()).then(|| value.chars().take(80).collect()),
            rule,
            nearest,
        });
    }

    /// Says what hides of a tab, and what is merged.
    pub fn of_tab(&mut self, tab: &Tab) {
        if tab.hidden {
            self.warn(None, "", "is hidden, and is read like the others");
        }
        let rows = tab.hidden_rows.iter().map(ToString::to_string);
        self.listed(
            "row",
            &rows.collect::<Vec<_>>(),
            "hidden, and read like the others",
        );
        let letters = tab.hidden_columns.iter().map(|column| {
            let address = At {
                row: 1,
                column: *column,
            }
            .address();
            address.trim_end_matches('1').to_owned()
        });
        self.listed(
            "column",
            &letters.collect::<Vec<_>>(),
            "hidden, and read like the others",
        );
        let words = "merged: only its first cell holds the value, the others are empty";
        self.listed("range", &tab.merged, words);
    }

    fn listed(&mut self, what: &str, places: &[String], words: &str) {
        let many = places.len();
        if many == 0 {
            return;
        }
        let mut named = places[..many.min(NAMED)].join(", ");
        if many > NAMED {
            named.push_str(&format!(" and {} more", many - NAMED));
        }
        let verb = if many == 1 { "is" } else { "are" };
        let plural = if many == 1 { "" } else { "s" };
        self.warn(
            None,
            "",
            format!("has the {what}{plural} {named}, which {verb} {words}"),
        );
    }

    /// Says which cells of a column are computed.
    pub fn of_formulas(&mut self, tab: &Tab, column: usize) {
        let computed = tab
            .rows
            .iter()
            .skip(1)
            .filter(|row| row.cells.get(column).is_some_and(|cell| cell.formula));
        let computed: Vec<usize> = computed.map(|row| row.number).collect();
        if let Some(row) = computed.first() {
            let at = At { row: *row, column };
            let many = computed.len();
            self.warn(Some(at), "", format!("is computed by a formula, one of {many} in this column: taken is the result that the program kept"));
        }
    }

    /// Says of a cell what a program made of its value, where the column takes no such thing. Gives whether it can be
    /// taken all the same.
    pub fn of_form(&mut self, at: At, cell: &Cell, takes: &Takes) -> bool {
        let text = "format the column as text and type the value anew";
        let rule = match cell.form {
            Form::Text | Form::Number => return true,
            Form::Date if *takes == Takes::Date => return true,
            Form::Fault => "is an error of a formula, or a formula whose result no program has kept: write the value itself".to_owned(),
            Form::Percentage => {
                let shown = cell.text.parse().map_or(f64::NAN, |number: f64| number * 100.0);
                // A tenth and a fifth are not whole in twos, and nobody wrote their last digits.
                let shown = (shown * 1e9).round() / 1e9;
                format!("is shown as {shown} % and kept as {}: format the column as a number, and type what is meant", cell.text)
            }
            Form::Truth => {
                "is a truth value of the spreadsheet program: write yes or no, as text".to_owned()
            }
            Form::Time => format!("is kept as a time of day, and this column takes none: {text}"),
            Form::Date => {
                let symbol = match takes {
                    Takes::Gene => symbol_of_date(&cell.text),
                    _ => None,
                };
                let symbol = symbol.map_or(String::new(), |symbol| format!(" (was it {symbol}?)"));
                format!("is kept as a date, and this column takes none{symbol}: {text}")
            }
        };
        self.error(at, &cell.text, rule, Vec::new());
        false
    }
}

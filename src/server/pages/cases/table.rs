//! The cases as a table: its columns, its rows, and what of it is asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::own::Own;
use crate::document::Doubt;
use crate::query::{Prepared, rows};
use crate::server::Site;
use crate::server::problem::Problem;

/// One row a case, those that count first.
const CASES: &str = include_str!("../queries/cases.rq");

/// The columns of every study: the parameter of an address, the column of the query, and the heading.
const COLUMNS: [(&str, &str, &str); 13] = [
    ("case", "case", "case"),
    ("cohort", "cohorts", "cohorts"),
    ("age", "age", "age, years"),
    ("sex", "sex", "sex"),
    ("histology", "histology", "histology"),
    ("partner", "partners", "fusion partners"),
    ("drug", "drugs", "drugs"),
    ("response", "responses", "best overall responses"),
    ("status", "status", "last status"),
    ("months", "months", "months"),
    ("publication", "publication", "main publication"),
    ("counted", "counted", "counted"),
    ("why", "why", "why not counted"),
];
/// Columns of which one value can be chosen.
const CHOSEN: [usize; 6] = [1, 4, 5, 6, 7, 11];
/// Columns of numbers.
const NUMBERS: [usize; 2] = [2, 9];
/// Columns that are searched and chosen from, and have no place in the table: whether a case counts is seen by its
/// place, and its publication by its key.
const ASIDE: [usize; 3] = [1, 10, 11];
/// The column that says whether a case counts, and its word if it does.
pub(super) const COUNTED: usize = 11;
const YES: &str = "yes";
/// Most values of a column that one is chosen from.
const CHOICES: usize = 40;

/// A column of the table.
pub(super) struct Column {
    /// Its parameter in an address.
    pub name: Cow<'static, str>,
    /// Its heading.
    pub heading: Cow<'static, str>,
    /// Whether it holds numbers.
    pub number: bool,
    /// Whether the table shows it; it is searched and chosen from all the same.
    pub shown: bool,
    /// Whether one of its values can be chosen.
    pub chosen: bool,
}

/// The names of the classes above a name, by column and name.
type Classes = BTreeMap<usize, BTreeMap<String, Vec<String>>>;

/// The table of cases.
pub(super) struct Cases {
    /// Its columns; the first has the keys.
    pub columns: Vec<Column>,
    /// A row a case, those that count first.
    pub rows: Vec<Vec<String>>,
    /// The classes of histologies and drugs that lie above those of the rows.
    pub classes: Classes,
}

impl Cases {
    /// Reads all cases.
    pub fn of(site: &Site) -> Result<Self, Problem> {
        let own = Own::of(site)?;
        let found = site.rows(&Prepared::new(CASES))?;
        let in_words = !own.columns.is_empty();
        let rows: Vec<Vec<String>> = rows(&found)
            .map(|row| {
                let case = row.text("case");
                let mut cells = COLUMNS
                    .map(|(_, column, _)| row.text(column).to_owned())
                    .to_vec();
                cells.extend(own.cells(case));
                cells.extend(in_words.then(|| own.words(case)));
                cells
            })
            .collect();
        let mut columns: Vec<Column> = COLUMNS
            .iter()
            .enumerate()
            .map(|(at, (name, _, heading))| Column {
                name: (*name).into(),
                heading: (*heading).into(),
                number: NUMBERS.contains(&at),
                shown: !ASIDE.contains(&at),
                chosen: CHOSEN.contains(&at),
            })
            .collect();
        columns.extend(own.columns.iter().map(|column| Column {
            name: column.name.into(),
            heading: column.label.into(),
            number: false,
            shown: false,
            chosen: true,
        }));
        if in_words {
            columns.push(Column {
                name: "own".into(),
                heading: "columns of this study".into(),
                number: false,
                shown: true,
                chosen: false,
            });
        }
        let mut cases = Self {
            columns,
            rows,
            classes: classes(site)?,
        };
        for at in COLUMNS.len()..cases.columns.len() {
            let few = (1..=CHOICES).contains(&cases.choices(at).len());
            cases.columns[at].chosen &= few;
        }
        Ok(cases)
    }

    /// The columns that the table shows, each with its place among all.
    pub fn shown(&self) -> impl Iterator<Item = (usize, &Column)> {
        let columns = self.columns.iter().enumerate();
        columns.filter(|(_, column)| column.shown)
    }

    /// The columns from which a value can be chosen.
    pub fn chosen(&self) -> impl Iterator<Item = (usize, &Column)> {
        let columns = self.columns.iter().enumerate();
        columns.filter(|(_, column)| column.chosen)
    }

    /// The values that a column has, and the classes above them.
    pub fn choices(&self, column: usize) -> Vec<&str> {
        let cells = self.rows.iter().map(|row| row[column].as_str());
        let mut found: Vec<&str> = cells.flat_map(values).collect();
        let names = self.classes.get(&column).into_iter();
        let names = names.flat_map(BTreeMap::values).flatten();
        found.extend(names.map(String::as_str));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a row has a value in a column, or something that lies below it.
    fn has(&self, row: &[String], column: usize, wanted: &str) -> bool {
        values(&row[column]).any(|value| {
            value == wanted || {
                let above = self.classes.get(&column).and_then(|names| names.get(value));
                above.is_some_and(|above| above.iter().any(|class| class == wanted))
            }
        })
    }

    /// The rows that have what is asked for in an address, in the order of the table.
    pub fn asked<'g>(&self, given: impl Fn(&str) -> &'g str) -> Vec<&Vec<String>> {
        let search = given("search").to_lowercase();
        let rows = self.rows.iter();
        rows.filter(|row| {
            let fits = self.chosen().all(|(at, column)| {
                let wanted = given(&column.name);
                wanted.is_empty() || self.has(row, at, wanted)
            });
            let words = row.join(" ").to_lowercase();
            fits && search.split_whitespace().all(|word| words.contains(word))
        })
        .collect()
    }
}

/// Whether the case of a row counts.
pub(super) fn is_counted(row: &[String]) -> bool {
    row[COUNTED] == YES
}

/// The values of a cell that may have several, without what is said of them.
fn values(cell: &str) -> impl Iterator<Item = &str> {
    let values = cell.split("; ").map(Doubt::bare);
    values.filter(|value| !value.is_empty())
}

/// Sorts rows by a column: those that count first, and those without a value last.
pub(super) fn sort_by(rows: &mut [&Vec<String>], column: usize, descending: bool) {
    let number = |row: &Vec<String>| Doubt::bare(&row[column]).parse::<f64>().ok();
    rows.sort_by(|a, b| {
        let counted = is_counted(b).cmp(&is_counted(a));
        let empty = a[column].is_empty().cmp(&b[column].is_empty());
        let mut order = match (number(a), number(b)) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a[column].to_lowercase().cmp(&b[column].to_lowercase()),
        };
        if descending {
            order = order.reverse();
        }
        counted.then(empty).then(order)
    });
}

fn classes(site: &Site) -> Result<Classes, Problem> {
    let mut classes = Classes::new();
    for (column, query) in [
        ("histology", include_str!("../queries/histology_classes.rq")),
        ("drugs", include_str!("../queries/drug_classes.rq")),
    ] {
        let column = COLUMNS.iter().position(|(_, name, _)| *name == column);
        let names: &mut BTreeMap<String, Vec<String>> =
            classes.entry(column.unwrap_or_default()).or_default();
        for row in rows(&site.rows(&Prepared::new(query))?) {
            let above = names.entry(row.text("name").to_owned()).or_default();
            above.push(row.text("class").to_owned());
        }
    }
    Ok(classes)
}

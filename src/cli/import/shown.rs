//! How an import understood a file, as it is shown.

use serde_json::json;

use crate::delimited::delimiter_name;
use crate::document::{Block, Cell, Plain, Role, Table};
use crate::import::{Change, Imported, Input, Kind, Sheet, Taken};
use crate::ingest::Severity;

/// What is shown before anything is written.
pub(super) struct Understood<'a> {
    pub file: &'a str,
    pub input: &'a Input,
    pub imported: &'a Imported,
    pub changes: &'a [Change],
    /// What happens next; empty where the sheets are written.
    pub next: &'a str,
}

impl Understood<'_> {
    pub(super) fn document(&self) -> Plain {
        let columns = self.columns(|_| true);
        let mut blocks = vec![Block::Line(self.kind())];
        blocks.extend(self.problems().into_iter().map(Block::Line));
        // A column that is named as in its sheet is understood without a word.
        let renamed = self.columns(|column| {
            let own = format!("{}.{}", column.tab, column.heading);
            column.becomes.as_ref() != Some(&own)
        });
        let alike = columns.rows.len() - renamed.rows.len();
        if alike > 0 {
            let words = format!("{alike} columns are named as in the sheets, and become these.");
            blocks.push(Block::Line(words));
        }
        blocks.extend((!renamed.is_empty()).then_some(Block::Table(renamed)));
        blocks.push(Block::Table(self.sheets()));
        if !self.next.is_empty() {
            blocks.push(Block::Line(self.next.to_owned()));
        }
        Plain {
            title: format!("Import of {}", self.file),
            screen: blocks.clone(),
            page: blocks,
            records: columns,
            json: json!({
                "file": self.file,
                "understood": self.kind(),
                "columns": self.imported.columns.iter().map(|column| json!({
                    "tab": column.tab,
                    "cell": column.cell,
                    "heading": column.heading,
                    "becomes": column.becomes,
                    "filled": column.filled,
                })).collect::<Vec<_>>(),
                "sheets": self.imported.sheets.iter().zip(self.changes).map(|(sheet, change)| json!({
                    "sheet": sheet.name,
                    "rows": sheet.rows.len(),
                    "change": changed(*change),
                })).collect::<Vec<_>>(),
                "problems": self.imported.problems.iter().map(|problem| json!({
                    "level": match problem.severity {
                        Severity::Error => "ERROR",
                        Severity::Warning => "WARNING",
                    },
                    "file": problem.file,
                    "cell": problem.cell,
                    "value": problem.value,
                    "rule": problem.rule,
                    "nearest": problem.nearest,
                })).collect::<Vec<_>>(),
            }),
        }
    }

    fn kind(&self) -> String {
        let what = match &self.input.kind {
            Kind::Xlsx => "an Excel workbook".to_owned(),
            Kind::Ods => "an OpenDocument workbook".to_owned(),
            Kind::Others(what) => return format!("{} is {what}", self.file),
            Kind::Text(understood) => {
                let supposed = if understood.supposed {
                    " (supposed, for it is no UTF-8: look at letters with accents, and say --encoding if they are wrong)"
                } else {
                    ""
                };
                format!(
                    "text in {}{supposed}, cells separated by {}s",
                    understood.encoding,
                    delimiter_name(understood.delimiter)
                )
            }
        };
        let tabs = self.input.tabs.iter().filter(|tab| !tab.name.is_empty());
        let tabs: Vec<String> = tabs
            .map(|tab| format!("{} ({} rows)", tab.name, tab.rows.len().saturating_sub(1)))
            .collect();
        match (tabs.as_slice(), self.input.tabs.first()) {
            ([], Some(tab)) => format!(
                "{} is {what}: {} rows",
                self.file,
                tab.rows.len().saturating_sub(1)
            ),
            _ => format!("{} is {what} with the tabs {}", self.file, tabs.join(", ")),
        }
    }

    /// Each problem, as `check` tells it.
    fn problems(&self) -> Vec<String> {
        self.imported
            .problems
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// The columns of the file of which this holds.
    fn columns(&self, shown: impl Fn(&Taken) -> bool) -> Table {
        let mut table = Table::new(
            "Columns",
            &[
                ("tab", Role::Text),
                ("cell", Role::Text),
                ("heading", Role::Text),
                ("becomes", Role::Text),
                ("filled", Role::Count),
            ],
        );
        for column in self.imported.columns.iter().filter(|column| shown(column)) {
            let becomes = column.becomes.as_deref().unwrap_or("stays out");
            table.push([
                Cell::from(column.tab.as_str()),
                column.cell.as_str().into(),
                column.heading.as_str().into(),
                becomes.into(),
                Cell::count(column.filled),
            ]);
        }
        table
    }

    fn sheets(&self) -> Table {
        let mut table = Table::new(
            "Sheets",
            &[
                ("sheet", Role::Text),
                ("rows", Role::Count),
                ("then", Role::Text),
            ],
        );
        for (Sheet { name, rows, .. }, change) in self.imported.sheets.iter().zip(self.changes) {
            table.push([
                Cell::from(format!("{name}.csv")),
                Cell::count(rows.len()),
                changed(*change).into(),
            ]);
        }
        table
    }
}

fn changed(change: Change) -> String {
    match change {
        Change::New => "new".to_owned(),
        Change::Same => "as it is: not written".to_owned(),
        Change::More { added } => format!("{added} rows more than there are"),
        Change::Replaces { added, gone } => {
            format!("{added} that were not there, and {gone} go that are there")
        }
    }
}

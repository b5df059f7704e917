//! What a format could not say, as a ledger beside its files.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Role, Table};
use crate::report::{Cells, records_csv};

/// A value that a format has no place for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lost {
    /// Key of the case; empty if it is the study's.
    pub case: String,
    /// The field, as `sheet.column`, with the item where there are several.
    pub field: String,
    /// The value.
    pub value: String,
    /// Why the format cannot say it.
    pub reason: String,
}

/// A term that has no identifier in the vocabularies that a format takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WithoutIdentifier {
    /// The term, as a prefixed name.
    pub term: String,
    /// Its label.
    pub label: String,
    /// Vocabularies that were looked for.
    pub wanted: String,
}

/// What a format could not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Values without a place, sorted by case and field.
    pub lost: BTreeSet<Lost>,
    /// Terms without an identifier.
    pub without_identifier: BTreeSet<WithoutIdentifier>,
}

impl Ledger {
    /// Notes a value that the format cannot say.
    pub fn lose(&mut self, case: &str, field: &str, value: impl Into<String>, reason: &str) {
        self.lost.insert(Lost {
            case: case.to_owned(),
            field: field.to_owned(),
            value: value.into(),
            reason: reason.to_owned(),
        });
    }

    /// How many values each reason lost, by reason, the commonest first.
    #[must_use]
    pub fn by_reason(&self) -> Vec<(&str, usize)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for lost in &self.lost {
            *counts.entry(&lost.reason).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| usize::MAX - count);
        counts
    }

    pub(super) fn lost_csv(&self) -> Vec<u8> {
        let rows = self.lost.iter();
        let rows = rows.map(|lost| [&lost.case, &lost.field, &lost.value, &lost.reason]);
        table(["case", "field", "value", "reason"], rows)
    }

    pub(super) fn without_identifier_csv(&self) -> Vec<u8> {
        let rows = self.without_identifier.iter();
        let rows = rows.map(|one| [&one.term, &one.label, &one.wanted]);
        table(["term", "label", "wanted"], rows)
    }
}

/// A table for people, who open it in a spreadsheet: what that would compute is marked.
fn table<'r, const N: usize>(
    headings: [&str; N],
    rows: impl Iterator<Item = [&'r String; N]>,
) -> Vec<u8> {
    let mut table = Table::new("", &headings.map(|heading| (heading, Role::Text)));
    for row in rows {
        table.push(row.map(String::as_str));
    }
    records_csv(table.into(), Cells::Marked).into_bytes()
}

/// A table for programs: a heading, then the rows, each ended by a line feed.
pub(super) fn delimited<R, C>(headings: &[&str], rows: impl IntoIterator<Item = R>) -> Vec<u8>
where
    R: IntoIterator<Item = C>,
    C: AsRef<[u8]>,
{
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory fails for no reason but rows of unequal length, which the callers do not have.
    writer.write_record(headings).expect("a heading");
    for row in rows {
        writer
            .write_record(row)
            .expect("a row as long as its heading");
    }
    writer.into_inner().expect("memory takes everything")
}

//! The optional sheet of what searches found.

use std::collections::BTreeSet;

use super::cells::code;
use super::headings::check_headings;
use super::problems::Problems;
use super::sheet::Table;
use crate::case::{Column, Kind, Schema};

/// The decision that needs a reason.
const EXCLUDED: &str = "text-excluded";

/// Checks the records: each has a key of its own, a duplicate is of one that is there and stays, and who is excluded after
/// reading is excluded for a reason.
pub(super) fn check(table: &Table, problems: &mut Problems) {
    let schema = Schema::shipped();
    if !check_headings(
        table,
        &schema.headings("screening"),
        &["record", "found_in"],
        problems,
    ) {
        return;
    }
    let decisions = schema.sheet("screening").and_then(|sheet| {
        let mut columns = sheet.columns.iter();
        columns.find_map(|column| match column {
            Column {
                name: "decision",
                kind: Kind::Code(words),
                ..
            } => Some(*words),
            _ => None,
        })
    });
    let all: BTreeSet<&str> = table
        .rows
        .iter()
        .map(|row| table.get(row, "record"))
        .collect();
    let duplicates: BTreeSet<&str> = table
        .rows
        .iter()
        .filter(|row| !table.get(row, "duplicate_of").is_empty())
        .map(|row| table.get(row, "record"))
        .collect();
    let mut seen = BTreeSet::new();
    for row in &table.rows {
        let get = |heading| table.get(row, heading);
        for heading in ["record", "found_in"] {
            if get(heading).is_empty() {
                problems.cell(
                    &table.place(row, heading),
                    format!("the row has no {heading}"),
                );
            }
        }
        let record = get("record");
        if !record.is_empty() && !seen.insert(record) {
            problems.cell(
                &table.place(row, "record"),
                "is the key of another row, too: give this one its own",
            );
        }
        let decision = code(
            table,
            row,
            "decision",
            decisions.unwrap_or_default(),
            problems,
        );
        let of = get("duplicate_of");
        if !of.is_empty() {
            if !all.contains(of) || of == record {
                problems.cell(
                    &table.place(row, "duplicate_of"),
                    "is no other record of this sheet",
                );
            } else if duplicates.contains(of) {
                problems.cell(
                    &table.place(row, "duplicate_of"),
                    "is a duplicate itself: name the record that stays",
                );
            }
            if !decision.is_empty() {
                problems.cell(
                    &table.place(row, "decision"),
                    "a duplicate is not decided on: decide on the record that stays",
                );
            }
        }
        if decision == EXCLUDED && get("reason").is_empty() {
            problems.warn_cell(
                &table.place(row, "reason"),
                "what is excluded after reading is excluded for a reason: say which",
                Vec::new(),
            );
        }
    }
}

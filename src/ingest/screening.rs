//! The optional sheet of what searches found.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::code;
use super::headings::check_headings;
use super::meta::StudyMeta;
use super::problems::{Place, Problems};
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

/// The numbers that the sheet gives, by key of `[search]` and by the property that says each.
const COUNTED: [(&str, &str); 7] = [
    ("identified", "recordsIdentified"),
    ("duplicates", "recordsDuplicate"),
    ("not_screened", "recordsNotScreened"),
    ("screened", "recordsScreened"),
    ("excluded", "recordsExcluded"),
    ("sought", "reportsSought"),
    ("not_retrieved", "reportsNotRetrieved"),
];
/// Where the records of a search come from, as study.toml alone says.
const FROM: [&str; 2] = ["recordsFromDatabases", "recordsFromElsewhere"];
/// What stands for the reason of an exclusion that has none.
const NO_REASON: &str = "no reason given";

/// Takes the numbers of the search from the sheet. Where study.toml, whose lines are those of its keys by property, says
/// another number, both are told, and the sheet's is taken.
pub(super) fn count(
    table: &Table,
    meta: &mut StudyMeta,
    (file, lines): (&str, &BTreeMap<&'static str, usize>),
    problems: &mut Problems,
) {
    if table.rows.is_empty() {
        return;
    }
    let mut tell = |said: String, property: &str, found: i64| {
        let line = lines.get(property).copied().unwrap_or_default();
        let place = Place {
            file,
            cell: format!("line {line}"),
            value: &said,
        };
        let rule = format!(
            "is not what screening.csv has, which is {found}: the flow of PRISMA takes the sheet's number. Correct the key or remove it, or complete the sheet"
        );
        problems.warn_cell(&place, rule, Vec::new());
    };
    let found = numbers(table);
    for ((key, property), number) in COUNTED.into_iter().zip(found) {
        let said = meta.search.insert(property, number);
        if let Some(said) = said.filter(|said| *said != number) {
            tell(format!("{key} = {said}"), property, number);
        }
    }
    let from = FROM.map(|property| meta.search.get(property).copied());
    if let [Some(databases), Some(elsewhere)] = from
        && databases + elsewhere != found[0]
    {
        let said = format!("databases and elsewhere = {}", databases + elsewhere);
        tell(said, FROM[0], found[0]);
        meta.search.retain(|property, _| !FROM.contains(property));
    }
    let excluded = table
        .rows
        .iter()
        .filter(|row| table.get(row, "decision") == EXCLUDED);
    for row in excluded {
        let reason = Some(table.get(row, "reason")).filter(|reason| !reason.is_empty());
        let reason = reason.unwrap_or(NO_REASON).to_owned();
        *meta.excluded_after_reading.entry(reason).or_default() += 1;
    }
}

/// How many records there are of each kind, in the order of [`COUNTED`].
fn numbers(table: &Table) -> [i64; 7] {
    let [mut identified, mut duplicates, mut open] = [0; 3];
    let [mut excluded, mut sought, mut not_retrieved] = [0; 3];
    for row in &table.rows {
        identified += 1;
        if !table.get(row, "duplicate_of").is_empty() {
            duplicates += 1;
            continue;
        }
        match table.get(row, "decision") {
            "" => open += 1,
            "title-excluded" => excluded += 1,
            "not-retrieved" => (sought, not_retrieved) = (sought + 1, not_retrieved + 1),
            _ => sought += 1,
        }
    }
    [
        identified,
        duplicates,
        open,
        excluded + sought,
        excluded,
        sought,
        not_retrieved,
    ]
}

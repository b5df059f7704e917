//! Whether times are counted from one moment.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::rows::rows;
use crate::graph::Table;

/// Says so if the months of those counted start at different moments; the column `time_zero` of
/// the query tells.
pub(super) fn mixed_time_zero(table: &Table, ledger: &Ledger, case: &str) -> Option<String> {
    let mut zeros: BTreeMap<String, usize> = BTreeMap::new();
    table.column("time_zero")?;
    // They are sorted.
    let is_counted = |unit: &String| ledger.counted().binary_search(unit).is_ok();
    for row in rows(table).filter(|row| is_counted(&row.unit(case))) {
        let zero = row
            .get("time_zero")
            .unwrap_or("start not stated")
            .to_owned();
        *zeros.entry(zero).or_insert(0) += 1;
    }
    let words: Vec<String> = zeros
        .iter()
        .map(|(zero, n)| format!("{zero} ({n})"))
        .collect();
    (words.len() > 1).then(|| {
        format!(
            "Months are counted from different moments: {}.",
            words.join(", ")
        )
    })
}

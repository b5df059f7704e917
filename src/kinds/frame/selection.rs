//! Which rows an estimator reads, and why the others are left out.

use std::collections::BTreeMap;

use rustc_hash::{FxBuildHasher, FxHashSet};

use super::{AnalysisError, Frame};
use crate::kinds::ledger::Ledger;

/// Column in which a query says why a value is not there.
const MISSING: &str = "missing";

/// Whether rows with the same unit are several rows of it or a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// A unit counts once; its first row is taken.
    Once,
    /// A unit may have several rows, such as intervals of follow-up or treatments.
    Repeated,
}

/// The rows that are read, and those that are left out by reason.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Rows read, in order.
    pub kept: Vec<u32>,
    /// Rows left out, by reason.
    pub left_out: BTreeMap<String, Vec<u32>>,
    /// Rows of units of which another row is read, where each counts once.
    pub repeated: Vec<u32>,
}

impl Frame {
    /// The rows that have a value in each of `columns`.
    ///
    /// # Errors
    /// There is no such column.
    pub fn complete(&self, columns: &[&str], units: Units) -> Result<Selection, AnalysisError> {
        let mut why: Vec<Option<&str>> = vec![None; self.rows];
        for name in columns {
            for row in &self.column(name)?.missing {
                why[*row as usize].get_or_insert(name);
            }
        }
        let mut selection = Selection::default();
        let mut seen = FxHashSet::with_capacity_and_hasher(self.rows, FxBuildHasher);
        for (row, why) in (0..).zip(why) {
            if units == Units::Once
                && let Some(units) = self.units()
                && !units[row as usize].is_empty()
                && !seen.insert(&units[row as usize])
            {
                selection.repeated.push(row);
                continue;
            }
            match why {
                None => selection.kept.push(row),
                Some(column) => {
                    let unsaid = || match self.column(column).ok().and_then(|c| c.no_value(row)) {
                        None => format!("no value of {column}"),
                        Some(word) => format!("no value of {column} ({word:?})"),
                    };
                    let reason = self
                        .word(MISSING, row as usize)
                        .filter(|_| self.answer)
                        .map_or_else(unsaid, str::to_owned);
                    selection.left_out.entry(reason).or_default().push(row);
                }
            }
        }
        Ok(selection)
    }

    /// The ledger of a selection.
    pub(in crate::kinds) fn ledger(&self, selection: &Selection) -> Ledger {
        let name = |row: &u32| self.row_name(*row as usize);
        Ledger::new(
            selection.kept.iter().map(name),
            selection
                .left_out
                .iter()
                .map(|(reason, rows)| (reason.clone(), rows.iter().map(name).collect())),
        )
    }
}

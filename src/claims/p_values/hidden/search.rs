//! Tries every table that has the margins printed.

use super::arms::{Arm, Columns};
use super::divisions::{less, splits};
use super::fits::Fits;
use crate::claims::Claim;
use crate::claims::p_values::battery::{fit, of_table, printed};
use crate::claims::p_values::number;
use crate::stats::contingency::SameMargins;

/// No more tables of several categories are tried for one P value.
pub(super) const MOST_TABLES: usize = 50_000;

/// Which tables of a claim are tried, and what comes of it.
pub(super) struct Search {
    pub(super) fits: Fits,
    pub(super) tables: usize,
    pub(super) complete: bool,
    pub(super) nearest: Option<(f64, String)>,
}

impl Search {
    /// Tries every table of these columns, with `missing` patients fewer than are printed.
    pub(super) fn all(&mut self, claim: &Claim, arms: &[Arm<'_>], columns: &Columns, missing: u64) {
        let sizes: Vec<u64> = arms.iter().map(|arm| arm.size).collect();
        let all: u64 = sizes.iter().sum();
        let Some(patients) = all.min(columns.patients()).checked_sub(missing) else {
            return;
        };
        let totals: Vec<u64> = columns.blocks.iter().map(|(_, total)| *total).collect();
        let printed = printed(claim);
        for sizes in less(&sizes, all - patients) {
            for totals in less(&totals, columns.patients() - patients) {
                for split in splits(&columns.blocks, &totals) {
                    self.margins(&sizes, &columns.labels, &split, &printed);
                    if !self.complete {
                        return;
                    }
                }
            }
        }
    }

    pub(super) fn margins(
        &mut self,
        sizes: &[u64],
        labels: &[String],
        split: &[u64],
        printed: &[crate::case::printed::PrintedNumber],
    ) {
        let full: Vec<(String, u64)> = labels
            .iter()
            .cloned()
            .zip(split.iter().copied())
            .filter(|(_, total)| *total > 0)
            .collect();
        let totals: Vec<u64> = full.iter().map(|(_, total)| *total).collect();
        if totals.len() < 2 || sizes.contains(&0) {
            return;
        }
        let Some(all) = SameMargins::new(sizes, &totals, MOST_TABLES.saturating_sub(self.tables))
        else {
            self.complete = false;
            return;
        };
        self.tables += all.tables().len();
        for (table, exact) in all.tables().iter().zip(all.tests()) {
            let words = || {
                let rows = table
                    .rows()
                    .iter()
                    .map(|row| row.iter().map(u64::to_string).collect::<Vec<_>>().join(" "));
                rows.collect::<Vec<_>>().join(" against ")
            };
            for tested in of_table(table, Some(*exact)) {
                if let Some(fit) = fit(printed, tested.p) {
                    self.fits.add(tested, fit, &full, words);
                }
                let apart = printed
                    .iter()
                    .map(|number| (tested.p - number.value).abs())
                    .fold(f64::INFINITY, f64::min);
                if self
                    .nearest
                    .as_ref()
                    .is_none_or(|(least, _)| apart < *least)
                {
                    self.nearest = Some((
                        apart,
                        format!("{}, {} {}", words(), tested.test, number(tested.p)),
                    ));
                }
            }
        }
    }
}

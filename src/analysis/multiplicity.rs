//! The tests of several analyses, adjusted for how many there are.

use super::Analysis;
use crate::kinds::adjusted::{Adjusted, adjusted};

/// The tests of all the analyses of one report, adjusted together; `None` where none tests anything.
///
/// One test of each comparison counts, the one that the report puts first: the exact one of a table,
/// the permutation test of curves where it was done, each coefficient of a regression.
#[must_use]
pub fn tests_together<'a>(analyses: impl IntoIterator<Item = &'a Analysis>) -> Option<Adjusted> {
    let tests: Vec<(String, f64)> = analyses
        .into_iter()
        .flat_map(|analysis| {
            let found = analysis.finding.found.iter();
            let tests = found.flat_map(|found| found.tests());
            tests.map(|(name, p)| (format!("{}: {name}", analysis.slug), p))
        })
        .collect();
    adjusted(&tests).ok()
}

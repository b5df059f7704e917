//! Whether strata share one odds ratio.

use serde::Serialize;
use thiserror::Error;

use super::chi_squared::{Approximation, SMALL_EXPECTED};
use super::mantel_haenszel::MantelHaenszelError;
use super::strata::{Strata, Stratum};
use crate::distribution::chi_squared_upper_tail;
use crate::estimate::Level;

/// Why homogeneity cannot be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HomogeneityError {
    /// No stratum compares anything.
    #[error(transparent)]
    NothingToCompare(#[from] MantelHaenszelError),
    /// Only one stratum compares anything.
    #[error("only one stratum has no empty margin; at least two are needed to compare odds ratios")]
    OneStratum,
    /// The common odds ratio is 0 or has no upper bound.
    #[error("the common odds ratio is 0 or has no upper bound, so nothing can be expected from it")]
    NoCommonOddsRatio,
}

/// The Breslow-Day test of homogeneity of the odds ratio, plain and with Tarone's correction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BreslowDay {
    /// Σ (a − ã)² / variance.
    pub statistic: f64,
    /// Probability of a statistic at least as large if all strata share one odds ratio.
    pub p_value: f64,
    /// The statistic less (Σ (a − ã))² / Σ variance, which makes up for the Mantel-Haenszel estimate
    /// not being fully efficient. The one to report.
    pub tarone_statistic: f64,
    /// P value with Tarone's correction.
    pub tarone_p_value: f64,
    /// Strata used minus one.
    pub degrees_of_freedom: usize,
    /// The Mantel-Haenszel odds ratio from which counts are expected.
    pub odds_ratio: f64,
    /// Whether each stratum is large enough, by the counts expected.
    pub approximation: Approximation,
    /// Strata used.
    pub strata: usize,
    /// Numbers, from 0, of strata left out: those with an empty margin.
    pub skipped: Vec<usize>,
    /// Cases in the strata used.
    pub n: u64,
    /// Those with the event.
    pub events: u64,
}

impl Strata {
    /// The Breslow-Day test.
    ///
    /// In each stratum ã is the count of exposed events that gives, with the margins of the stratum, the
    /// common odds ratio; its variance is 1 / (1/ã + 1/b̃ + 1/c̃ + 1/d̃). Chi-squared with strata − 1
    /// degrees of freedom. Needs large strata; with few cases in each it is of little use, whatever
    /// the number of strata. Breslow NE, Day NE. Statistical Methods in Cancer Research I. IARC 1980, p
    /// 142. Tarone RE. Biometrika 1985;72:91-5.
    ///
    /// # Errors
    ///
    /// [`HomogeneityError`] when fewer than two strata have no empty margin, or there is no common odds
    /// ratio.
    pub fn breslow_day(&self) -> Result<BreslowDay, HomogeneityError> {
        let used = self.used(Stratum::is_full)?;
        if used.used.len() < 2 {
            return Err(HomogeneityError::OneStratum);
        }
        let common = self.odds_ratio(Level::P95)?.estimate;
        let Some(odds_ratio) = common.filter(|ratio| *ratio > 0.0) else {
            return Err(HomogeneityError::NoCommonOddsRatio);
        };
        let (mut statistic, mut excess, mut variances) = (0.0, 0.0, 0.0);
        let mut smallest_expected = f64::INFINITY;
        for stratum in &used.used {
            let fitted = fitted(stratum, odds_ratio);
            let variance = 1.0 / fitted.iter().map(|count| 1.0 / count).sum::<f64>();
            let difference = stratum.a - fitted[0];
            statistic += difference * difference / variance;
            excess += difference;
            variances += variance;
            smallest_expected = fitted.iter().copied().fold(smallest_expected, f64::min);
        }
        let degrees_of_freedom = used.used.len() - 1;
        let tarone_statistic = (statistic - excess * excess / variances).max(0.0);
        Ok(BreslowDay {
            statistic,
            p_value: chi_squared_upper_tail(statistic, degrees_of_freedom),
            tarone_statistic,
            tarone_p_value: chi_squared_upper_tail(tarone_statistic, degrees_of_freedom),
            degrees_of_freedom,
            odds_ratio,
            approximation: if smallest_expected < SMALL_EXPECTED {
                Approximation::Doubtful { smallest_expected }
            } else {
                Approximation::Adequate
            },
            strata: used.used.len(),
            skipped: used.skipped,
            n: used.n,
            events: used.events,
        })
    }
}

/// The four counts with the margins of a stratum and a given odds ratio ψ: ã solves
/// (1 − ψ) ã² + (n₂ − m₁ + ψ (n₁ + m₁)) ã − ψ n₁ m₁ = 0.
fn fitted(stratum: &Stratum, odds_ratio: f64) -> [f64; 4] {
    // Each count is the root for the odds ratio seen from its own corner of the table, which keeps its
    // digits however small it is.
    let corner = |row: f64, column: f64, other_row: f64, ratio: f64| {
        let linear = other_row - column + ratio * (row + column);
        let root = (linear * linear + 4.0 * (1.0 - ratio) * ratio * row * column)
            .max(0.0)
            .sqrt();
        if linear >= 0.0 {
            2.0 * ratio * row * column / (linear + root)
        } else {
            (root - linear) / (2.0 * (1.0 - ratio))
        }
    };
    let s = stratum;
    [
        corner(s.exposed, s.event, s.unexposed, odds_ratio),
        corner(s.exposed, s.no_event, s.unexposed, 1.0 / odds_ratio),
        corner(s.unexposed, s.event, s.exposed, 1.0 / odds_ratio),
        corner(s.unexposed, s.no_event, s.exposed, odds_ratio),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::Cells;
    use super::*;

    fn strata(tables: &[[u64; 4]]) -> Strata {
        Strata::new(tables.iter().map(|[a, b, c, d]| Cells {
            exposed_event: *a,
            exposed_no_event: *b,
            unexposed_event: *c,
            unexposed_no_event: *d,
        }))
        .expect("valid")
    }

    #[test]
    fn equal_strata_are_homogeneous() {
        let found = strata(&[[4, 2, 2, 4], [4, 2, 2, 4]])
            .breslow_day()
            .expect("two strata");
        assert!(found.statistic < 1e-25 && found.tarone_statistic < 1e-25);
        assert!((found.odds_ratio - 4.0).abs() < 1e-14 && (found.p_value - 1.0).abs() < 1e-10);
    }

    /// 4, 2 / 2, 4 and 2, 4 / 4, 2: the common odds ratio is 1, each expected count 3, the variance 3/4,
    /// so each stratum adds 4/3; the differences cancel, so Tarone takes nothing off.
    #[test]
    fn opposite_strata_by_hand() {
        let found = strata(&[[4, 2, 2, 4], [2, 4, 4, 2], [0, 0, 1, 1]])
            .breslow_day()
            .expect("two strata");
        assert!((found.statistic - 8.0 / 3.0).abs() < 1e-13);
        assert!((found.tarone_statistic - 8.0 / 3.0).abs() < 1e-13);
        assert_eq!((found.degrees_of_freedom, found.skipped), (1, vec![2]));
        let Approximation::Doubtful { smallest_expected } = found.approximation else {
            panic!("3 expected not flagged");
        };
        assert!((smallest_expected - 3.0).abs() < 1e-14);
    }

    #[test]
    fn fitted_counts_have_the_margins_and_the_odds_ratio() {
        let stratum = strata(&[[3, 9, 7, 2]]).select(|_| true).used[0];
        for ratio in [1e-9, 0.3, 1.0, 4.0, 1e9] {
            let [a, b, c, d] = fitted(&stratum, ratio);
            assert!(
                (a + b - 12.0).abs() < 1e-12 && (a + c - 10.0).abs() < 1e-12,
                "{ratio}"
            );
            assert!((c + d - 9.0).abs() < 1e-12, "{ratio}");
            assert!(
                (a * d / (b * c) / ratio - 1.0).abs() < 1e-7,
                "{ratio}: {a} {b} {c} {d}"
            );
        }
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        assert_eq!(
            strata(&[[4, 2, 2, 4]]).breslow_day(),
            Err(HomogeneityError::OneStratum)
        );
        assert_eq!(
            strata(&[[0, 2, 2, 4], [0, 1, 1, 1]]).breslow_day(),
            Err(HomogeneityError::NoCommonOddsRatio)
        );
        assert!(matches!(
            strata(&[[0, 0, 2, 4]]).breslow_day(),
            Err(HomogeneityError::NothingToCompare(_))
        ));
    }
}

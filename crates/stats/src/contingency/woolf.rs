//! The odds ratio of the sample and its interval on the log scale.

use super::two_by_two::Table2x2;
use crate::choice::choices;
use crate::estimate::{IntervalMethod, Level, OpenInterval};
use serde::Serialize;

choices! {
    /// Why a part of a sample odds ratio does not exist.
    pub enum SampleOddsRatioUndefined {
        /// The ratio is 0, and its logarithm has no standard error.
        Zero = "an exposed case with the event or an unexposed case without it is missing",
        /// The ratio has no upper bound, and its logarithm no standard error.
        Unbounded = "an exposed case without the event or an unexposed case with it is missing",
    }
}

/// The odds ratio of the sample, ad/bc.
///
/// The interval is estimate × exp(±z √(1/a + 1/b + 1/c + 1/d)) (Woolf B. Ann Hum Genet 1955;19:251-3).
/// Assumes independent cases and cells that are not small; nothing is added to empty ones. Use the
/// conditional odds ratio of [`Table2x2::fisher_exact`] where a cell is small or empty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SampleOddsRatio {
    /// The cross product; `None` when it has no upper bound.
    pub estimate: Option<f64>,
    /// Standard error of its logarithm; `None` when a cell is empty.
    pub log_std_error: Option<f64>,
    /// Both limits, or none when a cell is empty.
    pub interval: OpenInterval,
    /// What is `None`, why.
    pub undefined: Option<SampleOddsRatioUndefined>,
    /// Cases counted.
    pub n: u64,
}

impl Table2x2 {
    /// The odds ratio of the sample with Woolf's interval.
    #[must_use]
    pub fn woolf(&self, level: Level) -> SampleOddsRatio {
        let cells = self.cells();
        let all = [
            cells.exposed_event,
            cells.exposed_no_event,
            cells.unexposed_event,
            cells.unexposed_no_event,
        ];
        let estimate = self.sample_odds_ratio();
        let undefined = match estimate {
            None => Some(SampleOddsRatioUndefined::Unbounded),
            Some(0.0) => Some(SampleOddsRatioUndefined::Zero),
            Some(_) => None,
        };
        let log_std_error = undefined.is_none().then(|| {
            all.map(|count| 1.0 / count as f64)
                .iter()
                .sum::<f64>()
                .sqrt()
        });
        let limits = estimate.zip(log_std_error).map(|(estimate, error)| {
            let factor = (level.z() * error).exp();
            (estimate / factor, estimate * factor)
        });
        SampleOddsRatio {
            estimate,
            log_std_error,
            interval: OpenInterval {
                lower: limits.map(|limits| limits.0),
                upper: limits.map(|limits| limits.1),
                level,
                method: IntervalMethod::WaldLog,
            },
            undefined,
            n: self.total(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cells;
    use super::*;

    fn woolf(a: u64, b: u64, c: u64, d: u64) -> SampleOddsRatio {
        Table2x2::new(Cells {
            exposed_event: a,
            exposed_no_event: b,
            unexposed_event: c,
            unexposed_no_event: d,
        })
        .expect("valid")
        .woolf(Level::P95)
    }

    /// 4, 4 / 4, 4: the ratio is 1, the standard error 1.
    #[test]
    fn fours_by_hand() {
        let found = woolf(4, 4, 4, 4);
        assert_eq!(
            (found.estimate, found.log_std_error),
            (Some(1.0), Some(1.0))
        );
        let factor = Level::P95.z().exp();
        assert_eq!(found.interval.upper, Some(factor));
        assert_eq!(found.interval.lower, Some(1.0 / factor));
    }

    #[test]
    fn empty_cells_are_said() {
        let zero = woolf(0, 3, 2, 5);
        assert_eq!((zero.estimate, zero.interval.lower), (Some(0.0), None));
        assert_eq!(zero.undefined, Some(SampleOddsRatioUndefined::Zero));
        let unbounded = woolf(3, 0, 2, 5);
        assert_eq!((unbounded.estimate, unbounded.interval.upper), (None, None));
        assert_eq!(
            unbounded.undefined,
            Some(SampleOddsRatioUndefined::Unbounded)
        );
    }
}

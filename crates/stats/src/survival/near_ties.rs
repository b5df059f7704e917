//! Times that differ only by the rounding of a unit conversion.

use crate::choice::choices;

/// Times closer than this, absolutely or against the mean of the distinct times, are one time:
/// 2⁻²⁶, the square root of the floating-point precision, as R has it.
pub const NEAR_TIE: f64 = 1.490_116_119_384_765_6e-8;

choices! {
    /// What becomes of times that are nearly tied.
    ///
    /// Among the distinct times in order, neighbours a < b are nearly tied when b − a ≤
    /// [`NEAR_TIE`] × max(1, mean of the distinct times). Days turned to months in two ways would
    /// otherwise break ties, and with them the numbers at risk. (The rule of `aeqSurv` in R's
    /// survival; Therneau T, "Tied times", vignette of that package.)
    #[derive(Default)]
    pub enum NearTies {
        /// A run of nearly tied neighbours takes its earliest time.
        #[default]
        Merge = "merge",
        /// Times count as they are. For times so short that the rule would join real differences:
        /// seconds given in years, say.
        Keep = "keep",
    }
}

/// How near two times count as one, given ascending times, in which repeats count once.
pub(crate) fn tolerance(sorted: &[f64]) -> f64 {
    let first = sorted.first().into_iter().copied();
    let distinct = || {
        let later = sorted.windows(2).filter(|pair| pair[0] != pair[1]);
        first.clone().chain(later.map(|pair| pair[1]))
    };
    let share = 1.0 / distinct().count().max(1) as f64;
    // Scaling before the sum keeps huge times from overflowing.
    let mean: f64 = distinct().map(|time| time * share).sum();
    NEAR_TIE * mean.max(1.0)
}

/// Makes nearly tied times equal, given ascending times with or without repeats, and returns how
/// near counted as tied: 0 where near ties are kept.
pub(crate) fn merge(sorted: &mut [f64], rule: NearTies) -> f64 {
    if rule == NearTies::Keep {
        return 0.0;
    }
    let tolerance = tolerance(sorted);
    let Some(first) = sorted.first() else {
        return tolerance;
    };
    let (mut previous, mut earliest) = (*first, *first);
    for time in sorted {
        if *time - previous > tolerance {
            earliest = *time;
        }
        previous = *time;
        *time = earliest;
    }
    tolerance
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distinct(times: &[f64]) -> Vec<f64> {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        merge(&mut times, NearTies::Merge);
        times.dedup();
        times
    }

    #[test]
    fn times_equal_but_for_rounding_are_one() {
        assert_eq!(distinct(&[0.1 + 0.2, 0.3, 0.5]), [0.3, 0.5]);
        let (divided, multiplied) = (14.0 / 30.4375, 14.0 * (1.0 / 30.4375));
        assert_ne!(divided, multiplied);
        assert_eq!(distinct(&[divided, multiplied]).len(), 1);
    }

    #[test]
    fn tolerance_grows_with_the_mean_but_never_below_one() {
        assert_eq!(distinct(&[1e6, 1e6 + 1e-3]).len(), 1);
        assert_eq!(distinct(&[1e6, 1e6 + 1e-1]).len(), 2);
        assert_eq!(distinct(&[1e-9, 1.1e-8]).len(), 1);
        assert_eq!(distinct(&[1e-9, 1.7e-8]).len(), 2);
    }

    /// 1, 1, 1, 4e8: the mean of the distinct times is 2e8 + 1/2, of all of them 1e8 + 3/4.
    #[test]
    fn repeats_count_once_in_the_mean() {
        let found = tolerance(&[1.0, 1.0, 1.0, 4e8]);
        assert!((found - NEAR_TIE * (2e8 + 0.5)).abs() < 1e-14 * found);
    }

    #[test]
    fn a_run_of_near_ties_is_one_time() {
        assert_eq!(distinct(&[1.0, 1.0 + 1e-8, 1.0 + 2e-8, 1.0 + 3e-8]), [1.0]);
    }

    #[test]
    fn huge_times_do_not_overflow_the_mean() {
        assert_eq!(distinct(&[1.0, f64::MAX / 2.0, f64::MAX]).len(), 3);
    }

    #[test]
    fn near_ties_are_kept_on_request() {
        let mut times = [0.3, 0.1 + 0.2];
        assert_eq!(merge(&mut times, NearTies::Keep), 0.0);
        assert_ne!(times[0], times[1]);
        assert_eq!(merge(&mut [], NearTies::Merge), NEAR_TIE);
    }
}

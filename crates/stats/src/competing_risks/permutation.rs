//! Gray's test by permutation.

use serde::Serialize;

use super::gray::{GrayError, GrayOptions, gray_test};
use super::sample::Sample;
use crate::random::Random;

/// Statistics that differ by less than this share are equal but for rounding.
const TIE: f64 = 1e-9;

/// Gray's test of one cause with a P value from random permutations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GrayPermutation {
    /// Chi-squared statistic of the observed groups.
    pub chi_squared: f64,
    /// Permutations drawn.
    pub draws: u32,
    /// Those with a statistic at least as large, or with none.
    pub as_large: u32,
    /// (as large + 1) / (draws + 1) (Phipson B, Smyth GK. Stat Appl Genet Mol Biol 2010;9:39).
    pub p_value: f64,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// [`gray_test`] with a P value from `draws` random ways to deal the cases to the groups, within
/// strata where the sample has them: for groups too small for the chi-squared distribution.
///
/// Assumes that, were there no difference, events and censoring would be distributed alike in the
/// groups. Where groups are dealt such that none can be compared with another, the statistic is
/// taken as 0; where the variance has no value, as large.
///
/// # Errors
///
/// Those of [`gray_test`].
pub fn gray_permutation(
    sample: &Sample,
    cause: &str,
    options: GrayOptions,
    draws: u32,
    seed: u64,
) -> Result<GrayPermutation, GrayError> {
    let chi_squared = gray_test(sample, cause, options)?.chi_squared;
    let limit = chi_squared * (1.0 - TIE);
    let mut random = Random::new(seed);
    let mut dealt = sample.clone();
    let mut as_large = 0;
    for _ in 0..draws {
        dealt.deal_groups(&mut random);
        let found = match gray_test(&dealt, cause, options) {
            Ok(test) => test.chi_squared,
            Err(GrayError::NoOverlap { .. } | GrayError::NoVariance) => 0.0,
            Err(_) => f64::INFINITY,
        };
        as_large += u32::from(found >= limit);
    }
    Ok(GrayPermutation {
        chi_squared,
        draws,
        as_large,
        p_value: (f64::from(as_large) + 1.0) / (f64::from(draws) + 1.0),
        seed,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Causes;
    use super::*;
    use crate::factor::Factor;
    use crate::random::SEED;

    /// One case among forty has its event of the cause first: P = 1/40 by all 40 ways to choose it,
    /// where the chi-squared distribution has far less.
    #[test]
    fn one_case_against_many() {
        let times: Vec<f64> = (1..=40).map(f64::from).collect();
        let causes = Causes::new((1..=40).map(|case| match case {
            1 => Some("relapse"),
            case if case % 5 == 0 => Some("relapse"),
            case if case % 7 == 0 => Some("death"),
            _ => None,
        }));
        let groups = Factor::new((1..=40).map(|case| if case == 1 { "one" } else { "others" }));
        let sample = Sample::new(&times, &causes, Some(&groups), None).expect("valid");
        let options = GrayOptions::default();
        let test = gray_test(&sample, "relapse", options).expect("comparable");
        assert!(test.p_value < 0.001, "{}", test.p_value);
        let found = gray_permutation(&sample, "relapse", options, 4_000, SEED).expect("comparable");
        assert!(
            (found.p_value - 1.0 / 40.0).abs() < 0.008,
            "{}",
            found.p_value
        );
    }
}

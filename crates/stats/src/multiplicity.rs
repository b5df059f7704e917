//! P values of several tests, adjusted for their number.

use serde::Serialize;
use thiserror::Error;

use super::choice::choices;

choices! {
    /// How P values are adjusted.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum Adjustment {
        /// Holds the probability of any false finding below the level, whatever the dependence of
        /// the tests: the i-th smallest of m times m − i + 1. Holm S. Scand J Stat 1979;6:65-70.
        #[default]
        Holm = "holm",
        /// Holds the expected share of false findings among the findings below the level, for tests
        /// that are independent or positively dependent: the i-th smallest of m times m / i.
        /// Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300.
        BenjaminiHochberg = "benjamini-hochberg",
        /// Times the number of tests. Holm's is never larger, under the same assumptions.
        Bonferroni = "bonferroni",
    }
}

/// Why P values cannot be adjusted.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum AdjustmentError {
    /// No test was given.
    #[error("there is no P value to adjust")]
    Empty,
    /// A P value outside 0 to 1, or not a number.
    #[error("the P value of test {name:?} is {p_value}; a P value lies between 0 and 1")]
    NotAProbability {
        /// Name of the test.
        name: String,
        /// Its P value as given.
        p_value: f64,
    },
}

/// One test with its P value before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AdjustedTest {
    /// Name of the test.
    pub name: String,
    /// The P value given.
    pub p_value: f64,
    /// The smallest level at which the method calls the test a finding.
    pub adjusted_p_value: f64,
}

/// P values adjusted together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adjusted {
    /// Method of adjustment, such as that of Holm.
    pub method: Adjustment,
    /// The number of tests adjusted for.
    pub n: usize,
    /// The tests, in the order given.
    pub tests: Vec<AdjustedTest>,
}

/// Adjusts the P values of named tests for their number. All tests that were made belong here, not
/// only those that came out small.
///
/// # Errors
///
/// [`AdjustmentError`] when there is no test, or a P value is none.
///
/// ```
/// use casegraph_stats::multiplicity::{Adjustment, adjust};
///
/// let adjusted = adjust([("age", 0.01), ("sex", 0.04)], Adjustment::Holm)?;
/// assert_eq!(adjusted.tests[0].adjusted_p_value, 0.02);
/// assert_eq!(adjusted.tests[1].adjusted_p_value, 0.04);
/// # Ok::<(), casegraph_stats::multiplicity::AdjustmentError>(())
/// ```
pub fn adjust<N: Into<String>>(
    tests: impl IntoIterator<Item = (N, f64)>,
    method: Adjustment,
) -> Result<Adjusted, AdjustmentError> {
    let mut tests = tests
        .into_iter()
        .map(|(name, p_value)| {
            let name = name.into();
            if (0.0..=1.0).contains(&p_value) {
                Ok(AdjustedTest {
                    name,
                    p_value,
                    adjusted_p_value: p_value,
                })
            } else {
                Err(AdjustmentError::NotAProbability { name, p_value })
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    let n = tests.len();
    if n == 0 {
        return Err(AdjustmentError::Empty);
    }
    let m = n as f64;
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| tests[*a].p_value.total_cmp(&tests[*b].p_value));
    match method {
        Adjustment::Holm => {
            let mut highest: f64 = 0.0;
            for (rank, test) in order.into_iter().enumerate() {
                let test = &mut tests[test];
                highest = highest.max((m - rank as f64) * test.p_value).min(1.0);
                test.adjusted_p_value = highest;
            }
        }
        Adjustment::BenjaminiHochberg => {
            let mut lowest: f64 = 1.0;
            for (rank, test) in order.into_iter().enumerate().rev() {
                let test = &mut tests[test];
                lowest = lowest.min(m / (rank + 1) as f64 * test.p_value);
                test.adjusted_p_value = lowest;
            }
        }
        Adjustment::Bonferroni => {
            for test in &mut tests {
                test.adjusted_p_value = (m * test.p_value).min(1.0);
            }
        }
    }
    Ok(Adjusted { method, n, tests })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adjusted(p_values: &[f64], method: Adjustment) -> Vec<f64> {
        let tests = p_values.iter().map(|p| ("", *p));
        let found = adjust(tests, method).expect("probabilities");
        found
            .tests
            .iter()
            .map(|test| test.adjusted_p_value)
            .collect()
    }

    /// 0.5, 0.125 and 0.25 in order are 0.125 · 3, 0.25 · 2, 0.5 · 1 by Holm, and 0.125 · 3, 0.25 ·
    /// 3/2, 0.5 by Benjamini and Hochberg.
    #[test]
    fn three_tests_by_hand() {
        let p = [0.5, 0.125, 0.25];
        assert_eq!(adjusted(&p, Adjustment::Holm), [0.5, 0.375, 0.5]);
        assert_eq!(
            adjusted(&p, Adjustment::BenjaminiHochberg),
            [0.5, 0.375, 0.375]
        );
        assert_eq!(adjusted(&p, Adjustment::Bonferroni), [1.0, 0.375, 0.75]);
    }

    #[test]
    fn what_is_no_probability_is_named() {
        assert_eq!(
            adjust([("", 0.5); 0], Adjustment::Holm),
            Err(AdjustmentError::Empty)
        );
        for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let error =
                adjust([("age", 0.5), ("sex", bad)], Adjustment::Holm).expect_err("no probability");
            assert!(error.to_string().contains("\"sex\""), "{error}");
        }
    }
}

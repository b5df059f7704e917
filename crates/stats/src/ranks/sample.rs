//! Samples of values to be ranked, checked once.

use thiserror::Error;

use crate::factor::Factor;

/// The largest absolute value accepted: differences of two values must stay finite.
pub const MAX_MAGNITUDE: f64 = f64::MAX / 4.0;

/// The largest product of the two sample sizes for the exact distribution, which takes some
/// hundredths of a second there; 100 and 100 values. The normal approximation is close beyond.
pub const MAX_EXACT_PAIRS: u64 = 10_000;

/// Why values are not a sample. Cases are numbered from 0 in the order given.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum ValuesError {
    /// No value was given.
    #[error("a sample needs at least one value")]
    Empty,
    /// A value is not a finite number.
    #[error("the value of case {case} is not a finite number")]
    NotFinite {
        /// Number of the case.
        case: usize,
    },
    /// A value is beyond [`MAX_MAGNITUDE`].
    #[error("the value of case {case} is too large: {value}; measure it in a larger unit")]
    TooLarge {
        /// Number of the case.
        case: usize,
        /// Value of the case.
        value: f64,
    },
    /// Not one group for each value.
    #[error("groups are given for {groups} cases and values for {values}; give one for each case")]
    Lengths {
        /// Cases with a group.
        groups: usize,
        /// Cases with a value.
        values: usize,
    },
}

/// Why samples cannot be compared by ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RankError {
    /// All values are equal, so that the approximation has no variance.
    #[error("all values are equal, so there is nothing to rank")]
    AllTied,
    /// Too many pairs for the exact distribution.
    #[error(
        "the exact distribution of {pairs} pairs was asked for, and {MAX_EXACT_PAIRS} is the most; \
         use the normal approximation"
    )]
    TooManyPairs {
        /// Values of the first sample times values of the second.
        pairs: u64,
    },
    /// Fewer than two groups with values.
    #[error("a comparison by ranks needs at least two groups; the sample has {groups}")]
    TooFewGroups {
        /// Groups with values.
        groups: usize,
    },
    /// No draw was asked for.
    #[error("a permutation test needs at least one draw")]
    NoDraws,
}

/// Values in ascending order.
#[derive(Debug, Clone, PartialEq)]
pub struct Values(Vec<f64>);

impl Values {
    /// Takes the values of a sample.
    ///
    /// # Errors
    ///
    /// [`ValuesError`] when there is none, or one is not finite or beyond [`MAX_MAGNITUDE`].
    pub fn new(values: &[f64]) -> Result<Self, ValuesError> {
        let mut sorted = checked(values)?;
        sorted.sort_unstable_by(f64::total_cmp);
        Ok(Self(sorted))
    }

    /// The number of values, at least one.
    #[must_use]
    pub fn n(&self) -> usize {
        self.0.len()
    }

    /// The values in ascending order.
    #[must_use]
    pub fn sorted(&self) -> &[f64] {
        &self.0
    }
}

fn checked(values: &[f64]) -> Result<Vec<f64>, ValuesError> {
    if values.is_empty() {
        return Err(ValuesError::Empty);
    }
    values
        .iter()
        .enumerate()
        .map(|(case, &value)| {
            if !value.is_finite() {
                Err(ValuesError::NotFinite { case })
            } else if value.abs() > MAX_MAGNITUDE {
                Err(ValuesError::TooLarge { case, value })
            } else {
                // Adding zero turns a negative zero into zero.
                Ok(value + 0.0)
            }
        })
        .collect()
}

/// Two independent samples, checked once.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoSamples {
    /// Values of the first group.
    pub first: Values,
    /// Values of the second group.
    pub second: Values,
}

/// Values of independent groups, checked once.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupedValues {
    /// In ascending order, each with the number of its group.
    pub(super) values: Vec<(f64, u32)>,
    pub(super) labels: Vec<String>,
}

impl GroupedValues {
    /// Takes the value and the group of each case.
    ///
    /// # Errors
    ///
    /// [`ValuesError`] when there is no value, one is not finite or too large, or the columns differ
    /// in length.
    pub fn new(values: &[f64], groups: &Factor) -> Result<Self, ValuesError> {
        let values = checked(values)?;
        if values.len() != groups.len() {
            return Err(ValuesError::Lengths {
                groups: groups.len(),
                values: values.len(),
            });
        }
        let codes = groups.codes().iter().copied();
        let mut values: Vec<(f64, u32)> = values.into_iter().zip(codes).collect();
        values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Ok(Self {
            values,
            labels: groups.labels().to_vec(),
        })
    }

    /// The number of values.
    #[must_use]
    pub fn n(&self) -> usize {
        self.values.len()
    }

    /// The labels of the groups.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.labels
    }
}

/// The ranks of values in ascending order, each doubled so that the mean rank of tied values is a
/// whole number, and the sum of t³ − t over runs of t tied values.
pub(super) fn doubled_ranks(sorted: &[(f64, u32)]) -> (Vec<u64>, f64) {
    let mut ranks = Vec::with_capacity(sorted.len());
    let mut ties = 0.0;
    for run in sorted.chunk_by(|a, b| a.0 == b.0) {
        let (before, length) = (ranks.len() as u64, run.len() as u64);
        ranks.extend(std::iter::repeat_n(2 * before + length + 1, run.len()));
        ties += tie_term(run.len());
    }
    (ranks, ties)
}

/// t³ − t.
pub(super) fn tie_term(length: usize) -> f64 {
    let t = length as f64;
    (t - 1.0) * t * (t + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_sample_is_refused() {
        assert_eq!(Values::new(&[]), Err(ValuesError::Empty));
        assert_eq!(
            Values::new(&[1.0, f64::NAN]),
            Err(ValuesError::NotFinite { case: 1 })
        );
        assert_eq!(
            Values::new(&[f64::MAX]),
            Err(ValuesError::TooLarge {
                case: 0,
                value: f64::MAX
            })
        );
        assert_eq!(
            GroupedValues::new(&[1.0], &Factor::new(["a", "b"])),
            Err(ValuesError::Lengths {
                groups: 2,
                values: 1
            })
        );
    }

    /// 1, 2, 2, 3: ranks 1, 2½, 2½, 4; 2³ − 2 = 6.
    #[test]
    fn tied_values_share_their_mean_rank() {
        let values = [(1.0, 0), (2.0, 0), (2.0, 1), (3.0, 0)];
        assert_eq!(doubled_ranks(&values), (vec![2, 5, 5, 8], 6.0));
    }
}

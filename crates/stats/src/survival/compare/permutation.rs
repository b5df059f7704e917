//! The permutation distribution of a test between groups.

mod deal;
mod split;

use serde::Serialize;

use super::form::Form;
use super::weights::Weigher;
use super::{CompareOptions, LogRankError, Weights, check_groups};
use crate::choice::choices;
use crate::random::{Random, SEED};
use crate::survival::sample::Sample;
use deal::Deal;

/// Ways to deal the cases to the groups up to which all are gone through.
pub const MOST_ASSIGNMENTS: u64 = 2_000_000;

/// Cases up to which the exact distribution between two groups without strata is counted from
/// two halves, however many the ways to deal them.
pub const MOST_SPLIT_CASES: usize = 44;

/// Cases up to which ways to deal them are gone through one by one.
const MOST_WALKED_CASES: usize = 5_000;

/// Statistics, in standard deviations, that differ by less are equal but for rounding.
const TIE: f64 = 1e-10;

choices! {
    /// How a permutation distribution is found.
    #[derive(Default)]
    pub enum PermutationMethod {
        /// Exact where that is feasible, else by Monte Carlo draws.
        #[default]
        Automatic = "automatic",
        /// From all ways to deal the cases to the groups.
        Exact = "exact",
        /// P value from seeded random assignments.
        MonteCarlo = "monte-carlo",
    }
}

/// Weights of a permutation test, and how to find its distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PermutationOptions {
    /// The weights of the event times; those of the log-rank test unless told.
    pub compare: CompareOptions,
    /// How the distribution is found; automatic unless told.
    pub method: PermutationMethod,
    /// Random draws, where they are needed; 99 999 unless told.
    pub draws: u32,
    /// Their seed; [`SEED`] unless told.
    pub seed: u64,
}

impl Default for PermutationOptions {
    fn default() -> Self {
        Self {
            compare: CompareOptions::default(),
            method: PermutationMethod::default(),
            draws: 99_999,
            seed: SEED,
        }
    }
}

/// One group of a permutation test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PermutationGroup {
    /// Label of the group.
    pub label: String,
    /// Number of cases in the group.
    pub n: usize,
    /// Number of events in the group.
    pub observed: usize,
    /// The sum of its scores: its weighted observed − expected events.
    pub difference: f64,
}

/// A permutation test between groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PermutationTest {
    /// The weights of the event times.
    pub weights: Weights,
    /// Exponent of survival in Fleming-Harrington weights.
    pub rho: Option<f64>,
    /// Exponent of 1 − survival in Fleming-Harrington weights.
    pub gamma: Option<f64>,
    /// Number of cases.
    pub n: usize,
    /// Number of events.
    pub events: usize,
    /// Strata; 1 when the sample has none.
    pub strata: usize,
    /// The groups, in the order of [`Sample::groups`].
    pub groups: Vec<PermutationGroup>,
    /// The statistic: the differences' quadratic form by their permutation covariance. With two
    /// groups it is the square of a difference divided by its permutation standard deviation.
    pub statistic: f64,
    /// Exact or Monte Carlo, whichever it was.
    pub method: PermutationMethod,
    /// Probability of a statistic at least as large when the cases are dealt to the groups at
    /// random, within strata if there are any.
    pub p_value: f64,
    /// Ways to deal the cases, when all were counted.
    pub assignments: Option<u64>,
    /// Random draws, when these were used.
    pub draws: Option<u32>,
    /// Seed of the random assignments, if any were drawn.
    pub seed: Option<u64>,
    /// Standard error of `p_value` from the finite number of draws.
    pub monte_carlo_std_error: Option<f64>,
}

/// Tests whether the groups share one survival distribution by dealing the cases to the groups
/// anew, for groups too small for the chi-squared distribution of [`super::compare`].
///
/// What is permuted are log-rank scores. A case that leaves at t scores w(t) if it had the event,
/// otherwise 0, less the sum over the event times up to and including t of w d / n, with d events
/// among n at risk in its stratum, and w the weight. (Tied times share one risk set: "mid-ranks" in
/// R's coin.) The scores of a group sum to its weighted observed − expected events D, the numerator
/// of the log-rank test. The statistic is Dᵀ V⁻¹ D, with V the covariance of D over all
/// assignments; with two groups that orders assignments as |D| does. It differs from the statistic
/// of [`super::compare`], whose V is hypergeometric.
///
/// The P value is the share of assignments with a statistic at least as large, two-sided. All
/// assignments are counted when there are at most [`MOST_ASSIGNMENTS`], or two groups without
/// strata of at most [`MOST_SPLIT_CASES`] cases; else as many as the options say are drawn, and P
/// is (1 + those as large) / (1 + draws) (Davison AC, Hinkley DV. Bootstrap Methods and their
/// Application. 1997, section 4.2).
///
/// Assumes that, were there no difference, survival and censoring would be distributed alike in the
/// groups. Where follow-up differs between groups the test is not exact (Heinze G, Gnant M,
/// Schemper M. Biometrics 2003;59:1151-7).
///
/// Peto R, Peto J. J R Stat Soc A 1972;135:185-207. van de Wiel MA. Comput Stat 2001;16:519-38
/// (counting by halves).
///
/// # Errors
///
/// [`LogRankError`] when there are not two groups to compare, no events to compare them by, cases
/// are left-truncated, or the exact distribution was asked for and is too large.
pub fn permutation_test(
    sample: &Sample,
    options: PermutationOptions,
) -> Result<PermutationTest, LogRankError> {
    let weigher = options.compare.weigher()?;
    check_groups(sample)?;
    if sample.entry().is_some() {
        return Err(LogRankError::LeftTruncated);
    }
    if options.draws == 0 {
        return Err(LogRankError::NoDraws);
    }
    let deal = Deal::new(sample, weigher);
    let form = Statistic::new(&deal).ok_or(LogRankError::NoVariance)?;
    let statistic = form.of(&deal.differences());
    let as_large = (statistic.sqrt() - TIE).max(0.0).powi(2);
    let splits = deal.two_groups().filter(|_| sample.n() <= MOST_SPLIT_CASES);
    let exact = if options.method == PermutationMethod::MonteCarlo {
        None
    } else if let Some((scores, size)) = splits {
        let at_least = as_large.sqrt() * form.std_deviation();
        Some(split::count(&scores, size, at_least))
    } else if sample.n() <= MOST_WALKED_CASES && deal.assignments() <= MOST_ASSIGNMENTS as f64 {
        Some(deal.count(|differences| form.of(differences) >= as_large))
    } else {
        None
    };
    let found = match (exact, options.method) {
        (Some(counted), _) => Significance::exact(counted),
        (None, PermutationMethod::Exact) => {
            return Err(LogRankError::TooManyAssignments { cases: sample.n() });
        }
        (None, _) => Significance::drawn(&deal, &options, |differences| {
            form.of(differences) >= as_large
        }),
    };
    let (rho, gamma) = options.compare.exponents();
    Ok(PermutationTest {
        weights: options.compare.weights,
        rho,
        gamma,
        n: sample.n(),
        events: sample.events(),
        strata: sample.strata().len().max(1),
        groups: deal.groups(sample),
        statistic,
        method: found.method,
        p_value: found.p_value,
        assignments: found.assignments,
        draws: found.draws,
        seed: found.draws.map(|_| options.seed),
        monte_carlo_std_error: found.std_error,
    })
}

/// Assignments, and how many of them have a statistic at least as large.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counted {
    all: u64,
    as_large: u64,
}

/// The number of cases that a random draw deals anew, from which its cost can be told: all but those
/// of the largest group of each stratum.
#[must_use]
pub fn cases_dealt(sample: &Sample) -> usize {
    let weigher = Weigher::new(Weights::LogRank, 0.0, 0.0);
    Deal::new(sample, weigher).drawn()
}

/// A P value and where it comes from.
struct Significance {
    method: PermutationMethod,
    p_value: f64,
    assignments: Option<u64>,
    draws: Option<u32>,
    std_error: Option<f64>,
}

impl Significance {
    fn exact(counted: Counted) -> Self {
        Self {
            method: PermutationMethod::Exact,
            p_value: counted.as_large as f64 / counted.all as f64,
            assignments: Some(counted.all),
            draws: None,
            std_error: None,
        }
    }

    fn drawn(
        deal: &Deal,
        options: &PermutationOptions,
        is_as_large: impl Fn(&[f64]) -> bool,
    ) -> Self {
        let mut as_large = 0_u32;
        deal.draw(
            options.draws,
            &mut Random::new(options.seed),
            |differences| {
                as_large += u32::from(is_as_large(differences));
            },
        );
        let draws = f64::from(options.draws);
        let p_value = (1.0 + f64::from(as_large)) / (1.0 + draws);
        Self {
            method: PermutationMethod::MonteCarlo,
            p_value,
            assignments: None,
            draws: Some(options.draws),
            std_error: Some((p_value * (1.0 - p_value) / draws).sqrt()),
        }
    }
}

/// The quadratic form of the differences by their covariance over all assignments, ready to be
/// worked out many times.
struct Statistic {
    groups: Vec<usize>,
    inverse: Vec<f64>,
}

impl Statistic {
    /// `None` when no group's difference varies.
    fn new(deal: &Deal) -> Option<Self> {
        let (covariance, size) = (deal.covariance(), deal.sizes.len());
        let form = Form::new(size, |i, j| covariance[i * size + j])?;
        Some(Self {
            inverse: form.inverse(),
            groups: form.groups,
        })
    }

    fn of(&self, differences: &[f64]) -> f64 {
        let rows = self.inverse.chunks(self.groups.len()).zip(&self.groups);
        rows.map(|(row, i)| {
            let cells = row.iter().zip(&self.groups);
            differences[*i] * cells.map(|(cell, j)| cell * differences[*j]).sum::<f64>()
        })
        .sum()
    }

    /// The standard deviation of either difference, where there are but two.
    fn std_deviation(&self) -> f64 {
        self.inverse[0].sqrt().recip()
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::*;
    use crate::factor::Factor;
    use crate::survival::{Columns, Outcome};

    fn sample(times: &[f64], events: &[bool], groups: &[&str]) -> Sample {
        let outcomes: Vec<Outcome> = events.iter().map(|event| (*event).into()).collect();
        let groups = Factor::new(groups);
        Columns::new(times, &outcomes)
            .grouped(&groups)
            .sample()
            .expect("valid")
    }

    /// Scores 3/4, 5/12, −1/12, −13/12. Of the 6 pairs, {1, 2} and {3, 4} sum to ±7/6, {1, 3} and
    /// {2, 4} to ±2/3, {1, 4} and {2, 3} to ±1/3. V of a pair: 2 × 2/4 × (9 + 25/9 + 1/9 + 169/9)
    /// /16/3.
    #[test]
    fn four_cases_by_hand() {
        let wanted = [("aabb", 2.0 / 6.0), ("abab", 4.0 / 6.0), ("abba", 1.0)];
        for (groups, p) in wanted {
            let groups: Vec<&str> = groups.split("").filter(|label| !label.is_empty()).collect();
            let sample = sample(&[1.0, 2.0, 3.0, 4.0], &[true; 4], &groups);
            let found = permutation_test(&sample, PermutationOptions::default()).expect("small");
            assert_eq!(
                (found.p_value, found.assignments),
                (p, Some(6)),
                "{groups:?}"
            );
            let squares = 0.75_f64.powi(2) + (25.0 + 1.0 + 169.0) / 144.0;
            let wanted = found.groups[0].difference.powi(2) / (squares / 3.0);
            assert!((found.statistic - wanted).abs() < 1e-14);
        }
    }

    #[test]
    fn scores_of_a_group_sum_to_its_observed_less_expected_events() {
        let sample = sample(
            &[1.0, 2.0, 2.0, 2.0, 5.0, 6.0, 7.0],
            &[true, true, false, true, true, false, true],
            &["a", "b", "a", "c", "c", "b", "a"],
        );
        for weights in Weights::ALL.iter().copied() {
            let options = CompareOptions {
                weights,
                rho: 0.5,
                gamma: 1.0,
                idle_groups: super::super::IdleGroups::LeftOut,
            };
            let test = compare(&sample, options).expect("three groups");
            let permuted = permutation_test(
                &sample,
                PermutationOptions {
                    compare: options,
                    ..PermutationOptions::default()
                },
            )
            .expect("three groups");
            for (one, other) in test.groups.iter().zip(&permuted.groups) {
                let difference = one.weighted_observed - one.weighted_expected;
                assert!((difference - other.difference).abs() < 1e-14, "{weights}");
                assert_eq!((one.n, one.observed), (other.n, other.observed));
            }
        }
    }

    #[test]
    fn draws_come_near_the_exact_value_and_repeat() {
        let sample = sample(
            &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
            &[true, true, false, true, true, false, true, true],
            &["a", "a", "a", "b", "a", "b", "b", "b"],
        );
        let by = |method| {
            let options = PermutationOptions {
                method,
                ..PermutationOptions::default()
            };
            permutation_test(&sample, options).expect("comparable")
        };
        let (exact, drawn) = (
            by(PermutationMethod::Exact),
            by(PermutationMethod::MonteCarlo),
        );
        let error = drawn.monte_carlo_std_error.expect("drawn");
        assert!((exact.p_value - drawn.p_value).abs() < 4.0 * error);
        assert_eq!((drawn.draws, drawn.seed), (Some(99_999), Some(SEED)));
        assert_eq!(drawn, by(PermutationMethod::MonteCarlo));
        assert_eq!(
            (exact.method, exact.draws),
            (PermutationMethod::Exact, None)
        );
    }

    /// One left the others before they all had the event: all scores are 0, those that weights such
    /// as √3 leave a rounding error in as well.
    #[test]
    fn scores_that_differ_by_rounding_do_not_vary() {
        let sample = sample(
            &[4.0, 4.0, 0.0, 4.0],
            &[true, true, false, true],
            &["a", "a", "a", "b"],
        );
        for weights in Weights::ALL.iter().copied() {
            let mut options = PermutationOptions::default();
            options.compare.weights = weights;
            assert_eq!(
                permutation_test(&sample, options),
                Err(LogRankError::NoVariance),
                "{weights}"
            );
        }
    }

    #[test]
    fn what_cannot_be_permuted_is_refused() {
        let many: Vec<f64> = (1..=46).map(f64::from).collect();
        let groups = ["a", "b"].repeat(23);
        let many = sample(&many, &[true; 46], &groups);
        let exact = PermutationOptions {
            method: PermutationMethod::Exact,
            ..PermutationOptions::default()
        };
        assert_eq!(
            permutation_test(&many, exact),
            Err(LogRankError::TooManyAssignments { cases: 46 })
        );
        let few_draws = PermutationOptions {
            draws: 99,
            ..PermutationOptions::default()
        };
        let drawn = permutation_test(&many, few_draws).expect("drawn");
        assert_eq!(drawn.method, PermutationMethod::MonteCarlo);
        let none = PermutationOptions { draws: 0, ..exact };
        assert_eq!(permutation_test(&many, none), Err(LogRankError::NoDraws));
        let tied = sample(&[1.0, 1.0], &[true, true], &["a", "b"]);
        assert_eq!(
            permutation_test(&tied, exact),
            Err(LogRankError::NoVariance)
        );
        let groups = Factor::new(["a", "b"]);
        let late = Columns::new(&[1.0, 2.0], &[Outcome::Event; 2])
            .entered(&[0.0, 0.5])
            .grouped(&groups)
            .sample()
            .expect("valid");
        assert_eq!(
            permutation_test(&late, exact),
            Err(LogRankError::LeftTruncated)
        );
    }
}

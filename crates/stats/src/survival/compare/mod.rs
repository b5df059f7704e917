//! Tests whether groups share one hazard: the log-rank test, its weighted and stratified relatives,
//! the test for trend, and the permutation test.

mod form;
mod permutation;
mod sums;
mod trend;
mod weights;

use serde::Serialize;
use thiserror::Error;

use super::sample::Sample;
use crate::choice::choices;
use crate::distribution::chi_squared_upper_tail;
use form::Form;
pub use permutation::{
    MOST_ASSIGNMENTS, MOST_SPLIT_CASES, PermutationGroup, PermutationMethod, PermutationOptions,
    PermutationTest, cases_dealt, permutation_test,
};
use sums::Sums;
pub use trend::{Trend, trend_test};
use weights::Weigher;
pub use weights::Weights;

/// Why groups cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum LogRankError {
    /// The sample has fewer than two groups.
    #[error("a log-rank test compares at least two groups; the sample has {groups}")]
    TooFewGroups {
        /// Groups in the sample.
        groups: usize,
    },
    /// Nobody had the event.
    #[error("no case had the event, so the groups cannot be compared")]
    NoEvents,
    /// Fewer than two groups had anyone at risk when an event occurred.
    #[error("no two groups were at risk when an event occurred")]
    NoOverlap,
    /// Chance has nothing to vary.
    #[error(
        "chance has nothing to vary: at each event time all at risk had the event, or all were of \
         one group (within strata, if any), or the scores of the groups are equal"
    )]
    NoVariance,
    /// The weights are 0 at every event time at which the groups could differ.
    #[error("the weights leave no event time to compare by; take other weights")]
    NoWeight,
    /// An exponent of the Fleming-Harrington weights that is negative or no number.
    #[error("rho and gamma are finite numbers from 0 upwards; got {value}")]
    Exponent {
        /// Exponent that was asked for.
        value: f64,
    },
    /// Another number of scores than groups.
    #[error("a test for trend needs a score for each of {groups} groups; got {scores}")]
    Scores {
        /// Groups in the sample.
        groups: usize,
        /// Scores given.
        scores: usize,
    },
    /// A score that is no number, or beyond all use.
    #[error("the score of group {group} is not a number between -1e100 and 1e100")]
    Score {
        /// Number of the group, from 0.
        group: usize,
    },
    /// Left-truncated cases are not exchangeable.
    #[error("a permutation test has no meaning with left truncation; use the test by its variance")]
    LeftTruncated,
    /// The exact distribution was asked for and is too large.
    #[error(
        "{cases} cases can be dealt to the groups in too many ways to count; ask for Monte Carlo draws"
    )]
    TooManyAssignments {
        /// Cases in the sample.
        cases: usize,
    },
    /// No draws were asked for.
    #[error("a Monte Carlo test needs at least one draw")]
    NoDraws,
}

choices! {
    /// Whether a group with nobody at risk at any event counts in the degrees of freedom of a
    /// log-rank test.
    #[derive(Default)]
    pub enum IdleGroups {
        /// It is no part of the test.
        #[default]
        LeftOut = "left-out",
        /// It costs a degree of freedom, which makes the p-value too large.
        Counted = "counted",
    }
}

/// The weights of a test between groups.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct CompareOptions {
    /// Which weights; the log-rank test unless told.
    pub weights: Weights,
    /// Exponent of survival, for [`Weights::FlemingHarrington`] only; 0 unless told.
    pub rho: f64,
    /// Exponent of 1 − survival, for [`Weights::FlemingHarrington`] only; 0 unless told.
    pub gamma: f64,
    /// Whether groups never at risk count; not unless told.
    pub idle_groups: IdleGroups,
}

impl CompareOptions {
    fn weigher(self) -> Result<Weigher, LogRankError> {
        for value in [self.rho, self.gamma] {
            if !(0.0..=f64::MAX).contains(&value) {
                return Err(LogRankError::Exponent { value });
            }
        }
        Ok(Weigher::new(self.weights, self.rho, self.gamma))
    }

    /// Rho and gamma where they matter.
    fn exponents(self) -> (Option<f64>, Option<f64>) {
        if self.weights == Weights::FlemingHarrington {
            (Some(self.rho), Some(self.gamma))
        } else {
            (None, None)
        }
    }
}

/// The observed and expected events of one group, over all strata.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogRankGroup {
    /// Label of the group.
    pub label: String,
    /// Number of cases in the group.
    pub n: usize,
    /// Number of events in the group.
    pub observed: usize,
    /// The events it would have if all groups shared one hazard (in each stratum). A group with 0,
    /// nobody at risk at any event, takes no part in the test.
    pub expected: f64,
    /// The events, each with the weight of its time.
    pub weighted_observed: f64,
    /// The expected events likewise.
    pub weighted_expected: f64,
}

/// A log-rank test of two or more groups, perhaps weighted or stratified.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogRank {
    /// The weights of the event times.
    pub weights: Weights,
    /// Exponent of survival in Fleming-Harrington weights.
    pub rho: Option<f64>,
    /// Exponent of 1 − survival in Fleming-Harrington weights.
    pub gamma: Option<f64>,
    /// Number of cases in all groups.
    pub n: usize,
    /// Number of events in all groups.
    pub events: usize,
    /// Strata; 1 when the sample has none.
    pub strata: usize,
    /// The groups, in the order of [`Sample::groups`].
    pub groups: Vec<LogRankGroup>,
    /// Covariance of the weighted observed − expected events, group by group. With two groups its
    /// first element is the variance.
    pub covariance: Vec<Vec<f64>>,
    /// Chi-squared statistic of the test.
    pub statistic: f64,
    /// Groups taking part, minus one for each set of groups at risk together.
    pub degrees_of_freedom: usize,
    /// Probability of a statistic at least as large if all groups share one hazard.
    pub p_value: f64,
}

/// The log-rank test: whether the groups of a sample share one hazard, all event times weighing the
/// same. With strata, whether they do within each stratum. See [`compare`].
///
/// # Errors
///
/// [`LogRankError`] when there are not two groups to compare, or no events to compare them by.
pub fn logrank(sample: &Sample) -> Result<LogRank, LogRankError> {
    compare(sample, CompareOptions::default())
}

/// Tests whether the groups of a sample share one hazard, within strata if it has any, event times
/// weighing as the options say.
///
/// At each event time the d events fall on the groups in proportion to their numbers at risk nᵢ of
/// n. Summed over time with weights w this gives w-weighted observed and expected counts O and E,
/// and the hypergeometric variance w² `d (n − d) / (n − 1) · nᵢ/n (δᵢⱼ − nⱼ/n)` gives a covariance
/// V. The statistic is (O − E)ᵀ V⁻¹ (O − E), chi-squared with groups − 1 degrees of freedom. Strata
/// have their own risk sets and weights; their O, E and V are summed. With left truncation the
/// numbers at risk are of those who have entered.
///
/// The log-rank weights are most sensitive to hazards in constant proportion, and nearly blind
/// where curves cross. Choose the weights before seeing the curves. The p-value is asymptotic:
/// doubt it with few events, and see [`permutation_test`].
///
/// Mantel N. Cancer Chemother Rep 1966;50:163-70. Peto R, Peto J. J R Stat Soc A 1972;135:185-207.
/// Klein JP, Moeschberger ML. Survival Analysis. 2nd ed. 2003, sections 7.3 and 7.5.
///
/// # Errors
///
/// [`LogRankError`] when there are not two groups to compare, or no events to compare them by.
pub fn compare(sample: &Sample, options: CompareOptions) -> Result<LogRank, LogRankError> {
    let sums = comparable(sample, options)?;
    let groups: Vec<LogRankGroup> = sample
        .groups()
        .iter()
        .enumerate()
        .map(|(group, label)| LogRankGroup {
            label: label.clone(),
            n: sums.n[group],
            observed: sums.observed[group],
            expected: sums.expected[group],
            weighted_observed: sums.weighted_observed[group],
            weighted_expected: sums.weighted_expected[group],
        })
        .collect();
    let form = Form::new(groups.len(), |i, j| sums.covariance(i, j));
    let form = form.ok_or(LogRankError::NoVariance)?;
    let statistic =
        form.of(|group| groups[group].weighted_observed - groups[group].weighted_expected);
    let degrees_of_freedom = match options.idle_groups {
        IdleGroups::LeftOut => form.groups.len(),
        IdleGroups::Counted => sample.groups().len() - 1,
    };
    let all = 0..groups.len();
    let (rho, gamma) = options.exponents();
    Ok(LogRank {
        weights: options.weights,
        rho,
        gamma,
        n: sample.n(),
        events: sample.events(),
        strata: sample.strata().len().max(1),
        covariance: all
            .clone()
            .map(|i| all.clone().map(|j| sums.covariance(i, j)).collect())
            .collect(),
        groups,
        statistic,
        degrees_of_freedom,
        p_value: chi_squared_upper_tail(statistic, degrees_of_freedom),
    })
}

/// The sums of a sample whose groups can be compared at all.
fn comparable(sample: &Sample, options: CompareOptions) -> Result<Sums, LogRankError> {
    let weigher = options.weigher()?;
    check_groups(sample)?;
    let sums = Sums::new(sample, weigher);
    let above_zero = |values: &[f64]| values.iter().filter(|value| **value > 0.0).count();
    if above_zero(&sums.expected) < 2 {
        return Err(LogRankError::NoOverlap);
    }
    if above_zero(&sums.weighted_expected) < 2 {
        return Err(LogRankError::NoWeight);
    }
    Ok(sums)
}

fn check_groups(sample: &Sample) -> Result<(), LogRankError> {
    let groups = sample.groups().len();
    if groups < 2 {
        return Err(LogRankError::TooFewGroups { groups });
    }
    if sample.events() == 0 {
        return Err(LogRankError::NoEvents);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Outcome};
    use super::*;
    use crate::factor::Factor;

    /// Time, whether with the event, group.
    type Case<'a> = (f64, bool, &'a str);

    fn sample(cases: &[Case]) -> Sample {
        let times: Vec<f64> = cases.iter().map(|case| case.0).collect();
        let outcomes: Vec<Outcome> = cases.iter().map(|case| case.1.into()).collect();
        let groups = Factor::new(cases.iter().map(|case| case.2));
        Columns::new(&times, &outcomes)
            .grouped(&groups)
            .sample()
            .expect("valid")
    }

    fn test(cases: &[Case]) -> Result<LogRank, LogRankError> {
        logrank(&sample(cases))
    }

    const FOUR: [Case; 4] = [
        (1.0, true, "a"),
        (2.0, true, "b"),
        (3.0, true, "a"),
        (4.0, true, "b"),
    ];

    /// a: 1, 3; b: 2, 4. E of a: 2/4 + 1/3 + 1/2 = 4/3; V: 1/4 + 2/9 + 1/4 = 13/18; statistic (2 −
    /// 4/3)² / V = 8/13.
    #[test]
    fn four_cases_by_hand() {
        let found = test(&FOUR).expect("two groups");
        assert!((found.groups[0].expected - 4.0 / 3.0).abs() < 1e-15);
        assert!((found.groups[1].expected - 8.0 / 3.0).abs() < 1e-15);
        assert!((found.covariance[0][0] - 13.0 / 18.0).abs() < 1e-15);
        assert_eq!(found.covariance[0][1], found.covariance[1][0]);
        assert!((found.statistic - 8.0 / 13.0).abs() < 1e-14);
        assert_eq!((found.degrees_of_freedom, found.strata), (1, 1));
    }

    /// The same with weights 4, 3, 2, 1: O of a 4 + 2, E 4 × 2/4 + 3 × 1/3 + 2 × 1/2 = 4, V 16 × 1/4
    /// + 9 × 2/9 + 4 × 1/4 = 7; statistic 4/7.
    #[test]
    fn four_cases_by_hand_by_numbers_at_risk() {
        let options = CompareOptions {
            weights: Weights::GehanBreslow,
            ..CompareOptions::default()
        };
        let found = compare(&sample(&FOUR), options).expect("two groups");
        let group = &found.groups[0];
        assert_eq!((group.observed, group.weighted_observed), (2, 6.0));
        assert!((group.weighted_expected - 4.0).abs() < 1e-14);
        assert!((group.expected - 4.0 / 3.0).abs() < 1e-15);
        assert!((found.statistic - 4.0 / 7.0).abs() < 1e-14);
        assert_eq!((found.rho, found.gamma), (None, None));
    }

    /// Two strata, each like the four cases, at the same times: everything doubles.
    #[test]
    fn strata_add_up() {
        let times = [1.0, 2.0, 3.0, 4.0].repeat(2);
        let groups = Factor::new(["a", "b"].repeat(4));
        let strata = Factor::new(["x"; 4].iter().chain(&["y"; 4]));
        let found = Columns::new(&times, &[Outcome::Event; 8])
            .grouped(&groups)
            .stratified(&strata)
            .sample()
            .map(|sample| logrank(&sample).expect("two groups"))
            .expect("valid");
        assert!((found.statistic - 2.0 * 8.0 / 13.0).abs() < 1e-14);
        assert!((found.groups[0].expected - 8.0 / 3.0).abs() < 1e-14);
        assert_eq!((found.strata, found.groups[0].n), (2, 4));
    }

    /// b enters late: at 1 only a is at risk (E 1, no variance), at 2 all (E of a 1/2, variance
    /// 1/4): O − E of a 1/2, statistic 1.
    #[test]
    fn truncated_cases_are_expected_to_fall_after_their_entry() {
        let groups = Factor::new(["a", "a", "b"]);
        let outcomes = [true, true, false].map(Outcome::from);
        let found = Columns::new(&[1.0, 2.0, 3.0], &outcomes)
            .entered(&[0.0, 0.0, 1.5])
            .grouped(&groups)
            .sample()
            .map(|sample| logrank(&sample).expect("two groups"))
            .expect("valid");
        assert!((found.groups[0].expected - 1.5).abs() < 1e-15);
        assert!((found.statistic - 1.0).abs() < 1e-14);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        assert_eq!(
            test(&[(1.0, true, "a")]),
            Err(LogRankError::TooFewGroups { groups: 1 })
        );
        let ungrouped = Sample::new(&[1.0], &[Outcome::Event]).expect("valid");
        assert_eq!(
            logrank(&ungrouped),
            Err(LogRankError::TooFewGroups { groups: 0 })
        );
        assert_eq!(
            test(&[(1.0, false, "a"), (2.0, false, "b")]),
            Err(LogRankError::NoEvents)
        );
        assert_eq!(
            test(&[(1.0, false, "a"), (2.0, true, "b")]),
            Err(LogRankError::NoOverlap)
        );
        assert_eq!(
            test(&[(1.0, true, "a"), (1.0, true, "b")]),
            Err(LogRankError::NoVariance)
        );
    }

    #[test]
    fn exponents_are_numbers_and_weights_must_leave_an_event() {
        let late = |gamma| CompareOptions {
            weights: Weights::FlemingHarrington,
            rho: 0.0,
            gamma,
            idle_groups: IdleGroups::LeftOut,
        };
        for bad in [-1.0, f64::INFINITY] {
            let error = LogRankError::Exponent { value: bad };
            assert_eq!(compare(&sample(&FOUR), late(bad)), Err(error));
        }
        let one_event = sample(&[(1.0, true, "a"), (2.0, false, "b"), (2.0, false, "a")]);
        assert!(compare(&one_event, late(0.0)).is_ok());
        assert_eq!(compare(&one_event, late(1.0)), Err(LogRankError::NoWeight));
    }

    /// As in R, a group that left before the first event is no part of the test.
    #[test]
    fn a_group_never_at_risk_costs_no_degree_of_freedom() {
        let cases = [
            (2.0, true, "a"),
            (3.0, true, "b"),
            (4.0, true, "a"),
            (5.0, false, "b"),
        ];
        let with_early: Vec<_> = cases
            .iter()
            .copied()
            .chain([(1.0, false, "early")])
            .collect();
        let (two, three) = (
            test(&cases).expect("two groups"),
            test(&with_early).expect("two of three"),
        );
        assert_eq!(
            (three.statistic, three.degrees_of_freedom),
            (two.statistic, 1)
        );
        assert_eq!(three.groups[2].expected, 0.0);
    }

    /// Strata in which other groups meet: a and b in one, c and d in the other. The statistics of
    /// the two add up, with a degree of freedom each.
    #[test]
    fn groups_that_never_meet_are_compared_with_those_they_meet() {
        let times = [1.0, 2.0, 3.0, 4.0].repeat(2);
        let groups = Factor::new(["a", "b", "a", "b", "c", "d", "c", "d"]);
        let strata = Factor::new(["x"; 4].iter().chain(&["y"; 4]));
        let found = Columns::new(&times, &[Outcome::Event; 8])
            .grouped(&groups)
            .stratified(&strata)
            .sample()
            .map(|sample| logrank(&sample).expect("two pairs of groups"))
            .expect("valid");
        assert!((found.statistic - 16.0 / 13.0).abs() < 1e-14);
        assert_eq!(found.degrees_of_freedom, 2);
    }
}

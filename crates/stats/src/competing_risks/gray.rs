//! Gray's test of cumulative incidences between groups.

use serde::Serialize;
use thiserror::Error;

use super::sample::{Case, Sample};
use crate::distribution::chi_squared_upper_tail;
use crate::linear::Cholesky;

/// A pivot below this share of its variance counts as zero.
const SINGULAR: f64 = 1e-12;

/// A pooled incidence nearer to 1 than this is 1.
const CERTAIN: f64 = 1e-9;

/// How groups are weighed in time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct GrayOptions {
    /// Events weigh (1 − pooled incidence)^rho: all the same at 0, the default; early ones more
    /// above 0, late ones more below.
    pub rho: f64,
}

/// Why groups cannot be compared.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum GrayError {
    /// The sample has fewer than two groups.
    #[error("Gray's test compares at least two groups; the sample has {groups}")]
    TooFewGroups {
        /// Groups in the sample.
        groups: usize,
    },
    /// The cause is none of the sample.
    #[error("the sample has no cause {cause:?}; its causes are {}", causes.join(", "))]
    UnknownCause {
        /// Cause that was asked for.
        cause: String,
        /// The causes there are.
        causes: Vec<String>,
    },
    /// The weight is not a finite number.
    #[error("rho is a finite number, usually 0; got {rho}")]
    Rho {
        /// Weight that was asked for.
        rho: f64,
    },
    /// Nobody had an event of the cause.
    #[error("no case had an event of cause {cause:?}, so the groups cannot be compared")]
    NoEvents {
        /// Cause without events.
        cause: String,
    },
    /// Fewer than two groups had anyone at risk when an event of the cause occurred.
    #[error("no two groups were at risk when an event of cause {cause:?} occurred")]
    NoOverlap {
        /// Cause that is compared.
        cause: String,
    },
    /// The pooled incidence, to which each group at risk contributes, came to 1 before the last
    /// event: some group had run out of cases before, and the variance has no value.
    #[error(
        "the pooled incidence of cause {cause:?} reaches 1 before its last event, at time {time}; \
         compare the groups over a shorter follow-up"
    )]
    Exhausted {
        /// Cause that is compared.
        cause: String,
        /// The first event after the pooled incidence came to 1.
        time: f64,
    },
    /// The covariance of the scores has no inverse.
    #[error("the scores of the groups do not vary, so the groups cannot be compared")]
    NoVariance,
}

/// One group in Gray's test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GrayGroup {
    /// Label of the group.
    pub label: String,
    /// Number of cases in the group.
    pub n: usize,
    /// Its events of the cause.
    pub observed: usize,
    /// The events it would have if all groups shared one cumulative incidence. A group with 0,
    /// nobody at risk at any event of the cause, takes no part in the test.
    pub expected: f64,
    /// Observed minus expected events, weighted in time; without weights their plain difference.
    pub score: f64,
}

/// Gray's test of one cause between two or more groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GrayTest {
    /// Cause whose incidence is compared.
    pub cause: String,
    /// Cases counted.
    pub n: usize,
    /// Events of the cause.
    pub events: usize,
    /// The groups, in the order of [`Sample::groups`].
    pub groups: Vec<GrayGroup>,
    /// Strata within which the groups were compared; 1 when there are none.
    pub strata: usize,
    /// The weight of events in time.
    pub rho: f64,
    /// Chi-squared statistic of the test.
    pub chi_squared: f64,
    /// Groups taking part, minus one.
    pub degrees_of_freedom: usize,
    /// Probability of a statistic at least as large if all groups share one cumulative incidence.
    pub p_value: f64,
}

/// Tests whether the groups of a sample share one cumulative incidence of `cause`, within strata
/// where the sample has them.
///
/// As the log-rank test, but with the number at risk in group k replaced by Rₖ = nₖ (1 − Fₖ) / Sₖ,
/// which keeps those who had another event, as far as they were not yet censored; F is the
/// incidence in the group and S its event-free survival, both before the time. So it compares
/// incidences, not the hazards of those still free of any event: a treatment that only prevents
/// deaths raises the incidence of relapse, and this test shows it. The p-value is asymptotic: doubt
/// it with few events.
///
/// The covariance of the scores is, with h = nₖ / Sₖ, F⁰ the pooled incidence that rises by the
/// events over the sum of h, aᵢₖ the weight times hᵢ (δᵢₖ − hₖ / Σh), and cᵢₖ the integral of aᵢₖ
/// dF⁰ / (1 − F⁰), a sum over times and groups k of products of (aᵢₖ + q (cᵢₖ(∞) − cᵢₖ)) with the
/// variance of an event of the cause, where q = 1 − (1 − F⁰)/Sₖ, and of (1 − F⁰)/Sₖ (cᵢₖ(∞) − cᵢₖ)
/// with that of another event.
///
/// Gray RJ. A class of K-sample tests for comparing the cumulative incidence of a competing risk.
/// Ann Stat 1988;16:1141-54. Factors for ties as in R's `cmprsk`.
///
/// # Errors
///
/// [`GrayError`] when there are not two groups to compare, or no events to compare them by.
pub fn gray_test(
    sample: &Sample,
    cause: &str,
    options: GrayOptions,
) -> Result<GrayTest, GrayError> {
    let count = sample.groups().len();
    if count < 2 {
        return Err(GrayError::TooFewGroups { groups: count });
    }
    let GrayOptions { rho } = options;
    if !rho.is_finite() {
        return Err(GrayError::Rho { rho });
    }
    let Some(number) = sample.causes().iter().position(|label| label == cause) else {
        return Err(GrayError::UnknownCause {
            cause: cause.to_owned(),
            causes: sample.causes().to_vec(),
        });
    };
    let ending = number as u32 + 1;
    let strata = sample.cases_by_stratum();
    let mut sums = Sums::new(count);
    for cases in &strata {
        let rows = Row::of(cases, count, ending);
        sums.add(&rows, rho).map_err(|time| GrayError::Exhausted {
            cause: cause.to_owned(),
            time,
        })?;
    }
    let (mut n, mut observed) = (vec![0; count], vec![0; count]);
    for case in sample.cases() {
        n[case.group as usize] += 1;
        if case.ending == ending {
            observed[case.group as usize] += 1;
        }
    }
    let groups: Vec<GrayGroup> = sample
        .groups()
        .iter()
        .enumerate()
        .map(|(group, label)| GrayGroup {
            label: label.clone(),
            n: n[group],
            observed: observed[group],
            expected: sums.expected[group],
            score: sums.score[group],
        })
        .collect();
    let events = observed.iter().sum();
    if events == 0 {
        return Err(GrayError::NoEvents {
            cause: cause.to_owned(),
        });
    }
    let (chi_squared, degrees_of_freedom) = sums.statistic(cause)?;
    Ok(GrayTest {
        cause: cause.to_owned(),
        n: sample.n(),
        events,
        groups,
        strata: strata.iter().filter(|cases| !cases.is_empty()).count(),
        rho,
        chi_squared,
        degrees_of_freedom,
        p_value: chi_squared_upper_tail(chi_squared, degrees_of_freedom),
    })
}

/// One group at one time with an event, in one stratum.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    at_risk: f64,
    of_cause: f64,
    of_others: f64,
}

/// One time with an event.
#[derive(Debug)]
struct Row {
    time: f64,
    groups: Vec<Tally>,
}

impl Row {
    fn of(cases: &[Case], groups: usize, ending: u32) -> Vec<Self> {
        let mut at_risk = vec![0_usize; groups];
        for case in cases {
            at_risk[case.group as usize] += 1;
        }
        let mut rows = Vec::new();
        for same_time in cases.chunk_by(|a, b| a.time == b.time) {
            if same_time.iter().any(|case| case.ending != 0) {
                let mut tallies: Vec<Tally> = at_risk
                    .iter()
                    .map(|count| Tally {
                        at_risk: *count as f64,
                        ..Default::default()
                    })
                    .collect();
                for case in same_time.iter().filter(|case| case.ending != 0) {
                    let tally = &mut tallies[case.group as usize];
                    if case.ending == ending {
                        tally.of_cause += 1.0;
                    } else {
                        tally.of_others += 1.0;
                    }
                }
                rows.push(Self {
                    time: same_time[0].time,
                    groups: tallies,
                });
            }
            for case in same_time {
                at_risk[case.group as usize] -= 1;
            }
        }
        rows
    }
}

/// The curves just before a time: of each group, and the pooled incidence.
struct Before {
    survival: Vec<f64>,
    incidence: Vec<f64>,
    pooled: f64,
}

/// What one time with an event adds.
struct Increment<'a> {
    before: &'a Before,
    tallies: &'a [Tally],
    /// nₖ / Sₖ, 0 where nobody is at risk.
    effective: Vec<f64>,
    total: f64,
    of_cause: f64,
    weight: f64,
}

impl Increment<'_> {
    /// aᵢₖ, 0 unless both groups have cases at risk.
    fn share(&self, i: usize, k: usize) -> f64 {
        let same = if i == k { 1.0 } else { 0.0 };
        self.weight * self.effective[i] * (same - self.effective[k] / self.total)
    }

    /// The step of the pooled incidence.
    fn rise(&self) -> f64 {
        self.of_cause / self.total
    }

    /// The survival of a group after the time.
    fn survival_after(&self, group: usize) -> f64 {
        let Tally {
            at_risk,
            of_cause,
            of_others,
        } = self.tallies[group];
        if at_risk > 0.0 {
            self.before.survival[group] * (at_risk - of_cause - of_others) / at_risk
        } else {
            self.before.survival[group]
        }
    }
}

/// Walks over the times with an event; an error is the time at which the pooled incidence was
/// already 1.
fn walk(
    rows: &[Row],
    groups: usize,
    rho: f64,
    mut visit: impl FnMut(&Increment<'_>),
) -> Result<(), f64> {
    let mut before = Before {
        survival: vec![1.0; groups],
        incidence: vec![0.0; groups],
        pooled: 0.0,
    };
    for row in rows {
        let of_cause: f64 = row.groups.iter().map(|tally| tally.of_cause).sum();
        let left = 1.0 - before.pooled;
        if of_cause > 0.0 && left < CERTAIN {
            return Err(row.time);
        }
        let effective: Vec<f64> = row
            .groups
            .iter()
            .zip(&before.survival)
            .map(|(tally, survival)| {
                if tally.at_risk > 0.0 {
                    tally.at_risk / survival
                } else {
                    0.0
                }
            })
            .collect();
        let increment = Increment {
            before: &before,
            tallies: &row.groups,
            total: effective.iter().sum(),
            effective,
            of_cause,
            weight: if left > 0.0 { left.powf(rho) } else { 0.0 },
        };
        visit(&increment);
        let rise = increment.rise();
        let after: Vec<f64> = (0..groups)
            .map(|group| increment.survival_after(group))
            .collect();
        for (group, tally) in row.groups.iter().enumerate() {
            if tally.at_risk > 0.0 {
                before.incidence[group] += before.survival[group] * tally.of_cause / tally.at_risk;
            }
        }
        before.survival = after;
        before.pooled += rise;
    }
    Ok(())
}

/// Scores and their covariance, summed over strata.
struct Sums {
    groups: usize,
    expected: Vec<f64>,
    score: Vec<f64>,
    /// Row by row.
    covariance: Vec<f64>,
}

impl Sums {
    fn new(groups: usize) -> Self {
        Self {
            groups,
            expected: vec![0.0; groups],
            score: vec![0.0; groups],
            covariance: vec![0.0; groups * groups],
        }
    }

    /// Adds one stratum: scores and cᵢₖ(∞) in a first walk, the covariance in a second.
    fn add(&mut self, rows: &[Row], rho: f64) -> Result<(), f64> {
        let groups = self.groups;
        let accumulate = |integral: &mut [f64], at: &Increment<'_>| {
            if at.of_cause > 0.0 {
                let hazard = at.rise() / (1.0 - at.before.pooled);
                for i in 0..groups {
                    for k in 0..groups {
                        integral[i * groups + k] += at.share(i, k) * hazard;
                    }
                }
            }
        };
        let mut whole = vec![0.0; groups * groups];
        walk(rows, groups, rho, |at| {
            accumulate(&mut whole, at);
            let still = |group: usize| at.effective[group] * (1.0 - at.before.incidence[group]);
            let total: f64 = (0..groups).map(still).sum();
            for group in 0..groups {
                let observed = at.tallies[group].of_cause;
                if at.of_cause > 0.0 && at.effective[group] > 0.0 {
                    let expected = at.of_cause * still(group) / total;
                    self.expected[group] += expected;
                    self.score[group] += at.weight * (observed - expected);
                }
            }
        })?;
        let mut integral = vec![0.0; groups * groups];
        walk(rows, groups, rho, |at| {
            accumulate(&mut integral, at);
            let pooled_left = 1.0 - at.before.pooled - at.rise();
            for k in 0..groups {
                if at.effective[k] <= 0.0 {
                    continue;
                }
                let (before, after) = (at.before.survival[k], at.survival_after(k));
                let ahead = |i: usize| whole[i * groups + k] - integral[i * groups + k];
                if at.of_cause > 0.0 {
                    let q = if after > 0.0 {
                        1.0 - pooled_left / after
                    } else {
                        1.0
                    };
                    let mut ties = 1.0;
                    if at.of_cause > 1.0 {
                        ties -= (at.of_cause - 1.0) / (at.total * before - 1.0);
                    }
                    let variance = ties * before * at.of_cause / (at.total * at.tallies[k].at_risk);
                    let parts: Vec<f64> =
                        (0..groups).map(|i| at.share(i, k) + q * ahead(i)).collect();
                    self.add_products(&parts, variance);
                }
                let others = at.tallies[k].of_others;
                if others > 0.0 && after > 0.0 {
                    let n = at.tallies[k].at_risk;
                    let mut ties = 1.0;
                    if others > 1.0 {
                        ties -= (others - 1.0) / (n - 1.0);
                    }
                    let variance = ties * before * before * others / (n * n);
                    let q = pooled_left / after;
                    let parts: Vec<f64> = (0..groups).map(|i| q * ahead(i)).collect();
                    self.add_products(&parts, variance);
                }
            }
        })
    }

    fn add_products(&mut self, parts: &[f64], variance: f64) {
        for (i, a) in parts.iter().enumerate() {
            for (j, b) in parts.iter().enumerate() {
                self.covariance[i * self.groups + j] += a * b * variance;
            }
        }
    }

    /// The statistic and its degrees of freedom.
    fn statistic(&self, cause: &str) -> Result<(f64, usize), GrayError> {
        let taking_part: Vec<usize> = (0..self.groups)
            .filter(|group| self.expected[*group] > 0.0)
            .collect();
        // The scores sum to zero, so one group is left out.
        let Some((_, compared)) = taking_part
            .split_last()
            .filter(|(_, rest)| !rest.is_empty())
        else {
            return Err(GrayError::NoOverlap {
                cause: cause.to_owned(),
            });
        };
        let scores: Vec<f64> = compared.iter().map(|group| self.score[*group]).collect();
        let covariance: Vec<f64> = compared
            .iter()
            .flat_map(|i| {
                compared
                    .iter()
                    .map(move |j| self.covariance[i * self.groups + j])
            })
            .collect();
        let chi_squared = Cholesky::new(&covariance, compared.len(), SINGULAR)
            .map_err(|_| GrayError::NoVariance)?
            .quadratic_form(&scores);
        if chi_squared.is_finite() {
            Ok((chi_squared, compared.len()))
        } else {
            Err(GrayError::NoVariance)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Causes;
    use super::*;
    use crate::factor::Factor;

    fn test(cases: &[(f64, Option<&str>, &str)], cause: &str) -> Result<GrayTest, GrayError> {
        let times: Vec<f64> = cases.iter().map(|case| case.0).collect();
        let causes = Causes::new(cases.iter().map(|case| case.1));
        let groups = Factor::new(cases.iter().map(|case| case.2));
        let sample = Sample::new(&times, &causes, Some(&groups), None).expect("valid");
        gray_test(&sample, cause, GrayOptions::default())
    }

    /// a: relapse at 1, death at 3; b: death at 2, relapse at 4. At 1: R is 2 and 2, so a expects
    /// 1/2. At 4 nobody of a is left at risk, so b expects its own event. Score of a: 1/2.
    #[test]
    fn expected_events_by_hand() {
        let found = test(
            &[
                (1.0, Some("relapse"), "a"),
                (2.0, Some("death"), "b"),
                (3.0, Some("death"), "a"),
                (4.0, Some("relapse"), "b"),
            ],
            "relapse",
        )
        .expect("two groups");
        let expected: Vec<f64> = found.groups.iter().map(|group| group.expected).collect();
        assert_eq!(expected, [0.5, 1.5]);
        assert_eq!(found.groups[0].score, 0.5);
        assert_eq!((found.events, found.degrees_of_freedom), (2, 1));
    }

    /// A death keeps its case in R: a: death at 1, censored at 5; b: censored at 5, 5; relapse of
    /// one more b at 3. Then R of a is 1 · 1 / (1/2) = 2 and of b 3: a expects 2/5, not 1/4.
    #[test]
    fn who_died_of_another_cause_still_counts() {
        let found = test(
            &[
                (1.0, Some("death"), "a"),
                (3.0, Some("relapse"), "b"),
                (5.0, None, "a"),
                (5.0, None, "b"),
                (5.0, None, "b"),
            ],
            "relapse",
        )
        .expect("two groups");
        assert!((found.groups[0].expected - 0.4).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let one = [(1.0, Some("x"), "a"), (2.0, None, "a")];
        assert_eq!(test(&one, "x"), Err(GrayError::TooFewGroups { groups: 1 }));
        let early = [(1.0, None, "a"), (2.0, Some("x"), "b")];
        assert_eq!(
            test(&early, "x"),
            Err(GrayError::NoOverlap { cause: "x".into() })
        );
        assert!(matches!(
            test(&early, "y"),
            Err(GrayError::UnknownCause { .. })
        ));
        let outcomes = Factor::new(["none"]);
        let causes = Causes::of(&outcomes, &["x"]);
        let sample = Sample::new(&[1.0], &causes, None, None).expect("valid");
        assert_eq!(
            gray_test(&sample, "none", GrayOptions { rho: f64::NAN }),
            Err(GrayError::TooFewGroups { groups: 0 })
        );
    }

    #[test]
    fn a_weight_that_is_no_number_is_refused() {
        let causes = Causes::new([Some("x"), None]);
        let groups = Factor::new(["a", "b"]);
        let sample = Sample::new(&[1.0, 2.0], &causes, Some(&groups), None).expect("valid");
        let found = gray_test(&sample, "x", GrayOptions { rho: f64::INFINITY });
        assert_eq!(found, Err(GrayError::Rho { rho: f64::INFINITY }));
    }

    /// Group a is gone at an incidence of 1/2, and then b adds 1/2 with each of its two events: the
    /// second would carry it beyond 1.
    #[test]
    fn a_pooled_incidence_of_one_is_refused() {
        let cases = [
            (1.0, Some("x"), "a"),
            (2.0, Some("x"), "a"),
            (3.0, Some("x"), "b"),
            (4.0, Some("x"), "b"),
        ];
        assert_eq!(
            test(&cases, "x"),
            Err(GrayError::Exhausted {
                cause: "x".into(),
                time: 4.0
            })
        );
    }
}

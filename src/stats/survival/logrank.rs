//! The log-rank test.

use thiserror::Error;

use super::sample::{Sample, TimeRow};
use crate::stats::distribution::chi_squared_upper_tail;

/// A pivot below this share of its variance counts as zero.
const SINGULAR: f64 = 1e-12;

/// Why groups cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
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
    /// All cases still at risk had the event at one time, so chance has nothing to vary.
    #[error("all cases at risk had the event at the same time, so the groups cannot be compared")]
    NoVariance,
}

/// The observed and expected events of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRankGroup {
    /// Its label.
    pub label: String,
    /// Its cases.
    pub n: usize,
    /// Its events.
    pub observed: usize,
    /// The events it would have if all groups shared one hazard. A group with 0, nobody at risk at
    /// any event, takes no part in the test.
    pub expected: f64,
}

/// A log-rank test of two or more groups.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    /// The groups, in the order of [`Sample::groups`].
    pub groups: Vec<LogRankGroup>,
    /// The statistic.
    pub chi_squared: f64,
    /// Groups taking part, minus one.
    pub degrees_of_freedom: usize,
    /// Probability of a statistic at least as large if all groups share one hazard.
    pub p_value: f64,
}

/// Tests whether the groups of a sample share one hazard, all event times weighing the same.
///
/// At each event time the d events fall on the groups in proportion to their numbers at risk nᵢ of
/// n. Summed over time this gives expected counts E, and the hypergeometric variance
/// `d (n − d) / (n − 1) · nᵢ/n (δᵢⱼ − nⱼ/n)` gives a covariance V. The statistic is (O − E)ᵀ V⁻¹
/// (O − E), chi-squared with groups − 1 degrees of freedom; it is the test with rho = 0 of R's
/// `survdiff`. It is most sensitive to hazards in constant proportion, and nearly blind where curves
/// cross. The p-value is asymptotic: doubt it with few events.
///
/// Mantel N. Cancer Chemother Rep 1966;50:163-70. Peto R, Peto J. J R Stat Soc A 1972;135:185-207.
///
/// # Errors
///
/// [`LogRankError`] when there are not two groups to compare, or no events to compare them by.
pub fn logrank(sample: &Sample) -> Result<LogRank, LogRankError> {
    let labels = sample.groups();
    if labels.len() < 2 {
        return Err(LogRankError::TooFewGroups {
            groups: labels.len(),
        });
    }
    if sample.events() == 0 {
        return Err(LogRankError::NoEvents);
    }
    let tally = sample.tally();
    let groups: Vec<LogRankGroup> = labels
        .iter()
        .enumerate()
        .map(|(group, label)| LogRankGroup {
            label: label.clone(),
            n: tally[0].groups[group].at_risk,
            observed: tally.iter().map(|row| row.groups[group].events).sum(),
            expected: tally.iter().map(|row| expected(row, group)).sum(),
        })
        .collect();
    let taking_part: Vec<usize> = (0..groups.len())
        .filter(|group| groups[*group].expected > 0.0)
        .collect();
    let Some((_, compared)) = taking_part
        .split_first()
        .filter(|(_, rest)| !rest.is_empty())
    else {
        return Err(LogRankError::NoOverlap);
    };
    // The differences sum to zero, so one group is left out.
    let differences: Vec<f64> = compared
        .iter()
        .map(|g| groups[*g].observed as f64 - groups[*g].expected)
        .collect();
    let covariance: Vec<Vec<f64>> = compared
        .iter()
        .map(|i| {
            compared
                .iter()
                .map(|j| tally.iter().map(|row| covariance(row, *i, *j)).sum())
                .collect()
        })
        .collect();
    let chi_squared = quadratic_form(&covariance, &differences).ok_or(LogRankError::NoVariance)?;
    Ok(LogRank {
        groups,
        chi_squared,
        degrees_of_freedom: compared.len(),
        p_value: chi_squared_upper_tail(chi_squared, compared.len()),
    })
}

/// The events and the number at risk, over all groups, at one time.
fn together(row: &TimeRow) -> (f64, f64) {
    let events: usize = row.groups.iter().map(|tally| tally.events).sum();
    let at_risk: usize = row.groups.iter().map(|tally| tally.at_risk).sum();
    (events as f64, at_risk as f64)
}

fn expected(row: &TimeRow, group: usize) -> f64 {
    let (events, at_risk) = together(row);
    events * row.groups[group].at_risk as f64 / at_risk
}

fn covariance(row: &TimeRow, i: usize, j: usize) -> f64 {
    let (events, at_risk) = together(row);
    if at_risk < 2.0 {
        return 0.0;
    }
    let share = |group: usize| row.groups[group].at_risk as f64 / at_risk;
    let same = if i == j { 1.0 } else { 0.0 };
    events * (at_risk - events) / (at_risk - 1.0) * share(i) * (same - share(j))
}

/// xᵀ M⁻¹ x of a symmetric positive definite M, by Cholesky's decomposition; `None` when M is
/// singular.
fn quadratic_form(matrix: &[Vec<f64>], x: &[f64]) -> Option<f64> {
    let size = x.len();
    let mut root = vec![vec![0.0; size]; size];
    let mut solved: Vec<f64> = Vec::with_capacity(size);
    for i in 0..size {
        for j in 0..=i {
            let rest = matrix[i][j] - (0..j).map(|k| root[i][k] * root[j][k]).sum::<f64>();
            if i == j {
                if rest <= SINGULAR * matrix[i][i] {
                    return None;
                }
                root[i][i] = rest.sqrt();
            } else {
                root[i][j] = rest / root[j][j];
            }
        }
        let known: f64 = (0..i).map(|k| root[i][k] * solved[k]).sum();
        solved.push((x[i] - known) / root[i][i]);
    }
    Some(solved.iter().map(|value| value * value).sum())
}

#[cfg(test)]
mod tests {
    use super::super::Observation;
    use super::*;

    fn test(cases: &[(f64, bool, &str)]) -> Result<LogRank, LogRankError> {
        let observe = |&(time, event, group): &(f64, bool, &str)| {
            let observation = if event {
                Observation::event(time)
            } else {
                Observation::censored(time)
            };
            observation.in_group(group)
        };
        logrank(&Sample::new(cases.iter().map(observe)).expect("valid"))
    }

    /// a: 1, 3; b: 2, 4. E of a: 2/4 + 1/3 + 1/2 = 4/3; V: 1/4 + 2/9 + 1/4 = 13/18; statistic (2 −
    /// 4/3)² / V = 8/13.
    #[test]
    fn four_cases_by_hand() {
        let found = test(&[
            (1.0, true, "a"),
            (2.0, true, "b"),
            (3.0, true, "a"),
            (4.0, true, "b"),
        ])
        .expect("two groups");
        assert!((found.groups[0].expected - 4.0 / 3.0).abs() < 1e-15);
        assert!((found.groups[1].expected - 8.0 / 3.0).abs() < 1e-15);
        assert!((found.chi_squared - 8.0 / 13.0).abs() < 1e-14);
        assert_eq!(found.degrees_of_freedom, 1);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        assert_eq!(
            test(&[(1.0, true, "a")]),
            Err(LogRankError::TooFewGroups { groups: 1 })
        );
        let ungrouped = Sample::new([Observation::event(1.0)]).expect("valid");
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
            (three.chi_squared, three.degrees_of_freedom),
            (two.chi_squared, 1)
        );
        assert_eq!(three.groups[2].expected, 0.0);
    }
}

//! A survival sample, checked once.

use thiserror::Error;

/// Times closer than this, absolutely or against the mean of the distinct times, are one time:
/// 2⁻²⁶, the square root of the floating-point precision, as R has it.
pub const NEAR_TIE: f64 = 1.490_116_119_384_765_6e-8;

/// How the follow-up of a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// With the event.
    Event,
    /// Without the event, which may come later.
    Censored,
}

/// One case: how long it was followed and how that ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    time: f64,
    outcome: Outcome,
    group: Option<String>,
}

impl Observation {
    /// A case followed for `time`.
    #[must_use]
    pub fn new(time: f64, outcome: Outcome) -> Self {
        Self {
            time,
            outcome,
            group: None,
        }
    }

    /// A case that had the event at `time`.
    #[must_use]
    pub fn event(time: f64) -> Self {
        Self::new(time, Outcome::Event)
    }

    /// A case that was last known without the event at `time`.
    #[must_use]
    pub fn censored(time: f64) -> Self {
        Self::new(time, Outcome::Censored)
    }

    /// The same case as a member of a group.
    #[must_use]
    pub fn in_group(mut self, label: impl Into<String>) -> Self {
        self.group = Some(label.into());
        self
    }
}

/// Why observations are not a sample. Cases are numbered from 0 in the order given.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum SampleError {
    /// No case was given.
    #[error("a survival sample needs at least one case")]
    Empty,
    /// A time is not a finite number.
    #[error("the time of case {case} is not a finite number")]
    NotFinite {
        /// Number of the case.
        case: usize,
    },
    /// A time is negative.
    #[error("the time of case {case} is negative: {time}")]
    Negative {
        /// Number of the case.
        case: usize,
        /// Its time.
        time: f64,
    },
    /// Some cases have a group and others have none.
    #[error("case {case} and the first case differ in having a group; label all cases or none")]
    PartlyGrouped {
        /// Number of the first case that differs from the first one.
        case: usize,
    },
}

/// Cases in order of time, near-tied times merged, each in a group or all in one.
///
/// Merging: among the distinct times in order, neighbours a < b are one time when b − a ≤
/// [`NEAR_TIE`] × max(1, mean of the distinct times); a run of such neighbours takes its earliest
/// time. Days turned to months in two ways would otherwise break ties, and with them the numbers at
/// risk. (The rule of `aeqSurv` in R's survival; Therneau T, "Tied times", vignette of that
/// package.)
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    cases: Vec<Case>,
    labels: Vec<String>,
    tolerance: f64,
}

/// A case of a sample; `group` counts from 0 and is 0 throughout in a sample without groups.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Case {
    time: f64,
    outcome: Outcome,
    group: usize,
}

/// Who was at risk just before a time, and what happened at it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub at_risk: usize,
    pub events: usize,
    pub censored: usize,
}

/// The tally of each group at one distinct time of the sample.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TimeRow {
    pub time: f64,
    pub groups: Vec<Tally>,
}

impl Sample {
    /// Takes the cases of a sample. Groups are numbered in the order in which they first appear.
    ///
    /// # Errors
    ///
    /// [`SampleError`] when there is no case, a time is negative or not finite, or only some cases
    /// have a group.
    ///
    /// ```
    /// use casegraph::stats::survival::{CurveOptions, Observation, Sample, kaplan_meier};
    ///
    /// let sample = Sample::new([
    ///     Observation::event(3.0),
    ///     Observation::censored(4.0),
    ///     Observation::event(7.0),
    /// ])?;
    /// let curve = kaplan_meier(&sample, CurveOptions::default());
    /// assert_eq!(curve.median().time, Some(7.0));
    /// # Ok::<(), casegraph::stats::survival::SampleError>(())
    /// ```
    pub fn new(observations: impl IntoIterator<Item = Observation>) -> Result<Self, SampleError> {
        let mut labels: Vec<String> = Vec::new();
        let mut cases: Vec<Case> = Vec::new();
        let mut grouped = false;
        for (number, observation) in observations.into_iter().enumerate() {
            let Observation {
                time,
                outcome,
                group,
            } = observation;
            if !time.is_finite() {
                return Err(SampleError::NotFinite { case: number });
            }
            if time < 0.0 {
                return Err(SampleError::Negative { case: number, time });
            }
            if number == 0 {
                grouped = group.is_some();
            } else if grouped != group.is_some() {
                return Err(SampleError::PartlyGrouped { case: number });
            }
            let group = group.map_or(0, |label| {
                labels
                    .iter()
                    .position(|known| *known == label)
                    .unwrap_or_else(|| {
                        labels.push(label);
                        labels.len() - 1
                    })
            });
            // Adding zero turns a negative zero into zero, so that sorting does not tell them
            // apart.
            cases.push(Case {
                time: time + 0.0,
                outcome,
                group,
            });
        }
        if cases.is_empty() {
            return Err(SampleError::Empty);
        }
        cases.sort_by(|a, b| a.time.total_cmp(&b.time));
        let tolerance = merge_near_ties(&mut cases);
        Ok(Self {
            cases,
            labels,
            tolerance,
        })
    }

    /// The number of cases.
    #[must_use]
    pub fn n(&self) -> usize {
        self.cases.len()
    }

    /// The number of cases with the event.
    #[must_use]
    pub fn events(&self) -> usize {
        self.cases
            .iter()
            .filter(|case| case.outcome == Outcome::Event)
            .count()
    }

    /// The labels of the groups, in order of first appearance; empty when the sample has no groups.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.labels
    }

    /// How near two times count as one, in the unit of the times.
    pub(super) fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// The one count that every estimator starts from: for each distinct time in order, each
    /// group's tally.
    pub(super) fn tally(&self) -> Vec<TimeRow> {
        let groups = self.labels.len().max(1);
        let mut at_risk = vec![0; groups];
        for case in &self.cases {
            at_risk[case.group] += 1;
        }
        let mut rows = Vec::new();
        // Near-tied times were made equal on entry.
        let same = |a: &Case, b: &Case| a.time == b.time;
        for same_time in self.cases.chunk_by(same) {
            let mut row = TimeRow {
                time: same_time[0].time,
                groups: vec![Tally::default(); groups],
            };
            for (tally, count) in row.groups.iter_mut().zip(&at_risk) {
                tally.at_risk = *count;
            }
            for case in same_time {
                match case.outcome {
                    Outcome::Event => row.groups[case.group].events += 1,
                    Outcome::Censored => row.groups[case.group].censored += 1,
                }
                at_risk[case.group] -= 1;
            }
            rows.push(row);
        }
        rows
    }
}

/// Merges near-tied times of cases in order of time, and returns how near counted as tied.
fn merge_near_ties(cases: &mut [Case]) -> f64 {
    let mut distinct: Vec<f64> = cases.iter().map(|case| case.time).collect();
    distinct.dedup();
    let count = distinct.len() as f64;
    let mean: f64 = distinct.iter().map(|time| time / count).sum();
    let tolerance = NEAR_TIE * mean.max(1.0);
    let (mut previous, mut earliest) = (cases[0].time, cases[0].time);
    for case in cases {
        if case.time - previous > tolerance {
            earliest = case.time;
        }
        previous = case.time;
        case.time = earliest;
    }
    tolerance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_sample_is_refused() {
        assert_eq!(Sample::new([]), Err(SampleError::Empty));
        assert_eq!(
            Sample::new([Observation::event(f64::NAN)]),
            Err(SampleError::NotFinite { case: 0 })
        );
        assert_eq!(
            Sample::new([Observation::event(f64::INFINITY)]),
            Err(SampleError::NotFinite { case: 0 })
        );
        let negative = Sample::new([Observation::event(1.0), Observation::censored(-2.0)]);
        assert_eq!(
            negative,
            Err(SampleError::Negative {
                case: 1,
                time: -2.0
            })
        );
        let partly = Sample::new([
            Observation::event(1.0).in_group("a"),
            Observation::event(2.0),
        ]);
        assert_eq!(partly, Err(SampleError::PartlyGrouped { case: 1 }));
    }

    fn distinct(times: &[f64]) -> Vec<f64> {
        let sample =
            Sample::new(times.iter().map(|time| Observation::event(*time))).expect("valid");
        sample.tally().iter().map(|row| row.time).collect()
    }

    #[test]
    fn times_equal_but_for_rounding_are_one() {
        assert_eq!(distinct(&[0.1 + 0.2, 0.3, 0.5]), [0.3, 0.5]);
        let (divided, multiplied) = (14.0 / 30.4375, 14.0 * (1.0 / 30.4375));
        assert_ne!(divided, multiplied);
        assert_eq!(distinct(&[divided, multiplied]).len(), 1);
        assert_eq!(distinct(&[0.0, -0.0]), [0.0]);
    }

    #[test]
    fn tolerance_grows_with_the_mean_but_never_below_one() {
        assert_eq!(distinct(&[1e6, 1e6 + 1e-3]).len(), 1);
        assert_eq!(distinct(&[1e6, 1e6 + 1e-1]).len(), 2);
        assert_eq!(distinct(&[1e-9, 1.1e-8]).len(), 1);
        assert_eq!(distinct(&[1e-9, 1.7e-8]).len(), 2);
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
    fn tally_counts_the_censored_as_at_risk_at_their_time() {
        let sample = Sample::new([
            Observation::censored(2.0).in_group("b"),
            Observation::event(2.0).in_group("a"),
            Observation::event(5.0).in_group("b"),
        ])
        .expect("valid");
        assert_eq!(sample.groups(), ["b", "a"]);
        let first = &sample.tally()[0];
        assert_eq!(
            first.groups[0],
            Tally {
                at_risk: 2,
                events: 0,
                censored: 1
            }
        );
        assert_eq!(
            first.groups[1],
            Tally {
                at_risk: 1,
                events: 1,
                censored: 0
            }
        );
    }
}

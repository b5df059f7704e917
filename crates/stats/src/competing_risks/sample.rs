//! A sample with competing causes, checked once.

use std::collections::HashMap;

use thiserror::Error;

use crate::factor::Factor;
use crate::random::Random;
use crate::survival::{NearTies, near_ties};

/// The code of a case that was censored; a cause has its number plus one.
const CENSORED: u32 = 0;

/// How the follow-up of each case ended: with one of several named causes, or censored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Causes {
    labels: Vec<String>,
    codes: Vec<u32>,
}

impl Causes {
    /// Takes the cause of each case, `None` for a censored one. Causes are numbered in the order in
    /// which they first appear.
    pub fn new<L: AsRef<str>>(cases: impl IntoIterator<Item = Option<L>>) -> Self {
        let mut labels: Vec<String> = Vec::new();
        let mut known: HashMap<String, u32> = HashMap::new();
        let codes = cases
            .into_iter()
            .map(|cause| {
                let Some(cause) = cause else {
                    return CENSORED;
                };
                let cause = cause.as_ref();
                if let Some(code) = known.get(cause) {
                    return *code;
                }
                labels.push(cause.to_owned());
                let code = labels.len() as u32;
                known.insert(cause.to_owned(), code);
                code
            })
            .collect();
        Self { labels, codes }
    }

    /// The categories of a factor as causes, in its order, but for `censored`, which are none. When
    /// no case has such a label all cases had an event.
    #[must_use]
    pub fn of<L: AsRef<str>>(outcomes: &Factor, censored: &[L]) -> Self {
        let mut labels = Vec::new();
        let places: Vec<u32> = outcomes
            .labels()
            .iter()
            .map(|label| {
                if censored.iter().any(|word| word.as_ref() == label) {
                    return CENSORED;
                }
                labels.push(label.clone());
                labels.len() as u32
            })
            .collect();
        let codes = outcomes
            .codes()
            .iter()
            .map(|code| places[*code as usize])
            .collect();
        Self { labels, codes }
    }

    /// The causes, by number.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }
}

/// Why cases are not a sample. Cases are numbered from 0 in the order given.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum SampleError {
    /// No case was given.
    #[error("a sample with competing causes needs at least one case")]
    Empty,
    /// The columns have different lengths.
    #[error("{what} are given for {found} cases and times for {times}; give one for each case")]
    Lengths {
        /// The column: causes, groups or strata.
        what: &'static str,
        /// Number of entries in that column.
        found: usize,
        /// Number of times.
        times: usize,
    },
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
        /// Time of the case.
        time: f64,
    },
}

/// Cases in order of time, near-tied times merged by the rule of
/// [`survival::Sample`](crate::survival::Sample).
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    cases: Vec<Case>,
    causes: Vec<String>,
    groups: Vec<String>,
    strata: usize,
    tolerance: f64,
}

/// A case of a sample; `group` and `stratum` are 0 throughout where there are none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Case {
    pub time: f64,
    /// 0 for censored, else the number of the cause plus one.
    pub ending: u32,
    pub group: u32,
    pub stratum: u32,
}

impl Sample {
    /// Takes the cases of a sample: the time and cause of each, its group if curves are to be
    /// compared, and its stratum if the comparison is to be made within strata.
    ///
    /// # Errors
    ///
    /// [`SampleError`] when there is no case, the columns differ in length, or a time is negative
    /// or not finite.
    ///
    /// ```
    /// use casegraph_stats::competing_risks::{Causes, Sample, cumulative_incidence};
    ///
    /// let causes = Causes::new([Some("relapse"), Some("death"), None, Some("relapse")]);
    /// let sample = Sample::new(&[2.0, 3.0, 4.0, 7.0], &causes, None, None)?;
    /// let curves = cumulative_incidence(&sample, Default::default());
    /// let at = curves.at(5.0)?.expect("within follow-up");
    /// assert_eq!((at.causes[0].estimate, at.causes[1].estimate), (0.25, 0.25));
    /// assert_eq!(at.event_free_survival, 0.5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        times: &[f64],
        causes: &Causes,
        groups: Option<&Factor>,
        strata: Option<&Factor>,
    ) -> Result<Self, SampleError> {
        if times.is_empty() {
            return Err(SampleError::Empty);
        }
        let lengths = [
            ("causes", Some(causes.codes.len())),
            ("groups", groups.map(Factor::len)),
            ("strata", strata.map(Factor::len)),
        ];
        for (what, found) in lengths {
            if let Some(found) = found.filter(|found| *found != times.len()) {
                return Err(SampleError::Lengths {
                    what,
                    found,
                    times: times.len(),
                });
            }
        }
        let code = |factor: Option<&Factor>, case: usize| factor.map_or(0, |f| f.codes()[case]);
        let mut cases = Vec::with_capacity(times.len());
        for (case, &time) in times.iter().enumerate() {
            if !time.is_finite() {
                return Err(SampleError::NotFinite { case });
            }
            if time < 0.0 {
                return Err(SampleError::Negative { case, time });
            }
            cases.push(Case {
                // Adding zero turns a negative zero into zero, so that sorting does not tell them
                // apart.
                time: time + 0.0,
                ending: causes.codes[case],
                group: code(groups, case),
                stratum: code(strata, case),
            });
        }
        cases.sort_unstable_by(|a, b| a.time.total_cmp(&b.time));
        let mut in_order: Vec<f64> = cases.iter().map(|case| case.time).collect();
        let tolerance = near_ties::merge(&mut in_order, NearTies::Merge);
        for (case, time) in cases.iter_mut().zip(in_order) {
            case.time = time;
        }
        Ok(Self {
            cases,
            causes: causes.labels.clone(),
            groups: groups.map_or_else(Vec::new, |groups| groups.labels().to_vec()),
            strata: strata.map_or(1, |strata| strata.labels().len()),
            tolerance,
        })
    }

    /// The number of cases.
    #[must_use]
    pub fn n(&self) -> usize {
        self.cases.len()
    }

    /// The causes, by number.
    #[must_use]
    pub fn causes(&self) -> &[String] {
        &self.causes
    }

    /// The labels of the groups; empty when the sample has none.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// How near two times count as one, in the unit of the times.
    pub(super) fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// The cases in order of time.
    pub(super) fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The cases of each group in order of time.
    pub(super) fn cases_by_group(&self) -> Vec<Vec<Case>> {
        self.split(self.groups.len().max(1), |case| case.group)
    }

    /// The cases of each stratum in order of time.
    pub(super) fn cases_by_stratum(&self) -> Vec<Vec<Case>> {
        self.split(self.strata, |case| case.stratum)
    }

    /// Deals the cases of each stratum to the groups anew, groups keeping their sizes.
    pub(super) fn deal_groups(&mut self, random: &mut Random) {
        for stratum in 0..self.strata.max(1) as u32 {
            let places: Vec<usize> = (0..self.cases.len())
                .filter(|place| self.cases[*place].stratum == stratum)
                .collect();
            let mut groups: Vec<u32> = places
                .iter()
                .map(|place| self.cases[*place].group)
                .collect();
            random.shuffle(&mut groups);
            for (place, group) in places.into_iter().zip(groups) {
                self.cases[place].group = group;
            }
        }
    }

    fn split(&self, parts: usize, part: impl Fn(&Case) -> u32) -> Vec<Vec<Case>> {
        let mut split = vec![Vec::new(); parts];
        for case in &self.cases {
            split[part(case) as usize].push(*case);
        }
        split
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_relapsed(times: &[f64]) -> Result<Sample, SampleError> {
        let causes = Causes::new(times.iter().map(|_| Some("relapse")));
        Sample::new(times, &causes, None, None)
    }

    #[test]
    fn what_is_no_sample_is_refused() {
        assert_eq!(all_relapsed(&[]), Err(SampleError::Empty));
        assert_eq!(
            all_relapsed(&[1.0, f64::NAN]),
            Err(SampleError::NotFinite { case: 1 })
        );
        assert_eq!(
            all_relapsed(&[-1.0]),
            Err(SampleError::Negative {
                case: 0,
                time: -1.0
            })
        );
        let causes = Causes::new([Some("relapse")]);
        let lengths = |what, found, times| Err(SampleError::Lengths { what, found, times });
        assert_eq!(
            Sample::new(&[1.0, 2.0], &causes, None, None),
            lengths("causes", 1, 2)
        );
        let groups = Factor::new(["a", "b"]);
        assert_eq!(
            Sample::new(&[1.0], &causes, Some(&groups), None),
            lengths("groups", 2, 1)
        );
        assert_eq!(
            Sample::new(&[1.0], &causes, None, Some(&groups)),
            lengths("strata", 2, 1)
        );
    }

    #[test]
    fn causes_come_from_options_or_from_a_factor() {
        let from_options = Causes::new([None, Some("death"), Some("relapse"), Some("death")]);
        let factor = Factor::new(["alive", "death", "relapse", "death"]);
        assert_eq!(from_options, Causes::of(&factor, &["alive"]));
        assert_eq!(from_options.labels(), ["death", "relapse"]);
        assert_eq!(Causes::of(&factor, &["unknown"]).labels().len(), 3);
    }

    #[test]
    fn times_equal_but_for_rounding_are_one() {
        let distinct = |times: &[f64]| {
            let sample = all_relapsed(times).expect("valid");
            let mut found: Vec<f64> = sample.cases().iter().map(|case| case.time).collect();
            found.dedup();
            found
        };
        assert_eq!(distinct(&[0.1 + 0.2, 0.3, 0.5]), [0.3, 0.5]);
        assert_eq!(distinct(&[14.0 / 30.4375, 14.0 * (1.0 / 30.4375)]).len(), 1);
        assert_eq!(distinct(&[0.0, -0.0]), [0.0]);
        assert_eq!(distinct(&[1e6, 1e6 + 1e-1]).len(), 2);
        assert_eq!(distinct(&[1.0, 1.0 + 1e-8, 1.0 + 2e-8]), [1.0]);
    }
}

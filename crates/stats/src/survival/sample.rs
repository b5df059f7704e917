//! A survival sample, checked once.

use std::sync::Arc;

use thiserror::Error;

use super::near_ties::{self, NearTies};
use super::order;
use super::outcome::Outcome;
use super::timeline::{Entry, Timeline};
use crate::factor::Factor;

/// More cases than this cannot be counted in four bytes beside their outcome.
const MOST_CASES: usize = (1 << 31) - 1;

/// Why columns are not a sample. Cases are numbered from 0 in the order given.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum SampleError {
    /// No case was given.
    #[error("a survival sample needs at least one case")]
    Empty,
    /// More cases than can be counted.
    #[error("a survival sample has at most {MOST_CASES} cases; got {cases}")]
    TooMany {
        /// How many were given.
        cases: usize,
    },
    /// A column has not one value for each time.
    #[error("there are {times} times but {found} {column}; give one for each case")]
    Length {
        /// What the column holds.
        column: &'static str,
        /// Its length.
        found: usize,
        /// The number of times.
        times: usize,
    },
    /// A time is not a finite number.
    #[error("the {column} of case {case} is not a finite number")]
    NotFinite {
        /// "time" or "entry".
        column: &'static str,
        /// Number of the case.
        case: usize,
    },
    /// A time is negative.
    #[error("the {column} of case {case} is negative: {value}; count from the start of follow-up")]
    Negative {
        /// "time" or "entry".
        column: &'static str,
        /// Number of the case.
        case: usize,
        /// Time or entry of the case.
        value: f64,
    },
    /// A case entered when its follow-up had ended, exactly or to within rounding (see
    /// [`NearTies`]).
    #[error("case {case} enters at {entry}, not before its time {time}; it is never at risk")]
    EntryNotBefore {
        /// Number of the case.
        case: usize,
        /// When it entered.
        entry: f64,
        /// When its follow-up ended.
        time: f64,
    },
}

/// The columns of a sample, each with one value for each case. Nothing is checked before
/// [`Self::sample`].
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    times: &'a [f64],
    outcomes: &'a [Outcome],
    entries: Option<&'a [f64]>,
    groups: Option<&'a Factor>,
    strata: Option<&'a Factor>,
    near_ties: NearTies,
}

impl<'a> Columns<'a> {
    /// How long each case was followed, and how that ended.
    #[must_use]
    pub fn new(times: &'a [f64], outcomes: &'a [Outcome]) -> Self {
        Self {
            times,
            outcomes,
            entries: None,
            groups: None,
            strata: None,
            near_ties: NearTies::default(),
        }
    }

    /// Left truncation: when each case came under observation, on the same scale as the times. It
    /// is at risk at t when entry < t ≤ time. (R's `Surv(entry, time, event)`.)
    #[must_use]
    pub fn entered(mut self, entries: &'a [f64]) -> Self {
        self.entries = Some(entries);
        self
    }

    /// The groups to compare.
    #[must_use]
    pub fn grouped(mut self, groups: &'a Factor) -> Self {
        self.groups = Some(groups);
        self
    }

    /// The strata within which to compare.
    #[must_use]
    pub fn stratified(mut self, strata: &'a Factor) -> Self {
        self.strata = Some(strata);
        self
    }

    /// What becomes of nearly tied times; merged unless told.
    #[must_use]
    pub fn near_ties(mut self, near_ties: NearTies) -> Self {
        self.near_ties = near_ties;
        self
    }

    /// Checks the columns and sorts the cases.
    ///
    /// # Errors
    ///
    /// [`SampleError`] when there is no case, the lengths differ, a time is negative or not finite,
    /// or an entry is not before its time.
    pub fn sample(self) -> Result<Sample, SampleError> {
        self.check()?;
        let (mut timeline, mut order) = self.in_order();
        let merged = match self.entries {
            None => Merged {
                tolerance: near_ties::merge(&mut timeline.times, self.near_ties),
                entries: None,
            },
            Some(entries) => merge_with_entries(&mut timeline.times, entries, self.near_ties),
        };
        join(&mut timeline, &mut order);
        let entry = match merged.entries {
            None => None,
            Some(entered) => Some(self.enter(&mut timeline, &order, entered)?),
        };
        let stratum_codes = self.strata.map_or_else(Vec::new, |strata| {
            let codes = strata.codes();
            order.iter().map(|case| codes[*case as usize]).collect()
        });
        // Taken in place of the order, which nothing asks for any more.
        let group_codes = self.groups.map_or_else(Vec::new, |groups| {
            let codes = groups.codes();
            order.into_iter().map(|case| codes[case as usize]).collect()
        });
        let labels =
            |factor: Option<&Factor>| factor.map_or_else(Vec::new, |f| f.labels().to_vec());
        Ok(Sample {
            n: self.times.len(),
            events: timeline.events.iter().map(|d| *d as usize).sum(),
            timeline: Arc::new(timeline),
            stratum_codes,
            group_codes,
            groups: labels(self.groups),
            strata: labels(self.strata),
            entry,
            tolerance: merged.tolerance,
        })
    }

    fn check(&self) -> Result<(), SampleError> {
        let times = self.times.len();
        if times == 0 {
            return Err(SampleError::Empty);
        }
        if times > MOST_CASES {
            return Err(SampleError::TooMany { cases: times });
        }
        let lengths = [
            ("outcomes", Some(self.outcomes.len())),
            ("entries", self.entries.map(<[f64]>::len)),
            ("groups", self.groups.map(Factor::len)),
            ("strata", self.strata.map(Factor::len)),
        ];
        for (column, found) in lengths {
            if let Some(found) = found.filter(|found| *found != times) {
                return Err(SampleError::Length {
                    column,
                    found,
                    times,
                });
            }
        }
        check_times("time", self.times)?;
        let Some(entries) = self.entries else {
            return Ok(());
        };
        check_times("entry", entries)?;
        match (0..times).find(|case| entries[*case] >= self.times[*case]) {
            Some(case) => Err(self.not_before(case)),
            None => Ok(()),
        }
    }

    fn not_before(&self, case: usize) -> SampleError {
        SampleError::EntryNotBefore {
            case,
            entry: self.entries.map_or(0.0, |entries| entries[case]),
            time: self.times[case],
        }
    }

    /// The distinct times, and the numbers of the cases in order of time, at one time those with
    /// the event first; no numbers where nothing goes by them.
    fn in_order(&self) -> (Timeline, Vec<u32>) {
        let keys = self.times.iter().zip(self.outcomes);
        let keys = keys.map(|(time, outcome)| order::key(*time, *outcome));
        let numbers = match (self.entries, self.groups, self.strata) {
            (None, None, None) => Vec::new(),
            _ => (0..self.times.len() as u32).collect(),
        };
        let (keys, numbers) = order::sort(keys.collect(), numbers);
        (collect(keys), numbers)
    }

    /// Finds from which time on each case is at risk, and how many are at each time.
    fn enter(
        &self,
        timeline: &mut Timeline,
        order: &[u32],
        entered: Entered,
    ) -> Result<Entry, SampleError> {
        let n = order.len();
        let mut place = vec![0_u32; n];
        for (at, case) in order.iter().enumerate() {
            place[*case as usize] = at as u32;
        }
        let mut from = vec![0_u32; n];
        let mut by_from = Vec::with_capacity(n);
        let mut at_risk = Vec::with_capacity(timeline.len());
        let mut coming = entered.times.iter().zip(&entered.cases).peekable();
        for (j, time) in timeline.times.iter().enumerate() {
            while let Some((_, case)) = coming.next_if(|(entry, _)| *entry < time) {
                let place = place[*case as usize];
                if place < timeline.starts[j] {
                    return Err(self.not_before(*case as usize));
                }
                from[place as usize] = j as u32;
                by_from.push(place);
            }
            at_risk.push(by_from.len() as u32 - timeline.starts[j]);
        }
        if let Some((_, case)) = coming.next() {
            return Err(self.not_before(*case as usize));
        }
        timeline.at_risk = Some(at_risk);
        timeline.entries = Some(entered.times);
        Ok(Entry { from, by_from })
    }
}

fn check_times(column: &'static str, times: &[f64]) -> Result<(), SampleError> {
    let Some(case) = times
        .iter()
        .position(|time| !(0.0..=f64::MAX).contains(time))
    else {
        return Ok(());
    };
    let value = times[case];
    Err(if value.is_finite() {
        SampleError::Negative {
            column,
            case,
            value,
        }
    } else {
        SampleError::NotFinite { column, case }
    })
}

/// What is left to know once near ties are merged.
struct Merged {
    tolerance: f64,
    entries: Option<Entered>,
}

/// Times of entry in order, with the cases they belong to.
struct Entered {
    times: Vec<f64>,
    cases: Vec<u32>,
}

/// Merges near ties among entries and times together: an entry nearly tied with an event is at that
/// event's time, and its case not at risk there.
fn merge_with_entries(sorted: &mut [f64], entries: &[f64], rule: NearTies) -> Merged {
    let keys = entries
        .iter()
        .map(|entry| order::key(*entry, Outcome::Event));
    let (keys, cases) = order::sort(keys.collect(), (0..entries.len() as u32).collect());
    let mut entered: Vec<f64> = keys.into_iter().map(order::time).collect();
    let mut together: Vec<f64> = sorted.iter().chain(&entered).copied().collect();
    together.sort_unstable_by(f64::total_cmp);
    together.dedup();
    let mut merged = together.clone();
    let tolerance = near_ties::merge(&mut merged, rule);
    for column in [sorted, &mut entered[..]] {
        let mut at = 0;
        for time in column {
            while together[at] < *time {
                at += 1;
            }
            *time = merged[at];
        }
    }
    Merged {
        tolerance,
        entries: Some(Entered {
            times: entered,
            cases,
        }),
    }
}

/// Counts who leaves at each distinct time.
fn collect(mut keys: Vec<u64>) -> Timeline {
    let distinct = 1 + keys
        .windows(2)
        .filter(|pair| order::time(pair[0]) != order::time(pair[1]))
        .count();
    let mut starts = Vec::with_capacity(distinct + 1);
    let mut events = Vec::with_capacity(distinct);
    for at in 0..keys.len() {
        let key = keys[at];
        if at == 0 || order::time(key) != order::time(keys[starts.len() - 1]) {
            keys[starts.len()] = key;
            starts.push(at as u32);
            events.push(0);
        }
        if let Some(events) = events.last_mut() {
            *events += u32::from(order::is_event(key));
        }
    }
    starts.push(keys.len() as u32);
    keys.truncate(distinct);
    keys.shrink_to_fit();
    Timeline {
        times: keys.into_iter().map(order::time).collect(),
        starts,
        events,
        at_risk: None,
        entries: None,
    }
}

/// Makes one time of those that merging made equal. Each brought its events before its censored
/// cases; together the events come first too.
fn join(timeline: &mut Timeline, order: &mut [u32]) {
    let times = &timeline.times;
    if times.windows(2).all(|pair| pair[0] != pair[1]) {
        return;
    }
    let mut joined = 0;
    let mut from = 0;
    while from < timeline.times.len() {
        let time = timeline.times[from];
        let same = timeline.times[from..].iter().take_while(|t| **t == time);
        let to = from + same.count();
        let start = timeline.starts[from];
        if to - from > 1 && !order.is_empty() {
            let (mut with, mut without) = (Vec::new(), Vec::new());
            for j in from..to {
                let events = timeline.having_event(j);
                with.extend_from_slice(&order[events.clone()]);
                without.extend_from_slice(&order[events.end..timeline.leaving(j).end]);
            }
            with.sort_unstable();
            without.sort_unstable();
            with.append(&mut without);
            order[start as usize..][..with.len()].copy_from_slice(&with);
        }
        timeline.times[joined] = time;
        timeline.events[joined] = timeline.events[from..to].iter().sum();
        timeline.starts[joined] = start;
        joined += 1;
        from = to;
    }
    timeline.starts[joined] = timeline.starts[from];
    timeline.starts.truncate(joined + 1);
    timeline.events.truncate(joined);
    timeline.times.truncate(joined);
}

/// Cases in order of time, near-tied times merged (see [`NearTies`]), perhaps in groups and strata,
/// perhaps left-truncated.
///
/// Each distinct time needs 16 bytes, and a grouping 4 a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    n: usize,
    timeline: Arc<Timeline>,
    events: usize,
    groups: Vec<String>,
    group_codes: Vec<u32>,
    strata: Vec<String>,
    stratum_codes: Vec<u32>,
    entry: Option<Entry>,
    tolerance: f64,
}

impl Sample {
    /// Takes how long each case was followed and how that ended; see [`Columns`] for groups, strata
    /// and left truncation.
    ///
    /// # Errors
    ///
    /// [`SampleError`] when there is no case, the lengths differ, or a time is negative or not
    /// finite.
    ///
    /// ```
    /// use casegraph_stats::survival::{CurveOptions, Outcome, Sample, kaplan_meier};
    ///
    /// let outcomes = [Outcome::Event, Outcome::Censored, Outcome::Event];
    /// let sample = Sample::new(&[3.0, 4.0, 7.0], &outcomes)?;
    /// let curve = kaplan_meier(&sample, CurveOptions::default());
    /// assert_eq!(curve.median().time, Some(7.0));
    /// # Ok::<(), casegraph_stats::survival::SampleError>(())
    /// ```
    pub fn new(times: &[f64], outcomes: &[Outcome]) -> Result<Self, SampleError> {
        Columns::new(times, outcomes).sample()
    }

    /// The number of cases.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// The number of cases with the event.
    #[must_use]
    pub fn events(&self) -> usize {
        self.events
    }

    /// The labels of the groups, a label without a case included; empty when there are no groups.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// The labels of the strata, a label without a case included; empty when there are no strata.
    #[must_use]
    pub fn strata(&self) -> &[String] {
        &self.strata
    }

    /// Whether some cases are at risk only from a later time than 0 on.
    #[must_use]
    pub fn is_left_truncated(&self) -> bool {
        self.entry.is_some()
    }

    pub(crate) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The distinct times, to keep.
    pub(super) fn shared_timeline(&self) -> Arc<Timeline> {
        Arc::clone(&self.timeline)
    }

    /// The group at each place; empty without groups.
    pub(crate) fn group_codes(&self) -> &[u32] {
        &self.group_codes
    }

    /// The stratum at each place; empty without strata.
    pub(crate) fn stratum_codes(&self) -> &[u32] {
        &self.stratum_codes
    }

    /// From when on the cases are at risk; `None` when all are from the start.
    pub(crate) fn entry(&self) -> Option<&Entry> {
        self.entry.as_ref()
    }

    /// How near two times count as one, in the unit of the times.
    pub(crate) fn tolerance(&self) -> f64 {
        self.tolerance
    }
}

#[cfg(test)]
mod tests;

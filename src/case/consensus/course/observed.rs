//! What each source says of a course: a state, when it was, and from which moment that is counted.

use super::Course;
use crate::case::consensus::question::Question;
use crate::case::consensus::reports::Reports;
use crate::case::consensus::weighing::Standing;
use crate::case::consensus::{Basis, Settled, Thing};
use crate::case::value::{Certainty, Value};

/// What a source says of a course: indices of the reports that have the state, the time, and the
/// moment from which it is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observation<'a> {
    pub(super) state: Option<usize>,
    pub(super) time: Option<usize>,
    pub(super) moment: Option<usize>,
    pub(super) standing: Standing<'a>,
}

pub(super) struct Follower<'a> {
    pub(super) thing: &'a Thing,
    pub(super) state: Question<'a>,
    pub(super) time: Question<'a>,
    pub(super) moment: Option<Question<'a>>,
    pub(super) observations: Vec<Observation<'a>>,
    pub(super) strict: bool,
}

impl<'a> Follower<'a> {
    pub(super) fn new(on: &Reports<'a>, course: &Course, settled: &[Settled]) -> Self {
        let mut follower = Self {
            thing: on.thing,
            state: on.question(course.state),
            time: on.question(course.time),
            moment: course.moment.map(|column| on.question(column)),
            observations: Vec::new(),
            strict: course.strict,
        };
        let mut sources: Vec<(&str, bool)> = Vec::new();
        let of = |i: usize| {
            let report = &on.all[i];
            (report.source.as_str(), report.certainty == Certainty::Weak)
        };
        for &i in on.indices {
            if !sources.contains(&of(i)) {
                sources.push(of(i));
            }
        }
        for source in sources {
            let rows: Vec<usize> = on
                .indices
                .iter()
                .copied()
                .filter(|&i| of(i) == source)
                .collect();
            follower.observe(on, &rows);
        }
        // A ruling leaves only what fits it.
        let ruled = |column: usize| match &settled[column] {
            Settled::Known {
                values,
                basis: Basis::Decision,
                ..
            } => Some(values.clone()),
            _ => None,
        };
        let (state, time) = (ruled(course.state), ruled(course.time));
        let (states, times) = (follower.state, follower.time);
        follower.observations.retain(|seen| {
            let fits = |question: Question, report: Option<usize>, ruled: &Option<Vec<Value>>| {
                ruled.as_ref().is_none_or(|ruled| {
                    report.is_some_and(|i| !question.precision().apart(question.values(i), ruled))
                })
            };
            fits(states, seen.state, &state) && fits(times, seen.time, &time)
        });
        follower
    }

    /// The observations of one source. A row that has the time alone, such as one derived from
    /// dates, tells when its source's state was.
    pub(super) fn observe(&mut self, on: &Reports<'a>, rows: &[usize]) {
        let with = |question: &Question| -> Vec<usize> {
            let speaks = |i: &usize| !question.values(*i).is_empty();
            rows.iter().copied().filter(speaks).collect()
        };
        let (states, times) = (with(&self.state), with(&self.time));
        let moments = self.moment.as_ref().map(with).unwrap_or_default();
        for &row in rows {
            let time = times.contains(&row).then_some(row);
            let state = if states.contains(&row) {
                Some(row)
            } else {
                time.and_then(|time| self.state_at(time, &states, &times))
            };
            if state.is_none() && time.is_none() {
                continue;
            }
            let moment = match (time, &self.moment) {
                (Some(time), Some(_)) if moments.contains(&time) => Some(time),
                (Some(_), Some(question)) => only(question, &moments),
                _ => None,
            };
            let mut standing = on.rules.standing(&on.all[row]);
            for used in state.into_iter().chain(time) {
                standing.certainty = standing.certainty.max(on.all[used].certainty);
            }
            self.observations.push(Observation {
                state,
                time,
                moment,
                standing,
            });
        }
    }

    /// The report with the state of a source at a time that one of its rows gives alone.
    pub(super) fn state_at(&self, time: usize, states: &[usize], times: &[usize]) -> Option<usize> {
        let precision = self.time.precision();
        let fits = |i: &usize| !precision.apart(self.time.values(*i), self.time.values(time));
        let complete = states.iter().copied().filter(|i| times.contains(i));
        let at_that_time: Vec<usize> = complete.filter(fits).collect();
        only(&self.state, &at_that_time).or_else(|| only(&self.state, states))
    }
}

/// The report with the most precise value of those that fit each other, the surest of several; `None` if two
/// do not fit.
fn only(question: &Question, reports: &[usize]) -> Option<usize> {
    let precision = question.precision();
    let covers =
        |one: usize, other: usize| precision.covers(question.values(one), question.values(other));
    let finest = reports
        .iter()
        .copied()
        .filter(|&finest| reports.iter().all(|&other| covers(other, finest)));
    finest.min_by_key(|report| question.reports[*report].certainty)
}

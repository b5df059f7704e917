//! Whether two observations of a course can both be true.

use super::ONGOING;
use super::observed::{Follower, Observation};
use crate::case::schema::Scheme;
use crate::case::value::Value;

/// How two observations cannot stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    /// They cannot both be true.
    Contradiction,
    /// They could be, at different times, but which came later is not known.
    Unordered,
}

impl Follower<'_> {
    pub(super) fn ends(&self, report: usize) -> bool {
        match self.state.values(report) {
            [Value::Concept(Scheme::STATUS, status)] => self.state.rules.concepts.is_death(status),
            [Value::Boolean(yes)] => *yes,
            [Value::Code(code)] => code != ONGOING,
            _ => false,
        }
    }

    /// The times of two observations, if they count from the same moment.
    pub(super) fn times(&self, one: &Observation, other: &Observation) -> Option<(f64, f64)> {
        let same_moment = match (&self.moment, one.moment, other.moment) {
            (None, _, _) => true,
            (Some(question), Some(one), Some(other)) => question
                .precision()
                .same(question.values(one), question.values(other)),
            (Some(_), None, None) => one.standing.source == other.standing.source,
            _ => false,
        };
        let number = |report: usize| self.time.values(report).first()?.as_number();
        if !same_moment {
            return None;
        }
        Some((number(one.time?)?, number(other.time?)?))
    }

    pub(super) fn clash(&self, one: &Observation, other: &Observation) -> Option<Clash> {
        let (one_state, other_state) = (one.state?, other.state?);
        let times_apart = || {
            let (one, other) = (one.time?, other.time?);
            let precision = self.time.precision();
            Some(precision.apart(self.time.values(one), self.time.values(other)))
        };
        let fit = !self
            .state
            .precision()
            .apart(self.state.values(one_state), self.state.values(other_state));
        match (self.ends(one_state), self.ends(other_state)) {
            (true, true) => (!fit).then_some(Clash::Contradiction),
            (false, false) if fit => None,
            (false, false) => match self.times(one, other) {
                Some((one, other)) => (one == other).then_some(Clash::Contradiction),
                None => Some(Clash::Unordered),
            },
            (false, true) => self.clash(other, one),
            (true, false) => match self.times(one, other) {
                Some((end, open)) => {
                    let before = end < open && times_apart() == Some(true);
                    (before || end == open).then_some(Clash::Contradiction)
                }
                // An end is final, but one that is only inferred does not overturn what is stated.
                None => {
                    (one.standing.certainty > other.standing.certainty).then_some(Clash::Unordered)
                }
            },
        }
    }
}

//! What is taken of a course that has ended, and of one that goes on.

use super::clash::Clash;
use super::observed::{Follower, Observation};
use crate::case::consensus::question::Question;
use crate::case::consensus::weighing::{Fate, Standing, weigh};
use crate::case::consensus::{Basis, MissingReason, Resolution};
use crate::case::value::Certainty;

/// What is taken of a course: the reports that have it, or why there is none.
pub(super) struct Taken {
    pub(super) state: Result<usize, MissingReason>,
    pub(super) time: Result<usize, MissingReason>,
    pub(super) moment: Option<usize>,
    pub(super) state_basis: Resolution,
    pub(super) time_basis: Resolution,
    pub(super) state_contradicted: bool,
    pub(super) time_contradicted: bool,
}

impl Follower<'_> {
    /// What is taken; `None` if no report that counts has a state.
    pub(super) fn taken(&self) -> Option<Taken> {
        let all = &self.observations;
        let counts = |seen: &Observation| seen.standing.certainty != Certainty::Weak;
        if !all.iter().any(|seen| seen.state.is_some() && counts(seen)) {
            return None;
        }
        let standings: Vec<Standing> = all.iter().map(|seen| seen.standing).collect();
        let fates = weigh(&standings, |a, b| self.clash(&all[a], &all[b]).is_some());
        let pool: Vec<&Observation> = (0..all.len())
            .filter(|&k| fates[k] == Fate::Stands && counts(&all[k]))
            .map(|k| &all[k])
            .collect();
        let clashes: Vec<Clash> = (0..all.len())
            .flat_map(|a| (0..a).filter_map(move |b| self.clash(&all[a], &all[b])))
            .collect();
        let disputed = (0..all.len()).any(|k| fates[k] == Fate::Disputed && counts(&all[k]));
        let state_contradicted = clashes.contains(&Clash::Contradiction);
        let mut taken = if pool
            .iter()
            .any(|seen| seen.state.is_some_and(|i| self.ends(i)))
        {
            self.end_of(&pool)
        } else {
            self.latest_of(&pool, state_contradicted)
        };
        if taken.time == Err(MissingReason::NoTime) && !self.strict {
            let lone: Vec<&Observation> = pool
                .iter()
                .copied()
                .filter(|seen| seen.state.is_none())
                .collect();
            (taken.time, taken.time_basis, taken.time_contradicted) = self.one_time(&lone);
        }
        let open = (0..all.len()).filter(|&k| fates[k] == Fate::Disputed && counts(&all[k]));
        if !open
            .map(|k| &all[k])
            .all(|seen| self.leaves_open(&taken, seen))
        {
            let why = taken.state.err().unwrap_or(MissingReason::Conflicting);
            (taken.state, taken.time, taken.moment) = (Err(why), Err(why), None);
        }
        taken.state_contradicted = state_contradicted;
        taken.state_basis = match taken.state {
            _ if disputed => Resolution::Unresolved,
            Err(_) => Resolution::Unresolved,
            Ok(state) if !clashes.is_empty() => {
                let certainty = self.state.reports[state].certainty;
                let beaten = (0..all.len()).filter(|&k| fates[k] == Fate::Beaten);
                let mut beaten = beaten.map(|k| all[k].standing.certainty);
                Resolution::Rule(if beaten.all(|other| other > certainty) {
                    Basis::Certainty
                } else {
                    Basis::SourceRank
                })
            }
            Ok(_) => taken.state_basis,
        };
        Some(taken)
    }

    /// Whether what is taken holds whatever is true of a disputed observation: it says less, or is
    /// later.
    pub(super) fn leaves_open(&self, taken: &Taken, disputed: &Observation) -> bool {
        let (Ok(state), Some(other)) = (taken.state, disputed.state) else {
            return true;
        };
        let precision = self.state.precision();
        let taken = Observation {
            time: taken.time.ok(),
            moment: taken.moment,
            ..*disputed
        };
        let later = self.times(disputed, &taken);
        precision.covers(self.state.values(state), self.state.values(other))
            || (!self.ends(other) && later.is_some_and(|(then, now)| then < now))
    }

    /// The most precise state of reports that fit each other.
    pub(super) fn most_precise(
        &self,
        question: &Question,
        reports: &[(usize, Standing)],
    ) -> Option<usize> {
        let precision = question.precision();
        let left_open = |i: usize| {
            let open = reports.iter();
            open.filter(|(other, _)| precision.covers(question.values(*other), question.values(i)))
                .count()
        };
        let best = reports.iter().min_by_key(|(i, standing)| {
            let precise = std::cmp::Reverse(left_open(*i));
            let certainty = question.certainty(*i);
            (precise, standing.key(), question.values(*i), certainty)
        });
        best.map(|(i, _)| *i)
    }

    /// A course that has come to an end: all reports of the end are of the same event.
    pub(super) fn end_of(&self, pool: &[&Observation]) -> Taken {
        let ends: Vec<&Observation> = pool
            .iter()
            .copied()
            .filter(|seen| seen.state.is_some_and(|i| self.ends(i)))
            .collect();
        let states: Vec<(usize, Standing)> = ends
            .iter()
            .filter_map(|seen| Some((seen.state?, seen.standing)))
            .collect();
        // A time without a state can contradict that of the end, but is not its time.
        let told: Vec<&Observation> = pool
            .iter()
            .copied()
            .filter(|seen| seen.state.is_none_or(|i| self.ends(i)))
            .collect();
        let (time, time_basis, time_contradicted) = self.one_time(&told);
        let moment = time.ok().and_then(|time| {
            let seen = ends.iter().find(|seen| seen.time == Some(time));
            seen.and_then(|seen| seen.moment)
        });
        let mut open = pool
            .iter()
            .filter(|seen| seen.state.is_some_and(|i| !self.ends(i)));
        let grew = open.clone().next().is_some();
        let compare = open.all(|seen| ends.iter().any(|end| self.times(seen, end).is_some()));
        let basis = match (grew, compare) {
            (false, _) => Basis::Precision,
            (true, true) => Basis::Latest,
            (true, false) => Basis::End,
        };
        let state = self.most_precise(&self.state, &states);
        Taken {
            state: state.ok_or(MissingReason::Conflicting),
            time,
            moment,
            state_basis: Resolution::Rule(basis),
            time_basis: if grew && !time_contradicted {
                Resolution::Rule(basis)
            } else {
                time_basis
            },
            state_contradicted: false,
            time_contradicted,
        }
    }

    /// The time of one event, of which observations tell.
    pub(super) fn one_time(
        &self,
        seen: &[&Observation],
    ) -> (Result<usize, MissingReason>, Resolution, bool) {
        let timed: Vec<(usize, &Observation)> = seen
            .iter()
            .filter_map(|seen| Some((seen.time?, *seen)))
            .collect();
        if timed.is_empty() {
            let none = Err(MissingReason::NoTime);
            return (none, Resolution::Rule(Basis::Agreement), false);
        }
        let precision = self.time.precision();
        let apart = |a: usize, b: usize| {
            let ((one_time, one), (other_time, other)) = (timed[a], timed[b]);
            self.times(one, other).is_some()
                && precision.apart(self.time.values(one_time), self.time.values(other_time))
        };
        let standings: Vec<Standing> = timed.iter().map(|(_, seen)| seen.standing).collect();
        let fates = weigh(&standings, apart);
        let contradicted = (0..timed.len()).any(|a| (0..a).any(|b| apart(a, b)));
        let stands = |k: &usize| fates[*k] == Fate::Stands;
        if !(0..timed.len()).any(|k| stands(&k)) {
            let none = Err(MissingReason::Conflicting);
            return (none, Resolution::Unresolved, true);
        }
        let own = |seen: &Observation| seen.state.is_some() || !self.strict;
        let standing: Vec<(usize, &Observation)> = (0..timed.len())
            .filter(stands)
            .map(|k| timed[k])
            .filter(|(_, seen)| own(seen))
            .collect();
        // Of times that do not compare, the one whose source outranks the others.
        let leads = |one: &Observation| {
            let mut others = standing.iter().map(|(_, other)| *other);
            others.all(|other| {
                self.times(one, other).is_some() || one.standing.outranks(&other.standing)
            })
        };
        let leading: Vec<(usize, Standing)> = standing
            .iter()
            .filter(|(_, seen)| leads(seen))
            .map(|(time, seen)| (*time, seen.standing))
            .collect();
        let sure = leading.iter().map(|(_, one)| one.certainty).min();
        let mut beaten = (0..timed.len()).filter(|&k| fates[k] == Fate::Beaten);
        let basis = if fates.contains(&Fate::Disputed) {
            Resolution::Unresolved
        } else if contradicted && beaten.all(|k| sure < Some(standings[k].certainty)) {
            Resolution::Rule(Basis::Certainty)
        } else if contradicted || leading.len() < standing.len() {
            Resolution::Rule(Basis::SourceRank)
        } else {
            Resolution::Rule(Basis::Precision)
        };
        let why = if standing.is_empty() {
            MissingReason::NoTime
        } else {
            MissingReason::Incomparable
        };
        match self.most_precise(&self.time, &leading) {
            Some(time) => (Ok(time), basis, contradicted),
            None => (Err(why), Resolution::Unresolved, contradicted),
        }
    }

    /// A course that goes on: its latest report.
    pub(super) fn latest_of(&self, pool: &[&Observation], contradicted: bool) -> Taken {
        type Seen<'s, 'a> = (&'s Observation<'a>, usize);
        let seen: Vec<Seen> = pool
            .iter()
            .filter_map(|seen| Some((*seen, seen.state?)))
            .collect();
        let precision = self.state.precision();
        let covers = |one: usize, other: usize| {
            precision.covers(self.state.values(one), self.state.values(other))
        };
        let gives_way =
            |one: Seen, other: Seen| match (self.times(one.0, other.0), one.0.time, other.0.time) {
                (Some((earlier, later)), _, _) => {
                    earlier < later || (earlier == later && covers(one.1, other.1))
                }
                (None, None, Some(_)) => true,
                (None, None, None) => covers(one.1, other.1),
                (None, Some(_), _) => std::ptr::eq(one.0, other.0),
            };
        let best = |leads: &dyn Fn(Seen, Seen) -> bool| {
            let leading = seen
                .iter()
                .filter(|one| seen.iter().all(|other| leads(**one, *other)));
            leading.copied().min_by_key(|(seen, state)| {
                // Rows of one source may say the same, one stated and the other derived.
                let moment = self.moment.as_ref().zip(seen.moment);
                (
                    seen.standing.key(),
                    self.state.values(*state),
                    seen.time.map(|time| self.time.values(time)),
                    self.state.certainty(*state),
                    seen.time.map(|time| self.time.certainty(time)),
                    moment.map(|(question, i)| (question.values(i), question.certainty(i))),
                )
            })
        };
        let latest = best(&|one, other| gives_way(other, one));
        let by_rank = || {
            best(&|one, other| gives_way(other, one) || one.0.standing.outranks(&other.0.standing))
        };
        let one_time = seen.iter().all(|(one, _)| {
            let same = |other: &Observation| match self.times(one, other) {
                Some((one, other)) => one == other,
                None => one.time.is_none() || other.time.is_none(),
            };
            seen.iter().all(|(other, _)| same(other))
        });
        let basis = if latest.is_none() {
            Basis::SourceRank
        } else if one_time {
            Basis::Precision
        } else {
            Basis::Latest
        };
        let (state, time, moment) = match latest.or_else(by_rank) {
            Some((seen, state)) => (
                Ok(state),
                seen.time.ok_or(MissingReason::NoTime),
                seen.moment,
            ),
            // What all of them leave open is true at any time.
            None => {
                let open = seen
                    .iter()
                    .filter(|(_, one)| seen.iter().all(|(_, other)| covers(*one, *other)));
                let open = open.min_by_key(|(seen, state)| {
                    let certainty = self.state.certainty(*state);
                    (seen.standing.key(), self.state.values(*state), certainty)
                });
                let why = if contradicted {
                    MissingReason::Conflicting
                } else {
                    MissingReason::Incomparable
                };
                (open.map(|(_, state)| *state).ok_or(why), Err(why), None)
            }
        };
        Taken {
            state,
            time,
            moment,
            state_basis: Resolution::Rule(basis),
            time_basis: match time {
                Ok(_) => Resolution::Rule(basis),
                Err(_) => Resolution::Unresolved,
            },
            state_contradicted: false,
            time_contradicted: false,
        }
    }
}

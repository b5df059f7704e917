//! Courses that reports follow for different lengths of time.
//!
//! Alive at 12 months in one paper and dead at 30 in a later one are no conflict: the second knows
//! more of the same course. So how a course stood and when are taken together, from one report: the
//! latest that it tells of, if both count from the same moment. What ends a course (death,
//! progression, the end of a treatment) comes once: after it nothing else is true, and two times of
//! it contradict each other.

use super::question::Question;
use super::reports::Reports;
use super::weighing::{Fate, Standing, weigh};
use super::{Basis, Difference, MissingReason, Resolution, Settled, Thing};
use crate::case::schema::{FactSheet, KnownSheet, Scheme};
use crate::case::value::{Certainty, Value};

/// The word for a treatment that goes on.
const ONGOING: &str = "ongoing";

/// The columns that tell of one course.
struct Course {
    state: usize,
    time: usize,
    /// From when the time is counted; `None` where it is the start of the episode for all.
    moment: Option<usize>,
    /// Whether a time without a state says nothing of a state without a time, even if nothing else
    /// is known.
    strict: bool,
}

/// The courses that a sheet tells of.
fn courses(sheet: FactSheet) -> Vec<Course> {
    let course = |state, time, moment: Option<&str>, strict| {
        Some(Course {
            state: sheet.column(state)?,
            time: sheet.column(time)?,
            moment: moment.and_then(|name| sheet.column(name)),
            strict,
        })
    };
    let courses = match sheet.known() {
        Some(KnownSheet::FollowUp) => vec![course("status", "months", Some("counted_from"), true)],
        Some(KnownSheet::Treatments) => vec![
            course("progressed", "pfs_months", None, true),
            course("stop_reason", "duration_months", None, false),
        ],
        _ => Vec::new(),
    };
    courses.into_iter().flatten().collect()
}

impl Reports<'_> {
    /// Settles the courses of the thing, whose columns have been settled one by one.
    pub fn follow(&self, settled: &mut [Settled], differences: &mut Vec<Difference>) {
        for course in courses(self.thing.sheet) {
            let columns = [Some(course.state), Some(course.time), course.moment];
            let follower = Follower::new(self, &course, settled);
            let Some(taken) = follower.taken() else {
                continue;
            };
            differences.retain(|found| {
                found.thing != *self.thing || !columns.contains(&Some(found.column))
            });
            follower.report(&taken, settled, differences);
        }
    }
}

/// What a source says of a course: indices of the reports that have the state, the time, and the
/// moment from which it is counted.
#[derive(Debug, Clone, Copy)]
struct Observation<'a> {
    state: Option<usize>,
    time: Option<usize>,
    moment: Option<usize>,
    standing: Standing<'a>,
}

/// How two observations cannot stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clash {
    /// They cannot both be true.
    Contradiction,
    /// They could be, at different times, but which came later is not known.
    Unordered,
}

/// What is taken of a course: the reports that have it, or why there is none.
struct Taken {
    state: Result<usize, MissingReason>,
    time: Result<usize, MissingReason>,
    moment: Option<usize>,
    state_basis: Resolution,
    time_basis: Resolution,
    state_contradicted: bool,
    time_contradicted: bool,
}

struct Follower<'a> {
    thing: &'a Thing,
    state: Question<'a>,
    time: Question<'a>,
    moment: Option<Question<'a>>,
    observations: Vec<Observation<'a>>,
    strict: bool,
}

impl<'a> Follower<'a> {
    fn new(on: &Reports<'a>, course: &Course, settled: &[Settled]) -> Self {
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
    fn observe(&mut self, on: &Reports<'a>, rows: &[usize]) {
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
    fn state_at(&self, time: usize, states: &[usize], times: &[usize]) -> Option<usize> {
        let precision = self.time.precision();
        let fits = |i: &usize| !precision.apart(self.time.values(*i), self.time.values(time));
        let complete = states.iter().copied().filter(|i| times.contains(i));
        let at_that_time: Vec<usize> = complete.filter(fits).collect();
        only(&self.state, &at_that_time).or_else(|| only(&self.state, states))
    }

    fn ends(&self, report: usize) -> bool {
        match self.state.values(report) {
            [Value::Concept(Scheme::STATUS, status)] => self.state.rules.concepts.is_death(status),
            [Value::Boolean(yes)] => *yes,
            [Value::Code(code)] => code != ONGOING,
            _ => false,
        }
    }

    /// The times of two observations, if they count from the same moment.
    fn times(&self, one: &Observation, other: &Observation) -> Option<(f64, f64)> {
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

    fn clash(&self, one: &Observation, other: &Observation) -> Option<Clash> {
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

    /// What is taken; `None` if no report that counts has a state.
    fn taken(&self) -> Option<Taken> {
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
    fn leaves_open(&self, taken: &Taken, disputed: &Observation) -> bool {
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
    fn most_precise(&self, question: &Question, reports: &[(usize, Standing)]) -> Option<usize> {
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

    /// A course that has come to an end: all that is told of the end is told of the same event.
    fn end_of(&self, pool: &[&Observation]) -> Taken {
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
    fn one_time(&self, seen: &[&Observation]) -> (Result<usize, MissingReason>, Resolution, bool) {
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

    /// A course that goes on: the latest that is told of it.
    fn latest_of(&self, pool: &[&Observation], contradicted: bool) -> Taken {
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

    /// Writes what is taken into the columns, and tells of what differs.
    fn report(&self, taken: &Taken, settled: &mut [Settled], differences: &mut Vec<Difference>) {
        let known = |question: &Question, report: usize, basis: Resolution| Settled::Known {
            values: question.values(report).to_vec(),
            derived: question.reports[report].certainty == Certainty::Derived,
            basis: match basis {
                Resolution::Rule(basis) => basis,
                Resolution::Unresolved => Basis::Common,
            },
        };
        let mut write = |question: &Question, outcome: Settled| {
            let column = &mut settled[question.column];
            // Where nothing counts, why not has been said.
            let mut speaking = question.speaking().into_iter();
            let counts = speaking.any(|i| question.reports[i].certainty != Certainty::Weak);
            if counts && !is_ruled(column) {
                *column = outcome;
            }
        };
        let state = match taken.state {
            Ok(report) => known(&self.state, report, taken.state_basis),
            Err(why) => Settled::Missing(why),
        };
        write(&self.state, state);
        let time = match taken.time {
            Ok(report) => known(&self.time, report, taken.time_basis),
            Err(why) => Settled::Missing(why),
        };
        write(&self.time, time);
        if let Some(question) = &self.moment {
            let moment = match taken.moment {
                Some(report) => known(question, report, taken.time_basis),
                None => Settled::Missing(MissingReason::NoTime),
            };
            write(question, moment);
        }
        let mut tell = |question: &Question, contradiction: bool, resolution: Resolution| {
            let resolution = if is_ruled(&settled[question.column]) {
                Resolution::Rule(Basis::Decision)
            } else {
                resolution
            };
            let reports = question.speaking();
            let precision = question.precision();
            let differ = reports
                .windows(2)
                .any(|pair| !precision.same(question.values(pair[0]), question.values(pair[1])));
            if differ || contradiction {
                differences.push(Difference {
                    thing: self.thing.clone(),
                    column: question.column,
                    reports,
                    contradiction,
                    resolution,
                });
            }
        };
        tell(&self.state, taken.state_contradicted, taken.state_basis);
        if !taken.state_contradicted || taken.time_contradicted {
            tell(&self.time, taken.time_contradicted, taken.time_basis);
        }
        if let Some(question) = &self.moment {
            tell(question, false, taken.time_basis);
        }
    }
}

fn is_ruled(outcome: &Settled) -> bool {
    matches!(
        outcome,
        Settled::Known {
            basis: Basis::Decision,
            ..
        }
    )
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

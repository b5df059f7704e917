//! Chooses the join order of triple patterns and tables, greedily by their cost.

use super::Stop;
use super::core::{Condition, Core, Link};
use super::end::End;
use super::filter::Filter;
use super::plan::{Plan, Reach, Step};
use super::table::{Joined, Table};
use crate::Snapshot;
use crate::SnapshotError;
use crate::format::Section;

/// What is joined next.
enum Next {
    Pattern(usize),
    Table(usize),
}

impl Plan {
    /// Puts the pattern with the fewest rows first, then always the one that adds fewest; unless it
    /// `begins`, there are rows already in which some variables are bound.
    pub(super) fn arrange(
        &self,
        snapshot: &Snapshot,
        core: Core,
        bound: &mut [bool],
        begins: bool,
    ) -> Result<Vec<Step>, Stop> {
        let Core {
            mut patterns,
            mut tables,
            mut filters,
        } = core;
        let mut steps = Vec::new();
        while !(patterns.is_empty() && tables.is_empty()) {
            let first = begins && steps.is_empty();
            let (mut least, mut best) = (f64::INFINITY, None);
            for (at, pattern) in patterns.iter().enumerate() {
                let cost = cost(snapshot, pattern, bound, first)?;
                if cost < least {
                    (least, best) = (cost, Some(Next::Pattern(at)));
                }
            }
            for (at, table) in tables.iter().enumerate() {
                let begins = || first && patterns.iter().any(|link| link.shares(&table.slots));
                let cost = table.cost(bound, begins());
                if cost < least {
                    (least, best) = (cost, Some(Next::Table(at)));
                }
            }
            let at = match best {
                Some(Next::Pattern(at)) => at,
                Some(Next::Table(at)) => {
                    let table = tables.swap_remove(at);
                    let joined = Joined::new(snapshot, &self.computed_terms, &table, bound)?;
                    for slot in table.slots {
                        bound[slot] = true;
                    }
                    steps.push(Step::Table(joined));
                    continue;
                }
                // Parts that share nothing are the engine's.
                None => return Err(Stop::Unfit),
            };
            let link = patterns.swap_remove(at);
            let Link {
                subject,
                predicate,
                object,
                path,
            } = link;
            let (s_known, o_known) = (subject.is_known(bound), object.is_known(bound));
            if let Some(zero) = path {
                if !s_known && !o_known {
                    // A path of length zero would begin at every term.
                    let End::Slot(slot) = subject else {
                        return Err(Stop::Unfit);
                    };
                    let ids = subjects(snapshot, predicate)?;
                    steps.push(Step::Subjects { ids, subject: slot });
                }
                let forward = s_known || !o_known;
                let (from, to) = if forward {
                    (subject, object)
                } else {
                    (object, subject)
                };
                steps.push(Step::Reach(Reach {
                    predicate,
                    from,
                    to,
                    known: s_known && o_known,
                    forward,
                    zero,
                }));
            } else {
                steps.push(match (subject, s_known, o_known) {
                    (subject, true, known) => Step::Forward {
                        subject,
                        predicate,
                        object,
                        known,
                    },
                    (End::Slot(subject), _, true) if !first => Step::Backward {
                        object,
                        predicate,
                        subject,
                    },
                    (End::Slot(subject), ..) => Step::Lead {
                        predicate,
                        subject,
                        object,
                    },
                    (End::Term(_), ..) => return Err(Stop::Unfit),
                });
            }
            for end in [subject, object] {
                if let End::Slot(slot) = end {
                    bound[slot] = true;
                }
            }
            let ready: Vec<Condition>;
            (ready, filters) = filters.into_iter().partition(|filter| bound[filter.slot]);
            steps.extend(
                ready
                    .into_iter()
                    .map(|filter| Step::Keep(Filter::new(filter))),
            );
        }
        Ok(steps)
    }
}

impl Link {
    /// Whether one of its variables has one of these slots.
    fn shares(&self, slots: &[usize]) -> bool {
        let mut ends = [self.subject, self.object].into_iter();
        ends.any(|end| matches!(end, End::Slot(slot) if slots.contains(&slot)))
    }
}

impl Table {
    /// Estimated rows for each row so far; or all of its rows, if the join begins with it.
    fn cost(&self, bound: &[bool], begins: bool) -> f64 {
        let known = self.slots.iter().filter(|slot| bound[**slot]).count();
        match known {
            _ if begins => self.rows.len() as f64,
            // Each row is joined with all of it: best when there are no more rows to come.
            0 => f64::MAX,
            _ if known == self.slots.len() => 0.5,
            _ => 1.0,
        }
    }
}

/// How many terms a path reaches, about.
const STEPS: f64 = 20.0;

/// The subjects of a predicate, ascending, each once.
fn subjects(snapshot: &Snapshot, predicate: u32) -> Result<Vec<u32>, SnapshotError> {
    let rows = snapshot.0.rows_of_predicate(predicate)?;
    let mut ids = snapshot.0.slice::<u32>(Section::PosS, rows)?.to_vec();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Estimated rows of a triple pattern for each row so far; for the first one, all of its rows.
fn cost(snapshot: &Snapshot, link: &Link, bound: &[bool], first: bool) -> Result<f64, Stop> {
    let Link {
        subject,
        predicate,
        object,
        path,
    } = link;
    let mapped = &snapshot.0;
    let predicates = mapped.all::<u32>(Section::Predicates)?;
    let Ok(at) = predicates.binary_search(predicate) else {
        // Nothing, but for paths of length zero.
        return Ok(if path.is_some() { STEPS } else { 0.0 });
    };
    let statistics = mapped.slice::<u32>(Section::Statistics, at * 3..at * 3 + 3)?;
    let [rows, subjects, objects] = std::array::from_fn(|at| f64::from(statistics[at]).max(1.0));
    let with_object = |id: u32| -> Result<f64, Stop> {
        let rows = mapped.rows_of_predicate(*predicate)?;
        Ok(mapped.narrow(Section::PosO, rows, id)?.len() as f64)
    };
    let known = |end: &End| end.is_known(bound);
    if let Some(zero) = path {
        return Ok(match (known(subject), known(object)) {
            (true, true) => 0.5,
            (true, false) | (false, true) => STEPS,
            (false, false) if first && !zero => rows * STEPS,
            (false, false) => f64::INFINITY,
        });
    }
    Ok(match (subject, object) {
        (End::Term(id), _) if first => mapped.rows_of_subject(*id)?.len() as f64,
        (_, End::Term(id)) if first => with_object(*id)?,
        _ if first => rows,
        (s, End::Term(id)) if known(s) => with_object(*id)? / subjects,
        (s, o) if known(s) && known(o) => rows / subjects / objects,
        (s, _) if known(s) => rows / subjects,
        (_, End::Term(_)) => f64::INFINITY,
        (_, o) if known(o) => rows / objects,
        _ => f64::INFINITY,
    })
}

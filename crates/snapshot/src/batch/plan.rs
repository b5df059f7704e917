//! The plan of a join: its steps in order, and the columns that each step still needs.

use std::collections::HashMap;

use oxrdf::{Term, Variable};
use spargebra::algebra::GraphPattern;

use super::Stop;
use super::compute::Compute;
use super::computed_terms::ComputedTerms;
use super::core::{Part, Tail};
use super::end::End;
use super::filter::Filter;
use super::gather::Gathered;
use super::table::Joined;
use crate::Snapshot;
use crate::SnapshotError;
use crate::format::Section;
use crate::scan::Graphs;

/// One operator of a plan.
pub(super) enum Step {
    /// Index scan: all triples of a predicate, or those with an object. The first step.
    Lead {
        predicate: u32,
        subject: usize,
        object: End,
    },
    /// Index look-up from a known subject to its objects, or to one that is known too.
    Forward {
        subject: End,
        predicate: u32,
        object: End,
        known: bool,
    },
    /// Index look-up from a known object to its subjects.
    Backward {
        object: End,
        predicate: u32,
        subject: usize,
    },
    /// All subjects of a predicate, each once: the first step of a path.
    Subjects { ids: Vec<u32>, subject: usize },
    /// Transitive path along a predicate from a known end.
    Reach(Reach),
    /// Drops rows by a filter on one variable.
    Keep(Filter),
    /// Left join (`OPTIONAL`).
    Optional(Optional),
    /// Mark join (`EXISTS`): a slot says whether the row has a match.
    Mark(Optional, usize),
    /// Computes a slot (`BIND`), or drops rows (`FILTER`).
    Compute(Compute),
    /// Hash join with a table (`VALUES`).
    Table(Joined),
}

/// The inner side of a left join or mark join; without a match its variables have the number 0.
pub(super) struct Optional {
    pub steps: Vec<Step>,
    /// Slots that are needed after each of its steps.
    pub live: Vec<Vec<bool>>,
    /// Its own variables.
    pub new: Vec<usize>,
    /// A slot for the number of the row that is added to.
    pub row: usize,
    /// A constant of it stands nowhere: no row has anything.
    pub empty: bool,
}

/// A path of any length along one predicate.
pub(super) struct Reach {
    pub predicate: u32,
    /// The end that is known.
    pub from: End,
    pub to: End,
    /// Whether the other end is known too.
    pub known: bool,
    /// Whether it goes from the subject to objects.
    pub forward: bool,
    /// Whether a path of length zero counts.
    pub zero: bool,
}

/// A join: steps over columns, one a variable.
pub(super) struct Plan {
    pub steps: Vec<Step>,
    pub slots: usize,
    pub graphs: Graphs,
    /// Whether every triple is part of the default graph.
    pub all_default: bool,
    names: HashMap<Variable, usize>,
    /// Slots that are needed after each step.
    pub live: Vec<Vec<bool>>,
    /// The terms that were computed.
    pub computed_terms: ComputedTerms,
    /// Slots that have a value in every row.
    certain: Vec<bool>,
}

impl Plan {
    /// The plan of patterns and filters; `wanted` are the variables that are read in the end.
    pub fn of(
        snapshot: &Snapshot,
        graphs: &Graphs,
        pattern: &GraphPattern,
        wanted: &[Variable],
    ) -> Result<Self, Stop> {
        let mut gathered = Gathered::default();
        gathered.gather(snapshot, pattern)?;
        // The engine judges and computes terms in tables, and a table holds no blank node.
        let judges_blank = gathered.judges() && snapshot.may_have_blank_nodes()?;
        if gathered.core.patterns.is_empty() || judges_blank || !gathered.is_well_designed() {
            return Err(Stop::Unfit);
        }
        let sets = snapshot.0.len::<u32>(Section::Sets).saturating_sub(1) as u64;
        let all_default =
            matches!(graphs, Graphs::Default) && snapshot.0.counts().default_sets == sets;
        let mut plan = Self {
            steps: Vec::new(),
            slots: gathered.slots,
            graphs: graphs.clone(),
            all_default,
            names: gathered.names,
            live: Vec::new(),
            computed_terms: ComputedTerms::default(),
            certain: Vec::new(),
        };
        if gathered.empty {
            // Nothing has the predicate 0.
            plan.steps.push(Step::Lead {
                predicate: 0,
                subject: 0,
                object: End::Term(0),
            });
            plan.slots = plan.slots.max(1);
        } else {
            let mut bound = vec![false; plan.slots];
            plan.steps = plan.arrange(snapshot, gathered.core, &mut bound, true)?;
            plan.certain.clone_from(&bound);
            let after = plan.tail(snapshot, gathered.tail, &bound)?;
            plan.steps.extend(after);
        }
        plan.find_live(wanted);
        Ok(plan)
    }

    /// The steps of what is done with rows in which slots are bound.
    fn tail(
        &mut self,
        snapshot: &Snapshot,
        tail: Vec<Tail>,
        bound: &[bool],
    ) -> Result<Vec<Step>, Stop> {
        let step = |tail| {
            Ok(match tail {
                Tail::Optional(part) => Step::Optional(self.part(snapshot, part, bound)?),
                Tail::Mark(part, to) => Step::Mark(self.part(snapshot, part, bound)?, to),
                Tail::Bind(reading, to) => Step::Compute(Compute::new(reading, Some(to))),
                Tail::Keep(reading) => Step::Compute(Compute::new(reading, None)),
            })
        };
        tail.into_iter().map(step).collect()
    }

    /// The steps of a part that is looked up for rows in which slots are bound.
    fn part(&mut self, snapshot: &Snapshot, part: Part, bound: &[bool]) -> Result<Optional, Stop> {
        let mut bound = bound.to_vec();
        let mut steps = Vec::new();
        if !part.empty {
            steps = self.arrange(snapshot, part.core, &mut bound, false)?;
            steps.extend(self.tail(snapshot, part.tail, &bound)?);
        }
        let row = self.slots;
        self.slots += 1;
        Ok(Optional {
            steps,
            live: Vec::new(),
            new: part.new,
            row,
            empty: part.empty,
        })
    }

    /// Whether a slot has a value in every row.
    pub fn is_certain(&self, slot: usize) -> bool {
        self.certain.get(slot) == Some(&true)
    }

    /// A term by its number.
    pub fn term(&self, snapshot: &Snapshot, id: u32) -> Result<Term, SnapshotError> {
        self.computed_terms.term(snapshot, id)
    }

    /// The place of a variable.
    pub fn slot(&self, variable: &Variable) -> Option<usize> {
        self.names.get(variable).copied()
    }

    /// The name of the variable in a place.
    pub fn name(&self, slot: usize) -> String {
        let mut names = self.names.iter();
        let name = names.find(|(_, place)| **place == slot);
        name.map_or_else(String::new, |(variable, _)| variable.to_string())
    }

    /// Which columns are still read after each step.
    fn find_live(&mut self, wanted: &[Variable]) {
        let mut live = vec![false; self.slots];
        for slot in wanted
            .iter()
            .filter_map(|variable| self.names.get(variable))
        {
            live[*slot] = true;
        }
        self.live = live_after(&mut self.steps, &mut live);
    }
}

/// Which columns are read after each step; `live` are those that are read after the last, and then those
/// that are read by any.
fn live_after(steps: &mut [Step], live: &mut Vec<bool>) -> Vec<Vec<bool>> {
    let mut after = Vec::new();
    for step in steps.iter_mut().rev() {
        after.push(live.clone());
        let mut read = |end: End| {
            if let End::Slot(slot) = end {
                live[slot] = true;
            }
        };
        match step {
            Step::Lead { .. } | Step::Subjects { .. } => {}
            Step::Reach(reach) => {
                read(reach.from);
                if reach.known {
                    read(reach.to);
                }
            }
            Step::Forward {
                subject,
                object,
                known,
                ..
            } => {
                read(*subject);
                if *known {
                    read(*object);
                }
            }
            Step::Backward { object, .. } => read(*object),
            Step::Keep(filter) => read(End::Slot(filter.slot)),
            Step::Table(table) => table.known.iter().for_each(|slot| read(End::Slot(*slot))),
            Step::Optional(optional) | Step::Mark(optional, _) => {
                live[optional.row] = true;
                optional.live = live_after(&mut optional.steps, live);
                live[optional.row] = false;
            }
            Step::Compute(compute) => {
                for (_, slot) in &compute.reads {
                    read(End::Slot(*slot));
                }
            }
        }
    }
    after.reverse();
    after
}

//! In which order the patterns of a join are looked up.

use std::collections::{HashMap, HashSet};

use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::Stop;
use super::filter::{Filter, conditions};
use crate::graph::model::{Term, Variable};
use crate::graph::snapshot::Snapshot;
use crate::graph::snapshot::file::SnapshotError;
use crate::graph::snapshot::format::Section;
use crate::graph::snapshot::scan::Graphs;
use crate::graph::snapshot::terms::canonical;

/// A subject or object: a term, or the place of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Term(u32),
    Slot(usize),
}

impl End {
    /// Whether it is a term, or a variable that has a value by now.
    fn is_known(self, bound: &[bool]) -> bool {
        match self {
            Self::Term(_) => true,
            Self::Slot(slot) => bound[slot],
        }
    }
}

/// One look-up for each row so far.
pub(super) enum Step {
    /// All triples of a predicate, or those with an object: where rows begin.
    Lead {
        predicate: u32,
        subject: usize,
        object: End,
    },
    /// From a known subject to an object, which may be known too.
    Forward {
        subject: End,
        predicate: u32,
        object: End,
        known: bool,
    },
    /// From a known object to a subject.
    Backward {
        object: End,
        predicate: u32,
        subject: usize,
    },
    /// All subjects of a predicate, each once: where paths begin.
    Subjects { ids: Vec<u32>, subject: usize },
    /// From a known end along a predicate, once or more often, to all that can be reached.
    Reach(Reach),
    /// Leaves rows out.
    Keep(Filter),
    /// Adds to each row what else there is, and keeps it if there is nothing.
    Optional(Optional),
}

/// A pattern of which a row need not have anything: its variables have the number 0 then.
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

/// A triple pattern, or a path of any length along its predicate.
#[derive(Clone, Copy)]
struct Link {
    subject: End,
    predicate: u32,
    object: End,
    /// For a path: whether one of length zero counts.
    path: Option<bool>,
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
}

#[derive(Default)]
struct Gathered {
    patterns: Vec<Link>,
    filters: Vec<(Variable, Expression)>,
    names: HashMap<Variable, usize>,
    /// A constant stands nowhere: there are no rows.
    empty: bool,
    optionals: Vec<OptionalPart>,
    /// Whether this is a part of an optional one: then none may stand in it.
    within: bool,
}

/// An optional part, before its steps are in order.
struct OptionalPart {
    patterns: Vec<Link>,
    filters: Vec<(Variable, Expression)>,
    empty: bool,
    /// Its variables that the part to its left does not have.
    new: Vec<usize>,
}

/// The slots of patterns.
fn slots(patterns: &[Link]) -> impl Iterator<Item = usize> {
    let ends = patterns.iter().flat_map(|link| [link.subject, link.object]);
    ends.filter_map(|end| match end {
        End::Slot(slot) => Some(slot),
        End::Term(_) => None,
    })
}

impl Gathered {
    fn slot(&mut self, variable: Variable) -> End {
        let next = self.names.len();
        End::Slot(*self.names.entry(variable).or_insert(next))
    }

    fn term(&mut self, snapshot: &Snapshot, term: Term) -> Result<End, Stop> {
        match snapshot.find(&canonical(term))? {
            Some(id) => Ok(End::Term(id)),
            None => {
                self.empty = true;
                Ok(End::Term(0))
            }
        }
    }

    fn end(&mut self, snapshot: &Snapshot, pattern: &TermPattern) -> Result<End, Stop> {
        match pattern {
            TermPattern::Variable(variable) => Ok(self.slot(variable.clone())),
            // A variable that cannot be asked for, and cannot be called the same.
            TermPattern::BlankNode(node) => {
                Ok(self.slot(Variable::new_unchecked(format!("_:{}", node.as_str()))))
            }
            TermPattern::NamedNode(node) => self.term(snapshot, node.clone().into()),
            TermPattern::Literal(literal) => self.term(snapshot, literal.clone().into()),
        }
    }

    fn triple(&mut self, snapshot: &Snapshot, triple: &TriplePattern) -> Result<(), Stop> {
        let NamedNodePattern::NamedNode(predicate) = &triple.predicate else {
            return Err(Stop::Unfit);
        };
        let subject = self.end(snapshot, &triple.subject)?;
        let object = self.end(snapshot, &triple.object)?;
        if subject == object {
            return Err(Stop::Unfit);
        }
        let End::Term(predicate) = self.term(snapshot, predicate.clone().into())? else {
            return Err(Stop::Unfit);
        };
        self.patterns.push(Link {
            subject,
            predicate,
            object,
            path: None,
        });
        Ok(())
    }

    fn path(
        &mut self,
        snapshot: &Snapshot,
        subject: &TermPattern,
        path: &PropertyPathExpression,
        object: &TermPattern,
    ) -> Result<(), Stop> {
        let (inner, zero) = match path {
            PropertyPathExpression::OneOrMore(inner) => (inner, false),
            PropertyPathExpression::ZeroOrMore(inner) => (inner, true),
            _ => return Err(Stop::Unfit),
        };
        let PropertyPathExpression::NamedNode(predicate) = inner.as_ref() else {
            return Err(Stop::Unfit);
        };
        let empty_before = std::mem::take(&mut self.empty);
        let subject = self.end(snapshot, subject)?;
        let object = self.end(snapshot, object)?;
        let predicate = self.term(snapshot, predicate.clone().into())?;
        // One of length zero leads from a term that stands nowhere to itself: it was written so before.
        if subject == object || zero && self.empty {
            return Err(Stop::Unfit);
        }
        self.empty |= empty_before;
        let End::Term(predicate) = predicate else {
            return Err(Stop::Unfit);
        };
        self.patterns.push(Link {
            subject,
            predicate,
            object,
            path: Some(zero),
        });
        Ok(())
    }

    fn gather(&mut self, snapshot: &Snapshot, pattern: &GraphPattern) -> Result<(), Stop> {
        match pattern {
            GraphPattern::Bgp { patterns } => patterns
                .iter()
                .try_for_each(|triple| self.triple(snapshot, triple)),
            GraphPattern::Path {
                subject,
                path,
                object,
            } => self.path(snapshot, subject, path, object),
            GraphPattern::Join { left, right } => {
                self.gather(snapshot, left)?;
                self.gather(snapshot, right)
            }
            GraphPattern::Filter { expr, inner } => {
                let mut own = self.inner(self.within);
                own.gather(snapshot, inner)?;
                own.filter(expr)?;
                self.take(own);
                Ok(())
            }
            GraphPattern::LeftJoin {
                left,
                right,
                expression,
            } if !self.within => {
                let mut own = self.inner(false);
                own.gather(snapshot, left)?;
                let mut other = own.inner(true);
                let empty = std::mem::take(&mut other.empty);
                other.gather(snapshot, right)?;
                if let Some(expression) = expression {
                    other.filter(expression)?;
                }
                own.names = std::mem::take(&mut other.names);
                let known: HashSet<usize> = slots(&own.patterns).collect();
                let new = slots(&other.patterns).filter(|slot| !known.contains(slot));
                let mut new: Vec<usize> = new.collect();
                new.sort_unstable();
                new.dedup();
                own.optionals.push(OptionalPart {
                    patterns: other.patterns,
                    filters: other.filters,
                    empty: other.empty,
                    new,
                });
                own.empty = empty;
                self.take(own);
                Ok(())
            }
            _ => Err(Stop::Unfit),
        }
    }

    /// What gathers a part of the pattern, with the same names.
    fn inner(&mut self, within: bool) -> Self {
        Self {
            names: std::mem::take(&mut self.names),
            empty: self.empty,
            within,
            ..Self::default()
        }
    }

    fn take(&mut self, mut part: Self) {
        self.names = part.names;
        self.empty = part.empty;
        self.patterns.append(&mut part.patterns);
        self.filters.append(&mut part.filters);
        self.optionals.append(&mut part.optionals);
    }

    /// Adds the conditions of an expression on what was gathered.
    fn filter(&mut self, expression: &Expression) -> Result<(), Stop> {
        for (variable, condition) in conditions(expression).ok_or(Stop::Unfit)? {
            // The variable must have its value from the patterns beneath the filter.
            let slot = self.names.get(&variable).copied();
            if slot.is_none_or(|slot| !slots(&self.patterns).any(|known| known == slot)) {
                return Err(Stop::Unfit);
            }
            self.filters.push((variable, condition));
        }
        Ok(())
    }

    /// Whether each variable that only an optional part has stands nowhere else: only then does the order
    /// of the parts not matter.
    fn is_well_designed(&self) -> bool {
        let mut elsewhere: HashMap<usize, usize> = HashMap::new();
        let core: HashSet<usize> = slots(&self.patterns).collect();
        let parts = self.optionals.iter();
        let parts = parts.map(|part| slots(&part.patterns).collect::<HashSet<usize>>());
        for part in std::iter::once(core).chain(parts) {
            for slot in part {
                *elsewhere.entry(slot).or_default() += 1;
            }
        }
        let mut new = self.optionals.iter().flat_map(|part| &part.new);
        new.all(|slot| elsewhere.get(slot) == Some(&1))
    }
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
        let optionals = gathered.optionals.iter();
        let judges =
            !gathered.filters.is_empty() || optionals.clone().any(|part| !part.filters.is_empty());
        // The engine judges conditions on terms in tables, and a table holds no blank node.
        let judges_blank = judges && snapshot.has_blank_nodes()?;
        if gathered.patterns.is_empty() || judges_blank || !gathered.is_well_designed() {
            return Err(Stop::Unfit);
        }
        let sets = snapshot.0.len::<u32>(Section::Sets).saturating_sub(1) as u64;
        let all_default =
            matches!(graphs, Graphs::Default) && snapshot.0.counts().default_sets == sets;
        let mut plan = Self {
            steps: Vec::new(),
            slots: gathered.names.len(),
            graphs: graphs.clone(),
            all_default,
            names: gathered.names,
            live: Vec::new(),
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
            let (patterns, filters) = (gathered.patterns, gathered.filters);
            plan.steps = plan.arrange(snapshot, patterns, filters, &mut bound, true)?;
            for part in gathered.optionals {
                let mut bound = bound.clone();
                let steps = if part.empty {
                    Vec::new()
                } else {
                    plan.arrange(snapshot, part.patterns, part.filters, &mut bound, false)?
                };
                plan.steps.push(Step::Optional(Optional {
                    steps,
                    live: Vec::new(),
                    new: part.new,
                    row: plan.slots,
                    empty: part.empty,
                }));
                plan.slots += 1;
            }
        }
        plan.find_live(wanted);
        Ok(plan)
    }

    /// Whether a variable may have no value in a row.
    pub fn has_optionals(&self) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| matches!(step, Step::Optional(_)))
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

    /// Puts the pattern with the fewest rows first, then always the one that adds fewest; unless it
    /// `begins`, there are rows already in which some variables are bound.
    fn arrange(
        &self,
        snapshot: &Snapshot,
        mut patterns: Vec<Link>,
        mut filters: Vec<(Variable, Expression)>,
        bound: &mut [bool],
        begins: bool,
    ) -> Result<Vec<Step>, Stop> {
        let mut steps = Vec::new();
        while !patterns.is_empty() {
            let first = begins && steps.is_empty();
            let mut best: Option<(f64, usize)> = None;
            for (at, pattern) in patterns.iter().enumerate() {
                let cost = cost(snapshot, pattern, bound, first)?;
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, at));
                }
            }
            let Some((cost, at)) = best else { break };
            if cost == f64::INFINITY {
                // Parts that share nothing are the engine's.
                return Err(Stop::Unfit);
            }
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
            let ready: Vec<(Variable, Expression)>;
            (ready, filters) = filters
                .into_iter()
                .partition(|(variable, _)| bound[self.names[variable]]);
            for (variable, condition) in ready {
                let slot = self.names[&variable];
                steps.push(Step::Keep(Filter::new(slot, variable, condition)));
            }
        }
        Ok(steps)
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
            Step::Optional(optional) => {
                live[optional.row] = true;
                optional.live = live_after(&mut optional.steps, live);
                live[optional.row] = false;
            }
        }
    }
    after.reverse();
    after
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

/// How many rows a pattern gives for each row so far, about; for the first one, how many it has.
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

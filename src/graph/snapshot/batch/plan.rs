//! In which order the patterns of a join are looked up.

use std::collections::HashMap;

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

struct Gathered {
    patterns: Vec<Link>,
    filters: Vec<(Variable, Expression)>,
    names: HashMap<Variable, usize>,
    /// A constant stands nowhere: there are no rows.
    empty: bool,
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
        // Whether a path of length zero leads from a term that stands nowhere to itself, the engine says.
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
                let mut own = Self {
                    patterns: Vec::new(),
                    filters: Vec::new(),
                    names: std::mem::take(&mut self.names),
                    empty: self.empty,
                };
                own.gather(snapshot, inner)?;
                for (variable, condition) in conditions(expr).ok_or(Stop::Unfit)? {
                    // The variable must have its value from the patterns beneath the filter.
                    let slot = own.names.get(&variable).copied().map(End::Slot);
                    let bound = own.patterns.iter();
                    let mut bound = bound.flat_map(|link| [link.subject, link.object]);
                    if slot.is_none_or(|slot| !bound.any(|end| end == slot)) {
                        return Err(Stop::Unfit);
                    }
                    own.filters.push((variable, condition));
                }
                self.names = own.names;
                self.empty = own.empty;
                self.patterns.append(&mut own.patterns);
                self.filters.append(&mut own.filters);
                Ok(())
            }
            _ => Err(Stop::Unfit),
        }
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
        let mut gathered = Gathered {
            patterns: Vec::new(),
            filters: Vec::new(),
            names: HashMap::new(),
            empty: false,
        };
        gathered.gather(snapshot, pattern)?;
        // The engine judges conditions on terms in tables, and a table holds no blank node.
        let judges_blank = !gathered.filters.is_empty() && snapshot.has_blank_nodes()?;
        if gathered.patterns.is_empty() || judges_blank {
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
            plan.arrange(snapshot, gathered.patterns, gathered.filters)?;
        }
        plan.find_live(wanted);
        Ok(plan)
    }

    /// The place of a variable.
    pub fn slot(&self, variable: &Variable) -> Option<usize> {
        self.names.get(variable).copied()
    }

    /// Puts the pattern with the fewest rows first, then always the one that adds fewest.
    fn arrange(
        &mut self,
        snapshot: &Snapshot,
        mut patterns: Vec<Link>,
        mut filters: Vec<(Variable, Expression)>,
    ) -> Result<(), Stop> {
        let mut bound = vec![false; self.slots];
        while !patterns.is_empty() {
            let mut best: Option<(f64, usize)> = None;
            for (at, pattern) in patterns.iter().enumerate() {
                let cost = cost(snapshot, pattern, &bound, self.steps.is_empty())?;
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
            let (s_known, o_known) = (subject.is_known(&bound), object.is_known(&bound));
            if let Some(zero) = path {
                if !s_known && !o_known {
                    // A path of length zero would begin at every term.
                    let End::Slot(slot) = subject else {
                        return Err(Stop::Unfit);
                    };
                    let ids = subjects(snapshot, predicate)?;
                    self.steps.push(Step::Subjects { ids, subject: slot });
                }
                let forward = s_known || !o_known;
                let (from, to) = if forward {
                    (subject, object)
                } else {
                    (object, subject)
                };
                self.steps.push(Step::Reach(Reach {
                    predicate,
                    from,
                    to,
                    known: s_known && o_known,
                    forward,
                    zero,
                }));
            } else {
                self.steps.push(match (subject, s_known, o_known) {
                    (subject, true, known) => Step::Forward {
                        subject,
                        predicate,
                        object,
                        known,
                    },
                    (End::Slot(subject), _, true) if !self.steps.is_empty() => Step::Backward {
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
                self.steps
                    .push(Step::Keep(Filter::new(slot, variable, condition)));
            }
        }
        Ok(())
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
        let mut after = Vec::new();
        for step in self.steps.iter().rev() {
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
            }
        }
        after.reverse();
        self.live = after;
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

//! Translates a graph pattern for the batch executor. Triple patterns and filters are the core,
//! which may be joined in any order; left joins, mark joins, `BIND` and `MINUS` follow in the order
//! of the query.

use std::collections::{HashMap, HashSet};
use std::mem::take;

use oxrdf::{Term, Variable};
use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use super::Stop;
use super::core::{Condition, Core, Link, Part, Reading, Tail, slots};
use super::end::End;
use super::filter::is_plain;
use super::table::Table;
use crate::Snapshot;
use crate::rewrite::constant;
use crate::rewrite::{exists, for_each, fresh_variable, in_scope};
use crate::terms::canonical;

#[derive(Default)]
pub(super) struct Gathered {
    pub core: Core,
    pub names: HashMap<Variable, usize>,
    /// How many slots there are.
    pub slots: usize,
    /// A constant is not in the dictionary, so that there are no rows.
    pub empty: bool,
    /// What is done with the rows of the core, in this order.
    pub tail: Vec<Tail>,
    /// Variables without a value where they are read.
    pub absent: Vec<Variable>,
    /// Variables of the outer rows, if this is the pattern of an `EXISTS`.
    outside: HashSet<Variable>,
    /// Whether this is a part of another one: then it is patterns and filters alone.
    within: bool,
}

impl Gathered {
    fn slot(&mut self, variable: Variable) -> usize {
        let next = self.slots;
        let slot = *self.names.entry(variable).or_insert(next);
        self.slots = self.slots.max(slot + 1);
        slot
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
            TermPattern::Variable(variable) => Ok(End::Slot(self.slot(variable.clone()))),
            // A variable that cannot be asked for, and cannot be called the same.
            TermPattern::BlankNode(node) => {
                let name = format!("_:{}", node.as_str());
                Ok(End::Slot(self.slot(Variable::new_unchecked(name))))
            }
            TermPattern::NamedNode(_) | TermPattern::Literal(_) | TermPattern::Triple(_) => {
                match constant(pattern) {
                    Some(term) => self.term(snapshot, term.into()),
                    // Only the engine matches triple terms with variables.
                    None => Err(Stop::Unfit),
                }
            }
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
        self.core.patterns.push(Link {
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
        let empty_before = take(&mut self.empty);
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
        self.core.patterns.push(Link {
            subject,
            predicate,
            object,
            path: Some(zero),
        });
        Ok(())
    }

    pub fn gather(&mut self, snapshot: &Snapshot, pattern: &GraphPattern) -> Result<(), Stop> {
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
            GraphPattern::Values {
                variables,
                bindings,
            } => self.values(variables, bindings),
            GraphPattern::Filter { expr, inner } => {
                let mut own = self.inner(self.within);
                own.gather(snapshot, inner)?;
                own.filter(snapshot, expr, &in_scope(inner))?;
                self.take(own);
                Ok(())
            }
            GraphPattern::Extend {
                inner,
                variable,
                expression,
            } if !self.within => {
                let mut own = self.inner(false);
                own.gather(snapshot, inner)?;
                let (expression, reads) = own.plain(snapshot, expression, &in_scope(inner))?;
                let to = own.slot(variable.clone());
                own.tail.push(Tail::Bind(Reading { expression, reads }, to));
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
                let empty = take(&mut other.empty);
                other.gather(snapshot, right)?;
                if let Some(expression) = expression {
                    other.filter(snapshot, expression, &in_scope(right))?;
                }
                own.names = take(&mut other.names);
                own.slots = other.slots;
                own.absent.append(&mut other.absent);
                let known = own.core.slots();
                let part = other.part(&known);
                own.tail.push(Tail::Optional(part));
                own.empty = empty;
                self.take(own);
                Ok(())
            }
            GraphPattern::Minus { left, right } if !self.within => {
                let mut own = self.inner(false);
                own.gather(snapshot, left)?;
                let scope = in_scope(left);
                // Where nothing is shared nothing is taken away.
                if !scope.is_disjoint(&in_scope(right)) {
                    let mark = own.mark(snapshot, right, &scope)?;
                    let slot = own.slot(mark.clone());
                    own.tail.push(Tail::Keep(Reading {
                        expression: Expression::Not(Box::new(Expression::Variable(mark.clone()))),
                        reads: vec![(mark, slot)],
                    }));
                }
                self.take(own);
                Ok(())
            }
            _ => Err(Stop::Unfit),
        }
    }

    /// A table each of whose cells has a term: what has no value would join with anything.
    fn values(
        &mut self,
        variables: &[Variable],
        bindings: &[Vec<Option<GroundTerm>>],
    ) -> Result<(), Stop> {
        let rows = bindings.iter().map(|row| row.iter().cloned().collect());
        let rows: Option<Vec<Vec<GroundTerm>>> = rows.collect();
        let slots = variables.iter().map(|name| self.slot(name.clone()));
        let slots = slots.collect();
        let rows = rows.ok_or(Stop::Unfit)?;
        self.core.tables.push(Table { slots, rows });
        Ok(())
    }

    /// What was gathered, as a part that is looked up for rows in which these slots are known.
    fn part(self, known: &HashSet<usize>) -> Part {
        let own = self.core.slots();
        let mut new: Vec<usize> = own.difference(known).copied().collect();
        new.sort_unstable();
        Part {
            core: self.core,
            tail: self.tail,
            empty: self.empty,
            new,
        }
    }

    /// Decorrelates `EXISTS` into a mark join: a new variable says of each row whether the pattern
    /// has a solution for it. `scope` has the variables of the outer rows; the pattern's other
    /// variables are renamed apart.
    fn mark(
        &mut self,
        snapshot: &Snapshot,
        pattern: &GraphPattern,
        scope: &HashSet<Variable>,
    ) -> Result<Variable, Stop> {
        let known = self.core.slots();
        let certain = |variable: &Variable| {
            let slot = self.names.get(variable);
            slot.is_some_and(|slot| known.contains(slot))
        };
        let (names, open): (Vec<_>, Vec<_>) = scope.iter().partition(|variable| certain(variable));
        // What may have no value in a row would be free there and bound in another; and what only rows further
        // out have is theirs.
        let own = in_scope(pattern);
        let (mut further, all) = (self.outside.difference(scope), everywhere(pattern));
        if open.into_iter().any(|variable| own.contains(variable))
            || further.any(|variable| all.contains(variable))
        {
            return Err(Stop::Unfit);
        }
        let names = names
            .into_iter()
            .map(|name| (name.clone(), self.names[name]));
        let mut other = Self {
            names: names.collect(),
            slots: self.slots,
            within: true,
            outside: self.outside.union(scope).cloned().collect(),
            ..Self::default()
        };
        other.gather(snapshot, pattern)?;
        // What an expression within reads of the rows is theirs too.
        if other
            .absent
            .iter()
            .any(|variable| other.outside.contains(variable))
        {
            return Err(Stop::Unfit);
        }
        self.slots = other.slots;
        let part = other.part(&known);
        // Patterns are needed: rows without any are not looked up.
        if part.core.patterns.is_empty() {
            return Err(Stop::Unfit);
        }
        let mark = fresh_variable("mark", self.slots);
        let slot = self.slot(mark.clone());
        self.tail.push(Tail::Mark(part, slot));
        Ok(mark)
    }

    /// An expression that depends on nothing but variables of the rows that it stands on, and these. A pattern of
    /// `EXISTS` becomes a variable.
    fn plain(
        &mut self,
        snapshot: &Snapshot,
        expression: &Expression,
        scope: &HashSet<Variable>,
    ) -> Result<(Expression, Vec<(Variable, usize)>), Stop> {
        let mut expression = expression.clone();
        let mut marks = Vec::new();
        let mut patterns = Vec::new();
        exists(&mut expression, &mut patterns);
        for asked in patterns {
            let Expression::Exists(pattern) = asked else {
                continue;
            };
            let mark = self.mark(snapshot, pattern, scope)?;
            *asked = Expression::Variable(mark.clone());
            marks.push(mark);
        }
        let mut variables = HashSet::new();
        if !is_plain(&expression, &mut variables) {
            return Err(Stop::Unfit);
        }
        let mut reads = Vec::new();
        for variable in variables {
            if scope.contains(&variable) || marks.contains(&variable) {
                reads.push((variable.clone(), self.slot(variable)));
            } else {
                // It has no value here, and must have none in the end.
                self.absent.push(variable);
            }
        }
        reads.sort_by_key(|read| read.1);
        Ok((expression, reads))
    }

    /// What gathers a part of the pattern, with the same names.
    fn inner(&mut self, within: bool) -> Self {
        Self {
            names: take(&mut self.names),
            slots: self.slots,
            empty: self.empty,
            within,
            outside: self.outside.clone(),
            ..Self::default()
        }
    }

    fn take(&mut self, mut part: Self) {
        self.names = part.names;
        self.slots = part.slots;
        self.empty = part.empty;
        self.core.append(part.core);
        self.tail.append(&mut part.tail);
        self.absent.append(&mut part.absent);
    }

    /// Adds the conditions of an expression on what was gathered, in which rows may have the variables of a scope.
    fn filter(
        &mut self,
        snapshot: &Snapshot,
        expression: &Expression,
        scope: &HashSet<Variable>,
    ) -> Result<(), Stop> {
        if let Expression::And(left, right) = expression {
            self.filter(snapshot, left, scope)?;
            return self.filter(snapshot, right, scope);
        }
        let mut variables = HashSet::new();
        let plain = is_plain(expression, &mut variables);
        // A condition on one variable that every row has is judged as soon as it is known.
        if let (true, [variable]) = (plain, &*variables.into_iter().collect::<Vec<_>>()) {
            let slot = self.names.get(variable).copied();
            if let Some(slot) = slot
                && slots(&self.core.patterns).any(|known| known == slot)
            {
                self.core.filters.push(Condition {
                    slot,
                    variable: variable.clone(),
                    expression: expression.clone(),
                });
                return Ok(());
            }
        }
        let (expression, reads) = self.plain(snapshot, expression, scope)?;
        self.tail.push(Tail::Keep(Reading { expression, reads }));
        Ok(())
    }
}

/// The variables of a pattern and of all that it is made of, but those that only expressions have.
fn everywhere(pattern: &GraphPattern) -> HashSet<Variable> {
    let mut variables = HashSet::new();
    for_each(&mut pattern.clone(), &mut |part| {
        part.on_in_scope_variable(|variable| {
            variables.insert(variable.clone());
        });
    });
    variables
}

//! Filters of one variable: each different term is judged once, by the SPARQL engine.

use std::collections::HashSet;
use std::sync::Mutex;

use oxigraph::model::Dataset;
use spareval::{QueryEvaluator, QueryResults};
use spargebra::algebra::{Expression, Function, GraphPattern};
use spargebra::term::GroundTerm;

use super::{Stop, ground};
use crate::graph::model::{Literal, Query, Term, Variable};
use crate::graph::snapshot::Snapshot;

/// A condition on one variable.
pub(super) struct Filter {
    pub slot: usize,
    variable: Variable,
    condition: Expression,
    /// What is known of each term: nothing, that it stays, or that it goes.
    known: Mutex<Vec<Judged>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Judged {
    Unknown,
    Stays,
    Goes,
}

impl Filter {
    pub fn new(slot: usize, variable: Variable, condition: Expression) -> Self {
        Self {
            slot,
            variable,
            condition,
            known: Mutex::default(),
        }
    }

    /// The places of the terms that stay.
    pub fn kept(&self, snapshot: &Snapshot, ids: &[u32]) -> Result<Vec<u32>, Stop> {
        let mut known = self
            .known
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.is_empty() {
            known.resize(snapshot.0.counts().terms as usize + 1, Judged::Unknown);
        }
        let new: HashSet<u32> = ids
            .iter()
            .copied()
            .filter(|id| known.get(*id as usize) == Some(&Judged::Unknown))
            .collect();
        if !new.is_empty() {
            let new: Vec<u32> = new.into_iter().collect();
            self.judge(snapshot, &new, &mut known)?;
        }
        let kept = ids.iter().zip(0..);
        Ok(kept
            .filter(|(id, _)| known.get(**id as usize) == Some(&Judged::Stays))
            .map(|(_, at)| at)
            .collect())
    }

    /// Asks the engine which of these terms fulfil the condition.
    fn judge(&self, snapshot: &Snapshot, ids: &[u32], known: &mut [Judged]) -> Result<(), Stop> {
        let number = Variable::new_unchecked("number_of_the_term");
        let mut bindings = Vec::with_capacity(ids.len());
        for id in ids {
            let term = ground(snapshot.dictionary().term(*id)?).ok_or(Stop::Unfit)?;
            let number = GroundTerm::Literal(Literal::from(i64::from(*id)));
            bindings.push(vec![Some(term), Some(number)]);
        }
        let query = Query::Select {
            dataset: None,
            pattern: GraphPattern::Project {
                inner: Box::new(GraphPattern::Filter {
                    expr: self.condition.clone(),
                    inner: Box::new(GraphPattern::Values {
                        variables: vec![self.variable.clone(), number.clone()],
                        bindings,
                    }),
                }),
                variables: vec![number],
            },
            base_iri: None,
        };
        let nothing = Dataset::new();
        let evaluator = QueryEvaluator::new();
        let Ok(QueryResults::Solutions(rows)) = evaluator.prepare(&query).execute(&nothing) else {
            return Err(Stop::Unfit);
        };
        for id in ids {
            known[*id as usize] = Judged::Goes;
        }
        for row in rows {
            let row = row.map_err(|_| Stop::Unfit)?;
            let Some(Term::Literal(number)) = row.get(0) else {
                return Err(Stop::Unfit);
            };
            let id: usize = number.value().parse().map_err(|_| Stop::Unfit)?;
            known[id] = Judged::Stays;
        }
        Ok(())
    }
}

/// The conditions that must all hold, each of one variable; `None` if one is of more, of none, or
/// depends on anything but the variable.
pub(super) fn conditions(expression: &Expression) -> Option<Vec<(Variable, Expression)>> {
    if let Expression::And(left, right) = expression {
        let mut all = conditions(left)?;
        all.extend(conditions(right)?);
        return Some(all);
    }
    let mut variables = HashSet::new();
    if !is_plain(expression, &mut variables) || variables.len() != 1 {
        return None;
    }
    Some(vec![(variables.into_iter().next()?, expression.clone())])
}

/// Whether an expression is decided by the terms of its variables, which are gathered.
fn is_plain(expression: &Expression, variables: &mut HashSet<Variable>) -> bool {
    use Expression as E;
    match expression {
        E::NamedNode(_) | E::Literal(_) => true,
        E::Variable(variable) | E::Bound(variable) => {
            variables.insert(variable.clone());
            true
        }
        E::Or(a, b)
        | E::And(a, b)
        | E::Equal(a, b)
        | E::SameTerm(a, b)
        | E::Greater(a, b)
        | E::GreaterOrEqual(a, b)
        | E::Less(a, b)
        | E::LessOrEqual(a, b)
        | E::Add(a, b)
        | E::Subtract(a, b)
        | E::Multiply(a, b)
        | E::Divide(a, b) => is_plain(a, variables) && is_plain(b, variables),
        E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => is_plain(a, variables),
        E::If(a, b, c) => [a, b, c].into_iter().all(|part| is_plain(part, variables)),
        E::In(a, all) => is_plain(a, variables) && all.iter().all(|part| is_plain(part, variables)),
        E::Coalesce(all) => all.iter().all(|part| is_plain(part, variables)),
        E::FunctionCall(function, all) => {
            let drawn = matches!(
                function,
                Function::Rand
                    | Function::Now
                    | Function::Uuid
                    | Function::StrUuid
                    | Function::BNode
                    | Function::Iri
                    | Function::Custom(_)
            );
            !drawn && all.iter().all(|part| is_plain(part, variables))
        }
        E::Exists(_) => false,
    }
}

//! Filters on one variable: the SPARQL engine evaluates each different term once.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Mutex;

use oxrdf::{Term, Variable};
use oxsdatatypes::Decimal;
use spareval::ExpressionTerm;
use spargebra::algebra::{Expression, Function};

use super::Stop;
use super::columns::NOTHING;
use super::compute::Compute;
use super::computed_terms::ComputedTerms;
use super::core::{Condition, Reading};
use crate::Snapshot;
use crate::rewrite::operands;

/// A condition on one variable.
pub(super) struct Filter {
    pub slot: usize,
    condition: Compute,
    compared: Option<Compared>,
    /// What is known of each term: nothing, that it stays, or that it goes.
    known: Mutex<Vec<Judged>>,
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.condition.fmt(f)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Judged {
    Unknown,
    Stays,
    Goes,
}

impl Filter {
    pub fn new(condition: Condition) -> Self {
        Self {
            slot: condition.slot,
            compared: Compared::of(&condition.expression),
            condition: Compute::new(
                Reading {
                    expression: condition.expression,
                    reads: vec![(condition.variable, condition.slot)],
                },
                None,
            ),
            known: Mutex::default(),
        }
    }

    /// The places of the terms that stay.
    pub fn kept(
        &self,
        snapshot: &Snapshot,
        terms: &ComputedTerms,
        ids: &[u32],
    ) -> Result<Vec<u32>, Stop> {
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
        let mut open = Vec::new();
        for id in new {
            let compared = self.compared.as_ref();
            match compared.map_or(Ok(None), |compared| compared.judge(snapshot, id))? {
                Some(true) => known[id as usize] = Judged::Stays,
                Some(false) => known[id as usize] = Judged::Goes,
                None => open.push([id].into()),
            }
        }
        if !open.is_empty() {
            let found = self.condition.ask(snapshot, terms, &open)?;
            for (row, found) in open.iter().zip(found) {
                known[row[0] as usize] = match found {
                    NOTHING => Judged::Goes,
                    _ => Judged::Stays,
                };
            }
        }
        let kept = ids.iter().zip(0..);
        Ok(kept
            .filter(|(id, _)| known.get(**id as usize) == Some(&Judged::Stays))
            .map(|(_, at)| at)
            .collect())
    }
}

/// A comparison with a number: integers and decimals are judged here, for that is what most conditions
/// are.
struct Compared {
    number: Decimal,
    holds: fn(Ordering) -> bool,
}

impl Compared {
    fn of(condition: &Expression) -> Option<Self> {
        use Expression as E;
        let (left, right, holds): (_, _, fn(Ordering) -> bool) = match condition {
            E::Less(a, b) => (a, b, Ordering::is_lt),
            E::LessOrEqual(a, b) => (a, b, Ordering::is_le),
            E::Greater(a, b) => (a, b, Ordering::is_gt),
            E::GreaterOrEqual(a, b) => (a, b, Ordering::is_ge),
            E::Equal(a, b) => (a, b, Ordering::is_eq),
            _ => return None,
        };
        let (E::Variable(_), E::Literal(literal)) = (left.as_ref(), right.as_ref()) else {
            return None;
        };
        let number = match ExpressionTerm::from(Term::from(literal.clone())) {
            ExpressionTerm::IntegerLiteral(value) => value.into(),
            ExpressionTerm::DecimalLiteral(value) => value,
            _ => return None,
        };
        Some(Self { number, holds })
    }

    /// Whether it holds for a term; `None` if the engine has to say.
    fn judge(&self, snapshot: &Snapshot, id: u32) -> Result<Option<bool>, Stop> {
        let value: Decimal = match snapshot.dictionary().value(id)? {
            Some(ExpressionTerm::IntegerLiteral(value)) => value.into(),
            Some(ExpressionTerm::DecimalLiteral(value)) => value,
            _ => return Ok(None),
        };
        Ok(Some((self.holds)(value.cmp(&self.number))))
    }
}

/// Whether an expression is decided by the terms of its variables, which are gathered.
pub(super) fn is_plain(expression: &Expression, variables: &mut HashSet<Variable>) -> bool {
    match expression {
        Expression::Exists(_) => return false,
        Expression::Variable(variable) | Expression::Bound(variable) => {
            variables.insert(variable.clone());
        }
        Expression::FunctionCall(function, _) => {
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
            if drawn {
                return false;
            }
        }
        _ => {}
    }
    let mut operands = operands(expression).into_iter();
    operands.all(|operand| is_plain(operand, variables))
}

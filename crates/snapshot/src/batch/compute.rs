//! Computes expressions of rows: the SPARQL engine evaluates each different row of terms once.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use oxrdf::{Literal, Term, Variable};
use rustc_hash::{FxHashMap, FxHashSet};
use spareval::{QueryEvaluator, QueryResults};
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::GroundTerm;

use super::columns::{Batch, NOTHING};
use super::computed_terms::ComputedTerms;
use super::core::Reading;
use super::{Stop, ground};
use crate::guard::Guard;
use crate::rewrite::fresh_variable;
use crate::{Snapshot, View};

/// The most rows of terms whose results are cached.
const MOST_KNOWN: usize = 1 << 20;

/// An expression that fills a new slot (`BIND`), or a condition that drops rows (`FILTER`).
pub(super) struct Compute {
    expression: Expression,
    /// The variables that it reads, and their slots.
    pub reads: Vec<(Variable, usize)>,
    /// The slot; `None` for a condition.
    pub to: Option<usize>,
    /// Cache: the number of the result for each row of terms.
    known: Mutex<FxHashMap<Box<[u32]>, u32>>,
}

impl fmt::Display for Compute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)
    }
}

impl Compute {
    pub fn new(reading: Reading, to: Option<usize>) -> Self {
        Self {
            expression: reading.expression,
            reads: reading.reads,
            to,
            known: Mutex::default(),
        }
    }

    /// The number of the result for each row; [`NOTHING`] where the expression has no value or the
    /// condition does not hold.
    pub fn of(
        &self,
        snapshot: &Snapshot,
        terms: &ComputedTerms,
        batch: &Batch,
    ) -> Result<Vec<u32>, Stop> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > MOST_KNOWN {
            known.clear();
        }
        let mut key = vec![NOTHING; self.reads.len()];
        let read = |row: usize, key: &mut Vec<u32>| {
            for (cell, (_, slot)) in key.iter_mut().zip(&self.reads) {
                *cell = batch.columns[*slot][row];
            }
        };
        let mut open: FxHashSet<Box<[u32]>> = FxHashSet::default();
        for row in 0..batch.rows {
            read(row, &mut key);
            if !known.contains_key(key.as_slice()) && !open.contains(key.as_slice()) {
                open.insert(key.as_slice().into());
            }
        }
        if !open.is_empty() {
            let open: Vec<Box<[u32]>> = open.into_iter().collect();
            let found = self.ask(snapshot, terms, &open)?;
            known.extend(open.into_iter().zip(found));
        }
        let mut cells = Vec::with_capacity(batch.rows);
        for row in 0..batch.rows {
            read(row, &mut key);
            cells.push(known.get(key.as_slice()).copied().unwrap_or(NOTHING));
        }
        Ok(cells)
    }

    /// Lets the engine evaluate the expression for different rows of terms.
    pub fn ask(
        &self,
        snapshot: &Snapshot,
        terms: &ComputedTerms,
        rows: &[Box<[u32]>],
    ) -> Result<Vec<u32>, Stop> {
        let (number, value) = (fresh_variable("number", 0), fresh_variable("value", 0));
        let mut bindings = Vec::with_capacity(rows.len());
        for (at, row) in (0_i64..).zip(rows) {
            let mut cells = Vec::with_capacity(row.len() + 1);
            for id in row {
                cells.push(match *id {
                    NOTHING => None,
                    id => Some(ground(terms.term(snapshot, id)?).ok_or(Stop::Unfit)?),
                });
            }
            cells.push(Some(GroundTerm::Literal(Literal::from(at))));
            bindings.push(cells);
        }
        let variables = self.reads.iter().map(|(variable, _)| variable.clone());
        let table = GraphPattern::Values {
            variables: variables.chain([number.clone()]).collect(),
            bindings,
        };
        let expression = match self.to {
            Some(_) => self.expression.clone(),
            // A condition holds by the value that it has as one.
            None => Expression::If(
                Box::new(self.expression.clone()),
                Box::new(Expression::Literal(Literal::from(true))),
                Box::new(Expression::Variable(fresh_variable("nothing", 0))),
            ),
        };
        let query = Query::Select {
            dataset: None,
            pattern: GraphPattern::Project {
                inner: Box::new(GraphPattern::Extend {
                    inner: Box::new(table),
                    variable: value.clone(),
                    expression,
                }),
                variables: vec![number, value],
            },
            base_iri: None,
        };
        let guard = Guard::default();
        let nothing = View::new(snapshot, Some(&[]))?.watched(guard.clone());
        let evaluator = QueryEvaluator::new();
        let QueryResults::Solutions(solutions) = evaluator.prepare(&query).execute(nothing)? else {
            return Err(Stop::Unfit);
        };
        let mut found = vec![NOTHING; rows.len()];
        for solution in solutions {
            let solution = solution?;
            let Some(Term::Literal(at)) = solution.get(0) else {
                return Err(Stop::Unfit);
            };
            let at: usize = at.value().parse().map_err(|_| Stop::Unfit)?;
            if let (Some(term), Some(cell)) = (solution.get(1), found.get_mut(at)) {
                *cell = terms.number(snapshot, term.clone())?;
            }
        }
        guard.check()?;
        Ok(found)
    }
}

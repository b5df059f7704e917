//! Hash aggregation over joins: counts, sums, means, minima and maxima.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use oxrdf::{Term, Variable};
use oxsdatatypes::{Decimal, Integer};
use rustc_hash::{FxHashMap, FxHashSet};
use spareval::ExpressionTerm;
use spargebra::algebra::{AggregateExpression, AggregateFunction, Expression, GraphPattern};
use spargebra::term::GroundTerm;

use super::columns::{Batch, NOTHING};
use super::computed_terms::ComputedTerms;
use super::join::Batches;
use super::plan::Plan;
use super::{Context, Stop, ground, may_hold};
use crate::Snapshot;
use crate::rewrite::fresh_variable;

/// The most variables that rows are grouped by.
const KEYS: usize = 4;
/// Rows below which a second thread costs more than it saves.
const PARALLEL: usize = 1 << 14;

type Key = [u32; KEYS];

/// What a group, or an aggregate of it, takes: in numbers of four bytes.
const STATE: usize = size_of::<State>() / size_of::<u32>();

/// What is computed of each group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aggregate {
    Count,
    /// Of rows in which a variable has a value.
    CountBound(usize),
    /// Of different terms.
    CountDifferent(usize),
    Sum(usize),
    Mean(usize),
    Least(usize),
    Greatest(usize),
}

/// An aggregate of one group so far.
#[derive(Default)]
struct State {
    count: u64,
    integers: i128,
    decimals: Option<Decimal>,
    extreme: Option<u32>,
    different: FxHashSet<u32>,
}

/// What is grouped, by which variables, and what is computed of each group.
type Grouping<'g> = (
    &'g GraphPattern,
    &'g [Variable],
    &'g [(Variable, AggregateExpression)],
);

/// The result of a group as a table that replaces it in the query, and its number of cells: `most`
/// at most.
pub(super) fn table(
    context: &Context<'_>,
    (inner, variables, aggregates): Grouping<'_>,
    most: usize,
) -> Result<(GraphPattern, usize), Stop> {
    if variables.len() > KEYS {
        return Err(Stop::Unfit);
    }
    let (inner, aggregates) = computed_before(inner, aggregates);
    let mut wanted = variables.to_vec();
    for (_, aggregate) in aggregates.as_ref() {
        if let AggregateExpression::FunctionCall {
            expr: Expression::Variable(variable),
            ..
        } = aggregate
        {
            wanted.push(variable.clone());
        }
    }
    let plan = Plan::of(context.snapshot, &context.graphs, &inner, &wanted)?;
    let slot = |variable: &Variable| plan.slot(variable).ok_or(Stop::Unfit);
    let keys: Vec<usize> = variables.iter().map(slot).collect::<Result<_, _>>()?;
    let computed: Vec<Aggregate> = aggregates
        .iter()
        .map(|(_, aggregate)| of(aggregate, &plan))
        .collect::<Result<_, _>>()?;
    let plan = Arc::new(plan);
    let rows = Batches::first_rows(context.snapshot, &plan)?;
    let part = |rows: Range<usize>| -> Result<Groups, Stop> {
        let snapshot = context.snapshot.clone();
        let batches = Batches::part(snapshot, Arc::clone(&plan), context.token.clone(), rows);
        let mut groups = Groups::default();
        for batch in batches {
            groups.add((context.snapshot, &plan), &batch?, &keys, &computed)?;
            may_hold(groups.states.len() + groups.numbers.len(), STATE)?;
            may_hold(groups.different, 4)?;
        }
        Ok(groups)
    };
    // To ask how many cores there are takes as long as a small group.
    let threads = if rows.len() < PARALLEL {
        1
    } else {
        std::thread::available_parallelism().map_or(1, usize::from)
    };
    let mut groups = if threads == 1 {
        part(rows)?
    } else {
        let each = rows.len().div_ceil(threads);
        std::thread::scope(|scope| {
            let parts: Vec<_> = (0..threads)
                .map(|at| {
                    let from = (rows.start + at * each).min(rows.end);
                    let to = (from + each).min(rows.end);
                    let part = &part;
                    scope.spawn(move || part(from..to))
                })
                .collect();
            let mut all = Groups::default();
            for part in parts {
                match part.join() {
                    Ok(groups) => all.merge(context.snapshot, groups?, &computed)?,
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok::<_, Stop>(all)
        })?
    };
    if variables.is_empty() && groups.numbers.is_empty() {
        groups.group([0; KEYS], computed.len());
    }
    let cells = groups.numbers.len() * (variables.len() + computed.len());
    if cells > most {
        return Err(Stop::Unfit);
    }
    let columns = variables
        .iter()
        .chain(aggregates.iter().map(|(name, _)| name));
    let bindings = groups.bindings((context.snapshot, &plan), variables.len(), &computed)?;
    let variables = columns.cloned().collect();
    let table = GraphPattern::Values {
        variables,
        bindings,
    };
    Ok((table, cells))
}

/// What is grouped, with what aggregates read computed as variables of its own.
fn computed_before<'g>(
    inner: &'g GraphPattern,
    aggregates: &'g [(Variable, AggregateExpression)],
) -> (
    Cow<'g, GraphPattern>,
    Cow<'g, [(Variable, AggregateExpression)]>,
) {
    let is_computed = |aggregate: &AggregateExpression| {
        matches!(aggregate, AggregateExpression::FunctionCall { expr, .. }
            if !matches!(expr, Expression::Variable(_)))
    };
    if !aggregates
        .iter()
        .any(|(_, aggregate)| is_computed(aggregate))
    {
        return (Cow::Borrowed(inner), Cow::Borrowed(aggregates));
    }
    let (mut inner, mut aggregates) = (inner.clone(), aggregates.to_vec());
    for (at, (_, aggregate)) in aggregates.iter_mut().enumerate() {
        if is_computed(aggregate)
            && let AggregateExpression::FunctionCall { expr, .. } = aggregate
        {
            let variable = fresh_variable("argument", at);
            let expression = std::mem::replace(expr, Expression::Variable(variable.clone()));
            inner = GraphPattern::Extend {
                inner: Box::new(inner),
                variable,
                expression,
            };
        }
    }
    (Cow::Owned(inner), Cow::Owned(aggregates))
}

fn of(aggregate: &AggregateExpression, plan: &Plan) -> Result<Aggregate, Stop> {
    match aggregate {
        AggregateExpression::CountSolutions { distinct: false } => Ok(Aggregate::Count),
        AggregateExpression::FunctionCall {
            name,
            expr: Expression::Variable(variable),
            distinct,
        } => {
            let slot = plan.slot(variable).ok_or(Stop::Unfit)?;
            match (name, distinct) {
                (AggregateFunction::Count, false) if plan.is_certain(slot) => Ok(Aggregate::Count),
                (AggregateFunction::Count, false) => Ok(Aggregate::CountBound(slot)),
                (AggregateFunction::Count, true) => Ok(Aggregate::CountDifferent(slot)),
                (AggregateFunction::Sum, false) => Ok(Aggregate::Sum(slot)),
                (AggregateFunction::Avg, false) => Ok(Aggregate::Mean(slot)),
                (AggregateFunction::Min, _) => Ok(Aggregate::Least(slot)),
                (AggregateFunction::Max, _) => Ok(Aggregate::Greatest(slot)),
                _ => Err(Stop::Unfit),
            }
        }
        _ => Err(Stop::Unfit),
    }
}

/// The hash table of groups.
#[derive(Default)]
struct Groups {
    numbers: FxHashMap<Key, usize>,
    /// States of the first group's aggregates, then of the second's.
    states: Vec<State>,
    /// Terms that are told apart, of all groups.
    different: usize,
}

impl Groups {
    fn group(&mut self, key: Key, aggregates: usize) -> usize {
        let next = self.numbers.len();
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.states
                .extend(std::iter::repeat_with(State::default).take(aggregates));
        }
        number * aggregates
    }

    fn add(
        &mut self,
        (snapshot, plan): (&Snapshot, &Plan),
        batch: &Batch,
        keys: &[usize],
        aggregates: &[Aggregate],
    ) -> Result<(), Stop> {
        let mut key = [0; KEYS];
        let mut at_hand: Option<(Key, usize)> = None;
        for row in 0..batch.rows {
            for (part, slot) in key.iter_mut().zip(keys) {
                *part = batch.columns[*slot][row];
            }
            let first = match at_hand {
                Some((known, first)) if known == key => first,
                _ => self.group(key, aggregates.len()),
            };
            at_hand = Some((key, first));
            for (state, aggregate) in self.states[first..].iter_mut().zip(aggregates) {
                let bound = |slot: usize| batch.columns[slot][row] != NOTHING;
                state.count += 1;
                match aggregate {
                    Aggregate::Count => {}
                    Aggregate::CountBound(slot) => state.count -= u64::from(!bound(*slot)),
                    Aggregate::CountDifferent(slot) => {
                        if bound(*slot) {
                            let new = state.different.insert(batch.columns[*slot][row]);
                            self.different += usize::from(new);
                        }
                    }
                    Aggregate::Sum(slot) | Aggregate::Mean(slot) => {
                        state.sum(snapshot, plan, batch.columns[*slot][row])?;
                    }
                    Aggregate::Least(slot) => {
                        state.extreme(snapshot, batch.columns[*slot][row], Ordering::Less)?;
                    }
                    Aggregate::Greatest(slot) => {
                        state.extreme(snapshot, batch.columns[*slot][row], Ordering::Greater)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn merge(
        &mut self,
        snapshot: &Snapshot,
        other: Self,
        aggregates: &[Aggregate],
    ) -> Result<(), Stop> {
        let mut states: Vec<Option<State>> = other.states.into_iter().map(Some).collect();
        for (key, number) in other.numbers {
            let first = self.group(key, aggregates.len());
            for (at, aggregate) in aggregates.iter().enumerate() {
                let Some(from) = states[number * aggregates.len() + at].take() else {
                    continue;
                };
                let state = &mut self.states[first + at];
                state.count += from.count;
                state.integers += from.integers;
                if let Some(sum) = from.decimals {
                    state.add(sum)?;
                }
                if let Some(extreme) = from.extreme {
                    let order = match aggregate {
                        Aggregate::Greatest(_) => Ordering::Greater,
                        _ => Ordering::Less,
                    };
                    state.extreme(snapshot, extreme, order)?;
                }
                state.different.extend(from.different);
            }
        }
        Ok(())
    }

    fn bindings(
        &self,
        (snapshot, plan): (&Snapshot, &Plan),
        keys: usize,
        aggregates: &[Aggregate],
    ) -> Result<Vec<Vec<Option<GroundTerm>>>, Stop> {
        let mut rows = Vec::with_capacity(self.numbers.len());
        for (key, number) in &self.numbers {
            let mut row = Vec::with_capacity(keys + aggregates.len());
            for id in &key[..keys] {
                row.push(match *id {
                    NOTHING => None,
                    id => Some(ground(plan.term(snapshot, id)?).ok_or(Stop::Unfit)?),
                });
            }
            let states = &self.states[number * aggregates.len()..];
            for (state, aggregate) in states.iter().zip(aggregates) {
                let term = state.finish(snapshot, *aggregate)?;
                row.push(match term {
                    Some(term) => Some(ground(term).ok_or(Stop::Unfit)?),
                    None => None,
                });
            }
            rows.push(row);
        }
        Ok(rows)
    }
}

impl State {
    /// Adds a number. Only the engine adds floating-point numbers, whose sum depends on the order,
    /// and what is no number.
    fn sum(&mut self, snapshot: &Snapshot, plan: &Plan, id: u32) -> Result<(), Stop> {
        let value = match id {
            NOTHING => None,
            id if ComputedTerms::has(snapshot, id) => Some(plan.term(snapshot, id)?.into()),
            id => snapshot.dictionary().value(id)?,
        };
        match value {
            Some(ExpressionTerm::IntegerLiteral(value)) => {
                self.integers += i128::from(i64::from(value));
                Ok(())
            }
            Some(ExpressionTerm::DecimalLiteral(value)) => self.add(value),
            _ => Err(Stop::Unfit),
        }
    }

    fn add(&mut self, value: Decimal) -> Result<(), Stop> {
        let sum = self.decimals.unwrap_or_default().checked_add(value);
        self.decimals = Some(sum.ok_or(Stop::Unfit)?);
        Ok(())
    }

    /// Keeps the smaller or the greater of two terms. Where their order is ambiguous, the engine
    /// has to decide.
    fn extreme(&mut self, snapshot: &Snapshot, new: u32, order: Ordering) -> Result<(), Stop> {
        in_dictionary(snapshot, new)?;
        let Some(old) = self.extreme else {
            self.extreme = Some(new);
            // One that does not compare with itself compares with nothing.
            return compare(snapshot, new, new).map(drop);
        };
        if old != new && compare(snapshot, new, old)? == order {
            self.extreme = Some(new);
        }
        Ok(())
    }

    fn finish(&self, snapshot: &Snapshot, aggregate: Aggregate) -> Result<Option<Term>, Stop> {
        let integer = |number: i128| {
            i64::try_from(number)
                .map(Integer::from)
                .map_err(|_| Stop::Unfit)
        };
        let value = match aggregate {
            Aggregate::Count | Aggregate::CountBound(_) => {
                ExpressionTerm::IntegerLiteral(integer(i128::from(self.count))?)
            }
            Aggregate::CountDifferent(_) => {
                ExpressionTerm::IntegerLiteral(integer(self.different.len() as i128)?)
            }
            Aggregate::Sum(_) | Aggregate::Mean(_) => {
                let integers = integer(self.integers)?;
                let sum = match self.decimals {
                    None => None,
                    Some(sum) => Some(sum.checked_add(integers).ok_or(Stop::Unfit)?),
                };
                match (aggregate, sum) {
                    (Aggregate::Sum(_), None) => ExpressionTerm::IntegerLiteral(integers),
                    (Aggregate::Sum(_), Some(sum)) => ExpressionTerm::DecimalLiteral(sum),
                    _ if self.count == 0 => ExpressionTerm::IntegerLiteral(0.into()),
                    (_, sum) => {
                        let sum = sum.unwrap_or_else(|| Decimal::from(integers));
                        let mean = sum.checked_div(integer(i128::from(self.count))?);
                        ExpressionTerm::DecimalLiteral(mean.ok_or(Stop::Unfit)?)
                    }
                }
            }
            Aggregate::Least(_) | Aggregate::Greatest(_) => {
                return match self.extreme {
                    Some(id) => Ok(Some(snapshot.dictionary().term(id)?)),
                    None => Ok(None),
                };
            }
        };
        Ok(Some(value.into()))
    }
}

/// What has no value, and terms that were computed, are the engine's to compare.
fn in_dictionary(snapshot: &Snapshot, id: u32) -> Result<(), Stop> {
    if id == NOTHING || ComputedTerms::has(snapshot, id) {
        return Err(Stop::Unfit);
    }
    Ok(())
}

/// How two terms of one kind compare: numbers by value; IRIs, and strings, by their place in the
/// dictionary, which is sorted.
fn compare(snapshot: &Snapshot, a: u32, b: u32) -> Result<Ordering, Stop> {
    let counts = snapshot.0.counts();
    let dictionary = snapshot.dictionary();
    let is_node = |id: u32| u64::from(id) <= counts.nodes;
    if is_node(a) && is_node(b) {
        return Ok(a.cmp(&b));
    }
    match (dictionary.value(a)?, dictionary.value(b)?) {
        (Some(ExpressionTerm::IntegerLiteral(a)), Some(ExpressionTerm::IntegerLiteral(b))) => {
            Ok(a.cmp(&b))
        }
        (Some(ExpressionTerm::DecimalLiteral(a)), Some(ExpressionTerm::DecimalLiteral(b))) => {
            Ok(a.cmp(&b))
        }
        (None, None) => match (dictionary.term(a)?, dictionary.term(b)?) {
            (Term::Literal(first), Term::Literal(second))
                if first.datatype() == oxrdf::vocab::xsd::STRING
                    && second.datatype() == oxrdf::vocab::xsd::STRING =>
            {
                Ok(a.cmp(&b))
            }
            _ => Err(Stop::Unfit),
        },
        _ => Err(Stop::Unfit),
    }
}

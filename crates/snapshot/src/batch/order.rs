//! `ORDER BY` where each variable has terms of one kind: their order is that of their dictionary
//! numbers, or of their values.

use oxrdf::vocab::xsd;
use oxrdf::{Term, Variable};
use spareval::ExpressionTerm;
use spargebra::algebra::{Expression, OrderExpression};

use super::columns::{Batch, NOTHING};
use super::computed_terms::ComputedTerms;
use super::plan::Plan;
use super::{Stop, may_hold};
use crate::Snapshot;

/// A variable that rows are sorted by.
pub(super) struct Key {
    pub variable: Variable,
    pub descending: bool,
}

/// The variables of an order; expressions are the engine's.
pub(super) fn keys(order: &[OrderExpression]) -> Result<Vec<Key>, Stop> {
    let key = |expression: &OrderExpression| {
        let (expression, descending) = match expression {
            OrderExpression::Asc(expression) => (expression, false),
            OrderExpression::Desc(expression) => (expression, true),
        };
        match expression {
            Expression::Variable(variable) => Ok(Key {
                variable: variable.clone(),
                descending,
            }),
            _ => Err(Stop::Unfit),
        }
    };
    order.iter().map(key).collect()
}

/// Rows beyond those that are wanted which are gathered before they are sorted out.
const SPARE: usize = 1 << 18;

/// The first rows, `most` at most, as one batch, sorted by these columns.
pub(super) fn sorted(
    (snapshot, plan): (&Snapshot, &Plan),
    batches: impl Iterator<Item = Result<Batch, Stop>>,
    keys: &[(usize, bool)],
    most: usize,
) -> Result<Batch, Stop> {
    let mut all = Batch::default();
    for batch in batches {
        let batch = batch?;
        all.columns.resize(batch.columns.len(), Vec::new());
        all.append(&batch);
        if all.rows > most.saturating_add(SPARE) {
            sort((snapshot, plan), &mut all, keys, most)?;
        }
        let held = all.columns.iter().filter(|column| !column.is_empty());
        may_hold(all.rows, held.count())?;
    }
    sort((snapshot, plan), &mut all, keys, most)?;
    Ok(all)
}

/// Puts rows in order and forgets those after the first `most`.
fn sort(
    (snapshot, plan): (&Snapshot, &Plan),
    all: &mut Batch,
    keys: &[(usize, bool)],
    most: usize,
) -> Result<(), Stop> {
    if all.rows == 0 {
        return Ok(());
    }
    let mut places: Vec<u32> = (0..all.rows as u32).collect();
    // The last key first: each sorting keeps the order of what is equal.
    for (slot, descending) in keys.iter().rev() {
        let ranks = ranks(snapshot, plan, &all.columns[*slot])?;
        let rank = |place: &u32| ranks[*place as usize];
        if *descending {
            places.sort_by_key(|place| std::cmp::Reverse(rank(place)));
        } else {
            places.sort_by_key(rank);
        }
    }
    places.truncate(most);
    all.rows = places.len();
    for column in all.columns.iter_mut().filter(|column| !column.is_empty()) {
        *column = places.iter().map(|place| column[*place as usize]).collect();
    }
    Ok(())
}

/// A number for each cell, in the order of its terms.
fn ranks(snapshot: &Snapshot, plan: &Plan, cells: &[u32]) -> Result<Vec<u32>, Stop> {
    let mut ids = cells.to_vec();
    // What has no value comes first, as its number does.
    ids.retain(|id| *id != NOTHING);
    ids.sort_unstable();
    ids.dedup();
    let (first, last) = match (ids.first(), ids.last()) {
        (Some(first), Some(last)) => (*first, *last),
        _ => return Ok(cells.to_vec()),
    };
    let nodes = snapshot.0.counts().nodes;
    // Blank nodes, then IRIs, each by their text: the order of the dictionary.
    if u64::from(last) <= nodes {
        return Ok(cells.to_vec());
    }
    let is_string = |id: u32| -> Result<bool, Stop> {
        Ok(matches!(plan.term(snapshot, id)?, Term::Literal(text)
            if text.datatype() == xsd::STRING))
    };
    let computed = ComputedTerms::has(snapshot, last);
    if computed && is_string(first)? {
        return ranks_of_strings(snapshot, plan, &ids, cells);
    }
    // Strings lie together.
    if !computed && u64::from(first) > nodes && is_string(first)? && is_string(last)? {
        return Ok(cells.to_vec());
    }
    let mut integers = Vec::with_capacity(ids.len());
    let mut decimals = Vec::with_capacity(ids.len());
    for id in &ids {
        let value = if ComputedTerms::has(snapshot, *id) {
            Some(plan.term(snapshot, *id)?.into())
        } else {
            snapshot.dictionary().value(*id)?
        };
        match value {
            Some(ExpressionTerm::IntegerLiteral(value)) => integers.push((value, *id)),
            Some(ExpressionTerm::DecimalLiteral(value)) => decimals.push((value, *id)),
            _ => return Err(Stop::Unfit),
        }
    }
    let ordered: Vec<u32> = match (integers.is_empty(), decimals.is_empty()) {
        (false, true) => {
            integers.sort_unstable();
            integers.into_iter().map(|(_, id)| id).collect()
        }
        (true, false) => {
            decimals.sort_unstable();
            decimals.into_iter().map(|(_, id)| id).collect()
        }
        _ => return Err(Stop::Unfit),
    };
    Ok(ranked(&ids, &ordered, cells))
}

/// A number for each cell, where some were computed: those of strings.
fn ranks_of_strings(
    snapshot: &Snapshot,
    plan: &Plan,
    ids: &[u32],
    cells: &[u32],
) -> Result<Vec<u32>, Stop> {
    let mut texts = Vec::with_capacity(ids.len());
    for id in ids {
        match plan.term(snapshot, *id)? {
            Term::Literal(text) if text.datatype() == xsd::STRING => {
                texts.push((text.value().to_owned(), *id));
            }
            _ => return Err(Stop::Unfit),
        }
    }
    texts.sort_unstable();
    let ordered: Vec<u32> = texts.into_iter().map(|(_, id)| id).collect();
    Ok(ranked(ids, &ordered, cells))
}

/// The place of each cell's number among ordered ones, from 1 on; `ids` are the same, ascending.
fn ranked(ids: &[u32], ordered: &[u32], cells: &[u32]) -> Vec<u32> {
    let mut rank_of = vec![0; ids.len()];
    for (rank, id) in (1..).zip(ordered) {
        if let Ok(at) = ids.binary_search(id) {
            rank_of[at] = rank;
        }
    }
    let rank = |cell: &u32| ids.binary_search(cell).map_or(0, |at| rank_of[at]);
    cells.iter().map(rank).collect()
}

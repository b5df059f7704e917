//! The operators of the batch executor before they are put in order.

use std::collections::HashSet;

use oxrdf::Variable;
use spargebra::algebra::Expression;

use super::end::End;
use super::table::Table;

/// Patterns, tables and conditions, in any order.
#[derive(Default)]
pub(super) struct Core {
    pub patterns: Vec<Link>,
    pub tables: Vec<Table>,
    pub filters: Vec<Condition>,
}

impl Core {
    /// The slots that it gives a value in every row.
    pub fn slots(&self) -> HashSet<usize> {
        let tables = self.tables.iter().flat_map(|table| &table.slots);
        slots(&self.patterns).chain(tables.copied()).collect()
    }

    pub fn append(&mut self, mut other: Self) {
        self.patterns.append(&mut other.patterns);
        self.tables.append(&mut other.tables);
        self.filters.append(&mut other.filters);
    }
}

/// A triple pattern, or a path of any length along its predicate.
#[derive(Clone, Copy)]
pub(super) struct Link {
    pub subject: End,
    pub predicate: u32,
    pub object: End,
    /// For a path: whether one of length zero counts.
    pub path: Option<bool>,
}

/// What is done with the rows of the join, in the order of the query.
pub(super) enum Tail {
    /// A left join (`OPTIONAL`).
    Optional(Part),
    /// A mark join (`EXISTS`): a slot says whether the row has a match.
    Mark(Part, usize),
    /// Computes a slot (`BIND`).
    Bind(Reading, usize),
    /// Drops rows (`FILTER`).
    Keep(Reading),
}

/// A condition on one variable, and its slot.
pub(super) struct Condition {
    pub slot: usize,
    pub variable: Variable,
    pub expression: Expression,
}

/// An expression with the variables that it reads, and their slots.
pub(super) struct Reading {
    pub expression: Expression,
    pub reads: Vec<(Variable, usize)>,
}

/// The inner side of a left join or mark join, before its join order is chosen.
pub(super) struct Part {
    pub core: Core,
    /// Marks and conditions.
    pub tail: Vec<Tail>,
    pub empty: bool,
    /// The slots that are not known before.
    pub new: Vec<usize>,
}

/// The slots of patterns.
pub(super) fn slots(patterns: &[Link]) -> impl Iterator<Item = usize> {
    let ends = patterns.iter().flat_map(|link| [link.subject, link.object]);
    ends.filter_map(|end| match end {
        End::Slot(slot) => Some(slot),
        End::Term(_) => None,
    })
}

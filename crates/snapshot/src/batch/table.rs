//! Hash joins with tables (`VALUES`).

use oxrdf::Variable;
use rustc_hash::FxHashMap;
use spargebra::algebra::{Expression, GraphPattern};
use spargebra::term::GroundTerm;

use super::Stop;
use super::columns::{Batch, keep};
use super::computed_terms::ComputedTerms;
use crate::Snapshot;

/// A table of terms, none of which is missing, and the slots of its columns.
#[derive(Clone)]
pub(super) struct Table {
    pub slots: Vec<usize>,
    pub rows: Vec<Vec<GroundTerm>>,
}

/// The hash table of a join.
pub(super) struct Joined {
    /// Slots that rows have before the join: the join key.
    pub known: Vec<usize>,
    /// Slots that the join adds.
    pub new: Vec<usize>,
    /// Cells of the new columns by the cells of the known ones.
    cells: FxHashMap<Box<[u32]>, Vec<Box<[u32]>>>,
    pub rows: usize,
}

impl Joined {
    pub fn new(
        snapshot: &Snapshot,
        terms: &ComputedTerms,
        table: &Table,
        bound: &[bool],
    ) -> Result<Self, Stop> {
        let (known, new): (Vec<usize>, Vec<usize>) =
            (0..table.slots.len()).partition(|at| bound[table.slots[*at]]);
        let mut cells: FxHashMap<Box<[u32]>, Vec<Box<[u32]>>> = FxHashMap::default();
        for row in &table.rows {
            let number = |at: &usize| terms.number(snapshot, row[*at].clone().into());
            let key: Box<[u32]> = known.iter().map(number).collect::<Result<_, _>>()?;
            let found: Box<[u32]> = new.iter().map(number).collect::<Result<_, _>>()?;
            cells.entry(key).or_default().push(found);
        }
        let slots = |places: Vec<usize>| places.into_iter().map(|at| table.slots[at]).collect();
        Ok(Self {
            known: slots(known),
            new: slots(new),
            cells,
            rows: table.rows.len(),
        })
    }

    /// Joins the rows of a batch until they are `most`; gives those that are left.
    pub fn join(&self, (live, most): (&[bool], usize), batch: &mut Batch) -> Option<Batch> {
        let mut kept = Vec::with_capacity(batch.rows);
        let mut found: Vec<Vec<u32>> = vec![Vec::new(); self.new.len()];
        let mut key = vec![0; self.known.len()];
        let mut done = 0;
        while done < batch.rows && kept.len() < most {
            for (cell, slot) in key.iter_mut().zip(&self.known) {
                *cell = batch.columns[*slot][done];
            }
            for cells in self.cells.get(key.as_slice()).into_iter().flatten() {
                kept.push(done as u32);
                for (column, cell) in found.iter_mut().zip(cells) {
                    column.push(*cell);
                }
            }
            done += 1;
        }
        let rest = batch.rest(done);
        let new = self.new.iter().copied().zip(found);
        keep(batch, &kept, new.filter(|(slot, _)| live[*slot]), live);
        rest
    }
}

/// Writes a `SELECT` of columns of a table as a table.
pub(super) fn flatten(pattern: &mut GraphPattern) {
    if matches!(pattern, GraphPattern::Project { .. })
        && let Some((variables, bindings)) = selected(pattern)
    {
        *pattern = GraphPattern::Values {
            variables,
            bindings,
        };
    }
}

type Columns = (Vec<Variable>, Vec<Vec<Option<GroundTerm>>>);

fn selected(pattern: &GraphPattern) -> Option<Columns> {
    let take = |(_, rows): Columns, places: &[usize], variables: Vec<Variable>| {
        let row = |row: Vec<Option<GroundTerm>>| places.iter().map(|at| row[*at].clone()).collect();
        (variables, rows.into_iter().map(row).collect())
    };
    match pattern {
        GraphPattern::Values {
            variables,
            bindings,
        } => Some((variables.clone(), bindings.clone())),
        GraphPattern::Extend {
            inner,
            variable,
            expression: Expression::Variable(of),
        } => {
            let table = selected(inner)?;
            let of = table.0.iter().position(|name| name == of)?;
            let mut variables = table.0.clone();
            let mut places: Vec<usize> = (0..variables.len()).collect();
            places.push(of);
            variables.push(variable.clone());
            Some(take(table, &places, variables))
        }
        GraphPattern::Project { inner, variables } => {
            let table = selected(inner)?;
            let place = |name: &Variable| table.0.iter().position(|known| known == name);
            let places: Vec<usize> = variables.iter().map(place).collect::<Option<_>>()?;
            Some(take(table, &places, variables.clone()))
        }
        _ => None,
    }
}

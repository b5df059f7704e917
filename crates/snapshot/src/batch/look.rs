//! Index nested-loop joins: looks up the matches of a triple pattern for the rows of a batch.

use std::ops::Range;

use super::columns::{Batch, keep};
use super::end::End;
use super::read::Columns;
use crate::SnapshotError;

pub(super) fn lead(
    columns: &Columns<'_>,
    rows: Range<usize>,
    subject: usize,
    object: End,
    live: &[bool],
    batch: &mut Batch,
) -> Result<(), SnapshotError> {
    let mut subjects = Vec::with_capacity(rows.len());
    let mut objects = Vec::new();
    for row in rows {
        if columns.is_in(&columns.pos_g, row)? {
            subjects.push(columns.pos_s.get(row)?);
            if let End::Slot(slot) = object
                && live[slot]
            {
                objects.push(columns.pos_o.get(row)?);
            }
        }
    }
    batch.rows = subjects.len();
    if let End::Slot(slot) = object {
        batch.columns[slot] = objects;
    }
    batch.columns[subject] = subjects;
    Ok(())
}

/// The term of an end in a row.
#[inline]
pub(super) fn value(batch: &Batch, end: End, row: usize) -> u32 {
    match end {
        End::Term(id) => id,
        End::Slot(slot) => batch.columns[slot][row],
    }
}

pub(super) fn forward(
    columns: &Columns<'_>,
    (subject, predicate, object): (End, u32, End),
    known: bool,
    (live, most): (&[bool], usize),
    batch: &mut Batch,
) -> Result<Option<Batch>, SnapshotError> {
    let mut kept = Vec::with_capacity(batch.rows);
    let mut found = Vec::new();
    let wants = match object {
        End::Slot(slot) => !known && live[slot],
        End::Term(_) => false,
    };
    let mut done = 0;
    while done < batch.rows && kept.len() < most {
        let at = done;
        done += 1;
        let wanted = known.then(|| value(batch, object, at));
        for row in columns.of_subject(value(batch, subject, at), predicate)? {
            if wanted.is_none() && !wants {
                if columns.is_in(&columns.spo_g, row)? {
                    kept.push(at as u32);
                }
                continue;
            }
            let object = columns.spo_o.get(row)?;
            if wanted.is_none_or(|wanted| wanted == object) && columns.is_in(&columns.spo_g, row)? {
                kept.push(at as u32);
                if wants {
                    found.push(object);
                }
            }
        }
    }
    let new = match object {
        End::Slot(slot) if wants => Some((slot, found)),
        _ => None,
    };
    let rest = batch.rest(done);
    keep(batch, &kept, new, live);
    Ok(rest)
}

pub(super) fn backward(
    columns: &Columns<'_>,
    (object, predicate, subject): (End, u32, usize),
    (live, most): (&[bool], usize),
    batch: &mut Batch,
) -> Result<Option<Batch>, SnapshotError> {
    let mut kept = Vec::with_capacity(batch.rows);
    let mut found = Vec::with_capacity(batch.rows);
    let of_predicate = columns.mapped.rows_of_predicate(predicate)?;
    let mut done = 0;
    while done < batch.rows && kept.len() < most {
        let at = done;
        done += 1;
        let object = value(batch, object, at);
        columns.subjects_of(object, &of_predicate, |subject| {
            kept.push(at as u32);
            found.push(subject);
        })?;
    }
    let rest = batch.rest(done);
    keep(batch, &kept, Some((subject, found)), live);
    Ok(rest)
}

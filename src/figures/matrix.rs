//! A grid of counts.

use super::Drawn;
use crate::kinds::contingency::Contingency;
use crate::kinds::matrix::CrossCounts;
use casegraph_plot::{Drawing, Frame, matrix};

/// The counts of a result.
pub(super) fn draw(frame: Frame, drawn: &Drawn<'_>) -> Option<Drawing> {
    let finding = drawn.finding;
    let of_table = || finding.get::<Contingency>().map(|found| &found.counts);
    let counts = finding.get::<CrossCounts>().or_else(of_table)?;
    Some(crossed(frame, counts))
}

fn crossed(frame: Frame, counts: &CrossCounts) -> Drawing {
    matrix::draw(&matrix::Figure {
        frame,
        row_heading: counts.row_title.clone(),
        column_heading: String::new(),
        rows: counts.rows.clone(),
        columns: counts.columns.clone(),
        counts: counts.counts.clone(),
    })
}

//! Bands from what came first to what came next.

use super::Drawn;
use crate::kinds::sequence::Sequence;
use casegraph_plot::{Drawing, Frame, alluvial};

/// The ways from what came first to what came next; nothing if there are none.
pub(super) fn draw(frame: Frame, drawn: &Drawn<'_>) -> Option<Drawing> {
    let found: &Sequence = drawn.finding.get()?;
    (!found.paths.is_empty()).then(|| {
        let paths = found.paths.iter().map(|path| alluvial::Path {
            places: path.steps.clone(),
            count: path.cases.len(),
        });
        alluvial::draw(&alluvial::Figure {
            frame,
            steps: found.steps.clone(),
            paths: paths.collect(),
        })
    })
}

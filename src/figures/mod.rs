//! How a result is drawn: from a finding to the plain numbers of a plot.
//!
//! A figure is a file with one function `draw`, and a line in [`Figure`].

mod alluvial;
mod bars;
mod flow;
mod forest;
mod kaplan_meier;
mod matrix;
mod swimmer;
mod waterfall;

use serde::{Deserialize, Serialize};

use crate::graph::Table;
use crate::kinds::Finding;
use casegraph_plot::{Drawing, Frame};
pub use swimmer::swimmer;

/// What a figure is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Drawn<'a> {
    /// The result to draw.
    pub finding: &'a Finding,
    /// The rows that it was computed from.
    pub rows: &'a Table,
    /// The column of the groups, where there is one.
    pub grouped_by: Option<&'a str>,
    /// Cases whose fusion partner is inferred, not observed; sorted.
    pub inferred: &'a [String],
}

/// The mark of what is inferred, beside a name in a figure.
const INFERRED: &str = " †";
/// What it means.
const INFERRED_MEANS: &str = "† Fusion partner inferred, not observed.";

/// Adds a sentence to the note below a figure.
fn add_note(frame: &mut Frame, sentence: &str) {
    frame.note = match frame.note.take() {
        Some(note) if !note.is_empty() => Some(format!("{note} {sentence}")),
        _ => Some(sentence.to_owned()),
    };
}

/// Lists the figures: a line each.
macro_rules! figures {
    ($($(#[$about:meta])* $name:ident in $module:ident,)*) => {
        /// How a result is drawn.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Figure {
            $($(#[$about])* $name,)*
            /// No figure.
            #[default]
            None,
        }

        impl Figure {
            /// Draws the figure; `None` where this result cannot be drawn so, or there is nothing to
            /// draw.
            #[must_use]
            pub fn draw(self, frame: Frame, drawn: &Drawn<'_>) -> Option<Drawing> {
                match self {
                    $(Self::$name => $module::draw(frame, drawn),)*
                    Self::None => None,
                }
            }
        }
    };
}

figures! {
    /// Rates with their intervals, one line per group.
    Forest in forest,
    /// Survival curves with numbers at risk.
    KaplanMeier in kaplan_meier,
    /// A grid of counts.
    Matrix in matrix,
    /// A lane per case.
    Swimmer in swimmer,
    /// Bars.
    Bars in bars,
    /// Flows from one step to the next.
    Flow in flow,
    /// Bands from what came first to what came next.
    Alluvial in alluvial,
    /// A bar per case, from growth to shrinkage.
    Waterfall in waterfall,
}

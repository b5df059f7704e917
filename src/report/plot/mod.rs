//! Figures as accessible SVG text.
//!
//! Each figure is a file with plain input structs and one function
//! `render(&Figure) -> String`. A figure knows no statistics, no graph and no
//! files: it receives numbers that somebody else computed and draws them.
//!
//! What every figure keeps:
//! - one standalone `<svg>` with `viewBox`, `role="img"`, `<title>` and `<desc>`; no
//!   script, no external font, nothing fetched;
//! - colours are CSS custom properties with fallbacks, so the same text is a light
//!   file on disk and follows light and dark mode inside a page ([`palette`]);
//! - what differs by colour also differs by dash, pattern, shape or label;
//! - all text is escaped, and the same input gives the same bytes;
//! - generated data carry a visible mark ([`Frame::marks`]);
//! - the width is [`svg::WIDTH`] user units and no text is smaller than
//!   [`svg::SMALL`].
//!
//! [`svg::flatten`] replaces the custom properties by their fallbacks, for renderers
//! that know no CSS variables.

pub mod alluvial;
pub mod axis;
pub mod bars;
pub mod flow;
pub mod forest;
pub mod kaplan_meier;
mod legend;
pub mod marker;
pub mod markup;
pub mod matrix;
pub mod palette;
pub mod svg;
pub mod swimmer;
pub mod text;
pub mod waterfall;

#[cfg(test)]
mod wellformed;

/// The mark of generated data.
pub const SYNTHETIC: &str = "SYNTHETIC DATA";
/// The mark of groups that are counted from before they began.
pub const IMMORTAL_TIME: &str = "IMMORTAL TIME NOT REMOVED";

/// What surrounds every figure: its words and its honesty marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The name of the figure, read by screen readers and drawn at the top if
    /// [`Frame::show_title`].
    pub title: String,
    /// Draw the title inside the figure; pages that have a heading turn it off.
    pub show_title: bool,
    /// A sentence for those who cannot see the figure. Each figure adds what it draws.
    pub description: String,
    /// Small print under the figure, such as "10 of 33 cases have a response category".
    pub note: Option<String>,
    /// What no reader may miss, such as [`SYNTHETIC`]: drawn in a box and behind the figure.
    pub marks: Vec<&'static str>,
}

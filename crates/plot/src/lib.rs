//! Figures of clinical data as accessible SVG, PNG and PDF: Kaplan-Meier curves with numbers at risk,
//! forest, swimmer, waterfall and alluvial plots, bars, matrices and the flow of cases.
//!
//! Each figure is a module with plain input structs and one function `draw(&Figure) -> Drawing`. A
//! figure knows no statistics and no files: it receives numbers that somebody else computed and
//! draws them. A [`Drawing`] is written as SVG ([`Drawing::svg`]), [`png()`] or [`pdf`].
//!
//! ```
//! use casegraph_plot::{Frame, SvgOptions, bars};
//!
//! let drawing = bars::draw(&bars::Figure {
//!     frame: Frame { title: "Cases by partner".into(), ..Frame::default() },
//!     series: vec![bars::Series::default()],
//!     rows: vec![bars::Row { label: "RANBP2".into(), counts: vec![3], text: None }],
//!     ..bars::Figure::default()
//! });
//! let svg = drawing.svg(&SvgOptions::default());
//! assert!(svg.starts_with("<svg ") && svg.contains("<title>RANBP2"));
//! let png = casegraph_plot::png(&drawing, 192)?;
//! assert!(png.starts_with(b"\x89PNG"));
//! # Ok::<(), casegraph_plot::PrintError>(())
//! ```
//!
//! What every figure keeps:
//! - one standalone `<svg>` with `viewBox`, `role="img"`, `<title>` and `<desc>`; no
//!   script, no external font, nothing fetched;
//! - its style sheet is its own, or that of the page around it; its colours are plain, or CSS
//!   custom properties with fallbacks that follow light and dark mode ([`SvgOptions`], [`palette`]);
//! - what differs by colour also differs by dash, pattern, shape or label;
//! - all text is escaped, and the same input gives the same bytes;
//! - generated data carry a visible mark ([`Frame::marks`]);
//! - the width is [`svg::WIDTH`] user units and no text is smaller than
//!   [`svg::SMALL`], unless its [`Look`] says otherwise.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod alluvial;
pub mod axis;
pub mod bars;
pub mod classes;
mod drawing;
pub mod flow;
pub mod forest;
pub mod kaplan_meier;
mod legend;
mod look;
pub mod marker;
pub mod markup;
pub mod matrix;
pub mod palette;
mod print;
mod sizes;
pub mod svg;
pub mod swimmer;
pub mod text;
pub mod waterfall;

#[cfg(test)]
mod wellformed;

pub use drawing::{Drawing, Pattern, Style, SvgOptions};
pub use look::{LEAST, Look, LookError};
pub use palette::{Colours, Palette};
pub use print::{PrintError, pdf, png};

/// The mark of generated data.
pub const SYNTHETIC: &str = "SYNTHETIC DATA";
/// The mark of groups that are counted from before they began.
pub const IMMORTAL_TIME: &str = "IMMORTAL TIME NOT REMOVED";

/// What surrounds every figure: its words and its honesty marks.
#[derive(Debug, Clone, Default, PartialEq)]
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
    /// How large it is, and how it looks.
    pub look: Look,
}

impl Frame {
    /// The title that is shown.
    #[must_use]
    pub fn heading(&self) -> &str {
        self.look.title.as_deref().unwrap_or(&self.title)
    }
}

//! The style sheet of pages and reports.

use super::plot::palette::{Colours, Palette, stylesheet};

/// The style of everything that is shown as HTML but figures.
pub(super) const STYLE: &str = include_str!("style.css");

/// The style of everything that is shown as HTML, figures included.
#[must_use]
pub fn style() -> String {
    format!(
        "{STYLE}\n/* Figures */\n{}\n",
        stylesheet(Palette::Colour, Colours::Variables)
    )
}

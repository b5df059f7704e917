//! What is shown, as data: tables with their captions, and numbers as people read them.
//!
//! Knows no format: `report` writes it as text, Markdown, HTML, CSV and JSON.

mod grid;
pub mod numbers;

pub use grid::Grid;

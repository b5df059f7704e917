//! Sizes in user units.

/// Width of a figure in user units; a figure that needs more says so itself.
pub const WIDTH: f64 = 720.0;
/// Size of body text.
pub const TEXT: f64 = 14.0;
/// Size of the smallest text.
pub const SMALL: f64 = 13.0;
/// Space at the left and right edge.
pub const EDGE: f64 = 12.0;

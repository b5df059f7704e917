//! What happened to a case at a time, each kind with a shape of its own.

use super::svg::{Svg, num};

/// Something that happened at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marker {
    /// What it marks, which decides its shape.
    pub kind: MarkerKind,
    /// Months from the beginning of the lane.
    pub months: f64,
}

/// What a marker says; each kind has a shape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkerKind {
    /// Complete response: a star.
    CompleteResponse,
    /// Partial response: a triangle.
    PartialResponse,
    /// Response without a category: an open triangle.
    Response,
    /// Stable disease: a square.
    StableDisease,
    /// Progression, drawn as a diamond.
    Progression,
    /// An operation: an open circle.
    Surgery,
    /// Death, drawn as a cross.
    Death,
    /// The last contact with a patient of whom no death is known: a bar.
    LastContact,
    /// Treatment goes on: an arrow.
    Ongoing,
}

impl MarkerKind {
    /// The words of the legend.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::CompleteResponse => "complete response",
            Self::PartialResponse => "partial response",
            Self::Response => "response, no category",
            Self::StableDisease => "stable disease",
            Self::Progression => "progression",
            Self::Surgery => "surgery",
            Self::Death => "death",
            Self::LastContact => "last follow-up",
            Self::Ongoing => "treatment ongoing",
        }
    }
}

/// Draws the shape of `kind` centred at (`x`, `y`); the arrow begins there.
pub(super) fn shape(svg: &mut Svg, kind: MarkerKind, x: f64, y: f64) {
    match kind {
        MarkerKind::CompleteResponse => {
            let point = |i: u8| {
                let angle = (f64::from(i) * 36.0 - 90.0).to_radians();
                let radius = if i.is_multiple_of(2) { 8.5 } else { 3.6 };
                (x + radius * angle.cos(), y + radius * angle.sin())
            };
            svg.polygon(&(0..10).map(point).collect::<Vec<_>>(), "mark");
        }
        MarkerKind::PartialResponse => {
            svg.polygon(
                &[(x, y - 7.5), (x + 7.5, y + 5.5), (x - 7.5, y + 5.5)],
                "mark",
            );
        }
        MarkerKind::Response => {
            svg.polygon(
                &[(x, y - 7.0), (x + 7.0, y + 5.0), (x - 7.0, y + 5.0)],
                "open",
            );
        }
        MarkerKind::StableDisease => svg.rect(x - 5.5, y - 5.5, 11.0, 11.0, "open"),
        MarkerKind::Progression => {
            svg.polygon(
                &[(x, y - 8.0), (x + 6.5, y), (x, y + 8.0), (x - 6.5, y)],
                "mark",
            );
        }
        MarkerKind::Surgery => svg.circle(x, y, 6.0, "open"),
        MarkerKind::Death => {
            let d = format!("M{} {}l12 12m0 -12l-12 12", num(x - 6.0), num(y - 6.0));
            svg.path(&d, "halo", "");
            svg.path(&d, "cross", "");
        }
        MarkerKind::LastContact => {
            let d = format!("M{} {}v20", num(x), num(y - 10.0));
            svg.path(&d, "halo", "");
            svg.path(&d, "cross", "");
        }
        MarkerKind::Ongoing => {
            svg.line(x, y, x + 9.0, y, "axis");
            svg.polygon(
                &[(x + 7.0, y - 5.5), (x + 17.0, y), (x + 7.0, y + 5.5)],
                "mark",
            );
        }
    }
}

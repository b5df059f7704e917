//! Where the entries of a legend stand: side by side, and in a new line where the page ends.

use super::svg::{EDGE, SMALL};
use super::text::width;

/// Space from the beginning of an entry to its text.
pub(super) const KEY: f64 = 28.0;
/// Space between entries.
const BETWEEN: f64 = 18.0;
/// Height of a line.
const LINE: f64 = 22.0;

/// The next free place of a legend.
#[derive(Debug)]
pub(super) struct Legend {
    x: f64,
    y: f64,
    /// Width of the figure.
    page: f64,
}

impl Legend {
    /// A legend on a page of this width, whose first line stands at the height `y`.
    pub fn new(y: f64, page: f64) -> Self {
        Self { x: EDGE, y, page }
    }

    /// The place of an entry with this label; its text goes [`KEY`] to the right.
    pub fn place(&mut self, label: &str) -> (f64, f64) {
        let wide = KEY + width(label, SMALL);
        if self.x + wide > self.page - EDGE && self.x > EDGE {
            self.x = EDGE;
            self.y += LINE;
        }
        let place = (self.x, self.y);
        self.x += wide + BETWEEN;
        place
    }

    /// The height of the last line.
    pub fn end(&self) -> f64 {
        self.y
    }
}

#[cfg(test)]
mod tests {
    use super::super::svg::WIDTH;
    use super::*;

    #[test]
    fn entries_stay_on_the_page_and_a_long_one_has_a_line_of_its_own() {
        let mut legend = Legend::new(14.0, WIDTH);
        for _ in 0..20 {
            let (x, _) = legend.place("no episode of the drug");
            assert!(x + KEY + width("no episode of the drug", SMALL) <= WIDTH - EDGE);
        }
        assert!(legend.end() > 14.0);
        let before = legend.end();
        let long = "x".repeat(400);
        assert_eq!(legend.place(&long), (EDGE, before + LINE));
    }
}

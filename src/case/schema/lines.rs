//! On which line of a text a place is.

/// The line ends of a text, counted once however many places are asked for.
#[derive(Debug)]
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    /// Those of a text.
    pub fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line on which a byte of the text stands, from 1.
    pub fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|end| *end < byte) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_after_its_line_feed() {
        let lines = Lines::of("a\nbc\n\nd");
        let found: Vec<usize> = (0..9).map(|at| lines.at(at)).collect();
        assert_eq!(found, [1, 1, 2, 2, 2, 3, 4, 4, 4]);
    }
}

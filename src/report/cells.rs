//! Cells of tables that people open in a spreadsheet.

use std::borrow::Cow;

/// How cells are written that a spreadsheet would take for a formula.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cells {
    /// With an apostrophe before them, so that they are text.
    #[default]
    Marked,
    /// As they are, for programs.
    Raw,
}

impl Cells {
    /// A cell as it is written.
    #[must_use]
    pub fn write(self, cell: &str) -> Cow<'_, str> {
        if self == Self::Marked && is_formula(cell) {
            Cow::Owned(format!("'{cell}"))
        } else {
            Cow::Borrowed(cell)
        }
    }
}

/// Whether a spreadsheet would compute a cell. A sign before a number, or alone, is none of a formula; wide forms of the
/// characters are taken for them in East Asian settings.
fn is_formula(cell: &str) -> bool {
    let mut characters = cell.chars();
    match characters.next() {
        Some(
            '=' | '@' | '\t' | '\r' | '\n' | '\u{FF1D}' | '\u{FF20}' | '\u{FF0B}' | '\u{FF0D}',
        ) => true,
        Some('+' | '-') => {
            let rest = characters.as_str();
            let number = rest.strip_suffix('%').unwrap_or(rest);
            let digits = number.starts_with(|c: char| c.is_ascii_digit() || c == '.');
            !(rest.is_empty() || digits && number.parse::<f64>().is_ok())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_marked_and_numbers_are_not() {
        for formula in [
            "=1+1",
            "=",
            "@SUM(A1)",
            "+1+cmd|' /C calc'!A0",
            "-2+3",
            "+A1",
            "-(1)",
            "--1",
            "+-1",
            "-inf",
            "\t=1",
            "\r=1",
            "\n=1",
            "\u{FF1D}1",
            "-1;=2",
            "+49 30 1234",
        ] {
            assert_eq!(Cells::Marked.write(formula), format!("'{formula}"));
            assert_eq!(Cells::Raw.write(formula), formula);
        }
        for plain in [
            "", "-", "+", "-1", "+1.5e-3", "-.5", "-12%", "1=1", "a@b", "'=1", " =1", "ALK",
            "10-20",
        ] {
            assert_eq!(Cells::Marked.write(plain), plain);
        }
    }
}

//! How wide text is, how it is cut and how it is broken into lines.
//!
//! No font is loaded. Widths are those of Helvetica (Adobe font metrics), widened by a
//! reserve because the reader's font may be wider.

/// Reserve for fonts wider than Helvetica.
const RESERVE: f64 = 1.06;

/// Estimated width of `text` set at `size` units.
#[must_use]
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() / 1000.0 * size * RESERVE
}

/// Advance of one character in thousandths of the font size.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' => 222.0,
        'I' | 'f' | 't' | ' ' | '!' | '.' | ',' | ':' | ';' | '/' | '|' | '[' | ']' | '·' => 278.0,
        '(' | ')' | '-' | 'r' | '`' => 333.0,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 500.0,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | '&' => 667.0,
        'C' | 'D' | 'H' | 'N' | 'R' | 'U' | 'w' => 722.0,
        'F' | 'T' | 'Z' => 611.0,
        'G' | 'O' | 'Q' => 778.0,
        'm' | 'M' => 833.0,
        'W' => 944.0,
        '%' => 889.0,
        '@' | '…' | '—' => 1000.0,
        '=' | '<' | '>' | '+' | '≤' | '≥' | '×' | '†' => 584.0,
        _ if c.is_ascii() => 556.0,
        _ if c >= '\u{1100}' => 1000.0,
        _ => 600.0,
    }
}

/// `text` cut to `room` units at `size`, ending in "…" when something was left out.
#[must_use]
pub fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = width("…", size);
    for c in text.chars() {
        used += width(c.encode_utf8(&mut [0; 4]), size);
        if used > room {
            break;
        }
        kept.push(c);
    }
    let trimmed = kept.trim_end_matches([' ', ',', ';', ':']);
    format!("{trimmed}…")
}

/// `text` broken at spaces into lines of at most `room` units; a longer word is cut.
#[must_use]
pub fn wrap(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let joined = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if width(&joined, size) <= room {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        line = fit(word, size, room);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// [`wrap`] in at most `most` lines; the last one is cut, with "…", if more is left.
#[must_use]
pub fn wrap_in(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines = wrap(text, size, room);
    if lines.len() > most {
        let rest = lines.split_off(most.saturating_sub(1)).join(" ");
        lines.push(fit(&rest, size, room));
    }
    lines
}

/// `count` with the singular or the plural word, such as "1 case" and "3 cases".
#[must_use]
pub fn counted(count: usize, singular: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { singular } else { plural })
}

/// From here on up and below this, numbers are written by powers of ten.
const LARGE: f64 = 1e9;
const SMALL: f64 = 1e-4;

/// A number with the `usual` decimals, and with more where these would not show two digits that
/// count; zeros at the end of the further ones are left out.
#[must_use]
pub fn number(value: f64, usual: usize) -> String {
    let size = value.abs();
    if size < 1e-12 {
        return format!("{:.usual$}", 0.0);
    }
    if !value.is_finite() {
        return value.to_string();
    }
    if !(SMALL..LARGE).contains(&size) {
        return format!("{value:.1e}");
    }
    let needed = usize::try_from(1 - size.log10().floor() as i32).unwrap_or(0);
    let mut text = format!("{value:.0$}", needed.max(usual));
    for _ in usual..needed {
        if text.ends_with('0') {
            text.pop();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_their_size_needs() {
        let shown = [
            (0.0, 1, "0.0"),
            (7.05, 1, "7.0"),
            (0.16, 1, "0.16"),
            (0.0999, 2, "0.10"),
            (0.003, 2, "0.003"),
            (5e-9, 1, "5.0e-9"),
        ];
        for (value, usual, text) in shown {
            assert_eq!(number(value, usual), text, "{value}");
        }
    }

    #[test]
    fn short_text_is_kept_and_long_text_is_cut_to_the_room() {
        assert_eq!(fit("ALK", 14.0, 100.0), "ALK");
        let cut = fit("inflammatory myofibroblastic tumor", 14.0, 100.0);
        assert!(cut.ends_with('…') && width(&cut, 14.0) <= 100.0, "{cut}");
    }

    #[test]
    fn wrapped_lines_keep_all_words() {
        let lines = wrap("no ALK inhibitor stated in any source", 13.0, 90.0);
        assert!(lines.len() > 1);
        assert_eq!(lines.join(" "), "no ALK inhibitor stated in any source");
        assert!(lines.iter().all(|l| width(l, 13.0) <= 90.0));
        assert!(wrap("  ", 13.0, 90.0).is_empty());
        let two = wrap_in("no ALK inhibitor stated in any source", 13.0, 90.0, 2);
        assert!(two.len() == 2 && two[1].ends_with('…'), "{two:?}");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(1, "case", "cases"), "1 case");
        assert_eq!(counted(0, "case", "cases"), "0 cases");
    }
}

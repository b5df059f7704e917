//! Text files: in which encoding they are, and what stands between the cells.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::tab::{Cell, Row, Tab};
use super::trouble::{Budget, Limits, Trouble};
use crate::delimited::{Reader, Refused, delimiter_name};

/// How a text file was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// The name of its encoding.
    pub encoding: &'static str,
    /// Whether nothing in the file says so: it is no UTF-8, and was taken for what Western programs write.
    pub supposed: bool,
    /// What stands between the cells.
    pub delimiter: char,
}

/// The dialect of a text file as far as a person states it; the rest is found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Label of the encoding, such as `windows-1252`.
    pub encoding: Option<String>,
    /// What stands between the cells.
    pub delimiter: Option<char>,
}

/// Reads a text file as one table.
///
/// # Errors
/// It is no text of its encoding, or no table: a stray quotation mark, or a row that is not as wide as the headings.
pub(super) fn read(
    bytes: &[u8],
    said: &Dialect,
    limits: Limits,
) -> Result<(Tab, Understood), Trouble> {
    let (text, encoding, supposed) = decoded(bytes, said.encoding.as_deref())?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let (text, skipped) = without_line_for_excel(text);
    let delimiter = said.delimiter.unwrap_or_else(|| delimiter(text));
    let byte = u8::try_from(delimiter).ok().filter(u8::is_ascii);
    let byte = byte.ok_or_else(|| {
        Trouble::Table(format!(
            "{delimiter:?} cannot stand between cells: name an ASCII character"
        ))
    })?;
    let mut reader = Reader::new(text.as_bytes(), byte).map_err(|refused| match refused {
        Refused::Separated(other) => Trouble::Separated(delimiter_name(other)),
        Refused::Form(fault) => Trouble::Table(fault.to_string()),
    })?;
    let cell = |text: &str| Cell {
        text: text.to_owned(),
        ..Cell::default()
    };
    let mut budget = Budget::new(limits);
    let headings = reader.headings().iter().map(|heading| cell(heading));
    let mut tab = Tab {
        rows: vec![Row {
            number: 1,
            cells: headings.collect(),
        }],
        ..Tab::default()
    };
    budget.take(1, "", tab.rows[0].cells.len().saturating_sub(1), "")?;
    for heading in reader.headings() {
        budget.take(1, heading, 0, "")?;
    }
    for record in reader.by_ref() {
        let record = record.map_err(|fault| Trouble::Table(fault.to_string()))?;
        for text in &record.cells {
            budget.take(1, text, 0, "")?;
        }
        if record.cells.iter().any(|text| !text.trim().is_empty()) {
            tab.rows.push(Row {
                number: record.row + skipped,
                cells: record.cells.iter().map(|text| cell(text)).collect(),
            });
        }
    }
    if let Some(fault) = reader.swallowed().first() {
        return Err(Trouble::Table(fault.to_string()));
    }
    let understood = Understood {
        encoding: encoding.name(),
        supposed,
        delimiter,
    };
    Ok((tab, understood))
}

/// The text, its encoding, and whether that is only supposed.
fn decoded(
    bytes: &[u8],
    label: Option<&str>,
) -> Result<(String, &'static Encoding, bool), Trouble> {
    let (encoding, supposed) = match label {
        Some(label) => {
            let unknown = || {
                Trouble::Table(format!(
                    "{label:?} is no known encoding: write utf-8, utf-16le, windows-1252, macintosh or another label of the WHATWG"
                ))
            };
            (
                Encoding::for_label(label.as_bytes()).ok_or_else(unknown)?,
                false,
            )
        }
        None => found(bytes),
    };
    let (text, encoding, wrong) = encoding.decode(bytes);
    let undefined = supposed && text.contains(|c: char| ('\u{80}'..'\u{A0}').contains(&c));
    if wrong || undefined {
        return Err(Trouble::Encoding(encoding.name()));
    }
    Ok((text.into_owned(), encoding, supposed))
}

/// The encoding that the bytes show, and whether it is only supposed.
fn found(bytes: &[u8]) -> (&'static Encoding, bool) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding, false);
    }
    // In UTF-16 every other byte of a plain text is zero.
    let first = &bytes[..bytes.len().min(64)];
    let zeros = |from: usize| first.iter().skip(from).step_by(2).all(|byte| *byte == 0);
    if first.len() >= 8 && zeros(1) {
        return (UTF_16LE, false);
    }
    if first.len() >= 8 && zeros(0) {
        return (UTF_16BE, false);
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => (UTF_8, false),
        Err(_) => (WINDOWS_1252, true),
    }
}

/// The text without a first line `sep=;`, which is meant for Excel, and how many lines that were.
fn without_line_for_excel(text: &str) -> (&str, usize) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if first.to_ascii_lowercase().starts_with("sep=") {
        (rest, 1)
    } else {
        (text, 0)
    }
}

/// What stands between the cells: of comma, semicolon and tab, the one that the headings have most of.
fn delimiter(text: &str) -> char {
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    for c in text.trim_start().chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            _ if quoted => {}
            c => {
                for (delimiter, count) in &mut counts {
                    *count += usize::from(*delimiter == c);
                }
            }
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.filter(|(_, count)| *count > 0)
        .map_or(',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8], said: &Dialect) -> Result<(Vec<Vec<String>>, Understood), String> {
        let (tab, understood) =
            read(bytes, said, Limits::default()).map_err(|error| error.to_string())?;
        let cells = |row: &Row| row.cells.iter().map(|cell| cell.text.clone()).collect();
        Ok((tab.rows.iter().map(cells).collect(), understood))
    }

    fn utf_16(text: &str, big: bool) -> Vec<u8> {
        let unit = |unit: u16| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn headings_are_no_longer_than_cells() {
        let long = format!("case,{}\n1,2\n", "x".repeat(1 << 20));
        let said = rows(long.as_bytes(), &Dialect::default()).expect_err("too long");
        assert!(said.contains("64 kB in one cell"), "{said}");
    }

    #[test]
    fn the_encodings_of_spreadsheet_programs_are_read() {
        let text = "Fälle;Alter\nMüller;3,5\n";
        let windows: Vec<u8> = text
            .chars()
            .map(|c| u8::try_from(c as u32).expect("Latin-1"))
            .collect();
        for (bytes, encoding, supposed) in [
            (text.as_bytes().to_vec(), "UTF-8", false),
            (format!("\u{FEFF}{text}").into_bytes(), "UTF-8", false),
            (utf_16(&format!("\u{FEFF}{text}"), false), "UTF-16LE", false),
            (utf_16(&format!("\u{FEFF}{text}"), true), "UTF-16BE", false),
            (windows, "windows-1252", true),
        ] {
            let (rows, understood) = rows(&bytes, &Dialect::default()).expect(encoding);
            assert_eq!(rows, [["Fälle", "Alter"], ["Müller", "3,5"]], "{encoding}");
            assert_eq!(
                (
                    understood.encoding,
                    understood.supposed,
                    understood.delimiter
                ),
                (encoding, supposed, ';')
            );
        }
        let plain = utf_16("case,age\nx,3\n", false);
        let (_, understood) = rows(&plain, &Dialect::default()).expect("UTF-16 without a mark");
        assert_eq!(understood.encoding, "UTF-16LE");
    }

    #[test]
    fn the_delimiter_is_what_the_headings_have_most_of() {
        for (text, delimiter, width) in [
            ("a,b\n1,2\n", ',', 2),
            ("a;\"b;c,d\"\n1;2\n", ';', 2),
            ("a\tb, c\td\n1\t2\t3\n", '\t', 3),
            ("a\n1\n", ',', 1),
            ("sep=;\na;b\n1;2\n", ';', 2),
        ] {
            let (rows, understood) = rows(text.as_bytes(), &Dialect::default()).expect(text);
            assert_eq!(
                (understood.delimiter, rows[0].len()),
                (delimiter, width),
                "{text}"
            );
        }
        let said = Dialect {
            delimiter: Some('|'),
            encoding: None,
        };
        assert_eq!(
            rows(b"a|b\n1|2\n", &said).expect("a table").0[1],
            ["1", "2"]
        );
    }

    #[test]
    fn what_is_no_text_or_no_table_is_refused() {
        let of = |label: &str| Dialect {
            encoding: Some(label.to_owned()),
            delimiter: None,
        };
        for (bytes, said, words) in [
            (
                &b"a,b\n1,x\x81y\n"[..],
                Dialect::default(),
                "is no windows-1252 throughout",
            ),
            (b"a,b\n1,M\xFCller\n", of("utf-8"), "is no UTF-8 throughout"),
            (b"a,b\n", of("klingon"), "is no known encoding"),
            (
                b"a,b\n1\n",
                Dialect::default(),
                "line 2 (B2): the row has 1 cells",
            ),
            (b"a,b\n1,\"x\n", Dialect::default(), "nothing closes"),
        ] {
            let told = rows(bytes, &said).expect_err(words);
            assert!(told.contains(words), "{told}");
        }
    }
}

//! Values that a spreadsheet program made of others: dates of page numbers, exponents of identifiers, errors of formulas.
//!
//! What was typed is lost in the file, so nothing is put back: the cell is told. Genes that became dates are told where
//! symbols are read ([`super::identifiers`]).

use super::identifiers::is_month;
use super::problems::Problems;
use super::sheet::Table;
use crate::case::{Kind, Schema};

/// What was done to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    /// An error of a formula.
    Fault,
    /// A cell that was too narrow for its number.
    Narrow,
    /// A date in a form that programs write and people rarely.
    Date,
    /// A time of day, with seconds or half of the day.
    Time,
    /// A number with an exponent.
    Exponent,
    /// A mark that tells a program that text follows.
    Apostrophe,
    /// A bare number as a program keeps a date.
    Serial,
    /// A blank that looks like any other and is none.
    Blank,
    /// Letters of UTF-8 that were read as Windows-1252.
    Encoding,
}

/// How a column is written, and so what is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// Short text that never is a date: what looks like one is an error.
    Short,
    /// The same, and it never is a bare number either.
    Words,
    /// Sentences, or the words of a source: what looks like a date may be one.
    Free,
    /// Checked by what its cells take.
    Otherwise,
}

const FAULTS: [&str; 10] = [
    "#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#FIELD!",
];

/// The longest text that is looked at, bytes: a sentence is no date.
const LONGEST: usize = 80;

/// What a program seems to have done to a value; `None` if nothing.
fn harm(text: &str) -> Option<Harm> {
    if is_misread(text) {
        return Some(Harm::Encoding);
    }
    if text.len() > LONGEST {
        return None;
    }
    if FAULTS.contains(&text) || text.starts_with("Err:") && text[4..].parse::<u16>().is_ok() {
        return Some(Harm::Fault);
    }
    if text.len() > 2 && text.bytes().all(|b| b == b'#') {
        return Some(Harm::Narrow);
    }
    if let Some(rest) = text.strip_prefix('\'') {
        let hides = rest.starts_with(|c: char| c.is_ascii_digit() || "=+-@".contains(c));
        return (hides && !rest.contains('\'')).then_some(Harm::Apostrophe);
    }
    if is_date(text) {
        return Some(Harm::Date);
    }
    if is_time(text) {
        return Some(Harm::Time);
    }
    if let Some((number, exponent)) = text.split_once(['E', 'e'])
        && exponent.starts_with(['+', '-'])
        && is_number(&exponent[1..], 1, 3)
        && number.parse::<f64>().is_ok()
    {
        return Some(Harm::Exponent);
    }
    // From 1954 to 2050.
    if is_number(text, 5, 5) && ("20000".."55000").contains(&text) {
        return Some(Harm::Serial);
    }
    text.contains(|c| {
        matches!(
            c,
            '\u{A0}' | '\u{202F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'
        )
    })
    .then_some(Harm::Blank)
}

/// Whether a text has pairs of letters that UTF-8 becomes when it is read as Windows-1252: `Ã©` of é, `â€œ` of “.
fn is_misread(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let second =
        |c: char| ('\u{80}'..='\u{BF}').contains(&c) || "‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŸ".contains(c);
    let pair = |lead: char| {
        text.match_indices(lead)
            .any(|(at, lead)| text[at + lead.len()..].starts_with(second))
    };
    text.contains("â€") || pair('Ã') || pair('Â')
}

fn is_number(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text is a date as programs show one, such as `12-Mar`, `Mar-12`, `07/01/18`, `2018-07-01` or the same with
/// a time of day.
fn is_date(text: &str) -> bool {
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    if !(time.is_empty() || is_time(time) || time.starts_with("00:00")) {
        return false;
    }
    let separator = if day.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = day.split(separator).collect();
    let month = |part: &str| {
        let part = part.to_lowercase();
        part.len() >= 3
            && part.is_ascii()
            && part.bytes().all(|b| b.is_ascii_alphabetic())
            && is_month(&part, &part[..3])
    };
    let within = |part: &str, most: u32| {
        is_number(part, 1, 2)
            && part
                .parse()
                .is_ok_and(|number: u32| (1..=most).contains(&number))
    };
    let year = |part: &str| is_number(part, 2, 2) || is_number(part, 4, 4);
    match parts.as_slice() {
        [day, name] if month(name) => within(day, 31),
        [name, rest] if month(name) => within(rest, 31) || year(rest),
        [day, name, rest] if month(name) => within(day, 31) && year(rest),
        [whole, one, other] if is_number(whole, 4, 4) => within(one, 12) && within(other, 31),
        [one, other, rest] if separator == '/' && year(rest) => {
            within(one, 31) && within(other, 31) && (within(one, 12) || within(other, 12))
        }
        _ => false,
    }
}

/// Whether a text is a time of day with seconds, or with half of the day: `02:02:00`, `2:02 AM`.
fn is_time(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let half = [" AM", " PM", "AM", "PM"]
        .into_iter()
        .find_map(|half| upper.strip_suffix(half));
    let parts: Vec<&str> = half.unwrap_or(text).split(':').collect();
    let fit = parts.iter().all(|part| is_number(part, 1, 2));
    fit && (parts.len() == 3 || (half.is_some() && parts.len() == 2))
}

/// The complaint about a value that a spreadsheet program has harmed; `None` if it is sound.
pub(super) fn complaint(text: &str) -> Option<&'static str> {
    Some(match harm(text)? {
        Harm::Fault => "is an error of a formula: write the value itself",
        Harm::Narrow => {
            "is what a spreadsheet program shows of a number in a narrow column: write the number"
        }
        Harm::Date => {
            "is a date, which a spreadsheet program made of something else: write the value as it was, and format the column as text"
        }
        Harm::Time => {
            "is a time of day, which a spreadsheet program made of something else: write the value as it was, and format the column as text"
        }
        Harm::Exponent => {
            "is a number with an exponent, as a spreadsheet program writes long ones: write it in full, and format the column as text"
        }
        Harm::Apostrophe => {
            "begins with the apostrophe that tells a spreadsheet program that text follows: remove it"
        }
        Harm::Serial => {
            "is a bare number, as a spreadsheet program keeps a date: write the value as it was, and format the column as text"
        }
        Harm::Encoding => {
            "has letters as they become when UTF-8 is read as another encoding: type them anew, and open such files as UTF-8"
        }
        Harm::Blank => {
            "has an invisible or non-breaking blank inside, so that it is not the word it looks like: type it anew"
        }
    })
}

/// How the columns of a sheet are written.
fn written(schema: &'static Schema, sheet: &str, heading: &str) -> Written {
    if let Some(facts) = schema.fact_sheet(sheet)
        && let Some(column) = facts.columns().iter().find(|column| column.name == heading)
    {
        return match column.kind {
            Kind::Text if column.own_words || matches!(heading, "timing" | "counted_from") => {
                Written::Free
            }
            Kind::Text if heading == "dose" => Written::Short,
            Kind::Text => Written::Words,
            _ => Written::Otherwise,
        };
    }
    match (sheet, heading) {
        (_, "locator") | ("publications", "first_author" | "journal") => Written::Words,
        ("publications", "volume_pages" | "review_ref") | ("cohorts", "number_in_source") => {
            Written::Short
        }
        (
            _,
            "case" | "source" | "item" | "certainty" | "key" | "id" | "date" | "value" | "doi"
            | "pmid" | "pmcid" | "year",
        ) => Written::Otherwise,
        _ => Written::Free,
    }
}

/// Tells the cells of a sheet's texts that a spreadsheet program has changed.
pub(super) fn check(schema: &'static Schema, sheet: &str, table: &Table, problems: &mut Problems) {
    for (column, heading) in table.headings.iter().enumerate() {
        let written = written(schema, sheet, heading);
        if written == Written::Otherwise {
            continue;
        }
        for row in &table.rows {
            let text = table.cell(row, column);
            // Most cells are empty.
            if text.is_empty() {
                continue;
            }
            let Some(harm) = harm(text) else {
                continue;
            };
            let Some(rule) = complaint(text) else {
                continue;
            };
            let place = table.place(row, heading);
            match (harm, written) {
                (Harm::Serial, Written::Words) | (Harm::Blank, Written::Short | Written::Words) => {
                    problems.warn_cell(&place, rule, Vec::new());
                }
                (Harm::Encoding, _) => problems.warn_cell(&place, rule, Vec::new()),
                (Harm::Serial | Harm::Blank, _) => {}
                (Harm::Fault | Harm::Narrow, _) | (_, Written::Short | Written::Words) => {
                    problems.cell(&place, rule);
                }
                _ => problems.warn_cell(&place, format!("looks as if it {rule}"), Vec::new()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_make_of_values_is_known() {
        for (text, known) in [
            ("#REF!", Harm::Fault),
            ("#N/A", Harm::Fault),
            ("Err:502", Harm::Fault),
            ("####", Harm::Narrow),
            ("1-Mar", Harm::Date),
            ("Mar-01", Harm::Date),
            ("12-Mar-2019", Harm::Date),
            ("Sep-2", Harm::Date),
            ("07/01/18", Harm::Date),
            ("7/1/2018", Harm::Date),
            ("13/01/2018", Harm::Date),
            ("2018-07-01", Harm::Date),
            ("2018-07-01 00:00:00", Harm::Date),
            ("02:02:00 AM", Harm::Time),
            ("02:02:00", Harm::Time),
            ("2:02 pm", Harm::Time),
            ("2.79E+07", Harm::Exponent),
            ("1E-05", Harm::Exponent),
            ("'2:2", Harm::Apostrophe),
            ("'=A1", Harm::Apostrophe),
            ("43466", Harm::Serial),
            ("RECIST\u{A0}1.1", Harm::Blank),
            ("MÃ¼ller", Harm::Encoding),
            ("Unâ€œStumped", Harm::Encoding),
            ("37Â\u{A0}Â°C", Harm::Encoding),
        ] {
            assert_eq!(harm(text), Some(known), "{text}");
        }
    }

    #[test]
    fn what_people_write_is_left_alone() {
        for text in [
            "",
            "2:2",
            "241:316-23",
            "17:676-85",
            "12-15",
            "July 2018",
            "Table 2 row 4",
            "1/2",
            "3/4",
            "III",
            "RECIST 1.1",
            "250 mg",
            "E6;A20",
            "'recurrent' disease",
            "'recurrent",
            "20.1",
            "abstract",
            "2-1-1",
            "exon 20",
            "1e5",
            "12345",
            "60000",
            "March",
            "May-Grünwald",
            "SÃO PAULO",
            "São Paulo",
            "Âge 12, “sic”",
            "31/12",
            "33/13/2018",
            "p. 7",
            "- ",
            "#1",
            "1:1",
            "10.1002/path.4836",
            "Err",
            "Err:x",
        ] {
            assert_eq!(harm(text), None, "{text}");
        }
    }
}

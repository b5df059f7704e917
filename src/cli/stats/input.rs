//! Reads the columns of a CSV file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::analysis::frame::{Frame, FrameBuilder, RowNames};

/// Cells without a value: empty, and as R writes it.
const MISSING: &[&str] = &["", "NA"];

/// Reads the columns `wanted` of a CSV file with headings, its cells parted by `delimiter`; `-` is
/// standard input. Rows are called
/// by the column `case` where one is given, else by their lines.
pub(super) fn read(
    path: &Path,
    delimiter: char,
    wanted: &[&str],
    case: Option<&str>,
) -> Result<Frame> {
    let name = path.display();
    let source: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| format!("cannot open {name}"))?)
    };
    let Ok(delimiter) = u8::try_from(delimiter) else {
        bail!("--delimiter {delimiter:?} is none: use one ASCII character, such as ; or a tab");
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(source);
    let headings: Vec<String> = reader
        .headers()
        .with_context(|| format!("{name}: the headings cannot be read as CSV in UTF-8"))?
        .iter()
        .map(|heading| heading.trim().trim_start_matches('\u{FEFF}').to_owned())
        .collect();
    let mut places = Vec::new();
    for column in wanted.iter().copied().chain(case) {
        let mut found = headings.iter().enumerate().filter(|(_, h)| *h == column);
        let Some((place, _)) = found.next() else {
            let advice = match headings.as_slice() {
                [] => " (it is empty)".to_owned(),
                [one] if one.contains([';', '\t']) => {
                    "; its cells seem to be parted by something else than commas: say by what with --delimiter".to_owned()
                }
                _ => format!("; its columns are {}", headings.join(", ")),
            };
            bail!("{name} has no column {column:?}{advice}");
        };
        if let Some((second, _)) = found.next() {
            bail!(
                "{name} has two columns {column:?}, number {} and number {}; rename one",
                place + 1,
                second + 1
            );
        }
        places.push((column, place));
    }
    places.sort_unstable();
    places.dedup();
    let mut builder = FrameBuilder::new(places.iter().map(|(column, _)| *column), MISSING);
    let case = case.and_then(|case| headings.iter().position(|heading| heading == case));
    let mut units = Vec::new();
    let mut lines = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .with_context(|| format!("{name} cannot be read as CSV in UTF-8"))?
    {
        builder.push(places.iter().map(|(_, place)| &record[*place]));
        units.extend(case.map(|place| match record[place].trim() {
            missing if MISSING.contains(&missing) => String::new(),
            unit => unit.to_owned(),
        }));
        let line = record.position().map_or(0, csv::Position::line);
        // Lines are kept from the first row on that does not stand on the line after the last.
        if !lines.is_empty() || line != builder.rows() + 1 {
            let before = lines.len() as u64 + 2..builder.rows() + 1;
            lines.extend(before);
            lines.push(line);
        }
    }
    let names = if case.is_some() {
        RowNames::Units(units)
    } else {
        RowNames::Lines(lines)
    };
    let frame = builder.finish(names);
    if frame.rows() == 0 {
        bail!("{name} has headings and no rows");
    }
    Ok(frame)
}

//! Reads the columns of a CSV file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::analysis::frame::{Frame, FrameBuilder, RowNames};

/// Cells without a value: empty, and as R writes it.
const MISSING: &[&str] = &["", "NA"];

/// Reads the columns `wanted` of a CSV file with headings; `-` is standard input. Rows are called
/// by the column `case` where one is given, else by their lines.
pub(super) fn read(path: &Path, wanted: &[&str], case: Option<&str>) -> Result<Frame> {
    let name = path.display();
    let source: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| format!("cannot open {name}"))?)
    };
    let mut reader = csv::ReaderBuilder::new().from_reader(source);
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
            bail!(
                "{name} has no column {column:?}; its columns are {}",
                headings.join(", ")
            );
        };
        if let Some((second, _)) = found.next() {
            bail!(
                "{name} has two columns {column:?}, the {}th and the {}th; rename one",
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
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .with_context(|| format!("{name} cannot be read as CSV in UTF-8"))?
    {
        builder.push(places.iter().map(|(_, place)| &record[*place]));
        units.extend(case.map(|place| record[place].to_owned()));
    }
    let names = if case.is_some() {
        RowNames::Units(units)
    } else {
        RowNames::Lines
    };
    let frame = builder.finish(names);
    if frame.rows() == 0 {
        bail!("{name} has headings and no rows");
    }
    Ok(frame)
}

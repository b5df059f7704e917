//! Reads the columns of a CSV file.

use std::path::Path;

use anyhow::{Result, bail};

use crate::delimited::{LOST, Reader, Record, Refused, address, delimiter_name, trimmed};
use crate::kinds::frame::{Frame, FrameBuilder, Missing, RowNames};

/// Columns of a file, and what a reader must know of how they were read.
pub(super) struct Input {
    pub frame: Frame,
    pub cautions: Vec<String>,
}

/// Reads the columns `wanted` of the bytes of a CSV file with headings, its cells parted by `delimiter`; `-` is
/// standard input. Rows are called by the column `case` where one is given, else by their lines. The
/// words `missing` stand for no value beside those that programs write.
pub(super) fn read(
    path: &Path,
    bytes: &[u8],
    delimiter: char,
    wanted: &[&str],
    case: Option<&str>,
    missing: &[String],
) -> Result<Input> {
    let is_input = path.as_os_str() == "-";
    let name = if is_input {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    };
    let Ok(byte) = u8::try_from(delimiter) else {
        bail!("--delimiter {delimiter:?} is none: use one ASCII character, such as ; or a tab");
    };
    let reader = match Reader::new(bytes, byte) {
        Ok(reader) => reader,
        Err(Refused::Form(fault)) => bail!("{name} {fault}"),
        Err(Refused::Separated(other)) => bail!(
            "{name}: its cells are not separated by {}s but, it seems, by {}s: say so with --delimiter {}",
            delimiter_name(delimiter),
            delimiter_name(other),
            if other == '\t' {
                "tab".to_owned()
            } else {
                format!("'{other}'")
            }
        ),
    };
    let file = Columns {
        places: places(&name, reader.headings(), wanted, case)?,
        case: case.and_then(|case| reader.headings().iter().position(|h| h == case)),
        name: name.clone(),
    };
    let words = Missing::with(missing);
    let (mut builder, mut names) = file.frame(reader.clone(), &words)?;
    let signed = builder.signed();
    if !signed.is_empty() {
        (builder, names) = file.frame(reader, &words.signed(signed))?;
    }
    let frame = builder.finish(names);
    if frame.rows() == 0 {
        bail!("{name} has headings and no rows");
    }
    let unused = missing.iter().filter(|word| !frame.lacks_by(word));
    let cautions = unused
        .map(|word| format!("No cell that was read holds {word:?} (--missing)."))
        .collect();
    Ok(Input { frame, cautions })
}

/// Where each wanted column stands.
fn places<'a>(
    name: &str,
    headings: &[String],
    wanted: &[&'a str],
    case: Option<&'a str>,
) -> Result<Vec<(&'a str, usize)>> {
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
                "{name} has two columns {column:?}, number {} and number {}; rename one",
                place + 1,
                second + 1
            );
        }
        places.push((column, place));
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// The columns that are read.
struct Columns<'a> {
    name: String,
    places: Vec<(&'a str, usize)>,
    case: Option<usize>,
}

impl Columns<'_> {
    fn frame(&self, mut reader: Reader<'_>, missing: &Missing) -> Result<(FrameBuilder, RowNames)> {
        let name = &self.name;
        let columns = self.places.iter().map(|(column, _)| *column);
        let mut builder = FrameBuilder::new(columns, missing.clone());
        let mut units = Vec::new();
        let mut lines = Vec::new();
        for record in reader.by_ref() {
            let record = match record {
                Ok(record) => record,
                Err(fault) => bail!("{name} {fault}"),
            };
            self.check(&record)?;
            builder.push(
                self.places
                    .iter()
                    .map(|(_, place)| trimmed(&record.cells[*place])),
            );
            units.extend(self.case.map(|place| match trimmed(&record.cells[place]) {
                word if missing.is_no_unit(word) => String::new(),
                unit => unit.to_owned(),
            }));
            let line = record.line as u64;
            // Lines are kept from the first row on that does not stand on the line after the last.
            if !lines.is_empty() || line != builder.rows() + 1 {
                let before = lines.len() as u64 + 2..builder.rows() + 1;
                lines.extend(before);
                lines.push(line);
            }
        }
        if let Some(fault) = reader.swallowed().first() {
            bail!("{name} {fault}");
        }
        let names = if self.case.is_some() {
            RowNames::Units(units, Some(lines))
        } else {
            RowNames::Lines(lines)
        };
        Ok((builder, names))
    }

    /// Fails where a character of a cell was lost.
    fn check(&self, record: &Record<'_>) -> Result<()> {
        for (column, place) in &self.places {
            let cell = &record.cells[*place];
            if cell.contains(LOST) {
                bail!(
                    "{} line {} ({}), column {column}: {cell:?} has a character ({LOST}) that stands where another one was lost: export the table again as UTF-8",
                    self.name,
                    record.line,
                    address(*place, record.row)
                );
            }
        }
        Ok(())
    }
}

//! The sheets of a study, written row by row: no more than a buffer of each is in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use super::SyntheticError;
use crate::case::Schema;

/// A cell with the heading that it stands under.
pub(super) type Cell<'a> = (&'static str, Cow<'a, str>);

struct Sheet {
    headings: Vec<&'static str>,
    writer: csv::Writer<BufWriter<File>>,
}

/// Every sheet of a study, open for writing.
pub(super) struct Sheets(BTreeMap<&'static str, Sheet>);

impl Sheets {
    /// Makes the folder and the sheets with their headings.
    pub fn create(folder: &Path) -> Result<Self, SyntheticError> {
        fs::create_dir_all(folder).map_err(|source| SyntheticError::Write {
            path: folder.to_owned(),
            source,
        })?;
        let mut sheets = BTreeMap::new();
        for sheet in Schema::shipped().sheets().filter(|sheet| !sheet.kept) {
            let name = sheet.name;
            let path = folder.join(format!("{name}.csv"));
            let file =
                File::create(&path).map_err(|source| SyntheticError::Write { path, source })?;
            let mut writer = csv::Writer::from_writer(BufWriter::new(file));
            let headings = Schema::shipped().headings(name);
            writer.write_record(&headings)?;
            sheets.insert(name, Sheet { headings, writer });
        }
        Ok(Self(sheets))
    }

    /// Writes a row; headings that it does not name stay empty.
    pub fn row(&mut self, name: &'static str, cells: &[Cell<'_>]) -> Result<(), SyntheticError> {
        let Some(sheet) = self.0.get_mut(name) else {
            return Ok(());
        };
        debug_assert!(
            cells
                .iter()
                .all(|(heading, _)| sheet.headings.contains(heading))
        );
        for heading in &sheet.headings {
            let cell = cells.iter().find(|(name, _)| name == heading);
            sheet
                .writer
                .write_field(cell.map_or("", |(_, value)| value))?;
        }
        Ok(sheet.writer.write_record(None::<&[u8]>)?)
    }

    /// Writes what is still in memory.
    pub fn finish(mut self) -> Result<(), SyntheticError> {
        for sheet in self.0.values_mut() {
            sheet.writer.flush().map_err(csv::Error::from)?;
        }
        Ok(())
    }
}

use anyhow::Result;
use clap::Args;

use super::Exit;
use super::session::{Place, suggestions};
use super::shown::Shown;
use crate::case::Schema;
use crate::ingest::sheets_of;
use crate::report::{dictionary, json_schema};

/// Say which sheets and columns there are, what they mean and what a cell may hold
///
/// Those of every study, and those that the study adds in its columns.toml.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph sheets
  casegraph sheets treatments
  casegraph sheets treatments --json-schema
  casegraph sheets --project my-study --format md --output SHEETS.md")]
pub struct Sheets {
    /// One sheet alone, such as treatments
    #[arg(value_name = "SHEET")]
    sheet: Option<String>,
    /// Write a JSON Schema of the rows instead
    #[arg(long, conflicts_with_all = ["format", "output"])]
    json_schema: bool,
    #[command(flatten)]
    shown: Shown,
}

impl Sheets {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let project = place.find()?;
        let schema: &'static Schema = sheets_of(project.study())?;
        let only = self.sheet.as_deref();
        if let Some(only) = only
            && schema.sheet(only).is_none()
        {
            let known: Vec<String> = schema.sheets().map(|sheet| sheet.name.to_owned()).collect();
            anyhow::bail!("there is no sheet {only:?}{}", suggestions(only, &known));
        }
        if self.json_schema {
            let text = serde_json::to_string_pretty(&json_schema(schema, only))?;
            place.printer().text(&format!("{text}\n"))?;
            return Ok(Exit::Done);
        }
        self.shown
            .show(&dictionary(schema, only), place.printer())?;
        Ok(Exit::Done)
    }
}

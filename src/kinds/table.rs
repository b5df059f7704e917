//! The rows as they are.

use clap::Args;
use serde::{Deserialize, Serialize};

use super::settings::Declared;
use super::{AnalysisError, Finding, Keys, Kind, Ledger, Unit};
use crate::graph::Table;

/// The word after `kind:`.
pub const NAME: &str = "table";

/// The rows as they are
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Column that identifies the unit, where the rows have one
    #[arg(long)]
    #[serde(default)]
    pub case: Option<String>,
}

impl Declared for Settings {
    const DEFAULTS: &'static [(&'static str, &'static str)] = &[];

    fn choices() -> Option<clap::Command> {
        None
    }
}

impl Keys for Settings {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn case(&self) -> Option<&str> {
        self.case.as_deref()
    }

    fn columns(&self) -> Vec<(&'static str, &str)> {
        self.case().map(|case| ("case", case)).into_iter().collect()
    }
}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, _rows: &Table) -> Result<Finding, AnalysisError> {
        Ok(Finding::without(Ledger::default(), Vec::new()))
    }
}

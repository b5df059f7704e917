//! The rows as they are.

use serde::{Deserialize, Serialize};

use super::{AnalysisError, Finding, Kind, Ledger, Unit};
use crate::graph::Table;

/// The word after `kind:`.
pub const NAME: &str = "table";

/// Settings of a plain table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Column that identifies the unit, when the rows have one.
    #[serde(default)]
    pub case: Option<String>,
}

impl Kind for Settings {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn case(&self) -> Option<&str> {
        self.case.as_deref()
    }

    fn columns(&self) -> Vec<(&'static str, &str)> {
        self.case().map(|case| ("case", case)).into_iter().collect()
    }

    fn of_rows(&self, _unit: &Unit, _rows: &Table) -> Result<Finding, AnalysisError> {
        Ok(Finding::without(Ledger::default(), Vec::new()))
    }
}

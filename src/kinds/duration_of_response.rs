//! How long responses last: from the response to progression or death, of those who responded.

use super::columns::{self, Estimate, Estimator};
use super::frame::{Coding, Frame, Selection, is_same};
use super::settings::defaults::{event, months, response};
use super::settings::{self, settings};
use super::survival;
use super::{AnalysisError, Finding, Kind, Unit};
use crate::graph::Table;

/// The word after `kind:`.
pub const NAME: &str = "duration-of-response";

settings! {
    /// How long responses last
    ///
    /// Kaplan-Meier curves from the response to progression or death, of the cases with an objective
    /// response; the others are left out, by name.
    #[command(after_help = "Examples:
  casegraph stats duration-of-response --input cases.csv --response best --success CR,PR --time months --event progressed
  casegraph stats duration-of-response --input cases.csv --response best --success CR,PR --time months --event progressed --by drug")]
    columns {
        /// Column of the best overall response
        response: String = "response",
        /// Column of the time from the response to progression, death or the last contact
        time: String = "months",
        /// Column that says whether progression or death came: 1 or true, 0 or false
        event: String = "event",
        /// Column of the groups
        by: Option<String>,
    }
    values {
        /// Codes that count as objective response
        #[arg(value_name = "CODES", value_delimiter = ',', required = true)]
        success: Vec<String>,
    }
    options: survival::Choices,
}

impl Kind for Settings {
    fn codes(&self) -> Vec<(&'static str, &str, &str)> {
        settings::codes("success", &self.response, &self.success).collect()
    }

    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        columns::of_rows(self, rows)
    }
}

impl Estimator for Settings {
    const NEEDS: &'static str = "Response, months and outcome are";

    fn narrow(&self, frame: &Frame, selection: &mut Selection) -> Result<(), AnalysisError> {
        let best = frame.factor(&self.response, &selection.kept)?;
        let mut responders = Vec::new();
        for (row, code) in selection.kept.iter().zip(best.codes()) {
            let label = &best.labels()[*code as usize];
            if self.success.iter().any(|code| is_same(label, code)) {
                responders.push(*row);
            } else {
                let reason = format!("no objective response ({label})");
                selection.left_out.entry(reason).or_default().push(*row);
            }
        }
        selection.kept = responders;
        Ok(())
    }

    fn event(&self) -> Option<(&str, Coding, &'static str)> {
        Some((&self.event, self.survival().coding(), "censored"))
    }

    fn estimate(&self, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
        let mut estimate = self.survival().estimate(frame, kept)?;
        estimate.method = format!(
            "Duration of response, of cases with {}, from the response on. {}",
            self.success.join(" or "),
            estimate.method
        );
        Ok(estimate)
    }
}

impl Settings {
    /// The survival analysis of the responders.
    fn survival(&self) -> survival::Settings {
        survival::Settings {
            start: None,
            time: self.time.clone(),
            event: self.event.clone(),
            by: self.by.clone(),
            begins: None,
            strata: None,
            count: None,
            case: self.case.clone(),
            options: self.options.clone(),
        }
    }
}

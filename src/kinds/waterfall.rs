//! The best change of tumor size in each case, the largest growth first.

use serde::Serialize;
use serde_json::{Value, json};

use super::rows::rows;
use super::settings::defaults::change;
use super::settings::settings;
use super::{AnalysisError, Finding, Kind, Ledger, StatisticResult, Unit, Words};
use crate::document::cells::row;
use crate::document::{self, Cell, Role};
use crate::graph::Table;

/// The word after `kind:`.
pub const NAME: &str = "waterfall";

settings! {
    /// Best change of tumor size, one bar a case
    ///
    /// One row a case.
    columns {
        /// Column of the change from baseline, in percent; negative is smaller
        change: String = "change",
        /// Column of the best overall response, which sets the colour
        response: Option<String>,
    }
}

/// The best change of a case's tumour size.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SizeChange {
    /// Key of the case.
    pub case: String,
    /// Change from baseline in percent; negative where the tumor became smaller.
    pub percent: f64,
    /// Best overall response as reported, if known.
    pub response: Option<String>,
}

/// The cases with a known change, the largest growth first, then by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Waterfall {
    /// One entry a case, from growth to shrinkage.
    pub cases: Vec<SizeChange>,
}

impl Waterfall {
    /// Number of cases whose tumor became smaller by `percent` or more.
    #[must_use]
    pub fn shrunk_by(&self, percent: f64) -> usize {
        let shrunk = |case: &&SizeChange| case.percent <= -percent;
        self.cases.iter().filter(shrunk).count()
    }
}

fn waterfall(settings: &Settings, table: &Table) -> Result<Finding, AnalysisError> {
    let mut ledger = Ledger::default();
    let mut result = Waterfall::default();
    for row in rows(table) {
        let case = row.unit(&settings.case);
        match row.number(&settings.change)? {
            None => ledger.exclude(&case, row.missing()),
            Some(percent) => {
                ledger.count(&case);
                let response = settings.response.as_ref().and_then(|name| row.get(name));
                result.cases.push(SizeChange {
                    case,
                    percent,
                    response: response.map(str::to_owned),
                });
            }
        }
    }
    result.cases.sort_by(|a, b| {
        let by_size = b.percent.total_cmp(&a.percent);
        by_size.then_with(|| a.case.cmp(&b.case))
    });
    let mut cautions = Vec::new();
    if ledger.excluded() > 0 {
        cautions.push(format!(
            "The change of size is known for {} of {}; reports give it mostly where it is large.",
            result.cases.len(),
            ledger.eligible()
        ));
    }
    let method = "Best change of tumor size from baseline as reported, whatever was measured; the lines at +20 % and -30 % are the thresholds of RECIST 1.1 for the sum of diameters and make no category by themselves.";
    Ok(Finding::new(result, ledger, method, cautions))
}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        waterfall(self, rows)
    }
}

impl StatisticResult for Waterfall {
    fn json(&self) -> Value {
        json!(self)
    }

    fn tables(&self, _words: &Words<'_>) -> Vec<document::Table> {
        let columns = [
            ("case", Role::Case),
            ("change, %", Role::Number),
            ("best overall response", Role::Text),
        ];
        let mut table = document::Table::new("Best change of tumor size", &columns);
        for case in &self.cases {
            let response = case.response.as_deref().unwrap_or_default();
            let change = Cell::number(case.percent, signed(case.percent));
            table.push(row![&case.case, change, response]);
        }
        vec![table]
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        format!(
            "{} with a known change of size, {} smaller by 30 % or more",
            self.cases.len(),
            self.shrunk_by(30.0)
        )
    }
}

/// A number with its sign, as a change is written.
fn signed(number: f64) -> String {
    format!("{}{number}", if number > 0.0 { "+" } else { "" })
}

//! The best change of tumor size in each case, the largest growth first.

use serde::Serialize;

use super::ledger::Ledger;
use super::rows::rows;
use super::{AnalysisError, Found, Outcome};
use crate::query::Table;
use crate::query::header::statistic::Waterfall as Settings;
use crate::stats::estimate::Level;

/// One case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SizeChange {
    /// Its identifier.
    pub case: String,
    /// Change from baseline in percent; negative where the tumor became smaller.
    pub percent: f64,
    /// Best overall response as reported, if known.
    pub response: Option<String>,
}

/// The cases with a known change, the largest growth first, then by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Waterfall {
    /// The cases.
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

pub(super) fn waterfall(settings: &Settings, table: &Table) -> Result<Found, AnalysisError> {
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
    let method = "Best change of tumor size from baseline as reported, whatever was measured; the lines at +20 % and -30 % are the thresholds of RECIST 1.1 for the sum of diameters and make no category by themselves.".to_owned();
    Ok(Found {
        level: Level::P95,
        bounds: None,
        outcome: Outcome::Waterfall(result),
        ledger,
        method,
        cautions,
    })
}

//! The tests of a two-by-two table.

use serde::Serialize;

use crate::kinds::settings::Common;
use crate::stats::contingency::ChiSquared;
use crate::stats::contingency::{
    Continuity, FisherExact, FisherOptions, SampleOddsRatio, Table2x2,
};
use crate::stats::conventions::{ChiSquaredReport, OddsRatioEstimate};
use crate::stats::estimate::ObservedShare;

/// Tests and odds ratios of a two-by-two table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TwoByTwo {
    /// Fisher's exact test with the conditional odds ratio.
    pub fisher: FisherExact,
    /// The same counting half of the observed table, and of those as probable.
    pub fisher_mid_p: FisherExact,
    /// The cross product with Woolf's interval.
    pub sample_odds_ratio: SampleOddsRatio,
    /// Pearson's chi-squared test without continuity correction.
    pub pearson: ChiSquared,
    /// The same with Yates's correction.
    pub yates: ChiSquared,
    /// Which of these are shown to people.
    #[serde(skip)]
    pub shown: Shown,
}

/// Which statistics of a two-by-two table are shown, where packages differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// Which chi-squared tests a report shows.
    pub chi_squared: ChiSquaredReport,
    /// Which estimate of the odds ratio a report shows.
    pub odds_ratio: OddsRatioEstimate,
}

impl TwoByTwo {
    pub(in crate::kinds) fn of(table: &Table2x2, common: &Common) -> Self {
        let fisher = FisherOptions {
            level: common.level,
            ..FisherOptions::default()
        };
        Self {
            fisher: table.fisher_exact_with(fisher),
            fisher_mid_p: table.fisher_exact_with(FisherOptions {
                observed: ObservedShare::Half,
                ..fisher
            }),
            sample_odds_ratio: table.woolf(common.level),
            pearson: table.chi_squared(Continuity::Uncorrected),
            yates: table.chi_squared(Continuity::Yates),
            shown: Shown {
                chi_squared: common.conventions().chi_squared,
                odds_ratio: common.conventions().odds_ratio,
            },
        }
    }
}

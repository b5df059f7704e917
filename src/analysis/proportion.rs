//! Proportions by group, each with every interval, and their differences from a reference group.

use serde::{Deserialize, Serialize};

use super::computed::{Computed, Made};
use super::frame::Frame;
use super::options::{Common, Many, Word, event_coding, read};
use super::{AnalysisError, Outcome};
use crate::query::header::statistic::{Options, Proportion as Settings};
use crate::stats::contingency::ChiSquared;
use crate::stats::contingency::{
    Continuity, FisherExact, FisherOptions, SampleOddsRatio, Table2x2,
};
use crate::stats::conventions::{Area, ChiSquaredReport, Conventions, OddsRatioEstimate};
use crate::stats::estimate::{Interval, IntervalMethod, ObservedShare};
use crate::stats::proportion::{Comparison, Proportion, RiskDifference, RiskRatio};

/// Choices for proportions.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Choices {
    event_value: Many<Word>,
    no_event: Many<Word>,
    reference: Option<Word>,
}

/// Proportions by group.
#[derive(Debug, Clone, Serialize)]
pub struct Proportions {
    /// Everyone.
    pub overall: GroupProportion,
    /// Each group; empty without grouping.
    pub groups: Vec<GroupProportion>,
    /// Each other group against the reference.
    pub comparisons: Vec<GroupComparison>,
}

/// One proportion.
#[derive(Debug, Clone, Serialize)]
pub struct GroupProportion {
    /// The group; `all` for everyone.
    pub group: String,
    /// Cases with the event.
    pub events: u64,
    /// Cases.
    pub n: u64,
    /// The proportion.
    pub estimate: f64,
    /// Its intervals: first the one to report.
    pub intervals: Vec<Interval>,
}

/// Two proportions set against each other.
#[derive(Debug, Clone, Serialize)]
pub struct GroupComparison {
    /// The group.
    pub group: String,
    /// What it is compared with.
    pub reference: String,
    /// Proportion of the group minus that of the reference.
    pub risk_difference: RiskDifference,
    /// Proportion of the group divided by that of the reference.
    pub risk_ratio: RiskRatio,
    /// Tests and odds ratios; none where a margin of the two-by-two table is empty.
    pub tests: Option<TwoByTwo>,
    /// Why there are none.
    pub no_tests: Option<String>,
}

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
    /// Which chi-squared test.
    pub chi_squared: ChiSquaredReport,
    /// Which odds ratio.
    pub odds_ratio: OddsRatioEstimate,
}

impl TwoByTwo {
    pub(super) fn of(table: &Table2x2, common: &Common) -> Self {
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

/// One proportion from its counts.
///
/// # Errors
/// The counts are no proportion, or an option is unknown.
pub fn proportion_of_counts(
    successes: u64,
    n: u64,
    options: &Options,
) -> Result<Computed, AnalysisError> {
    let (common, _) = read::<Choices>("proportion", options)?;
    let conventions = common.conventions();
    let proportion =
        Proportion::new(successes, n).map_err(|error| AnalysisError::Refused(error.to_string()))?;
    let overall = group("all", proportion, &common, &conventions);
    let result = Proportions {
        overall,
        groups: Vec::new(),
        comparisons: Vec::new(),
    };
    Ok(Computed {
        kind: "proportion",
        level: common.level,
        bounds: None,
        method: method(&result),
        outcome: Outcome::Proportion(Box::new(result)),
        counted: usize::try_from(n).unwrap_or(usize::MAX),
        left_out: std::collections::BTreeMap::new(),
        coded: None,
        cautions: Vec::new(),
        differences: conventions.differences(Area::Proportions),
        open_questions: conventions.open_questions(Area::Proportions),
    })
}

pub(super) fn make(
    settings: &Settings,
    frame: &Frame,
    kept: &[u32],
) -> Result<Made, AnalysisError> {
    let (common, choices) = read::<Choices>("proportion", &settings.options)?;
    let conventions = common.conventions();
    let events = frame
        .events(&settings.event, &event_coding(&settings.options), kept)?
        .came;
    let refused = |error: crate::stats::proportion::ProportionError| {
        AnalysisError::Refused(error.to_string())
    };
    let all = events.iter().filter(|event| **event).count() as u64;
    let overall = Proportion::new(all, events.len() as u64).map_err(refused)?;
    let mut groups: Vec<(String, Proportion)> = Vec::new();
    if let Some(by) = &settings.by {
        let factor = frame.factor(by, kept)?;
        let mut hits = vec![0_u64; factor.labels().len()];
        for (code, event) in factor.codes().iter().zip(&events) {
            hits[*code as usize] += u64::from(*event);
        }
        for ((label, hits), n) in factor.labels().iter().zip(hits).zip(factor.counts()) {
            let proportion = Proportion::new(hits, n as u64).map_err(refused)?;
            groups.push((label.clone(), proportion));
        }
    }
    // A reference that no case is in is a gap of the data, not a mistake.
    let reference = match &choices.reference {
        None => Some(0),
        Some(word) => {
            let labels: Vec<String> = groups.iter().map(|(label, _)| label.clone()).collect();
            frame.named(settings.by.as_deref().unwrap_or("by"), &labels, &word.0)?
        }
    };
    let mut cautions = Vec::new();
    if let (None, Some(word)) = (reference, &choices.reference) {
        cautions.push(format!(
            "No comparison: no case is in the group {:?}.",
            word.0
        ));
    }
    let comparisons = reference.map_or_else(Vec::new, |reference| {
        let others = groups
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != reference);
        others
            .map(|(_, other)| compare(other, &groups[reference], &common))
            .collect()
    });
    let result = Proportions {
        overall: group("all", overall, &common, &conventions),
        comparisons,
        groups: groups
            .iter()
            .map(|(label, proportion)| group(label, *proportion, &common, &conventions))
            .collect(),
    };
    let compared = !result.comparisons.is_empty();
    Ok(Made {
        level: common.level,
        method: method(&result),
        outcome: Outcome::Proportion(Box::new(result)),
        cautions,
        conventions,
        areas: if compared {
            &[Area::Proportions, Area::Tables]
        } else {
            &[Area::Proportions]
        },
    })
}

fn method(result: &Proportions) -> String {
    let first: Vec<&str> = result
        .overall
        .intervals
        .iter()
        .take(1)
        .map(|i| i.method.name())
        .collect();
    let mut method = format!(
        "Proportion of cases with the event; the first interval is {}.",
        first.join("")
    );
    if !result.comparisons.is_empty() {
        method.push_str(" Differences: Miettinen-Nurminen score interval and Newcombe's hybrid score interval; ratios: Miettinen-Nurminen score interval and Wald's on the log scale; Fisher's exact test, two-sided.");
    }
    method
}

fn group(
    label: &str,
    proportion: Proportion,
    common: &Common,
    conventions: &Conventions,
) -> GroupProportion {
    let mut intervals = proportion.intervals(common.level);
    if conventions
        .proportion_intervals
        .contains(&IntervalMethod::Wald)
    {
        intervals.push(proportion.wald(common.level));
    }
    // The package's own come first, in its order; the others keep theirs.
    let rank = |interval: &Interval| {
        let first = conventions.proportion_intervals;
        first
            .iter()
            .position(|method| *method == interval.method)
            .unwrap_or(first.len())
    };
    intervals.sort_by_key(rank);
    GroupProportion {
        group: label.to_owned(),
        events: proportion.successes(),
        n: proportion.n(),
        estimate: proportion.value(),
        intervals,
    }
}

fn compare(
    (label, first): &(String, Proportion),
    (reference, second): &(String, Proportion),
    common: &Common,
) -> GroupComparison {
    let comparison = Comparison::new(*first, *second);
    let table = Table2x2::compare(*first, *second);
    GroupComparison {
        group: label.clone(),
        reference: reference.clone(),
        risk_difference: comparison.difference(common.level),
        risk_ratio: comparison.ratio(common.level),
        no_tests: table.as_ref().err().map(ToString::to_string),
        tests: table.ok().map(|table| TwoByTwo::of(&table, common)),
    }
}

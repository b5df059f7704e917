//! Counts the events of each group and compares the groups.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{GroupComparison, GroupProportion, NAME, Proportions, Settings, TwoByTwo};
use crate::kinds::columns::{Computed, Estimate};
use crate::kinds::frame::Frame;
use crate::kinds::settings::{Common, Options};
use crate::kinds::{AnalysisError, Finding, Ledger};
use crate::stats::contingency::Table2x2;
use crate::stats::conventions::{Area, Conventions};
use crate::stats::estimate::{Interval, IntervalMethod};
use crate::stats::proportion::{Comparison, Proportion};

/// One proportion from its counts.
pub(super) fn of_counts(
    successes: u64,
    n: u64,
    common: &Common,
) -> Result<Computed, AnalysisError> {
    let conventions = common.conventions();
    let proportion =
        Proportion::new(successes, n).map_err(|error| AnalysisError::Refused(error.to_string()))?;
    let result = Proportions {
        overall: group("all", proportion, common, &conventions),
        groups: Vec::new(),
        comparisons: Vec::new(),
    };
    Ok(Computed {
        kind: NAME,
        counted: usize::try_from(n).unwrap_or(usize::MAX),
        left_out: BTreeMap::new(),
        coded: None,
        finding: Finding {
            level: common.level,
            differences: conventions.differences(Area::Proportions),
            open_questions: conventions.open_questions(Area::Proportions),
            ..Finding::new(
                result.clone(),
                Ledger::default(),
                &method(&result),
                Vec::new(),
            )
        },
    })
}

pub(super) fn estimate(
    settings: &Settings,
    frame: &Frame,
    kept: &[u32],
) -> Result<Estimate, AnalysisError> {
    let Options {
        common,
        own: choices,
        ..
    } = &settings.options;
    let conventions = common.conventions();
    let events = frame
        .events(&settings.event, &settings.coding(), kept)?
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
            frame.named(settings.by.as_deref().unwrap_or("by"), &labels, word)?
        }
    };
    let mut cautions = Vec::new();
    if let (None, Some(word)) = (reference, &choices.reference) {
        cautions.push(format!("No comparison: no case is in the group {word:?}."));
    }
    let comparisons = reference.map_or_else(Vec::new, |reference| {
        let others = groups
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != reference);
        others
            .map(|(_, other)| compare(other, &groups[reference], common))
            .collect()
    });
    let result = Proportions {
        overall: group("all", overall, common, &conventions),
        comparisons,
        groups: groups
            .iter()
            .map(|(label, proportion)| group(label, *proportion, common, &conventions))
            .collect(),
    };
    let compared = !result.comparisons.is_empty();
    Ok(Estimate {
        level: common.level,
        method: method(&result),
        found: Arc::new(result),
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

//! Survival curves with medians, numbers at risk and the log-rank test.

use std::collections::{BTreeMap, BTreeSet};

use super::ledger::Ledger;
use super::rows::rows;
use super::{AnalysisError, Found, Outcome as AnalysisOutcome};
use crate::query::Table;
use crate::query::header::statistic::Survival as Settings;
use crate::stats::survival::{
    Curve, CurveOptions, LogRank, Observation, Outcome, Quantile, Sample, kaplan_meier,
    kaplan_meier_by_group, logrank,
};

/// Below this many events a curve is little more than its cases.
const FEW_EVENTS: usize = 10;

/// One group's curve.
#[derive(Debug, Clone)]
pub struct SurvivalGroup {
    /// The group; `all` for everyone.
    pub label: String,
    /// The Kaplan-Meier curve.
    pub curve: Curve,
    /// Its median.
    pub median: Quantile,
}

/// Curves of everyone and of each group.
#[derive(Debug, Clone)]
pub struct SurvivalResult {
    /// Everyone.
    pub overall: SurvivalGroup,
    /// Each group; empty without grouping.
    pub groups: Vec<SurvivalGroup>,
    /// The log-rank test between the groups, or why there is none.
    pub logrank: Option<Result<LogRank, String>>,
}

pub(super) fn survival(settings: &Settings, table: &Table) -> Result<Found, AnalysisError> {
    let mut ledger = Ledger::default();
    let mut cautions = Vec::new();
    let mut seen = BTreeSet::new();
    let mut observations = Vec::new();
    for row in rows(table) {
        let unit = row.unit(&settings.case);
        if !seen.insert(unit.clone()) {
            cautions.push(format!("{unit} has several rows; the first one is counted"));
            continue;
        }
        let (time, event) = (row.number(&settings.time)?, row.boolean(&settings.event));
        let (Some(time), Some(event)) = (time, event) else {
            ledger.exclude(&unit, row.missing());
            continue;
        };
        if settings.by.as_ref().is_some_and(|by| row.get(by).is_none()) {
            ledger.exclude(&unit, row.missing());
            continue;
        }
        ledger.count(&unit);
        let outcome = if event {
            Outcome::Event
        } else {
            Outcome::Censored
        };
        let observation = Observation::new(time, outcome);
        observations.push(match row.group(settings.by.as_ref()) {
            Some(group) => observation.in_group(group),
            None => observation,
        });
    }
    if ledger.counted().len() < ledger.eligible() {
        cautions.insert(
            0,
            format!(
                "Months and outcome are known for {} of {}.",
                ledger.counted().len(),
                ledger.eligible()
            ),
        );
    }
    if observations.is_empty() {
        cautions.push("No one has both months and outcome: there is no curve.".to_owned());
        let outcome = AnalysisOutcome::Table;
        return Ok(Found {
            outcome,
            ledger,
            method: String::new(),
            cautions,
        });
    }
    let sample = Sample::new(observations)?;
    let grouped = settings.by.is_some();
    let groups: Vec<SurvivalGroup> = if grouped {
        let curves = kaplan_meier_by_group(&sample, CurveOptions::default());
        curves.into_iter().map(|curve| named(curve, None)).collect()
    } else {
        Vec::new()
    };
    let test = grouped.then(|| logrank(&sample).map_err(|error| error.to_string()));
    if let Some(Err(why)) = &test {
        cautions.push(format!("No log-rank test: {why}."));
    }
    if sample.events() < FEW_EVENTS {
        cautions.push(format!(
            "{} events: the curve, its median and its interval can change with a single case.",
            sample.events()
        ));
    }
    cautions.extend(mixed_time_zero(table, &ledger, &settings.case));
    let method = format!(
        "Kaplan-Meier estimate with log-log 95 % interval. The median is the first time at which the curve is below one half, or the middle of the step where it is exactly one half, as R's survfit has it; its interval is where the band crosses one half; NR: not reached.{}",
        if matches!(test, Some(Ok(_))) {
            " Groups compared by the log-rank test."
        } else {
            ""
        }
    );
    let overall = named(kaplan_meier(&sample, CurveOptions::default()), Some("all"));
    let outcome = AnalysisOutcome::Survival(SurvivalResult {
        overall,
        groups,
        logrank: test,
    });
    Ok(Found {
        outcome,
        ledger,
        method,
        cautions,
    })
}

/// Says so if the months of those counted start at different moments; the column `time_zero` of
/// the query tells.
fn mixed_time_zero(table: &Table, ledger: &Ledger, case: &str) -> Option<String> {
    let mut zeros: BTreeMap<String, usize> = BTreeMap::new();
    table.column("time_zero")?;
    for row in rows(table).filter(|row| ledger.counted().contains(&row.unit(case))) {
        let zero = row
            .get("time_zero")
            .unwrap_or("start not stated")
            .to_owned();
        *zeros.entry(zero).or_insert(0) += 1;
    }
    let words: Vec<String> = zeros
        .iter()
        .map(|(zero, n)| format!("{zero} ({n})"))
        .collect();
    (words.len() > 1).then(|| {
        format!(
            "Months are counted from different moments: {}.",
            words.join(", ")
        )
    })
}

fn named(curve: Curve, label: Option<&str>) -> SurvivalGroup {
    let label = label.or(curve.group()).unwrap_or("all").to_owned();
    SurvivalGroup {
        label,
        median: curve.median(),
        curve,
    }
}

//! Counts the cells and computes the tests that fit the size of the table.

use std::num::NonZeroU64;
use std::sync::Arc;

use super::method::method;
use super::square::Square;
use super::strata::stratified;
use super::{Contingency, RowTrend, Settings};
use crate::kinds::columns::Estimate;
use crate::kinds::frame::Frame;
use crate::kinds::matrix::{CrossCounts, cross, once_a_cell};
use crate::kinds::proportion::TwoByTwo;
use crate::kinds::settings::Common;
use crate::kinds::trend::{Scores, TrendRequest, paired};
use crate::kinds::{AnalysisError, Undefined};
use crate::stats::contingency::{
    Approximation, Cells, Simulation, Table as CountTable, Table2x2, TrendGroups,
};
use crate::stats::conventions::Area;
use crate::stats::estimate::Alternative;
use crate::stats::proportion::{Comparison, Proportion, ProportionEstimate};

pub(super) fn estimate(
    settings: &Settings,
    frame: &Frame,
    kept: &[u32],
) -> Result<Estimate, AnalysisError> {
    let (common, choices) = (settings.options.common, settings.options.own.clone());
    let wrong = |reason: String| AnalysisError::Option {
        kind: "contingency",
        reason,
    };
    let columns = (settings.rows.as_str(), settings.columns.as_str());
    let all = kept.len();
    // Every table is made of the same rows, strata and counts too.
    let kept = &once_a_cell(frame, kept, columns)?;
    let weights = match &settings.count {
        Some(count) => Some(frame.counts(count, kept)?),
        None => None,
    };
    let mut counts = cross(frame, kept, columns, weights.as_deref())?;
    let order = choices.order;
    let scores = choices.scores;
    let request = TrendRequest {
        kind: "contingency",
        option: "scores",
        column: &settings.rows,
        order: &order,
        scores: &scores,
    };
    let scores = request.scores(frame, &counts.rows)?;
    let place = |labels: &[String], wanted: &str| labels.iter().position(|label| label == wanted);
    let event = match &settings.event {
        Some(event) => {
            let found = frame.named(&settings.columns, &counts.columns, event)?;
            if found.is_none() && counts.columns.len() == 1 {
                // Nobody has the event: its column is there all the same, and empty.
                Some(counts.with_empty_column(event))
            } else {
                found
            }
        }
        None => None,
    };
    let exposed = match &choices.exposed {
        Some(word) => Some(
            place(&counts.rows, word)
                .ok_or_else(|| wrong(format!("exposed: no row is called {word:?}")))?,
        ),
        None => None,
    };
    let square = Square {
        exposed: exposed.unwrap_or(1),
        event: event.unwrap_or(1),
    };
    let mut cautions: Vec<String> = counts.caution().into_iter().collect();
    if all > kept.len() {
        cautions.push(format!(
            "{} rows repeat a case in a cell that it stands in already; it counts there once, by its first row.",
            all - kept.len()
        ));
    }
    let nobody = settings.event.as_ref().filter(|_| event.is_none());
    let has_none = |at: usize| counts.counts.iter().all(|row| row[at] == 0);
    if let Some(word) = &settings.event
        && event.is_none_or(has_none)
    {
        cautions.push(format!("No one has the event {word:?}."));
    }
    if let Some(weights) = &weights {
        let cases: u64 = weights.iter().sum();
        cautions.push(format!("{} rows stand for {cases} cases.", weights.len()));
    }
    let mut found = Contingency {
        proportions: event.map_or_else(Vec::new, |event| proportions(&counts, event, &common)),
        counts,
        expected: None,
        exposed: None,
        two_by_two: None,
        risk_difference: None,
        risk_ratio: None,
        pearson: None,
        exact: None,
        trend: None,
        stratified: None,
        no_test: None,
    };
    let size = (found.counts.rows.len(), found.counts.columns.len());
    if size == (2, 2) && nobody.is_none() {
        let cells = square.cells(&found.counts.counts);
        found.exposed = Some(found.counts.rows[square.exposed].clone());
        add_two_by_two(&mut found, cells, &common);
    } else {
        larger(&mut found, &common);
    }
    if let Some(scores) = scores {
        if size.1 == 2 && nobody.is_none() {
            match trend(&found.counts, square.event, scores) {
                Ok(trend) => found.trend = Some(trend),
                Err(why) => cautions.push(format!("No test for trend: {why}.")),
            }
        } else {
            cautions.push(
                "No test for trend: it needs two columns, of which one is the event.".to_owned(),
            );
        }
    }
    if let Some(strata) = &settings.strata {
        if size == (2, 2) {
            let found_strata = stratified(
                settings,
                strata,
                (&found.counts, square),
                frame,
                kept,
                weights.as_deref(),
                &common,
            )?;
            if found_strata.exact_test.is_some() {
                cautions.push(
                    "Few in the strata: the chi-squared P of the Mantel-Haenszel test holds for more; read the exact one beside it.".to_owned(),
                );
            }
            found.stratified = Some(found_strata);
        } else {
            cautions.push(format!(
                "Strata are taken together for two-by-two tables only; this one is {} by {}.",
                size.0, size.1
            ));
        }
    }
    if let Some(why) = &found.no_test {
        cautions.push(format!("No test: {why}."));
    }
    Ok(Estimate {
        method: method(&found, square),
        level: common.level,
        found: Arc::new(found),
        cautions,
        conventions: common.conventions(),
        areas: &[Area::Tables],
    })
}

fn proportions(
    counts: &CrossCounts,
    event: usize,
    common: &Common,
) -> Vec<(String, Option<ProportionEstimate>)> {
    let of = |row: &Vec<usize>| {
        let n: usize = row.iter().sum();
        Proportion::new(row[event] as u64, n as u64).ok()
    };
    let estimate = |(label, row): (&String, &Vec<usize>)| {
        (label.clone(), of(row).map(|p| p.estimate(common.level)))
    };
    counts
        .rows
        .iter()
        .zip(&counts.counts)
        .map(estimate)
        .collect()
}

fn add_two_by_two(found: &mut Contingency, cells: Cells, common: &Common) {
    let of = |events: u64, others: u64| Proportion::new(events, events + others).ok();
    let exposed = of(cells.exposed_event, cells.exposed_no_event);
    let others = of(cells.unexposed_event, cells.unexposed_no_event);
    if let (Some(exposed), Some(others)) = (exposed, others) {
        let comparison = Comparison::new(exposed, others);
        found.risk_difference = Some(comparison.difference(common.level));
        found.risk_ratio = Some(comparison.ratio(common.level));
    }
    match Table2x2::new(cells) {
        Ok(table) => {
            found.two_by_two = Some(TwoByTwo::of(&table, common));
            found.expected = count_table(&found.counts)
                .ok()
                .map(|table| table.expected());
        }
        Err(error) => found.no_test = Some(error.into()),
    }
}

fn count_table(counts: &CrossCounts) -> Result<CountTable, crate::stats::contingency::TableError> {
    let row = |row: &Vec<usize>| row.iter().map(|count| *count as u64).collect();
    CountTable::new(counts.counts.iter().map(row).collect())
}

fn larger(found: &mut Contingency, common: &Common) {
    match count_table(&found.counts) {
        Ok(table) => {
            let simulation = Simulation {
                draws: NonZeroU64::new(u64::from(common.draws)).unwrap_or(NonZeroU64::MIN),
                seed: common.seed,
            };
            found.exact = Some(table.freeman_halton_or_simulated(simulation));
            found.pearson = Some(table.chi_squared());
            found.expected = Some(table.expected());
        }
        Err(error) => found.no_test = Some(error.into()),
    }
}

fn trend(counts: &CrossCounts, event: usize, scores: Scores) -> Result<RowTrend, Undefined> {
    let groups: Result<Vec<Proportion>, _> = counts
        .counts
        .iter()
        .map(|row| Proportion::new(row[event] as u64, row.iter().sum::<usize>() as u64))
        .collect();
    let pairs = paired(&counts.rows, &scores.scores);
    let groups = TrendGroups::with_scores(groups?, scores.scores)?;
    let test = groups.test(Alternative::TwoSided);
    let doubtful = matches!(test.approximation, Approximation::Doubtful { .. });
    Ok(RowTrend {
        groups: pairs,
        stated: scores.stated,
        exact: doubtful
            .then(|| groups.exact_test(Alternative::TwoSided).ok())
            .flatten(),
        test,
    })
}

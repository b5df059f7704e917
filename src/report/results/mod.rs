//! Results as tables, and as one line for a summary.

mod bounds;
mod claims;
mod competing_risks;
mod contingency;
mod counts;
mod cox;
mod diff;
mod multiplicity;
mod pooled;
mod proportion;
mod ranks;
mod response;
mod survival;

pub use claims::{CLAIM_VERDICTS, claims_csv, claims_grids, claims_json, claims_missing};
pub use diff::diff_grids;

use crate::analysis::{ADJUSTMENT_WORDS, Analysis, Computed, GroupScore, Outcome, tests_together};
use crate::document::Grid;
use crate::document::numbers::{months, p_value, percent, rate};
use crate::graph::namespaces::Prefixes;
use crate::stats::digits::plain;
use crate::stats::estimate::Level;

/// Letters of two names that a row has room for.
const ROOM_FOR_NAMES: usize = 40;

/// The tables of an analysis: the result first, then the rows that it was computed from.
#[must_use]
pub fn grids(analysis: &Analysis, prefixes: &Prefixes) -> Vec<Grid> {
    let mut grids = result_grids(analysis);
    let caption = if grids.is_empty() { "" } else { "Rows" };
    grids.push(Grid {
        caption: caption.to_owned(),
        headings: analysis
            .table
            .columns
            .iter()
            .map(|column| column.replace('_', " "))
            .collect(),
        rows: analysis.table.shown(prefixes),
        ..Grid::default()
    });
    grids
}

/// The tables of a result without its rows; none where the rows are the result.
#[must_use]
pub fn result_grids(analysis: &Analysis) -> Vec<Grid> {
    let mut grids = outcome_grids(
        &analysis.outcome,
        analysis.header.unit.word(),
        Some("months"),
    );
    name_level(&mut grids, analysis.level);
    grids.extend(analysis.bounds.iter().flat_map(bounds::bounds));
    grids
}

/// The tables of a statistic of columns.
#[must_use]
pub fn computed_grids(computed: &Computed) -> Vec<Grid> {
    let mut grids = outcome_grids(&computed.outcome, "case", None);
    name_level(&mut grids, computed.level);
    grids.extend(computed.bounds.iter().flat_map(bounds::bounds));
    grids
}

/// The two sides of a contrast as its rows call them, and what its caption says of them: long names
/// stand in the caption once.
struct Sides {
    first: String,
    second: String,
    key: String,
}

fn sides(first: &str, second: &str) -> Sides {
    if first.chars().count() + second.chars().count() <= ROOM_FOR_NAMES {
        return Sides {
            first: first.to_owned(),
            second: second.to_owned(),
            key: String::new(),
        };
    }
    Sides {
        first: "first".to_owned(),
        second: "second".to_owned(),
        key: format!(" (first: {first}; second: {second})"),
    }
}

/// Groups with their scores.
fn group_scores(scores: &[GroupScore]) -> String {
    let pairs: Vec<String> = scores
        .iter()
        .map(|pair| format!("{} = {}", pair.group, plain(pair.score)))
        .collect();
    format!("scores {}", pairs.join(", "))
}

/// Says in the headings of intervals at which level they are.
fn name_level(grids: &mut [Grid], level: Level) {
    for grid in grids {
        for &column in &grid.intervals {
            let heading = &mut grid.headings[column];
            *heading = format!("{level} {heading}");
        }
    }
}

/// The tests of several analyses, adjusted for how many there are, with a sentence on what that
/// holds; `None` where nothing is tested.
#[must_use]
pub fn tests_grid(analyses: &[Analysis]) -> Option<(Grid, String)> {
    let found = tests_together(analyses)?;
    let words = format!(
        "This report has {} tests; of so many, some fall below 0.05 though nothing differs. {ADJUSTMENT_WORDS}",
        found.tests.len()
    );
    Some((multiplicity::adjusted(&found), words))
}

fn outcome_grids(outcome: &Outcome, unit: &str, time_unit: Option<&str>) -> Vec<Grid> {
    match outcome {
        Outcome::Response(rates) => response::response(rates, unit),
        Outcome::Contingency(found) => contingency::contingency(found),
        Outcome::Survival(result) => survival::survival(result, time_unit),
        Outcome::Proportion(result) => proportion::proportion(result),
        Outcome::Cox(result) => cox::cox(result),
        Outcome::CompetingRisks(result) => competing_risks::competing_risks(result),
        Outcome::Pooled(result) => pooled::pooled(result),
        Outcome::Ranks(result) => ranks::ranks(result),
        Outcome::Adjusted(result) => vec![multiplicity::adjusted(result)],
        Outcome::Incidence(result) => counts::incidence(result),
        Outcome::Sequence(found) => vec![counts::sequence(found)],
        Outcome::Waterfall(found) => vec![counts::waterfall(found)],
        Outcome::Enrichment(found) => vec![counts::enrichment(found)],
        Outcome::Matrix(found) => vec![counts::crossed(found, &format!("Number of {unit}s"))],
        Outcome::Completeness(result) => vec![counts::completeness(result)],
        Outcome::Table | Outcome::Swimmer(_) => Vec::new(),
    }
}

/// The result in one line.
#[must_use]
pub fn summary(analysis: &Analysis) -> String {
    match &analysis.outcome {
        Outcome::Table if analysis.ledger.eligible() > 0 => match analysis.ledger.counted().len() {
            0 => "no one can be counted".to_owned(),
            counted => format!("no result: {counted} cases cannot carry it"),
        },
        Outcome::Table => format!("{} rows", analysis.table.rows()),
        Outcome::Response(rates) => {
            let all = &rates.overall;
            format!(
                "objective response {}, with words as they stand {}",
                rate(all.objective.as_ref()),
                rate(all.objective_with_words.as_ref())
            )
        }
        Outcome::Contingency(found) => match (&found.two_by_two, &found.exact) {
            (Some(tests), _) => format!("Fisher P {}", p_value(tests.fisher.p_value)),
            (None, Some(test)) => format!("exact P {}", p_value(test.p_value())),
            (None, None) => format!("{} cases, no test", found.counts.units),
        },
        Outcome::Proportion(result) => {
            let all = &result.overall;
            format!("{}/{} = {} %", all.events, all.n, percent(all.estimate))
        }
        Outcome::Cox(result) => cox::summary(result),
        Outcome::CompetingRisks(result) => competing_risks::summary(result),
        Outcome::Pooled(result) => pooled::summary(result),
        Outcome::Ranks(result) => ranks::summary(result),
        Outcome::Adjusted(result) => format!("{} tests", result.tests.len()),
        Outcome::Survival(result) => {
            let all = &result.overall;
            format!(
                "{} cases, {} events, median {}",
                all.curve.n(),
                all.curve.events(),
                match all.median.time {
                    Some(_) => format!("{} months", months(all.median.time)),
                    None => "not reached".to_owned(),
                }
            )
        }
        Outcome::Incidence(result) => format!(
            "{} kinds of event in {} of {} exposed",
            result.terms.len(),
            result.known - result.without_event.len(),
            result.exposed
        ),
        Outcome::Sequence(found) => {
            format!("{} {}s", found.units, analysis.header.unit.word())
        }
        Outcome::Matrix(counts) => {
            format!("{} {}s", counts.units, analysis.header.unit.word())
        }
        Outcome::Enrichment(found) => format!(
            "{} of {} terms with an adjusted P below 0.05",
            found
                .terms
                .iter()
                .filter(|term| term.adjusted_p < 0.05)
                .count(),
            found.terms.len()
        ),
        Outcome::Waterfall(found) => format!(
            "{} with a known change of size, {} smaller by 30 % or more",
            found.cases.len(),
            found.shrunk_by(30.0)
        ),
        Outcome::Completeness(result) => format!("{} fields", result.fields.len()),
        Outcome::Swimmer(result) => format!("{} cases", result.lanes.len()),
    }
}

//! What one source says of one case must be possible in time.

use std::collections::{BTreeMap, BTreeSet};

use super::{at, values_of};
use crate::case::{FactSheet, Report, Scheme, Value};
use crate::ingest::problems::Problems;
use crate::ingest::sheet::Tables;
use crate::ontology::{Ontology, Vocabulary};

/// What one source says of one case must be possible in time: rows of the same source are laid
/// together, for a source may be wrong but one sheet row must not contradict the next unseen.
pub(super) fn time(
    reports: &[Report],
    tables: &Tables<'_>,
    ontology: &Ontology,
    problems: &mut Problems,
) {
    let statuses = ontology.vocabulary(Scheme::STATUS.name());
    let mut by_source: BTreeMap<&str, Vec<&Report>> = BTreeMap::new();
    for report in reports {
        by_source.entry(&report.source).or_default().push(report);
    }
    for reports in by_source.values() {
        episodes_in_order(reports, tables, problems);
        within_episode(reports, tables, problems);
        age_fits_group(reports, tables, problems);
        death_fits_status(reports, statuses, tables, problems);
    }
}

/// A later episode does not start earlier, and its line of therapy is not a lower one.
fn episodes_in_order(reports: &[&Report], tables: &Tables<'_>, problems: &mut Problems) {
    let sheet = FactSheet::treatments();
    for (heading, rule) in [
        (
            "start_months",
            "starts earlier than an episode that comes before it in order",
        ),
        (
            "line",
            "is a lower line of therapy than that of an episode before it in order",
        ),
    ] {
        let mut placed: Vec<(f64, f64, &Report)> = Vec::new();
        for item in items(reports, sheet) {
            let of = |heading| number(reports, sheet, item, heading);
            if let (Some((order, _)), Some((value, report))) = (of("order"), of(heading)) {
                placed.push((order, value, report));
            }
        }
        placed.sort_by(|a, b| a.0.total_cmp(&b.0));
        for pair in placed.windows(2) {
            if pair[0].0 < pair[1].0 && pair[0].1 > pair[1].1 {
                at(pair[1].2, heading, tables, |place| {
                    problems.cell(&place, rule);
                });
            }
        }
    }
}

/// A response comes before progression and within follow-up from the first dose.
fn within_episode(reports: &[&Report], tables: &Tables<'_>, problems: &mut Problems) {
    let sheet = FactSheet::treatments();
    let follow_up = number(reports, FactSheet::follow_up(), 1, "months");
    let from = text(reports, FactSheet::follow_up(), 1, "counted_from").unwrap_or_default();
    for item in items(reports, sheet) {
        let of = |heading| number(reports, sheet, item, heading);
        if let (Some((response, report)), Some((free, _))) =
            (of("time_to_response_months"), of("pfs_months"))
            && response > free
        {
            let rule = format!(
                "months to response is later than the end of progression-free survival ({free} months)"
            );
            at(report, "time_to_response_months", tables, |place| {
                problems.cell(&place, rule);
            });
        }
        let agent = text(reports, sheet, item, "agent").unwrap_or_default();
        let same_zero = !agent.is_empty()
            && from.to_lowercase() == format!("first dose of {}", agent.to_lowercase());
        if let (true, Some((months, _))) = (same_zero, follow_up) {
            for heading in ["pfs_months", "duration_months", "time_to_response_months"] {
                if let Some((value, report)) = of(heading)
                    && value > months
                {
                    let rule = format!(
                        "months is longer than the follow-up from the same first dose ({months} months)"
                    );
                    at(report, heading, tables, |place| problems.cell(&place, rule));
                }
            }
        }
    }
}

fn age_fits_group(reports: &[&Report], tables: &Tables<'_>, problems: &mut Problems) {
    let age = number(reports, FactSheet::cases(), 1, "age_years");
    let group = text(reports, FactSheet::cases(), 1, "age_group");
    if let (Some((age, report)), Some(group)) = (age, group) {
        let impossible = match group.as_str() {
            "pediatric" => age >= 22.0,
            "adult" => age < 15.0,
            _ => false,
        };
        if impossible {
            let rule =
                format!("years does not fit the age group {group:?} that the same source gives");
            at(report, "age_years", tables, |place| {
                problems.cell(&place, rule);
            });
        }
    }
}

/// A fatal event is of grade 5 if graded, and its patient is dead.
fn death_fits_status(
    reports: &[&Report],
    statuses: &Vocabulary,
    tables: &Tables<'_>,
    problems: &mut Problems,
) {
    let sheet = FactSheet::adverse_events();
    let status = find(reports, FactSheet::follow_up(), 1, "status");
    let lives = status.is_some_and(|(value, _)| match value {
        Value::Concept(_, slug) => statuses.means_death(slug) == Some(false),
        _ => false,
    });
    for item in items(reports, sheet) {
        let fatal = text(reports, sheet, item, "fatal");
        let grade = number(reports, sheet, item, "grade");
        if let (Some(fatal), Some((grade, report))) = (&fatal, grade)
            && (fatal == "yes") != (grade >= 5.0)
        {
            let rule = format!("as grade does not fit fatal = {fatal}: grade 5 is death");
            at(report, "grade", tables, |place| problems.cell(&place, rule));
        }
        if fatal.as_deref() == Some("yes") && lives {
            let column = FactSheet::follow_up().column("status").unwrap_or_default();
            let follow_up = reports
                .iter()
                .find(|r| r.sheet == FactSheet::follow_up() && !values_of(r, column).is_empty());
            if let Some(report) = follow_up {
                at(report, "status", tables, |place| {
                    problems.cell(
                        &place,
                        "is no death, but the same source reports a fatal event",
                    );
                });
            }
        }
    }
}

fn items(reports: &[&Report], sheet: FactSheet) -> BTreeSet<u32> {
    reports
        .iter()
        .filter(|report| report.sheet == sheet)
        .map(|report| report.item)
        .collect()
}

fn find<'a>(
    reports: &[&'a Report],
    sheet: FactSheet,
    item: u32,
    heading: &str,
) -> Option<(&'a Value, &'a Report)> {
    let column = sheet.column(heading)?;
    reports
        .iter()
        .filter(|report| report.sheet == sheet && report.item == item)
        .find_map(|&report| {
            values_of(report, column)
                .first()
                .map(|value| (value, report))
        })
}

fn number<'a>(
    reports: &[&'a Report],
    sheet: FactSheet,
    item: u32,
    heading: &str,
) -> Option<(f64, &'a Report)> {
    let (value, report) = find(reports, sheet, item, heading)?;
    Some((value.as_number()?, report))
}

fn text(reports: &[&Report], sheet: FactSheet, item: u32, heading: &str) -> Option<String> {
    find(reports, sheet, item, heading).map(|(value, _)| value.to_string())
}

//! Forest plots of proportions.

use super::{Drawn, INFERRED, INFERRED_MEANS, add_note};
use crate::document::CASE;
use crate::document::numbers::{p_value, percent};
use crate::kinds::contingency::Contingency;
use crate::kinds::pooled::PooledResult;
use crate::kinds::proportion::{GroupProportion, Proportions};
use crate::kinds::response::{Comparison, ResponseGroup, ResponseRates};
use crate::stats::estimate::{Interval, Level};
use crate::stats::proportion::ProportionEstimate;
use casegraph_plot::{Drawing, Frame, forest};

/// The proportions of a result with their intervals.
pub(super) fn draw(mut frame: Frame, drawn: &Drawn<'_>) -> Option<Drawing> {
    let (finding, level) = (drawn.finding, drawn.finding.level);
    if let Some(rates) = finding.get::<ResponseRates>() {
        let inferred = inferred_groups(drawn);
        if rates
            .groups
            .iter()
            .any(|group| inferred.contains(&group.label.as_str()))
        {
            add_note(&mut frame, INFERRED_MEANS);
        }
        Some(response(frame, rates, &inferred, level))
    } else if let Some(result) = finding.get::<PooledResult>() {
        Some(pooled(frame, result, level))
    } else if let Some(result) = finding.get::<Proportions>() {
        Some(groups(frame, result, level))
    } else {
        let found: &Contingency = finding.get()?;
        let (title, event) = (&found.counts.row_title, &found.counts.column_title);
        Some(proportions(frame, title, event, &found.proportions, level))
    }
}

/// The groups with a case whose fusion partner is inferred.
fn inferred_groups<'a>(drawn: &Drawn<'a>) -> Vec<&'a str> {
    let column = |name| drawn.rows.column(name);
    let by = drawn.grouped_by.and_then(column);
    let (Some(by), Some(case)) = (by, column(CASE)) else {
        return Vec::new();
    };
    let is_inferred = |row: &usize| {
        let case = drawn.rows.text(*row, case).unwrap_or_default();
        drawn.inferred.iter().any(|known| known == case)
    };
    let rows = (0..drawn.rows.rows()).filter(is_inferred);
    rows.filter_map(|row| drawn.rows.text(row, by)).collect()
}

fn small(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The heading of the intervals, such as `95% CI`.
fn interval_at(level: Level) -> String {
    format!("{} CI", level.to_string().replace(' ', ""))
}

fn forest_group(label: &str, estimate: Option<&ProportionEstimate>) -> forest::Group {
    let effect = estimate.map(|e| effect(e.estimate, &e.clopper_pearson));
    forest::Group {
        label: label.to_owned(),
        events: estimate.map_or(0, |e| small(e.successes)),
        n: estimate.map_or(0, |e| small(e.n)),
        effect,
    }
}

fn response(mut frame: Frame, rates: &ResponseRates, inferred: &[&str], level: Level) -> Drawing {
    type RateOf = fn(&ResponseGroup) -> Option<&ProportionEstimate>;
    let strict: RateOf = |group| group.objective.as_ref();
    let with_words: RateOf = |group| group.objective_with_words.as_ref();
    let mut rows = Vec::new();
    let mut unknown = Vec::new();
    for (heading, rate) in [
        ("Stated categories only", strict),
        ("Words taken as they stand", with_words),
    ] {
        rows.push(forest::Row::Heading(heading.to_owned()));
        for group in &rates.groups {
            match rate(group) {
                Some(estimate) => {
                    let mark = if inferred.contains(&group.label.as_str()) {
                        INFERRED
                    } else {
                        ""
                    };
                    let label = format!("{}{mark}", group.label);
                    rows.push(forest::Row::Group(forest_group(&label, Some(estimate))));
                }
                None if with_words(group).is_none() && !unknown.contains(&group.label) => {
                    unknown.push(group.label.clone());
                }
                None => {}
            }
        }
        rows.push(forest::Row::Overall(forest_group(
            &rates.overall.label,
            rate(&rates.overall),
        )));
    }
    let mut note = vec![frame.note.take().unwrap_or_default()];
    note.push("Intervals are exact (Clopper-Pearson).".to_owned());
    if !unknown.is_empty() {
        note.push(format!("No response known: {}.", unknown.join(", ")));
    }
    if let Some(Comparison::Exact { p_value: p, .. }) = &rates.comparison {
        note.push(format!(
            "Strict rates between groups: exact P = {}.",
            p_value(*p)
        ));
    }
    frame.note = Some(note.join(" ").trim().to_owned());
    forest::draw(&forest::Figure {
        frame,
        label_heading: "Group".to_owned(),
        outcome: "Objective response".to_owned(),
        interval: interval_at(level),
        rows,
    })
}

fn proportions(
    frame: Frame,
    groups_are: &str,
    event: &str,
    groups: &[(String, Option<ProportionEstimate>)],
    level: Level,
) -> Drawing {
    let rows = groups
        .iter()
        .map(|(label, estimate)| {
            let label = format!("{groups_are}: {label}");
            forest::Row::Group(forest_group(&label, estimate.as_ref()))
        })
        .collect();
    forest::draw(&forest::Figure {
        frame,
        label_heading: "Group".to_owned(),
        outcome: event.to_owned(),
        interval: interval_at(level),
        rows,
    })
}

fn groups(mut frame: Frame, result: &Proportions, level: Level) -> Drawing {
    let group = |group: &GroupProportion| forest::Group {
        label: group.group.clone(),
        events: small(group.events),
        n: small(group.n),
        effect: group
            .intervals
            .first()
            .map(|interval| effect(group.estimate, interval)),
    };
    let groups = result.groups.iter().map(|g| forest::Row::Group(group(g)));
    if let Some(interval) = result.overall.intervals.first() {
        let said = frame.note.take().unwrap_or_default();
        let note = format!("{said} Intervals: {}.", interval.method.name());
        frame.note = Some(note.trim_start().to_owned());
    }
    forest::draw(&forest::Figure {
        frame,
        label_heading: "Group".to_owned(),
        outcome: "Proportion".to_owned(),
        interval: interval_at(level),
        rows: groups
            .chain([forest::Row::Overall(group(&result.overall))])
            .collect(),
    })
}

fn effect(estimate: f64, interval: &Interval) -> forest::Effect {
    let [told, lower, upper] = [estimate, interval.lower, interval.upper].map(percent);
    forest::Effect {
        estimate,
        lower: interval.lower,
        upper: interval.upper,
        text: format!("{told} ({lower}–{upper})"),
    }
}

/// Reports, single cases taken together, and what they are pooled to.
fn pooled(frame: Frame, result: &PooledResult, level: Level) -> Drawing {
    let mut rows: Vec<forest::Row> = result
        .reports
        .iter()
        .map(|report| forest::Row::Group(forest_group(&report.label, Some(&report.proportion))))
        .collect();
    let counts = &result.common.counts;
    let overall = |label: &str, effect: forest::Effect| {
        forest::Row::Overall(forest::Group {
            label: label.to_owned(),
            events: small(counts.events),
            n: small(counts.n),
            effect: Some(effect),
        })
    };
    let crude = &result.common;
    rows.push(overall("crude", effect(crude.estimate, &crude.interval)));
    if let Some(random) = &result.random {
        let label = "random effects of reports";
        rows.push(overall(label, effect(random.estimate, &random.interval)));
    }
    forest::draw(&forest::Figure {
        frame,
        label_heading: "Report".to_owned(),
        outcome: "Proportion".to_owned(),
        interval: interval_at(level),
        rows,
    })
}

//! Survival curves: of everyone, of groups, or from a landmark on.

use super::Drawn;
use crate::document::numbers::{months, open_interval, p_value};
use crate::kinds::survival::{Landmark, SurvivalResult};
use crate::stats::survival::{Curve, LogRank, PermutationTest};
use casegraph_plot::{Drawing, Frame, kaplan_meier};

/// Labels that say nothing without the name of their column.
const BARE: [&str; 4] = ["yes", "no", "true", "false"];

/// The curves of a result.
pub(super) fn draw(frame: Frame, drawn: &Drawn<'_>) -> Option<Drawing> {
    let found = drawn.finding.get()?;
    Some(survival(frame, found, drawn.grouped_by))
}

/// The curves of a result; those from the first landmark where curves from time zero are refused.
fn survival(frame: Frame, result: &SurvivalResult, by: Option<&str>) -> Drawing {
    let refused = result.immortal_time.as_ref().filter(|found| !found.allowed);
    if let Some(landmark) = refused.and_then(|found| found.landmarks.first())
        && !landmark.curves.is_empty()
    {
        return from_landmark(frame, landmark);
    }
    let curves: Vec<(String, &Curve)> = if result.groups.is_empty() {
        vec![("all".to_owned(), &result.overall.curve)]
    } else {
        let named = |group: &str| match by {
            Some(by) if BARE.contains(&group) => format!("{}: {group}", by.replace('_', " ")),
            _ => group.to_owned(),
        };
        let groups = result.groups.iter();
        groups
            .map(|group| (named(&group.label), &group.curve))
            .collect()
    };
    self::curves(
        frame,
        &curves,
        "Months",
        result.logrank.as_ref().and_then(|test| test.as_ref().ok()),
        result
            .permutation
            .as_ref()
            .and_then(|test| test.as_ref().ok()),
    )
}

fn from_landmark(frame: Frame, landmark: &Landmark) -> Drawing {
    let curves: Vec<(String, &Curve)> = landmark
        .curves
        .iter()
        .map(|curve| (curve.group().unwrap_or("all").to_owned(), curve))
        .collect();
    let axis = format!("Months from the landmark at {}", landmark.time);
    self::curves(
        frame,
        &curves,
        &axis,
        landmark.test.as_ref().ok(),
        landmark
            .permutation
            .as_ref()
            .and_then(|test| test.as_ref().ok()),
    )
}

fn curves(
    frame: Frame,
    curves: &[(String, &Curve)],
    time_label: &str,
    test: Option<&LogRank>,
    permutation: Option<&PermutationTest>,
) -> Drawing {
    let last = curves
        .iter()
        .map(|(_, curve)| curve.last_time())
        .fold(0.0, f64::max);
    let ticks = kaplan_meier::ticks(last);
    let is = |p| match p_value(p) {
        below if below.starts_with('<') => format!("P {below}"),
        p => format!("P = {p}"),
    };
    let asymptotic = test.map(|test| (test.weights, format!("{} (chi-squared)", is(test.p_value))));
    let exact = permutation.map(|test| {
        let how = if test.assignments.is_some() {
            "exact"
        } else {
            "permutation"
        };
        (test.weights, format!("{} ({how})", is(test.p_value)))
    });
    let test = match (asymptotic, exact) {
        (Some((weights, asymptotic)), Some((_, exact))) => {
            Some(format!("{weights} {exact}, {asymptotic}"))
        }
        (Some((weights, one)), None) | (None, Some((weights, one))) => {
            Some(format!("{weights} {one}"))
        }
        (None, None) => None,
    };
    // The axis says what is measured; by what it is grouped, the title does.
    let outcome = frame.title.split(',').next().unwrap_or_default().to_owned();
    kaplan_meier::draw(&kaplan_meier::Figure {
        frame,
        outcome,
        time_label: time_label.to_owned(),
        curves: curves
            .iter()
            .map(|(label, curve)| one(label, curve, &ticks))
            .collect(),
        ticks,
        show_median: true,
        level: curves.first().map_or_else(String::new, |(_, curve)| {
            curve.options().level.to_string().replace(' ', "")
        }),
        test,
    })
}

fn one(label: &str, curve: &Curve, ticks: &[f64]) -> kaplan_meier::Curve {
    let steps = curve
        .steps()
        .filter(|step| step.events > 0)
        .map(|step| kaplan_meier::Step {
            time: step.time,
            survival: step.survival,
            lower: step.interval.as_ref().map(|interval| interval.lower),
            upper: step.interval.as_ref().map(|interval| interval.upper),
        });
    let at_risk = curve.at_risk(ticks).unwrap_or_default();
    let censored = curve
        .steps()
        .filter(|step| step.censored > 0)
        .map(|step| step.time);
    let median = curve.median();
    kaplan_meier::Curve {
        label: label.to_owned(),
        n: curve.n(),
        events: curve.events(),
        steps: steps.collect(),
        censored: censored.collect(),
        median: median.time,
        median_text: Some(format!(
            "{} ({})",
            months(median.time),
            open_interval(&median.interval)
        )),
        at_risk: at_risk
            .into_iter()
            .map(|at_risk| kaplan_meier::AtRisk {
                at_risk,
                events: None,
                censored: None,
            })
            .collect(),
    }
}

//! Survival curves and tests as JSON.

use std::fmt::Display;

use serde::Serialize;
use serde_json::{Value, json};

use super::{ImmortalTime, Landmark, SurvivalGroup, SurvivalResult};
use crate::stats::survival::Step;

pub(super) fn survival(result: &SurvivalResult) -> Value {
    json!({
        "overall": group(&result.overall),
        "groups": result.groups.iter().map(group).collect::<Vec<_>>(),
        "test": or_undefined(result.logrank.as_ref()),
        "permutation_test": or_undefined(result.permutation.as_ref()),
        "trend_test": or_undefined(result.trend.as_ref()),
        "restricted_means": or_undefined(result.restricted_means.as_ref()),
        "immortal_time": result.immortal_time.as_ref().map(immortal_time),
    })
}

fn immortal_time(guard: &ImmortalTime) -> Value {
    let landmark = |landmark: &Landmark| {
        let groups: Vec<Value> = landmark
            .curves
            .iter()
            .map(|curve| {
                json!({
                    "group": curve.group(),
                    "n": curve.n(),
                    "events": curve.events(),
                    "median": curve.median(),
                    "curve": columns(&curve.steps().collect::<Vec<_>>()),
                })
            })
            .collect();
        json!({
            "landmark": landmark.time,
            "gone": landmark.gone,
            "groups": groups,
            "test": or_undefined(Some(&landmark.test)),
            "permutation_test": or_undefined(landmark.permutation.as_ref()),
        })
    };
    json!({
        "exposure": guard.exposure,
        "exposed": guard.exposed,
        "immortal_time": guard.immortal,
        "landmarks": guard.landmarks.iter().map(landmark).collect::<Vec<_>>(),
        "switching_on": guard.switching,
        "curves_from_time_zero_allowed": guard.allowed,
    })
}

/// A result, or why there is none; null where it was not asked for.
fn or_undefined<T: Serialize, E: Display>(result: Option<&Result<T, E>>) -> Value {
    match result {
        Some(Ok(value)) => json!(value),
        Some(Err(why)) => json!({ "undefined": why.to_string() }),
        None => Value::Null,
    }
}

fn group(group: &SurvivalGroup) -> Value {
    let curve = &group.curve;
    let at: Vec<Value> = group
        .at
        .iter()
        .map(|(time, found)| match found {
            Some(found) => json!(found),
            None => json!({ "time": time, "undefined": "beyond the follow-up" }),
        })
        .collect();
    json!({
        "group": group.label,
        "n": curve.n(),
        "events": curve.events(),
        "censored": curve.n() - curve.events(),
        "median": group.median,
        "quantiles": group.quantiles,
        "at": at,
        "restricted_mean": or_undefined(Some(&group.restricted_mean)),
        "median_follow_up": group.follow_up,
        "options": curve.options(),
        "curve": columns(&curve.steps().collect::<Vec<_>>()),
    })
}

/// The steps of a curve, column by column.
fn columns(steps: &[Step]) -> Value {
    let limit = |upper: bool| -> Vec<Option<f64>> {
        let of = |step: &Step| {
            step.interval.map(|interval| {
                if upper {
                    interval.upper
                } else {
                    interval.lower
                }
            })
        };
        steps.iter().map(of).collect()
    };
    json!({
        "time": steps.iter().map(|step| step.time).collect::<Vec<_>>(),
        "at_risk": steps.iter().map(|step| step.at_risk).collect::<Vec<_>>(),
        "events": steps.iter().map(|step| step.events).collect::<Vec<_>>(),
        "censored": steps.iter().map(|step| step.censored).collect::<Vec<_>>(),
        "survival": steps.iter().map(|step| step.survival).collect::<Vec<_>>(),
        "std_error": steps.iter().map(|step| step.std_error).collect::<Vec<_>>(),
        "lower": limit(false),
        "upper": limit(true),
    })
}

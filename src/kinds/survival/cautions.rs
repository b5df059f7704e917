//! How a survival analysis was made, in words, and what a reader must know of it.

use super::permuting::few_in_groups;
use super::{SurvivalGroup, SurvivalResult, immortal_time};
use crate::stats::digits::plain;
use crate::stats::survival::{CurveOptions, PermutationTest, QuantileRule, Sample};

/// Below this many events a curve is little more than its cases.
const FEW_EVENTS: usize = 10;
/// Below this many at risk at its first event a curve rests on them.
const FEW_AT_RISK: usize = 3;
/// Restricted means that end before this share of the longest follow-up leave much out.
const EARLY: f64 = 0.5;

/// Why a restricted mean up to the time asked for is missing, group by group.
pub(super) fn no_restricted_mean(result: &SurvivalResult) -> Vec<String> {
    let groups = result.groups.iter().chain([&result.overall]);
    let mut why: Vec<String> = groups
        .filter_map(|group| {
            let why = group.restricted_mean.as_ref().err()?;
            Some(format!("No restricted mean of {}: {why}.", group.label))
        })
        .collect();
    if let Some(Err(error)) = &result.restricted_means {
        why.push(format!("No difference of restricted means: {error}."));
    }
    why
}

fn how_permuted(test: &PermutationTest) -> String {
    match (test.assignments, test.draws, test.seed) {
        (Some(ways), ..) => format!("all {ways} ways to deal the cases to the groups"),
        (None, Some(draws), Some(seed)) => format!("{draws} random draws, seed {seed}"),
        (None, ..) => "exact".to_owned(),
    }
}

/// Curves that begin with next to nobody at risk while more come later.
fn thin_start(result: &SurvivalResult) -> Vec<String> {
    let all = [&result.overall];
    let curves = if result.groups.is_empty() {
        &all[..]
    } else {
        &[]
    };
    let groups = result.groups.iter().chain(curves.iter().copied());
    let thin = groups.filter_map(|group| {
        let first = group.curve.steps().find(|step| step.events > 0)?;
        let most = group.curve.steps().map(|step| step.at_risk).max()?;
        (first.at_risk < FEW_AT_RISK && most > first.at_risk).then(|| {
            format!(
                "At the first event of {}, at {}, {} at risk, later up to {most}: the whole curve rests on {}.",
                group.label,
                plain(first.time),
                if first.at_risk == 1 { "1 case was".to_owned() } else { format!("{} cases were", first.at_risk) },
                if first.at_risk == 1 { "that one" } else { "those" }
            )
        })
    });
    thin.collect()
}

/// That restricted means end long before the follow-up of another group does.
fn cut_early(result: &SurvivalResult) -> Option<String> {
    let last = |group: &&SurvivalGroup| group.curve.last_time();
    let by_time = |a: &&SurvivalGroup, b: &&SurvivalGroup| last(a).total_cmp(&last(b));
    let shortest = result.groups.iter().min_by(by_time)?;
    let longest = result.groups.iter().max_by(by_time)?;
    let tau = shortest.restricted_mean.as_ref().ok()?.tau;
    (tau < EARLY * last(&longest)).then(|| {
        format!(
            "Restricted means go up to {} only, where the follow-up of {} ends; {} was followed up to {}, and what came after {0} is in none of them.",
            plain(tau),
            shortest.label,
            longest.label,
            plain(last(&longest))
        )
    })
}

/// The method in a sentence, and what a reader must know.
pub(super) fn words(
    result: &SurvivalResult,
    options: CurveOptions,
    strata: Option<&str>,
    sample: &Sample,
) -> (String, Vec<String>) {
    let mut cautions = Vec::new();
    if let Some(found) = &result.immortal_time {
        cautions.push(immortal_time::explanation(found));
        cautions.extend(immortal_time::few(found));
        if found.allowed {
            cautions.push(format!(
                "The curves by {} below keep the immortal time, because that was asked for.",
                found.exposure
            ));
        }
    }
    if let Some(Err(why)) = &result.logrank {
        cautions.push(format!("No test between groups: {why}."));
    }
    if let Some(Err(why)) = &result.permutation {
        cautions.push(format!("No test by permutation: {why}."));
    }
    if let Some(Ok(test)) = &result.logrank {
        let late = sample.is_left_truncated();
        cautions.extend(few_in_groups(test, result.permutation.as_ref(), late));
    }
    cautions.extend(thin_start(result));
    cautions.extend(cut_early(result));
    if let Some(Err(why)) = &result.trend {
        cautions.push(format!("No test for trend: {why}."));
    }
    if sample.events() < FEW_EVENTS {
        cautions.push(format!(
            "{} events: the curve, its median and its interval can change with a single case.",
            sample.events()
        ));
    }
    let median = match options.quantile_rule {
        QuantileRule::FirstBelow => {
            "The median is the first time at which the curve is at or below one half"
        }
        _ => {
            "The median is the first time at which the curve is below one half, or the middle of the step where it is exactly one half, as R's survfit has it"
        }
    };
    let mut method = format!(
        "Kaplan-Meier estimate with {} {} interval. {median}; its interval is where the band crosses one half; NR: not reached. Follow-up: the median of the curve with events and censoring exchanged.",
        options.band, options.level,
    );
    if result.immortal_time.is_some() {
        method.push_str(" Landmark analysis: survival from each landmark on, of those still followed then. Regression with start-stop intervals, the exposure switching on when it begins; Firth's penalty where events are fewer than five or all on one side.");
    }
    if let Some(Ok(test)) = &result.logrank {
        method.push_str(&format!(" Groups compared by the {} test", test.weights));
        if let (Some(rho), Some(gamma)) = (test.rho, test.gamma) {
            method.push_str(&format!(" (rho {rho}, gamma {gamma})"));
        }
        if let Some(strata) = strata {
            method.push_str(&format!(", stratified by {strata}"));
        }
        method.push_str(", chi-squared approximation.");
    }
    if let Some(Ok(test)) = &result.permutation {
        method.push_str(&format!(
            " The same by permutation, {}.",
            how_permuted(test)
        ));
    }
    if let Some(Ok(trend)) = &result.trend {
        method.push_str(&format!(" Test for trend, {}.", trend.stated));
    }
    (method, cautions)
}

//! Printed intervals.

use super::{Claim, Finding, Verdict};
use crate::case::printed::PrintedNumber;
use crate::stats::estimate::Level;
use crate::stats::proportion::Proportion;

/// Levels tried where the source states none, the usual one first.
const LEVELS: [f64; 5] = [0.95, 0.9, 0.99, 0.8, 0.98];
/// Hidden numbers of patients are looked for up to this many.
const MOST_HIDDEN: u64 = 300;
/// So many pairs of hidden counts are named.
const NAMED: usize = 4;
/// Names in the column of the test that do not say how else an interval was made.
const PLAIN: [&str; 12] = [
    "exact",
    "clopper",
    "binomial",
    "wilson",
    "score",
    "wald",
    "normal",
    "agresti",
    "jeffreys",
    "mid",
    "not named",
    "not stated",
];

pub(super) fn check(claims: &[&Claim]) -> Vec<Finding> {
    claims
        .iter()
        .flat_map(|claim| of_one(claim).into_iter().chain(median(claim)))
        .collect()
}

fn of_one(claim: &Claim) -> Option<Finding> {
    if let Some((low, high)) = claim.value.range() {
        let holds = low <= high;
        let reason = format!("from {low} to {high}");
        return (!holds).then(|| Finding::new("interval", [claim], holds, reason));
    }
    let (low, high) = (claim.ci_low.number()?, claim.ci_high.number()?);
    if let Some(value) = claim.value.number()
        && !(low <= value && value <= high)
    {
        let reason = format!("{value} does not lie from {low} to {high}");
        return Some(Finding::new("interval", [claim], false, reason));
    }
    match (claim.numerator, claim.denominator, claim.unit_of_share()) {
        (Some(k), Some(n), unit) if claim.is_counted_share() => of_counts(claim, k, n, unit),
        (None, n, Some(unit)) if claim.is_counted_share() => Some(of_share(claim, n, unit)),
        _ => {
            let reason = format!("{} lies from {low} to {high}", claim.value.as_str());
            Some(Finding::new("interval", [claim], low <= high, reason))
        }
    }
}

/// The level that a claim states, as a share.
fn stated_level(claim: &Claim) -> Option<Level> {
    let value = claim.ci_level.number()?;
    Level::new(if value > 1.0 || claim.ci_level.is_percent() {
        value / 100.0
    } else {
        value
    })
    .ok()
}

/// An interval by a named method.
struct NamedInterval {
    method: String,
    lower: f64,
    upper: f64,
}

fn of_counts(claim: &Claim, k: u64, n: u64, unit: Option<f64>) -> Option<Finding> {
    let proportion = Proportion::new(k, n).ok()?;
    // Without a unit that says so, limits above 1 can only be percent.
    let percent = claim.ci_high.number().is_some_and(|high| high > 1.0);
    let scale = unit.map_or(if percent { 100.0 } else { 1.0 }, |unit| 1.0 / unit);
    let ends = (ends(&claim.ci_low), ends(&claim.ci_high));
    let shown = format!(
        "{k}/{n}: {}–{}",
        claim.ci_low.as_str(),
        claim.ci_high.as_str()
    );
    let stated = stated_level(claim);
    let level = stated.unwrap_or(Level::P95);
    if let Some((method, cut)) = fitting(proportion, level, scale, &ends) {
        let reason = format!("{shown} is the {level} interval by {method}{cut}");
        return Some(Finding::new("interval", [claim], true, reason));
    }
    let others = LEVELS
        .iter()
        .filter_map(|level| Level::new(*level).ok())
        .filter(|other| *other != level);
    let other = others
        .clone()
        .find_map(|other| Some((other, fitting(proportion, other, scale, &ends)?)));
    if let Some((other, (method, cut))) = other {
        let (holds, stated) = match stated {
            Some(stated) => (false, format!(", not the {stated} one that is stated")),
            None => (true, String::new()),
        };
        let reason = format!("{shown} is the {other} interval by {method}{cut}{stated}");
        return Some(Finding::new("interval", [claim], holds, reason));
    }
    let tried: Vec<String> = intervals(proportion, level)
        .iter()
        .map(|made| {
            let (low, high) = (
                claim.ci_low.like(made.lower * scale),
                claim.ci_high.like(made.upper * scale),
            );
            format!("{low}–{high} by {}", made.method)
        })
        .collect();
    let levels: Vec<String> = others.map(|level| level.to_string()).collect();
    let tried = format!(
        "none of the methods at {level} has it ({}), nor at {}",
        tried.join(", "),
        levels.join(", ")
    );
    let test = claim.test.to_lowercase();
    if !test.is_empty() && !PLAIN.iter().any(|name| test.contains(name)) {
        let reason = format!("{shown}, by {}: not tried; {tried}", claim.test);
        return Some(Finding::with(
            "interval",
            [claim],
            Verdict::Undecided,
            reason,
        ));
    }
    Some(Finding::new(
        "interval",
        [claim],
        false,
        format!("{shown}: {tried}"),
    ))
}

/// An interval of a percentage of which the counts, or one of them, are not printed: those that have it.
fn of_share(claim: &Claim, n: Option<u64>, unit: f64) -> Finding {
    let ends = (ends(&claim.ci_low), ends(&claim.ci_high));
    let level = stated_level(claim);
    let levels: Vec<Level> = match level {
        Some(level) => vec![level],
        None => LEVELS
            .iter()
            .filter_map(|level| Level::new(*level).ok())
            .collect(),
    };
    let sizes = n.map_or(1..=MOST_HIDDEN, |n| n..=n);
    for level in levels {
        let mut found: Vec<(u64, u64, String)> = Vec::new();
        for n in sizes.clone() {
            for k in whole_numbers(claim, n, unit) {
                let Ok(proportion) = Proportion::new(k, n) else {
                    continue;
                };
                if let Some((method, _)) = fitting(proportion, level, 1.0 / unit, &ends) {
                    found.push((k, n, method));
                }
            }
        }
        if let [first, ..] = &found[..] {
            let pairs: Vec<String> = found
                .iter()
                .take(NAMED)
                .map(|(k, n, method)| format!("{k}/{n} by {method}"))
                .collect();
            let more = if found.len() > NAMED {
                format!(" and {} more", found.len() - NAMED)
            } else {
                String::new()
            };
            let reason = format!(
                "{} ({}–{}) is the {level} interval of {}{more}",
                claim.value.as_str(),
                claim.ci_low.as_str(),
                claim.ci_high.as_str(),
                pairs.join(", ")
            );
            let mut finding = Finding::new("interval", [claim], true, reason);
            finding.implies = (found.len() == 1).then(|| format!("{}/{}", first.0, first.1));
            return finding;
        }
    }
    let of = n.map_or_else(|| format!("up to {MOST_HIDDEN}"), |n| n.to_string());
    let reason = format!(
        "{} ({}–{}): no counts of {of} patients have it by the methods here; it may be pooled or adjusted",
        claim.value.as_str(),
        claim.ci_low.as_str(),
        claim.ci_high.as_str()
    );
    Finding::with("interval", [claim], Verdict::Undecided, reason)
}

/// The whole numbers of `n` that are the printed value when rounded.
pub(super) fn whole_numbers(claim: &Claim, n: u64, unit: f64) -> Vec<u64> {
    let is_it = |k: &u64| claim.value.is(*k as f64 / n as f64 / unit);
    let Some(value) = claim.value.number() else {
        return Vec::new();
    };
    let middle = value * unit * n as f64;
    let reach = n as f64
        * unit
        * claim
            .value
            .readings()
            .first()
            .map_or(0.0, |number| number.half_unit)
        + 1.0;
    #[expect(clippy::cast_sign_loss, reason = "not below 0")]
    let (from, to) = (
        (middle - reach).floor().max(0.0) as u64,
        (middle + reach).ceil().clamp(0.0, n as f64) as u64,
    );
    (from..=to).filter(is_it).collect()
}

fn ends(printed: &super::Printed) -> Vec<PrintedNumber> {
    printed.readings()
}

/// The method that gives the printed ends at a level: rounded, or else cut off, with a remark.
fn fitting(
    proportion: Proportion,
    level: Level,
    scale: f64,
    (low, high): &(Vec<PrintedNumber>, Vec<PrintedNumber>),
) -> Option<(String, &'static str)> {
    let made = intervals(proportion, level);
    let both = |fits: fn(&PrintedNumber, f64) -> bool| {
        made.iter().find(|made| {
            let is = |ends: &[PrintedNumber], value: f64| {
                ends.iter().any(|end| fits(end, value * scale))
            };
            is(low, made.lower) && is(high, made.upper)
        })
    };
    let rounded = both(PrintedNumber::holds).map(|made| (made.method.clone(), ""));
    rounded.or_else(|| {
        let cut = both(|end, value| end.holds(value) || end.is_cut(value))?;
        Some((cut.method.clone(), ", its further digits cut off"))
    })
}

/// The intervals that papers print for a proportion.
fn intervals(proportion: Proportion, level: Level) -> Vec<NamedInterval> {
    let mut intervals: Vec<NamedInterval> = proportion
        .intervals(level)
        .into_iter()
        .map(|interval| NamedInterval {
            method: interval.method.to_string(),
            lower: interval.lower,
            upper: interval.upper,
        })
        .collect();
    let (k, n, p, z) = (
        proportion.successes() as f64,
        proportion.n() as f64,
        proportion.value(),
        level.z(),
    );
    let mut add = |method: &str, lower: f64, upper: f64| {
        intervals.push(NamedInterval {
            method: method.to_owned(),
            lower,
            upper,
        });
    };
    let half = z * (p * (1.0 - p) / n).sqrt();
    let more = half + 0.5 / n;
    add("Wald", (p - half).max(0.0), (p + half).min(1.0));
    add("Wald, not cut at 0 and 1", p - half, p + half);
    add(
        "Wald with continuity correction",
        (p - more).max(0.0),
        (p + more).min(1.0),
    );
    add(
        "Wald with continuity correction, not cut at 0 and 1",
        p - more,
        p + more,
    );
    let four = (k + 2.0) / (n + 4.0);
    let half = z * (four * (1.0 - four) / (n + 4.0)).sqrt();
    add(
        "Wald with two successes and two failures added",
        (four - half).max(0.0),
        (four + half).min(1.0),
    );
    if 0.0 < p && p < 1.0 {
        let (logit, error) = ((p / (1.0 - p)).ln(), (n / (k * (n - k))).sqrt());
        let share = |logit: f64| 1.0 / (1.0 + (-logit).exp());
        add("logit", share(logit - z * error), share(logit + z * error));
    }
    let (angle, reach) = (p.sqrt().asin(), z / (2.0 * n.sqrt()));
    let share = |angle: f64| angle.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2);
    add("arcsine", share(angle - reach), share(angle + reach));
    // All of the error on the one side that is left.
    if let Ok(wider) = Level::new(2.0 * level.value() - 1.0)
        && (p == 0.0 || p == 1.0)
    {
        let exact = proportion.clopper_pearson(wider);
        add("Clopper-Pearson, one-sided", exact.lower, exact.upper);
    }
    intervals
}

/// SPSS's interval of a median survival reaches as far up as down.
fn median(claim: &Claim) -> Option<Finding> {
    let is_survival = claim.test.to_lowercase().contains("kaplan")
        || claim.measure.to_lowercase().contains("survival");
    if claim.kind != "median" || !is_survival || !claim.software.to_lowercase().contains("spss") {
        return None;
    }
    let value = claim.value.exact()?;
    let (low, high) = (claim.ci_low.exact()?, claim.ci_high.exact()?);
    let half = |printed: &super::Printed| {
        printed
            .readings()
            .first()
            .map_or(0.0, |number| number.half_unit)
    };
    let rounding = 2.0 * half(&claim.value) + half(&claim.ci_low) + half(&claim.ci_high);
    let (down, up) = (value - low, high - value);
    if (up - down).abs() <= rounding + 1e-9 {
        let reason = format!("{value} ({low}–{high}) reaches as far down as up, as SPSS prints it");
        return Some(Finding::new("median", [claim], true, reason));
    }
    let reason = format!(
        "{value} ({low}–{high}) reaches {} down and {} up; the interval that SPSS prints with a Kaplan-Meier median, plus and minus \
         1.96 standard errors, reaches as far both ways, so this one was probably made otherwise: plausible, not proven",
        claim.ci_low.like(down),
        claim.ci_high.like(up)
    );
    Some(Finding::with("median", [claim], Verdict::Undecided, reason))
}

#[cfg(test)]
mod tests {
    use super::super::tests::claims;
    use super::super::{Finding, Printed, Verdict, check};

    fn found(counts: &str, value: &str, low: &str, high: &str, level: &str) -> Finding {
        let mut claims = claims(&format!(
            "a | r | proportion | ORR | response | | {counts} | {value}"
        ));
        claims[0].ci_low = Printed::new(low);
        claims[0].ci_high = Printed::new(high);
        claims[0].ci_level = Printed::new(level);
        let found = check(&claims);
        found
            .into_iter()
            .find(|finding| finding.check == "interval")
            .expect("a finding")
    }

    /// R: binom.test(7, 9)$conf.int is 0.3999 to 0.9719, at 90 % 0.4504 to 0.9590, at 99 % 0.3074 to 0.9879;
    /// prop.test without correction 0.4526 to 0.9368.
    #[test]
    fn intervals_are_those_of_a_method() {
        for (low, high, level, verdict, words) in [
            ("40.0", "97.2", "", Verdict::Agrees, "Clopper-Pearson"),
            ("40,0", "97,2", "", Verdict::Agrees, "Clopper-Pearson"),
            ("45", "94", "", Verdict::Agrees, "Wilson"),
            ("45.0", "95.9", "", Verdict::Agrees, "90 %"),
            ("45.0", "95.9", "90", Verdict::Agrees, "90 %"),
            ("45.0", "95.9", "0.90", Verdict::Agrees, "90 %"),
            ("30.7", "98.8", "", Verdict::Agrees, "99 %"),
            (
                "45.0",
                "95.9",
                "95 %",
                Verdict::Disagrees,
                "not the 95 % one that is stated",
            ),
            ("50.6", "104.9", "", Verdict::Agrees, "Wald, not cut"),
            ("42.0", "97.2", "", Verdict::Disagrees, "nor at 90 %"),
        ] {
            let found = found("7/9", "77.8 %", low, high, level);
            assert!(
                found.verdict == verdict && found.reason.contains(words),
                "{low}: {}",
                found.reason
            );
        }
    }

    #[test]
    fn pooled_intervals_accuse_nobody() {
        let mut claims = claims("a | r | proportion | ORR | response | | 7/9 | 77.8 %");
        claims[0].ci_low = Printed::new("42");
        claims[0].ci_high = Printed::new("97.2");
        claims[0].test = "bootstrap".to_owned();
        let found = check(&claims);
        assert!(
            found
                .iter()
                .any(|finding| finding.verdict == Verdict::Undecided),
            "{found:?}"
        );
        claims[0].test = "random effects".to_owned();
        let found = check(&claims);
        assert!(
            found
                .iter()
                .all(|finding| finding.verdict != Verdict::Disagrees),
            "{found:?}"
        );
    }

    #[test]
    fn hidden_counts_are_named() {
        let found = found("", "77.8 %", "39.99", "97.19", "95");
        assert_eq!(
            (found.verdict, found.implies.as_deref()),
            (Verdict::Agrees, Some("7/9")),
            "{}",
            found.reason
        );
        let none = super::tests::found("", "77.8 %", "70", "71", "");
        assert_eq!(none.verdict, Verdict::Disagrees);
        let none = super::tests::found("", "77.8 %", "20.05", "97.19", "");
        assert_eq!(none.verdict, Verdict::Undecided, "{}", none.reason);
    }

    #[test]
    fn a_value_lies_in_its_interval() {
        let mut claims = claims("a | r | median | OS | all | | | 31.5 months");
        claims[0].ci_low = Printed::new("32");
        claims[0].ci_high = Printed::new("40");
        assert_eq!(check(&claims)[0].verdict, Verdict::Disagrees);
    }

    #[test]
    fn a_median_that_spss_would_print_otherwise_is_told() {
        let with = |low: &str, high: &str, software: &str| {
            let mut claims = claims("a | r | median | overall survival | all | | | 31.5 months");
            claims[0].ci_low = Printed::new(low);
            claims[0].ci_high = Printed::new(high);
            claims[0].software = software.to_owned();
            let found = check(&claims);
            found
                .iter()
                .find(|finding| finding.check == "median")
                .map(|finding| finding.verdict)
        };
        assert_eq!(with("17.3", "48.0", "SPSS 22"), Some(Verdict::Undecided));
        assert_eq!(with("17.3", "45.7", "SPSS"), Some(Verdict::Agrees));
        assert_eq!(with("17.3", "48.0", "R"), None);
    }
}

//! Printed intervals.

use super::{Claim, Finding};
use crate::stats::estimate::{Interval, Level};
use crate::stats::proportion::Proportion;

pub(super) fn check(claims: &[&Claim]) -> Vec<Finding> {
    claims.iter().filter_map(|claim| of_one(claim)).collect()
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
    let (Some(k), Some(n)) = (claim.numerator, claim.denominator) else {
        let reason = format!("{} lies from {low} to {high}", claim.value.as_str());
        return Some(Finding::new("interval", [claim], low <= high, reason));
    };
    let proportion = Proportion::new(k, n).ok()?;
    let scale = if claim.unit == "%" { 100.0 } else { 1.0 };
    let is_printed = |interval: &Interval| {
        claim.ci_low.is(interval.lower * scale) && claim.ci_high.is(interval.upper * scale)
    };
    let mut intervals = proportion.intervals(Level::P95);
    intervals.push(wald(proportion));
    Some(
        match intervals.iter().find(|interval| is_printed(interval)) {
            Some(interval) => {
                let reason = format!("{k}/{n}: {low}–{high} by {}", interval.method);
                Finding::new("interval", [claim], true, reason)
            }
            None => {
                let shown = |interval: &Interval| {
                    format!(
                        "{}–{} by {}",
                        claim.ci_low.like(interval.lower * scale),
                        claim.ci_high.like(interval.upper * scale),
                        interval.method
                    )
                };
                let known: Vec<String> = intervals.iter().take(2).map(shown).collect();
                let reason = format!(
                    "{k}/{n}: {low}–{high} is by no known method; {}",
                    known.join(", ")
                );
                Finding::new("interval", [claim], false, reason)
            }
        },
    )
}

/// The interval of textbooks, cut at 0 and 1; wrong for small numbers, and printed all the same.
fn wald(proportion: Proportion) -> Interval {
    const Z: f64 = 1.959_963_984_540_054;
    let (p, n) = (proportion.value(), proportion.n() as f64);
    let half = Z * (p * (1.0 - p) / n).sqrt();
    Interval {
        lower: (p - half).max(0.0),
        upper: (p + half).min(1.0),
        level: Level::P95,
        method: crate::stats::estimate::IntervalMethod::Wald,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::claims;
    use super::super::{Printed, Verdict, check};

    fn verdict(k: u64, low: &str, high: &str) -> Verdict {
        let mut claims = claims("a | r | proportion | ORR | response | | /9 | ");
        claims[0].numerator = Some(k);
        claims[0].unit = "%".to_owned();
        claims[0].ci_low = Printed::new(low);
        claims[0].ci_high = Printed::new(high);
        check(&claims)[0].verdict
    }

    /// R: binom.test(7, 9)$conf.int is 0.3999 to 0.9719, prop.test without correction 0.4526 to 0.9368.
    #[test]
    fn intervals_are_those_of_a_method() {
        assert_eq!(verdict(7, "40.0", "97.2"), Verdict::Agrees);
        assert_eq!(verdict(7, "45", "94"), Verdict::Agrees);
        assert_eq!(verdict(7, "42.0", "97.2"), Verdict::Disagrees);
    }

    #[test]
    fn a_value_lies_in_its_interval() {
        let mut claims = claims("a | r | median | OS | all | | | 31.5 months");
        claims[0].ci_low = Printed::new("32");
        claims[0].ci_high = Printed::new("40");
        assert_eq!(check(&claims)[0].verdict, Verdict::Disagrees);
    }
}

//! Percentages of patients.

use super::{Claim, Finding};

/// Numerators over denominators against the percentages printed; percentages without a numerator
/// against those that whole numbers of patients have.
pub(super) fn check(claims: &[&Claim]) -> Vec<Finding> {
    claims.iter().filter_map(|claim| of_one(claim)).collect()
}

fn of_one(claim: &Claim) -> Option<Finding> {
    let n = claim.denominator?;
    let Some(k) = claim.numerator else {
        return whole_number(claim, n);
    };
    if k > n {
        return Some(Finding::new(
            "rate",
            [claim],
            false,
            format!("{k} of {n} is more than all"),
        ));
    }
    let value = claim.value.number()?;
    let is_share = claim.unit.is_empty() && claim.kind == "proportion" && value <= 1.0;
    if claim.unit == "%" || is_share {
        if n == 0 {
            return None;
        }
        let whole = if is_share { 1.0 } else { 100.0 };
        let unit = if is_share { "" } else { " %" };
        let rate = whole * k as f64 / n as f64;
        let holds = claim.value.is(rate);
        let reason = if holds {
            format!("{k}/{n} = {}{unit}", claim.value.as_str())
        } else {
            format!(
                "{k}/{n} = {}{unit}, not {}{unit}",
                claim.value.like(rate),
                claim.value.as_str()
            )
        };
        return Some(Finding::new("rate", [claim], holds, reason));
    }
    (claim.kind == "count").then(|| {
        let holds = value == k as f64;
        let reason = if holds {
            format!("{k} of {n}")
        } else {
            format!("the count is {k} and {} at once", claim.value.as_str())
        };
        Finding::new("rate", [claim], holds, reason)
    })
}

fn whole_number(claim: &Claim, n: u64) -> Option<Finding> {
    let value = claim.value.number().filter(|_| claim.unit == "%")?;
    if n == 0 {
        return None;
    }
    let nearest = (value / 100.0 * n as f64).round();
    let rate = |k: f64| 100.0 * k / n as f64;
    let holds = claim.value.is(rate(nearest));
    let reason = if holds {
        format!("{} % of {n} is {nearest}", claim.value.as_str())
    } else {
        format!(
            "no whole number of {n} is {} %: {nearest}/{n} = {} %",
            claim.value.as_str(),
            claim.value.like(rate(nearest))
        )
    };
    Some(Finding::new("whole number", [claim], holds, reason))
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;

    #[test]
    fn wrong_percentages_are_found() {
        let found = faults(
            "a | r | proportion | ORR | response | a | 26/30 | 86.6 %
             b | r | proportion | DCR | control | b | 31/30 | 
             c | r | proportion | ORR | response | c | /7 | 50 %
             d | r | proportion | ORR | response | d | /7 | 57 %
             e | r | count | x | response | e | 4/9 | 5 patients
             f | r | proportion | y | response | f | 4/9 | 0.45",
        );
        assert_eq!(
            found,
            [
                "rate: 26/30 = 86.7 %, not 86.6 %",
                "rate: 31 of 30 is more than all",
                "whole number: no whole number of 7 is 50 %: 4/7 = 57 %",
                "rate: the count is 4 and 5 at once",
                "rate: 4/9 = 0.44, not 0.45",
            ]
        );
    }
}

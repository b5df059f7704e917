//! Numbers printed more than once.

use super::{Claim, Finding, grouped};
use crate::case::printed::{PrintedNumber, p_values};

/// What is said to be one number at several places is one number.
pub(super) fn check(claims: &[&Claim]) -> Vec<Finding> {
    let key = |claim: &Claim| {
        claim.is_number().then(|| {
            let words = [
                &claim.measure,
                &claim.group,
                &claim.subgroup,
                &claim.comparison,
            ];
            (claim.kind.clone(), words.map(|word| word.to_lowercase()))
        })
    };
    grouped(claims, key)
        .into_iter()
        .filter_map(|(_, same)| {
            let places = grouped(&same, |claim| Some(claim.locator.clone()));
            if places.len() < 2 || places.iter().any(|(_, here)| here.len() > 1) {
                return None;
            }
            let differs = same.iter().copied().find(|claim| !agree(same[0], claim));
            let reason = match differs {
                None => format!("{} at {} places", same[0].printed(), same.len()),
                Some(other) => format!(
                    "{} in {}, {} in {}",
                    same[0].printed(),
                    same[0].locator,
                    other.printed(),
                    other.locator
                ),
            };
            Some(Finding::new("repeats", same, differs.is_none(), reason))
        })
        .collect()
}

/// Whether two claims print the same, as far as both print it.
fn agree(one: &Claim, other: &Claim) -> bool {
    let counts = |a: Option<u64>, b: Option<u64>| a.is_none() || b.is_none() || a == b;
    let value = match (one.value.number(), other.value.number()) {
        (Some(a), Some(b)) => match (one.unit_of_share(), other.unit_of_share()) {
            // 86.7 % and 0.867 are one number.
            (Some(unit), Some(other_unit)) => {
                one.value.is(b * other_unit / unit) || other.value.is(a * unit / other_unit)
            }
            _ => one.unit != other.unit || one.value.is(b) || other.value.is(a),
        },
        _ => {
            let (a, b) = (one.value.as_str(), other.value.as_str());
            let ranges = one.value.range().zip(other.value.range());
            a.is_empty() || b.is_empty() || a == b || ranges.is_some_and(|(a, b)| a == b)
        }
    };
    let (p, other_p) = (
        p_values(&one.p_operator, one.p.as_str()),
        p_values(&other.p_operator, other.p.as_str()),
    );
    // A bound and a number are the same where the number lies within it.
    let holds = |these: &[PrintedNumber], those: &[PrintedNumber]| {
        these.iter().any(|this| {
            those.iter().any(|that| {
                this.sign == that.sign && this.value == that.value || this.holds(that.value)
            })
        })
    };
    let p = p.is_empty() || other_p.is_empty() || holds(&p, &other_p) || holds(&other_p, &p);
    counts(one.numerator, other.numerator)
        && counts(one.denominator, other.denominator)
        && value
        && p
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;

    #[test]
    fn a_number_printed_twice_is_one_number() {
        let lines = "a | abstract | median | OS | surgery | both | | 31.5 months
             b | discussion | median | OS | surgery | both | | 32 months";
        assert!(faults(lines).is_empty());
        assert_eq!(
            faults(&lines.replace("32", "33")),
            ["repeats: 31.5 months in abstract, 33 months in discussion"]
        );
    }
}

//! Percentages of patients.

use super::intervals::whole_numbers;
use super::{Claim, Finding, Verdict};
use crate::case::printed::Sign;

/// Units of a number of patients.
pub(super) const PATIENTS: [&str; 9] = [
    "",
    "patients",
    "patient",
    "cases",
    "case",
    "persons",
    "people",
    "subjects",
    "participants",
];

/// Numerators over denominators against the percentages printed; percentages without a numerator
/// against those that whole numbers of patients have; and texts with two meanings.
pub(super) fn check(claims: &[&Claim]) -> Vec<Finding> {
    claims
        .iter()
        .flat_map(|claim| two_meanings(claim).into_iter().chain(of_one(claim)))
        .collect()
}

fn two_meanings(claim: &Claim) -> Option<Finding> {
    let printed = [&claim.value, &claim.ci_low, &claim.ci_high];
    let text = printed
        .into_iter()
        .find(|printed| printed.readings().len() > 1)?;
    let numbers: Vec<String> = text
        .readings()
        .iter()
        .map(|number| number.value.to_string())
        .collect();
    let reason = format!(
        "{:?} may be {}: both are tried",
        text.as_str(),
        numbers.join(" or ")
    );
    Some(Finding::with(
        "spelling",
        [claim],
        Verdict::Undecided,
        reason,
    ))
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
    if !["proportion", "count", ""].contains(&claim.kind.as_str()) {
        return None;
    }
    let is_count = PATIENTS
        .iter()
        .any(|word| word.eq_ignore_ascii_case(claim.unit.trim()))
        && !claim.value.is_percent();
    if is_count && (claim.kind != "proportion" || !claim.unit.trim().is_empty()) {
        // A numerator written once more, with its unit.
        let holds = claim.value.is(k as f64);
        let reason = if holds {
            format!("{k} of {n}")
        } else {
            format!("the count is {k} and {} at once", claim.value.as_str())
        };
        return Some(Finding::new("rate", [claim], holds, reason));
    }
    if n == 0 {
        return None;
    }
    let Some(unit) = claim.unit_of_share() else {
        let share = ["proportion", "count"].contains(&claim.kind.as_str());
        let reason = format!(
            "{} {}: not compared with {k}/{n}, as the unit is neither % nor patients",
            claim.value.as_str(),
            claim.unit
        );
        return share.then(|| Finding::with("rate", [claim], Verdict::Undecided, reason));
    };
    let rate = |unit: f64| k as f64 / n as f64 / unit;
    // A proportion of at most 1 without a unit is a share, or a very small percentage.
    let bare = claim.unit.trim().is_empty() && !claim.value.is_percent();
    let holds = claim.value.is(rate(unit)) || (bare && value <= 1.0 && claim.value.is(rate(0.01)));
    let sign = if unit < 1.0 { " %" } else { "" };
    let printed = claim.value.as_str().trim_end_matches('%').trim_end();
    let is_about = claim
        .value
        .readings()
        .iter()
        .any(|number| number.sign == Sign::About);
    if is_about && !holds {
        let reason = format!(
            "{k}/{n} = {}{sign}, printed as {}",
            claim.value.like(rate(unit)),
            claim.value.as_str()
        );
        return Some(Finding::with("rate", [claim], Verdict::Undecided, reason));
    }
    if !claim.is_counted_share() && !holds {
        let rate = claim.value.like(rate(unit));
        let reason = format!(
            "{k}/{n} = {rate}{sign}, printed as {printed}{sign}, which may be estimated otherwise"
        );
        return Some(Finding::with("rate", [claim], Verdict::Undecided, reason));
    }
    let reason = if holds {
        format!("{k}/{n} = {printed}{sign}")
    } else {
        let cut = if claim.value.is_cut(rate(unit)) {
            ", which is cut off, not rounded"
        } else {
            ""
        };
        format!(
            "{k}/{n} = {}{sign}, not {printed}{sign}{cut}",
            claim.value.like(rate(unit))
        )
    };
    Some(Finding::new("rate", [claim], holds, reason))
}

fn whole_number(claim: &Claim, n: u64) -> Option<Finding> {
    let unit = claim
        .unit_of_share()
        .filter(|unit| *unit < 1.0 || !claim.unit.is_empty())?;
    claim.value.exact()?;
    if n == 0 || !claim.is_counted_share() {
        return None;
    }
    let value = claim.value.as_str().trim_end_matches('%').trim_end();
    let sign = if unit < 1.0 { " %" } else { "" };
    let reason = match whole_numbers(claim, n, unit)[..] {
        [] => {
            let nearest = (claim.value.number()? * unit * n as f64).round();
            let rate = claim.value.like(nearest / n as f64 / unit);
            let reason =
                format!("no whole number of {n} is {value}{sign}: {nearest}/{n} = {rate}{sign}");
            return Some(Finding::new("whole number", [claim], false, reason));
        }
        [k] => format!("{value}{sign} of {n} is {k}"),
        [first, .., last] => format!("{value}{sign} of {n} is any number from {first} to {last}"),
    };
    Some(Finding::new("whole number", [claim], true, reason))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{claims, faults};
    use super::super::{Verdict, check};

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
                "rate: 26/30 = 86.7 %, not 86.6 %, which is cut off, not rounded",
                "rate: 31 of 30 is more than all",
                "whole number: no whole number of 7 is 50 %: 4/7 = 57 %",
                "rate: the count is 4 and 5 at once",
                "rate: 4/9 = 0.44, not 0.45",
            ]
        );
    }

    /// 26/30 is 86.7 %, however it is written.
    #[test]
    fn a_percentage_is_read_in_every_spelling() {
        let spellings = [
            ("96.7", "percent"),
            ("96.7", "%"),
            ("96.7%", ""),
            ("96,7", "percent"),
            ("96.7 %", "percent"),
            ("0.967", ""),
            ("96·7", "percent"),
            ("96.7", ""),
            ("96.7", "Per cent"),
            ("96.7 percent", ""),
            ("0,967", ""),
            (".967", "fraction"),
        ];
        for (value, unit) in spellings {
            for (wrong, right) in [
                (true, value.to_owned()),
                (false, value.replace("967", "867").replace("96", "86")),
            ] {
                let mut claims = claims("a | r | proportion | ORR | response | | 26/30 |");
                claims[0].value = super::super::Printed::new(&right);
                claims[0].unit = unit.to_owned();
                let found = check(&claims);
                let wanted = if wrong {
                    Verdict::Disagrees
                } else {
                    Verdict::Agrees
                };
                assert!(
                    found.len() == 1 && found[0].verdict == wanted,
                    "{right} {unit}: {found:?}"
                );
            }
        }
    }

    /// A curve, a mean or a model gives percentages of no whole number of patients.
    #[test]
    fn estimated_shares_are_no_counts() {
        for line in [
            "a | r | proportion | overall survival at 12 months | all | | /8 | 83 %",
            "a | r | mean | change in size | all | | /7 | 48 %",
            "a | r | median | change in size | all | | 3/7 | 48 %",
            "a | r | proportion | pooled response rate | all | | 7/9 | 75 %",
        ] {
            assert!(faults(line).is_empty(), "{line}: {:?}", faults(line));
        }
    }

    #[test]
    fn what_cannot_be_compared_is_told() {
        let found = check(&claims(
            "a | r | proportion | ORR | response | | 26/30 | 8.67 tenths",
        ));
        assert_eq!(found[0].verdict, Verdict::Undecided, "{found:?}");
        let found = check(&claims("a | r | count | women | all | | | 1,234 patients"));
        assert!(
            found[0].check == "spelling" && found[0].verdict == Verdict::Undecided,
            "{found:?}"
        );
    }

    #[test]
    fn a_bound_is_no_number() {
        for (value, verdict) in [
            ("> 80 %", Verdict::Agrees),
            ("about 87 %", Verdict::Agrees),
            ("about 90 %", Verdict::Undecided),
            ("> 90 %", Verdict::Disagrees),
        ] {
            let mut claims = claims("a | r | proportion | ORR | response | | 26/30 |");
            claims[0].value = super::super::Printed::new(value);
            assert_eq!(check(&claims)[0].verdict, verdict, "{value}");
        }
    }
}

//! Sets the number of a claim against the one recomputed.

use super::units::Units;
use super::{Doubt, Recount};
use crate::case::printed::is_none;
use crate::claims::p_values::{Tried, of_table};
use crate::claims::{Claim, Verdict, p_values};
use crate::stats::contingency::Table;

pub(super) fn of_count(claim: &Claim, units: &Units, doubt: &Doubt) -> (Verdict, String) {
    let cases = format!(
        "{} of {} known cases, {} in all",
        units.counted(),
        units.known(),
        units.eligible()
    );
    let Some(stated) = claim.count().and_then(|count| usize::try_from(count).ok()) else {
        return (
            Verdict::Undecided,
            format!("{cases}; the claim prints no count"),
        );
    };
    // The denominator of a count is often all patients of the review, not those counted among.
    let whole = claim.denominator.filter(|_| claim.kind == "proportion");
    let whole = whole.and_then(|n| usize::try_from(n).ok());
    if units.allow(stated, whole, false) {
        return if units.is_open() {
            let (least, most) = units.bounds(false);
            (
                Verdict::Undecided,
                format!("{cases}: from {least} to {most}, so it may be {stated}"),
            )
        } else {
            (Verdict::Agrees, cases)
        };
    }
    if let Some(whole) = whole
        && units.allow_part(stated, whole, false)
    {
        let reason =
            format!("{cases}: {stated} of {whole} if some of them are left out of the base");
        return (Verdict::Undecided, reason);
    }
    let (least, most) = units.bounds(false);
    let largest = units.eligible();
    let why = if stated < least {
        format!("at least {least}, not {stated}")
    } else if stated > most {
        format!("at most {most}, not {stated}")
    } else {
        match whole {
            Some(whole) if whole > largest => {
                format!("at most {largest} to count among, fewer than the {whole} of the claim")
            }
            Some(whole) => format!("{stated} of {whole} is not possible together"),
            None => format!("not {stated}"),
        }
    };
    let by_others = || {
        units.allow(stated, whole, true)
            || whole.is_some_and(|whole| units.allow_part(stated, whole, true))
    };
    if !doubt.inferred.is_empty() && by_others() {
        let reason =
            format!("{cases}: {why}; it disagrees only if every inferred membership holds");
        return (Verdict::Undecided, reason);
    }
    (
        Verdict::Disagrees,
        format!("{cases}: {why}, whatever the unknown are"),
    )
}

pub(super) fn of_number(claim: &Claim, value: Option<f64>, found: &Recount) -> (Verdict, String) {
    let of = format!("{} of {} cases known", found.known, found.eligible);
    let all_known = found.known == found.eligible;
    let Some(value) = value else {
        let agrees = all_known
            && found.known > 0
            && is_none(claim.value.as_str())
            && !claim.value.as_str().is_empty();
        let verdict = if agrees {
            Verdict::Agrees
        } else {
            Verdict::Undecided
        };
        return (verdict, format!("no figure: {of}"));
    };
    let shown = format!("{} now; {of}", claim.value.like(value));
    match (
        all_known,
        claim.value.is(value) || claim.value.is_cut(value),
    ) {
        (false, _) => (Verdict::Undecided, shown),
        (true, true) => (Verdict::Agrees, shown),
        (true, false) => (Verdict::Disagrees, shown),
    }
}

pub(super) fn of_tests(
    claim: &Claim,
    tests: &[(String, f64)],
    table: Option<&Table>,
    found: &Recount,
) -> (Verdict, String) {
    let of = format!("{} of {} cases known", found.known, found.eligible);
    let Some((name, p)) = tests.first() else {
        return (Verdict::Undecided, format!("no figure: {of}"));
    };
    let shown = format!("{name} {p:.4} now; {of}");
    if found.known != found.eligible {
        return (Verdict::Undecided, shown);
    }
    if let Some((name, p)) = tests.iter().find(|(_, p)| p_values::is_printed(claim, *p)) {
        return (Verdict::Agrees, format!("{name} {p:.4} now; {of}"));
    }
    match table.map(|table| of_table(claim, table)) {
        Some(Tried::Fits(test)) => (Verdict::Agrees, format!("{test} now; {of}")),
        Some(Tried::None(tried)) => (Verdict::Disagrees, format!("{of}; tried: {tried}")),
        // Curves and regressions have tests that are not computed here.
        None => {
            let named = claim.test.to_lowercase();
            let done = tests
                .iter()
                .any(|(name, _)| !named.is_empty() && name.to_lowercase().contains(&named));
            let verdict = if done {
                Verdict::Disagrees
            } else {
                Verdict::Undecided
            };
            (verdict, format!("{shown}; no other test is tried"))
        }
    }
}

pub(super) fn of_range(
    claim: &Claim,
    range: Option<(f64, f64)>,
    one_moment: bool,
    found: &Recount,
) -> (Verdict, String) {
    let of = format!("{} of {} cases known", found.known, found.eligible);
    let (Some((low, high)), Some((from, to))) = (range, claim.value.ends()) else {
        return (Verdict::Undecided, format!("no figure: {of}"));
    };
    let shown = format!("{low} to {high} among the known; {of}");
    let beyond = low < from.value - from.half_unit || high > to.value + to.half_unit;
    if beyond {
        let reason = format!("{shown}: beyond {} to {}", from.value, to.value);
        return if one_moment {
            (Verdict::Disagrees, reason)
        } else {
            (
                Verdict::Undecided,
                format!("{reason}, but they are counted from different moments"),
            )
        };
    }
    if found.known == found.eligible && one_moment {
        let holds = from.holds(low) && to.holds(high);
        return (
            if holds {
                Verdict::Agrees
            } else {
                Verdict::Disagrees
            },
            shown,
        );
    }
    (Verdict::Undecided, shown)
}

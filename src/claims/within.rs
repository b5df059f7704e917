//! Patients who are part of others.

use std::cmp::Ordering;

use super::lists::{kind, numbers};
use super::sums::{counts_patients, has_word};
use super::{Claim, Finding, Verdict};

/// How sure it is that the patients of one claim are among those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sure {
    /// The sheet says so, or the words do: a serious adverse event is an adverse event.
    Yes,
    /// By the usual meaning of the words, which the source may not follow.
    Usually,
}

/// How bad adverse events are, by the words of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Events {
    Any,
    Serious,
    Fatal,
}

pub(super) fn check(claims: &[&Claim]) -> Vec<Finding> {
    let stated = claims.iter().filter_map(|inner| {
        let outer = claims
            .iter()
            .find(|outer| !inner.part_of.is_empty() && outer.id == inner.part_of)?;
        Some((*inner, *outer, Sure::Yes))
    });
    let mut pairs: Vec<(&Claim, &Claim, Sure)> = stated.collect();
    for (inner, outer, sure) in nested_events(claims) {
        if !pairs
            .iter()
            .any(|(one, other, _)| one.id == inner.id && other.id == outer.id)
        {
            pairs.push((inner, outer, sure));
        }
    }
    pairs
        .into_iter()
        .flat_map(|(inner, outer, sure)| [counts(inner, outer, sure), lists(inner, outer, sure)])
        .flatten()
        .collect()
}

/// Adverse events that are serious, fatal, or any, each of one claim of a group.
fn nested_events<'a>(claims: &[&'a Claim]) -> Vec<(&'a Claim, &'a Claim, Sure)> {
    let of: Vec<(Events, &Claim)> = claims
        .iter()
        .filter_map(|claim| Some((events(claim)?, *claim)))
        .collect();
    let mut pairs = Vec::new();
    for (bad, inner) in &of {
        for (less, outer) in &of {
            if bad > less && inner.group == outer.group && inner.denominator == outer.denominator {
                let sure = if *less == Events::Any {
                    Sure::Yes
                } else {
                    Sure::Usually
                };
                pairs.push((*inner, *outer, sure));
            }
        }
    }
    pairs
}

/// Which adverse events a claim counts patients with; one kind of event is no set of them.
fn events(claim: &Claim) -> Option<Events> {
    let words = format!("{} {}", claim.measure, claim.group);
    if !has_word(&words, &["adverse", "toxicit", "side effect"])
        || claim.count().is_none()
        || !counts_patients(claim)
    {
        return None;
    }
    let subgroup = claim.subgroup.trim().to_lowercase();
    let measure = claim.measure.to_lowercase();
    let is_of_events = has_word(&measure, &["adverse", "toxicit", "side effect"]);
    match subgroup.as_str() {
        "any" | "all" | "any grade" | "all grades" | "" if is_of_events => {
            if has_word(&measure, &["fatal"]) {
                Some(Events::Fatal)
            } else if has_word(&measure, &["serious", "severe", "grade 3"]) {
                Some(Events::Serious)
            } else {
                Some(Events::Any)
            }
        }
        "serious" | "severe" if is_of_events => Some(Events::Serious),
        "fatal" | "grade 5" if is_of_events => Some(Events::Fatal),
        _ => None,
    }
}

fn counts(inner: &Claim, outer: &Claim, sure: Sure) -> Option<Finding> {
    let whole = outer.count()?;
    let both = [inner, outer];
    let finding = |verdict, reason| Some(Finding::with("within", both, verdict, reason));
    // A rate is of those among whom it is counted.
    if let Some(base) = inner
        .denominator
        .filter(|_| sure == Sure::Yes && inner.kind == "proportion")
    {
        let (verdict, reason) = match base.cmp(&whole) {
            Ordering::Greater => {
                let reason = format!("{base} patients are part of {whole}");
                (Verdict::Disagrees, reason)
            }
            Ordering::Less => {
                let left = whole - base;
                let verb = if left == 1 { "is" } else { "are" };
                let reason = format!(
                    "{base} of the {whole} are counted; {left} {verb} left out and not named"
                );
                (Verdict::Undecided, reason)
            }
            Ordering::Equal => (Verdict::Agrees, format!("all {whole} are counted")),
        };
        return finding(verdict, reason);
    }
    let part = inner.count()?;
    if part <= whole {
        return finding(
            Verdict::Agrees,
            format!("{part} patients are part of {whole}"),
        );
    }
    let reason = format!(
        "{part} patients ({}) are part of {whole} ({})",
        inner.words(),
        outer.words()
    );
    match sure {
        Sure::Yes => finding(Verdict::Disagrees, reason),
        Sure::Usually => finding(
            Verdict::Undecided,
            format!("{reason}, unless the source counts them apart"),
        ),
    }
}

fn lists(inner: &Claim, outer: &Claim, sure: Sure) -> Option<Finding> {
    let (these, those) = (numbers(inner), numbers(outer));
    let apart = kind(inner)
        .zip(kind(outer))
        .is_some_and(|(one, other)| one != other);
    if these.is_empty() || those.is_empty() || apart {
        return None;
    }
    let (found, outside): (Vec<&String>, Vec<&String>) =
        these.iter().partition(|number| those.contains(number));
    let both = [inner, outer];
    let shown = |numbers: &[&String]| {
        numbers
            .iter()
            .map(|number| number.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    if outside.is_empty() {
        let reason = format!("{} stand in the list of {}", shown(&found), outer.words());
        return Some(Finding::new("list within", both, true, reason));
    }
    let head = format!(
        "of {} ({}), {} not in the list of {}: {}",
        inner.words(),
        these.join(", "),
        outside.len(),
        outer.words(),
        shown(&outside)
    );
    let count = outer.count().and_then(|count| usize::try_from(count).ok());
    let (verdict, reason) = match (count, sure) {
        (Some(count), _) if count != those.len() => {
            let why = format!(
                "that list has {} numbers for {count} patients, so it may name only some of them, or not the patients",
                those.len()
            );
            (Verdict::Undecided, format!("{head}; {why}"))
        }
        (_, Sure::Usually) => (
            Verdict::Undecided,
            format!("{head}; they belong there unless the source counts them apart"),
        ),
        (Some(_), Sure::Yes) => (
            Verdict::Disagrees,
            format!(
                "{head}, though they are part of these {} patients",
                those.len()
            ),
        ),
        (None, Sure::Yes) => (
            Verdict::Undecided,
            format!("{head}; how many that list should name is not printed"),
        ),
    };
    Some(Finding::with("list within", both, verdict, reason))
}

#[cfg(test)]
mod tests {
    use super::super::tests::claims;
    use super::super::{Claim, Verdict, check};

    fn refs(claim: &mut Claim, refs: &str) {
        claim.refs = refs.split(';').map(str::to_owned).collect();
    }

    fn verdicts(claims: &[Claim], name: &str) -> Vec<Verdict> {
        let found = check(claims);
        found
            .iter()
            .filter(|finding| finding.check == name)
            .map(|finding| finding.verdict)
            .collect()
    }

    fn events(any: u64, serious: u64, fatal: u64) -> Vec<Claim> {
        claims(&format!(
            "a | r | count | cases with adverse events | adverse events | any | | {any} patients
             b | r | count | cases with serious adverse events | adverse events | serious | | {serious} patients
             c | r | count | fatal adverse events | adverse events | fatal | | {fatal} patients"
        ))
    }

    #[test]
    fn serious_events_are_events() {
        assert_eq!(verdicts(&events(5, 3, 1), "within"), [Verdict::Agrees; 3]);
        // More serious events than events, and more fatal ones than serious ones, which may stand apart.
        assert_eq!(
            verdicts(&events(2, 3, 1), "within"),
            [Verdict::Disagrees, Verdict::Agrees, Verdict::Agrees]
        );
        assert_eq!(
            verdicts(&events(5, 1, 2), "within"),
            [Verdict::Agrees, Verdict::Agrees, Verdict::Undecided]
        );
    }

    #[test]
    fn a_list_stands_in_the_list_that_holds_it() {
        let mut lists = events(3, 2, 1);
        refs(&mut lists[0], "4;7;13");
        refs(&mut lists[1], "4;8");
        assert_eq!(verdicts(&lists, "list within"), [Verdict::Disagrees]);
        refs(&mut lists[1], "4;7");
        assert_eq!(verdicts(&lists, "list within"), [Verdict::Agrees]);
        // A list that names three of sixteen cannot say who is not among them.
        let mut short = events(16, 2, 1);
        refs(&mut short[0], "4;7;13");
        refs(&mut short[1], "4;8");
        assert_eq!(verdicts(&short, "list within"), [Verdict::Undecided]);
    }

    #[test]
    fn what_the_sheet_calls_a_part_is_one() {
        let with = |base: u64| {
            let mut claims = claims(&format!(
                "a | r | count | histology | histology | EIMS | | 11 patients
                 b | r | proportion | objective response rate | response | EIMS | {base}/{base} | 100 %"
            ));
            claims[1].part_of = "a".to_owned();
            verdicts(&claims, "within")
        };
        assert_eq!(with(9), [Verdict::Undecided]);
        assert_eq!(with(11), [Verdict::Agrees]);
        assert_eq!(with(12), [Verdict::Disagrees]);
    }
}

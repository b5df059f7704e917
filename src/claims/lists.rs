//! Numbers in brackets beside a count, of references or of cases.

use super::{Claim, Finding, Verdict, grouped};

/// What the numbers beside a statement are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Cases,
    References,
}

/// What the numbers of a claim are, where the source says.
pub(super) fn kind(claim: &Claim) -> Option<Kind> {
    match claim.refs_are.as_str() {
        "cases" => Some(Kind::Cases),
        "references" => Some(Kind::References),
        _ => None,
    }
}

/// The numbers of a claim, each once; `4-7` is four of them.
pub(super) fn numbers(claim: &Claim) -> Vec<String> {
    /// Longer ranges are no lists of cases.
    const LONGEST: u64 = 1_000;
    let mut all: Vec<String> = Vec::new();
    for text in &claim.refs {
        let ends = text.split_once(['-', '–']).and_then(|(from, to)| {
            let (from, to) = (
                from.trim().parse::<u64>().ok()?,
                to.trim().parse::<u64>().ok()?,
            );
            (from < to && to - from < LONGEST).then_some((from, to))
        });
        match ends {
            Some((from, to)) => all.extend((from..=to).map(|number| number.to_string())),
            None => all.push(text.clone()),
        }
    }
    let mut seen = Vec::new();
    all.retain(|number| {
        let new = !seen.contains(number);
        if new {
            seen.push(number.clone());
        }
        new
    });
    all
}

/// Counts of patients against the numbers listed beside them.
pub(super) fn check(claims: &[&Claim]) -> Vec<Finding> {
    let key = |claim: &Claim| {
        let listed = !claim.refs.is_empty() && claim.count().is_some() && is_of_patients(claim);
        listed.then(|| (claim.locator.clone(), claim.refs.clone()))
    };
    grouped(claims, key)
        .into_iter()
        .filter_map(|(_, set)| of_list(&set))
        .collect()
}

fn is_of_patients(claim: &Claim) -> bool {
    super::rates::PATIENTS
        .iter()
        .chain(&["%"])
        .any(|unit| unit.eq_ignore_ascii_case(claim.unit.trim()))
}

/// Claims of one place with one list: one of them counts it, or all of them together.
fn of_list(set: &[&Claim]) -> Option<Finding> {
    let first = set.first()?;
    let listed = numbers(first);
    let shown = listed.join(", ");
    let long = u64::try_from(listed.len()).ok()?;
    let counts: Vec<u64> = set.iter().filter_map(|claim| claim.count()).collect();
    let sum: u64 = counts.iter().sum();
    let terms: Vec<String> = counts.iter().map(u64::to_string).collect();
    if counts.contains(&long) || sum == long {
        let reason = format!(
            "{} patients, {long} numbers listed: {shown}",
            terms.join(" and ")
        );
        return Some(Finding::new("list", set.iter().copied(), true, reason));
    }
    let (count, claim) = (*counts.first()?, *first);
    // One number is the source that is cited, and says nothing of how many.
    if set.len() > 1 || (long == 1 && kind(claim) != Some(Kind::Cases)) {
        return None;
    }
    let as_cases = format!("as numbers of cases {long} are not {count}");
    let as_references = if count > long {
        format!("as references they fit only if some hold several of the {count}")
    } else {
        "as references they fit only if some report the same patient, or none".to_owned()
    };
    let head = format!("{count} patients are counted, {long} numbers listed ({shown})");
    let (verdict, reason) = match kind(claim) {
        Some(Kind::Cases) => (Verdict::Disagrees, format!("{head}: {as_cases}")),
        Some(Kind::References) => (Verdict::Undecided, format!("{head}: {as_references}")),
        None => (
            Verdict::Undecided,
            format!("{head}: {as_cases}, {as_references}; or the list names only some"),
        ),
    };
    Some(Finding::with("list", [claim], verdict, reason))
}

#[cfg(test)]
mod tests {
    use super::super::tests::claims;
    use super::super::{Verdict, check};
    use super::numbers;

    fn verdict(count: &str, refs: &[&str], refs_are: &str) -> Option<Verdict> {
        let mut claims = claims(&format!(
            "a | r | count | events | adverse events | any | | {count} patients"
        ));
        claims[0].refs = refs.iter().map(|text| (*text).to_owned()).collect();
        claims[0].refs_are = refs_are.to_owned();
        let found = check(&claims);
        found
            .iter()
            .find(|finding| finding.check == "list")
            .map(|finding| finding.verdict)
    }

    #[test]
    fn a_list_is_as_long_as_the_count() {
        assert_eq!(
            verdict("5", &["4", "7", "13", "18", "22"], ""),
            Some(Verdict::Agrees)
        );
        assert_eq!(verdict("4", &["4-7"], "cases"), Some(Verdict::Agrees));
        assert_eq!(
            verdict("16", &["4", "7", "13", "18", "22"], "cases"),
            Some(Verdict::Disagrees)
        );
        assert_eq!(
            verdict("16", &["4", "7", "13", "18", "22"], "references"),
            Some(Verdict::Undecided)
        );
        assert_eq!(
            verdict("16", &["4", "7", "13", "18", "22"], ""),
            Some(Verdict::Undecided)
        );
        assert_eq!(verdict("3", &["23"], ""), None);
        assert_eq!(verdict("3", &["23"], "cases"), Some(Verdict::Disagrees));
    }

    #[test]
    fn two_statements_may_share_a_list() {
        let mut claims = claims(
            "a | r | count | lysis | adverse events | fatal | | 1 patients
             b | r | count | lung | adverse events | fatal | | 1 patients",
        );
        for claim in &mut claims {
            claim.refs = vec!["10".to_owned(), "19".to_owned()];
        }
        let found = check(&claims);
        assert!(
            found
                .iter()
                .all(|finding| finding.verdict == Verdict::Agrees),
            "{found:?}"
        );
        assert_eq!(numbers(&claims[0]), ["10", "19"]);
    }
}

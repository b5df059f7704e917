//! What is said in words: of all, and of the same patients twice.

use super::{Claim, Finding, Verdict, scale};

/// Words that say that nobody is left out.
const ALL: [&str; 3] = ["all", "every", "each"];
/// Letters that two words of one stem share.
const STEM: usize = 6;

pub(super) fn check(claims: &[&Claim]) -> Vec<Finding> {
    let all = claims.iter().filter_map(|claim| of_all(claim, claims));
    let excluded = claims.iter().flat_map(|claim| {
        let others = claim
            .excludes
            .iter()
            .filter_map(|id| claims.iter().find(|other| other.id == *id));
        others.map(|other| exclusive(claim, other))
    });
    all.chain(excluded).collect()
}

fn words(text: &str) -> Vec<String> {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// The names of a subgroup: what stands before brackets, and in them.
fn aliases(subgroup: &str) -> Vec<String> {
    let parts = subgroup
        .split(['(', ')'])
        .map(|part| part.trim().to_lowercase());
    let names = parts.map(|part| part.strip_prefix("printed ").unwrap_or(&part).to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

fn same_group(one: &Claim, other: &Claim) -> bool {
    let names = aliases(&one.subgroup);
    !names.is_empty()
        && aliases(&other.subgroup)
            .iter()
            .any(|name| names.contains(name))
}

/// Whether a rate is of what a statement says: `responded` and `objective response rate`.
fn is_of(rate: &Claim, statement: &Claim) -> bool {
    let stems = |text: &str| -> Vec<String> {
        let long = words(text)
            .into_iter()
            .filter(|word| word.chars().count() >= STEM);
        long.map(|word| word.chars().take(STEM).collect()).collect()
    };
    let named = stems(&statement.measure);
    stems(&rate.measure).iter().any(|stem| named.contains(stem))
}

/// A statement on all of a group against the rates of that group.
fn of_all(statement: &Claim, claims: &[&Claim]) -> Option<Finding> {
    let says_all = words(&statement.measure)
        .iter()
        .any(|word| ALL.contains(&word.as_str()));
    if statement.kind != "statement" || !says_all {
        return None;
    }
    let rate = claims.iter().find(|rate| {
        let counted =
            rate.numerator.is_some() && rate.denominator.is_some() && rate.comparison.is_empty();
        // Where categories of response are counted, the statement must be of response.
        counted
            && rate.kind == "proportion"
            && same_group(rate, statement)
            && is_of(rate, statement)
    })?;
    let (k, n) = (rate.numerator?, rate.denominator?);
    let size = claims.iter().find(|size| {
        size.kind == "count"
            && size.id != rate.id
            && same_group(size, statement)
            && scale::of_measure(&size.measure).is_none()
    });
    let whole = size
        .and_then(|size| size.count())
        .filter(|whole| *whole >= n);
    let concerned = [statement, rate].into_iter().chain(size.copied());
    let said = format!("said of all, counted for {k} of {n}");
    let (verdict, reason) = match whole {
        _ if k < n => (Verdict::Disagrees, said),
        Some(whole) if whole > n => {
            let left = whole - n;
            let reason = format!(
                "said of all, counted for {k} of {n}, of a group of {whole}: {left} of them not counted, and not named"
            );
            (Verdict::Undecided, reason)
        }
        _ => (Verdict::Agrees, said),
    };
    Some(Finding::with("all", concerned, verdict, reason))
}

/// Two statements that cannot be true of the same patients.
fn exclusive(one: &Claim, other: &Claim) -> Finding {
    let common = |these: &[String], those: &[String]| -> Vec<String> {
        these
            .iter()
            .filter(|item| those.contains(item))
            .cloned()
            .collect()
    };
    let cases = common(&one.cases, &other.cases);
    let refs = common(&one.refs, &other.refs);
    let other_refs = !one.refs.is_empty() && !other.refs.is_empty() && refs.is_empty();
    let both = format!("{}; {}", other.said(), one.said());
    let known = !one.cases.is_empty() && !other.cases.is_empty();
    let (verdict, reason) = if known && cases.is_empty() {
        (Verdict::Agrees, format!("said of other patients: {both}"))
    } else if known && !other_refs {
        (
            Verdict::Disagrees,
            format!("both are said of {}: {both}", cases.join(", ")),
        )
    } else if known {
        let reason = format!(
            "both name {}, but one cites {} and the other {}, so one may speak of another patient: {both}",
            cases.join(", "),
            other.refs.join(", "),
            one.refs.join(", ")
        );
        (Verdict::Undecided, reason)
    } else if refs.is_empty() {
        (
            Verdict::Undecided,
            format!("whether both are said of the same patients is not known: {both}"),
        )
    } else {
        let reason = format!(
            "both cite {}; whether the same patients are meant is not known: {both}",
            refs.join(", ")
        );
        (Verdict::Undecided, reason)
    };
    Finding::with("exclusive", [other, one], verdict, reason)
}

#[cfg(test)]
mod tests {
    use super::super::tests::claims;
    use super::super::{Claim, Verdict, check};

    fn verdict(claims: &[Claim], name: &str) -> Option<Verdict> {
        let found = check(claims);
        found
            .iter()
            .find(|finding| finding.check == name)
            .map(|finding| finding.verdict)
    }

    #[test]
    fn all_is_said_of_those_counted() {
        let with = |size: u64, k: u64, n: u64| {
            verdict(
                &claims(&format!(
                    "a | r | count | histology | histology | epithelioid sarcoma (printed EIMT) | | {size} patients
                     b | r | proportion | partner X | histology | EIMT | 10/{size} |
                     c | r | proportion | objective response rate | response | EIMT | {k}/{n} |
                     d | r | statement | all EIMT cases responded to the drug | histology | EIMT | |"
                )),
                "all",
            )
        };
        assert_eq!(with(11, 9, 9), Some(Verdict::Undecided));
        assert_eq!(with(11, 11, 11), Some(Verdict::Agrees));
        assert_eq!(with(11, 10, 11), Some(Verdict::Disagrees));
    }

    #[test]
    fn statements_that_exclude_each_other() {
        let mut claims = claims(
            "a | r | statement | died on switching to B | one case | partner T | |
             b | r | statement | later sensitive to C | one case | case 31 | |",
        );
        claims[1].excludes = vec!["a".to_owned()];
        assert_eq!(verdict(&claims, "exclusive"), Some(Verdict::Undecided));
        for claim in &mut claims {
            claim.cases = vec!["x-1".to_owned()];
        }
        assert_eq!(verdict(&claims, "exclusive"), Some(Verdict::Disagrees));
        // They cite different papers, so the second may be of another patient.
        claims[0].refs = vec!["30".to_owned()];
        claims[1].refs = vec!["37".to_owned()];
        assert_eq!(verdict(&claims, "exclusive"), Some(Verdict::Undecided));
        claims[1].cases = vec!["x-2".to_owned()];
        assert_eq!(verdict(&claims, "exclusive"), Some(Verdict::Agrees));
    }
}

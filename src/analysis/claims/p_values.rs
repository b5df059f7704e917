//! Printed P values against the cells printed with them, or against all cells that the numbers allow.

use super::sums::once_each;
use super::{Claim, Finding, grouped};
use crate::stats::contingency::{Cells, Continuity, Table, Table2x2};
use crate::stats::estimate::Level;

/// More patients than this have too many tables to try all.
const MOST: u64 = 2_000;

/// A P value by a named test.
struct Tested {
    test: &'static str,
    p: f64,
}

/// The tests of a two-by-two table that reports name.
fn of_square(cells: Cells) -> Vec<Tested> {
    let Ok(table) = Table2x2::new(cells) else {
        return Vec::new();
    };
    vec![
        Tested {
            test: "Fisher's exact test",
            p: table.fisher_exact(Level::P95).p_value,
        },
        Tested {
            test: "chi-squared",
            p: table.chi_squared(Continuity::Uncorrected).p_value,
        },
        Tested {
            test: "chi-squared with Yates's correction",
            p: table.chi_squared(Continuity::Yates).p_value,
        },
    ]
}

fn is_printed(claim: &Claim, p: f64) -> bool {
    let Some(printed) = claim.p.number() else {
        return false;
    };
    match claim.p_operator.as_str() {
        "<" | "≤" | "<=" => p <= printed,
        ">" | "≥" | ">=" => p >= printed,
        _ => claim.p.is(p),
    }
}

fn shown(tests: &[Tested]) -> String {
    let shown: Vec<String> = tests
        .iter()
        .map(|tested| format!("{} {}", tested.test, number(tested.p)))
        .collect();
    shown.join(", ")
}

fn number(p: f64) -> String {
    if p < 0.001 {
        format!("{p:.1e}")
    } else {
        format!("{p:.3}")
    }
}

/// The P values of comparisons whose arms are printed with numerator and denominator.
pub(super) fn of_cells(claims: &[&Claim]) -> Vec<Finding> {
    let key = |claim: &Claim| {
        (!claim.comparison.is_empty()).then(|| (claim.measure.clone(), claim.comparison.clone()))
    };
    grouped(claims, key)
        .into_iter()
        .flat_map(|(_, set)| {
            let (tests, arms): (Vec<&Claim>, Vec<&Claim>) = set
                .into_iter()
                .partition(|claim| claim.p.number().is_some() && claim.numerator.is_none());
            let arms: Vec<&Claim> = once_each(&arms)
                .into_iter()
                .filter(|claim| claim.numerator.is_some() && claim.denominator.is_some())
                .collect();
            tests
                .into_iter()
                .filter_map(move |test| of_arms(test, &arms))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Whether the test that a claim names, if it names one, is of counts.
fn is_of_counts(claim: &Claim) -> bool {
    let test = claim.test.to_lowercase();
    let named = [
        "fisher",
        "chi",
        "χ",
        "exact",
        "pearson",
        "not named",
        "not stated",
    ];
    test.is_empty() || named.iter().any(|name| test.contains(name))
}

fn of_arms(claim: &Claim, arms: &[&Claim]) -> Option<Finding> {
    if !is_of_counts(claim) {
        return None;
    }
    let counts: Vec<(u64, u64)> = arms
        .iter()
        .filter_map(|arm| {
            let (k, n) = (arm.numerator?, arm.denominator?);
            Some((k, n.checked_sub(k)?))
        })
        .collect();
    let tests = match counts[..] {
        [(a, b), (c, d)] => of_square(Cells {
            exposed_event: a,
            exposed_no_event: b,
            unexposed_event: c,
            unexposed_no_event: d,
        }),
        [] | [_] => return None,
        _ => {
            let table =
                Table::new(counts.iter().map(|(k, rest)| vec![*k, *rest]).collect()).ok()?;
            vec![Tested {
                test: "chi-squared",
                p: table.chi_squared().p_value,
            }]
        }
    };
    if tests.is_empty() {
        return None;
    }
    let holds = tests.iter().any(|tested| is_printed(claim, tested.p));
    let cells: Vec<String> = counts
        .iter()
        .map(|(k, rest)| format!("{k}/{}", k + rest))
        .collect();
    let reason = format!(
        "{}: {}; printed P {} {}",
        cells.join(" against "),
        shown(&tests),
        claim.p_operator,
        claim.p.as_str()
    );
    Some(Finding::new(
        "P value",
        [claim].into_iter().chain(arms.iter().copied()),
        holds,
        reason,
    ))
}

/// P values printed without the cells, where the sizes of the two groups and the number of events
/// among all are printed elsewhere: whether any split of the events has that P.
pub(super) fn of_some_cells(claims: &[&Claim]) -> Vec<Finding> {
    claims
        .iter()
        .filter(|claim| {
            claim.p.number().is_some() && claim.p_operator == "=" && is_of_counts(claim)
        })
        .filter_map(|claim| of_splits(claim, claims))
        .collect()
}

fn of_splits(claim: &Claim, claims: &[&Claim]) -> Option<Finding> {
    let of_comparison = |other: &&&Claim| {
        other.measure == claim.measure
            && other.comparison == claim.comparison
            && other.numerator.is_some()
    };
    if claim.comparison.is_empty() || claims.iter().any(|other| of_comparison(&other)) {
        return None;
    }
    let sides: Vec<&str> = claim
        .comparison
        .split(" vs ")
        .flat_map(|part| part.split(" against "))
        .map(str::trim)
        .collect();
    let [first, second] = sides[..] else {
        return None;
    };
    let size = |name: &str| {
        claims.iter().copied().find(|other| {
            other.group == claim.group
                && other.subgroup.eq_ignore_ascii_case(name)
                && other.count().is_some()
        })
    };
    let (one, other) = (size(first)?, size(second)?);
    let (n, m) = (one.count()?, other.count()?);
    if n + m > MOST {
        return None;
    }
    let whole = |rate: &&&Claim| {
        let about = format!("{} {}", rate.measure, rate.group);
        rate.denominator == Some(n + m)
            && rate.comparison.is_empty()
            && share_a_word(&about, &claim.measure)
    };
    let rates: Vec<&Claim> = claims
        .iter()
        .filter(|rate| whole(rate) && rate.numerator.is_some() && rate.group != claim.group)
        .copied()
        .collect();
    let mut events: Vec<u64> = rates.iter().filter_map(|rate| rate.numerator).collect();
    events.sort_unstable();
    events.dedup();
    if events.is_empty() {
        return None;
    }
    let mut nearest: Option<(f64, String)> = None;
    for k in &events {
        for a in k.saturating_sub(m)..=n.min(*k) {
            let cells = Cells {
                exposed_event: a,
                exposed_no_event: n - a,
                unexposed_event: k - a,
                unexposed_no_event: m - (k - a),
            };
            for tested in of_square(cells) {
                let words = format!(
                    "{a}/{n} against {}/{m}, {} {}",
                    k - a,
                    tested.test,
                    number(tested.p)
                );
                if is_printed(claim, tested.p) {
                    let reason = format!("possible: {words}");
                    let concerned = [claim, one, other].into_iter().chain(rates.iter().copied());
                    return Some(Finding::new("possible P", concerned, true, reason));
                }
                let apart = (tested.p - claim.p.number()?).abs();
                if nearest.as_ref().is_none_or(|(least, _)| apart < *least) {
                    nearest = Some((apart, words));
                }
            }
        }
    }
    let (_, near) = nearest?;
    let events: Vec<String> = events.iter().map(u64::to_string).collect();
    let reason = format!(
        "no split of {} among {first} ({n}) and {second} ({m}) has P = {}; the nearest is {near}",
        events.join(" or "),
        claim.p.as_str()
    );
    Some(Finding::new(
        "possible P",
        [claim, one, other].into_iter().chain(rates),
        false,
        reason,
    ))
}

/// Whether two texts have a word of some length in common.
fn share_a_word(one: &str, other: &str) -> bool {
    const LONG: usize = 5;
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() >= LONG)
            .map(str::to_lowercase)
            .collect()
    };
    let others = words(other);
    words(one).iter().any(|word| others.contains(word))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{claims, faults};
    use super::super::{Verdict, check};

    const ARMS: &str = "a | r | proportion | CR | surgery | both | 8/10 | 80 % | both vs one
        b | r | proportion | CR | surgery | one | 1/19 | 5.3 % | both vs one
        c | r | count | patients | all | | | 29 patients";

    /// R: chisq.test(matrix(c(8,2,1,18),2), correct=FALSE)$p.value is 3.5e-05.
    #[test]
    fn cells_have_the_p_printed() {
        let with = |p: &str| {
            faults(&format!(
                "{ARMS}\nd | r | p-value | CR | surgery | | | | both vs one | chi-squared | {p}"
            ))
        };
        assert!(with("< 0.05").is_empty());
        assert_eq!(with("= 0.03").len(), 1);
        assert_eq!(with("> 0.05").len(), 1);
    }

    #[test]
    fn some_split_has_the_p_printed() {
        let lines = "a | r | count | adults | age | adult | | 19 patients
            b | r | count | children | age | child | | 11 patients
            c | r | proportion | ORR | response | | 26/30 | 86.7 %
            d | r | p-value | response | age | | | | child vs adult | chi-squared | = 0.809";
        assert_eq!(faults(lines).len(), 1);
        let found = check(&claims(&lines.replace("0.809", "0.611")));
        let possible = found
            .iter()
            .find(|finding| finding.check == "possible P")
            .expect("a finding");
        assert_eq!(possible.verdict, Verdict::Agrees, "{}", possible.reason);
    }
}

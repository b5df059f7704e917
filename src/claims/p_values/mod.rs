//! Printed P values against the cells printed with them, or against all cells that the numbers allow.

mod battery;
mod hidden;

use battery::{Fit, Tested, fit, of_one, printed};

use super::sums::once_each;
use super::{Claim, Finding, Verdict, grouped, scale};
use crate::stats::contingency::Table;

pub(super) use hidden::check as of_some_cells;

/// Words in the names of tests of counts that are tried.
const TRIED: [&str; 17] = [
    "fisher",
    "freeman",
    "halton",
    "chi",
    "χ",
    "pearson",
    "yates",
    "likelihood",
    "linear",
    "mantel",
    "trend",
    "cochran",
    "armitage",
    "exact",
    "proportion",
    "not named",
    "not stated",
];

/// Whether the test that a claim names, if it names one, is of counts and among those tried.
fn is_tried(claim: &Claim) -> bool {
    let test = claim.test.to_lowercase();
    test.trim().is_empty() || TRIED.iter().any(|name| test.contains(name))
}

/// What to say where the test that fits is another one than the claim names.
fn beside_the_name(claim: &Claim, test: &str) -> String {
    let named = claim.test.to_lowercase();
    let other = test.to_lowercase();
    // A table of chi-squared tests has them all, linear-by-linear association included.
    let fits = if named.contains("fisher") || named.contains("freeman") {
        other.contains("fisher")
    } else if named.contains("trend") || named.contains("armitage") {
        other.contains("trend") || other.contains("linear")
    } else if named.contains("chi") || named.contains('χ') || named.contains("pearson") {
        !other.contains("fisher")
    } else {
        true
    };
    if fits {
        String::new()
    } else {
        format!("; the test named is {}", claim.test)
    }
}

fn number(p: f64) -> String {
    if p < 0.001 {
        format!("{p:.1e}")
    } else {
        format!("{p:.4}")
    }
}

/// A claim's P value as printed.
fn shown(claim: &Claim) -> String {
    let operator = claim.p_operator.trim();
    let text = claim.p.as_str();
    if operator.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit() || ".,".contains(c)) {
        return text.to_owned();
    }
    format!(
        "P {} {text}",
        if operator.is_empty() { "=" } else { operator }
    )
}

/// Whether a P value is the one that a claim prints.
pub(super) fn is_printed(claim: &Claim, p: f64) -> bool {
    fit(&printed(claim), p).is_some()
}

/// What tests of a table came to, in words.
pub(super) enum Tried {
    /// The one that has the P value of the claim.
    Fits(String),
    /// All of them: none has it.
    None(String),
}

/// The test of a table that has the P value of a claim; else those tried.
pub(super) fn of_table(claim: &Claim, table: &Table) -> Tried {
    let tests = of_one(table);
    match best(&tests, claim) {
        Some((tested, _)) => Tried::Fits(format!("{} {}", tested.test, number(tested.p))),
        None => Tried::None(listed(&tests)),
    }
}

fn listed(tests: &[Tested]) -> String {
    let tests: Vec<String> = tests
        .iter()
        .map(|tested| format!("{} {}", tested.test, number(tested.p)))
        .collect();
    tests.join(", ")
}

fn same_words(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

/// The P values of comparisons whose arms are printed with numerator and denominator.
pub(super) fn of_cells(claims: &[&Claim]) -> Vec<Finding> {
    let key =
        |claim: &Claim| (!claim.comparison.is_empty()).then(|| claim.comparison.to_lowercase());
    grouped(claims, key)
        .into_iter()
        .flat_map(|(_, set)| {
            let tests: Vec<&Claim> = set
                .iter()
                .copied()
                .filter(|claim| !printed(claim).is_empty())
                .collect();
            tests
                .into_iter()
                .filter_map(move |test| Some(of_arms(test, &cells(test, &set)?)))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Counts of each arm, with the claims that print them.
struct Arms<'a> {
    claims: Vec<&'a Claim>,
    counts: Vec<Vec<u64>>,
    /// The arms in words, such as `8/10`.
    words: Vec<String>,
}

/// The cells that the test of a claim compares: those of its measure, or those of the categories that its
/// measure is about.
fn cells<'a>(test: &Claim, set: &[&'a Claim]) -> Option<Arms<'a>> {
    let is_cell = |claim: &&&Claim| claim.numerator.is_some() && claim.denominator.is_some();
    let of_measure: Vec<&Claim> = set
        .iter()
        .filter(is_cell)
        .filter(|claim| same_words(&claim.measure, &test.measure))
        .copied()
        .collect();
    let arms = once_each(&of_measure);
    if arms.len() > 1 {
        let counts: Option<Vec<Vec<u64>>> = arms
            .iter()
            .map(|arm| {
                let (k, n) = (arm.numerator?, arm.denominator?);
                Some(vec![k, n.checked_sub(k)?])
            })
            .collect();
        let words = arms.iter().map(|arm| {
            format!(
                "{}/{}",
                arm.numerator.unwrap_or(0),
                arm.denominator.unwrap_or(0)
            )
        });
        return Some(Arms {
            words: words.collect(),
            counts: counts?,
            claims: arms,
        });
    }
    let categories: Vec<&Claim> = set
        .iter()
        .filter(is_cell)
        .filter(|claim| matches!(scale::of_measure(&claim.measure).as_deref(), Some([_])))
        .copied()
        .collect();
    let arms = grouped(&categories, |claim| Some(claim.subgroup.to_lowercase()));
    if arms.len() < 2 {
        return None;
    }
    let mut counts = Vec::new();
    for (_, arm) in &arms {
        let mut row = vec![0; scale::CATEGORIES.len()];
        for claim in arm {
            let place = *scale::of_measure(&claim.measure)?.first()?;
            row[place] = claim.numerator?;
        }
        let n = arm.first()?.denominator?;
        let missing = n.checked_sub(row.iter().sum())?;
        // Those of whom no category is printed are of one more, the last if that is not printed.
        let last = row.len() - 1;
        if row[last] == 0 {
            row[last] = missing;
        } else {
            row.push(missing);
        }
        counts.push(row);
    }
    let widest = counts.iter().map(Vec::len).max()?;
    for row in &mut counts {
        row.resize(widest, 0);
    }
    let words = counts
        .iter()
        .map(|row| row.iter().map(u64::to_string).collect::<Vec<_>>().join(" "))
        .collect();
    Some(Arms {
        claims: categories,
        counts,
        words,
    })
}

/// A table without its empty columns.
fn table(rows: &[Vec<u64>]) -> Option<Table> {
    let width = rows.first()?.len();
    let full: Vec<usize> = (0..width)
        .filter(|column| rows.iter().any(|row| row[*column] > 0))
        .collect();
    let rows = rows
        .iter()
        .map(|row| full.iter().map(|column| row[*column]).collect());
    Table::new(rows.collect()).ok()
}

/// Other tables of the same arms that a P value may be of: two of them, and one against all others.
fn parts(counts: &[Vec<u64>]) -> Vec<Vec<Vec<u64>>> {
    if counts.len() < 3 {
        return Vec::new();
    }
    let mut parts = Vec::new();
    for (at, one) in counts.iter().enumerate() {
        for other in &counts[at + 1..] {
            parts.push(vec![one.clone(), other.clone()]);
        }
    }
    for (at, one) in counts.iter().enumerate() {
        let mut rest = vec![0; one.len()];
        for (_, row) in counts.iter().enumerate().filter(|(other, _)| *other != at) {
            rest = rest
                .iter()
                .zip(row)
                .map(|(sum, count)| sum + count)
                .collect();
        }
        parts.push(vec![one.clone(), rest]);
    }
    parts
}

/// The test that fits best: a usual one before others, rounded before cut.
fn best(tests: &[Tested], claim: &Claim) -> Option<(Tested, Fit)> {
    let printed = printed(claim);
    let fits = tests
        .iter()
        .filter_map(|tested| Some((*tested, fit(&printed, tested.p)?)));
    fits.min_by_key(|(tested, fit)| (!tested.usual, *fit))
}

fn of_arms(claim: &Claim, arms: &Arms<'_>) -> Finding {
    let concerned = || {
        [claim]
            .into_iter()
            .chain(arms.claims.iter().copied().filter(|arm| arm.id != claim.id))
    };
    let words = arms.words.join(" against ");
    let printed = shown(claim);
    let Some(whole) = table(&arms.counts) else {
        let reason =
            format!("{words}: all patients are alike, so nothing is tested; printed {printed}");
        return Finding::with("P value", concerned(), Verdict::Undecided, reason);
    };
    let tests = of_one(&whole);
    let reason = |(tested, fit): (Tested, Fit), of: &str| {
        let cut = if fit == Fit::Cut {
            ", its further digits cut off"
        } else {
            ""
        };
        let beside = beside_the_name(claim, tested.test);
        format!(
            "{words}: {printed} is that of {}{of}, {}{cut}{beside}",
            tested.test,
            number(tested.p)
        )
    };
    if let Some(found) = best(&tests, claim) {
        return Finding::new("P value", concerned(), true, reason(found, ""));
    }
    for part in parts(&arms.counts) {
        let found = table(&part).and_then(|table| best(&of_one(&table), claim));
        if let Some(found) = found {
            let rows: Vec<String> = part
                .iter()
                .map(|row| row.iter().map(u64::to_string).collect::<Vec<_>>().join(" "))
                .collect();
            let of = format!(" of {}", rows.join(" against "));
            let reason = format!("{}; no test of all arms has it", reason(found, &of));
            return Finding::with("P value", concerned(), Verdict::Undecided, reason);
        }
    }
    let more = if arms.counts.len() > 2 {
        "; nor by any of them of two arms, or of one against the others"
    } else {
        ""
    };
    let tried = format!("tried: {}{more}", listed(&tests));
    if !is_tried(claim) {
        let reason = format!(
            "{words}: printed {printed}, by {}, which is not among the tests here; {tried}",
            claim.test
        );
        return Finding::with("P value", concerned(), Verdict::Undecided, reason);
    }
    let reason = format!("{words}: printed {printed}, which none of the tests has; {tried}");
    Finding::new("P value", concerned(), false, reason)
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
        for p in ["< 0.05", "< .05", "< 0,05", "= 0.000", "≤ 0·001"] {
            assert!(with(p).is_empty(), "{p}");
        }
        for p in ["= 0.03", "> 0.05", "= ns", "= 0,5"] {
            assert_eq!(with(p).len(), 1, "{p}");
        }
    }

    fn verdict_of(lines: &str, check_name: &str) -> (Verdict, String) {
        let found = check(&claims(lines));
        let finding = found.iter().find(|finding| finding.check == check_name);
        let finding = finding.unwrap_or_else(|| panic!("no {check_name}: {found:?}"));
        (finding.verdict, finding.reason.clone())
    }

    /// R: fisher.test(rbind(c(3,7),c(1,8),c(6,3)))$p.value is 0.05252, chisq.test 0.04349,
    /// fisher.test of the last two 0.04977.
    #[test]
    fn three_arms_have_more_than_one_test() {
        let with = |p: &str| {
            let lines = "a | r | proportion | ORR | drug | A | 3/10 | 30 % | A vs B vs C
                b | r | proportion | ORR | drug | B | 1/9 | 11.1 % | A vs B vs C
                c | r | proportion | ORR | drug | C | 6/9 | 66.7 % | A vs B vs C";
            verdict_of(
                &format!(
                    "{lines}\nd | r | p-value | ORR | drug | | | | A vs B vs C | Fisher | {p}"
                ),
                "P value",
            )
        };
        for (p, test) in [
            ("= 0.053", "Fisher-Freeman-Halton"),
            ("= 0.043", "Pearson's chi-squared"),
            ("= 0.108", "trend"),
            ("= 0.114", "linear-by-linear"),
            ("= 0.038", "likelihood ratio"),
        ] {
            let (verdict, reason) = with(p);
            assert!(
                verdict == Verdict::Agrees && reason.contains(test),
                "{p}: {reason}"
            );
        }
        let (verdict, reason) = with("= 0.0498");
        assert!(
            verdict == Verdict::Undecided && reason.contains("of 1 8 against 6 3"),
            "{reason}"
        );
        let (verdict, reason) = with("= 0.97");
        assert!(
            verdict == Verdict::Disagrees && reason.contains("tried: Pearson"),
            "{reason}"
        );
    }

    /// Categories in rows of their own: R's coin has 0.8087 for linear-by-linear association.
    #[test]
    fn categories_of_two_arms_are_one_table() {
        let cells = [
            ("CR", [2, 7]),
            ("PR", [8, 9]),
            ("SD", [1, 2]),
            ("PD", [0, 1]),
        ];
        let mut lines = String::new();
        for (category, [child, adult]) in cells {
            lines.push_str(&format!(
                "a{category} | r | count | {category} | age | child | {child}/11 | {child} patients | child vs adult\n\
                 b{category} | r | count | {category} | age | adult | {adult}/19 | {adult} patients | child vs adult\n"
            ));
        }
        lines.push_str(
            "p | r | p-value | response | age | | | | child vs adult | chi-squared | = 0.809",
        );
        let (verdict, reason) = verdict_of(&lines, "P value");
        assert!(
            verdict == Verdict::Agrees && reason.contains("linear-by-linear"),
            "{reason}"
        );
    }

    #[test]
    fn a_test_that_is_not_tried_accuses_nobody() {
        let lines = format!(
            "{ARMS}\nd | r | p-value | CR | surgery | | | | both vs one | McNemar | = 0.031"
        );
        let (verdict, reason) = verdict_of(&lines, "P value");
        assert_eq!(verdict, Verdict::Undecided, "{reason}");
    }
}

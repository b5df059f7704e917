//! P values printed without their cells: which cells that the other numbers allow have them.

mod arms;
mod divisions;
mod fits;
mod search;

use super::super::{Claim, Finding, Verdict};
use super::battery::printed;
use super::{is_tried, shown};
use crate::case::printed::Sign;
use arms::{Columns, arms, categories, elsewhere, event_label, rates};
use fits::Fits;
use search::{MOST_TABLES, Search};

/// More patients than this have too many tables to try all.
const MOST_PATIENTS: u64 = 2_000;

/// P values without cells, where the sizes of the arms and the numbers of events among all are printed
/// elsewhere.
pub(in super::super) fn check(claims: &[&Claim]) -> Vec<Finding> {
    let is_one = |claim: &&&Claim| {
        let printed = printed(claim);
        !printed.is_empty() && printed.iter().all(|p| p.sign == Sign::Equal) && is_tried(claim)
    };
    claims
        .iter()
        .filter(is_one)
        .filter_map(|claim| of_claim(claim, claims))
        .collect()
}

fn of_claim(claim: &Claim, claims: &[&Claim]) -> Option<Finding> {
    let arms = arms(claim, claims)?;
    let compared: u64 = arms.iter().map(|arm| arm.size).sum();
    let rates = rates(claim, claims, compared);
    let base = rates.first()?.denominator?;
    let concerned = || {
        [claim]
            .into_iter()
            .chain(arms.iter().map(|arm| arm.claim))
            .chain(rates.iter().copied())
    };
    let sides: Vec<String> = arms
        .iter()
        .map(|arm| format!("{} ({})", arm.name, arm.size))
        .collect();
    let sides = sides.join(" and ");
    if compared > MOST_PATIENTS {
        let reason = format!("not tried: {compared} patients of {sides} have too many tables");
        return Some(Finding::with(
            "possible P",
            concerned(),
            Verdict::Undecided,
            reason,
        ));
    }
    let squares: Vec<Columns> = rates
        .iter()
        .filter_map(|rate| Columns::of_two(event_label(rate), rate.numerator?, base))
        .collect();
    let categories = categories(&rates, base);
    let elsewhere = elsewhere(claims, base);
    let mut complete = true;
    let mut tried = 0;
    let mut nearest: Option<(f64, String)> = None;
    for missing in 0..=1 {
        let mut search = Search {
            fits: Fits::default(),
            tables: 0,
            complete: true,
            nearest: None,
        };
        for columns in squares.iter().chain(&categories) {
            search.all(claim, &arms, columns, missing);
        }
        complete &= search.complete;
        tried += search.tables;
        let is_nearer =
            |(apart, _): &(f64, String)| nearest.as_ref().is_none_or(|(least, _)| apart < least);
        if search.nearest.as_ref().is_some_and(is_nearer) {
            nearest = search.nearest.take();
        }
        if !search.fits.by_test.is_empty() {
            return Some(
                search
                    .fits
                    .finding(claim, concerned(), missing, elsewhere.as_ref()),
            );
        }
    }
    let events: Vec<String> = rates
        .iter()
        .map(|rate| format!("{} of {base}", rate.numerator.unwrap_or(0)))
        .collect();
    let by_category = match (&categories, complete) {
        (Some(columns), true) => format!(", and of {}", columns.labels.join(", ")),
        _ => String::new(),
    };
    let near = nearest.map_or_else(String::new, |(_, words)| {
        format!("; the nearest is {words}")
    });
    let reason = format!(
        "tried: all {tried} tables of {} among {sides}{by_category}, with everybody or one patient left out, by Pearson's chi-squared, \
         Yates's correction, likelihood ratio, linear-by-linear association, Fisher's and Fisher-Freeman-Halton, trend, \
         exact and mid-P, one- and two-sided: none has {}{near}",
        events.join(" or "),
        shown(claim)
    );
    if complete {
        return Some(Finding::new("possible P", concerned(), false, reason));
    }
    let reason = format!(
        "{reason}; those of several categories are more than {MOST_TABLES} and were not all tried"
    );
    Some(Finding::with(
        "possible P",
        concerned(),
        Verdict::Undecided,
        reason,
    ))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::claims;
    use super::super::super::{Finding, Verdict, check};

    const LINES: &str = "a | r | count | adults | age | adult | | 19 patients
        b | r | count | children | age | child | | 11 patients
        c | r | proportion | objective response rate | response | CR or PR | 26/30 | 86.7 %
        e | r | proportion | disease control rate | response | CR, PR or SD | 29/30 | 96.7 %
        d | r | p-value | response to the drug | age | | | | child vs adult | chi-squared | = P";

    fn possible(lines: &str) -> Finding {
        let found = check(&claims(lines));
        let finding = found.iter().find(|finding| finding.check == "possible P");
        finding
            .cloned()
            .unwrap_or_else(|| panic!("no finding: {found:?}"))
    }

    /// All tables of 11 and 19 with 26, 3 and 1 in R: linear-by-linear association is 0.80870 in eight of
    /// them, all with 9 CR; the likelihood ratio 0.80889 in two, with 8 and 18 CR.
    #[test]
    fn a_p_value_of_ordered_categories_is_found_with_what_it_implies() {
        let found = possible(&LINES.replace("= P", "= 0.809"));
        assert_eq!(found.verdict, Verdict::Agrees, "{}", found.reason);
        for words in [
            "linear-by-linear association (0.8087), only if CR 9, PR 17, SD 3, PD 1: 8 tables",
            "likelihood ratio (0.8089), only if CR 8, PR 18, SD 3, PD 1 or if CR 18, PR 8, SD 3, PD 1: 2 tables",
        ] {
            assert!(found.reason.contains(words), "{}", found.reason);
        }
        assert_eq!(found.implies, None);
        let arms = "\nf | r | proportion | complete response | surgery | with | 8/10 | 80 % | with vs without
            g | r | proportion | complete response | surgery | without | 1/19 | 5.3 % | with vs without";
        let found = possible(&format!("{}{arms}", LINES.replace("= P", "= 0.809")));
        assert_eq!(
            found.implies.as_deref(),
            Some("CR 9, PR 17, SD 3, PD 1"),
            "{}",
            found.reason
        );
        assert!(
            found.reason.contains("CR 9 is also 8 + 1 of f and g"),
            "{}",
            found.reason
        );
    }

    /// R: fisher.test(rbind(c(9,2),c(17,2)))$p.value is 0.6111.
    #[test]
    fn a_split_of_events_is_found() {
        let lines: String = LINES
            .lines()
            .filter(|line| !line.contains("disease control"))
            .map(|line| format!("{line}\n"))
            .collect();
        let found = possible(&lines.replace("= P", "= 0.611").replace("CR or PR", ""));
        assert_eq!(found.verdict, Verdict::Agrees, "{}", found.reason);
        assert!(
            found.reason.contains("9 2 against 17 2"),
            "{}",
            found.reason
        );
    }

    #[test]
    fn what_no_table_has_says_what_was_tried() {
        let lines = "a | r | count | adults | age | adult | | 3 patients
            b | r | count | children | age | child | | 3 patients
            c | r | proportion | objective response rate | response | | 3/6 | 50 %
            d | r | p-value | response | age | | | | child vs adult | chi-squared | = 0.0031";
        let found = possible(lines);
        assert_eq!(found.verdict, Verdict::Disagrees, "{}", found.reason);
        for words in [
            "linear-by-linear association",
            "mid-P",
            "one patient left out",
            "the nearest is",
        ] {
            assert!(found.reason.contains(words), "{}", found.reason);
        }
    }

    /// Thousands of patients are reported as too many, and not tried.
    #[test]
    fn too_many_tables_are_not_tried() {
        let lines = LINES
            .replace("= P", "= 0.809")
            .replace("19 patients", "1900 patients")
            .replace("11 patients", "1100 patients");
        let lines = lines
            .replace("26/30", "2600/3000")
            .replace("29/30", "2900/3000");
        let found = possible(&lines);
        assert_eq!(found.verdict, Verdict::Undecided, "{}", found.reason);
        assert!(found.reason.starts_with("not tried"), "{}", found.reason);
    }
}

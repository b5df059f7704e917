//! P values printed without their cells: which cells that the other numbers allow have them.

use std::collections::BTreeMap;

use super::super::{Claim, Finding, Verdict, scale};
use super::battery::{Fit, Tested, fit, of_table, printed};
use super::{beside_the_name, is_tried, number, same_words, shown};
use crate::case::printed::Sign;
use crate::stats::contingency::SameMargins;

/// More patients than this have too many tables to try all.
const MOST_PATIENTS: u64 = 2_000;
/// No more tables of several categories are tried for one P value.
const MOST_TABLES: usize = 50_000;
/// A base that differs by more patients than this from those compared is another group's.
const MOST_APART: u64 = 3;
/// So many sets of counts are named.
const NAMED: usize = 4;
/// What a column is called for those whom no printed category counts.
const REST: &str = "others";

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

/// One arm of a comparison.
struct Arm<'a> {
    name: &'a str,
    size: u64,
    claim: &'a Claim,
}

/// What is known of all patients together: categories in blocks of which the sum is printed.
struct Columns {
    /// The categories, in order.
    labels: Vec<String>,
    /// How many categories each block has, and how many patients.
    blocks: Vec<(usize, u64)>,
}

impl Columns {
    fn patients(&self) -> u64 {
        self.blocks.iter().map(|(_, total)| total).sum()
    }

    /// The events and the others.
    fn of_two(label: String, events: u64, n: u64) -> Option<Self> {
        Some(Self {
            labels: vec![label, REST.to_owned()],
            blocks: vec![(1, events), (1, n.checked_sub(events)?)],
        })
    }
}

/// Tables that have the P value printed.
#[derive(Default)]
struct Fits {
    /// By rank and name of the test: how it fits, its P value, and the sets of column totals with how many
    /// tables each, and one of them.
    by_test: BTreeMap<(bool, Fit, &'static str), OfTest>,
}

struct OfTest {
    p: f64,
    totals: BTreeMap<Vec<(String, u64)>, (usize, String)>,
}

/// Which tables of a claim are tried, and what comes of it.
struct Search {
    fits: Fits,
    tables: usize,
    complete: bool,
    nearest: Option<(f64, String)>,
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

/// The arms that a comparison names, with the sizes that the source prints; `None` where their cells are
/// printed, or a size is not.
fn arms<'a>(claim: &'a Claim, claims: &[&'a Claim]) -> Option<Vec<Arm<'a>>> {
    let of_comparison = |other: &&&Claim| {
        same_words(&other.comparison, &claim.comparison)
            && other.numerator.is_some()
            && other.denominator.is_some()
    };
    if claim.comparison.is_empty()
        || claims
            .iter()
            .filter(of_comparison)
            .any(|other| same_words(&other.measure, &claim.measure))
    {
        return None;
    }
    let mut names = vec![claim.comparison.as_str()];
    for mark in [" vs. ", " vs ", " versus ", " against "] {
        names = names
            .into_iter()
            .flat_map(|part| part.split(mark))
            .collect();
    }
    if names.len() < 2 {
        return None;
    }
    let size = |name: &'a str| {
        let is_it = |other: &&Claim| {
            other.subgroup.eq_ignore_ascii_case(name)
                && other.comparison.is_empty()
                && other.count().is_some()
        };
        let of_group = claims
            .iter()
            .copied()
            .filter(|other| other.group == claim.group);
        let counted = of_group.clone().chain(claims.iter().copied()).find(is_it);
        let arm = counted.and_then(|other| {
            Some(Arm {
                name,
                size: other.count()?,
                claim: other,
            })
        });
        arm.or_else(|| {
            let compared = claims.iter().copied().find(|other| {
                same_words(&other.comparison, &claim.comparison)
                    && other.subgroup.eq_ignore_ascii_case(name)
                    && other.denominator.is_some()
            })?;
            Some(Arm {
                name,
                size: compared.denominator?,
                claim: compared,
            })
        })
    };
    names.into_iter().map(|name| size(name.trim())).collect()
}

/// Rates of the whole group that have to do with what the claim compares, all of one base: the nearest to
/// the number of those compared.
fn rates<'a>(claim: &Claim, claims: &[&'a Claim], compared: u64) -> Vec<&'a Claim> {
    let about: Vec<&Claim> = claims
        .iter()
        .copied()
        .filter(|rate| {
            let words = format!("{} {}", rate.measure, rate.group);
            let near = rate
                .denominator
                .is_some_and(|n| n.abs_diff(compared) <= MOST_APART);
            let fits = rate
                .numerator
                .zip(rate.denominator)
                .is_some_and(|(k, n)| k <= n);
            near && fits
                && rate.comparison.is_empty()
                && rate.group != claim.group
                && share_a_word(&words, &claim.measure)
        })
        .collect();
    let Some(base) = about
        .iter()
        .filter_map(|rate| rate.denominator)
        .min_by_key(|n| n.abs_diff(compared))
    else {
        return Vec::new();
    };
    let mut rates: Vec<&Claim> = Vec::new();
    for rate in about {
        let known = rates.iter().any(|other| other.numerator == rate.numerator);
        if rate.denominator == Some(base) && !known {
            rates.push(rate);
        }
    }
    rates
}

fn event_label(rate: &Claim) -> String {
    if rate.subgroup.is_empty() {
        rate.measure.clone()
    } else {
        rate.subgroup.clone()
    }
}

/// The categories that rates of one base count: those of response in their order, or subgroups that do not
/// overlap.
fn categories(rates: &[&Claim], base: u64) -> Option<Columns> {
    let mut scales: Vec<(usize, u64)> = Vec::new();
    for rate in rates {
        // From the best category on, so that each next rate adds one block.
        if let Some(counted) = scale::counted(rate)
            && counted.iter().copied().eq(0..counted.len())
        {
            scales.push((counted.len(), rate.numerator?));
        }
    }
    scales.sort_unstable();
    scales.dedup_by_key(|(many, _)| *many);
    if !scales.is_empty() {
        scales.push((scale::CATEGORIES.len(), base));
        let (mut blocks, mut before) = (Vec::new(), (0, 0));
        for (many, total) in scales {
            if many > before.0 {
                blocks.push((many - before.0, total.checked_sub(before.1)?));
                before = (many, total);
            }
        }
        return Some(Columns {
            labels: scale::CATEGORIES.map(str::to_owned).to_vec(),
            blocks,
        });
    }
    let named: Vec<&&Claim> = rates
        .iter()
        .filter(|rate| !rate.subgroup.is_empty())
        .collect();
    let counted: u64 = named.iter().filter_map(|rate| rate.numerator).sum();
    if named.len() < 2 || counted > base {
        return None;
    }
    let mut labels: Vec<String> = named.iter().map(|rate| rate.subgroup.clone()).collect();
    let mut blocks: Vec<(usize, u64)> = named
        .iter()
        .filter_map(|rate| Some((1, rate.numerator?)))
        .collect();
    if counted < base {
        labels.push(REST.to_owned());
        blocks.push((1, base - counted));
    }
    Some(Columns { labels, blocks })
}

/// How many of one category the arms of another comparison add up to, where they are about as many.
fn elsewhere(claims: &[&Claim], base: u64) -> Option<(String, u64, String)> {
    let key = |claim: &Claim| {
        let [category] = scale::of_measure(&claim.measure)?[..] else {
            return None;
        };
        let arm = !claim.comparison.is_empty()
            && claim.numerator.is_some()
            && claim.denominator.is_some();
        arm.then(|| (category, claim.comparison.to_lowercase()))
    };
    super::grouped(claims, key)
        .into_iter()
        .find_map(|((category, _), arms)| {
            let arms = super::once_each(&arms);
            let n: u64 = arms.iter().filter_map(|arm| arm.denominator).sum();
            let counts: Vec<u64> = arms.iter().filter_map(|arm| arm.numerator).collect();
            let terms: Vec<String> = counts.iter().map(u64::to_string).collect();
            let ids: Vec<&str> = arms.iter().map(|arm| arm.id.as_str()).collect();
            let words = format!("{} of {}", terms.join(" + "), ids.join(" and "));
            let near = arms.len() > 1 && n.abs_diff(base) <= MOST_APART;
            near.then(|| {
                (
                    scale::CATEGORIES[category].to_owned(),
                    counts.iter().sum(),
                    words,
                )
            })
        })
}

impl Search {
    /// Tries every table of these columns, with `missing` patients fewer than are printed.
    fn all(&mut self, claim: &Claim, arms: &[Arm<'_>], columns: &Columns, missing: u64) {
        let sizes: Vec<u64> = arms.iter().map(|arm| arm.size).collect();
        let all: u64 = sizes.iter().sum();
        let Some(patients) = all.min(columns.patients()).checked_sub(missing) else {
            return;
        };
        let totals: Vec<u64> = columns.blocks.iter().map(|(_, total)| *total).collect();
        let printed = printed(claim);
        for sizes in less(&sizes, all - patients) {
            for totals in less(&totals, columns.patients() - patients) {
                for split in splits(&columns.blocks, &totals) {
                    self.margins(&sizes, &columns.labels, &split, &printed);
                    if !self.complete {
                        return;
                    }
                }
            }
        }
    }

    fn margins(
        &mut self,
        sizes: &[u64],
        labels: &[String],
        split: &[u64],
        printed: &[crate::case::printed::PrintedNumber],
    ) {
        let full: Vec<(String, u64)> = labels
            .iter()
            .cloned()
            .zip(split.iter().copied())
            .filter(|(_, total)| *total > 0)
            .collect();
        let totals: Vec<u64> = full.iter().map(|(_, total)| *total).collect();
        if totals.len() < 2 || sizes.contains(&0) {
            return;
        }
        let Some(all) = SameMargins::new(sizes, &totals, MOST_TABLES.saturating_sub(self.tables))
        else {
            self.complete = false;
            return;
        };
        self.tables += all.tables().len();
        for (table, exact) in all.tables().iter().zip(all.tests()) {
            let words = || {
                let rows = table
                    .rows()
                    .iter()
                    .map(|row| row.iter().map(u64::to_string).collect::<Vec<_>>().join(" "));
                rows.collect::<Vec<_>>().join(" against ")
            };
            for tested in of_table(table, Some(*exact)) {
                if let Some(fit) = fit(printed, tested.p) {
                    self.fits.add(tested, fit, &full, words);
                }
                let apart = printed
                    .iter()
                    .map(|number| (tested.p - number.value).abs())
                    .fold(f64::INFINITY, f64::min);
                if self
                    .nearest
                    .as_ref()
                    .is_none_or(|(least, _)| apart < *least)
                {
                    self.nearest = Some((
                        apart,
                        format!("{}, {} {}", words(), tested.test, number(tested.p)),
                    ));
                }
            }
        }
    }
}

impl Fits {
    fn add(
        &mut self,
        tested: Tested,
        fit: Fit,
        totals: &[(String, u64)],
        words: impl Fn() -> String,
    ) {
        let found = self
            .by_test
            .entry((!tested.usual, fit, tested.test))
            .or_insert_with(|| OfTest {
                p: tested.p,
                totals: BTreeMap::new(),
            });
        let (tables, _) = found
            .totals
            .entry(totals.to_vec())
            .or_insert_with(|| (0, words()));
        *tables += 1;
    }

    /// What the tables found say: only the best kind of fit counts, usual tests before others, rounded
    /// numbers before those cut.
    fn finding<'a>(
        &self,
        claim: &'a Claim,
        concerned: impl Iterator<Item = &'a Claim>,
        missing: u64,
        elsewhere: Option<&(String, u64, String)>,
    ) -> Finding {
        let best = self
            .by_test
            .keys()
            .next()
            .map(|(unusual, fit, _)| (*unusual, *fit));
        let fits_elsewhere = |set: &Vec<(String, u64)>| {
            elsewhere.is_some_and(|(category, count, _)| set.contains(&(category.clone(), *count)))
        };
        let mut found: Vec<(&str, Fit, &OfTest)> = self
            .by_test
            .iter()
            .filter(|((unusual, fit, _), _)| Some((*unusual, *fit)) == best)
            .map(|((_, fit, test), found)| (*test, *fit, found))
            .collect();
        // Those that other numbers of the source bear out stand first.
        found.sort_by_key(|(.., found)| !found.totals.keys().any(fits_elsewhere));
        let words: Vec<String> = found
            .iter()
            .map(|(test, fit, found)| found.words(test, *fit))
            .collect();
        let beside = found
            .first()
            .map_or_else(String::new, |(test, ..)| beside_the_name(claim, test));
        let mut sets: Vec<&Vec<(String, u64)>> = found
            .iter()
            .flat_map(|(.., found)| found.totals.keys())
            .collect();
        sets.sort_unstable();
        sets.dedup();
        let fitting: Vec<&&Vec<(String, u64)>> =
            sets.iter().filter(|set| fits_elsewhere(set)).collect();
        let implied = match (&sets[..], &fitting[..]) {
            ([only], _) => Some(counts(only)),
            (_, [only]) => Some(counts(only)),
            _ => None,
        };
        let with = match (elsewhere, fitting.is_empty()) {
            (Some((category, count, printed)), false) => {
                format!("; {category} {count} is also {printed}")
            }
            _ => String::new(),
        };
        let left_out = if missing > 0 {
            " where one patient is left out,"
        } else {
            ""
        };
        let reason = format!(
            "possible:{left_out} {} is that of {}{with}{beside}",
            shown(claim),
            words.join(", or of ")
        );
        let mut finding = Finding::new("possible P", concerned, true, reason);
        finding.implies = implied;
        finding
    }
}

impl OfTest {
    fn words(&self, test: &str, fit: Fit) -> String {
        let tables: usize = self.totals.values().map(|(tables, _)| tables).sum();
        let cut = if fit == Fit::Cut {
            " with further digits cut off"
        } else {
            ""
        };
        let example = self
            .totals
            .values()
            .next()
            .map_or("", |(_, example)| example);
        let sets: Vec<String> = self.totals.keys().map(|set| counts(set)).collect();
        let only = if sets.len() <= NAMED {
            format!("only if {}", sets.join(" or if "))
        } else {
            format!("with {} different sets of counts", sets.len())
        };
        let tables = if tables == 1 {
            format!("the table {example}")
        } else {
            format!("{tables} tables such as {example}")
        };
        format!("{test} ({}{cut}), {only}: {tables}", number(self.p))
    }
}

fn counts(set: &[(String, u64)]) -> String {
    let counts: Vec<String> = set
        .iter()
        .map(|(label, count)| format!("{label} {count}"))
        .collect();
    counts.join(", ")
}

/// Every way to take `fewer` patients off some counts.
fn less(counts: &[u64], fewer: u64) -> Vec<Vec<u64>> {
    let Some((first, rest)) = counts.split_first() else {
        return if fewer == 0 {
            vec![Vec::new()]
        } else {
            Vec::new()
        };
    };
    let mut all = Vec::new();
    for here in 0..=fewer.min(*first) {
        for mut others in less(rest, fewer - here) {
            others.insert(0, first - here);
            all.push(others);
        }
    }
    all
}

/// Every way to divide each block's total among its categories.
fn splits(blocks: &[(usize, u64)], totals: &[u64]) -> Vec<Vec<u64>> {
    let mut all: Vec<Vec<u64>> = vec![Vec::new()];
    for ((many, _), total) in blocks.iter().zip(totals) {
        let ways = divided(*total, *many);
        all = all
            .iter()
            .flat_map(|before| {
                ways.iter()
                    .map(move |way| before.iter().chain(way).copied().collect())
            })
            .collect();
    }
    all
}

fn divided(total: u64, among: usize) -> Vec<Vec<u64>> {
    if among <= 1 {
        return vec![vec![total; among]];
    }
    let mut all = Vec::new();
    for first in 0..=total {
        for mut others in divided(total - first, among - 1) {
            others.insert(0, first);
            all.push(others);
        }
    }
    all
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

    /// Thousands of patients are told, not tried.
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

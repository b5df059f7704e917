//! Sums: parts of a whole, arms of a comparison, records of a search.

use std::cmp::Ordering;

use super::scale::{self, names};
use super::{Claim, Finding, Verdict, grouped};

/// Words for those of whom the value is not known: with them, parts are all of the whole.
const NOT_KNOWN: [&str; 6] = [
    "missing",
    "unknown",
    "other",
    "not stated",
    "not reported",
    "not known",
];

/// Arms that lack no more patients than this were meant to hold all.
const FEW: u64 = 3;

/// Words for what one patient may have several of: such subgroups are no parts of a whole.
const SEVERAL: [&str; 20] = [
    "adverse",
    "toxic",
    "side effect",
    "symptom",
    "metasta",
    "mutation",
    "alteration",
    "co-occurring",
    "treatment",
    "therap",
    "drug",
    "regimen",
    "comorbid",
    "complication",
    "fusion",
    "partner",
    "method",
    "procedure",
    "finding",
    "reason",
];

pub(super) fn has_word(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}

fn sum_of(claims: &[&Claim]) -> (u64, String) {
    let counts: Vec<u64> = claims.iter().filter_map(|claim| claim.count()).collect();
    let terms: Vec<String> = counts.iter().map(u64::to_string).collect();
    (counts.iter().sum(), terms.join(" + "))
}

/// Whether one subgroup is part of another, so that both cannot be parts of one sum.
fn overlap(claims: &[&Claim]) -> bool {
    let names: Vec<Vec<String>> = claims.iter().map(|claim| names(&claim.subgroup)).collect();
    names.iter().enumerate().any(|(at, some)| {
        let others = names.iter().enumerate().filter(|(other, _)| *other != at);
        others
            .into_iter()
            .any(|(_, others)| some.iter().any(|name| others.contains(name)))
    })
}

/// Subgroups of one measure of one group, said at one place, against their denominator.
pub(super) fn parts(claims: &[&Claim]) -> Vec<Finding> {
    let key = |claim: &'_ Claim| {
        let part = !claim.subgroup.is_empty()
            && claim.comparison.is_empty()
            && claim.count().is_some()
            && !has_word(&claim.measure, &["exclud"])
            && !has_word(&format!("{} {}", claim.measure, claim.group), &SEVERAL);
        part.then(|| (claim.locator.clone(), claim.group.clone()))
    };
    // Where measures differ from part to part, as in `adult patients` and `pediatric patients`, the
    // group is what they are parts of; where they do not, the measure.
    let sets = grouped(claims, key).into_iter().flat_map(|(_, set)| {
        let by_measure = grouped(&set, |claim| Some(claim.measure.clone()));
        if by_measure.iter().all(|(_, members)| members.len() == 1) {
            vec![(set, false)]
        } else {
            by_measure
                .into_iter()
                .map(|(_, members)| (members, true))
                .collect()
        }
    });
    sets.filter_map(|(set, one_measure)| of_whole(&set, one_measure))
        .collect()
}

/// The parts of one measure exclude each other. Those of several, such as women and smokers, need not, unless
/// one of them is of those not known.
fn of_whole(set: &[&Claim], one_measure: bool) -> Option<Finding> {
    let mut wholes: Vec<u64> = set.iter().filter_map(|claim| claim.denominator).collect();
    let with_whole = wholes.len();
    wholes.sort_unstable();
    wholes.dedup();
    let [whole] = wholes[..] else { return None };
    if with_whole < 2 || overlap(set) {
        return None;
    }
    let (sum, terms) = sum_of(set);
    let all = set
        .iter()
        .any(|claim| has_word(&claim.subgroup, &NOT_KNOWN));
    if (sum < whole || (sum > whole && !one_measure)) && !all {
        return None;
    }
    let reason = if sum == whole {
        format!("{terms} = {whole}")
    } else {
        format!("{terms} = {sum}, of {whole}")
    };
    Some(Finding::new(
        "parts",
        set.iter().copied(),
        sum == whole,
        reason,
    ))
}

/// Counts of parts of a group against the count of the whole group, at one place.
pub(super) fn totals(claims: &[&Claim]) -> Vec<Finding> {
    let key = |claim: &Claim| {
        let counted =
            claim.kind == "count" && claim.denominator.is_none() && claim.count().is_some();
        (counted && !has_word(&claim.measure, &["exclud"])).then(|| {
            (
                claim.locator.clone(),
                claim.group.clone(),
                claim.unit.clone(),
            )
        })
    };
    grouped(claims, key)
        .into_iter()
        .filter_map(|(_, set)| {
            let (parts, whole): (Vec<&Claim>, Vec<&Claim>) = set
                .into_iter()
                .partition(|claim| !claim.subgroup.is_empty());
            let [whole] = whole[..] else { return None };
            if parts.len() < 2 || overlap(&parts) {
                return None;
            }
            let (sum, terms) = sum_of(&parts);
            let total = whole.count()?;
            let one_measure = parts.iter().all(|part| part.measure == parts[0].measure);
            let all = parts
                .iter()
                .any(|part| has_word(&part.subgroup, &NOT_KNOWN));
            let (verdict, reason) = match sum.cmp(&total) {
                Ordering::Equal => (Verdict::Agrees, format!("{terms} = {total}")),
                Ordering::Less if all => {
                    (Verdict::Disagrees, format!("{terms} = {sum}, not {total}"))
                }
                Ordering::Greater if one_measure => {
                    (Verdict::Disagrees, format!("{terms} = {sum}, not {total}"))
                }
                Ordering::Less => {
                    let reason = format!("{terms} = {sum}, not {total}: the parts may not be all");
                    (Verdict::Undecided, reason)
                }
                Ordering::Greater => {
                    let reason = format!("{terms} = {sum}, not {total}: the parts may overlap");
                    (Verdict::Undecided, reason)
                }
            };
            let concerned = parts.into_iter().chain([whole]);
            Some(Finding::with("total", concerned, verdict, reason))
        })
        .collect()
}

/// Records found, less those excluded, against those selected.
pub(super) fn flow(claims: &[&Claim]) -> Vec<Finding> {
    let with = |words: &[&str]| -> Vec<&Claim> {
        claims
            .iter()
            .copied()
            .filter(|claim| claim.kind == "count" && has_word(&claim.measure, words))
            .collect()
    };
    let excluded = with(&["exclud"]);
    let found = with(&["search result", "retrieved", "identified", "records found"]);
    let selected = with(&["selected", "included"]);
    let (Some(first), Some(last)) = (found.first(), selected.first()) else {
        return Vec::new();
    };
    let (Some(before), Some(after)) = (first.count(), last.count()) else {
        return Vec::new();
    };
    // Reasons may be given at several places: those of the first place are the list.
    let place = excluded.first().map(|claim| claim.locator.clone());
    let excluded: Vec<&Claim> = excluded
        .into_iter()
        .filter(|claim| Some(&claim.locator) == place.as_ref())
        .collect();
    if excluded.is_empty() {
        return Vec::new();
    }
    let (out, terms) = sum_of(&excluded);
    let holds = before.checked_sub(out) == Some(after);
    let left = i128::from(before) - i128::from(out);
    let terms = if excluded.len() > 1 {
        format!("({terms})")
    } else {
        terms
    };
    let reason = if holds {
        format!("{before} − {terms} = {after}")
    } else {
        format!("{before} − {terms} = {left}, not {after}")
    };
    let all = [*first].into_iter().chain(excluded).chain([*last]);
    vec![Finding::new("flow", all, holds, reason)]
}

/// The events of the arms of a comparison against those of all, where both are counted among as many
/// patients.
pub(super) fn events(claims: &[&Claim]) -> Vec<Finding> {
    let key = |claim: &Claim| {
        let arm = !claim.comparison.is_empty()
            && claim.numerator.is_some()
            && claim.denominator.is_some();
        arm.then(|| {
            (
                claim.measure.to_lowercase(),
                claim.comparison.to_lowercase(),
            )
        })
    };
    grouped(claims, key)
        .into_iter()
        .filter_map(|((measure, _), arms)| {
            let arms = once_each(&arms);
            let n: u64 = arms.iter().filter_map(|arm| arm.denominator).sum();
            let counts: Vec<u64> = arms.iter().filter_map(|arm| arm.numerator).collect();
            let whole = claims.iter().copied().find(|claim| {
                let all = claim.comparison.is_empty() && claim.measure.to_lowercase() == measure;
                let of_response = claim.subgroup.is_empty() || scale::counted(claim).is_some();
                all && of_response && claim.denominator == Some(n) && claim.numerator.is_some()
            })?;
            if arms.len() < 2 {
                return None;
            }
            let (sum, total) = (counts.iter().sum::<u64>(), whole.numerator?);
            let terms: Vec<String> = counts.iter().map(u64::to_string).collect();
            let end = if sum == total {
                total.to_string()
            } else {
                format!("{sum}, not {total}")
            };
            let reason = format!("{} = {end}, of {n}", terms.join(" + "));
            Some(Finding::new(
                "arms",
                arms.into_iter().chain([whole]),
                sum == total,
                reason,
            ))
        })
        .collect()
}

/// The arms of a comparison against the numbers of patients that the source prints elsewhere.
pub(super) fn arms(claims: &[&Claim]) -> Vec<Finding> {
    let key = |claim: &Claim| {
        let arm = !claim.comparison.is_empty() && claim.denominator.is_some();
        arm.then(|| (claim.measure.clone(), claim.comparison.clone()))
    };
    grouped(claims, key)
        .into_iter()
        .filter_map(|(_, arms)| {
            let arms = once_each(&arms);
            if arms.len() < 2 {
                return None;
            }
            let sizes: Vec<u64> = arms.iter().filter_map(|claim| claim.denominator).collect();
            let sum: u64 = sizes.iter().sum();
            let mut totals: Vec<u64> = claims
                .iter()
                .filter(|claim| claim.comparison.is_empty() && counts_patients(claim))
                .flat_map(|claim| {
                    let whole = claim.kind == "count" && claim.subgroup.is_empty();
                    [claim.denominator, claim.count().filter(|_| whole)]
                })
                .flatten()
                .filter(|total| sizes.iter().all(|size| size <= total))
                .collect();
            totals.sort_unstable();
            totals.dedup();
            if totals.is_empty() {
                return None;
            }
            let terms: Vec<String> = sizes.iter().map(u64::to_string).collect();
            let near: Vec<String> = nearest(&totals, sum).iter().map(u64::to_string).collect();
            // Those of whom it is not known in which arm they are may be printed as such.
            let unknown = claims
                .iter()
                .filter(|claim| {
                    claim.group == arms[0].group && has_word(&claim.subgroup, &NOT_KNOWN)
                })
                .filter_map(|claim| claim.count());
            let holds = totals.contains(&sum)
                || unknown
                    .into_iter()
                    .any(|more| totals.contains(&(sum + more)));
            let terms = terms.join(" + ");
            let counts = format!(
                "{terms} = {sum}, but the source counts {} patients",
                near.join(" or ")
            );
            // Arms of far fewer patients compare a part of them on purpose.
            let above = totals.iter().copied().find(|total| *total > sum);
            let (verdict, reason) = if holds {
                let reason =
                    format!("{terms} = {sum}, a number of patients that the source prints");
                (Verdict::Agrees, reason)
            } else if above.is_some_and(|above| above - sum > FEW) {
                let reason = format!("{counts}: the comparison may be of a part of them");
                (Verdict::Undecided, reason)
            } else {
                (Verdict::Disagrees, counts)
            };
            Some(Finding::with("arms", arms, verdict, reason))
        })
        .collect()
}

pub(super) fn counts_patients(claim: &Claim) -> bool {
    let unit = claim.unit.trim().to_lowercase();
    super::rates::PATIENTS.contains(&unit.as_str())
        || claim.unit_of_share().is_some()
        || unit == "%"
}

/// The numbers next to `sum` on either side.
fn nearest(totals: &[u64], sum: u64) -> Vec<u64> {
    let below = totals.iter().rev().find(|total| **total < sum);
    let above = totals.iter().find(|total| **total > sum);
    below.into_iter().chain(above).copied().collect()
}

/// One claim of each subgroup.
pub(super) fn once_each<'a>(claims: &[&'a Claim]) -> Vec<&'a Claim> {
    grouped(claims, |claim| Some(claim.subgroup.clone()))
        .into_iter()
        .map(|(_, same)| same[0])
        .collect()
}

/// Categories of response among the same patients: fewer categories are no more patients, and those of
/// each add to those of all.
pub(super) fn order(claims: &[&Claim]) -> Vec<Finding> {
    let key = |claim: &Claim| {
        let n = claim.denominator.filter(|_| claim.numerator.is_some())?;
        let whole = claim.comparison.is_empty() && scale::counted(claim).is_some();
        whole.then(|| (claim.locator.clone(), claim.group.clone(), n))
    };
    grouped(claims, key)
        .into_iter()
        .flat_map(|((.., n), set)| {
            let counted: Vec<(Vec<usize>, &Claim, u64)> = set
                .iter()
                .filter_map(|claim| Some((scale::counted(claim)?, *claim, claim.numerator?)))
                .collect();
            let nested = nested(&counted, n);
            nested
                .into_iter()
                .chain(summed(&counted))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn nested(counted: &[(Vec<usize>, &Claim, u64)], n: u64) -> Vec<Finding> {
    let mut found = Vec::new();
    for (few, one, k) in counted {
        for (many, other, m) in counted {
            let within =
                few.len() < many.len() && few.iter().all(|category| many.contains(category));
            if within {
                let reason = format!(
                    "{k} of {n} ({}), {m} of {n} ({}){}",
                    scale::shown(few),
                    scale::shown(many),
                    if k <= m {
                        ""
                    } else {
                        ": the first count among the second"
                    }
                );
                found.push(Finding::new("order", [*one, *other], k <= m, reason));
            }
        }
    }
    found
}

fn summed(counted: &[(Vec<usize>, &Claim, u64)]) -> Vec<Finding> {
    let several = counted
        .iter()
        .filter(|(categories, ..)| categories.len() > 1);
    several
        .filter_map(|(categories, whole, total)| {
            let parts: Option<Vec<&(Vec<usize>, &Claim, u64)>> = categories
                .iter()
                .map(|category| counted.iter().find(|(one, ..)| one[..] == [*category]))
                .collect();
            let parts = parts?;
            let sum: u64 = parts.iter().map(|(.., count)| count).sum();
            let terms: Vec<String> = parts.iter().map(|(.., count)| count.to_string()).collect();
            let holds = sum == *total;
            let sum = if holds {
                total.to_string()
            } else {
                format!("{sum}, not {total}")
            };
            let reason = format!(
                "{} = {sum} ({})",
                terms.join(" + "),
                scale::shown(categories)
            );
            let concerned = parts.iter().map(|(_, claim, _)| *claim).chain([*whole]);
            Some(Finding::new("total", concerned, holds, reason))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;

    #[test]
    fn parts_that_are_more_than_the_whole() {
        let found = faults(
            "a | r | proportion | site | site | abdomen | 16/30 |
             b | r | proportion | site | site | thorax | 10/30 |
             c | r | proportion | site | site | trunk | 3/30 |
             d | r | count | site | site | thigh | | 2 patients",
        );
        assert_eq!(found, ["parts: 16 + 10 + 3 + 2 = 31, of 30"]);
    }

    #[test]
    fn what_a_patient_may_have_several_of_is_no_part() {
        let found = faults(
            "a | r | proportion | adverse event | safety | nausea | 20/33 |
             b | r | proportion | adverse event | safety | fatigue | 18/33 |",
        );
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn parts_with_the_unknown_are_all() {
        let lines = "a | r | count | adults | age | adult | 19/33 | 19 patients
             b | r | count | children | age | pediatric | 10/33 | 10 patients
             c | r | count | no age | age | missing | 3/33 | 3 patients";
        assert_eq!(faults(lines), ["parts: 19 + 10 + 3 = 32, of 33"]);
        assert!(faults(&lines.replace("missing", "old")).is_empty());
    }

    #[test]
    fn women_and_smokers_are_no_parts() {
        let lines = "a | r | proportion | female | baseline | women | 18/30 |
             b | r | proportion | ever smoked | baseline | smokers | 15/30 |";
        assert!(faults(lines).is_empty());
    }

    #[test]
    fn a_subgroup_within_another_is_no_part() {
        let lines = "a | r | proportion | response | response | CR or PR | 26/30 |
             b | r | proportion | response | response | CR, PR or SD | 29/30 |";
        assert!(faults(lines).is_empty());
    }

    #[test]
    fn records_less_the_excluded_are_the_selected() {
        let lines = "a | a | count | articles retrieved | literature | | | 104 articles
             b | a | count | studies selected | literature | | | 28 studies
             c | r | count | records excluded | literature | animals | | 40 records
             d | r | count | records excluded | literature | reviews | | 37 records";
        assert_eq!(faults(lines), ["flow: 104 − (40 + 37) = 27, not 28"]);
        assert!(faults(&lines.replace("37", "36")).is_empty());
    }

    #[test]
    fn arms_that_add_to_no_printed_number() {
        let lines = "a | r | proportion | CR | surgery | both | 8/10 | 80 % | both vs one
             b | r | proportion | CR | surgery | one | 1/19 | 5.3 % | both vs one
             c | r | proportion | ORR | response | | 26/30 | 86.7 %
             d | r | count | patients | all | | | 33 patients";
        assert_eq!(
            faults(lines),
            ["arms: 10 + 19 = 29, but the source counts 30 patients"]
        );
        assert!(faults(&lines.replace("1/19", "1/20").replace("5.3", "5.0")).is_empty());
    }

    #[test]
    fn responders_are_controlled() {
        let lines = "a | r | proportion | objective response rate | response | CR or PR | 20/30 | 
             b | r | proportion | disease control rate | response | CR, PR or SD | 19/30 | ";
        assert_eq!(faults(lines).len(), 1);
        let lines = "a | r | proportion | complete response | response | | 21/30 | 
             b | r | proportion | objective response rate | response | CR or PR | 20/30 | ";
        assert_eq!(
            faults(lines),
            ["order: 21 of 30 (CR), 20 of 30 (CR, PR): the first count among the second"]
        );
    }

    #[test]
    fn categories_add_to_those_together() {
        let lines = "a | r | proportion | complete response | response | | 9/30 | 
             b | r | proportion | partial response | response | | 17/30 | 
             c | r | proportion | objective response rate | response | CR or PR | 26/30 | ";
        assert!(faults(lines).is_empty());
        assert_eq!(
            faults(&lines.replace("17/30", "16/30")),
            ["total: 9 + 16 = 25, not 26 (CR, PR)"]
        );
    }

    #[test]
    fn events_of_arms_add_to_all() {
        let lines = "a | r | proportion | ORR | drug | A | 8/10 | 80 % | A vs B
             b | r | proportion | ORR | drug | B | 12/20 | 60 % | A vs B
             c | r | proportion | ORR | response | | 20/30 | 66.7 %";
        assert!(faults(lines).is_empty());
        let wrong = lines.replace("20/30 | 66.7", "21/30 | 70");
        assert_eq!(faults(&wrong), ["arms: 8 + 12 = 20, not 21, of 30"]);
    }

    #[test]
    fn counts_of_parts_add_to_the_total() {
        let lines = "a | r | count | origin | all cases | series | | 7 patients
             b | r | count | origin | all cases | single | | 26 patients
             c | r | count | patients | all cases | | | 33 patients";
        assert!(faults(lines).is_empty());
        assert_eq!(
            faults(&lines.replace("26 patients", "27 patients")),
            ["total: 7 + 27 = 34, not 33"]
        );
        // Children and adults need not be all, where the age of some is not known.
        assert!(faults(&lines.replace("26 patients", "25 patients")).is_empty());
        let missing = lines
            .replace("26 patients", "25 patients")
            .replace("single", "not known");
        assert_eq!(faults(&missing), ["total: 7 + 25 = 32, not 33"]);
    }

    #[test]
    fn arms_of_a_part_of_the_patients_accuse_nobody() {
        let lines = "a | r | proportion | CR | drug | A | 8/10 | 80 % | A vs B
             b | r | proportion | CR | drug | B | 1/10 | 10 % | A vs B
             c | r | count | patients | all | | | 33 patients";
        assert!(faults(lines).is_empty());
    }
}

//! The categories of response that a claim counts, on the ordered scale of the field's criteria.

use super::Claim;

/// The categories, best first.
pub(super) const CATEGORIES: [&str; 4] = ["CR", "PR", "SD", "PD"];

/// Names of each category.
const NAMES: [&[&str]; 4] = [
    &[
        "cr",
        "complete response",
        "complete responses",
        "complete remission",
        "complete remissions",
    ],
    &[
        "pr",
        "partial response",
        "partial responses",
        "partial remission",
        "partial remissions",
    ],
    &["sd", "stable disease"],
    &[
        "pd",
        "progressive disease",
        "disease progression",
        "progression",
    ],
];

/// Names of the best categories together, with how many they are.
const TOGETHER: [(&str, usize); 12] = [
    ("objective response", 2),
    ("overall response", 2),
    ("objective remission", 2),
    ("orr", 2),
    ("or", 2),
    ("response", 2),
    ("responded", 2),
    ("responders", 2),
    ("disease control", 3),
    ("clinical benefit", 3),
    ("dcr", 3),
    ("cbr", 3),
];

/// The categories that a claim counts, as places on the scale; `None` where it names something else.
pub(super) fn counted(claim: &Claim) -> Option<Vec<usize>> {
    if claim.subgroup.is_empty() {
        return of_measure(&claim.measure);
    }
    of_names(&claim.subgroup)
}

/// The categories that a measure is about, whatever the group.
pub(super) fn of_measure(measure: &str) -> Option<Vec<usize>> {
    let words = measure.to_lowercase();
    let words = words
        .trim()
        .trim_end_matches(" rate")
        .trim_end_matches(" rates");
    let together = TOGETHER.iter().find(|(name, _)| *name == words);
    together
        .map(|(_, many)| (0..*many).collect())
        .or_else(|| of_names(words))
}

fn of_names(text: &str) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    for name in names(text) {
        found.push(
            NAMES
                .iter()
                .position(|known| known.contains(&name.as_str()))?,
        );
    }
    found.sort_unstable();
    found.dedup();
    (!found.is_empty()).then_some(found)
}

/// Categories by name.
pub(super) fn shown(categories: &[usize]) -> String {
    let names: Vec<&str> = categories.iter().map(|at| CATEGORIES[*at]).collect();
    names.join(", ")
}

/// The things that a subgroup names: `CR, PR or SD` names three.
pub(super) fn names(subgroup: &str) -> Vec<String> {
    subgroup
        .replace(" or ", ",")
        .replace(" and ", ",")
        .replace(" plus ", ",")
        .split([',', ';', '/', '+'])
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::claims;
    use super::*;

    #[test]
    fn categories_are_read_from_subgroup_or_measure() {
        let of = |line: &str| counted(&claims(line)[0]);
        assert_eq!(
            of("a | r | proportion | ORR | response | CR or PR |"),
            Some(vec![0, 1])
        );
        assert_eq!(
            of("a | r | proportion | DCR | response | CR, PR or SD |"),
            Some(vec![0, 1, 2])
        );
        assert_eq!(
            of("a | r | proportion | Disease control rate | all | |"),
            Some(vec![0, 1, 2])
        );
        assert_eq!(
            of("a | r | proportion | complete response | all | |"),
            Some(vec![0])
        );
        assert_eq!(of("a | r | proportion | ORR | histology | IMT |"), None);
    }
}

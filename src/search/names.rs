//! What analyses are called by those who look for them, and what a word is of a thing.

use crate::query::SavedQuery;

/// By the kind of statistic.
const OF_KINDS: [(&str, &[&str]); 10] = [
    (
        "response",
        &[
            "ORR",
            "objective response rate",
            "overall response rate",
            "disease control rate",
            "DCR",
        ],
    ),
    (
        "survival",
        &["KM", "Kaplan-Meier", "median survival", "log-rank"],
    ),
    ("duration-of-response", &["DOR"]),
    (
        "competing-risks",
        &["CIF", "cumulative incidence", "Gray's test"],
    ),
    ("cox", &["hazard ratio", "HR"]),
    (
        "pooled",
        &["meta-analysis", "random effects", "forest plot"],
    ),
    (
        "incidence",
        &["side effects", "toxicity", "AE", "adverse events"],
    ),
    ("waterfall", &["best change in size"]),
    ("agreement", &["kappa", "inter-rater"]),
    ("completeness", &["missing data"]),
];

/// By the name of an analysis that ships.
const OF_ANALYSES: [(&str, &[&str]); 9] = [
    (
        "cohort/cases",
        &["table 1", "baseline characteristics", "case list"],
    ),
    ("cohort/flow", &["PRISMA", "flow diagram", "exclusions"]),
    ("response/by-partner", &["forest"]),
    ("response/by-drug", &["forest"]),
    ("response/by-histology", &["forest"]),
    ("survival/progression-free", &["PFS"]),
    ("survival/overall", &["OS"]),
    ("treatment/swimmer", &["swim lane", "swimlane"]),
    (
        "treatment/resistance",
        &["mutations at progression", "acquired resistance"],
    ),
];

/// What an analysis is called otherwise.
pub fn of_analysis(saved: &SavedQuery) -> impl Iterator<Item = &'static str> {
    let kind = saved.header.statistic.kind();
    let of = |table: &'static [(&str, &[&'static str])], name: &str| {
        let found = table.iter().find(|(known, _)| *known == name);
        found.map_or(&[][..], |(_, words)| *words)
    };
    let words = of(&OF_KINDS, kind)
        .iter()
        .chain(of(&OF_ANALYSES, &saved.slug));
    words.copied()
}

/// What a query says that a word is.
const WHAT: [&str; 11] = [
    "name",
    "synonym",
    "code",
    "key",
    "fusion",
    "alteration",
    "site",
    "title",
    "first author",
    "DOI",
    "PMID",
];

pub fn what(word: &str) -> &'static str {
    WHAT.into_iter()
        .find(|known| *known == word)
        .unwrap_or("word")
}

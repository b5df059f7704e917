//! How people head the columns of their tables.

use super::mapping::Unit;
use crate::delimited::trimmed;

/// What a column becomes, and headings that say so, in lower case and without units and marks.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "case",
        &[
            "case",
            "case id",
            "case no",
            "case number",
            "patient",
            "patient id",
            "patient no",
            "patient number",
            "pt",
            "id",
            "no",
            "number",
            "subject",
        ],
    ),
    (
        "source",
        &[
            "source",
            "reference",
            "ref",
            "study",
            "citation",
            "publication",
            "paper",
            "report",
            "author year",
            "authors year",
            "first author year",
        ],
    ),
    (
        "fusion",
        &[
            "fusion",
            "fusion gene",
            "gene fusion",
            "fusion type",
            "rearrangement",
            "fusion transcript",
        ],
    ),
    ("publications.pmid", &["pmid", "pubmed", "pubmed id"]),
    ("publications.pmcid", &["pmcid", "pmc"]),
    ("publications.doi", &["doi"]),
    (
        "publications.first_author",
        &["first author", "author", "authors"],
    ),
    (
        "publications.year",
        &[
            "year",
            "publication year",
            "year of publication",
            "pub year",
        ],
    ),
    ("publications.title", &["title"]),
    ("publications.journal", &["journal"]),
    (
        "publications.volume_pages",
        &["volume pages", "volume", "pages"],
    ),
    (
        "publications.kind",
        &["study type", "publication type", "type of study"],
    ),
    (
        "cohorts.reason",
        &["reason for exclusion", "exclusion reason"],
    ),
    (
        "cases.age_years",
        &["age", "age at diagnosis", "age at dx", "patient age"],
    ),
    ("cases.age_group", &["age group"]),
    ("cases.sex", &["sex", "gender"]),
    (
        "cases.histology",
        &[
            "histology",
            "diagnosis",
            "histological type",
            "histologic type",
            "histological subtype",
            "pathology",
            "tumor type",
            "tumour type",
            "tumor",
            "cancer type",
            "histotype",
        ],
    ),
    (
        "cases.primary_site",
        &[
            "primary site",
            "site",
            "location",
            "tumor site",
            "tumour site",
            "tumor location",
            "tumour location",
            "primary",
            "primary tumor site",
            "anatomic site",
        ],
    ),
    (
        "cases.stage",
        &["stage", "disease stage", "extent", "disease extent"],
    ),
    (
        "cases.metastatic_sites",
        &[
            "metastatic sites",
            "metastatic site",
            "metastases",
            "metastasis",
            "sites of metastasis",
            "mets",
            "sites of metastases",
        ],
    ),
    ("cases.multifocal", &["multifocal"]),
    (
        "fusions.five_prime",
        &[
            "partner",
            "fusion partner",
            "partner gene",
            "5 partner",
            "5 gene",
            "five prime",
            "five prime gene",
            "5 partner gene",
        ],
    ),
    (
        "fusions.three_prime",
        &[
            "three prime",
            "3 gene",
            "3 partner",
            "kinase",
            "kinase gene",
            "three prime gene",
        ],
    ),
    (
        "fusions.breakpoint",
        &["breakpoint", "breakpoints", "exons", "exon junction"],
    ),
    (
        "fusions.method",
        &[
            "method",
            "detection method",
            "detection",
            "assay",
            "test",
            "method of detection",
            "molecular method",
        ],
    ),
    (
        "alterations.alteration",
        &[
            "other alterations",
            "co alterations",
            "co mutations",
            "other mutations",
            "mutations",
        ],
    ),
    (
        "treatments.agent",
        &[
            "drug",
            "treatment",
            "therapy",
            "agent",
            "tki",
            "inhibitor",
            "alk inhibitor",
            "targeted therapy",
            "medication",
            "drug name",
        ],
    ),
    (
        "treatments.with",
        &["combination", "combined with", "given with"],
    ),
    (
        "treatments.line",
        &["line", "line of therapy", "treatment line", "therapy line"],
    ),
    ("treatments.dose", &["dose", "dosage"]),
    ("treatments.start_months", &["start"]),
    (
        "treatments.duration_months",
        &[
            "duration",
            "duration of treatment",
            "treatment duration",
            "time on treatment",
            "dot",
            "duration of therapy",
        ],
    ),
    (
        "treatments.best_response",
        &[
            "response",
            "best response",
            "best overall response",
            "bor",
            "orr",
            "tumor response",
            "tumour response",
            "outcome of treatment",
            "recist response",
            "best objective response",
        ],
    ),
    (
        "treatments.criterion",
        &["criterion", "criteria", "response criteria"],
    ),
    (
        "treatments.size_change_percent",
        &[
            "size change",
            "tumor shrinkage",
            "best change",
            "change from baseline",
        ],
    ),
    (
        "treatments.time_to_response_months",
        &["time to response", "ttr"],
    ),
    (
        "treatments.pfs_months",
        &[
            "pfs",
            "progression free survival",
            "time to progression",
            "ttp",
        ],
    ),
    (
        "treatments.progressed",
        &["progressed", "progression", "pd event", "pfs event"],
    ),
    (
        "treatments.stop_reason",
        &[
            "reason for stopping",
            "reason for discontinuation",
            "stop reason",
            "discontinuation",
        ],
    ),
    (
        "adverse_events.term",
        &[
            "adverse events",
            "adverse event",
            "ae",
            "aes",
            "toxicity",
            "toxicities",
            "side effects",
        ],
    ),
    (
        "adverse_events.grade",
        &["grade", "ae grade", "toxicity grade", "ctcae grade"],
    ),
    (
        "follow_up.status",
        &[
            "status",
            "vital status",
            "outcome",
            "last status",
            "survival status",
            "status at last follow up",
            "final outcome",
        ],
    ),
    (
        "follow_up.months",
        &[
            "follow up",
            "followup",
            "fu",
            "f u",
            "os",
            "overall survival",
            "follow up time",
            "follow up duration",
            "survival",
            "length of follow up",
            "months",
        ],
    ),
    (
        "cases.note",
        &["comment", "comments", "note", "notes", "remarks"],
    ),
];

const UNITS: &[(Unit, &[&str])] = &[
    (Unit::Days, &["d", "day", "days"]),
    (Unit::Weeks, &["w", "wk", "wks", "week", "weeks"]),
    (
        Unit::Months,
        &["m", "mo", "mos", "mth", "mths", "month", "months"],
    ),
    (Unit::Years, &["y", "yr", "yrs", "year", "years"]),
];

/// What a heading says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meaning {
    /// What the column becomes; `None` where the heading is not known.
    pub to: Option<&'static str>,
    /// The unit that it names.
    pub unit: Option<Unit>,
    /// The number at its end.
    pub item: Option<u32>,
}

/// Reads a heading, such as `Age (yrs)` or `Drug 2`.
pub(super) fn read(heading: &str) -> Meaning {
    let lower = trimmed(heading).to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let of = |words: &[&str]| {
        let text = words.join(" ");
        let known = KNOWN
            .iter()
            .find(|(_, names)| names.contains(&text.as_str()));
        known.map(|(to, _)| *to)
    };
    let mut said = Meaning {
        to: of(&words),
        unit: None,
        item: None,
    };
    if lower == "#" {
        said.to = Some("case");
    }
    let mut rest = words.as_slice();
    if said.to.is_none()
        && let Some((last, before)) = rest.split_last()
        && let Some((unit, _)) = UNITS.iter().find(|(_, names)| names.contains(last))
    {
        (said.unit, said.to, rest) = (Some(*unit), of(before), before);
    }
    if said.to.is_none()
        && let Some((last, before)) = rest.split_last()
        && let Some(item) = last.parse().ok().filter(|item| (1..=20).contains(item))
    {
        (said.item, said.to) = (Some(item), of(before));
    }
    // `age_years` and the like are the columns of the sheets themselves.
    if said.to.is_none() {
        let name = words.join("_");
        let own = KNOWN
            .iter()
            .map(|(to, _)| *to)
            .find(|to| to.split_once('.').is_some_and(|(_, column)| column == name));
        if own.is_some() {
            (said.to, said.unit) = (own, None);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::super::mapping;
    use super::*;

    #[test]
    fn headings_of_people_are_known() {
        for (heading, to, unit, item) in [
            ("Age (yrs)", "cases.age_years", Some(Unit::Years), None),
            ("Best response", "treatments.best_response", None, None),
            ("Fusion partner", "fusions.five_prime", None, None),
            ("5′ partner", "fusions.five_prime", None, None),
            ("PMID", "publications.pmid", None, None),
            (
                "Follow-up (mo)",
                "follow_up.months",
                Some(Unit::Months),
                None,
            ),
            ("Vital status", "follow_up.status", None, None),
            ("PFS, days", "treatments.pfs_months", Some(Unit::Days), None),
            ("Drug 2", "treatments.agent", None, Some(2)),
            (
                "pfs_months",
                "treatments.pfs_months",
                Some(Unit::Months),
                None,
            ),
            ("age_years", "cases.age_years", Some(Unit::Years), None),
            ("Case", "case", None, None),
            ("#", "case", None, None),
            ("Author, year", "source", None, None),
        ] {
            let said = read(heading);
            assert_eq!(
                (said.to, said.unit, said.item),
                (Some(to), unit, item),
                "{heading}"
            );
        }
        assert_eq!(read("Ki-67").to, None);
    }

    #[test]
    fn what_headings_become_is_there() {
        for (to, names) in KNOWN {
            assert!(
                mapping::to(to, crate::case::Schema::shipped()).is_ok(),
                "{to}"
            );
            for name in *names {
                assert_eq!(read(name).to, Some(*to), "{name}");
            }
        }
    }
}

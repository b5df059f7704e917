//! Each rule of the consensus on a case small enough to settle by hand.

mod courses;
mod laws;

use super::*;
use crate::case::schema::{Column, Kind, Scheme};
use crate::case::value::Reported;

/// A small part of the vocabularies: each concept with those right above it.
struct Small;

const ABOVE: [(&str, &[&str]); 15] = [
    ("CR", &["responded"]),
    ("PR", &["responded"]),
    ("SD", &["disease-control", "no-response"]),
    ("PD", &["no-response"]),
    ("responded", &["disease-control"]),
    ("dead-disease", &["dead"]),
    ("dead-toxicity", &["dead"]),
    ("alive-ned", &["alive"]),
    ("alive-disease", &["alive"]),
    ("eims", &["imt", "sarcoma"]),
    ("trachea", &["upper-airway"]),
    ("rna-seq", &["ngs"]),
    ("alectinib", &["alk-inhibitor"]),
    ("liver", &["abdomen"]),
    ("ards", &["lung-toxicity"]),
];

fn lies_under(above: &str, below: &str) -> bool {
    let broader = ABOVE.iter().find(|(slug, _)| *slug == below);
    above == below
        || broader.is_some_and(|(_, broader)| broader.iter().any(|slug| lies_under(above, slug)))
}

impl Concepts for Small {
    fn covers(&self, _: Scheme, above: &str, below: &str) -> bool {
        lies_under(above, below)
    }

    fn overlap(&self, scheme: Scheme, one: &str, other: &str) -> bool {
        ABOVE
            .iter()
            .any(|(slug, _)| self.covers(scheme, one, slug) && self.covers(scheme, other, slug))
    }

    fn is_death(&self, status: &str) -> bool {
        self.covers(Scheme::STATUS, "dead", status)
    }
}

/// Sources of every rank, by the way in which they were read.
fn sources() -> BTreeMap<String, Publication> {
    [
        ("full", "case-report", "full-text"),
        ("full-2", "series", "full-text"),
        ("full-3", "letter", "full-text"),
        ("abstract", "case-report", "abstract"),
        ("excerpt", "case-report", "excerpt"),
        ("title", "case-report", "title-only"),
        ("review", "review", "full-text"),
        ("review-2", "review", "secondary"),
        ("database", "database", "secondary"),
    ]
    .map(|(key, kind, read)| {
        let publication = Publication {
            key: key.into(),
            kind: PublicationKind::from_word(kind),
            read: ReadingDepth::from_word(read),
            ..Publication::default()
        };
        (key.to_owned(), publication)
    })
    .into()
}

fn value(column: &Column, text: &str) -> Value {
    match column.kind {
        Kind::Text => Value::Text(text.into()),
        Kind::Code(_) | Kind::Words(_) => Value::Code(text.into()),
        Kind::Integer(..) => Value::Integer(text.parse().expect("a whole number")),
        Kind::Decimal(..) if text.contains('-') => Value::range(text).expect("a range"),
        Kind::Decimal(..) => Value::decimal(text).expect("a number"),
        Kind::YesNo => Value::Boolean(text == "yes"),
        Kind::Date => Value::Date(text.into()),
        Kind::Concept(scheme) => Value::Concept(scheme, text.into()),
        Kind::Agents if text.contains(' ') => Value::Text(text.into()),
        Kind::Agents => Value::Concept(Scheme::DRUG, text.into()),
        Kind::Gene => Value::Gene(text.into()),
    }
}

/// A row: source, locator, certainty, and cells as `column=value`, lists with `;`.
fn row(sheet: FactSheet, source: &str, locator: &str, certainty: &str, cells: &[&str]) -> Report {
    let cells = cells.iter().map(|cell| {
        let (name, text) = cell.split_once('=').expect("column=value");
        let index = sheet.column(name).expect("a column");
        let said = match text {
            "NR" => Reported::NotReported,
            "NA" => Reported::NotApplicable,
            _ => {
                let parts = text.split(';');
                Reported::Values(
                    parts
                        .map(|part| value(&sheet.columns()[index], part))
                        .collect(),
                )
            }
        };
        (index, said)
    });
    Report {
        sheet,
        row: 2,
        case: "x".into(),
        item: 1,
        source: source.into(),
        locator: locator.into(),
        certainty: Certainty::from_word(certainty).expect("a certainty"),
        cells: cells.collect(),
        verbatim: String::new(),
        note: String::new(),
        curation: crate::case::Curation::default(),
    }
}

fn weighed(reports: &[Report], decisions: &[Decision]) -> Consensus {
    let publications = sources();
    let rules = Rules {
        publications: &publications,
        concepts: &Small,
    };
    consensus(reports, decisions, &rules)
}

/// What is taken of a column, in words: `PR`, `PR (derived)`, `none: conflicting reports`.
fn taken(consensus: &Consensus, sheet: FactSheet, name: &str) -> String {
    let column = sheet.column(name).expect("a column");
    let thing = consensus
        .things
        .iter()
        .find(|(thing, _)| thing.sheet == sheet);
    match thing.map(|(_, columns)| &columns[column]) {
        None => "no thing".into(),
        Some(Settled::Missing(why)) => format!("none: {}", why.words()),
        Some(Settled::Known {
            values, derived, ..
        }) => {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            let mark = if *derived { " (derived)" } else { "" };
            format!("{}{mark}", values.join("; "))
        }
    }
}

/// How reports of a column differ, in words: `conflict: unresolved`, or nothing.
fn difference(consensus: &Consensus, sheet: FactSheet, name: &str) -> String {
    let column = sheet.column(name).expect("a column");
    let found = consensus.differences.iter();
    let found = found.filter(|found| found.thing.sheet == sheet && found.column == column);
    let words = found.map(|found| {
        let kind = if found.contradiction {
            "conflict"
        } else {
            "fit"
        };
        format!("{kind}: {}", found.resolution.words())
    });
    words.collect::<Vec<_>>().join(", ")
}

/// What is taken of one column of which rows tell, and how they differ.
fn settle(sheet: FactSheet, name: &str, rows: &[(&str, &str, &str, &str)]) -> (String, String) {
    let reports: Vec<Report> = rows
        .iter()
        .map(|(source, locator, certainty, text)| {
            row(
                sheet,
                source,
                locator,
                certainty,
                &[&format!("{name}={text}")],
            )
        })
        .collect();
    let found = weighed(&reports, &[]);
    (taken(&found, sheet, name), difference(&found, sheet, name))
}

fn age(rows: &[(&str, &str, &str, &str)]) -> (String, String) {
    settle(FactSheet::cases(), "age_years", rows)
}

fn response(rows: &[(&str, &str, &str, &str)]) -> (String, String) {
    settle(FactSheet::treatments(), "best_response", rows)
}

fn words(taken: &str, difference: &str) -> (String, String) {
    (taken.to_owned(), difference.to_owned())
}

#[test]
fn closer_source_wins_between_values_that_contradict() {
    let ranked = ["full", "abstract", "excerpt", "title", "review", "database"];
    for pair in ranked.windows(2) {
        assert_eq!(
            age(&[
                (pair[1], "p. 1", "stated", "41"),
                (pair[0], "p. 1", "stated", "40"),
            ]),
            words("40", "conflict: better-read, closer source"),
            "{pair:?}"
        );
    }
}

#[test]
fn equal_rank_and_contradicting_values_give_none() {
    assert_eq!(
        age(&[
            ("full", "text", "stated", "41"),
            ("full-2", "text", "stated", "40"),
        ]),
        words("none: conflicting reports", "conflict: unresolved")
    );
    // A lesser source does not decide between better ones.
    assert_eq!(
        age(&[
            ("full", "text", "stated", "41"),
            ("full-2", "text", "stated", "40"),
            ("review", "Table 1", "stated", "40"),
        ]),
        words("none: conflicting reports", "conflict: unresolved")
    );
}

#[test]
fn text_outranks_the_abstract_of_the_same_source_only() {
    let of = |other: &str| {
        age(&[
            ("full", "abstract", "stated", "41"),
            (other, "text, case 1", "stated", "40"),
        ])
    };
    assert_eq!(of("full").0, "40");
    assert_eq!(of("full-2").0, "none: conflicting reports");
    let of = |locator: &str| {
        age(&[
            ("full", "title", "stated", "41"),
            ("full", locator, "stated", "40"),
        ])
    };
    assert_eq!(of("Abstract, results").0, "40");
    assert_eq!(of("Titled figure").0, "40");
}

#[test]
fn derived_never_outranks_stated() {
    assert_eq!(
        age(&[
            ("full", "text", "derived", "41"),
            ("database", "row 4", "stated", "40"),
        ]),
        words("40", "conflict: stated before derived, weak not counted")
    );
    assert_eq!(
        age(&[("full", "text", "derived", "41")]),
        words("41 (derived)", "")
    );
    // The same value, stated elsewhere, is stated.
    assert_eq!(
        age(&[
            ("full", "text", "derived", "41"),
            ("database", "row 4", "stated", "41"),
        ]),
        words("41", "")
    );
}

#[test]
fn weak_never_counts_unless_a_decision_takes_it() {
    let weak = [
        row(
            FactSheet::cases(),
            "full",
            "text",
            "weak",
            &["age_years=41"],
        ),
        row(
            FactSheet::cases(),
            "review",
            "text",
            "stated",
            &["age_years=NR"],
        ),
    ];
    let found = weighed(&weak, &[]);
    assert_eq!(
        taken(&found, FactSheet::cases(), "age_years"),
        "none: not reported"
    );
    let decision = Decision {
        row: 2,
        case: "x".into(),
        sheet: FactSheet::cases(),
        item: 1,
        column: 0,
        value: Reported::Values(vec![Value::decimal("41").expect("an age")]),
        reason: "checked".into(),
        curator: "a curator".into(),
        date: "2026-01-01".into(),
    };
    let found = weighed(&weak, &[decision]);
    assert_eq!(taken(&found, FactSheet::cases(), "age_years"), "41");
    // A weak category does not refine a stated word.
    assert_eq!(
        response(&[
            ("abstract", "abstract", "stated", "responded"),
            ("full", "text", "weak", "CR"),
        ]),
        words("responded", "fit: stated before derived, weak not counted")
    );
}

#[test]
fn unknown_says_why() {
    let missing = |source, text| age(&[(source, "text", "stated", text)]).0;
    assert_eq!(missing("full", "NA"), "none: not applicable");
    assert_eq!(missing("full", "NR"), "none: not reported");
    let empty = |source: &str| {
        let found = weighed(
            &[row(FactSheet::cases(), source, "text", "stated", &[])],
            &[],
        );
        taken(&found, FactSheet::cases(), "age_years")
    };
    assert_eq!(empty("full"), "none: not reported");
    assert_eq!(empty("abstract"), "none: source not read in full");
}

#[test]
fn a_category_refines_a_word_that_it_fits_whoever_says_it() {
    let fits = "fit: the most precise of reports that fit";
    for (word, category) in [
        ("responded", "PR"),
        ("no-response", "SD"),
        ("no-response", "PD"),
        ("disease-control", "responded"),
        ("disease-control", "CR"),
    ] {
        for (of_word, of_category) in [("full", "database"), ("full", "full-2"), ("review", "full")]
        {
            let found = response(&[
                (of_word, "text", "stated", word),
                (of_category, "text", "stated", category),
            ]);
            assert_eq!(found, words(category, fits), "{word}, {category}");
        }
    }
    // It keeps its own certainty.
    assert_eq!(
        response(&[
            ("full", "text", "stated", "responded"),
            ("review", "text", "derived", "PR"),
        ]),
        words("PR (derived)", fits)
    );
    // A chain ends at its last link.
    assert_eq!(
        response(&[
            ("full", "text", "stated", "disease-control"),
            ("review", "text", "stated", "CR"),
            ("abstract", "abstract", "stated", "responded"),
        ]),
        words("CR", fits)
    );
}

#[test]
fn rank_decides_between_refinements_that_contradict() {
    assert_eq!(
        response(&[
            ("full", "text", "stated", "responded"),
            ("database", "row 1", "stated", "CR"),
            ("review", "Table 1", "stated", "PR"),
        ]),
        words("PR", "conflict: better-read, closer source")
    );
    assert_eq!(
        response(&[
            ("full", "text", "stated", "responded"),
            ("database", "row 1", "stated", "CR"),
            ("review", "Table 1", "derived", "PR"),
        ]),
        words("CR", "conflict: stated before derived, weak not counted")
    );
    // What none of them disputes is kept, if a report says it.
    let fork = [
        ("review", "Table 1", "stated", "CR"),
        ("review-2", "Table 1", "stated", "PR"),
    ];
    assert_eq!(
        response(&fork),
        words("none: conflicting reports", "conflict: unresolved")
    );
    let with = |source| response(&[fork[0], fork[1], (source, "text", "stated", "responded")]);
    assert_eq!(with("full"), words("responded", "conflict: unresolved"));
    assert_eq!(with("database"), words("responded", "conflict: unresolved"));
    // What fits one side only is no common ground.
    assert_eq!(
        response(&[
            ("full", "text", "stated", "PR"),
            ("full-2", "text", "stated", "SD"),
            ("review", "Table 1", "stated", "responded"),
            ("database", "row 1", "stated", "disease-control"),
        ]),
        words("disease-control", "conflict: unresolved")
    );
}

#[test]
fn a_refinement_does_not_save_a_word_that_is_outranked() {
    assert_eq!(
        response(&[
            ("full", "text", "stated", "SD"),
            ("abstract", "abstract", "stated", "responded"),
            ("review", "Table 1", "stated", "PR"),
        ]),
        words("SD", "conflict: better-read, closer source")
    );
}

#[test]
fn values_that_overlap_are_no_conflict() {
    let (taken, differ) = response(&[
        ("full", "text", "stated", "no-response"),
        ("review", "text", "stated", "disease-control"),
    ]);
    assert_eq!(
        (&taken[..], &differ[..]),
        ("no-response", "fit: better-read, closer source")
    );
    assert_eq!(
        response(&[
            ("full", "text", "stated", "no-response"),
            ("full-2", "text", "stated", "disease-control"),
        ]),
        words(
            "none: reports differ, none the more precise",
            "fit: unresolved"
        )
    );
}

#[test]
fn every_kind_of_value_is_refined() {
    let fits = "fit: the most precise of reports that fit";
    for (sheet, column, word, finer) in [
        (FactSheet::cases(), "histology", "imt", "eims"),
        (
            FactSheet::cases(),
            "primary_site",
            "upper-airway",
            "trachea",
        ),
        (FactSheet::cases(), "age_years", "41", "41.4"),
        (
            FactSheet::cases(),
            "stage",
            "metastatic",
            "metastatic, liver",
        ),
        (FactSheet::fusions(), "partner_status", "unknown", "known"),
        (
            FactSheet::fusions(),
            "observed_or_inferred",
            "inferred",
            "observed",
        ),
        (
            FactSheet::alterations(),
            "alteration",
            "mutation",
            "exon 2 mutation",
        ),
        (
            FactSheet::treatments(),
            "agent",
            "alk-inhibitor",
            "alectinib",
        ),
        (
            FactSheet::treatments(),
            "agent",
            "alectinib",
            "alectinib; crizotinib",
        ),
        (
            FactSheet::treatments(),
            "agent",
            "wide resection",
            "wide resection of the primary",
        ),
        (FactSheet::treatments(), "kind", "procedure", "surgery"),
        (FactSheet::adverse_events(), "term", "lung-toxicity", "ards"),
        (
            FactSheet::adverse_events(),
            "action",
            "stopped-or-reduced",
            "stopped",
        ),
        (FactSheet::follow_up(), "status", "dead", "dead-disease"),
    ] {
        let finer_cell = finer.replace("; ", ";");
        let rows = [
            ("full", "text", "stated", word),
            ("review", "text", "stated", &finer_cell),
        ];
        assert_eq!(settle(sheet, column, &rows), words(finer, fits), "{column}");
    }
    for (sheet, column, one, other) in [
        (FactSheet::cases(), "sex", "male", "female"),
        (FactSheet::cases(), "primary_site", "trachea", "liver"),
        (FactSheet::fusions(), "five_prime", "TPM3", "EML4"),
        (
            FactSheet::alterations(),
            "alteration",
            "mutation",
            "no mutation",
        ),
        (FactSheet::treatments(), "line", "1", "2"),
        (FactSheet::adverse_events(), "fatal", "yes", "no"),
    ] {
        let rows = [
            ("full", "text", "stated", one),
            ("review", "text", "stated", other),
        ];
        let found = settle(sheet, column, &rows);
        assert_eq!(
            found,
            words(one, "conflict: better-read, closer source"),
            "{column}"
        );
    }
}

#[test]
fn lists_are_united_without_what_another_report_names_more_precisely() {
    let found = |rows| settle(FactSheet::fusions(), "method", rows);
    assert_eq!(
        found(&[
            ("full", "text", "stated", "fish;ngs"),
            ("review", "text", "stated", "rna-seq"),
            ("review", "text", "derived", "ihc"),
        ]),
        words("fish; rna-seq", "")
    );
    // One report that names both means both.
    assert_eq!(
        found(&[("full", "text", "stated", "ngs;rna-seq")]),
        words("ngs; rna-seq", "")
    );
}

#[test]
fn own_wordings_are_no_disagreement() {
    let (taken, differ) = settle(
        FactSheet::cases(),
        "histology_verbatim",
        &[
            ("review", "text", "stated", "IMT, spindle cell"),
            ("full-2", "text", "stated", "myofibroblastic tumour"),
            ("full", "text", "stated", "inflammatory pseudotumour"),
        ],
    );
    assert_eq!((&taken[..], &differ[..]), ("inflammatory pseudotumour", ""));
}

/// The review's "after ceritinib" is said of its own finding, not of that in the paper's title.
#[test]
fn what_is_said_of_another_event_is_not_taken() {
    let sheet = FactSheet::alterations();
    let found = weighed(
        &[
            row(
                sheet,
                "title",
                "title",
                "stated",
                &["gene=ALK", "alteration=chromoplectic fusion"],
            ),
            row(
                sheet,
                "review",
                "Discussion",
                "stated",
                &[
                    "gene=ALK",
                    "alteration=complex rearrangement",
                    "timing=after ceritinib",
                ],
            ),
        ],
        &[],
    );
    assert_eq!(taken(&found, sheet, "alteration"), "chromoplectic fusion");
    assert_eq!(
        taken(&found, sheet, "timing"),
        "none: source not read in full"
    );
    let sheet = FactSheet::treatments();
    let found = weighed(
        &[
            row(sheet, "full", "text", "stated", &["agent=alk-inhibitor"]),
            row(
                sheet,
                "review",
                "text",
                "stated",
                &["agent=alectinib", "best_response=PR"],
            ),
            row(
                sheet,
                "database",
                "row 1",
                "stated",
                &["agent=crizotinib", "best_response=CR"],
            ),
        ],
        &[],
    );
    assert_eq!(taken(&found, sheet, "agent"), "alectinib");
    assert_eq!(taken(&found, sheet, "best_response"), "PR");
}

#[test]
fn a_range_is_refined_by_a_number_in_it_and_is_none_itself() {
    let fits = "fit: the most precise of reports that fit";
    let found = |one: &str, other: &str| {
        age(&[
            ("full", "text", "stated", one),
            ("review", "text", "stated", other),
        ])
    };
    assert_eq!(found("40-45", "41.4"), words("41.4", fits));
    assert_eq!(
        found("40-45", "40-42"),
        words("none: only a range stated", fits)
    );
    assert_eq!(
        found("40-45", "46"),
        words(
            "none: only a range stated",
            "conflict: better-read, closer source"
        )
    );
}

/// A review's own table, typed in beside reports that give a word, must tell the categories: eleven
/// invented cases of "responded", in sources of every rank, and their rows of Table 1.
#[test]
fn a_table_of_categories_changes_every_row_of_words() {
    let read = ["full", "abstract", "excerpt", "title", "database"];
    let mut reports = Vec::new();
    for n in 0..11 {
        let source = read[n % read.len()];
        let word = row(
            FactSheet::treatments(),
            source,
            "text",
            "stated",
            &["best_response=responded"],
        );
        let locator = format!("Table 1, row {}", n + 1);
        let category = if n % 3 == 0 {
            "best_response=CR"
        } else {
            "best_response=PR"
        };
        let table = row(
            FactSheet::treatments(),
            "review",
            &locator,
            "stated",
            &[category],
        );
        reports.extend([word, table].map(|report| Report {
            case: format!("case-{n}").into(),
            ..report
        }));
    }
    let found = weighed(&reports, &[]);
    let column = FactSheet::treatments()
        .column("best_response")
        .expect("a column");
    let categories = found.things.values().filter(|columns| {
        matches!(&columns[column], Settled::Known { values, derived: false, basis: Basis::Precision }
            if ["CR", "PR"].contains(&values[0].to_string().as_str()))
    });
    assert_eq!(categories.count(), 11);
    assert!(found.differences.iter().all(|found| !found.contradiction));
}

//! Each rule of the consensus on a case small enough to settle by hand.

use super::*;

fn publication(key: &str, kind: &str, read: &str) -> (String, Publication) {
    let publication = Publication {
        key: key.into(),
        kind: kind.into(),
        read: read.into(),
        ..Publication::default()
    };
    (key.into(), publication)
}

fn sources() -> BTreeMap<String, Publication> {
    [
        publication("full", "case-report", "full-text"),
        publication("full-2", "case-report", "full-text"),
        publication("abstract", "case-report", "abstract"),
        publication("review", "review", "full-text"),
        publication("database", "database", "secondary"),
    ]
    .into()
}

const AGE: usize = 0;

fn report(source: &str, locator: &str, certainty: Certainty, age: &str) -> Report {
    let cell = match age {
        "NR" => Reported::NotReported,
        "NA" => Reported::NotApplicable,
        text => Reported::Values(vec![Value::decimal(text).expect("an age")]),
    };
    Report {
        sheet: FactSheet::Cases,
        row: 2,
        case: "x".into(),
        item: 1,
        source: source.into(),
        locator: locator.into(),
        certainty,
        cells: vec![(AGE, cell)],
        verbatim: String::new(),
        note: String::new(),
    }
}

fn settle(reports: &[Report], decisions: &[Decision]) -> (Settled, Vec<Conflict>) {
    let publications = sources();
    let rules = Rules {
        publications: &publications,
        leaves_open: &|_, _| false,
    };
    let result = consensus(reports, decisions, &rules);
    let settled = result
        .things
        .into_values()
        .next()
        .map_or(Settled::Missing(MissingReason::NotRead), |columns| {
            columns[AGE].clone()
        });
    (settled, result.conflicts)
}

fn known(text: &str, derived: bool, basis: Basis) -> Settled {
    Settled::Known {
        values: vec![Value::decimal(text).expect("an age")],
        derived,
        basis,
    }
}

#[test]
fn closer_source_wins_and_the_conflict_is_listed() {
    let (settled, conflicts) = settle(
        &[
            report("review", "Table 1", Certainty::Stated, "41"),
            report("abstract", "abstract", Certainty::Stated, "40"),
        ],
        &[],
    );
    assert_eq!(settled, known("40", false, Basis::SourceRank));
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].resolution, Resolution::Rule(Basis::SourceRank));
}

#[test]
fn equal_rank_and_different_values_give_none() {
    let (settled, conflicts) = settle(
        &[
            report("full", "text", Certainty::Stated, "41"),
            report("full-2", "text", Certainty::Stated, "40"),
        ],
        &[],
    );
    assert_eq!(settled, Settled::Missing(MissingReason::Conflicting));
    assert_eq!(conflicts[0].resolution, Resolution::Unresolved);
}

#[test]
fn text_outranks_the_abstract_of_the_same_source() {
    let (settled, _) = settle(
        &[
            report("full", "abstract", Certainty::Stated, "41"),
            report("full", "text, case 1", Certainty::Stated, "40"),
        ],
        &[],
    );
    assert_eq!(settled, known("40", false, Basis::SourceRank));
}

#[test]
fn text_does_not_outrank_the_abstract_of_another_source_of_the_same_rank() {
    let (settled, _) = settle(
        &[
            report("full", "abstract", Certainty::Stated, "41"),
            report("full-2", "text, case 1", Certainty::Stated, "40"),
        ],
        &[],
    );
    assert_eq!(settled, Settled::Missing(MissingReason::Conflicting));
}

#[test]
fn derived_never_outranks_stated() {
    let (settled, conflicts) = settle(
        &[
            report("full", "text", Certainty::Derived, "41"),
            report("database", "row 4", Certainty::Stated, "40"),
        ],
        &[],
    );
    assert_eq!(settled, known("40", false, Basis::Certainty));
    assert_eq!(conflicts.len(), 1);
    let (alone, _) = settle(&[report("full", "text", Certainty::Derived, "41")], &[]);
    assert_eq!(alone, known("41", true, Basis::Agreement));
}

#[test]
fn weak_never_counts_unless_a_decision_takes_it() {
    let weak = [
        report("full", "text", Certainty::Weak, "41"),
        report("review", "text", Certainty::Stated, "NR"),
    ];
    let (settled, _) = settle(&weak, &[]);
    assert_eq!(settled, Settled::Missing(MissingReason::NotReported));
    let decision = Decision {
        row: 2,
        case: "x".into(),
        sheet: FactSheet::Cases,
        item: 1,
        column: AGE,
        value: Reported::Values(vec![Value::decimal("41").expect("an age")]),
        reason: "checked".into(),
        curator: "a curator".into(),
        date: "2026-01-01".into(),
    };
    let (settled, _) = settle(&weak, &[decision]);
    assert_eq!(settled, known("41", false, Basis::Decision));
}

#[test]
fn unknown_says_why() {
    let missing = |source, age| settle(&[report(source, "text", Certainty::Stated, age)], &[]).0;
    assert_eq!(
        missing("full", "NA"),
        Settled::Missing(MissingReason::NotApplicable)
    );
    assert_eq!(
        missing("full", "NR"),
        Settled::Missing(MissingReason::NotReported)
    );
    let empty = |source: &str| {
        let mut row = report(source, "text", Certainty::Stated, "NR");
        row.cells.clear();
        settle(&[row], &[]).0
    };
    assert_eq!(empty("full"), Settled::Missing(MissingReason::NotReported));
    assert_eq!(empty("abstract"), Settled::Missing(MissingReason::NotRead));
}

#[test]
fn a_category_wins_over_the_word_that_leaves_it_open() {
    let column = FactSheet::Treatments
        .column("best_response")
        .expect("a column");
    let word = |slug: &str, locator: &str| Report {
        sheet: FactSheet::Treatments,
        cells: vec![(
            column,
            Reported::Values(vec![Value::Concept(
                crate::case::Scheme::Response,
                slug.into(),
            )]),
        )],
        ..report("full", locator, Certainty::Stated, "1")
    };
    let publications = sources();
    let leaves_open = |word: &Value, other: &Value| {
        word.to_string() == "responded" && matches!(other.to_string().as_str(), "CR" | "PR")
    };
    let rules = Rules {
        publications: &publications,
        leaves_open: &leaves_open,
    };
    let of = |reports: &[Report]| {
        let result = consensus(reports, &[], &rules);
        result.things.into_values().next().expect("a thing")[column].clone()
    };
    let Settled::Known { values, basis, .. } = of(&[word("responded", "text"), word("PR", "text")])
    else {
        panic!("a category was expected")
    };
    assert_eq!(
        (values[0].to_string().as_str(), basis),
        ("PR", Basis::Category)
    );
    assert_eq!(
        of(&[word("SD", "text"), word("PR", "text")]),
        Settled::Missing(MissingReason::Conflicting)
    );
}

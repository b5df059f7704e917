use proptest::prelude::*;

use super::{Column, ColumnType, Header, HeaderError};
use crate::figures::Figure;
use crate::kinds::{Statistic, Unit, response};
use crate::query::parameters::ParameterType;

const FULL: &str = "\
#+ summary: Objective response, by fusion partner
#+ description: >
#+   One row per case whose first episode was evaluated;
#+   best overall response as reported.
#+ tags: [response, partner]
#+ method: GET
#+ casegraph:
#+   unit: case
#+   parameters: {drug: {type: iri, default: drug:crizotinib}, cohort: {type: iri, optional: true}, minimum: {type: integer, default: 3}}
#+   columns: {partner: text, case: iri, response: code}
#+   statistic: {kind: response, success: [CR, PR], control: [CR, NO, 1], by: partner}
#+   figure: kaplan-meier

# An ordinary comment.
SELECT ?partner ?case ?response { }
";

fn error(text: &str) -> String {
    Header::read("q.rq", text).unwrap_err().to_string()
}

/// A small good header with one line replaced or added under `casegraph`.
fn with(line: &str) -> String {
    format!(
        "#+ summary: s\n#+ description: d\n#+ casegraph:\n#+   columns: {{case: iri}}\n#+   {line}\nSELECT"
    )
}

#[test]
fn a_full_header_is_read_in_order() {
    let header = Header::read("q.rq", FULL).unwrap();
    assert_eq!(header.summary, "Objective response, by fusion partner");
    assert_eq!(
        header.description,
        "One row per case whose first episode was evaluated; best overall response as reported."
    );
    assert_eq!(header.tags, ["response", "partner"]);
    assert_eq!(header.unit, Unit::Case);
    let parameters: Vec<_> = header
        .parameters
        .iter()
        .map(|p| (p.name.as_str(), p.kind, p.optional))
        .collect();
    assert_eq!(
        parameters,
        [
            ("drug", ParameterType::Iri, false),
            ("cohort", ParameterType::Iri, true),
            ("minimum", ParameterType::Integer, false)
        ]
    );
    assert_eq!(
        header.parameters[0].default.as_deref(),
        Some("drug:crizotinib")
    );
    assert_eq!(header.parameters[2].default.as_deref(), Some("3"));
    let column = |name: &str, kind| Column {
        name: name.to_owned(),
        kind,
    };
    assert_eq!(
        header.columns,
        [
            column("partner", ColumnType::Text),
            column("case", ColumnType::Iri),
            column("response", ColumnType::Code)
        ]
    );
    let codes = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        header.statistic,
        Statistic::Response(response::Settings {
            success: codes(&["CR", "PR"]),
            control: codes(&["CR", "NO", "1"]),
            derived: None,
            by: Some("partner".to_owned()),
            response: "response".to_owned(),
            case: "case".to_owned(),
        })
    );
    assert_eq!(
        header.statistic.columns(),
        [
            ("case", "case"),
            ("response", "response"),
            ("by", "partner")
        ]
    );
    assert_eq!(header.figure, Figure::KaplanMeier);
}

#[test]
fn what_is_left_out_has_a_default() {
    let header = Header::read("q.rq", &with("unit: fusion")).unwrap();
    assert_eq!(header.unit, Unit::Other("fusion".to_owned()));
    assert_eq!(header.statistic.kind(), "table");
    assert_eq!(header.statistic.columns(), []);
    assert_eq!(header.figure, Figure::None);
}

#[test]
fn every_kind_of_statistic_can_be_written() {
    for (text, columns) in [
        ("kind: table", ""),
        ("kind: table, case: source", "source"),
        (
            "kind: contingency, rows: partner, columns: response, event: CR",
            "case partner response",
        ),
        ("kind: survival", "case months event"),
        (
            "kind: survival, time: os, event: died, by: partner",
            "case os died partner",
        ),
        ("kind: incidence, grade: grade", "case term grade"),
        (
            "kind: swimmer, status: status, episode: type",
            "case start duration label type status",
        ),
        ("kind: sequence", "case from to"),
        (
            "kind: matrix, rows: drug, columns: partner, case: patient",
            "patient drug partner",
        ),
        ("kind: completeness, reason: why", "case field known why"),
    ] {
        let header = Header::read("q.rq", &with(&format!("statistic: {{{text}}}"))).unwrap();
        let names: Vec<_> = header
            .statistic
            .columns()
            .into_iter()
            .map(|(_, column)| column)
            .collect();
        assert_eq!(names.join(" "), columns, "{text}");
        assert!(text.starts_with(&format!("kind: {}", header.statistic.kind())));
    }
}

#[test]
fn unknown_keys_are_told_with_line_and_nearest() {
    for (text, expected) in [
        (
            "#+ sumary: s\n",
            "q.rq:1: unknown key 'sumary' (did you mean 'summary'?); known here: summary, description,",
        ),
        (
            &with("statistics: {kind: table}"),
            "q.rq:5: unknown key 'statistics' (did you mean 'statistic'?)",
        ),
        (
            &with("statistic:\n#+     kind: response\n#+     sucess: [CR]"),
            "q.rq:7: unknown key 'sucess' (did you mean 'success'?)",
        ),
        (
            &with("statistic: {kind: table, by: x}"),
            "q.rq:5: unknown key 'by'; known here: case",
        ),
        (
            &with("parameters: {drug: {typ: iri}}"),
            "q.rq:5: unknown key 'typ' (did you mean 'type'?)",
        ),
        (
            &with("statistic: {kind: respons}"),
            "q.rq:5: unknown word 'respons' (did you mean 'response'?); it can be table,",
        ),
        (
            &with("figure: kaplan"),
            "q.rq:5: unknown word 'kaplan' (did you mean 'kaplan-meier'?)",
        ),
        (
            &with("parameters: {drug: {type: url}}"),
            "q.rq:5: unknown word 'url'",
        ),
        (
            &with("statistic: {kind: matrix, rows: x}"),
            "q.rq:5: 'columns' is missing or empty; add it",
        ),
        (
            &with("statistic: {success: [CR]}"),
            "q.rq:5: the header cannot be read",
        ),
        (
            "#+ description: d\n#+ casegraph: {columns: {case: iri}}\n",
            "'summary' is missing or empty; add it",
        ),
        (
            "#+ summary: ' '\n#+ description: d\n#+ casegraph: {columns: {case: iri}}\n",
            "q.rq:1: 'summary' is missing",
        ),
        (
            "#+ summary: s\n#+ description: d\n#+ casegraph:\n#+   columns: {}\n",
            "'columns' is missing",
        ),
        (
            "#+ summary: s\n#+ description: d\n#+ casegraph: {columns: {a-b: iri}}\n",
            "q.rq:3: 'a-b' cannot be the name",
        ),
        (
            "#+ summary: s\n#+ summary: s\n",
            "q.rq:2: the header cannot be read",
        ),
        ("#+ summary: [s\n#+ tags: }\n", "the header cannot be read"),
        ("SELECT ?s {}", "q.rq: no header;"),
        (
            "#+ summary: s\nSELECT ?s {}\n#+ description: d\n",
            "q.rq:3: header line below the start of the query",
        ),
    ] {
        let message = error(text);
        assert!(message.contains(expected), "{text}\n{message}");
    }
}

#[test]
fn grlc_defaults_and_values_join_the_parameters() {
    let text = |grlc: &str| {
        format!(
            "{grlc}\n#+ summary: s\n#+ description: d\n#+ casegraph:\n#+   columns: {{case: iri}}\n\
             #+   parameters: {{drug: {{type: text, default: a}}, grade: {{type: integer}}}}\n"
        )
    };
    for grlc in [
        "#+ defaults: {grade: 3, drug: a}\n#+ enumerate: {grade: [3, 4]}",
        "#+ defaults:\n#+   - grade: 3\n#+ enumerate:\n#+   - grade:\n#+     - 3\n#+     - 4\n#+   - drug",
    ] {
        let header = Header::read("q.rq", &text(grlc)).unwrap();
        assert_eq!(header.parameters[1].default.as_deref(), Some("3"), "{grlc}");
        assert_eq!(header.parameters[1].values, ["3", "4"], "{grlc}");
        assert!(header.parameters[0].values.is_empty(), "{grlc}");
    }
    assert!(error(&text("#+ defaults: {drug: b}")).contains("q.rq:1: 'drug' has another value"));
    assert!(
        error(&text("#+ enumerate: [drgu]"))
            .contains("q.rq:1: 'drgu' is not a declared parameter (did you mean 'drug'?)")
    );
}

#[test]
fn the_cause_of_a_yaml_error_is_kept() {
    let error = Header::read("q.rq", "#+ summary: [s\n#+ tags: }\n").unwrap_err();
    assert!(matches!(&error, HeaderError::Yaml { .. }));
    assert!(std::error::Error::source(&error).is_some());
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(lines in proptest::collection::vec("(#\\+ ?)?\\PC{0,30}", 0..12)) {
        let _outcome = Header::read("q.rq", &lines.join("\n"));
    }

    #[test]
    fn a_good_header_cut_anywhere_is_no_panic(length in 0..FULL.len()) {
        let _outcome = Header::read("q.rq", &FULL[..length]);
    }
}

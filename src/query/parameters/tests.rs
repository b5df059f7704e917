use crate::graph::model::{Literal, NamedNode, Term, Variable, xsd};
use proptest::prelude::*;

use super::{Parameter, ParameterError, ParameterType, Prefix, resolve};

fn prefixes() -> Vec<Prefix> {
    vec![
        ("drug".to_owned(), "https://example.org/drug/".to_owned()),
        ("gene".to_owned(), "https://example.org/gene/".to_owned()),
    ]
}

fn parameter(name: &str, kind: ParameterType) -> Parameter {
    Parameter {
        name: name.to_owned(),
        kind,
        default: None,
        optional: false,
        values: vec![],
        description: None,
    }
}

fn parse(kind: ParameterType, value: &str) -> Result<Term, ParameterError> {
    parameter("p", kind).parse(value, &prefixes())
}

fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn each_type_gives_its_term() {
    let typed = |value: &str, datatype| Term::from(Literal::new_typed_literal(value, datatype));
    let crizotinib = Term::from(NamedNode::new("https://example.org/drug/crizotinib").unwrap());
    for (kind, text, term) in [
        (ParameterType::Iri, "drug:crizotinib", crizotinib.clone()),
        (
            ParameterType::Iri,
            " <https://example.org/drug/crizotinib> ",
            crizotinib.clone(),
        ),
        (
            ParameterType::Iri,
            "https://example.org/drug/crizotinib",
            crizotinib,
        ),
        (
            ParameterType::Text,
            " as it is ",
            Literal::from(" as it is ").into(),
        ),
        (ParameterType::Code, " NO ", Literal::from("NO").into()),
        (ParameterType::Integer, "+007", typed("7", xsd::INTEGER)),
        (ParameterType::Decimal, "+04.50", typed("4.5", xsd::DECIMAL)),
        (ParameterType::Decimal, "12.0", typed("12", xsd::DECIMAL)),
        (ParameterType::Decimal, "-.5", typed("-0.5", xsd::DECIMAL)),
        (ParameterType::Decimal, "-0.0", typed("0", xsd::DECIMAL)),
        (ParameterType::Boolean, "yes", typed("true", xsd::BOOLEAN)),
        (
            ParameterType::Date,
            "2024-02-29",
            typed("2024-02-29", xsd::DATE),
        ),
    ] {
        assert_eq!(parse(kind, text).unwrap(), term, "{text}");
    }
}

#[test]
fn text_of_another_type_is_an_error() {
    for (kind, text) in [
        (ParameterType::Iri, "crizotinib"),
        (ParameterType::Iri, "drug:"),
        (ParameterType::Iri, "drug:two words"),
        (ParameterType::Iri, "<not absolute>"),
        (ParameterType::Integer, "4.5"),
        (ParameterType::Decimal, "4,5"),
        (ParameterType::Decimal, "."),
        (ParameterType::Decimal, "1e3"),
        (ParameterType::Boolean, "maybe"),
        (ParameterType::Date, "2023-02-29"),
        (ParameterType::Date, "2023-2-9"),
        (ParameterType::Date, "2023-13-01"),
        (ParameterType::Code, " "),
    ] {
        let error = parse(kind, text).unwrap_err();
        assert!(
            matches!(error, ParameterError::Invalid { .. }),
            "{text}: {error}"
        );
    }
}

#[test]
fn errors_name_parameter_value_and_the_nearest_word() {
    let error = parse(ParameterType::Iri, "drgu:crizotinib")
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "parameter p: unknown prefix 'drgu:' in 'drgu:crizotinib' (did you mean 'drug'?); write a whole IRI as <https://…>"
    );
    let mut listed = parameter("drug", ParameterType::Iri);
    listed.values = vec![
        "drug:crizotinib".to_owned(),
        "<https://example.org/drug/alectinib>".to_owned(),
    ];
    assert!(listed.parse("drug:alectinib", &prefixes()).is_ok());
    let error = listed
        .parse("drug:crizotinb", &prefixes())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "parameter drug cannot be 'drug:crizotinb' (did you mean 'drug:crizotinib'?); \
         it can be drug:crizotinib, <https://example.org/drug/alectinib>"
    );
}

#[test]
fn resolve_takes_given_then_default_and_leaves_optional_out() {
    let mut drug = parameter("drug", ParameterType::Iri);
    drug.default = Some("drug:crizotinib".to_owned());
    let mut cohort = parameter("cohort", ParameterType::Text);
    cohort.optional = true;
    let declared = [drug, cohort, parameter("grade", ParameterType::Integer)];
    let terms = resolve(&declared, &given(&[("grade", "3")]), &prefixes()).unwrap();
    let names: Vec<_> = terms.iter().map(|(variable, _)| variable.clone()).collect();
    assert_eq!(
        names,
        [
            Variable::new("drug").unwrap(),
            Variable::new("grade").unwrap()
        ]
    );

    let error = |pairs| {
        resolve(&declared, &given(pairs), &prefixes())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error(&[]),
        "parameter grade has no value; give grade=VALUE, where VALUE is a whole number, as 12"
    );
    assert_eq!(
        error(&[("grdae", "3")]),
        "unknown parameter grdae (did you mean 'grade'?); this query takes drug, cohort, grade"
    );
    assert_eq!(
        error(&[("grade", "3"), ("grade", "4")]),
        "parameter grade takes one value and is given twice; run the analysis once for each value"
    );
}

#[test]
fn the_headers_own_values_are_checked() {
    let mut grade = parameter("grade", ParameterType::Integer);
    grade.values = vec!["3".to_owned(), "four".to_owned()];
    assert!(
        matches!(grade.check(&[]), Err(ParameterError::Invalid { value, .. }) if value == "four")
    );
    grade.values = vec!["3".to_owned()];
    grade.default = Some("5".to_owned());
    assert!(matches!(
        grade.check(&[]),
        Err(ParameterError::NotAllowed { .. })
    ));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*") {
        for kind in [ParameterType::Iri, ParameterType::Decimal, ParameterType::Date, ParameterType::Boolean] {
            let _outcome = parse(kind, &text);
        }
    }

    #[test]
    fn a_canonical_decimal_stays_as_it_is(whole in -100_000_i64..100_000, fraction in "[0-9]{0,6}") {
        let term = parse(ParameterType::Decimal, &format!("{whole}.{fraction}")).unwrap();
        let Term::Literal(literal) = &term else { panic!("not a literal") };
        prop_assert_eq!(parse(ParameterType::Decimal, literal.value()).unwrap(), term);
    }
}

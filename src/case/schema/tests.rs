use super::*;
use crate::case::{Appraisal, Certainty, PublicationKind, ReadingDepth};

fn words(sheet: &str, column: &str) -> Vec<&'static str> {
    let sheet = Schema::shipped().sheet(sheet).expect("a sheet");
    let column = sheet.columns.iter().find(|known| known.name == column);
    match column.expect("a column").kind {
        Kind::Code(words) | Kind::Words(words) => words.to_vec(),
        other => panic!("{other:?} is no code"),
    }
}

fn faults(text: &str) -> Vec<String> {
    let (_, faults) = Schema::of_study(text);
    let told = |fault: &Fault| format!("{} {} {}", fault.line, fault.value, fault.rule);
    faults.iter().map(told).collect()
}

#[test]
fn every_column_of_facts_has_a_property_and_a_meaning() {
    let schema = Schema::shipped();
    assert_eq!(schema.facts().count(), 6);
    assert_eq!(schema.sheets().count(), 14);
    assert_eq!(schema.every_fact().len(), 10);
    for (sheet, known) in schema.facts().zip(KnownSheet::ALL) {
        assert_eq!(sheet.known(), Some(known));
        for column in sheet.columns() {
            assert!(
                matches!(column.property, Property::Term(_)),
                "{}",
                column.name
            );
            assert!(!column.describes.is_empty() && !column.label.is_empty());
        }
        for name in sheet.identity() {
            assert!(sheet.column(name).is_some(), "{name}");
        }
    }
}

#[test]
fn the_codes_of_the_sheets_are_those_that_the_program_knows() {
    assert_eq!(words("publications", "kind"), PublicationKind::WORDS);
    assert_eq!(words("publications", "read"), ReadingDepth::WORDS);
    for question in &Appraisal::QUESTIONS {
        assert_eq!(words("appraisals", question.name), question.answers);
    }
    let certainty = Schema::shipped().every_fact()[4];
    assert_eq!(certainty.kind, Kind::Code(&Certainty::WORDS));
}

#[test]
fn a_study_adds_columns_and_sheets() {
    let text = r#"
        [treatments.ecog]
        type = "integer"
        min = 0
        max = 5
        describes = "ECOG performance status at the start."

        [lab_values]
        describes = "Laboratory values."
        identity = ["analyte"]

        [lab_values.analyte]
        type = "code"
        values = ["LDH", "CRP"]
        describes = "What was measured."

        [lab_values.value]
        type = "decimal"
        unit = "U/l"
        describes = "The value."
    "#;
    let (schema, faults) = Schema::of_study(text);
    assert_eq!(faults, []);
    assert!(std::ptr::eq(schema, Schema::of_study(text).0));
    let treatments = schema.fact_sheet("treatments").expect("a sheet");
    assert_eq!(treatments, FactSheet::treatments());
    let ecog = treatments.columns().last().expect("a column");
    assert_eq!(ecog.kind, Kind::Integer(0, 5));
    assert_eq!(ecog.property, Property::OfStudy("treatments.ecog"));
    assert_eq!(FactSheet::treatments().column("ecog"), None);
    let labs = schema.fact_sheet("lab_values").expect("a sheet");
    assert!(labs.numbered() && labs.optional() && labs.known().is_none());
    assert_eq!(labs.noun(), "lab values");
    let headings: Vec<&str> = labs.headings().collect();
    let wanted = [
        "case",
        "item",
        "source",
        "locator",
        "certainty",
        "analyte",
        "value",
        "verbatim",
        "note",
    ];
    assert_eq!(headings, wanted);
}

#[test]
fn what_is_wrong_with_a_description_is_told_with_its_line() {
    let column = |rest: &str| format!("[treatments.ecog]\ndescribes = \"x\"\n{rest}");
    for (text, told) in [
        ("[treatments.ecog", "1  is not valid TOML"),
        (
            "[publications.x]\ntype = \"text\"",
            "1 publications is a sheet that holds no facts",
        ),
        (
            "[treatments.dose]\ntype = \"text\"",
            "1 treatments.dose is a column that every study has",
        ),
        (
            "[treatments]\nnoun = \"x\"",
            "2 treatments.noun says something of a sheet",
        ),
        ("[Labs.x]\ntype = \"text\"", "1 Labs is no name of a sheet"),
        ("[labs]\ndescribes = \"x\"", "1 labs has no column"),
        (
            "[labs.x]\ntype = \"text\"\ndescribes = \"x\"",
            "1 labs is a new sheet and says nowhere",
        ),
        (
            "[labs]\ndescribes = \"x\"\nidentity = [\"y\"]\n[labs.x]\ntype = \"text\"\ndescribes = \"x\"",
            "1 y says which event",
        ),
        (
            "[treatments.item]\ntype = \"text\"",
            "1 item is a name that every sheet of facts uses",
        ),
        (&column(""), "1 treatments.ecog has no type"),
        (&column("type = 3"), "3 treatments.ecog.type = 3 is no text"),
        (
            &column("type = \"code\""),
            "3 treatments.ecog is a code without values",
        ),
        (
            &column("type = \"code\"\nvalues = []"),
            "4 treatments.ecog has no values",
        ),
        (
            &column("type = \"code\"\nvalues = [\"NR\"]"),
            "cannot be a word of a code",
        ),
        (
            &column("type = \"code\"\nvalues = [\"a\", \"A\"]"),
            "stands in the list twice",
        ),
        (&column("type = \"text\"\nmin = 1"), "has no min or max"),
        (
            &column("type = \"integer\"\nmin = \"1\""),
            "4 treatments.ecog.min = \"1\" is no number",
        ),
        (
            &column("type = \"integer\"\nmin = 2\nmax = 1"),
            "has a min above its max",
        ),
        (
            &column("type = \"text\"\nlist = \"yes\""),
            "is neither true nor false",
        ),
        (
            &column("type = \"text\"\nproperty = \"x\""),
            "4 treatments.ecog.property is no key of a column",
        ),
        (
            "[treatments.ecog]\ntype = \"text\"",
            "1 treatments.ecog says nowhere what it means",
        ),
    ] {
        let found = faults(text);
        assert!(
            found.iter().any(|fault| fault.contains(told)),
            "{text}: {found:?}"
        );
    }
}

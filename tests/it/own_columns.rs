//! Columns and sheets that a study adds to those of every study, in its `columns.toml`.

use std::fs;

use tempfile::TempDir;

use crate::pages::compare;
use crate::support::{Ran, copy, program, root};

/// A copy of the invented study with columns of its own.
struct Own(TempDir);

impl Own {
    fn new() -> Self {
        let dir = TempDir::new().expect("a folder");
        copy(&root().join("tests/fixtures/own"), &dir.path().join("own"));
        Self(dir)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = program(self.0.path());
        command
            .env("CASEGRAPH_PROJECT", self.0.path().join("own"))
            .env("CASEGRAPH_LOCATION", self.0.path().join("store"));
        Ran::of(command.args(arguments))
    }

    /// The lines of an answer as CSV, without the headings.
    fn rows(&self, query: &str) -> Vec<String> {
        let out = self.run(&["query", query, "--format", "csv"]).ok();
        out.lines().skip(1).map(str::to_owned).collect()
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.0.path().join("own").join(file);
        let text = fs::read_to_string(&path).expect("a file");
        assert!(text.contains(from), "{file} holds no {from:?}");
        fs::write(path, text.replacen(from, to, 1)).expect("written");
    }
}

#[test]
fn a_column_of_a_study_is_a_property_with_label_range_and_unit() {
    let own = Own::new();
    let declared = "SELECT ?label ?definition ?range ?sheet { column:treatments.ecog rdfs:label ?label ; \
                    skos:definition ?definition ; rdfs:range ?range ; cg:inSheet ?sheet }";
    assert_eq!(
        own.rows(declared),
        [
            "ECOG performance status,ECOG performance status at the start of the episode.,\
          http://www.w3.org/2001/XMLSchema#integer,treatments"
        ]
    );
    let status = "SELECT ?case ?ecog { ?episode column:treatments.ecog ?ecog ; cg:ofCase/cg:caseKey ?case } ORDER BY ?case ?ecog";
    let wanted = ["case-1,1", "case-1,2", "case-2,0", "case-3,0"];
    assert_eq!(own.rows(status), wanted);
}

#[test]
fn a_sheet_of_a_study_has_a_class_and_leads_to_its_cases() {
    let own = Own::new();
    let values = "SELECT ?case ?analyte ?value ?day { ?lab a sheet:lab_values ; cg:ofCase/cg:caseKey ?case ; \
                  column:lab_values.analyte ?analyte . OPTIONAL { ?lab column:lab_values.value ?value } \
                  OPTIONAL { ?lab column:lab_values.measured ?day } } ORDER BY ?case ?analyte";
    assert_eq!(
        own.rows(values),
        [
            "case-1,CRP,12.5,",
            "case-1,LDH,410,2014-05-01",
            "case-3,LDH,,"
        ]
    );
    let missing = "SELECT ?display { ?lab a sheet:lab_values ; cg:missing ?gap . \
                   ?gap cg:ofProperty column:lab_values.value ; cg:display ?display }";
    assert_eq!(own.rows(missing), ["laboratory value: not reported"]);
}

#[test]
fn the_case_and_its_completeness_show_columns_of_the_study() {
    let own = Own::new();
    let case = own.run(&["case", "case-1"]).ok();
    for told in [
        "ECOG performance status",
        "country of treatment",
        "lab value 2",
        "laboratory value",
    ] {
        assert!(case.contains(told), "{told}: {case}");
    }
    let known = own
        .run(&["run", "cohort/completeness", "--format", "csv"])
        .ok();
    for told in [
        "case-1,country of treatment,1,",
        "case-2,PD-L1,0,",
        "case-1,drug: ECOG performance status,1,",
        "case-1,lab value: laboratory value,1,",
        "case-3,lab value: analyte,1,",
        "case-3,lab value: laboratory value,0,not reported",
        "case-2,lab value: analyte,0,no lab value in the consensus",
    ] {
        assert!(known.contains(told), "{told}: {known}");
    }
}

#[test]
fn the_table_of_cases_has_columns_of_the_study() {
    let own = Own::new();
    let cases = own.run(&["run", "cohort/cases", "--format", "csv"]).ok();
    let row = |case: &str| {
        let begin = format!("{case},");
        let found = cases.lines().find(|row| row.starts_with(&begin));
        found
            .unwrap_or_else(|| panic!("{case}: {cases}"))
            .to_owned()
    };
    for told in [
        "country of treatment: DE",
        "PD-L1: negative",
        "ECOG performance status: 1; ECOG performance status: 2",
        "laboratory value: 12.5; laboratory value: 410",
    ] {
        assert!(row("case-1").contains(told), "{told}: {}", row("case-1"));
    }
    assert!(row("case-7").ends_with(','), "{}", row("case-7"));
}

#[test]
fn reports_of_a_column_of_the_study_are_weighed_like_others() {
    let own = Own::new();
    own.edit(
        "cases.csv",
        "\ncase-2,",
        "\ncase-1,invented-2,abstract,stated,,,,,,,,,,US,,,\ncase-2,",
    );
    let conflict = own.run(&["conflicts", "--format", "csv"]).ok();
    assert!(
        conflict.contains("column:cases.country") && conflict.contains("DE"),
        "{conflict}"
    );
    fs::write(
        own.0.path().join("own/decisions.csv"),
        "case,sheet,item,column,value,reason,curator,date\ncase-1,cases,,country,US,invented,nobody,2026-01-01\n",
    )
    .expect("written");
    let taken = "SELECT ?country { ?case cg:caseKey \"case-1\" ; column:cases.country ?country }";
    assert_eq!(own.rows(taken), ["US"]);
}

#[test]
fn what_is_wrong_in_a_column_of_the_study_is_told_by_cell() {
    for (file, from, to, told) in [
        (
            "treatments.csv",
            "yes,progression,1,",
            "yes,progression,9,",
            "treatments.csv",
        ),
        (
            "cases.csv",
            ",DE,negative,",
            ",DE,negatif,",
            "nearest known: negative",
        ),
        (
            "lab_values.csv",
            "2014-05-01",
            "01/05/14",
            "is no date: write YYYY-MM-DD",
        ),
        ("lab_values.csv", "LDH,410", "LHD,410", "nearest known: LDH"),
        (
            "columns.toml",
            "max = 5",
            "maxi = 5",
            "line 21: \"treatments.ecog.maxi\" is no key of a column; nearest known: max",
        ),
        (
            "columns.toml",
            "type = \"date\"",
            "type = \"dates\"",
            "is no type and no vocabulary",
        ),
        (
            "columns.toml",
            "[cases.country]",
            "[publications.country]",
            "holds no facts of cases",
        ),
        (
            "columns.toml",
            "describes = \"ECOG",
            "describe = \"ECOG",
            "says nowhere what it means",
        ),
    ] {
        let own = Own::new();
        own.edit(file, from, to);
        let checked = own.run(&["check"]);
        assert_eq!(checked.status, 1, "{told}: {}", checked.out);
        assert!(
            checked.out.contains(told),
            "{told}: {}{}",
            checked.out,
            checked.err
        );
    }
}

#[test]
fn a_saved_analysis_groups_by_a_column_of_the_study() {
    let own = Own::new();
    let folder = own.0.path().join("own/queries/response");
    fs::create_dir_all(&folder).expect("a folder");
    let by_partner =
        fs::read_to_string(root().join("queries/response/by-partner.rq")).expect("text");
    let by_ecog = by_partner
        .replace(
            "OPTIONAL { ?patient cg:fusionPartner/cg:display ?found }",
            "OPTIONAL { ?episode column:treatments.ecog ?status }\n  BIND(STR(?status) AS ?found)",
        )
        .replace(
            "?patient cg:missing ?lack . ?lack cg:ofProperty cg:fusionPartner",
            "?episode cg:missing ?lack . ?lack cg:ofProperty column:treatments.ecog",
        )
        .replace(
            "PREFIX cg:",
            "PREFIX column: <https://w3id.org/casegraph/own/column/>\nPREFIX cg:",
        );
    fs::write(folder.join("by-ecog.rq"), by_ecog).expect("written");
    let table = own.run(&["run", "response/by-ecog"]).ok();
    let of_group = |group: &str| {
        table
            .lines()
            .any(|line| line.split_whitespace().next() == Some(group))
    };
    assert!(of_group("0") && of_group("1"), "{table}");
    assert!(of_group("not"), "{table}");
}

#[test]
fn a_misspelt_column_of_the_study_is_an_error_and_no_clean_zero() {
    let own = Own::new();
    let folder = own.0.path().join("own/queries/mine");
    fs::create_dir_all(&folder).expect("a folder");
    let of = |property: &str| {
        let text = format!(
            "#+ summary: x\n#+ description: x\n#+ tags: [t]\n#+ casegraph:\n#+   unit: case\n#+   columns: {{case: text}}\n\
             SELECT ?case {{ ?x {property} ?y ; cg:ofCase/cg:caseKey ?case }}\n"
        );
        fs::write(folder.join("own.rq"), text).expect("written");
    };
    for (property, told) in [
        (
            "column:treatments.ecgo",
            "nothing in the store has column:treatments.ecgo; nearest: column:treatments.ecog",
        ),
        (
            "a sheet:lab_value ; cg:item",
            "nothing in the store has sheet:lab_value; nearest: sheet:lab_values",
        ),
    ] {
        of(property);
        let err = own.run(&["run", "mine/own"]).fails(2);
        assert!(err.contains(told), "{told}: {err}");
        let checked = own.run(&["check"]);
        assert_eq!(checked.status, 1);
        assert!(checked.err.contains(told), "{}", checked.err);
    }
    of("column:treatments.ecog");
    assert!(own.run(&["run", "mine/own"]).ok().contains("case-1"));
}

#[test]
fn the_data_dictionary_has_every_sheet_and_column() {
    let dir = TempDir::new().expect("a folder");
    let page = Ran::of(program(dir.path()).args(["sheets", "--format", "md"])).ok();
    compare(&root().join("docs/SHEETS.md"), None, &page);
    let own = Own::new();
    let labs = own.run(&["sheets", "lab_values"]).ok();
    assert!(
        labs.contains("LDH, CRP") && labs.contains("date, YYYY-MM-DD"),
        "{labs}"
    );
    let json = own.run(&["sheets", "--format", "json"]).ok();
    assert!(json.contains("\"own\": true"), "{json}");
    own.run(&["sheets", "labvalues"]).fails(2);
}

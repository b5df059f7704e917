//! Tables of other programs with a row or a column a case: records of `REDCap`, case sheets of pyphetools, and fusions of
//! FUSOR with a list of whose they are.

use std::fs;

use crate::support::Tiny;

fn sheet(tiny: &Tiny, name: &str) -> String {
    fs::read_to_string(tiny.dir().join(format!("new/data/new/{name}.csv"))).expect("a sheet")
}

fn write(tiny: &Tiny, name: &str, text: &str) {
    fs::write(tiny.dir().join(name), text).expect("a file");
}

/// Headings and rows of a case sheet, one a line.
const PATIENTS: [[&str; 6]; 16] = [
    ["PMID", "CURIE", "PMID:101", "PMID:101", "PMID:102", ""],
    ["title", "str", "One", "One", "Two", ""],
    [
        "individual_id",
        "str",
        "individual 1",
        "individual 2",
        "individual 1",
        "",
    ],
    ["comment", "optional", "from the clinic", "", "", ""],
    ["disease_id", "CURIE", "OMIM:1", "OMIM:1", "OMIM:1", ""],
    ["disease_label", "str", "IMT", "IMT", "tumor of nobody", ""],
    ["HGNC_id", "CURIE", "HGNC:427", "HGNC:427", "HGNC:427", ""],
    ["gene_symbol", "str", "ALK", "ALK", "ALK", ""],
    [
        "transcript",
        "str",
        "NM_004304.5",
        "NM_004304.5",
        "NM_004304.5",
        "",
    ],
    ["allele_1", "str", "c.3522C>A", "EML4::ALK", "na", ""],
    ["variant.comment", "optional", "F1174L", "", "", ""],
    ["age_of_onset", "age", "P34Y6M", "Infantile onset", "na", ""],
    ["deceased", "yes/no/na", "no", "yes", "na", ""],
    ["sex", "M:F:O:U", "F", "M", "U", ""],
    ["HPO", "na", "na", "na", "na", ""],
    ["Seizure", "HP:0001250", "observed", "excluded", "na", ""],
];

/// The same with a row a patient.
fn in_rows() -> String {
    let line = |at: usize| {
        let cells = PATIENTS.map(|cells| cells[at]);
        format!("{}\n", cells.join("\t"))
    };
    (0..PATIENTS[0].len()).map(line).collect()
}

#[test]
fn a_case_sheet_is_read_whichever_way_it_lies() {
    let mut read = Vec::new();
    for across in [false, true] {
        let tiny = Tiny::new();
        let columns: String = PATIENTS
            .map(|cells| format!("{}\n", cells.join("\t")))
            .concat();
        let text = if across { columns } else { in_rows() };
        write(&tiny, "case-sheet.tsv", &text);
        let arguments = ["import", "case-sheet.tsv", "--into", "new", "--yes"];
        let shown = tiny.run(&arguments).ok();
        for said in [
            "a case sheet of pyphetools",
            "2 phenotypic features have no column",
            "\"tumor of nobody\" is no word of the vocabulary histology",
        ] {
            assert!(shown.contains(said), "{said} is not in\n{shown}");
        }
        read.push(
            [
                "cases",
                "fusions",
                "alterations",
                "follow_up",
                "publications",
            ]
            .map(|name| sheet(&tiny, name)),
        );
    }
    assert_eq!(read[0], read[1]);
    let [cases, fusions, alterations, last, publications] = &read[0];
    assert!(cases.contains("PMID_101_individual-1,pmid101"), "{cases}");
    // Two papers have an individual 1 each.
    assert!(cases.contains("PMID_102_individual-1,pmid102"), "{cases}");
    assert!(cases.contains(",34.5,") && cases.contains("age_of_onset: Infantile onset"));
    assert!(fusions.contains("PMID_101_individual-2") && fusions.contains("EML4,ALK"));
    assert!(
        alterations.contains("ALK,NM_004304.5:c.3522C>A"),
        "{alterations}"
    );
    assert!(alterations.contains("variant: F1174L"), "{alterations}");
    assert!(last.contains("alive,") && last.contains("dead,"), "{last}");
    assert!(publications.contains("pmid102,,,,Two"), "{publications}");
}

#[test]
fn a_key_that_the_study_has_from_another_source_is_told() {
    let tiny = Tiny::new();
    write(&tiny, "case-sheet.tsv", &in_rows());
    let arguments = ["import", "case-sheet.tsv", "--into", "new", "--yes"];
    let shown = tiny.run(&arguments).ok();
    assert!(!shown.contains("become one patient"), "{shown}");
    // The same file again is the same source.
    let shown = tiny.run(&arguments).ok();
    assert!(!shown.contains("become one patient"), "{shown}");
    let packet = r#"{"id": "x", "subject": {"id": "PMID_101_individual-1"}}"#;
    write(&tiny, "x.json", packet);
    let shown = tiny.run(&["import", "x.json", "--into", "new"]).out;
    let told = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains("and become one patient with them (PMID_101_individual-1)"),
        "{shown}"
    );
}

#[test]
fn a_case_sheet_in_error_is_told_by_cell() {
    let tiny = Tiny::new();
    let text = in_rows().replace("PMID:102", "PMID:101").replace("One", "");
    write(&tiny, "case-sheet.tsv", &text);
    let ran = tiny.run(&["import", "case-sheet.tsv", "--into", "new"]);
    assert_eq!(ran.status, 1);
    let said = "case-sheet.tsv C5: \"individual 1\" is the name of another patient";
    assert!(ran.out.contains(said), "{}", ran.out);
    let text = in_rows().replace("PMID:102", "10.1/x");
    write(&tiny, "case-sheet.tsv", &text);
    let ran = tiny.run(&["import", "case-sheet.tsv", "--into", "new"]);
    assert!(
        ran.out
            .contains("case-sheet.tsv A5: \"10.1/x\" is no identifier of PubMed")
    );
}

#[test]
fn records_of_redcap_are_rows_of_sheets() {
    let tiny = Tiny::new();
    write(
        &tiny,
        "publications.csv",
        "key,first_author,year,kind,read\nberg-2020,Berg A,2020,case-report,full-text\n",
    );
    tiny.run(&["import", "publications.csv", "--into", "new", "--yes"])
        .ok();
    let raw = "case,redcap_repeat_instrument,redcap_repeat_instance,cases_source,cases_locator,cases_certainty,cases_sex,\
cases_histology,cases_metastatic_sites___lung,cases_metastatic_sites___liver,cases_multifocal,cases_complete,\
treatments_item,treatments_source,treatments_locator,treatments_certainty,treatments_agent,treatments_best_response,\
treatments_complete,mood
p-1,,,berg-2020,Table 1,stated,female,inflammatory_myofibroblastic_tumor,1,0,0,2,,,,,,,,good
p-1,treatments,1,,,,,,,,,,,berg-2020,Table 2,stated,crizotinib,PR,2,
p-1,treatments,2,,,,,,,,,,,berg-2020,Table 2,stated,alectinib,NR,2,
";
    write(&tiny, "raw.csv", raw);
    let arguments = ["import", "raw.csv", "--into", "new", "--yes"];
    let shown = tiny.run(&arguments).ok();
    assert!(shown.contains("records of REDCap: 3 rows"), "{shown}");
    assert!(
        shown.contains("raw.csv T1: \"mood\" is no field of our data dictionary"),
        "{shown}"
    );
    let cases = sheet(&tiny, "cases");
    assert!(
        cases.contains(
            "p-1,berg-2020,Table 1,stated,,,female,inflammatory-myofibroblastic-tumor,,,,lung,no"
        ),
        "{cases}"
    );
    let treatments = sheet(&tiny, "treatments");
    assert!(
        treatments.contains("p-1,2,berg-2020,Table 2,stated,,,alectinib"),
        "{treatments}"
    );
    // A label that two fields have is not guessed.
    write(
        &tiny,
        "labels.csv",
        "Key of the case,source,sex\np-2,berg-2020,Female\n",
    );
    let ran = tiny.run(&["import", "labels.csv", "--into", "new"]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out
            .contains("labels.csv B1: \"source\" is the label of several fields"),
        "{}",
        ran.out
    );
    // What is no word is told by its cell.
    write(
        &tiny,
        "raw.csv",
        &raw.replace("inflammatory_myofibroblastic_tumor", "imtx"),
    );
    let ran = tiny.run(&["import", "raw.csv", "--into", "new"]);
    assert!(
        ran.out
            .contains("raw.csv H2: \"imtx\" is no known histology"),
        "{}",
        ran.out
    );
}

#[test]
fn fusions_without_a_list_of_whose_they_are_are_refused() {
    let tiny = Tiny::new();
    let fusion = r#"{"type": "AssayedFusion", "structure": [
        {"type": "TranscriptSegmentElement", "transcript": "refseq:NM_006070.6", "exonEnd": 5,
         "gene": {"name": "TFG"}},
        {"type": "GeneElement", "gene": {"name": "ALK"}}],
        "assay": {"type": "Assay", "assayName": "FISH", "fusionDetection": "observed"},
        "readingFramePreserved": true}"#;
    write(&tiny, "fusions.json", &format!("[{fusion}, {fusion}]"));
    let ran = tiny.run(&["import", "fusions.json", "--into", "new"]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("put cases.csv beside it"), "{}", ran.out);
    write(&tiny, "cases.csv", "case,position\np-1,0\np-2,7\n");
    let files = ["import", "fusions.json", "cases.csv", "--into", "new"];
    let ran = tiny.run(&files);
    assert!(
        ran.out.contains(
            "\"cases.csv\" line 3: position \"7\" is no fusion of fusions.json, which has 2"
        ),
        "{}",
        ran.out
    );
    write(&tiny, "cases.csv", "case,position\np-1,0\n");
    let shown = tiny.run(&[&files[..], &["--yes"]].concat()).ok();
    assert!(
        shown.contains("has 1 fusions of no case in cases.csv"),
        "{shown}"
    );
    let fusions = sheet(&tiny, "fusions");
    assert!(
        fusions.contains("TFG,ALK,known,TFG exon 5,fish,observed,reading frame preserved: true"),
        "{fusions}"
    );
}

//! Cases in the formats of others: odd ones, which no validator would take, lose nothing and stop nothing.

use std::fs;

use crate::support::Tiny;

#[test]
fn a_lenient_packet_keeps_what_it_says() {
    let tiny = Tiny::new();
    let folder = tiny.dir().join("packets");
    fs::create_dir(&folder).expect("a folder");
    let packet = r#"{
      "id": "odd", "subject": {"id": "Patient <1>\u202e", "sex": "FEMALE",
        "timeAtLastEncounter": {"age": {"iso8601duration": "P40Y3M"}},
        "vitalStatus": {"status": "DECEASED", "survivalTimeInDays": 365}},
      "phenotypicFeatures": [{"type": {"id": "HP:0001250", "label": "Seizure"}}],
      "diseases": [{"term": {"id": "OMIM:1", "label": "a tumor of nobody's list"}}],
      "medicalActions": [
        {"treatment": {"agent": {"id": "X:1", "label": "wonderdrug"}}},
        {"treatment": {"agent": {"id": "NCIT:C74061", "label": "whatever it is called"}}}]}"#;
    fs::write(folder.join("odd.json"), packet).expect("a file");
    fs::write(folder.join("broken.json"), "{").expect("a file");
    let shown = tiny.run(&["import", "packets", "--into", "new"]).ok();
    for said in [
        "is 1 phenopackets",
        "\"broken.json\" is no JSON",
        "\"a tumor of nobody's list\" is no word of the vocabulary histology",
        "casegraph term add drug \"wonderdrug\"",
        "1 phenotypic features have no column",
        "Nothing is written yet",
    ] {
        assert!(shown.contains(said), "{said} is not in\n{shown}");
    }
    assert!(!tiny.dir().join("new").exists());
    tiny.run(&["import", "packets", "--into", "new", "--yes"])
        .ok();
    let sheet = |name: &str| {
        fs::read_to_string(tiny.dir().join(format!("new/data/new/{name}.csv"))).expect("a sheet")
    };
    assert!(sheet("cases").contains("histology: a tumor of nobody's list"));
    assert!(sheet("cases").contains("40.25"));
    let treatments = sheet("treatments");
    assert!(treatments.contains("agent: wonderdrug") && treatments.contains("crizotinib"));
    let last = sheet("follow_up");
    assert!(
        last.contains("dead") && last.contains(",12,diagnosis"),
        "{last}"
    );
}

#[test]
fn a_folder_of_something_else_is_refused() {
    let tiny = Tiny::new();
    fs::create_dir(tiny.dir().join("empty")).expect("a folder");
    let refused = tiny.run(&["import", "empty"]).fails(2);
    assert!(refused.contains("holds no phenopackets"), "{refused}");
}

#[test]
fn words_of_the_portal_for_no_value_are_none() {
    let tiny = Tiny::new();
    let folder = tiny.dir().join("portal");
    fs::create_dir(&folder).expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
    write(
        "meta_study.txt",
        "cancer_study_identifier: odd_2020\nname: Odd\npmid: 1,2\n",
    );
    write(
        "meta_p.txt",
        "genetic_alteration_type: CLINICAL\ndatatype: PATIENT_ATTRIBUTES\ndata_filename: p.txt\n",
    );
    write(
        "p.txt",
        "#a\tb\n#a\tb\nPATIENT_ID\tSEX\tAGE\tOS_STATUS\tOS_MONTHS\nP-1\tF\t[Not Available]\tDECEASED\t12.5\nP-2\t[Unknown]\t61\t0:LIVING\t[Not Applicable]\n",
    );
    tiny.run(&["import", "portal", "--into", "new", "--yes"])
        .ok();
    let sheet = |name: &str| {
        fs::read_to_string(tiny.dir().join(format!("new/data/new/{name}.csv"))).expect("a sheet")
    };
    let cases = sheet("cases");
    assert!(
        cases.contains("P-1,odd-2020")
            && cases.contains("female")
            && !cases.contains("Not Available"),
        "{cases}"
    );
    let last = sheet("follow_up");
    assert!(
        last.contains("dead,12.5") && last.contains("alive,,"),
        "{last}"
    );
}

#[test]
fn what_searches_found_is_told_once() {
    let tiny = Tiny::new();
    let write = |name: &str, text: &str| fs::write(tiny.dir().join(name), text).expect("a file");
    write(
        "a.ris",
        "TY  - JOUR\nAU  - Kim, J\nTI  - Crizotinib in a boy with an inflammatory tumor\nPY  - 2019/05\nDO  - 10.1/ABC\nER  - \nTY  - JOUR\nTI  - Reply\nER  - \n",
    );
    write(
        "b.nbib",
        "PMID- 31234567\nTI  - Crizotinib in a boy with an inflammatory\n      tumor.\nDP  - 2020 Jan\nAU  - Kim J\nLID - 10.1/abc [doi]\n\nPMID- 31234568\nTI  - Something else\nDP  - 2018\nAU  - Berg A\n",
    );
    write(
        "c.xml",
        "<?xml version=\"1.0\"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>31234568</PMID><Article><Journal><JournalIssue><PubDate><Year>2018</Year></PubDate></JournalIssue><Title>J</Title></Journal><ArticleTitle>Something <i>else</i> &amp; more</ArticleTitle><AuthorList><Author><LastName>Berg</LastName><Initials>A</Initials></Author></AuthorList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    );
    write(
        "d.json",
        r#"[{"type": "article-journal", "title": "A third", "author": [{"family": "Li", "given": "Wei"}], "issued": {"date-parts": [[2021]]}, "DOI": "10.2/x"}]"#,
    );
    write(
        "e.bib",
        "@article{x, title = {A third}, author = {Li, Wei}, year = 2021, doi = {10.2/X}}",
    );
    let all = [
        "import", "a.ris", "b.nbib", "c.xml", "d.json", "e.bib", "--into", "new",
    ];
    let shown = tiny.run(&all).ok();
    assert!(
        shown.contains("7 records, 3 duplicates, 0 sources of the study already, 4 to be screened"),
        "{shown}"
    );
    tiny.run(&[&all[..], &["--yes"]].concat()).ok();
    let path = tiny.dir().join("new/data/new/screening.csv");
    let sheet = fs::read_to_string(&path).expect("a sheet");
    assert!(
        sheet
            .contains("kim-2020,b.nbib,Kim J,2020,Crizotinib in a boy with an inflammatory tumor."),
        "{sheet}"
    );
    assert!(sheet.contains("10.1/abc,31234567,kim-2019,"), "{sheet}");
    assert!(sheet.contains("Something else & more"), "{sheet}");
    // Once more, and nothing is added.
    let shown = tiny.run(&all).ok();
    assert!(
        shown.contains("7 records (7 of them in the sheet already), 0 duplicates"),
        "{shown}"
    );
    assert!(shown.contains("as it is"), "{shown}");
    // Two searches of one name would be one.
    fs::create_dir(tiny.dir().join("other")).expect("a folder");
    write("other/a.ris", "TY  - JOUR\nTI  - Another\nER  - \n");
    let refused = tiny
        .run(&["import", "a.ris", "other/a.ris", "--into", "new"])
        .fails(2);
    assert!(
        refused.contains("has the name of another file"),
        "{refused}"
    );
    // A person decides; a decision that makes no sense is said.
    fs::write(
        &path,
        sheet.replace(
            "10.1/abc,31234567,kim-2019,,",
            "10.1/abc,31234567,kim-2019,included,",
        ),
    )
    .expect("a sheet");
    let wrong = tiny.run(&["check", "-p", "new"]);
    assert!(
        wrong.err.contains("a duplicate is not decided on")
            || wrong.out.contains("a duplicate is not decided on"),
        "{wrong:?}"
    );
}

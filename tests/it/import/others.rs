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
fn mutations_of_the_portal_are_alterations() {
    let tiny = Tiny::new();
    let folder = tiny.dir().join("portal");
    fs::create_dir(&folder).expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
    write(
        "meta_study.txt",
        "cancer_study_identifier: maf\nname: Maf\n",
    );
    write(
        "meta_s.txt",
        "genetic_alteration_type: CLINICAL\ndatatype: SAMPLE_ATTRIBUTES\ndata_filename: s.txt\n",
    );
    write(
        "s.txt",
        "PATIENT_ID\tSAMPLE_ID\nP-1\tP-1-a\nP-1\tP-1-b\nP-2\tP-2-a\n",
    );
    write(
        "meta_m.txt",
        "genetic_alteration_type: MUTATION_EXTENDED\ndatatype: MAF\ndata_filename: m.txt\n",
    );
    let mut maf = String::from(
        "#version 2.4\nHugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\tHGVSp_Short\tHGVSc\n\
ALK\tMissense_Mutation\tP-1-a\tp.F1174L\tc.3522C>A\n\
ALK\tMissense_Mutation\tP-1-b\tp.F1174L\tc.3522C>A\n\
TP53\tSplice_Site\tP-1-a\t\tc.375+1G>A\n\
KRAS\tSilent\tP-1-a\tp.G12=\t\n\
ALK\tFusion\tP-1-a\t\t\n\
KRAS\tMissense_Mutation\tX-9\tp.G12D\t\n",
    );
    for number in 1..=1_000 {
        maf.push_str(&format!(
            "MUC16\tMissense_Mutation\tP-2-a\tp.A{number}V\t\n"
        ));
    }
    write("m.txt", &maf);
    let shown = tiny
        .run(&["import", "portal", "--into", "new", "--yes"])
        .ok();
    for said in [
        "\"2\" mutations are taken as alterations",
        "\"1\" mutations are silent",
        "\"1\" rows of mutations are fusions",
        "\"1\" mutations are of samples that the clinical data do not have",
        "\"P-2\" has 1000 mutations, more than a case may have items (999)",
    ] {
        assert!(shown.contains(said), "{said} is not in\n{shown}");
    }
    let sheet = fs::read_to_string(tiny.dir().join("new/data/new/alterations.csv"));
    let sheet = sheet.expect("a sheet");
    assert!(
        sheet.contains(
            "P-1,1,maf,mutations,stated,ALK,F1174L,,\"class: Missense_Mutation | coding: c.3522C>A | sample: P-1-a, P-1-b\""
        ) && sheet.contains("TP53,c.375+1G>A,,class: Splice_Site | sample: P-1-a"),
        "{sheet}"
    );
    assert_eq!(sheet.lines().count(), 3, "{sheet}");
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

#[test]
fn evidence_of_civic_gives_leads_and_no_case() {
    let tiny = Tiny::new();
    let home = tiny.home();
    let name = home
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let rows = [
        // A source of the study, a fusion of it, another fusion of its gene, its disease, its drug, and none.
        "ALK RANBP2::ALK\tInflammatory Myofibroblastic Tumor\tCrizotinib\t90000001\tPubMed\tOne et al., 2011\t1\t",
        "ALK RANBP2::ALK\tCancer\t\t555\tPubMed\tTwo et al., 2012\t2\t",
        "ALK Fusion\tCancer\t\t556\tPubMed\tThree et al., 2013\t30\t",
        "ALK Fusion\tCancer\tCrizotinib,Nonesuch\t556\tPubMed\tThree et al., 2013\t4\t",
        "TP53 R175H\tInflammatory Myofibroblastic Tumor\t\t557\tPubMed\tFour et al., 2014\t5\t",
        "MET Exon 14\tCancer\tCrizotinib\t558\tASCO\tA. Five, 2015, ASCO Annual Meeting, Abstract 5\t6\t",
        "BRAF V600E\tMelanoma\tNonesuch\t559\tPubMed\tSix et al., 2016\t7\t",
    ];
    let table = format!(
        "molecular_profile\tdisease\ttherapies\tcitation_id\tsource_type\tcitation\tevidence_id\tdoid\n{}\n",
        rows.join("\n")
    );
    fs::write(tiny.dir().join("civic.tsv"), table).expect("a file");
    let publications = home.join("publications.csv");
    let text = fs::read_to_string(&publications).expect("a sheet");
    let (headings, _) = text.split_once('\n').expect("headings");
    let cells: Vec<&str> = headings
        .trim_end()
        .split(',')
        .map(|heading| match heading {
            "key" => "known",
            "pmid" => "90000001",
            "year" => "2011",
            "kind" => "case-report",
            "read" => "abstract",
            _ => "",
        })
        .collect();
    fs::write(&publications, format!("{text}{}\n", cells.join(","))).expect("a sheet");
    let arguments = ["import", "civic.tsv", "--into", &name];
    let before = crate::support::files_below(&home);
    let shown = tiny.run(&[&arguments[..], &["--yes"]].concat()).ok();
    for said in [
        "items of evidence of CIViC (CC0-1.0) cite 6 works, of which 5 are of this study's",
        "1 of them are its sources already",
        "The other 4 are leads to be screened: 2 by a fusion gene, 1 by a disease, 2 by a drug",
        "4 records, 0 duplicates",
    ] {
        let told = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(said), "{said} is not in\n{shown}");
    }
    let mut after = crate::support::files_below(&home);
    let sheet = after.remove("screening.csv").expect("a sheet");
    let mut before = before;
    before.remove("screening.csv");
    assert!(before == after, "another sheet has changed");
    let sheet = String::from_utf8(sheet).expect("text");
    let lines: Vec<&str> = sheet.lines().skip(1).collect();
    for (line, said) in lines.iter().zip([
        "two-2012,civic.tsv,Two,2012,,,,555,,,,,\"lead from CIViC (CC0-1.0), evidence 2: fusion RANBP2::ALK; fusion gene ALK; fusion gene RANBP2\"",
        "three-2013,civic.tsv,Three,2013,,,,556,,,,,\"lead from CIViC (CC0-1.0), evidence 4, 30: fusion gene ALK; drug Crizotinib\"",
        "four-2014,civic.tsv,Four,2014,,,,557,,,,,\"lead from CIViC (CC0-1.0), evidence 5: disease Inflammatory Myofibroblastic Tumor\"",
        "five-2015,civic.tsv,Five A,2015,,\"ASCO Annual Meeting, Abstract 5\",,,,,,,\"lead from CIViC (CC0-1.0), evidence 6: drug Crizotinib\"",
    ]) {
        assert_eq!(*line, said);
    }
    assert_eq!(lines.len(), 4, "{sheet}");
    let shown = tiny.run(&arguments).ok();
    assert!(shown.contains("as it is"), "{shown}");
}

use super::*;
use std::fs;

const TURTLE: &str = "# Sites.\n\n@prefix site: <https://w3id.org/casegraph/vocabulary/site/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\n\
site:lung a skos:Concept ;\n    skos:inScheme <https://w3id.org/casegraph/vocabulary/site> ;\n    skos:prefLabel \"lung\"@en ;\n    skos:altLabel \"Lunge\"@de .\n";
const LINKS: &str = "# mapping_set_id: x\n# curie_map:\n#   site: https://w3id.org/casegraph/vocabulary/site/\n#   UBERON: http://purl.obolibrary.org/obo/UBERON_\n#   semapv: https://w3id.org/semapv/vocab/\n#   skos: http://www.w3.org/2004/02/skos/core#\n\
subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tcomment\n\
site:lung\tlung\tskos:exactMatch\tUBERON:0002048\tlung\tsemapv:ManualMappingCuration\tlooked up\n";

fn folder(turtle: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    fs::create_dir(dir.path().join("mappings")).expect("a folder");
    fs::write(dir.path().join("site.ttl"), turtle).expect("written");
    fs::write(dir.path().join("mappings/site.sssom.tsv"), LINKS).expect("written");
    dir
}

fn term(label: &str) -> NewTerm {
    NewTerm {
        scheme: "site".to_owned(),
        label: label.to_owned(),
        ..NewTerm::default()
    }
}

fn added(turtle: &str, term: &NewTerm) -> Result<Addition, AdditionError> {
    let dir = folder(turtle);
    let folder = Folder::disk(dir.path());
    addition(&[&folder], &folder, term)
}

fn refused(term: &NewTerm) -> String {
    added(TURTLE, term).expect_err("refused").to_string()
}

fn list(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[test]
fn a_term_is_added_at_the_end_and_nothing_else_moves() {
    let lobe = NewTerm {
        broader: list(&["LUNGE"]),
        synonyms: list(&["RUL", "the \"upper\" lobe"]),
        definition: Some("A lobe.".to_owned()),
        exact: list(&["UBERON:0002170"]),
        ..term("Right upper lobe")
    };
    let done = added(TURTLE, &lobe).expect("added");
    assert_eq!(done.name, "site:right-upper-lobe");
    let block = "\nsite:right-upper-lobe a skos:Concept ;\n    skos:inScheme <https://w3id.org/casegraph/vocabulary/site> ;\n    skos:prefLabel \"Right upper lobe\"@en ;\n    skos:altLabel \"RUL\"@en, \"the \\\"upper\\\" lobe\"@en ;\n    skos:definition \"A lobe.\"@en ;\n    skos:broader site:lung .\n";
    assert_eq!(done.files[0].after, format!("{TURTLE}{block}"));
    let row = "site:right-upper-lobe\tRight upper lobe\tskos:exactMatch\tUBERON:0002170\t\tsemapv:ManualMappingCuration\t\n";
    assert_eq!(done.files[1].after, format!("{LINKS}{row}"));
    assert_eq!(done.files[1].lines, [row.trim_end_matches('\n')]);
}

#[test]
fn line_ends_and_other_prefixes_are_kept() {
    let windows = TURTLE
        .replace('\n', "\r\n")
        .replace("site:", "s:")
        .replace("@prefix skos:", "@prefix k:")
        .replace(" skos:", " k:");
    let windows = windows.trim_end().to_owned();
    let done = added(&windows, &term("pleura")).expect("added");
    let after = &done.files[0].after;
    assert!(after.starts_with(&windows), "{after}");
    assert!(after.contains("\r\ns:pleura a k:Concept ;\r\n"), "{after}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn what_is_known_or_not_there_is_refused() {
    let word = |word: &str| refused(&term(word));
    assert!(word("LUNG").contains("\"LUNG\" stands for lung already (site:lung)"));
    let synonym = NewTerm {
        synonyms: list(&["lunge"]),
        ..term("pulmo")
    };
    assert!(refused(&synonym).contains("\"lunge\" stands for lung already"));
    let twice = NewTerm {
        synonyms: list(&["Pulmo"]),
        ..term("pulmo")
    };
    assert!(refused(&twice).contains("given twice"));
    let broader = |word: &str| {
        refused(&NewTerm {
            broader: list(&[word]),
            ..term("lobe")
        })
    };
    assert!(broader("lungs").contains("nearest known: lung"));
    assert!(broader("xyz").contains("casegraph term list site"));
    // Not even itself is there.
    assert!(broader("lobe").contains("\"lobe\" is no site"));
    let exact = |curie: &str| {
        refused(&NewTerm {
            exact: list(&[curie]),
            ..term("lobe")
        })
    };
    assert!(exact("UBERON:0002048").contains("is site:lung already"));
    assert!(exact("FMA:1").contains("known are UBERON, semapv, skos"));
    assert!(exact("site:x").contains("no known prefix"));
    for bad in ["", " a", "a\nb", "a; b", "NR", "肺", "-"] {
        assert!(!word(bad).is_empty(), "{bad}");
    }
    let unknown = NewTerm {
        scheme: "sites".to_owned(),
        ..term("lobe")
    };
    assert!(refused(&unknown).contains("is no vocabulary: there are site"));
}

#[test]
fn a_vocabulary_can_begin_and_a_study_can_add_to_one() {
    let dir = folder(TURTLE);
    let own = tempfile::tempdir().expect("a folder");
    let (ontology, study) = (Folder::disk(dir.path()), Folder::disk(own.path()));
    let begun = NewTerm {
        scheme: "analyte".to_owned(),
        begins: true,
        exact: list(&["UBERON:1"]),
        ..term("LDH")
    };
    let done = addition(&[&ontology, &study], &study, &begun).expect("added");
    assert_eq!(done.name, "analyte:ldh");
    assert!(done.files[0].after.contains("skos:ConceptScheme"));
    for change in &done.files {
        let path = own.path().join(&change.name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, &change.after).expect("written");
    }
    let lobe = NewTerm {
        broader: list(&["lung"]),
        ..term("lobe")
    };
    let done = addition(&[&ontology, &study], &study, &lobe).expect("added");
    fs::write(own.path().join("site.ttl"), &done.files[0].after).expect("written");
    let both = Ontology::read([&ontology, &study]).expect("reads");
    assert_eq!(both.vocabulary("analyte").slug("ldh"), Some("ldh"));
    assert!(both.vocabulary("site").covers("lung", "lobe"));
    // Another file that says more of a concept takes nothing from it.
    let more = format!(
        "{}\nsite:lung skos:altLabel \"pulmo\"@en .\n",
        done.files[0].after
    );
    fs::write(own.path().join("site.ttl"), more).expect("written");
    let both = Ontology::read([&ontology, &study]).expect("reads");
    let lung = both.vocabulary("site").slug("pulmo").expect("known");
    assert_eq!(
        both.vocabulary("site").concept(lung).expect("there").label,
        "lung"
    );
}

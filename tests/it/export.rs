//! The study in the formats of others: each writes what its validator takes, and says what it leaves out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use casegraph::case::Event;
use casegraph::export::{ExportStudy, FORMATS};
use casegraph::graph::model::{Quad, RdfFormat, RdfParser};
use insta::{Settings, assert_snapshot};
use serde_json::Value;

use crate::support::{Tiny, files_below};

/// The files of a format, by path.
fn exported(tiny: &Tiny, format: &str, folder: &str) -> BTreeMap<String, Vec<u8>> {
    tiny.run(&["export", format, folder]).ok();
    files_below(&tiny.dir().join(folder))
}

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    let bytes = files
        .get(path)
        .unwrap_or_else(|| panic!("no {path} in {:?}", files.keys()));
    String::from_utf8(bytes.clone()).expect("text")
}

fn json(files: &BTreeMap<String, Vec<u8>>, path: &str) -> Value {
    serde_json::from_str(&text(files, path)).expect("JSON")
}

#[track_caller]
fn snapshot(name: &str, text: &str) {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots/export");
    settings.add_filter(r"sha256 [0-9a-f]{16}\b", "sha256 [SHA256]");
    settings.add_filter(r"\d+ statements", "[N] statements");
    let version = env!("CARGO_PKG_VERSION").replace('.', r"\.");
    settings.add_filter(&format!("casegraph {version}"), "casegraph [VERSION]");
    settings.bind(|| assert_snapshot!(name, text));
}

#[test]
fn every_format_is_the_same_twice_and_has_its_ledgers() {
    let tiny = Tiny::new();
    for format in FORMATS {
        let once = exported(&tiny, format.name, &format!("{}-1", format.name));
        let twice = exported(&tiny, format.name, &format!("{}-2", format.name));
        assert!(once == twice, "{} differs", format.name);
        assert!(once.len() > 2, "{} has no files", format.name);
        for ledger in ["LOST.csv", "WITHOUT_IDENTIFIER.csv"] {
            assert!(once.contains_key(ledger), "{} has no {ledger}", format.name);
        }
        // Nothing is written over.
        let again = tiny.run(&["export", format.name, &format!("{}-1", format.name)]);
        assert!(again.fails(2).contains("is not empty"), "{}", format.name);
    }
}

#[test]
fn a_packet_has_what_is_known_and_nothing_else() {
    let tiny = Tiny::new();
    let packets = exported(&tiny, "phenopackets", "packets");
    let index = text(&packets, "cases.csv");
    let mut rows = csv::Reader::from_reader(index.as_bytes());
    for row in rows.records() {
        let row = row.expect("a row");
        let packet = json(&packets, &row[1]);
        assert_eq!(packet["subject"]["id"], row[0]);
        // Every prefix is declared.
        let declared: Vec<&str> = packet["metaData"]["resources"]
            .as_array()
            .expect("resources")
            .iter()
            .filter_map(|resource| resource["namespacePrefix"].as_str())
            .collect();
        each_id(&packet, &mut |id| {
            if let Some((prefix, _)) = id.split_once(':') {
                let of_publication = ["PMID", "DOI"].contains(&prefix);
                assert!(
                    of_publication || declared.contains(&prefix),
                    "{id} in {}",
                    &row[1]
                );
            }
        });
    }
    let first = packets
        .keys()
        .find(|name| name.ends_with("case-1.json"))
        .expect("case 1");
    snapshot("phenopacket", &text(&packets, first));
    snapshot("phenopackets_lost", &text(&packets, "LOST.csv"));
}

/// Hands every value of a key `id` outside of the metadata to `check`.
fn each_id(value: &Value, check: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(id) if key == "id" => check(id),
                    _ if key == "metaData" => {}
                    other => each_id(other, check),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|one| each_id(one, check)),
        _ => {}
    }
}

#[test]
fn a_study_folder_of_cbioportal_is_whole() {
    let tiny = Tiny::new();
    let folder = exported(&tiny, "cbioportal", "portal");
    for name in [
        "meta_study.txt",
        "data_clinical_patient.txt",
        "data_clinical_sample.txt",
        "data_sv.txt",
    ] {
        snapshot(&format!("cbioportal_{name}"), &text(&folder, name));
    }
    // Months never stand without the moment that they count from beside them.
    let table = text(&folder, "data_clinical_patient.txt");
    let mut lines = table.lines().filter(|line| !line.starts_with('#'));
    let headings: Vec<&str> = lines.next().expect("headings").split('\t').collect();
    let at = |name: &str| {
        headings
            .iter()
            .position(|heading| *heading == name)
            .expect("a column")
    };
    let (status, months) = (at("OS_STATUS"), at("OS_MONTHS"));
    assert!(headings.contains(&"OS_COUNTED_FROM"));
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), headings.len(), "{line}");
        assert_eq!(cells[status].is_empty(), cells[months].is_empty(), "{line}");
    }
    // Each data file has a meta file that names it.
    for data in folder.keys().filter(|name| name.starts_with("data_")) {
        let named = folder.iter().any(|(name, bytes)| {
            name.starts_with("meta_") && String::from_utf8_lossy(bytes).contains(data.as_str())
        });
        assert!(named, "{data} is in no meta file");
    }
}

#[test]
fn fusions_have_the_names_of_the_specification() {
    let tiny = Tiny::new();
    let folder = exported(&tiny, "fusor", "fusions");
    snapshot("fusor_cases", &text(&folder, "cases.csv"));
    for fusion in json(&folder, "fusions.json").as_array().expect("fusions") {
        assert_eq!(fusion["type"], "AssayedFusion");
        assert_eq!(fusion["structure"].as_array().map(Vec::len), Some(2));
    }
}

#[test]
fn edges_lead_between_nodes_that_are_there() {
    let tiny = Tiny::new();
    let folder = exported(&tiny, "kgx", "kgx");
    let lines = |name: &str| -> Vec<Value> {
        let text = text(&folder, name);
        text.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    };
    let nodes: Vec<String> = lines("nodes.jsonl")
        .iter()
        .map(|node| node["id"].as_str().expect("an id").to_owned())
        .collect();
    let edges = lines("edges.jsonl");
    assert!(!edges.is_empty());
    for edge in &edges {
        for end in ["subject", "object"] {
            let end = edge[end].as_str().expect("an end").to_owned();
            assert!(nodes.contains(&end), "{end}");
        }
        assert_ne!(edge["evidence_count"], 0);
    }
    let rows = text(&folder, "edges.tsv");
    assert_eq!(rows.lines().count(), edges.len() + 1);
}

#[test]
fn a_document_of_json_ld_says_what_the_graph_says_of_its_case() {
    let tiny = Tiny::new();
    let folder = exported(&tiny, "rdf", "rdf");
    let parsed = |format: RdfFormat, text: &str| -> Vec<String> {
        let quads: Vec<Quad> = RdfParser::from_format(format)
            .for_slice(text)
            .collect::<Result<_, _>>()
            .expect("RDF");
        let mut lines: Vec<String> = quads.iter().map(Quad::to_string).collect();
        lines.sort();
        lines.dedup();
        lines
    };
    let taken = parsed(RdfFormat::Turtle, &text(&folder, "taken.ttl"));
    let of_json_ld = RdfFormat::JsonLd {
        profile: Default::default(),
    };
    let mut documents = 0;
    for (name, bytes) in folder.iter().filter(|(name, _)| name.ends_with(".jsonld")) {
        let key = Path::new(name)
            .file_stem()
            .expect("a name")
            .to_string_lossy();
        let found = parsed(of_json_ld, &String::from_utf8_lossy(bytes));
        let of_case = format!("/case/{key}");
        let expected: Vec<String> = taken
            .iter()
            .filter(|line| {
                let subject = line.split(' ').next().unwrap_or_default();
                subject.ends_with(&format!("{of_case}>"))
                    || subject.contains(&format!("{of_case}/"))
            })
            .cloned()
            .collect();
        assert_eq!(found, expected, "{name}");
        documents += 1;
    }
    assert!(documents > 5);
}

/// A field as the ledger names it.
fn field(event: Event, column: &str) -> String {
    if event.sheet.numbered() {
        format!("{}.{}.{column}", event.sheet.name(), event.item)
    } else {
        format!("{}.{column}", event.sheet.name())
    }
}

/// The values of a study: case, sheet, column, value.
fn values(study: &casegraph::Study) -> std::collections::BTreeSet<[String; 4]> {
    let read = ExportStudy::read(study.session(), false).expect("cases");
    let mut all = std::collections::BTreeSet::new();
    for case in &read.cases {
        for (event, values) in &case.events {
            for (column, data) in &values.values {
                for datum in data {
                    let value = [case.key(), event.sheet.name(), column, datum.text()];
                    all.insert(value.map(str::to_owned));
                }
            }
        }
    }
    all
}

#[test]
fn what_a_format_says_comes_back() {
    let tiny = Tiny::new();
    comes_back(&tiny, &tiny.home());
}

#[test]
fn so_it_does_of_the_shipped_study() {
    let tiny = Tiny::new();
    comes_back(&tiny, &crate::support::root().join("data/alk-sarcoma"));
}

/// Exports a study, imports it anew, and compares value by value.
fn comes_back(tiny: &Tiny, home: &Path) {
    let study = casegraph::Study::open_with(home, tiny.store()).expect("a study");
    let read = ExportStudy::read(study.session(), false).expect("cases");
    let counted: Vec<(String, bool)> = read
        .cases
        .iter()
        .map(|case| (case.key().to_owned(), case.profile.counted))
        .collect();
    for format in ["phenopackets", "cbioportal", "fusor"] {
        let format = casegraph::export::ExportFormat::of(format).expect("a format");
        let written = (format.write)(&read).expect("files");
        let ledger = written.ledger.clone();
        for (path, bytes) in written.into_files() {
            let path = tiny.dir().join(format.name).join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
        let into = format!("from-{}", format.name);
        tiny.run(&["import", format.name, "--into", &into, "--yes"])
            .ok();
        let again =
            casegraph::Study::open_with(tiny.dir().join(&into), tiny.dir().join("s").join(&into));
        let again = again.expect("a study");
        let found = values(&again);
        let mut missing = Vec::new();
        for case in &read.cases {
            for (event, values) in &case.events {
                for (column, data) in &values.values {
                    let field = field(*event, column);
                    let lost = |of: &str| {
                        ledger
                            .lost
                            .iter()
                            .any(|lost| lost.case == case.key() && lost.field == of)
                    };
                    if lost(&field) {
                        continue;
                    }
                    for datum in data {
                        let value = [case.key(), event.sheet.name(), column, datum.text()]
                            .map(str::to_owned);
                        if !found.contains(&value) {
                            missing.push(value);
                        }
                    }
                }
            }
        }
        assert!(
            missing.is_empty(),
            "{}: neither lost nor back: {missing:#?}",
            format.name
        );
        let back = ExportStudy::read(again.session(), false).expect("cases");
        let back: Vec<(String, bool)> = back
            .cases
            .iter()
            .map(|case| (case.key().to_owned(), case.profile.counted))
            .collect();
        let of_format = |(case, _): &&(String, bool)| {
            // A format of fusions alone has no case without one.
            format.name != "fusor" || back.iter().any(|(key, _)| key == case)
        };
        let wanted: Vec<(String, bool)> = counted.iter().filter(of_format).cloned().collect();
        assert_eq!(back, wanted, "{}", format.name);
        // Once more, nothing is added.
        let twice = tiny
            .run(&["import", format.name, "--into", &into, "--format", "json"])
            .ok();
        let twice: Value = serde_json::from_str(&twice).expect("JSON");
        for sheet in twice["sheets"].as_array().expect("sheets") {
            assert!(
                sheet["change"]
                    .as_str()
                    .is_some_and(|change| change.starts_with("as it is")),
                "{sheet}"
            );
        }
    }
}

/// The records of a study as `REDCap` exports them of a project with our dictionary, by names and codes or by labels.
fn records(tiny: &Tiny, dictionary: &str, labels: bool) -> String {
    let fields: Vec<csv::StringRecord> = csv::Reader::from_reader(dictionary.as_bytes())
        .records()
        .skip(1)
        .collect::<Result<_, _>>()
        .expect("a dictionary");
    let choices = |field: &csv::StringRecord| -> Vec<(String, String)> {
        let all = field[5].split(" | ").filter_map(|one| one.split_once(", "));
        all.map(|(code, label)| (code.to_owned(), label.to_owned()))
            .collect()
    };
    let pick = |pair: (&str, &str)| if labels { pair.1 } else { pair.0 }.to_owned();
    let mut headings: Vec<String> = ["case", "redcap_repeat_instrument", "redcap_repeat_instance"]
        .into_iter()
        .zip(["Key of the case", "Repeat Instrument", "Repeat Instance"])
        .map(pick)
        .collect();
    for field in &fields {
        match &field[3] {
            "checkbox" => headings.extend(choices(field).iter().map(|(code, label)| {
                let (name, text) = (&field[0], &field[4]);
                pick((
                    &format!("{name}___{}", code.to_lowercase()),
                    &format!("{text} (choice={label})"),
                ))
            })),
            _ => headings.push(pick((&field[0], &field[4]))),
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&headings).expect("headings");
    for sheet in casegraph::case::Schema::shipped().facts() {
        let Ok(bytes) = fs::read(tiny.sheet(&format!("{}.csv", sheet.name()))) else {
            continue;
        };
        let mut times = BTreeMap::new();
        let mut rows = csv::Reader::from_reader(bytes.as_slice());
        for row in rows.deserialize::<BTreeMap<String, String>>() {
            let row = row.expect("a row");
            let time: &mut usize = times.entry(row["case"].clone()).or_default();
            *time += 1;
            let form = pick((sheet.name(), &sheet.name().replace('_', " ")));
            let mut cells = vec![row["case"].clone(), form, time.to_string()];
            for field in &fields {
                let column = field[0].strip_prefix(&format!("{}_", sheet.name()));
                let column = column.filter(|_| field[1] == *sheet.name());
                let said = column.and_then(|column| row.get(column));
                let said = said.map_or("", String::as_str);
                let is = |word: &str, (code, label): &(String, String)| {
                    code == &word.replace('-', "_") || label.eq_ignore_ascii_case(word)
                };
                match &field[3] {
                    "checkbox" => cells.extend(choices(field).iter().map(|choice| {
                        let taken = said.split("; ").any(|word| is(word, choice));
                        let words = [("0", "Unchecked"), ("1", "Checked")];
                        pick(words[usize::from(taken)])
                    })),
                    "yesno" => cells.push(match said {
                        "yes" => pick(("1", "Yes")),
                        "no" => pick(("0", "No")),
                        other => other.to_owned(),
                    }),
                    _ => {
                        let all = choices(field);
                        let choice = all.iter().find(|choice| is(said, choice));
                        cells.push(
                            choice.map_or(said.to_owned(), |(code, label)| pick((code, label))),
                        );
                    }
                }
            }
            writer.write_record(&cells).expect("a record");
        }
    }
    String::from_utf8(writer.into_inner().expect("bytes")).expect("text")
}

#[test]
fn records_of_the_dictionary_are_the_study_again() {
    let tiny = Tiny::new();
    let study = casegraph::Study::open_with(tiny.home(), tiny.store()).expect("a study");
    let known = values(&study);
    assert!(known.len() > 50);
    let dictionary = text(&exported(&tiny, "redcap", "redcap"), "data_dictionary.csv");
    for (file, labels) in [("raw", false), ("labelled", true)] {
        let publications = tiny.dir().join("publications.csv");
        fs::copy(tiny.sheet("publications.csv"), &publications).expect("a sheet");
        let into = format!("from-{file}");
        tiny.run(&["import", "publications.csv", "--into", &into, "--yes"])
            .ok();
        let name = format!("{file}.csv");
        let records = records(&tiny, &dictionary, labels);
        fs::write(tiny.dir().join(&name), records).expect("a file");
        tiny.run(&["import", &name, "--into", &into, "--yes"]).ok();
        let again =
            casegraph::Study::open_with(tiny.dir().join(&into), tiny.dir().join("s").join(&into));
        let found = values(&again.expect("a study"));
        assert_eq!(
            known.difference(&found).collect::<Vec<_>>(),
            Vec::<&[String; 4]>::new(),
            "{file}"
        );
    }
}

#[test]
fn a_workbook_is_the_study_again() {
    let tiny = Tiny::new();
    for ending in ["xlsx", "ods"] {
        exported(&tiny, ending, ending);
        let book = format!("{ending}/tiny.{ending}");
        let into = format!("again-{ending}");
        tiny.run(&["import", &book, "--into", &into, "--yes"]).ok();
        let again = files_below(&tiny.dir().join(&into).join("data").join(&into));
        for (name, bytes) in files_below(&tiny.home()) {
            if let Some(name) = name.strip_suffix(".csv") {
                let same = |bytes: &[u8]| -> Vec<Vec<String>> {
                    let mut rows = csv::ReaderBuilder::new()
                        .has_headers(false)
                        .from_reader(bytes);
                    let rows = rows.records().map(|row| row.expect("a row"));
                    rows.map(|row| row.iter().map(str::to_owned).collect())
                        .collect()
                };
                let written = again
                    .get(&format!("{name}.csv"))
                    .unwrap_or_else(|| panic!("no {name}"));
                assert_eq!(same(written), same(&bytes), "{ending} {name}");
            }
        }
    }
}

#[test]
fn the_shapes_and_the_dictionary_name_every_column() {
    let tiny = Tiny::new();
    let shapes = text(&exported(&tiny, "shacl", "shapes"), "shapes.ttl");
    let parsed = RdfParser::from_format(RdfFormat::Turtle).for_slice(&shapes);
    assert!(parsed.count() > 100);
    let dictionary = text(&exported(&tiny, "redcap", "redcap"), "data_dictionary.csv");
    for sheet in casegraph::case::Schema::shipped().facts() {
        for column in sheet.columns() {
            assert!(
                shapes.contains(&format!("cg:{} ", column.property.local())),
                "{}",
                column.name
            );
            let field = format!("{}_{}", sheet.name(), column.name);
            assert!(dictionary.contains(&format!("\n{field},")), "{field}");
        }
    }
}

#[test]
fn a_value_is_said_or_in_the_ledger() {
    let tiny = Tiny::new();
    let store = tiny.store();
    tiny.run(&["build"]).ok();
    let study = casegraph::Study::open_with(tiny.home(), store).expect("a study");
    let study = ExportStudy::read(study.session(), false).expect("cases");
    assert!(study.cases.len() > 5);
    for format in ["phenopackets", "cbioportal", "fusor", "kgx"] {
        let format = casegraph::export::ExportFormat::of(format).expect("a format");
        let exported = (format.write)(&study).expect("files");
        let ledger = exported.ledger.clone();
        let all: String = exported
            .into_files()
            .into_values()
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect();
        for case in &study.cases {
            for (event, values) in &case.events {
                for (column, data) in &values.values {
                    let field = field(*event, column);
                    let lost = ledger
                        .lost
                        .iter()
                        .any(|lost| lost.case == case.key() && lost.field == field);
                    // What is not lost stands there by its label, its identifier or its word.
                    let said = data.iter().all(|datum| match datum {
                        casegraph::export::Datum::Text(words) => {
                            all.contains(words.as_str()) || CODED.contains(column)
                        }
                        _ => true,
                    });
                    assert!(lost || said, "{} {} {field}", format.name, case.key());
                }
            }
        }
    }
}

/// Columns whose words a format says in codes of its own.
const CODED: &[&str] = &[
    "sex",
    "kind",
    "partner_status",
    "observed_or_inferred",
    "stop_reason",
    "age_years",
];

#[test]
fn a_release_describes_itself_and_carries_what_is_asked_for() {
    let tiny = Tiny::new();
    tiny.run(&["release", "r1", "--export", "fusor", "--export", "ris"])
        .ok();
    let files = files_below(&tiny.dir().join("r1"));
    assert!(files.contains_key("export/fusor/fusions.json"));
    assert!(files.contains_key("export/ris/LOST.csv"));
    let crate_ = json(&files, "ro-crate-metadata.json");
    let graph = crate_["@graph"].as_array().expect("a graph");
    let ids: Vec<&str> = graph.iter().filter_map(|one| one["@id"].as_str()).collect();
    for name in files
        .keys()
        .filter(|name| *name != "ro-crate-metadata.json")
    {
        assert!(ids.contains(&name.as_str()), "{name} is not described");
    }
    tiny.run(&["release", "verify", "r1"]).ok();
    fs::write(tiny.dir().join("r1/export/fusor/cases.csv"), "changed").expect("a file");
    assert!(tiny.run(&["release", "verify", "r1"]).status != 0);
    // A workbook is made of sheets, which a release has not got.
    let refused = tiny.run(&["--release", "r1", "export", "xlsx", "book"]);
    assert_ne!(refused.status, 0);
}

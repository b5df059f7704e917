//! Synthetic studies: the same bytes from the same seed, sheets in order, true effects found again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Ran, files, program, root};

type Row = BTreeMap<String, String>;

fn generate(dir: &Path, arguments: &str) -> Ran {
    let words = arguments.split(' ');
    Ran::of(program(dir).arg("generate").args(words))
}

/// All files of a synthetic study by name, that which names the folder left out.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder");
    let read = |path: &Path| fs::read(path).expect("a file");
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .map(|path| {
            (
                path.file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
                read(&path),
            )
        })
        .filter(|(name, _)| name != "study.toml")
        .collect()
}

fn sheet(folder: &Path, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder.join(format!("{name}.csv"))).expect("a sheet");
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

fn truth(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("truth.json")).expect("the truth");
    serde_json::from_str(&text).expect("JSON")
}

/// The sheets of a study of `cases` cases, and what is true of it.
struct Written {
    dir: tempfile::TempDir,
    truth: Value,
}

impl Written {
    fn new(arguments: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        generate(dir.path(), &format!("{arguments} --output made")).ok();
        let truth = truth(&dir.path().join("made"));
        Self { dir, truth }
    }

    fn sheet(&self, name: &str) -> Vec<Row> {
        sheet(&self.dir.path().join("made"), name)
    }

    fn pairs(&self, kind: &str) -> Vec<(String, String)> {
        let text = |pair: &Value, key: &str| pair[key].as_str().expect("a key").to_owned();
        let pairs = self.truth[kind].as_array().expect("pairs");
        pairs
            .iter()
            .map(|pair| (text(pair, "first"), text(pair, "second")))
            .collect()
    }

    /// The rows of first reports by case, those of patients told a second time left out.
    fn firsts(&self, name: &str) -> BTreeMap<String, Vec<Row>> {
        let again: BTreeSet<String> = self
            .pairs("duplicates")
            .into_iter()
            .map(|(_, second)| second)
            .collect();
        let mut cases: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in self.sheet(name) {
            let case = row["case"].clone();
            // A key is that of the first publication and a number.
            if case.starts_with(&format!("{}-", row["source"])) && !again.contains(&case) {
                cases.entry(case).or_default().push(row);
            }
        }
        cases
    }

    /// The first episode of a drug of each case.
    fn first_doses(&self) -> BTreeMap<String, Row> {
        let cases = self.firsts("treatments").into_iter();
        let dose = |rows: Vec<Row>| rows.into_iter().find(|row| row["kind"] == "drug");
        cases
            .filter_map(|(case, rows)| Some((case, dose(rows)?)))
            .collect()
    }

    /// Partner of each case with one fusion and a named partner.
    fn partners(&self) -> BTreeMap<String, String> {
        let cases = self.firsts("fusions").into_iter();
        cases
            .filter(|(_, rows)| rows.len() == 1 && !rows[0]["five_prime"].is_empty())
            .map(|(case, rows)| (case, rows[0]["five_prime"].clone()))
            .collect()
    }

    /// Responders and cases with a known category, by a group of the case.
    fn responses(&self, groups: &BTreeMap<String, String>) -> BTreeMap<String, (f64, f64)> {
        let mut counts: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for (case, dose) in self.first_doses() {
            let response = dose["best_response"].as_str();
            let (Some(group), true) = (
                groups.get(&case),
                ["CR", "PR", "SD", "PD"].contains(&response),
            ) else {
                continue;
            };
            let (responders, known) = counts.entry(group.clone()).or_default();
            *responders += f64::from(u8::from(["CR", "PR"].contains(&response)));
            *known += 1.0;
        }
        counts
    }
}

/// Whether a share agrees with a probability within four standard errors: a right generator fails
/// one time in 16,000, and here always the same time.
fn within_four_errors(found: f64, of: f64, truth: f64) -> bool {
    (found / of - truth).abs() <= 4.0 * (truth * (1.0 - truth) / of).sqrt()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let dir = tempfile::tempdir().expect("a folder");
    for (seed, folder) in [(7, "one"), (7, "two"), (8, "three")] {
        generate(
            dir.path(),
            &format!("--cases 120 --seed {seed} --output {folder}"),
        )
        .ok();
    }
    let of = |folder: &str| bytes(&dir.path().join(folder));
    assert_eq!(of("one"), of("two"));
    assert_eq!(
        of("one").len(),
        16,
        "thirteen sheets, truth, scenario and README"
    );
    for name in ["cases.csv", "treatments.csv", "follow_up.csv", "truth.json"] {
        assert_ne!(of("one")[name], of("three")[name], "{name}");
    }
    // The scenario that was written is the one that was used.
    let again = "--cases 120 --seed 7 --scenario one/scenario.toml --output four";
    generate(dir.path(), again).ok();
    assert_eq!(of("one"), of("four"));
}

/// One case, a small and a usual size, and flags at their extremes.
#[test]
fn what_is_written_builds_and_checks_without_a_warning() {
    let dir = tempfile::tempdir().expect("a folder");
    let extreme = "--cases 80 --missing all=1 --conflicts 1 --second-reports 1 --duplicates 0.3 \
                   --near-misses 0.2 --surgery 1 --surgery-hazard-ratio 0.1 --hazard 0.5";
    for (folder, arguments) in [
        ("one", "--cases 1"),
        ("small", "--cases 40"),
        ("usual", "--cases 300"),
        ("extreme", extreme),
        (
            "second",
            "--cases 80 --missing all=0 --conflicts 1 --second-reports 1",
        ),
        (
            "biased",
            "--cases 80 --publication-bias 0.9 --reporting-bias 5",
        ),
    ] {
        generate(dir.path(), &format!("{arguments} --output {folder}")).ok();
        let built = Ran::of(program(dir.path()).args(["build", folder]));
        assert!(built.err.lines().count() == 1, "{folder}: {}", built.err);
        built.ok();
        let checked = Ran::of(program(dir.path()).args(["check", folder])).ok();
        assert!(
            checked.starts_with("Sheets: 0 errors, 0 warnings"),
            "{checked}"
        );
        let planted = truth(&dir.path().join(folder));
        let conflicts = planted["conflicts"].as_array().expect("conflicts");
        let with = |key: &str, value: &str| conflicts.iter().filter(|c| c[key] == value).count();
        for line in checked.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let ["ERROR" | "WARN", rule, violations, ..] = words.as_slice() {
                let expected = match *rule {
                    "unresolved-conflict" => with("outcome", "unresolved"),
                    // A planted status is always of the living for the dead, or the other way.
                    "alive-after-death" => with("column", "status"),
                    _ => 0,
                };
                assert_eq!(*violations, format!("({expected}):"), "{folder}: {line}");
            }
        }
    }
}

#[test]
fn the_conflicts_are_those_of_the_truth() {
    let dir = tempfile::tempdir().expect("a folder");
    generate(dir.path(), "--cases 300 --conflicts 0.8 --output made").ok();
    let arguments = "run evidence/conflicts -p made --rows --format csv";
    let found = Ran::of(program(dir.path()).args(arguments.split(' '))).ok();
    let truth = truth(&dir.path().join("made"));
    let planted = truth["conflicts"].as_array().expect("conflicts");
    assert!(planted.len() > 20, "{}", planted.len());
    assert_eq!(found.lines().count() - 1, planted.len(), "{found}");
    for conflict in planted {
        let case = conflict["case"].as_str().expect("a case");
        assert!(found.contains(case), "{conflict}: {found}");
    }
}

#[test]
fn the_response_rates_are_found_again() {
    let made = Written::new("--cases 20000 --response CLTC=0.15");
    let rates = made.responses(&made.partners());
    let partners = made.truth["scenario"]["partners"]
        .as_array()
        .expect("partners");
    assert!(partners.len() >= 5);
    for partner in partners {
        let (responders, known) = rates[partner["name"].as_str().expect("a name")];
        let truth = partner["response"].as_f64().expect("a rate");
        assert!(
            known > 800.0 && within_four_errors(responders, known, truth),
            "{partner}"
        );
    }
    let missing = made.first_doses();
    let silent = missing
        .values()
        .filter(|dose| ["", "NR"].contains(&&*dose["best_response"]));
    assert!(within_four_errors(
        silent.count() as f64,
        missing.len() as f64,
        0.15
    ));
}

#[test]
fn the_hazards_are_found_again() {
    let made = Written::new("--cases 20000 --hazard 0.03 --hazard-ratio alectinib=0.5");
    let mut counts: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for rows in made.firsts("follow_up").into_values() {
        let (status, months) = (&rows[0]["status"], rows[0]["months"].parse::<f64>());
        let drug = rows[0]["counted_from"].strip_prefix("first dose of ");
        if let (Some(drug), Ok(months), true) = (drug, months, status.len() > 2) {
            let (deaths, time) = counts.entry(drug.to_owned()).or_default();
            *deaths += f64::from(u8::from(status.starts_with("dead")));
            *time += months;
        }
    }
    for (drug, truth) in [
        ("crizotinib", 0.03),
        ("alectinib", 0.015),
        ("lorlatinib", 0.015),
    ] {
        let (deaths, months) = counts[drug];
        // The standard error of the logarithm of a rate is one over the root of the deaths.
        let error = (deaths / months / truth).ln().abs() * deaths.sqrt();
        assert!(
            deaths > 200.0 && error < 4.0,
            "{drug}: {deaths} in {months}"
        );
    }
}

/// Surgery without any effect looks as if it helped, because only who lives long enough gets it.
#[test]
fn surgery_has_no_effect_and_seems_to_have_one() {
    let made = Written::new("--cases 20000");
    let surgery = &made.truth["surgery"];
    let naive = surgery["naive_rate_ratio"].as_f64().expect("a ratio");
    let right = surgery["rate_ratio"].as_f64().expect("a ratio");
    let error = 1.0 / surgery["after"]["deaths"].as_f64().expect("deaths").sqrt();
    assert!(naive < 0.75, "{naive}");
    assert!(right.ln().abs() < 6.0 * error, "{right}");
    let operated: BTreeSet<String> = made
        .sheet("treatments")
        .into_iter()
        .filter(|row| row["agent"] == "resection after the first dose")
        .map(|row| row["case"].clone())
        .collect();
    let [mut with, mut without] = [(0.0, 0.0); 2];
    for (case, rows) in made.firsts("follow_up") {
        let drug = rows[0]["counted_from"].starts_with("first dose");
        if let (true, Ok(months)) = (drug, rows[0]["months"].parse::<f64>()) {
            let group = if operated.contains(&case) {
                &mut with
            } else {
                &mut without
            };
            group.0 += f64::from(u8::from(rows[0]["status"].starts_with("dead")));
            group.1 += months;
        }
    }
    let seen = (with.0 / with.1) / (without.0 / without.1);
    assert!((seen - naive).abs() < 0.1, "{seen} {naive}");

    let helps = Written::new("--cases 20000 --surgery-hazard-ratio 0.4");
    let ratio = helps.truth["surgery"]["rate_ratio"]
        .as_f64()
        .expect("a ratio");
    assert!((ratio - 0.4).abs() < 0.08, "{ratio}");
}

#[test]
fn silence_and_publication_can_depend_on_the_response() {
    let kinds = |made: &Written| -> BTreeMap<String, String> {
        let kinds: BTreeMap<String, String> = made
            .sheet("publications")
            .into_iter()
            .map(|row| (row["key"].clone(), row["kind"].clone()))
            .collect();
        let doses = made.first_doses().into_iter();
        doses
            .map(|(case, dose)| (case, kinds[&dose["source"]].clone()))
            .collect()
    };
    let rate = |counts: &BTreeMap<String, (f64, f64)>, kind: &str| counts[kind].0 / counts[kind].1;
    let fair = Written::new("--cases 10000");
    let fair = fair.responses(&kinds(&fair));
    assert!(
        (rate(&fair, "case-report") - rate(&fair, "series")).abs() < 0.05,
        "{fair:?}"
    );
    let made = Written::new("--cases 10000 --publication-bias 0.6");
    let biased = made.responses(&kinds(&made));
    assert!(
        rate(&biased, "case-report") > rate(&biased, "series") + 0.1,
        "{biased:?}"
    );
    assert!(made.truth["unpublished"].as_u64().expect("a count") > 500);
    // Twice the silence of 0.3 on non-responders.
    let silent = Written::new("--cases 10000 --missing response=0.3 --reporting-bias 2");
    let told = silent.responses(&kinds(&silent));
    assert!(
        rate(&told, "series") > rate(&fair, "series") + 0.08,
        "{told:?}"
    );
}

#[test]
fn the_planted_pairs_are_there() {
    let made = Written::new("--cases 2500 --duplicates 0.04 --near-misses 0.02");
    let cases = made.sheet("cases");
    // The first report comes first.
    let first = |key: &str| {
        let row = cases.iter().find(|row| row["case"] == key);
        row.unwrap_or_else(|| panic!("{key} is in no sheet"))
    };
    let duplicates = made.pairs("duplicates");
    let near_misses = made.pairs("near_misses");
    assert_eq!((duplicates.len(), near_misses.len()), (100, 50));
    assert_eq!(made.truth["patients"], 2_400);
    let partners: BTreeMap<String, BTreeSet<String>> =
        made.sheet("fusions")
            .into_iter()
            .fold(BTreeMap::new(), |mut map, row| {
                map.entry(row["case"].clone())
                    .or_default()
                    .insert(row["five_prime"].clone());
                map
            });
    for (one, other) in duplicates.iter().chain(&near_misses) {
        let (one_row, other_row) = (first(one), first(other));
        assert_ne!(one_row["source"], other_row["source"]);
        assert_eq!(partners[one], partners[other], "{one} {other}");
        let age = |row: &Row| row["age_years"].parse::<f64>().ok();
        if let (Some(a), Some(b)) = (age(one_row), age(other_row)) {
            assert!((a - b).abs() <= 2.0, "{one} {other}");
        }
    }
    let changed = made.truth["duplicates"].as_array().expect("pairs").iter();
    let changed = changed.filter(|pair| !pair["changes"].as_array().expect("changes").is_empty());
    assert!(
        changed.count() > 75,
        "most second reports tell something otherwise"
    );
}

#[test]
fn nonsense_is_refused_before_anything_is_written() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("broken.toml"), "gene = 3").expect("written");
    let other = include_str!("../../src/synthetic/scenario.toml");
    let other = other.replace("name = \"ceritinib\"", "name = \"ceritinip\"");
    fs::write(dir.path().join("misspelt.toml"), other).expect("written");
    for (arguments, words) in [
        ("--cases 0", "0 is not in 1..=10000000"),
        ("--response RANBP2", "is not NAME=NUMBER"),
        (
            "--response RANBP2=1.5",
            "response rate of RANBP2 is 1.5: a share is a number from 0 to 1",
        ),
        (
            "--response RANBP3=0.5",
            "\"RANBP3\" is none of the partners of the scenario: RANBP2,",
        ),
        (
            "--hazard-ratio aspirin=2",
            "\"aspirin\" is none of the drugs",
        ),
        (
            "--hazard-ratio alectinib=0",
            "hazard ratio of alectinib is 0: it must be",
        ),
        ("--hazard NaN", "hazard is NaN"),
        (
            "--missing dose=0.1",
            "\"dose\" is none of the silences of the scenario: age, sex",
        ),
        ("--missing age=-0.1", "missing.age is -0.1"),
        ("--duplicates 0.4 --near-misses 0.2", "add to more than 0.5"),
        ("--publication-bias 1 --response EML4=0", "bias.publication"),
        ("--scenario broken.toml", "broken.toml"),
        ("--scenario nowhere.toml", "cannot read nowhere.toml"),
        ("--output a,b", "cannot be the name of a study"),
    ] {
        let arguments = if arguments.contains("--output") {
            arguments.to_owned()
        } else {
            format!("{arguments} --output made")
        };
        let err = generate(dir.path(), &arguments).fails(2);
        assert!(err.contains(words), "{arguments}: {err}");
        assert!(!dir.path().join("made").exists(), "{arguments}");
    }
    let err = generate(dir.path(), "--scenario misspelt.toml --output made").fails(2);
    assert!(
        err.contains("drug.ttl does not know") && err.contains("nearest: ceritinib"),
        "{err}"
    );
    assert!(!dir.path().join("made").exists());
}

#[test]
fn nothing_is_written_over_unasked() {
    let dir = tempfile::tempdir().expect("a folder");
    generate(dir.path(), "--cases 20 --output made").ok();
    let before = bytes(&dir.path().join("made"));
    let err = generate(dir.path(), "--cases 30 --output made").fails(2);
    assert!(
        err.contains("made is not empty") && err.contains("--force"),
        "{err}"
    );
    assert_eq!(bytes(&dir.path().join("made")), before);
    generate(dir.path(), "--cases 30 --output made --force").ok();
    assert_ne!(bytes(&dir.path().join("made")), before);
    // Real work is never written over, whatever is asked.
    let real = dir.path().join("real");
    crate::support::copy(&root().join("data/alk-sarcoma"), &real);
    let before = bytes(&real);
    let err = generate(dir.path(), "--cases 30 --output real --force").fails(2);
    assert!(err.contains("no synthetic study"), "{err}");
    assert_eq!(bytes(&real), before);
}

#[test]
fn synthetic_is_said_everywhere() {
    let dir = tempfile::tempdir().expect("a folder");
    generate(dir.path(), "--cases 60 --output made").ok();
    let folder = dir.path().join("made");
    for row in sheet(&folder, "publications") {
        assert!(row["key"].starts_with("synthetic-") && row["title"].starts_with("Synthetic"));
        assert!(row["doi"].is_empty() && row["pmid"].is_empty() && row["pmcid"].is_empty());
        assert!(row["note"].contains("does not exist"), "{row:?}");
    }
    assert!(
        sheet(&folder, "cases")
            .iter()
            .all(|row| row["case"].starts_with("synthetic-"))
    );
    for (file, words) in [
        ("study.toml", "synthetic = true"),
        (
            "study.toml",
            "title = \"Synthetic study of 60 invented cases",
        ),
        (
            "README.md",
            "No patient, paper or number in this folder is real",
        ),
        ("truth.json", "every case is invented"),
    ] {
        let text = fs::read_to_string(folder.join(file)).expect("a file");
        assert!(text.contains(words), "{file}: {words}");
    }
    // No gene, drug or disease in the code: they stand in the scenario.
    for file in files("src/synthetic", ".rs") {
        let text = crate::support::read(&file);
        let code = text.split("mod tests").next().unwrap_or_default();
        for word in ["RANBP2", "crizotinib", "sarcoma"] {
            assert!(!code.contains(word), "{file} names {word}");
        }
    }
}

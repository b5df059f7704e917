//! What a row, a case or two cases cannot be at once, typed into the sheets of a new study: each is told by
//! its rule, and a study without a contradiction is told nothing.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::{Ran, program};

/// A new study, whose rows are given as column and value.
struct Sheets {
    dir: TempDir,
}

impl Sheets {
    fn new() -> Self {
        let dir = TempDir::new().expect("a folder");
        Ran::of(program(dir.path()).args(["--quiet", "init", "made"])).ok();
        Self { dir }
    }

    fn path(&self, sheet: &str) -> PathBuf {
        self.dir.path().join(format!("made/data/made/{sheet}.csv"))
    }

    fn add(&self, sheet: &str, cells: &[(&str, &str)]) {
        let path = self.path(sheet);
        let text = fs::read_to_string(&path).expect("a sheet");
        let headings: Vec<&str> = text.lines().next().expect("headings").split(',').collect();
        for (name, _) in cells {
            assert!(headings.contains(name), "{sheet} has no column {name}");
        }
        let value = |heading: &&str| {
            let found = cells.iter().find(|(name, _)| name == heading);
            found.map_or(String::new(), |(_, value)| format!("\"{value}\""))
        };
        let row: Vec<String> = headings.iter().map(value).collect();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        fs::write(path, format!("{text}{end}{}\n", row.join(","))).expect("written");
    }

    fn fact(&self, sheet: &str, case: &str, source: &str, cells: &[(&str, &str)]) {
        let known = [
            ("case", case),
            ("source", source),
            ("locator", "Table 1"),
            ("certainty", "stated"),
        ];
        self.add(sheet, &[&known[..], cells].concat());
    }

    fn source(&self, key: &str, year: &str) {
        self.add(
            "publications",
            &[
                ("key", key),
                ("first_author", "Nobody A"),
                ("year", year),
                ("title", "A report"),
                ("kind", "case-report"),
                ("read", "full-text"),
            ],
        );
    }

    /// A case of a report of its own.
    fn case(&self, key: &str, cells: &[(&str, &str)]) {
        let source = format!("of-{key}");
        self.source(&source, "2015");
        self.case_of(key, &source, cells);
    }

    fn case_of(&self, key: &str, source: &str, cells: &[(&str, &str)]) {
        let place = [
            ("cohort", "main"),
            ("case", key),
            ("publication", source),
            ("basis", "stated"),
        ];
        self.add("cohorts", &place);
        let usual = [
            ("age_years", "40"),
            ("histology", "inflammatory myofibroblastic tumor"),
        ];
        self.fact("cases", key, source, &[cells, &usual].concat());
    }

    fn treatment(&self, case: &str, cells: &[(&str, &str)]) {
        let usual = [
            ("item", "1"),
            ("order", "1"),
            ("kind", "drug"),
            ("agent", "crizotinib"),
        ];
        self.fact(
            "treatments",
            case,
            &format!("of-{case}"),
            &[&usual[..], cells].concat(),
        );
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let all = [&["--quiet", "--project", "made"], arguments].concat();
        Ran::of(program(self.dir.path()).args(all))
    }

    /// The rules that are violated, with what they say.
    fn told(&self) -> String {
        let ran = self.run(&["check", "--details"]);
        ran.out
    }

    /// Whether a rule names all the words in one line of its details.
    fn tells(&self, rule: &str, words: &[&str]) {
        let out = self.told();
        let of_rule: Vec<&str> = out
            .lines()
            .skip_while(|line| !line.contains(&format!(" {rule} (")))
            .take_while(|line| !line.is_empty())
            .collect();
        assert!(
            of_rule
                .iter()
                .any(|line| words.iter().all(|word| line.contains(word))),
            "{rule} {words:?}:\n{out}"
        );
    }
}

#[test]
fn a_row_that_contradicts_itself_is_told() {
    let made = Sheets::new();
    made.case("pd", &[]);
    made.treatment(
        "pd",
        &[
            ("best_response", "PD"),
            ("progressed", "no"),
            ("pfs_months", "3"),
        ],
    );
    made.case("stop", &[]);
    made.treatment(
        "stop",
        &[("stop_reason", "progression"), ("progressed", "no")],
    );
    made.case("grown", &[]);
    made.treatment(
        "grown",
        &[("best_response", "CR"), ("size_change_percent", "50")],
    );
    made.case("shrunk", &[]);
    made.treatment(
        "shrunk",
        &[("best_response", "PD"), ("size_change_percent", "-60")],
    );
    made.case("late", &[]);
    made.treatment(
        "late",
        &[
            ("best_response", "CR"),
            ("duration_months", "2"),
            ("time_to_response_months", "9"),
        ],
    );
    made.case("same", &[]);
    made.fact(
        "fusions",
        "same",
        "of-same",
        &[("item", "1"), ("five_prime", "ALK"), ("three_prime", "ALK")],
    );
    made.tells(
        "response-contradicts-progression",
        &["case pd, item 1", "best response PD", "progressed = no"],
    );
    made.tells(
        "response-contradicts-progression",
        &["case stop", "stopped for progression"],
    );
    made.tells(
        "response-contradicts-size",
        &["case grown", "complete response and 50 %"],
    );
    made.tells(
        "response-contradicts-size",
        &["case shrunk", "progressive disease and -60 %"],
    );
    made.tells(
        "response-after-treatment",
        &["case late", "response after 9 months, treatment for 2"],
    );
    made.tells("fusion-of-one-gene", &["case same"]);
    // Each with its cells: pd is the first case after the example, with its response in N and progressed in S.
    made.tells(
        "response-contradicts-progression",
        &["treatments.csv N3, S3", "case pd"],
    );
}

#[test]
fn times_and_responses_that_do_not_fit_are_told() {
    let made = Sheets::new();
    made.case("at-once", &[]);
    made.treatment(
        "at-once",
        &[
            ("best_response", "CR"),
            ("pfs_months", "0"),
            ("progressed", "yes"),
        ],
    );
    made.case("none", &[]);
    made.treatment(
        "none",
        &[("best_response", "SD"), ("time_to_response_months", "2")],
    );
    made.case("stable", &[]);
    made.treatment(
        "stable",
        &[
            ("best_response", "PD"),
            ("stop_reason", "remission-or-stable-disease"),
        ],
    );
    made.case("toxic", &[]);
    made.treatment("toxic", &[("stop_reason", "toxicity")]);
    made.fact(
        "adverse_events",
        "toxic",
        "of-toxic",
        &[("item", "1"), ("agent", "crizotinib"), ("term", "none")],
    );
    made.case("lost", &[]);
    let months = [("months", "12"), ("counted_from", "diagnosis")];
    made.fact("follow_up", "lost", "of-lost", &months);
    made.case("late", &[]);
    made.treatment(
        "late",
        &[("best_response", "PR"), ("time_to_response_months", "20")],
    );
    let end = [("status", "alive"), ("months", "12")];
    made.fact("follow_up", "late", "of-late", &end);
    made.source("tomorrow", "2027");
    made.tells(
        "response-after-progression",
        &["case at-once", "complete response, progression at 0"],
    );
    made.tells(
        "time-to-response-without-response",
        &["case none", "stable disease, and response after 2 months"],
    );
    made.tells(
        "response-contradicts-progression",
        &[
            "case stable",
            "PD, and stopped for remission-or-stable-disease",
        ],
    );
    made.tells(
        "stopped-for-toxicity-without-event",
        &["case toxic", "no adverse event of crizotinib"],
    );
    made.tells(
        "months-without-status",
        &["case lost: 12 months, status not known"],
    );
    made.tells(
        "longer-than-follow-up",
        &["case late: 20 months in a follow-up of 12"],
    );
    made.tells(
        "publication-after-retrieval",
        &["publications.csv D", "tomorrow: 2027"],
    );
}

/// What a row leaves open, or says although its source was not read so far.
#[test]
fn what_a_row_leaves_open_is_told() {
    let made = Sheets::new();
    let fusion = |case: &str, cells: &[(&str, &str)]| {
        let all = [&[("item", "1")], cells].concat();
        made.fact("fusions", case, &format!("of-{case}"), &all);
    };
    let event = |case: &str, cells: &[(&str, &str)]| {
        let all = [&[("item", "1")], cells].concat();
        made.fact("adverse_events", case, &format!("of-{case}"), &all);
    };
    let treatment = |case: &str, cells: &[(&str, &str)]| {
        made.fact("treatments", case, &format!("of-{case}"), cells);
    };
    made.case("child", &[("age_years", "19"), ("age_group", "pediatric")]);
    treatment("child", &[("item", "1"), ("agent", "crizotinib")]);
    event("child", &[("term", "nausea")]);
    made.case("dead", &[]);
    made.treatment("dead", &[]);
    event("dead", &[("agent", "crizotinib"), ("grade", "5")]);
    let status = [("status", "dead-toxicity")];
    made.fact("follow_up", "dead", "of-dead", &status);
    made.case("months", &[]);
    let months = [("status", "alive"), ("months", "9")];
    made.fact("follow_up", "months", "of-months", &months);
    made.case("partner", &[]);
    fusion(
        "partner",
        &[("partner_status", "known"), ("three_prime", "ALK")],
    );
    made.case("five", &[]);
    fusion("five", &[("five_prime", "ZZZ9")]);
    made.case("two", &[]);
    made.treatment("two", &[]);
    let without = [("item", "2"), ("order", "1"), ("kind", "drug")];
    treatment("two", &without);
    made.source("abstract", "2015");
    let text = fs::read_to_string(made.path("publications")).expect("a sheet");
    let (rest, row) = text.trim_end().rsplit_once('\n').expect("a row");
    let read = |depth: &str| row.replace("full-text", depth);
    let titled = read("title-only").replace("abstract", "title");
    fs::write(
        made.path("publications"),
        format!("{rest}\n{}\n{titled}\n", read("abstract")),
    )
    .expect("written");
    made.case_of("short", "abstract", &[("sex", "NR")]);
    made.case_of("titled", "title", &[]);
    made.case("weak", &[]);
    let text = fs::read_to_string(made.path("cases")).expect("a sheet");
    let weak = text.replace(
        "\"weak\",\"of-weak\",\"Table 1\",\"stated\"",
        "weak,of-weak,Table 1,weak",
    );
    assert!(weak != text);
    fs::write(made.path("cases"), weak).expect("written");
    for number in ["1", "2"] {
        let key = format!("number-{number}");
        made.source(&format!("of-{key}"), "2015");
        let of = format!("of-{key}");
        made.fact("cases", &key, &of, &[("sex", "male")]);
        let place = [
            ("cohort", "main"),
            ("case", key.as_str()),
            ("number_in_source", "7"),
            ("basis", "stated"),
        ];
        made.add("cohorts", &place);
    }
    for (rule, words) in [
        ("adverse-event-without-drug", "case child"),
        ("adverse-event-without-term", "case dead"),
        ("age-group-contradicts-age", "case child: pediatric at 19"),
        ("case-without-main-publication", "case number-1"),
        ("counted-case-on-weak-evidence", "case weak"),
        ("counted-case-without-fusion", "case child"),
        ("dead-without-months", "case dead"),
        ("drug-treatment-without-drug", "case two"),
        ("episodes-of-equal-order", "case two: items 1 and 2"),
        ("fusion-without-three-prime", "case five"),
        ("gene-not-declared", "ZZZ9: in 1 place"),
        ("grade-contradicts-fatal", "case dead: grade 5"),
        ("months-without-time-zero", "case months: 9 months"),
        (
            "not-reported-without-full-reading",
            "abstract (abstract): NR for sex",
        ),
        (
            "partner-status-contradicts-genes",
            "case partner: partner known",
        ),
        ("same-number-in-source", "number-1 and number-2"),
        ("title-only-but-more-reported", "title: only the title"),
        ("toxic-death-without-fatal-event", "case dead"),
        ("treatment-without-kind", "case child"),
    ] {
        made.tells(rule, &[words, ".csv "]);
    }
}

#[test]
fn rules_that_found_nothing_are_not_named_and_the_others_once() {
    let made = Sheets::new();
    for number in 0..8 {
        made.case(
            &format!("c{number}"),
            &[("sex", "female"), ("primary_site", "prostate")],
        );
    }
    let told = made.run(&["check"]).out;
    assert_eq!(told.matches("site-contradicts-sex").count(), 1, "{told}");
    assert!(told.contains("WARN site-contradicts-sex (8): "), "{told}");
    assert!(told.contains("and 3 more: --details shows all"), "{told}");
    assert!(!told.contains("histology-contradicts-sex"), "{told}");
    assert_eq!(made.told().matches(": female, site prostate").count(), 8);
    let json = made.run(&["check", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let rules = json["rules"].as_array().expect("rules");
    let sex = rules
        .iter()
        .find(|rule| rule["rule"] == "site-contradicts-sex");
    let cell = &sex.expect("the rule")["rows"][0]["cells"][0];
    assert_eq!(
        (cell["cell"].as_str(), cell["value"].as_str()),
        (Some("G3"), Some("female"))
    );
    assert!(rules.iter().all(|rule| rule["violations"] != 0));
}

#[test]
fn a_case_that_contradicts_itself_is_told() {
    let made = Sheets::new();
    let follow_up = |case: &str, source: &str, status, months| {
        let zero = ("counted_from", "first dose of crizotinib");
        made.fact(
            "follow_up",
            case,
            source,
            &[("status", status), ("months", months), zero],
        );
    };
    made.case("dead", &[]);
    made.treatment(
        "dead",
        &[("stop_reason", "death"), ("duration_months", "4")],
    );
    follow_up("dead", "of-dead", "alive-NED", "20");
    made.case("on", &[]);
    made.treatment("on", &[("stop_reason", "ongoing")]);
    follow_up("on", "of-on", "dead-disease", "20");
    made.case("woman", &[("sex", "female"), ("primary_site", "prostate")]);
    made.case(
        "man",
        &[
            ("sex", "male"),
            ("primary_site", "uterine cervix"),
            ("metastatic_sites", "lung; ovary"),
        ],
    );
    made.case(
        "uterine",
        &[("sex", "male"), ("histology", "uterine leiomyosarcoma")],
    );
    made.case("begun", &[]);
    made.treatment("begun", &[("start_months", "30")]);
    follow_up("begun", "of-begun", "alive", "12");
    made.case("again", &[]);
    made.source("later", "2019");
    follow_up("again", "of-again", "dead-disease", "30");
    follow_up("again", "later", "alive", "40");
    made.case("shorter", &[]);
    follow_up("shorter", "of-shorter", "alive", "30");
    follow_up("shorter", "later", "alive", "12");
    made.case("start", &[]);
    made.fact(
        "follow_up",
        "start",
        "of-start",
        &[
            ("status", "alive"),
            ("months", "9"),
            ("counted_from", "start of crizotinib"),
        ],
    );
    made.case("event", &[]);
    made.treatment("event", &[]);
    made.fact(
        "adverse_events",
        "event",
        "of-event",
        &[("item", "1"), ("agent", "alectinib"), ("term", "nausea")],
    );
    made.tells(
        "stopped-by-death-but-alive",
        &["case dead", "alive-NED at 20 months"],
    );
    made.tells("dead-but-treatment-ongoing", &["case on", "dead-disease"]);
    made.tells(
        "site-contradicts-sex",
        &["case woman", "female, site prostate"],
    );
    made.tells(
        "site-contradicts-sex",
        &["case man", "male, site uterine cervix"],
    );
    made.tells("site-contradicts-sex", &["case man", "male, site ovary"]);
    made.tells(
        "histology-contradicts-sex",
        &["case uterine", "male, uterine leiomyosarcoma"],
    );
    made.tells(
        "treatment-after-follow-up",
        &["case begun", "from month 30 in a follow-up of 12"],
    );
    made.tells(
        "alive-after-death",
        &[
            "case again",
            "dead at 30 months (of-again), alive at 40 (later)",
        ],
    );
    made.tells(
        "follow-up-shrinks",
        &["case shorter", "30 months (of-shorter), then 12 (later)"],
    );
    made.tells(
        "time-zero-worded-otherwise",
        &["case start", "first dose of crizotinib"],
    );
    made.tells("event-of-drug-not-given", &["case event", "alectinib"]);
}

/// The same patient entered twice from one paper, under two spellings of the key.
#[test]
fn one_patient_entered_twice_from_one_paper_is_told() {
    let made = Sheets::new();
    made.source("lee-2020", "2020");
    let twin = |key: &str, site: &str| {
        let known = [
            ("sex", "female"),
            ("age_years", "41"),
            ("primary_site", site),
        ];
        made.case_of(key, "lee-2020", &known);
        made.fact(
            "fusions",
            key,
            "lee-2020",
            &[
                ("item", "1"),
                ("five_prime", "RRBP1"),
                ("three_prime", "ALK"),
            ],
        );
        let usual = [
            ("item", "1"),
            ("order", "1"),
            ("kind", "drug"),
            ("agent", "crizotinib"),
        ];
        let course = [
            ("best_response", "PR"),
            ("pfs_months", "7.3"),
            ("progressed", "yes"),
        ];
        made.fact(
            "treatments",
            key,
            "lee-2020",
            &[&usual[..], &course].concat(),
        );
        let end = [
            ("status", "dead-disease"),
            ("months", "11.2"),
            ("counted_from", "first dose of crizotinib"),
        ];
        made.fact("follow_up", key, "lee-2020", &end);
    };
    twin("lee-35", "urinary bladder");
    twin("lee-individual35", "urinary bladder");
    twin("lee-36", "lung");
    made.tells(
        "identical-cases-of-one-source",
        &["cases lee-35 and lee-individual35", "11.2, 7.3"],
    );
    let out = made
        .run(&["duplicates", "--format", "csv", "--min", "0"])
        .ok();
    let pairs: Vec<&str> = out.lines().filter(|line| line.contains("lee-35")).collect();
    assert_eq!(pairs.len(), 1, "{out}");
    assert!(pairs[0].starts_with("lee-35,lee-individual35,"), "{out}");
    // Ruled on, the pair is told no more.
    made.add(
        "decisions",
        &[
            ("case", "lee-35"),
            ("sheet", "cases"),
            ("column", "different-patients"),
            ("value", "lee-individual35"),
            ("reason", "twins"),
        ],
    );
    assert!(!made.told().contains("lee-35 and lee-individual35"));
}

/// Two papers on one patient: months with a fraction agree, and nothing differs.
#[test]
fn one_patient_of_two_papers_is_told_and_two_alike_are_not() {
    let made = Sheets::new();
    let patient = |key: &str, months: [&str; 2], sex: &str| {
        made.case(key, &[("sex", sex)]);
        let source = format!("of-{key}");
        made.fact(
            "fusions",
            key,
            &source,
            &[
                ("item", "1"),
                ("five_prime", "RRBP1"),
                ("three_prime", "ALK"),
            ],
        );
        made.treatment(key, &[("pfs_months", months[0])]);
        let end = [("status", "dead-disease"), ("months", months[1])];
        made.fact("follow_up", key, &source, &end);
    };
    patient("one", ["7.3", "11.2"], "female");
    patient("two", ["7.3", "11.2"], "");
    patient("man", ["7.3", "11.2"], "male");
    patient("whole", ["7", "11"], "");
    patient("whole-too", ["7", "11"], "");
    let rule = "identical-cases-of-two-sources";
    made.tells(rule, &["cases one and two: age 40, months 11.2, 7.3"]);
    let told = made.told();
    assert!(!told.contains("cases man and one"), "{told}");
    assert!(!told.contains("cases whole and whole-too"), "{told}");
}

#[test]
fn a_suspected_duplicate_keeps_its_facts_in_view() {
    let made = Sheets::new();
    made.case("first", &[]);
    made.fact(
        "fusions",
        "first",
        "of-first",
        &[
            ("item", "1"),
            ("five_prime", "RANBP2"),
            ("three_prime", "ALK"),
        ],
    );
    made.treatment("first", &[("best_response", "PR"), ("progressed", "yes")]);
    made.source("of-second", "2016");
    made.add(
        "cohorts",
        &[
            ("cohort", "excluded"),
            ("case", "second"),
            ("publication", "of-second"),
            ("basis", "stated"),
            ("reason", "suspected duplicate"),
        ],
    );
    made.fact("cases", "second", "of-second", &[]);
    made.fact(
        "fusions",
        "second",
        "of-second",
        &[
            ("item", "1"),
            ("five_prime", "RANBP2"),
            ("three_prime", "ALK"),
        ],
    );
    made.treatment("second", &[("progressed", "yes")]);
    made.fact(
        "alterations",
        "second",
        "of-second",
        &[
            ("item", "1"),
            ("gene", "ALK"),
            ("alteration", "F1174L"),
            ("timing", "at progression on crizotinib"),
        ],
    );
    let rows = |name: &str, more: &[&str]| {
        let arguments = [&["run", name, "--format", "csv"], more].concat();
        made.run(&arguments).ok()
    };
    // Without a ruling nobody knows whose duplicate it is.
    assert!(!rows("treatment/alterations", &[]).contains("F1174L"));
    let of_excluded = rows(
        "treatment/alterations",
        &["--set", "cohort=cohort:excluded"],
    );
    assert!(
        of_excluded.contains("second,ALK,F1174L,at progression on crizotinib,not counted,"),
        "{of_excluded}"
    );
    made.add(
        "decisions",
        &[
            ("case", "first"),
            ("sheet", "cases"),
            ("column", "suspected-same-patient"),
            ("value", "second"),
            ("reason", "same town"),
        ],
    );
    let alterations = rows("treatment/alterations", &[]);
    assert!(
        alterations.contains(
            "second,ALK,F1174L,at progression on crizotinib,suspected duplicate of first,"
        ),
        "{alterations}"
    );
    let resistance = made.run(&["run", "treatment/resistance"]).ok();
    assert!(
        resistance.contains("suspected duplicate of first, with F1174L (1): second"),
        "{resistance}"
    );
    assert!(resistance.contains("Counted: 2 of 3"), "{resistance}");
    let dossier = made.run(&["case", "first"]).ok();
    assert!(
        dossier.contains("second is a suspected duplicate of this case and is not counted (same town); found in it: ALK F1174L (at progression on crizotinib)"),
        "{dossier}"
    );
    let dossier = made.run(&["case", "second"]).ok();
    assert!(
        dossier.contains("first is the case of which this one is a suspected duplicate"),
        "{dossier}"
    );
    // An analysis of counted cases says why it is empty.
    let empty = made
        .run(&["run", "response/overall", "--set", "cohort=cohort:excluded"])
        .ok();
    assert!(
        empty.contains("the cohort cohort:excluded is not counted"),
        "{empty}"
    );
    assert!(!empty.contains("No case of the graph"), "{empty}");
}

#[test]
fn a_study_without_a_contradiction_is_told_of_none() {
    let made = Sheets::new();
    made.case("one", &[("sex", "female"), ("primary_site", "uterus")]);
    made.treatment(
        "one",
        &[
            ("best_response", "PR"),
            ("size_change_percent", "-40"),
            ("progressed", "yes"),
            ("pfs_months", "8"),
            ("duration_months", "9"),
            ("time_to_response_months", "2"),
            ("stop_reason", "progression"),
        ],
    );
    made.fact(
        "follow_up",
        "one",
        "of-one",
        &[
            ("status", "dead-disease"),
            ("months", "14"),
            ("counted_from", "first dose of crizotinib"),
        ],
    );
    made.case("two", &[("sex", "intersex"), ("primary_site", "prostate")]);
    made.fact(
        "follow_up",
        "two",
        "of-two",
        &[
            ("status", "alive"),
            ("months", "14"),
            ("counted_from", "restart of crizotinib"),
        ],
    );
    let out = made.told();
    for rule in [
        "response-contradicts",
        "contradicts-sex",
        "stopped-by-death",
        "ongoing",
        "response-after-treatment",
        "treatment-after",
        "alive-after-death",
        "follow-up-shrinks",
        "time-zero",
        "event-of-drug",
        "identical-cases",
        "fusion-of-one",
    ] {
        let told: Vec<&str> = out
            .lines()
            .filter(|line| line.contains(rule) && !line.contains("  0  "))
            .collect();
        assert!(told.is_empty(), "{told:#?}");
    }
}

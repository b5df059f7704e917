//! Cases that may be one patient, and cases like a patient, on the invented study: figures worked out
//! by hand from the sheets of `fixtures/tiny`, and what a curator's ruling changes.

use casegraph::likeness::{
    Consequence, DuplicatesOptions, Finding, Item, Matching, Patient, PatientError, PatientWords,
    Prior, PriorLine, PriorOutcome, Profile, Similar, SimilarOptions, Study, duplicates, similar,
    study,
};

use crate::support::{SHIPPED, TINY, Tiny};

fn tiny() -> Study {
    study(&TINY.graph, &TINY.prefixes).expect("the cases")
}

fn number(study: &Study, case: &str) -> usize {
    let at = study
        .profiles
        .iter()
        .position(|profile| profile.case == case);
    at.unwrap_or_else(|| panic!("no {case}"))
}

fn close(found: f64, by_hand: f64, what: &str) {
    assert!(
        (found - by_hand).abs() < 1e-9,
        "{what}: {found}, by hand {by_hand}"
    );
}

#[test]
fn a_profile_is_what_the_consensus_has() {
    let study = tiny();
    let one = &study.profiles[number(&study, "case-1")];
    assert_eq!(one.age, Some(34.0));
    assert_eq!(one.partners, ["gene:RANBP2"]);
    assert_eq!(one.drugs(), ["drug:crizotinib", "drug:alectinib"]);
    assert_eq!(one.episodes[0].response.as_deref(), Some("PR"));
    assert_eq!(one.episodes[0].progression_free, Some(8.0));
    assert_eq!(one.months, Some(12.0));
    assert!(one.counted && one.excluded.is_none());
    let five = &study.profiles[number(&study, "case-5")];
    assert_eq!(five.episodes[0].response, None, "conflicting reports");
    assert_eq!(
        five.episodes[0].no_response.as_deref(),
        Some("conflicting reports")
    );
    let nine = &study.profiles[number(&study, "case-9")];
    assert!(!nine.counted && nine.excluded.is_some());
    let keys = |profile: &Profile| -> Vec<String> {
        profile
            .sources
            .iter()
            .map(|source| source.key.clone())
            .collect()
    };
    assert_eq!(
        keys(&study.profiles[number(&study, "case-8")]),
        ["invented-6", "invented-review"]
    );
}

/// case-1 and case-6, item by item, with the counts of the sheets.
#[test]
fn a_pair_scores_what_it_scores_by_hand() {
    let study = tiny();
    let matching = Matching::new(&study);
    let (one, six) = (number(&study, "case-1"), number(&study, "case-6"));
    // The two count as one. Both inflammatory myofibroblastic tumor, as 6 of 10 cases: 5 of 9.
    let histology = (0.75_f64 / (5.0 / 9.0)).log2();
    // Both lung, as 2 of the 7 with a known site: 1 of 6; within the histology 2 of 3: 1 of 2, with the overall
    // share standing for 5 more: (1 + 5/6) / 7, of which at most what the histology adds is taken off.
    let told = ((1.0 + 5.0 / 6.0) / 7.0 / (1.0 / 6.0_f64))
        .log2()
        .min(histology);
    let site = (0.75_f64 / (1.0 / 6.0)).log2() - told;
    // Both male, as 4 of 9: 3 of 8.
    let sex = (0.98_f64 / (3.0 / 8.0)).log2();
    // 34 and 61: six known ages, all different and none within a year, so 30 of 36 pairs are further.
    let age = (0.1_f64 / (30.0 / 36.0)).log2();
    // Crizotinib then alectinib, and crizotinib: 7 of 9 cases had crizotinib alone, so that an agreement
    // on it says nothing, and that one holds the other says no more.
    let drugs = 0.0;
    // Months on crizotinib 8, 4, 12, 3, 5, 2, 7, 6: 26 of 64 pairs are more than 3 apart.
    let months = (0.25_f64 / (26.0 / 64.0)).log2();
    // Seven first authors of ten cases: 1 − (9 + 4 + 5) / 100 of the pairs differ.
    let author = (0.5_f64 / 0.82).log2();
    // 2015 and 2018: 46 of 100 pairs lie within a year, which is more than m, so that level adds
    // nothing, nor does the next.
    let year = 0.0;
    let by_hand = [
        ("age", Some(age)),
        ("sex", Some(sex)),
        ("histology", Some(histology)),
        ("site", Some(site)),
        ("partner", None),
        ("breakpoint", None),
        ("drugs", Some(drugs)),
        ("months", Some(months)),
        ("first author", Some(author)),
        ("year", Some(year)),
    ];
    let found = matching.contributions(one, six);
    assert_eq!(found.len(), by_hand.len());
    for (own, (item, weight)) in found.iter().zip(by_hand) {
        assert_eq!(own.item, item);
        assert_eq!(own.weight.is_some(), weight.is_some(), "{own:?}");
        close(own.weight.unwrap_or(0.0), weight.unwrap_or(0.0), item);
    }
    let sum = histology + site + sex + age + months + author;
    close(matching.score(one, six), sum, "the score");
    // 10 cases: 2·0.05/9 of the pairs are one patient before anything is compared.
    let options = DuplicatesOptions {
        min: Some(-100.0),
        ..DuplicatesOptions::default()
    };
    let found = duplicates(&study, &options);
    close(found.prior, 0.1 / 9.0, "the prior");
    let pair = found
        .open
        .iter()
        .find(|pair| pair.cases == ["case-1", "case-6"]);
    let odds = found.prior / (1.0 - found.prior) * sum.exp2();
    close(
        pair.expect("the pair").reading,
        odds / (1.0 + odds),
        "the reading",
    );
    // Three cases of one series and two of another: four pairs are told apart by their reports.
    assert_eq!((found.pairs, found.compared, found.told_apart), (45, 41, 4));
}

const RULINGS: &str = "case,sheet,item,column,value,reason,curator,date\n";

/// The rows of a query on a study with this ruling.
fn after(ruling: &str, query: &str) -> String {
    let tiny = Tiny::new();
    tiny.edit("decisions.csv", RULINGS, &format!("{RULINGS}{ruling}\n"));
    tiny.run(&["query", "--format", "csv", query]).ok()
}

const COUNTED: &str =
    "SELECT (COUNT(DISTINCT ?case) AS ?n) WHERE { ?case cg:inCohort/cg:counted true }";

#[test]
fn one_patient_counts_once() {
    let same = "case-1,cases,,same-patient,case-6,invented: same town,nobody,2026-01-02";
    assert_eq!(after(same, COUNTED), "n\r\n7\r\n");
    let tiny = Tiny::new();
    assert_eq!(
        tiny.run(&["query", "--format", "csv", COUNTED]).ok(),
        "n\r\n8\r\n"
    );
    let before = tiny.run(&["run", "response/overall"]).ok();
    assert!(
        before.contains("Counted: 4 of 8") && before.contains("2/4"),
        "{before}"
    );
    tiny.edit("decisions.csv", RULINGS, &format!("{RULINGS}{same}\n"));
    // case-6, a PD, is gone from the rate.
    let rates = tiny.run(&["run", "response/overall"]).ok();
    assert!(
        rates.contains("Counted: 3 of 7") && rates.contains("2/3"),
        "{rates}"
    );
    let reason = "same patient as case-1: invented: same town (in cohorts.csv: south, number 2)";
    let exclusions = tiny
        .run(&["run", "cohort/exclusions", "--format", "csv"])
        .ok();
    assert!(
        exclusions.contains(&format!("case-6,excluded,invented-4,\"{reason}\"")),
        "{exclusions}"
    );
    let flow = tiny.run(&["run", "cohort/flow", "--format", "csv"]).ok();
    assert!(
        flow.contains("excluded,0,same patient as case-1,1,10,7"),
        "{flow}"
    );
    let dossier = tiny.run(&["case", "case-6"]).ok();
    assert!(dossier.contains(reason), "{dossier}");
    let rulings = tiny
        .run(&["run", "evidence/decisions", "--format", "csv"])
        .ok();
    assert!(
        rulings.contains("case-6,case,same patient as,case-1,invented: same town,nobody"),
        "{rulings}"
    );
    assert_eq!(tiny.run(&["check"]).status, 0);
    let pairs = tiny
        .run(&["duplicates", "--min", "-9", "--format", "csv"])
        .ok();
    let ruled: Vec<&str> = pairs
        .lines()
        .filter(|line| line.contains("same-patient"))
        .collect();
    assert_eq!(ruled.len(), 1);
    assert!(
        ruled[0].starts_with("case-1,case-6,") && ruled[0].contains("case-1 stays"),
        "{ruled:?}"
    );
}

#[test]
fn two_patients_are_not_shown_again_and_both_count() {
    let different = "case-1,cases,,different-patients,case-6,invented,nobody,2026-01-02";
    assert_eq!(after(different, COUNTED), "n\r\n8\r\n");
    let tiny = Tiny::new();
    let open = |tiny: &Tiny| -> bool {
        let out = tiny
            .run(&[
                "duplicates",
                "--min",
                "-9",
                "--limit",
                "0",
                "--format",
                "json",
            ])
            .ok();
        let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let open = value["open"].as_array().expect("pairs").clone();
        open.iter()
            .any(|pair| pair["cases"] == serde_json::json!(["case-1", "case-6"]))
    };
    assert!(open(&tiny));
    tiny.edit("decisions.csv", RULINGS, &format!("{RULINGS}{different}\n"));
    assert!(!open(&tiny));
    let out = tiny.run(&["duplicates"]).ok();
    assert!(
        out.contains("Ruled on in decisions.csv") && out.contains("different-patients"),
        "{out}"
    );
}

/// case-6 is case-1, and case-4 is case-6: one patient, who is counted as case-1.
#[test]
fn rulings_reach_the_case_that_stays() {
    let chain = "case-1,cases,,same-patient,case-6,invented,nobody,\ncase-6,cases,,same-patient,case-4,invented,nobody,";
    assert_eq!(after(chain, COUNTED), "n\r\n6\r\n");
    let reasons = "SELECT ?case ?why WHERE { ?m cg:member/cg:caseKey ?case ; cg:reason ?why FILTER(CONTAINS(?why, \"same patient\")) } ORDER BY ?case";
    let found = after(chain, reasons);
    assert_eq!(
        found.matches("same patient as case-1: invented").count(),
        2,
        "{found}"
    );
}

#[test]
fn a_patient_that_would_count_no_more_is_a_warning() {
    let tiny = Tiny::new();
    let row = "case-9,cases,,same-patient,case-6,invented,nobody,";
    tiny.edit("decisions.csv", RULINGS, &format!("{RULINGS}{row}\n"));
    let ran = tiny.run(&["check"]);
    assert!(
        ran.out.contains("counts and case-9 does not"),
        "{}",
        ran.out
    );
}

fn patient(study: &Study) -> Patient {
    let find = |scheme: &str, word: &str| study.concepts.find(scheme, word).map(str::to_owned);
    Patient {
        histology: find("histology", "IMT"),
        partner: find("gene", "RANBP2"),
        site: find("site", "lung"),
        age: Some(34.0),
        sex: Some("male".to_owned()),
        prior: None,
        alterations: Vec::new(),
    }
}

#[test]
fn likeness_is_as_worked_by_hand() {
    let study = tiny();
    let all = SimilarOptions {
        limit: 0,
        ..SimilarOptions::default()
    };
    let found = similar(&study, &patient(&study), &all);
    assert_eq!(found.compared, 8, "counted cases only");
    let of = |case: &str| {
        let case = found.cases.iter().find(|found| found.profile.case == case);
        let case = case.expect("the case");
        (case.least, case.most)
    };
    // Weights: histology 3, partner 3, site 1, age 1, sex 0.5; together 8.5.
    assert_eq!(of("case-1"), (1.0, 1.0), "the patient itself");
    assert_eq!(found.cases[0].profile.case, "case-1");
    // Partner not known; 61 years is 27 apart.
    let (least, most) = of("case-6");
    close(least, 4.5 / 8.5, "case-6 at least");
    close(most, 7.5 / 8.5, "case-6 at most");
    // Female; age and site not known.
    let (least, most) = of("case-7");
    close(least, 6.0 / 8.5, "case-7 at least");
    close(most, 8.0 / 8.5, "case-7 at most");
    // What is not asked changes nothing.
    let asked = Patient {
        partner: patient(&study).partner,
        ..Patient::default()
    };
    for case in similar(&study, &asked, &all).cases {
        let same = case.profile.partners.contains(&"gene:RANBP2".to_owned());
        assert_eq!(
            case.least,
            f64::from(u8::from(same)),
            "{}",
            case.profile.case
        );
    }
}

#[test]
fn responses_are_those_of_the_cases_shown() {
    let study = tiny();
    let drug = study.concepts.find("drug", "crizotinib").map(str::to_owned);
    let options = SimilarOptions {
        drug,
        limit: 0,
        ..SimilarOptions::default()
    };
    let found = similar(&study, &patient(&study), &options);
    // All counted cases: 2 of 4, as the study's own rate.
    let rates = &found.drugs[0].rates.overall;
    let rate = rates.objective.as_ref().expect("a rate");
    assert_eq!((rate.successes, rate.n, rates.units), (2, 4, 8));
    assert_eq!(found.drugs[0].ledger.excluded(), 4);
    // The two most like it, case-1 (PR) and case-7 (weak evidence only).
    let two = SimilarOptions {
        limit: 2,
        ..options.clone()
    };
    let found = similar(&study, &patient(&study), &two);
    let shown: Vec<&str> = found
        .cases
        .iter()
        .map(|case| case.profile.case.as_str())
        .collect();
    assert_eq!(shown, ["case-1", "case-7"]);
    let rate = found.drugs[0]
        .rates
        .overall
        .objective
        .as_ref()
        .expect("a rate");
    assert_eq!((rate.successes, rate.n), (1, 1));
    assert!((rate.clopper_pearson.lower - 0.025).abs() < 1e-9);
}

#[test]
fn earlier_drugs_are_those_before_the_drug() {
    let study = tiny();
    let find = |word: &str| {
        study
            .concepts
            .find("drug", word)
            .expect("a drug")
            .to_owned()
    };
    let prior = |prior: Prior| {
        let asked = Patient {
            prior: Some(prior),
            ..Patient::default()
        };
        let options = SimilarOptions {
            drug: Some(find("crizotinib")),
            limit: 0,
            ..SimilarOptions::default()
        };
        let found = similar(&study, &asked, &options);
        move |case: &str| {
            let case = found.cases.iter().find(|found| found.profile.case == case);
            let item = &case.expect("the case").items[0];
            (!item.is_unknown()).then_some(item.least)
        }
    };
    // case-4 had doxorubicin first; case-1 and case-3 had crizotinib in the first line; of case-2 nothing
    // is told.
    let none = prior(Prior::None);
    assert_eq!(
        (none("case-1"), none("case-4"), none("case-2")),
        (Some(1.0), Some(0.0), None)
    );
    let chemotherapy = prior(Prior::Lines(vec![PriorLine {
        drug: find("chemotherapy"),
        outcome: None,
    }]));
    assert_eq!(chemotherapy("case-4"), Some(1.0), "a class holds its drugs");
    assert_eq!(
        (chemotherapy("case-1"), chemotherapy("case-2")),
        (Some(0.0), None)
    );
}

/// Who asks for a patient that crizotinib failed, and is considered for this.
fn after_crizotinib(study: &Study, outcome: Option<PriorOutcome>, drug: Option<&str>) -> Similar {
    let find = |word: &str| study.concepts.find("drug", word).expect("a drug");
    let asked = Patient {
        prior: Some(Prior::Lines(vec![PriorLine {
            drug: find("crizotinib").to_owned(),
            outcome,
        }])),
        ..Patient::default()
    };
    let options = SimilarOptions {
        drug: drug.map(|word| find(word).to_owned()),
        limit: 0,
        ..SimilarOptions::default()
    };
    similar(study, &asked, &options)
}

fn went_on(found: &Similar) -> Vec<&str> {
    let cases = found.cases.iter().filter(|case| case.next.is_some());
    cases.map(|case| case.profile.case.as_str()).collect()
}

/// case-1 progressed on crizotinib and went on to alectinib (CR), case-4 to ceritinib (PD). case-3 stopped in
/// remission, case-6 for toxicity, and nobody else is reported to have had another drug.
#[test]
fn those_who_went_on_after_the_same_failure_come_first() {
    let study = tiny();
    let progressed = Some(PriorOutcome::Progressed);
    let found = after_crizotinib(&study, progressed, None);
    assert_eq!(went_on(&found), ["case-1", "case-4"]);
    assert_eq!(found.went_on, 2);
    assert_eq!(found.cases[0].profile.case, "case-1");
    let of = |case: &str| {
        let case = found.cases.iter().find(|one| one.profile.case == case);
        let item = &case.expect("the case").items[0];
        (item.least, item.most)
    };
    assert_eq!(of("case-1"), (1.0, 1.0));
    assert_eq!(of("case-3"), (0.5, 0.5), "it did not progress");
    assert_eq!(of("case-8"), (0.5, 1.0), "nothing is told of it");
    let next: Vec<(&str, u64, u64)> = found
        .next
        .iter()
        .filter_map(|drug| {
            let rate = drug.rates.overall.objective.as_ref()?;
            Some((drug.drug.as_str(), rate.successes, rate.n))
        })
        .collect();
    assert_eq!(next, [("drug:alectinib", 1, 1), ("drug:ceritinib", 0, 1)]);
    // Nobody who stopped for toxicity went on.
    let toxicity = after_crizotinib(&study, Some(PriorOutcome::Toxicity), None);
    assert!(went_on(&toxicity).is_empty() && toxicity.next.is_empty());
    let responding = after_crizotinib(&study, Some(PriorOutcome::Responding), None);
    assert!(went_on(&responding).is_empty(), "nothing has failed");
}

/// A class that holds the failed drug does not count it again.
#[test]
fn a_failed_drug_is_no_option() {
    let study = tiny();
    for outcome in [
        None,
        Some(PriorOutcome::Progressed),
        Some(PriorOutcome::Toxicity),
    ] {
        let found = after_crizotinib(&study, outcome, Some("ALK inhibitor"));
        let class = &found.drugs[0].rates.overall;
        assert_eq!(class.units, 2, "alectinib and ceritinib alone: {outcome:?}");
        let every = after_crizotinib(&study, outcome, None);
        let mut drugs = every.drugs.iter().chain(&every.next);
        assert!(drugs.all(|drug| drug.drug != "drug:crizotinib"));
    }
    // What she responds to is still one.
    let found = after_crizotinib(
        &study,
        Some(PriorOutcome::Responding),
        Some("ALK inhibitor"),
    );
    assert_eq!(found.drugs[0].rates.overall.units, 8);
}

#[test]
fn alterations_and_events_that_stopped_a_drug_are_met() {
    let study = tiny();
    let found = after_crizotinib(&study, Some(PriorOutcome::Progressed), None);
    let met: Vec<(&str, Vec<&str>)> = found
        .alterations
        .iter()
        .map(|met| {
            let cases = met.cases.keys().map(String::as_str).collect();
            (met.alteration.as_str(), cases)
        })
        .collect();
    assert_eq!(
        met,
        [
            ("G1269A", vec!["case-1"]),
            ("no secondary mutation", vec!["case-4"])
        ]
    );
    // Of those who had crizotinib, case-6 died of a pneumonitis that stopped it.
    let all = similar(
        &study,
        &patient(&study),
        &SimilarOptions {
            limit: 0,
            ..SimilarOptions::default()
        },
    );
    let events: Vec<_> = all
        .events
        .iter()
        .map(|event| {
            (
                event.drug.as_str(),
                event.event.as_deref(),
                event.consequence,
            )
        })
        .collect();
    let pneumonitis = Some("event:pneumonitis");
    assert_eq!(
        events,
        [("drug:crizotinib", pneumonitis, Consequence::Fatal)]
    );
    // Of one case with the alteration asked for, and one with another.
    let asked = Patient {
        alterations: vec![Finding {
            gene: None,
            alteration: "p.g1269a".to_owned(),
        }],
        ..Patient::default()
    };
    let found = similar(&study, &asked, &SimilarOptions::default());
    assert_eq!(found.cases[0].profile.case, "case-1");
    assert_eq!(found.cases[0].least, 1.0);
    let four = found.cases.iter().find(|one| one.profile.case == "case-4");
    assert_eq!(four.expect("it is listed").most, 0.0);
    assert!(found.alterations[0].asked);
}

#[test]
fn words_that_describe_nobody_are_told_by_item() {
    let study = tiny();
    let read = |words: PatientWords| words.read(&study.concepts).map(|(patient, _)| patient);
    let some = |word: &str| Some(word.to_owned());
    assert_eq!(
        read(PatientWords::default()),
        Err(PatientError::Nothing),
        "nothing said"
    );
    let unknown = PatientWords {
        partner: some("RANBP22"),
        ..PatientWords::default()
    };
    let error = read(unknown).expect_err("no gene");
    assert_eq!(error.item().map(Item::word), Some("partner"));
    assert!(error.to_string().contains("RANBP2"), "{error}");
    for (age, right) in [("34", true), ("-1", false), ("121", false), ("NaN", false)] {
        let words = PatientWords {
            age: some(age),
            ..PatientWords::default()
        };
        assert_eq!(read(words).is_ok(), right, "{age}");
    }
    let prior = |line: &str| {
        let words = PatientWords {
            prior: vec![line.to_owned()],
            ..PatientWords::default()
        };
        read(words).map(|patient| patient.lines().to_vec())
    };
    assert_eq!(
        prior("Xalkori = progressed"),
        Ok(vec![PriorLine {
            drug: "drug:crizotinib".to_owned(),
            outcome: Some(PriorOutcome::Progressed),
        }])
    );
    assert_eq!(
        prior("crizotinib=cured"),
        Err(PatientError::Outcome("cured".to_owned()))
    );
    assert_eq!(prior("none"), Err(PatientError::NoneBeforeNothing));
}

/// A woman of 34 with an abdominal tumor (EIMS, `RANBP2::ALK`) that progressed on crizotinib, for whom an ALK inhibitor is
/// considered: those who went on to another one come first, crizotinib is not counted again, and F1174L is seen.
#[test]
fn the_shipped_study_answers_what_was_tried_next() {
    let study = study(&SHIPPED.graph, &SHIPPED.prefixes).expect("the cases");
    let some = |word: &str| Some(word.to_owned());
    let words = PatientWords {
        histology: some("EIMS"),
        partner: some("RANBP2"),
        prior: vec!["crizotinib=progressed".to_owned()],
        site: some("abdomen"),
        age: some("34"),
        sex: some("female"),
        drug: some("ALK inhibitor"),
        ..PatientWords::default()
    };
    let (patient, drug) = words.read(&study.concepts).expect("a patient");
    let options = SimilarOptions {
        drug,
        ..SimilarOptions::default()
    };
    let found = similar(&study, &patient, &options);
    let first: Vec<&str> = went_on(&found);
    for case in ["trahair-2019-2", "trahair-2019-5", "xu-2019"] {
        assert!(first[..3].contains(&case), "{first:?}");
    }
    assert!(found.next.iter().all(|drug| drug.drug != "drug:crizotinib"));
    let shown = |case: &str| {
        let mut cases = found.not_counted.iter();
        cases.any(|one| one.profile.case == case)
    };
    assert!(shown("sasaki-2010"), "the suspected duplicate is shown");
    let met = found.alterations.iter();
    let met: Vec<&str> = met.map(|met| met.alteration.as_str()).collect();
    assert!(
        met.contains(&"F1174L") && met.contains(&"G1269A"),
        "{met:?}"
    );
}

/// sasaki-2010 tells neither age nor sex, and is suspected to be butrynski-2010, who is like the patient in both.
#[test]
fn a_suspected_duplicate_of_a_case_shown_is_shown() {
    let study = study(&SHIPPED.graph, &SHIPPED.prefixes).expect("the cases");
    let asked = Patient {
        age: Some(44.0),
        sex: Some("male".to_owned()),
        ..Patient::default()
    };
    let options = SimilarOptions {
        limit: 1,
        ..SimilarOptions::default()
    };
    let found = similar(&study, &asked, &options);
    assert_eq!(found.cases[0].profile.case, "butrynski-2010");
    let first = &found.not_counted[0];
    assert_eq!(first.profile.case, "sasaki-2010");
    assert!(first.least < found.cases[0].least);
}

/// What the shipped study says of the pairs that its curators suspect.
#[test]
fn suspected_pairs_of_the_shipped_study_are_compared() {
    let study = study(&SHIPPED.graph, &SHIPPED.prefixes).expect("the cases");
    assert_eq!(study.profiles.len(), 119);
    let matching = Matching::new(&study);
    let score = |a: &str, b: &str| matching.score(number(&study, a), number(&study, b));
    assert!(score("butrynski-2010", "sasaki-2010") > 0.0);
    // A source that does not name its drugs says nothing against another's.
    let drugs = matching.contributions(
        number(&study, "gaudichon-2016"),
        number(&study, "cochin-2024"),
    );
    let drugs = drugs
        .iter()
        .find(|own| own.item == "drugs")
        .expect("the item");
    assert_eq!(drugs.weight, None, "{drugs:?}");
}

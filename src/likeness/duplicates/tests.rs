use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::case::{Publication, PublicationKind};
use crate::likeness::{Concepts, Episode, Source};

/// A case that one report of its own tells of.
fn case(key: &str) -> Profile {
    Profile {
        case: key.to_owned(),
        counted: true,
        sources: vec![Source {
            key: format!("report of {key}"),
            locators: Vec::new(),
        }],
        ..Profile::default()
    }
}

fn study_of(profiles: Vec<Profile>) -> Study {
    let mut concepts = Concepts::default();
    concepts.add_broader("histology:b", "histology:a");
    concepts.add_broader("histology:c", "histology:a");
    let sources = profiles.iter().flat_map(|profile| &profile.sources);
    let publication = |source: &Source| {
        let publication = Publication {
            key: source.key.clone(),
            kind: PublicationKind::CaseReport,
            ..Publication::default()
        };
        (source.key.clone(), publication)
    };
    Study {
        publications: sources.map(publication).collect(),
        profiles,
        concepts,
    }
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    proptest::option::of(proptest::sample::select(values).prop_map(str::to_owned))
}

fn any_case() -> impl Strategy<Value = Profile> {
    let drugs = proptest::sample::subsequence(vec!["drug:x", "drug:y", "drug:z"], 0..3);
    (
        proptest::option::of(0_u8..90),
        one_of(&["female", "male"]),
        one_of(&["histology:a", "histology:b", "histology:c"]),
        one_of(&["site:lung", "site:brain"]),
        one_of(&["gene:P", "gene:Q", "gene:R"]),
        one_of(&["P exon 1 :: T exon 2", "P exon 3 :: T exon 2", "T exon 4"]),
        drugs,
        proptest::option::of(0_u8..24),
    )
        .prop_map(
            |(age, sex, histology, site, partner, breakpoint, drugs, months)| {
                let mut profile = case("");
                profile.age = age.map(f64::from);
                (profile.sex, profile.histology, profile.site) = (sex, histology, site);
                profile.partners = partner.into_iter().collect();
                profile.breakpoints = breakpoint.into_iter().collect();
                let episode = |drug: &str| Episode {
                    drugs: vec![drug.to_owned()],
                    progression_free: months.map(f64::from),
                    ..Episode::default()
                };
                profile.episodes = drugs.into_iter().map(episode).collect();
                profile
            },
        )
}

fn any_study() -> impl Strategy<Value = Study> {
    proptest::collection::vec(any_case(), 2..14).prop_map(|mut cases| {
        for (number, profile) in cases.iter_mut().enumerate() {
            profile.case = format!("case {number}");
            profile.sources = case(&profile.case).sources;
        }
        study_of(cases)
    })
}

proptest! {
    #[test]
    fn a_pair_scores_the_same_in_both_orders(study in any_study()) {
        let matching = Matching::new(&study);
        for a in 0..study.profiles.len() {
            for b in 0..study.profiles.len() {
                prop_assert!((matching.score(a, b) - matching.score(b, a)).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn no_case_is_more_like_a_case_than_itself(study in any_study()) {
        let matching = Matching::new(&study);
        for a in 0..study.profiles.len() {
            for b in 0..study.profiles.len() {
                prop_assert!(matching.score(a, b) <= matching.score(a, a) + 1e-9);
            }
        }
    }

    #[test]
    fn what_is_not_known_adds_nothing(study in any_study()) {
        let matching = Matching::new(&study);
        for a in 0..study.profiles.len() {
            for own in matching.contributions(0, a) {
                let unknown = own.words.contains("not known");
                prop_assert!(!unknown || own.weight.is_none(), "{own:?}");
            }
            let sum: f64 = matching.contributions(0, a).iter().filter_map(|own| own.weight).sum();
            prop_assert!((sum - matching.score(0, a)).abs() < 1e-9);
        }
    }
}

#[test]
fn scores_are_as_worked_by_hand() {
    // Four cases. Sex: three female, one male. Partner: two P, one Q, one not known.
    let mut cases: Vec<Profile> = ["one", "two", "three", "four"].map(case).into();
    for (profile, sex) in cases.iter_mut().zip(["female", "female", "female", "male"]) {
        profile.sex = Some(sex.to_owned());
    }
    for (profile, gene) in cases.iter_mut().zip(["gene:P", "gene:P", "gene:Q"]) {
        profile.partners = vec![gene.to_owned()];
    }
    for (profile, age) in cases.iter_mut().zip([40.0, 41.0, 60.0]) {
        profile.age = Some(age);
    }
    let study = study_of(cases);
    let matching = Matching::new(&study);
    let close =
        |found: f64, by_hand: f64| assert!((found - by_hand).abs() < 1e-12, "{found} {by_hand}");
    // Of nine ordered pairs of ages 3 are the same, 2 within a year, 4 further apart.
    let within = (0.2_f64 / (2.0 / 9.0)).log2();
    let apart = (0.1_f64 / (4.0 / 9.0)).log2();
    // The two that agree count as one: 2 of 3 are female, 1 of 2 has P.
    let female = (0.98_f64 / (2.0 / 3.0)).log2();
    let p = (0.95_f64 / (1.0 / 2.0)).log2();
    close(matching.score(0, 1), within + female + p);
    // P and Q: 1 − (4/9 + 1/9) of the pairs disagree.
    let other = (0.05_f64 / (4.0 / 9.0)).log2();
    close(matching.score(0, 2), apart + female + other);
    // Sexes differ in 1 − (9/16 + 1/16) of the pairs; age and partner of the fourth are not known,
    // and the age group is not known either.
    close(matching.score(0, 3), (0.02_f64 / (6.0 / 16.0)).log2());
}

#[test]
fn a_rare_value_that_agrees_says_more() {
    let mut cases: Vec<Profile> = (0..12)
        .map(|number| case(&format!("case {number}")))
        .collect();
    for (number, profile) in cases.iter_mut().enumerate() {
        let gene = if number < 2 {
            "gene:rare"
        } else {
            "gene:common"
        };
        profile.partners = vec![gene.to_owned()];
    }
    let study = study_of(cases);
    let matching = Matching::new(&study);
    assert!(matching.score(0, 1) > matching.score(2, 3) + 2.0);
}

#[test]
fn a_pair_does_not_make_frequent_what_it_alone_has() {
    // Two of four cases share a partner that nobody else has: as one patient they are 1 of 3.
    let mut cases: Vec<Profile> = ["one", "two", "three", "four"].map(case).into();
    for (profile, gene) in cases
        .iter_mut()
        .zip(["gene:rare", "gene:rare", "gene:P", "gene:Q"])
    {
        profile.partners = vec![gene.to_owned()];
        profile.breakpoints = vec![format!("{gene} exon 1")];
    }
    let study = study_of(cases);
    let found = Matching::new(&study).score(0, 1);
    // The breakpoint is as rare as the partner, and adds nothing to it.
    let by_hand = (0.95_f64 * 3.0).log2();
    assert!((found - by_hand).abs() < 1e-12, "{found} {by_hand}");
}

#[test]
fn a_histology_takes_off_what_it_has_told() {
    // Both of the rare histology sit in the lung, which half of the others do not.
    let mut cases: Vec<Profile> = (0..12)
        .map(|number| case(&format!("case {number}")))
        .collect();
    for (number, profile) in cases.iter_mut().enumerate() {
        let (histology, site) = match number {
            0..4 => ("histology:b", "site:lung"),
            4 => ("histology:c", "site:lung"),
            _ => ("histology:c", "site:brain"),
        };
        profile.histology = Some(histology.to_owned());
        profile.site = Some(site.to_owned());
    }
    let study = study_of(cases);
    let matching = Matching::new(&study);
    let site = |a, b| {
        let items = matching.contributions(a, b);
        items
            .into_iter()
            .find(|own| own.item == "site")
            .and_then(|own| own.weight)
    };
    // The two that agree count as one: 4 of 11 in the lung.
    let overall = (0.75_f64 / (4.0 / 11.0)).log2();
    assert!(
        (site(0, 4).expect("known") - overall).abs() < 1e-12,
        "other histologies"
    );
    // Within: (3 + 5·4/11) / (3 + 5).
    let within = (3.0 + 20.0 / 11.0) / 8.0;
    let told: f64 = f64::log2(within / (4.0 / 11.0));
    assert!((site(0, 1).expect("known") - (overall - told)).abs() < 1e-12);
}

#[test]
fn what_one_publication_tells_apart_is_no_candidate() {
    let mut cases: Vec<Profile> = ["one", "two"].map(case).into();
    for profile in &mut cases {
        profile.age = Some(40.0);
        profile.sources[0].key = "series".to_owned();
    }
    let mut study = study_of(cases);
    let options = DuplicatesOptions {
        min: Some(-100.0),
        ..DuplicatesOptions::default()
    };
    let found = duplicates(&study, &options);
    assert_eq!(
        (found.compared, found.told_apart, found.open.len()),
        (0, 1, 0)
    );
    // A review that names both has not seen the patients.
    for publication in study.publications.values_mut() {
        publication.kind = PublicationKind::Review;
    }
    let found = duplicates(&study, &options);
    assert_eq!(
        (found.compared, found.told_apart, found.open.len()),
        (1, 0, 1)
    );
}

/// Ten thousand cases, of which ten are reported twice.
#[test]
fn blocking_finds_what_is_planted_without_comparing_all() {
    const N: usize = 10_000;
    let genes = ["gene:P", "gene:Q", "gene:R", "gene:S", "gene:U", "gene:V"];
    let sites = [
        "site:lung",
        "site:brain",
        "site:skin",
        "site:liver",
        "site:bone",
    ];
    let make = |number: usize, key: &str| {
        let mut profile = case(key);
        // Steps without a common factor spread the values evenly.
        profile.age = Some((number * 37 % 83) as f64);
        profile.sex = Some(["female", "male"][number * 7 % 2].to_owned());
        profile.partners = vec![genes[number * 11 % 6].to_owned()];
        profile.site = Some(sites[number * 13 % 5].to_owned());
        profile.histology = Some(["histology:b", "histology:c"][number / 7 % 2].to_owned());
        profile
    };
    let mut cases: Vec<Profile> = (0..N)
        .map(|number| make(number, &format!("case {number}")))
        .collect();
    cases.extend((0..10).map(|number| {
        let mut twin = make(number * 977, &format!("twin {number}"));
        twin.age = twin.age.map(|age| age + 1.0);
        twin
    }));
    let study = study_of(cases);
    let started = Instant::now();
    let found = duplicates(
        &study,
        &DuplicatesOptions {
            min: Some(6.0),
            ..Default::default()
        },
    );
    assert!(found.blocking.is_some());
    assert!(
        found.compared < found.pairs / 2,
        "{} of {}",
        found.compared,
        found.pairs
    );
    for number in 0..10 {
        let pair = [format!("case {}", number * 977), format!("twin {number}")];
        assert!(found.open.iter().any(|open| open.cases == pair), "{pair:?}");
    }
    // Far above what it takes, so that only a wrong order of growth fails.
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}

//! The files of a synthetic study that are no sheets.

use super::SyntheticError;
use super::scenario::Scenario;
use super::truth::{Responses, Truth};
use super::words::Words;

/// The date of everything, so that the same study is the same bytes on any day.
pub(super) const DATE: &str = "2026-01-01";

/// `scenario.toml`, from which the same study can be made again.
pub(super) fn scenario(scenario: &Scenario) -> Result<String, SyntheticError> {
    Ok(format!(
        "# The scenario of this synthetic study, for `casegraph generate --scenario`.\n\n{}",
        toml::to_string(scenario)?
    ))
}

/// `study.toml`. Its name is that of the folder.
pub(super) fn study(name: &str, truth: &Truth, words: &Words) -> String {
    let Truth { cases, seed, .. } = truth;
    format!(
        "name = {name:?}
title = \"Synthetic study of {cases} invented cases (seed {seed})\"
description = \"Synthetic: no patient, paper or number is real, and nothing here may be cited. What is true of the patients stands in truth.json.\"
licence = \"CC0-1.0\"
curators = [\"nobody\"]
retrieved = \"{DATE}\"
synthetic = true

[[cohorts]]
name = \"main\"
description = \"Synthetic: invented patients who had one of the drugs.\"
counted = true

[[cohorts]]
name = \"excluded\"
description = \"Synthetic: invented patients who had none of the drugs.\"
counted = false

[parameters]
drug = \"drug:{}\"
",
        words.first_drug
    )
}

/// `README.md`: the true effects in words.
pub(super) fn readme(truth: &Truth, words: &Words) -> String {
    let Truth {
        scenario,
        cases,
        patients,
        ..
    } = truth;
    let mut text = format!(
        "# Synthetic study of {cases} invented cases

No patient, paper or number in this folder is real, and nothing in it may be cited. It was made by casegraph {version} with seed {seed};
`casegraph generate --cases {cases} --seed {seed} --scenario scenario.toml` makes the same bytes again. `truth.json` holds what follows, and every pair and
conflict by key.

{cases} cases are {patients} patients in {publications} publications; {counted} cases count, and the others had none of the drugs.

## What is true

Objective response depends on the partner and on nothing else; the rate is the same for each drug and line.

| partner | true rate | patients | responders to the first drug |
|---|---:|---:|---:|
",
        version = truth.software,
        seed = truth.seed,
        publications = truth.publications,
        counted = truth.counted,
    );
    for (partner, name) in scenario.partners.iter().zip(&words.partners) {
        let none = Responses::default();
        let counts = truth.response_by_partner.get(name).unwrap_or(&none);
        text.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            name, partner.response, counts.patients, counts.responders
        ));
    }
    text.push_str(&format!(
        "
The hazard of death depends on the first drug and on nothing else; it is constant from the first dose on, {} a month where the ratio is 1.

| first drug | true hazard ratio | patients | deaths | months at risk |
|---|---:|---:|---:|---:|
",
        scenario.hazard
    ));
    for (drug, word) in scenario.drugs.iter().zip(&words.drugs) {
        if let Some(counts) = truth.deaths_by_drug.get(&word.label) {
            text.push_str(&format!(
                "| {} | {} | {} | {} | {:.1} |\n",
                word.label, drug.hazard_ratio, counts.patients, counts.deaths, counts.months
            ));
        }
    }
    let ratio = |ratio: Option<f64>| ratio.map_or("not defined".to_owned(), |r| format!("{r:.2}"));
    let surgery = &scenario.surgery;
    text.push_str(&format!(
        "
Surgery after the first dose is planned for a share of {} between month {} and month {}, and done if the patient lives and is followed that long:
immortal time. After it the hazard is multiplied by {}. The rates of death of those who ever had it and of those who never had have a ratio of {};
counted from the day of the operation, {}.

## What the reports leave out and get wrong

",
        surgery.share,
        surgery.from,
        surgery.to,
        surgery.hazard_ratio,
        ratio(truth.surgery.naive_rate_ratio),
        ratio(truth.surgery.rate_ratio),
    ));
    let missing: Vec<String> = scenario
        .missing
        .iter()
        .map(|(what, rate)| format!("{what} {rate}"))
        .collect();
    text.push_str(&format!(
        "- Share of reports that are silent: {}. Silence on the response is {} times as often for non-responders.
- {} of the non-responders are never published in a case report ({} patients here); series and trials report all.
- Words without a category instead of a response: {}.
- {} cases have a second report, of which {} disagree with the first in one value. The first is true.
- {} pairs of cases are one patient under two keys, and {} pairs look alike and are two patients.
- One of the {} claims of the synthetic review does not add up.
",
        missing.join(", "),
        scenario.bias.reporting,
        scenario.bias.publication,
        truth.unpublished,
        scenario.words,
        truth.second_reports,
        truth.conflicts.len(),
        truth.duplicates.len(),
        truth.near_misses.len(),
        truth.claims.len(),
    ));
    text
}

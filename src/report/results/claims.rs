//! Claims of reviews with the verdicts on them.

use serde_json::json;

use super::super::formats::records;
use super::super::grid::Grid;
use crate::analysis::claims::{Checked, Claim, Recomputed, Verdict};

/// The verdicts as tables: what the numbers of a review say of each other, and what the cases say; only
/// what does not agree unless `all`.
#[must_use]
pub fn claims_grids(checked: &Checked, all: bool) -> Vec<Grid> {
    let mut own = Grid::new(
        "Numbers of the review against each other",
        &["check", "claims", "verdict", "reason"],
    );
    for finding in &checked.findings {
        if all || finding.verdict != Verdict::Agrees {
            own.push([
                finding.check.to_owned(),
                finding.claims.join(", "),
                finding.verdict.to_string(),
                finding.reason.clone(),
            ]);
        }
    }
    let mut cases = Grid::new(
        "Numbers of the review against the cases",
        &["claim", "what", "printed", "verdict", "cases", "not known"],
    );
    for (claim, found) in checked.claims.iter().zip(&checked.recomputed) {
        if let Some(found) = found
            && (all || found.verdict != Verdict::Agrees)
        {
            cases.push([
                claim.id.clone(),
                claim.words(),
                claim.printed(),
                found.verdict.to_string(),
                found.reason.clone(),
                unknown(found),
            ]);
        }
    }
    [own, cases]
        .into_iter()
        .filter(|grid| !grid.rows.is_empty())
        .collect()
}

/// The cases of whom it is not known what a claim counts, a line a reason.
#[must_use]
pub fn claims_missing(checked: &Checked) -> String {
    let found = checked.recomputed.iter().flatten();
    found
        .flat_map(|found| &found.missing)
        .map(|missing| {
            format!(
                "Not known, {} ({}): {}\n",
                missing.reason,
                missing.cases.len(),
                missing.cases.join(", ")
            )
        })
        .collect()
}

/// The reasons why cases are not known, with how many each.
fn unknown(found: &Recomputed) -> String {
    let shown: Vec<String> = found
        .missing
        .iter()
        .map(|missing| format!("{} ({})", missing.reason, missing.cases.len()))
        .collect();
    shown.join("; ")
}

/// One row a claim, with both verdicts.
#[must_use]
pub fn claims_csv(checked: &Checked) -> String {
    const HEADINGS: [&str; 15] = [
        "id",
        "source",
        "locator",
        "measure",
        "group",
        "subgroup",
        "printed",
        "against_each_other",
        "why",
        "analysis",
        "against_the_cases",
        "cases_say",
        "known",
        "eligible",
        "not_known",
    ];
    let row = |claim: &Claim, found: Option<&Recomputed>| -> Vec<String> {
        let why: Vec<&str> = checked
            .findings_of(claim)
            .map(|f| f.reason.as_str())
            .collect();
        let missing: Vec<String> = found
            .iter()
            .flat_map(|found| &found.missing)
            .map(|missing| format!("{}: {}", missing.reason, missing.cases.join(" ")))
            .collect();
        let verdict =
            |verdict: Option<Verdict>| verdict.map_or_else(String::new, |v| v.to_string());
        vec![
            claim.id.clone(),
            claim.source.clone(),
            claim.locator.clone(),
            claim.measure.clone(),
            claim.group.clone(),
            claim.subgroup.clone(),
            claim.printed(),
            verdict(checked.internal(claim)),
            why.join("; "),
            claim.analysis.clone(),
            verdict(found.map(|found| found.verdict)),
            found.map_or_else(String::new, |found| found.reason.clone()),
            found.map_or_else(String::new, |found| found.known.to_string()),
            found.map_or_else(String::new, |found| found.eligible.to_string()),
            missing.join("; "),
        ]
    };
    let claims = checked.claims.iter().zip(&checked.recomputed);
    let rows = claims.map(|(claim, found)| row(claim, found.as_ref()));
    records(HEADINGS, rows, b',')
}

/// Claims with their verdicts, and the findings, as JSON.
#[must_use]
pub fn claims_json(checked: &Checked) -> String {
    let claims: Vec<serde_json::Value> = checked
        .claims
        .iter()
        .zip(&checked.recomputed)
        .map(|(claim, found)| {
            json!({
                "claim": claim,
                "printed": claim.printed(),
                "against_each_other": checked.internal(claim),
                "against_the_cases": found,
            })
        })
        .collect();
    let value = json!({
        "summary": checked.summary(),
        "agree": checked.count(Verdict::Agrees),
        "disagree": checked.count(Verdict::Disagrees),
        "not_computable": checked.count(Verdict::NotComputable),
        "findings": checked.findings,
        "claims": claims,
    });
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

//! Claims of reviews with the verdicts on them.

use serde_json::json;

use super::super::cells::Cells;
use super::super::formats::records;
use crate::claims::{Checked, Claim, Finding, Recomputed, Verdict};
use crate::document::Grid;

/// What the three verdicts mean.
pub const CLAIM_VERDICTS: &str = "Disagrees: no reading that was tried makes the numbers hold; the reason says what was tried. Cannot be decided: an honest reading is left, or what is known does not settle it; the reason says which, and nobody is accused. Agrees: the numbers hold.";

/// A finding names so many claims in full.
const IN_FULL: usize = 3;

/// Disagreements first.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Disagrees => 0,
        Verdict::Undecided => 1,
        Verdict::Agrees => 2,
    }
}

/// The verdicts as tables: what the numbers of a review say of each other, what the cases say, and what
/// could not be read; disagreements first, and what agrees only if `all`, or where it implies counts that
/// the review does not print.
#[must_use]
pub fn claims_grids(checked: &Checked, all: bool) -> Vec<Grid> {
    let mut own = Grid::new(
        "Numbers of the review against each other",
        &["verdict", "check", "claims", "in its words", "why"],
    );
    let mut findings: Vec<&Finding> = checked
        .findings
        .iter()
        .filter(|finding| all || finding.verdict != Verdict::Agrees || finding.implies.is_some())
        .collect();
    findings.sort_by_key(|finding| (rank(finding.verdict), finding.implies.is_none()));
    for finding in findings {
        own.push([
            finding.verdict.to_string(),
            finding.check.to_owned(),
            finding.claims.join(", "),
            words(finding),
            why(finding),
        ]);
    }
    let mut cases = Grid::new(
        "Numbers of the review against the cases",
        &[
            "verdict",
            "claim",
            "in its words",
            "cases",
            "not known",
            "membership",
        ],
    );
    let mut pairs: Vec<(&Claim, &Recomputed)> = checked
        .claims
        .iter()
        .zip(&checked.recomputed)
        .filter_map(|(claim, found)| Some((claim, found.as_ref()?)))
        .filter(|(_, found)| all || found.verdict != Verdict::Agrees)
        .collect();
    pairs.sort_by_key(|(_, found)| rank(found.verdict));
    for (claim, found) in pairs {
        cases.push([
            found.verdict.to_string(),
            claim.id.clone(),
            claim.said(),
            found.reason.clone(),
            unknown(found),
            found.basis.clone(),
        ]);
    }
    let mut not_read = Grid::new("Cells that could not be read", &["claim", "cell"]);
    for (claim, cell) in checked.not_read() {
        not_read.push([claim.id.clone(), cell.to_owned()]);
    }
    [own, cases, not_read]
        .into_iter()
        .filter(|grid| !grid.rows.is_empty())
        .collect()
}

/// A finding's reason, with what it implies.
fn why(finding: &Finding) -> String {
    match &finding.implies {
        Some(implied) => format!("{}; so the counts are {implied}", finding.reason),
        None => finding.reason.clone(),
    }
}

/// What the claims of a finding say, the first few of them.
fn words(finding: &Finding) -> String {
    let more = finding.words.len().saturating_sub(IN_FULL);
    let mut said: Vec<String> = finding.words.iter().take(IN_FULL).cloned().collect();
    if more > 0 {
        said.push(format!("and {more} more"));
    }
    said.join("; ")
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
pub fn claims_csv(checked: &Checked, cells: Cells) -> String {
    const HEADINGS: [&str; 18] = [
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
        "membership",
        "in_its_words",
        "not_read",
    ];
    let row = |claim: &Claim, found: Option<&Recomputed>| -> Vec<String> {
        let why: Vec<String> = checked.findings_of(claim).map(why).collect();
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
            found.map_or_else(String::new, |found| found.basis.clone()),
            claim.said(),
            claim.not_read.join("; "),
        ]
    };
    let claims = checked.claims.iter().zip(&checked.recomputed);
    let rows = claims.map(|(claim, found)| row(claim, found.as_ref()));
    records(HEADINGS, rows, b',', cells)
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
        "undecided": checked.count(Verdict::Undecided),
        "not_read": checked.not_read().map(|(claim, cell)| json!({"claim": claim.id, "cell": cell})).collect::<Vec<_>>(),
        "findings": checked.findings,
        "claims": claims,
    });
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

//! Claims of reviews with the verdicts on them.

use serde_json::{Value, json};

use crate::claims::{Checked, Claim, Finding, Recomputed, Verdict};
use crate::document::{Block, Cell, Document, Medium, Records, Role, Table};

/// The title of the section.
const TITLE: &str = "Claims of reviews";

/// What the three verdicts mean.
pub const CLAIM_VERDICTS: &str = "Disagrees: no reading that was tried makes the numbers hold; the reason says what was tried. Cannot be decided: an honest reading is left, or what is known does not settle it; the reason says which, and nobody is accused. Agrees: the numbers hold.";

/// The verdicts as a document.
pub struct ClaimsDocument<'a> {
    /// The claims with what is said of them.
    pub checked: &'a Checked,
    /// Whether those that agree are shown too.
    pub all: bool,
    /// Whether the cases are named of whom something is not known.
    pub missing: bool,
}

impl Document for ClaimsDocument<'_> {
    fn title(&self) -> String {
        TITLE.to_owned()
    }

    fn blocks(&self, medium: Medium) -> Vec<Block> {
        let tables = Block::tables(claims_tables(self.checked, self.all));
        let missing = missing(self.checked).filter(|_| self.missing);
        match medium {
            Medium::Screen => {
                let summary = (!self.missing).then(|| self.checked.summary());
                let lines = missing.chain(summary).map(Block::Line);
                tables.into_iter().chain(lines).collect()
            }
            Medium::Page | Medium::Manuscript => [
                Block::Heading(TITLE.to_owned()),
                Block::Line(self.checked.summary()),
                Block::Line(CLAIM_VERDICTS.to_owned()),
            ]
            .into_iter()
            .chain(tables)
            .chain(missing.map(Block::Line))
            .collect(),
        }
    }

    fn records(&self) -> Records<'_> {
        records(self.checked).into()
    }

    fn json(&self) -> Value {
        claims_json(self.checked)
    }
}

/// The section of a report.
pub(in crate::report) fn claims_section(checked: &Checked) -> Vec<Block> {
    let document = ClaimsDocument {
        checked,
        all: false,
        missing: false,
    };
    document.blocks(Medium::Page)
}

/// Claims that a finding names in full, at most.
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
pub fn claims_tables(checked: &Checked, all: bool) -> Vec<Table> {
    let mut own = text_table(
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
    let mut cases = text_table(
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
    let mut not_read = text_table("Cells that could not be read", &["claim", "cell"]);
    for (claim, cell) in checked.not_read() {
        not_read.push([claim.id.clone(), cell.to_owned()]);
    }
    [own, cases, not_read]
        .into_iter()
        .filter(|table| !table.is_empty())
        .collect()
}

/// A table all of words.
fn text_table(caption: &str, headings: &[&str]) -> Table {
    let columns = headings.iter().map(|heading| (*heading, Role::Text));
    Table::new(caption, &columns.collect::<Vec<_>>())
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
fn missing(checked: &Checked) -> impl Iterator<Item = String> {
    let found = checked.recomputed.iter().flatten();
    let missing = found.flat_map(|found| &found.missing);
    missing.map(|missing| {
        format!(
            "Not known, {} ({}): {}",
            missing.reason,
            missing.cases.len(),
            missing.cases.join(", ")
        )
    })
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
fn records(checked: &Checked) -> Table {
    const COLUMNS: [(&str, Role); 18] = [
        ("id", Role::Text),
        ("source", Role::Text),
        ("locator", Role::Text),
        ("measure", Role::Text),
        ("group", Role::Group),
        ("subgroup", Role::Group),
        ("printed", Role::Text),
        ("against_each_other", Role::Text),
        ("why", Role::Text),
        ("analysis", Role::Text),
        ("against_the_cases", Role::Text),
        ("cases_say", Role::Text),
        ("known", Role::Count),
        ("eligible", Role::Count),
        ("not_known", Role::Text),
        ("membership", Role::Text),
        ("in_its_words", Role::Text),
        ("not_read", Role::Text),
    ];
    let mut table = Table::new("", &COLUMNS);
    for (claim, found) in checked.claims.iter().zip(&checked.recomputed) {
        let found = found.as_ref();
        let why: Vec<String> = checked.findings_of(claim).map(why).collect();
        let missing: Vec<String> = found
            .iter()
            .flat_map(|found| &found.missing)
            .map(|missing| format!("{}: {}", missing.reason, missing.cases.join(" ")))
            .collect();
        let verdict = |verdict: Option<Verdict>| {
            Cell::from(verdict.map_or_else(String::new, |verdict| verdict.to_string()))
        };
        let of = |cell: fn(&Recomputed) -> Cell| found.map_or_else(Cell::default, cell);
        table.push([
            claim.id.as_str().into(),
            claim.source.as_str().into(),
            claim.locator.as_str().into(),
            claim.measure.as_str().into(),
            claim.group.as_str().into(),
            claim.subgroup.as_str().into(),
            claim.printed().into(),
            verdict(checked.internal(claim)),
            Cell::lines(&why),
            claim.analysis.as_str().into(),
            verdict(found.map(|found| found.verdict)),
            of(|found| found.reason.as_str().into()),
            of(|found| found.known.into()),
            of(|found| found.eligible.into()),
            Cell::lines(&missing),
            of(|found| found.basis.as_str().into()),
            claim.said().into(),
            Cell::lines(&claim.not_read),
        ]);
    }
    table
}

/// Claims with their verdicts, and the findings, as JSON.
fn claims_json(checked: &Checked) -> Value {
    let claims: Vec<Value> = checked
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
    json!({
        "summary": checked.summary(),
        "agree": checked.count(Verdict::Agrees),
        "disagree": checked.count(Verdict::Disagrees),
        "undecided": checked.count(Verdict::Undecided),
        "not_read": checked.not_read().map(|(claim, cell)| json!({"claim": claim.id, "cell": cell})).collect::<Vec<_>>(),
        "findings": checked.findings,
        "claims": claims,
    })
}

//! The claims of a study with what both checks found.

use serde::Serialize;

use super::{Claim, Finding, Recomputed, Verdict};

/// Claims, findings on their own numbers, and what the cases say.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Checked {
    /// The claims, in the order of the sheet.
    pub claims: Vec<Claim>,
    /// What the numbers of each source say of each other.
    pub findings: Vec<Finding>,
    /// For each claim, what the cases say; `None` where it names no analysis.
    pub recomputed: Vec<Option<Recomputed>>,
}

impl Checked {
    /// Drops the claims of all other sources.
    pub fn only(&mut self, source: &str) {
        let mut keep = self.claims.iter().map(|claim| claim.source == source);
        self.recomputed.retain(|_| keep.next().unwrap_or(false));
        self.claims.retain(|claim| claim.source == source);
        self.findings.retain(|finding| finding.source == source);
    }

    /// Drops all claims but one, and the findings that do not concern it.
    pub fn one(&mut self, id: &str) {
        let mut keep = self.claims.iter().map(|claim| claim.id == id);
        self.recomputed.retain(|_| keep.next().unwrap_or(false));
        self.claims.retain(|claim| claim.id == id);
        self.findings
            .retain(|finding| finding.claims.iter().any(|claim| claim == id));
    }

    /// The findings that concern a claim.
    pub fn findings_of(&self, claim: &Claim) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.source == claim.source && finding.claims.contains(&claim.id))
    }

    /// What the other numbers of its source say of a claim; `None` where nothing can be set against it.
    #[must_use]
    pub fn internal(&self, claim: &Claim) -> Option<Verdict> {
        let verdicts: Vec<Verdict> = self
            .findings_of(claim)
            .map(|finding| finding.verdict)
            .collect();
        let worst = [Verdict::Disagrees, Verdict::Undecided, Verdict::Agrees];
        worst.into_iter().find(|verdict| verdicts.contains(verdict))
    }

    /// How many checks, of either kind, end in a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        let own = self
            .findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count();
        let cases = self.recomputed.iter().flatten();
        own + cases.filter(|found| found.verdict == verdict).count()
    }

    /// Cells of the sheet that could not be read as numbers, with the claim.
    pub fn not_read(&self) -> impl Iterator<Item = (&Claim, &str)> {
        let claims = self.claims.iter();
        claims.flat_map(|claim| {
            claim
                .not_read
                .iter()
                .map(move |cell| (claim, cell.as_str()))
        })
    }

    /// The outcome in a sentence.
    #[must_use]
    pub fn summary(&self) -> String {
        let numbers = self.claims.iter().filter(|claim| claim.is_number()).count();
        let own = |verdict| {
            self.findings
                .iter()
                .filter(|f| f.verdict == verdict)
                .count()
        };
        let cases = |verdict| {
            let found = self.recomputed.iter().flatten();
            found.filter(|found| found.verdict == verdict).count()
        };
        let counts = |of: &dyn Fn(Verdict) -> usize| {
            format!(
                "{} agree, {} disagree, {} cannot be decided",
                of(Verdict::Agrees),
                of(Verdict::Disagrees),
                of(Verdict::Undecided)
            )
        };
        let not_read = match self.not_read().count() {
            0 => String::new(),
            1 => " 1 cell could not be read as a number.".to_owned(),
            cells => format!(" {cells} cells could not be read as numbers."),
        };
        format!(
            "{} claims, {numbers} of them numbers.{not_read} Against each other: {}. Against the cases: {}.",
            self.claims.len(),
            counts(&own),
            counts(&cases)
        )
    }
}

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
        if verdicts.contains(&Verdict::Disagrees) {
            Some(Verdict::Disagrees)
        } else {
            verdicts.first().copied()
        }
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
        format!(
            "{} claims, {numbers} of them numbers. Against each other: {} checks agree, {} disagree. \
             Against the cases: {} agree, {} disagree, {} not computable from what is known.",
            self.claims.len(),
            own(Verdict::Agrees),
            own(Verdict::Disagrees),
            cases(Verdict::Agrees),
            cases(Verdict::Disagrees),
            cases(Verdict::NotComputable)
        )
    }
}

//! A study as it was read: what `study.toml` says and what each sheet holds.

use std::collections::{BTreeMap, HashMap};

use super::facts::Facts;
use super::genes::Undeclared;
use super::meta::{Cohort, StudyMeta};
use super::sheet::Tables;
use crate::case::{
    Appraisal, Claim, Decision, Membership, PatientRuling, Publication, Report, Schema,
    SeriesStatement, Weighed,
};
use crate::ontology::Ontology;

/// A study whose sheets were read and checked.
#[derive(Debug, Clone, Default)]
pub struct Study {
    /// Title, licence, curators and defaults, from `study.toml`.
    pub meta: StudyMeta,
    /// Its sheets and their columns.
    pub schema: &'static Schema,
    /// Keys of all cases, in the order of `cases.csv`.
    pub cases: Vec<String>,
    /// Cohorts that `cohorts.csv` declares.
    pub cohorts: Vec<Cohort>,
    /// The sources by key.
    pub publications: BTreeMap<String, Publication>,
    /// Which case is in which cohort.
    pub memberships: Vec<Membership>,
    /// Pooled statements of reviews.
    pub claims: Vec<Claim>,
    /// Group statements of series and trials.
    pub series: Vec<SeriesStatement>,
    /// Curators' rulings on values.
    pub decisions: Vec<Decision>,
    /// Curators' rulings on whether two cases are one patient.
    pub rulings: Vec<PatientRuling>,
    /// How well reports were made, as readers judged them.
    pub appraisals: Vec<Appraisal>,
    /// The genes that no vocabulary has, by symbol.
    pub undeclared_genes: BTreeMap<String, Undeclared>,
    /// The sheets, by name.
    pub(super) tables: Tables<'static>,
    pub(super) facts: Facts,
}

/// A case as the sheets have it.
#[derive(Debug, Clone)]
pub struct CaseSheets {
    /// What sources report of it, in the order of the sheets and their rows.
    pub reports: Vec<Report>,
    /// Curators' rulings on its values, in the order of their rows.
    pub decisions: Vec<Decision>,
}

impl CaseSheets {
    /// Puts the reports that are weighed before the others, and gives how many these are.
    pub(super) fn weighed_first(&mut self, weighed: Weighed) -> usize {
        self.reports
            .sort_by_key(|report| !weighed.takes(report.curation.state));
        let taken = |report: &Report| weighed.takes(report.curation.state);
        self.reports.partition_point(taken)
    }
}

impl Study {
    /// What the sheets have of each case, one after the other, in the order of `cases.csv`.
    pub fn each_case<'a>(
        &'a self,
        ontology: &'a Ontology,
    ) -> impl Iterator<Item = (&'a str, CaseSheets)> {
        let ruled = self.ruled();
        let cases = self.cases.iter().enumerate();
        cases.map(move |(at, case)| {
            let decisions = ruled.get(case.as_str()).into_iter().flatten().copied();
            let sheets = CaseSheets {
                reports: self.facts.of_case(at, &self.tables, ontology),
                decisions: decisions.cloned().collect(),
            };
            (case.as_str(), sheets)
        })
    }

    /// The rulings on values of each case.
    pub(super) fn ruled(&self) -> HashMap<&str, Vec<&Decision>> {
        let mut ruled: HashMap<&str, Vec<&Decision>> = HashMap::new();
        for decision in &self.decisions {
            ruled.entry(&decision.case).or_default().push(decision);
        }
        ruled
    }
}

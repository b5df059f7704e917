//! A study as quads: each source's reports in its own graph, what is taken in the consensus graph.

mod columns;
mod differences;
mod facts;
mod names;
mod partner;
mod reports;
mod shown;
mod sources;
mod things;
mod treatments;
mod writer;

use std::collections::{BTreeSet, HashMap};

use super::record::Study;
use crate::case::{Consensus, FactSheet, MembershipBasis, Report};
use crate::graph::model::{Literal, NamedNode, Quad, rdf, rdfs};
use crate::graph::namespaces::concept;
use crate::graph::vocab::{casegraph as cg, dcterms, skos};
use crate::ontology::Ontology;
pub use columns::shipped_columns;
use facts::Facts;
use names::Names;
pub use names::{class_of, property_of};
use reports::reports;
pub(super) use shown::shown;
use things::{missing_value, things};
use writer::{Missing, Writer};

/// Why a case has no value of which no report that counts tells.
const NOTHING: &str = "nothing in the consensus";

/// What is said of a study as a whole, and of what its cases share.
pub(super) fn of_study(study: &Study, take: &mut dyn FnMut(Vec<Quad>)) {
    let names = Names::new(study);
    let mut out = Writer::new(&names);
    out.take = Some(take);
    differences::decisions(study, &names, &mut out);
    memberships(study, &names, &mut out);
    undeclared_genes(study, &mut out);
    out.graph = names.graph("columns");
    columns::of_study(study, &names, &mut out);
    out.graph = names.graph("publications");
    sources::publications(study, &names, &mut out);
    sources::graphs(study, &names, &mut out);
    sources::group_statements(study, &names, &mut out);
    sources::appraisals(study, &names, &mut out);
    out.flush();
}

/// One case: what sources report of it, and what is taken.
pub(super) struct Case<'a> {
    pub key: &'a str,
    /// All reports, those that are weighed first.
    pub reports: &'a [Report],
    /// How many are weighed.
    pub weighed: usize,
    pub consensus: &'a Consensus,
}

/// What is said of one case after the other.
pub(super) struct Cases<'a> {
    names: Names,
    /// The main publication of each case that has one.
    main: HashMap<&'a str, &'a str>,
    /// The missing values that were told of.
    missing: BTreeSet<Missing>,
    study: &'a Study,
    ontology: &'a Ontology,
}

impl<'a> Cases<'a> {
    pub fn of(study: &'a Study, ontology: &'a Ontology) -> Self {
        let named = study
            .memberships
            .iter()
            .filter(|membership| !membership.publication.is_empty());
        let main =
            named.map(|membership| (membership.case.as_str(), membership.publication.as_str()));
        Self {
            names: Names::new(study),
            main: main.collect(),
            missing: BTreeSet::new(),
            study,
            ontology,
        }
    }

    /// All quads of a case.
    pub fn quads(&mut self, case: &Case<'_>) -> Vec<Quad> {
        let (names, ontology) = (&self.names, self.ontology);
        let mut out = Writer::new(names);
        let facts = Facts::of(case.consensus);
        let of = |sheet| -> Vec<Facts> {
            let facts = facts.iter().filter(|facts| facts.thing.sheet == sheet);
            facts.copied().collect()
        };
        let node = names.named("case", case.key);
        self.case(&node, case.key, &mut out);
        if of(FactSheet::cases()).is_empty() {
            for column in FactSheet::cases().columns() {
                out.missing(&node, column.property, NOTHING, names);
            }
        }
        things(&facts, ontology, names, &mut out);
        partner::partner(&node, &of(FactSheet::fusions()), names, &mut out);
        treatments::course(&of(FactSheet::treatments()), ontology, names, &mut out);
        let weighed = &case.reports[..case.weighed];
        treatments::read_in_full(self.study, weighed, names, &mut out);
        let nodes = names.reports(case.reports);
        differences::differences(case, &nodes, ontology, names, &mut out);
        for missing in std::mem::take(&mut out.missing) {
            if self.missing.insert(missing) {
                missing_value(missing, ontology, names, &mut out);
            }
        }
        reports(case.reports, &nodes, names, &mut out);
        for (report, node) in case.reports.iter().zip(&nodes).skip(case.weighed) {
            out.graph = names.named("publication", &report.source);
            out.add(node, cg::WEIGHED, Literal::from(false));
        }
        out.quads
    }

    fn case(&self, node: &NamedNode, key: &str, out: &mut Writer) {
        let names = &self.names;
        out.add(node, rdf::TYPE, cg::CASE);
        out.text(node, rdfs::LABEL, key);
        out.text(node, cg::CASE_KEY, key);
        out.add(node, cg::IN_STUDY, names.study());
        if let Some(publication) = self.main.get(key) {
            let publication = names.named("publication", publication);
            out.add(node, cg::MAIN_PUBLICATION, publication);
        }
    }
}

fn memberships(study: &Study, names: &Names, out: &mut Writer) {
    for cohort in &study.cohorts {
        let node = names.named("cohort", &cohort.name);
        out.add(&node, rdf::TYPE, cg::COHORT);
        out.text(&node, rdfs::LABEL, &cohort.name);
        out.text(&node, dcterms::DESCRIPTION, &cohort.description);
        out.add(&node, cg::COUNTED, Literal::from(cohort.counted));
        out.add(&node, cg::IN_STUDY, names.study());
    }
    for membership in &study.memberships {
        let cohort = names.named("cohort", &membership.cohort);
        let case = names.named("case", &membership.case);
        let key = format!("{}/member/{}", membership.cohort, membership.case);
        let node = names.named("cohort", &key);
        out.add(&case, cg::IN_COHORT, cohort.clone());
        out.add(&node, rdf::TYPE, cg::COHORT_MEMBERSHIP);
        out.add(&node, cg::MEMBER, case);
        out.add(&node, cg::OF_COHORT, cohort);
        out.text(&node, cg::NUMBER_IN_SOURCE, &membership.number_in_source);
        let basis = membership.basis.map_or("", MembershipBasis::word);
        out.text(&node, cg::BASIS, basis);
        out.text(&node, cg::REASON, &membership.reason);
    }
}

/// A gene that no vocabulary has is called by its symbol, so that no query loses it, and is linked to
/// what tables of genes have of it.
fn undeclared_genes(study: &Study, out: &mut Writer) {
    for (symbol, gene) in &study.undeclared_genes {
        let node = concept("gene", symbol);
        out.add(&node, rdf::TYPE, skos::CONCEPT);
        out.text(&node, rdfs::LABEL, symbol);
        out.text(&node, skos::PREF_LABEL, symbol);
        out.text(&node, cg::DISPLAY, symbol);
        out.add(&node, cg::UNDER, node.clone());
        for record in &gene.records {
            out.add(&node, skos::EXACT_MATCH, record.clone());
        }
    }
}

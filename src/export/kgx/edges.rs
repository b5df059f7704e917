//! Edges of a Biolink graph.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::nodes::{Category, Nodes};
use crate::case::FactSheet;
use crate::export::unsaid::Unsaid;
use crate::export::{ExportCase, ExportStudy};
use crate::likeness::NO_EVENT;

/// Knowledge level of what was seen in a patient.
const OBSERVATION: &str = "observation";
/// Knowledge level of what was inferred, as a partner from a staining pattern.
const PREDICTION: &str = "prediction";
/// Subject, predicate, object and knowledge level.
type Key = (String, &'static str, String, &'static str);

#[derive(Default)]
struct Support {
    cases: BTreeSet<String>,
    publications: BTreeSet<String>,
    counted: bool,
}

/// The edges, each once, with the cases and publications that it rests on.
#[derive(Default)]
pub(super) struct Edges(BTreeMap<Key, Support>);

impl Edges {
    /// Adds what a case says.
    pub(super) fn of_case(
        &mut self,
        study: &ExportStudy,
        case: &ExportCase,
        nodes: &mut Nodes,
        unsaid: &mut Unsaid,
    ) {
        let publications: BTreeSet<String> = study
            .sources(case)
            .into_iter()
            .map(|one| nodes.publication(one))
            .collect();
        let patient = nodes.case(case);
        let cases = FactSheet::cases();
        let mut add = |subject: &str, predicate, object: &str, level| {
            let key = (subject.to_owned(), predicate, object.to_owned(), level);
            let support = self.0.entry(key).or_default();
            support.cases.insert(case.key().to_owned());
            support.publications.extend(publications.iter().cloned());
            support.counted |= case.profile.counted;
        };
        for publication in &publications {
            add(&patient, "biolink:mentioned_by", publication, OBSERVATION);
        }
        let own = case.one(cases);
        let disease = own.and_then(|own| own.term("histology"));
        let disease = disease.map(|term| nodes.term(term, Category::Disease));
        if let Some(disease) = &disease {
            add(&patient, "biolink:related_to", disease, OBSERVATION);
            unsaid.say(cases, 1, &["histology"]);
        }
        if let Some(site) = own.and_then(|own| own.term("primary_site")) {
            let site = nodes.term(site, Category::Site);
            add(&patient, "biolink:related_to", &site, OBSERVATION);
            if let Some(disease) = &disease {
                add(disease, "biolink:disease_has_location", &site, OBSERVATION);
            }
            unsaid.say(cases, 1, &["primary_site"]);
        }
        let fusions = FactSheet::fusions();
        for (item, fusion) in case.of(fusions) {
            let inferred = fusion.text("observed_or_inferred") == Some("inferred");
            for end in ["five_prime", "three_prime"] {
                let Some(gene) = fusion.term(end) else {
                    continue;
                };
                let level = if inferred && end == "five_prime" {
                    PREDICTION
                } else {
                    OBSERVATION
                };
                let gene = nodes.term(gene, Category::Gene);
                add(&patient, "biolink:related_to", &gene, level);
                if let Some(disease) = &disease {
                    add(
                        disease,
                        "biolink:condition_associated_with_gene",
                        &gene,
                        level,
                    );
                }
                unsaid.say(fusions, item, &[end, "observed_or_inferred"]);
            }
        }
        let treatments = FactSheet::treatments();
        for (item, episode) in case.of(treatments) {
            let drugs: Vec<&str> = episode
                .terms("agent")
                .chain(episode.terms("with"))
                .collect();
            for drug in &drugs {
                let drug = nodes.term(drug, Category::Drug);
                add(&patient, "biolink:related_to", &drug, OBSERVATION);
                if let Some(disease) = &disease {
                    add(
                        disease,
                        "biolink:treatment_applications_from",
                        &drug,
                        OBSERVATION,
                    );
                }
            }
            if !drugs.is_empty() {
                unsaid.say(treatments, item, &["agent", "with"]);
            }
        }
        let events = FactSheet::adverse_events();
        for (item, event) in case.of(events) {
            let Some(term) = event.term("term").filter(|term| *term != NO_EVENT) else {
                continue;
            };
            let term = nodes.term(term, Category::Event);
            add(&patient, "biolink:has_phenotype", &term, OBSERVATION);
            for drug in event.terms("agent") {
                let drug = nodes.term(drug, Category::Drug);
                add(&drug, "biolink:has_adverse_event", &term, OBSERVATION);
            }
            unsaid.say(events, item, &["term", "agent"]);
        }
    }

    pub(super) fn records(self) -> Vec<Map<String, Value>> {
        let edges = self.0.into_iter().enumerate();
        let edge = |(number, ((subject, predicate, object, level), support)): (
            usize,
            (Key, Support),
        )| {
            let edge = json!({
                "id": format!("casegraph.edge:{}", number + 1),
                "subject": subject,
                "predicate": predicate,
                "object": object,
                "category": ["biolink:Association"],
                "knowledge_level": level,
                "agent_type": "manual_agent",
                "primary_knowledge_source": "infores:casegraph",
                "publications": support.publications,
                "evidence_count": support.cases.len(),
                "supporting_text": [format!("cases: {}{}", support.cases.into_iter().collect::<Vec<_>>().join(", "),
                    if support.counted { "" } else { "; none of them counts" })],
            });
            match edge {
                Value::Object(edge) => edge,
                _ => Map::new(),
            }
        };
        edges.map(edge).collect()
    }
}

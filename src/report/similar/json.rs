//! The cases like a patient, for programs.

use serde_json::{Value, json};

use super::SimilarPage;
use crate::case::ReadingDepth;
use crate::likeness::{Derived, SimilarCase, SimilarDrug};

impl SimilarPage<'_> {
    pub(super) fn as_json(&self) -> Value {
        let found = self.found;
        let weights = found.weights.iter();
        let weights = weights
            .map(|(item, weight, how)| json!({"item": item, "weight": weight, "likeness": how}));
        let patient = self.patient_values().into_iter();
        let patient = patient.map(|(item, value)| json!({"item": item, "value": value}));
        let cases = |cases: &[SimilarCase]| -> Vec<Value> {
            cases.iter().map(|case| self.case_json(case)).collect()
        };
        let drugs = |drugs: &[SimilarDrug]| -> Vec<Value> {
            drugs.iter().map(|drug| self.drug_json(drug)).collect()
        };
        let alterations = found.alterations.iter().map(|met| {
            let of = |counted: bool| {
                let cases = met.cases.iter();
                let cases = cases.filter(move |(_, counts)| **counts == counted);
                cases.map(|(case, _)| case).collect::<Vec<_>>()
            };
            json!({
                "gene": met.gene.as_deref().map(|gene| self.label(gene)),
                "alteration": met.alteration,
                "timing": met.timing,
                "cases": of(true),
                "cases_not_counted": of(false),
                "asked": met.asked,
            })
        });
        let events = found.events.iter().map(|event| {
            json!({
                "drug": self.label(&event.drug),
                "event": event.event.as_deref().map(|event| self.label(event)),
                "consequence": event.consequence.words(),
                "cases": event.cases,
            })
        });
        json!({
            "patient": patient.collect::<Vec<_>>(),
            "drug": self.options.drug.as_deref().map(|drug| self.label(drug)),
            "weights": weights.collect::<Vec<_>>(),
            "compared": found.compared,
            "alike": found.alike,
            "went_on": found.went_on,
            "cases": cases(&found.cases),
            "not_counted": cases(&found.not_counted),
            "next": drugs(&found.next),
            "responses": drugs(&found.drugs),
            "alterations": alterations.collect::<Vec<_>>(),
            "adverse_events": events.collect::<Vec<_>>(),
            "notes": self.notes(),
            "synthetic": self.synthetic,
            "made_from": self.made_from,
        })
    }

    fn case_json(&self, case: &SimilarCase) -> Value {
        let profile = &case.profile;
        let items = case.items.iter().map(|own| {
            let likeness = (!own.is_unknown()).then_some(own.least);
            json!({
                "item": own.item, "weight": own.weight, "likeness": likeness,
                "likeness_if_unknown_is_alike": own.most, "value": own.value,
            })
        });
        let episodes = profile.episodes.iter().map(|e| {
            let derived = |value| e.derived.contains(&value);
            json!({
                "drugs": e.drugs.iter().map(|drug| self.label(drug)).collect::<Vec<_>>(),
                "response": e.response,
                "response_derived": derived(Derived::Response),
                "progression_free_months": e.progression_free,
                "progression_free_months_derived": derived(Derived::ProgressionFree),
                "progressed": e.progressed,
                "progressed_derived": derived(Derived::Progressed),
                "stop_reason": e.stop_reason,
            })
        });
        let sources = profile.sources.iter().map(|source| {
            let known = self.study.publications.get(&source.key);
            let read = known.map(|p| p.read.map_or("", ReadingDepth::word));
            json!({"publication": source.key, "read": read, "locators": source.locators})
        });
        let alterations = profile.alterations.iter().map(|one| {
            let gene = one.gene.as_deref().map(|gene| self.label(gene));
            json!({"gene": gene, "alteration": one.alteration, "timing": one.timing})
        });
        json!({
            "case": profile.case,
            "counted": profile.counted,
            "why_not_counted": profile.excluded,
            "similarity": case.least,
            "similarity_if_unknown_is_alike": case.most,
            "items": items.collect::<Vec<_>>(),
            "partner_inferred": profile.inferred_partner,
            "episodes": episodes.collect::<Vec<_>>(),
            "next_episodes": case.next.as_ref().map(|next| &next.next),
            "alterations": alterations.collect::<Vec<_>>(),
            "status": profile.status,
            "status_derived": profile.derived.contains(&Derived::Status),
            "months": profile.months,
            "months_derived": profile.derived.contains(&Derived::Months),
            "counted_from": profile.counted_from,
            "not_known": self.not_known(case),
            "sources": sources.collect::<Vec<_>>(),
        })
    }

    fn drug_json(&self, drug: &SimilarDrug) -> Value {
        let overall = &drug.rates.overall;
        let left_out: Vec<Value> = drug
            .ledger
            .exclusions()
            .into_iter()
            .map(|e| json!({"reason": e.reason, "cases": e.units}))
            .collect();
        json!({
            "drug": self.label(&drug.drug),
            "cases": overall.units,
            "objective_response": overall.objective,
            "disease_control": overall.control,
            "objective_response_with_words": overall.objective_with_words,
            "left_out": left_out,
        })
    }
}

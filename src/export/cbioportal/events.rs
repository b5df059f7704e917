//! Fusions as structural variants, and treatments on a time axis.

use std::collections::BTreeSet;

use super::table::plain;
use super::{Patient, meta};
use crate::case::FactSheet;
use crate::export::fusions::{FUSION, fusion_name, fusion_words};
use crate::export::unsaid::{Unsaid, shown};
use crate::export::{ExportStudy, Exported, MONTH, WithoutIdentifier};

pub(super) fn structural_variants(
    study: &ExportStudy,
    patients: &[Patient],
    id: &str,
    unsaid: &mut [Unsaid],
    exported: &mut Exported,
) {
    let sheet = FactSheet::fusions();
    let (mut rows, mut samples, mut genes) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for (patient, left) in patients.iter().zip(unsaid) {
        for (item, fusion) in patient.case.of(sheet) {
            let ends = ["five_prime", "three_prime"].map(|end| fusion.term(end));
            if ends.iter().all(Option::is_none) {
                continue;
            }
            let gene = |end: Option<&str>| {
                end.map_or(String::new(), |gene| study.terms.label(gene).to_owned())
            };
            let [five, three] = ends.map(gene);
            let [five_id, three_id] = ends.map(|end| entrez(end, study, exported));
            genes.extend(
                [&five, &three]
                    .into_iter()
                    .filter(|gene| !gene.is_empty())
                    .cloned(),
            );
            rows.push(vec![
                patient.sample.clone(),
                "SOMATIC".to_owned(),
                five.clone(),
                five_id,
                three.clone(),
                three_id,
                format!(
                    "{} fusion",
                    fusion_name(fusion, |gene| study.terms.label(gene).to_owned())
                ),
                "Fusion".to_owned(),
                fusion_words(fusion, &study.terms),
            ]);
            samples.insert(patient.sample.clone());
            left.say(sheet, item, &FUSION);
        }
    }
    if rows.is_empty() {
        return;
    }
    let headings = [
        "Sample_Id",
        "SV_Status",
        "Site1_Hugo_Symbol",
        "Site1_Entrez_Gene_Id",
        "Site2_Hugo_Symbol",
        "Site2_Entrez_Gene_Id",
        "Event_Info",
        "Class",
        "Comments",
    ];
    exported.add("data_sv.txt", plain(&headings, &rows));
    let panel = format!("{id}_fusions");
    let lines = [
        ("cancer_study_identifier", id),
        ("genetic_alteration_type", "STRUCTURAL_VARIANT"),
        ("datatype", "SV"),
        ("stable_id", "structural_variants"),
        ("show_profile_in_analysis_tab", "true"),
        ("profile_name", "Gene fusions as published"),
        (
            "profile_description",
            "Fusions of the tumors as their sources report them. SV_Status is what the format asks for: no source compared with germline DNA unless it says so",
        ),
        ("data_filename", "data_sv.txt"),
    ];
    exported.add("meta_sv.txt", meta(&lines));
    let gene_panel = [
        ("stable_id", panel.as_str()),
        (
            "description",
            "Genes of the fusions that are reported. What else was looked for is not known of most cases",
        ),
    ];
    let genes: Vec<String> = genes.into_iter().collect();
    let text = format!("{}gene_list:\t{}\n", meta(&gene_panel), genes.join("\t"));
    exported.add(format!("gene_panel_{panel}.txt"), text);
    case_list(id, &samples, exported);
}

/// The samples with data on fusions.
fn case_list(id: &str, samples: &BTreeSet<String>, exported: &mut Exported) {
    let stable = format!("{id}_sv");
    let ids: Vec<&str> = samples.iter().map(String::as_str).collect();
    let lines = [
        ("cancer_study_identifier", id),
        ("stable_id", stable.as_str()),
        ("case_list_name", "Samples with a gene fusion"),
        (
            "case_list_description",
            "Samples of which a fusion is reported",
        ),
        ("case_list_category", "all_cases_with_sv_data"),
    ];
    let text = format!("{}case_list_ids: {}\n", meta(&lines), ids.join("\t"));
    exported.add("case_lists/cases_sv.txt", text);
}

/// The number of a gene at NCBI; its lack is noted.
fn entrez(gene: Option<&str>, study: &ExportStudy, exported: &mut Exported) -> String {
    let Some(gene) = gene else {
        return String::new();
    };
    let known = study
        .terms
        .get(gene)
        .and_then(|term| term.identifier(&["NCBIGene"]));
    if known.is_none() {
        exported
            .ledger
            .without_identifier
            .insert(WithoutIdentifier {
                term: gene.to_owned(),
                label: study.terms.label(gene).to_owned(),
                wanted: "NCBIGene".to_owned(),
            });
    }
    known.map_or(String::new(), |known| known.local.to_owned())
}

/// Treatments of which a source states when they began. Days count from the first dose that the source names.
pub(super) fn timeline(
    study: &ExportStudy,
    patients: &[Patient],
    id: &str,
    unsaid: &mut [Unsaid],
    exported: &mut Exported,
) {
    let sheet = FactSheet::treatments();
    let mut rows = Vec::new();
    for (patient, left) in patients.iter().zip(unsaid) {
        for (item, episode) in patient.case.of(sheet) {
            let Some(start) = episode.number("start_months") else {
                continue;
            };
            let stop = episode
                .number("duration_months")
                .map(|months| start + months);
            let day = |months: f64| ((months * MONTH).round() as i64).to_string();
            let words = |column: &str| {
                let values: Vec<&str> = episode
                    .all(column)
                    .iter()
                    .map(|datum| shown(datum, &study.terms))
                    .collect();
                values.join("; ")
            };
            let agents = [words("agent"), words("with")];
            let agents: Vec<String> = agents.into_iter().filter(|text| !text.is_empty()).collect();
            rows.push(vec![
                patient.id.clone(),
                day(start),
                stop.map_or(String::new(), day),
                "TREATMENT".to_owned(),
                words("kind"),
                agents.join(" + "),
                words("line"),
                words("dose"),
                words("best_response"),
                words("stop_reason"),
                "first dose that the source names".to_owned(),
            ]);
            let said = [
                "start_months",
                "duration_months",
                "kind",
                "agent",
                "with",
                "line",
                "dose",
                "best_response",
                "stop_reason",
            ];
            left.say(sheet, item, &said);
        }
    }
    if rows.is_empty() {
        return;
    }
    let headings = [
        "PATIENT_ID",
        "START_DATE",
        "STOP_DATE",
        "EVENT_TYPE",
        "TREATMENT_TYPE",
        "AGENT",
        "LINE_OF_THERAPY",
        "DOSE",
        "BEST_RESPONSE",
        "STOP_REASON",
        "COUNTED_FROM",
    ];
    exported.add("data_timeline_treatment.txt", plain(&headings, &rows));
    let lines = [
        ("cancer_study_identifier", id),
        ("genetic_alteration_type", "CLINICAL"),
        ("datatype", "TIMELINE"),
        ("data_filename", "data_timeline_treatment.txt"),
    ];
    exported.add("meta_timeline_treatment.txt", meta(&lines));
}

//! Fusions as the VICC gene fusion specification has them: `AssayedFusion` objects of FUSOR 0.10.
//!
//! Specification: <https://fusions.cancervariants.org>.

use serde_json::{Value, json};

use super::fusions::fusion_name;
use super::ledger::delimited;
use super::unsaid::Unsaid;
use super::{ExportCase, ExportEvent, ExportFormat, ExportStudy, Exported, WithoutIdentifier};
use crate::case::FactSheet;

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "fusor",
    describes: "fusions as VICC AssayedFusion objects (FUSOR)",
    of_cases: true,
    write: |study| Ok(write(study)),
};

fn write(study: &ExportStudy) -> Exported {
    let mut exported = Exported::default();
    let (mut fusions, mut index) = (Vec::new(), Vec::new());
    let sheet = FactSheet::fusions();
    for case in &study.cases {
        let mut unsaid = Unsaid::of(case);
        for (item, event) in case.of(sheet) {
            let Some((fusion, name)) = fusion(study, event, &mut exported) else {
                continue;
            };
            index.push([
                case.key().to_owned(),
                item.to_string(),
                fusions.len().to_string(),
                name,
                sources(study, case),
                if case.profile.counted { "yes" } else { "no" }.to_owned(),
                case.profile.excluded.clone().unwrap_or_default(),
            ]);
            fusions.push(fusion);
            unsaid.say(
                sheet,
                item,
                &["five_prime", "three_prime", "observed_or_inferred"],
            );
            if status_is_seen(event) {
                unsaid.say(sheet, item, &["partner_status"]);
            }
            if event.all("method").len() < 2 {
                unsaid.say(sheet, item, &["method"]);
            }
        }
        unsaid.lose(&study.terms, &mut exported.ledger, |of, column| {
            match (of == sheet, column) {
                (false, _) => "the format is of fusions alone",
                (_, "method") => "a fusion has one assay: it is the first",
                (_, "partner_status") => {
                    "genes that stand there say themselves whether they are known"
                }
                (_, "breakpoint") => "plain words are no junction of transcripts",
                _ => "no gene of the fusion has an identifier of HGNC",
            }
        });
    }
    let text = format!("{:#}\n", Value::Array(fusions));
    exported.add("fusions.json", text);
    let headings = [
        "case",
        "item",
        "position",
        "fusion",
        "sources",
        "counted",
        "why_not_counted",
    ];
    exported.add("cases.csv", delimited(&headings, index));
    exported
}

/// Whether the genes of a fusion say of its partner what the sheet says: known if both stand there, and else unknown or one
/// of several.
fn status_is_seen(event: &ExportEvent) -> bool {
    let both = ["five_prime", "three_prime"]
        .iter()
        .all(|end| event.term(end).is_some());
    event
        .text("partner_status")
        .is_none_or(|status| (status == "known") == both)
}

fn sources(study: &ExportStudy, case: &ExportCase) -> String {
    let sources = study.sources(case);
    let keys: Vec<&str> = sources
        .iter()
        .map(|one| one.publication.key.as_str())
        .collect();
    keys.join("; ")
}

/// The fusion and its name; `None` where a gene has no identifier, or neither gene is known.
fn fusion(
    study: &ExportStudy,
    event: &ExportEvent,
    exported: &mut Exported,
) -> Option<(Value, String)> {
    let ends = ["five_prime", "three_prime"].map(|end| event.term(end));
    let elements = ends.map(|gene| match gene {
        Some(gene) => element(study, gene, exported),
        None => Some(json!({ "type": "UnknownGeneElement" })),
    });
    if ends.iter().all(Option::is_none) {
        return None;
    }
    let [Some(five), Some(three)] = elements else {
        return None;
    };
    let name = fusion_name(event, |gene| {
        let id = hgnc(study, gene).unwrap_or_default();
        format!("{}({})", study.terms.label(gene), id.to_lowercase())
    });
    let mut fusion = json!({
        "type": "AssayedFusion",
        "structure": [five, three],
        "viccNomenclature": name,
    });
    if let Some(assay) = assay(study, event) {
        fusion["assay"] = assay;
    }
    Some((fusion, name))
}

fn hgnc(study: &ExportStudy, gene: &str) -> Option<String> {
    let known = study.terms.get(gene)?.identifier(&["HGNC"])?;
    Some(known.curie())
}

fn element(study: &ExportStudy, gene: &str, exported: &mut Exported) -> Option<Value> {
    let Some(id) = hgnc(study, gene) else {
        exported
            .ledger
            .without_identifier
            .insert(WithoutIdentifier {
                term: gene.to_owned(),
                label: study.terms.label(gene).to_owned(),
                wanted: "HGNC".to_owned(),
            });
        return None;
    };
    Some(json!({
        "type": "GeneElement",
        "gene": {
            "conceptType": "Gene",
            "name": study.terms.label(gene),
            "primaryCoding": {
                "id": id.to_lowercase(),
                "code": id,
                "system": "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/",
            },
        },
    }))
}

/// The first method, and whether the partner was observed or inferred; `None` if neither is known.
fn assay(study: &ExportStudy, event: &ExportEvent) -> Option<Value> {
    let method = event.term("method");
    let detection = event.text("observed_or_inferred");
    if method.is_none() && detection.is_none() {
        return None;
    }
    let mut assay = json!({ "type": "Assay" });
    if let Some(method) = method {
        assay["assayName"] = json!(study.terms.label(method));
        let known = study
            .terms
            .get(method)
            .and_then(|term| term.identifier(&["OBI", "NCIT"]));
        if let Some(known) = known {
            assay["assayId"] = json!(known.curie());
        }
    }
    if let Some(detection) = detection {
        assay["fusionDetection"] = json!(detection);
    }
    Some(assay)
}

//! Fusions and changes of proteins as interpretations.

use serde_json::{Value, json};

use super::words::Words;
use crate::case::FactSheet;
use crate::export::fusions::{FUSION, fusion_name, fusion_words};
use crate::export::unsaid::Unsaid;
use crate::export::{ExportCase, ExportEvent};

/// The fusions and alterations of a case whose gene HGNC knows, as one interpretation of its disease.
pub(super) fn interpretations(
    case: &ExportCase,
    disease: &Value,
    words: &mut Words,
    unsaid: &mut Unsaid,
) -> Vec<Value> {
    let mut found = Vec::new();
    let fusions = FactSheet::fusions();
    for (item, event) in case.of(fusions) {
        if let Some(descriptor) = fusion(case, item, event, words) {
            found.push(interpreted(case, &descriptor));
            unsaid.say(fusions, item, &FUSION);
        }
    }
    let alterations = FactSheet::alterations();
    for (item, event) in case.of(alterations) {
        if let Some(descriptor) = alteration(case, item, event, words) {
            found.push(interpreted(case, &descriptor));
            unsaid.say(alterations, item, &["gene", "alteration", "timing"]);
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    vec![json!({
        "id": format!("{}-interpretation", case.key()),
        "progressStatus": "UNKNOWN_PROGRESS",
        "diagnosis": { "disease": disease, "genomicInterpretations": found },
    })]
}

fn interpreted(case: &ExportCase, descriptor: &Value) -> Value {
    json!({
        "subjectOrBiosampleId": case.key(),
        "interpretationStatus": "UNKNOWN_STATUS",
        "variantInterpretation": {
            "acmgPathogenicityClassification": "NOT_PROVIDED",
            "therapeuticActionability": "UNKNOWN_ACTIONABILITY",
            "variationDescriptor": descriptor,
        },
    })
}

/// A fusion by both genes. The gene of the descriptor is the one at the 3' end, which the fusion makes active; where
/// it is not known, the one at the 5' end.
fn fusion(case: &ExportCase, item: u32, event: &ExportEvent, words: &mut Words) -> Option<Value> {
    let ends = ["five_prime", "three_prime"];
    let genes = ends.map(|end| event.term(end).map(str::to_owned));
    let known = genes
        .clone()
        .map(|gene| gene.and_then(|gene| words.gene(&gene)));
    let [five_known, three_known] = &known;
    let (id, symbol) = three_known.as_ref().or(five_known.as_ref())?;
    let terms = &words.study.terms;
    let label = fusion_name(event, |gene| terms.label(gene).to_owned());
    let told = fusion_words(event, terms);
    let mut descriptor = json!({
        "id": format!("{}-fusion-{item}", case.key()),
        "label": label,
        "geneContext": { "valueId": id, "symbol": symbol },
        "moleculeContext": "transcript",
    });
    if !told.is_empty() {
        descriptor["description"] = json!(told);
    }
    if let [Some((five, _)), Some((three, _))] = &known {
        descriptor["alternateLabels"] = json!([format!("{five}::{three}")]);
    }
    descriptor["structuralType"] = words.class("SO", "SO:0001565", "gene_fusion");
    Some(descriptor)
}

/// A change of a protein, such as G1269A, of a known gene. Other words may say that something was not found.
fn alteration(
    case: &ExportCase,
    item: u32,
    event: &ExportEvent,
    words: &mut Words,
) -> Option<Value> {
    let change = event
        .text("alteration")
        .filter(|text| is_protein_change(text))?;
    let (id, symbol) = words.gene(event.term("gene")?)?;
    let when = event
        .text("timing")
        .map_or("time not known", |timing| timing);
    Some(json!({
        "id": format!("{}-alteration-{item}", case.key()),
        "label": format!("{symbol} {change}"),
        "description": format!("found: {when}"),
        "geneContext": { "valueId": id, "symbol": symbol },
        "expressions": [{ "syntax": "hgvs.p", "value": format!("p.{change}") }],
        "moleculeContext": "protein",
    }))
}

/// Letters of amino acids, and the asterisk of a stop.
const AMINO_ACIDS: &str = "ACDEFGHIKLMNPQRSTVWY";

/// Whether a text is a substitution in one-letter code: an amino acid, a place, an amino acid or a stop.
fn is_protein_change(text: &str) -> bool {
    let mut letters = text.chars();
    let (Some(from), Some(to)) = (letters.next(), letters.next_back()) else {
        return false;
    };
    let place = letters.as_str();
    let digits = !place.is_empty() && place.bytes().all(|b| b.is_ascii_digit());
    digits && AMINO_ACIDS.contains(from) && (AMINO_ACIDS.contains(to) || to == '*')
}

#[cfg(test)]
mod tests {
    use super::is_protein_change;

    #[test]
    fn only_a_substitution_is_a_change_of_a_protein() {
        for text in ["G1269A", "L1196Q", "R132*"] {
            assert!(is_protein_change(text), "{text}");
        }
        for text in [
            "no secondary mutation",
            "amplification",
            "G1269",
            "1269A",
            "",
            "A",
            "wild type",
        ] {
            assert!(!is_protein_change(text), "{text}");
        }
    }
}

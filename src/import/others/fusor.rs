//! VICC `AssayedFusion` objects of FUSOR, and beside them the list of whose they are: a fusion names no patient.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::Files;
use super::draft::{Cells, Draft, Source};

/// The list of cases that an export of ours has.
const LIST: &str = "cases.csv";

#[derive(Deserialize)]
enum Type {
    AssayedFusion,
}

/// What tells a fusion from other JSON.
#[derive(Deserialize)]
struct Outline {
    #[serde(rename = "type")]
    _type: Type,
}

/// Whether a file is a fusion or a list of them.
pub(super) fn is_fusions(bytes: &[u8]) -> bool {
    let list = serde_json::from_slice::<Vec<Outline>>(bytes);
    list.map_or_else(
        |_| serde_json::from_slice::<Outline>(bytes).is_ok(),
        |list| !list.is_empty(),
    )
}

/// A row of the list.
#[derive(Deserialize)]
struct Of {
    case: String,
    #[serde(default)]
    item: String,
    position: String,
    #[serde(default)]
    sources: String,
    #[serde(default)]
    counted: String,
    #[serde(default)]
    why_not_counted: String,
}

pub(super) fn read(files: &Files, draft: &mut Draft) {
    let mut found = files.iter().filter(|(_, bytes)| is_fusions(bytes));
    let (Some((name, bytes)), more) = (found.next(), found.next()) else {
        return;
    };
    if let Some((other, _)) = more {
        let rule = format!("is a second file of fusions beside {name}: import them one by one");
        draft.refuse(other, rule);
        return;
    }
    let fusions = match serde_json::from_slice(bytes) {
        Ok(Value::Array(list)) => list,
        Ok(one) => vec![one],
        Err(error) => return draft.refuse(name, format!("is no JSON: {error}")),
    };
    let Some(list) = files.get(LIST) else {
        let rule = format!(
            "has fusions, which name no patient: put {LIST} beside it, with the columns case and position (of the fusion in the file, from 0), and import both"
        );
        return draft.refuse(name, rule);
    };
    let key = draft.own_key();
    let title = [
        ("title", "Fusions (FUSOR)"),
        ("kind", "database"),
        ("read", "full-text"),
    ];
    draft.publication(&key, &title);
    let mut taken = vec![false; fusions.len()];
    let mut declared = BTreeSet::new();
    let mut reader = csv::Reader::from_reader(list.as_slice());
    for (row, of) in reader.deserialize::<Of>().enumerate() {
        let line = row + 2;
        let of = match of {
            Ok(of) => of,
            Err(error) => {
                let rule = format!("line {line} cannot be read: {error}");
                draft.refuse(LIST, rule);
                continue;
            }
        };
        let at: Option<usize> = of.position.trim().parse().ok();
        let Some((at, fusion)) = at.and_then(|at| Some((at, fusions.get(at)?))) else {
            let rule = format!(
                "line {line}: position {:?} is no fusion of {name}, which has {}, counted from 0",
                of.position,
                fusions.len()
            );
            draft.refuse(LIST, rule);
            continue;
        };
        taken[at] = true;
        let source = Source {
            publication: key.clone(),
            locator: format!("{name}, fusion {at}"),
        };
        let case = match of.counted.as_str() {
            "no" => draft.excluded(&of.case, &source, &of.why_not_counted),
            _ => draft.case(&of.case, &source),
        };
        if declared.insert(case.clone()) {
            draft.row("cases", &case, &source, Cells::default());
        }
        let mut cells = Cells::default();
        cells.set("item", of.item);
        one(fusion, &mut cells, draft, &case);
        if !of.sources.is_empty() {
            cells.set("note", format!("sources of the case there: {}", of.sources));
        }
        draft.row("fusions", &case, &source, cells);
    }
    let left = taken.iter().filter(|taken| !**taken).count();
    if left > 0 {
        let rule = format!("has {left} fusions of no case in {LIST}, which stay out");
        draft.warn(name, rule);
    }
}

/// A text by the name that FUSOR has for it now, or had before.
fn text<'v>(value: &'v Value, names: &[&str]) -> &'v str {
    let texts = names.iter().filter_map(|name| value[*name].as_str());
    texts.into_iter().next().unwrap_or_default()
}

/// What an element of a fusion is.
enum Element<'v> {
    /// A gene, and the exon at which it is cut.
    Gene(&'v str, Option<String>),
    Unknown,
    Multiple,
    /// A linker or a sequence between genes.
    Other(&'v str),
}

fn element(value: &Value, is_first: bool) -> Element<'_> {
    let gene = ["gene", "gene_descriptor"].map(|name| &value[name]);
    let symbol = gene
        .iter()
        .map(|gene| text(gene, &["name", "label"]))
        .find(|symbol| !symbol.is_empty());
    let exon = if is_first {
        ["exonEnd", "exon_end"]
    } else {
        ["exonStart", "exon_start"]
    };
    let exon = exon.iter().find_map(|name| value[*name].as_i64());
    match (text(value, &["type"]), symbol) {
        ("MultiplePossibleGenesElement", _) => Element::Multiple,
        ("GeneElement" | "TranscriptSegmentElement", Some(gene)) => {
            Element::Gene(gene, exon.map(|exon| format!("{gene} exon {exon}")))
        }
        ("UnknownGeneElement" | "GeneElement" | "TranscriptSegmentElement", _) => Element::Unknown,
        (other, _) => Element::Other(other),
    }
}

/// What a fusion says.
fn one(fusion: &Value, cells: &mut Cells, draft: &mut Draft, case: &str) {
    let structure = ["structure", "structural_elements"].map(|name| fusion[name].as_array());
    let structure = structure
        .into_iter()
        .flatten()
        .next()
        .map_or(&[][..], Vec::as_slice);
    let last = structure.len().saturating_sub(1);
    let name = text(fusion, &["viccNomenclature", "vicc_nomenclature"]);
    // An export of ours says in the name alone that there are several partners.
    let mut multiple = name.split("::").any(|part| part == "v");
    let (mut unknown, mut exons) = (false, Vec::new());
    for (at, value) in structure.iter().enumerate() {
        match element(value, at == 0) {
            Element::Gene(gene, exon) if at == 0 || at == last => {
                cells.set(if at == 0 { "five_prime" } else { "three_prime" }, gene);
                exons.extend(exon);
            }
            Element::Gene(gene, _) => cells.in_words("between", gene),
            Element::Unknown => unknown = true,
            Element::Multiple => multiple = true,
            Element::Other(kind) => {
                let sequence = text(&value["linkerSequence"], &["sequence"]);
                cells.in_words("between", format!("{kind} {sequence}").trim());
            }
        }
    }
    let status = match (multiple, unknown) {
        (true, _) => "multiple",
        (_, true) => "unknown",
        _ if cells.has("five_prime") && cells.has("three_prime") => "known",
        _ => "",
    };
    cells.set("partner_status", status);
    cells.set("breakpoint", exons.join(" :: "));
    let assay = &fusion["assay"];
    let method = (
        text(assay, &["assayId", "assay_id"]),
        text(assay, &["assayName", "assay_name"]),
    );
    draft.word(cells, ("method", "method"), method, case);
    match text(assay, &["fusionDetection", "fusion_detection"]) {
        seen @ ("observed" | "inferred") => cells.set("observed_or_inferred", seen),
        other => cells.in_words("observed_or_inferred", other),
    }
    let frame = ["readingFramePreserved", "r_frame_preserved"].map(|name| fusion[name].as_bool());
    if let Some(kept) = frame.into_iter().flatten().next() {
        cells.in_words("reading frame preserved", &kept.to_string());
    }
    for (words, names) in [
        ("causative event", ["causativeEvent", "causative_event"]),
        (
            "regulatory element",
            ["regulatoryElement", "regulatory_element"],
        ),
    ] {
        let found = names
            .iter()
            .map(|name| &fusion[*name])
            .find(|value| value.is_object());
        if let Some(found) = found {
            cells.in_words(words, &found.to_string());
        }
    }
}

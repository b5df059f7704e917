//! GA4GH Phenopackets 2.0, read leniently: what a packet leaves out or a reader has no place for stops nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Files;
use super::draft::{Cells, Draft, MONTH, Source, plain};
use super::fusions::said_of_fusion;
use super::iso8601::duration;

/// Why a drug was stopped, by the identifier that says so.
const TOXICITY: &str = "NCIT:C105741";
/// The list of packets that an export of ours has.
const LIST: &str = "cases.csv";
/// An operation.
const SURGERY: &str = "NCIT:C15329";

/// What tells a packet from other JSON; nothing else of it is kept.
#[derive(Deserialize)]
struct Outline {
    #[serde(rename = "subject")]
    _subject: Map<String, Value>,
}

/// Whether a file is a packet: JSON with a subject.
pub(super) fn is_packet(bytes: &[u8]) -> bool {
    // A list of objects would be taken for one object with its fields in order.
    bytes.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<Outline>(bytes).is_ok()
}

pub(super) fn read(files: &Files, draft: &mut Draft) {
    let excluded = excluded(files);
    let shared = shared(files);
    for (name, bytes) in files {
        if !std::path::Path::new(name)
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
        {
            continue;
        }
        match serde_json::from_slice::<Value>(bytes) {
            Ok(packet) if packet["subject"].is_object() => {
                one((name, &packet), &excluded, &shared, draft);
            }
            Ok(_) => draft.warn(name, "is no phenopacket: it has no subject, and stays out"),
            Err(error) => draft.warn(name, format!("is no JSON and stays out: {error}")),
        }
    }
}

/// A text of an object; empty if it has none.
fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Identifier and label of an ontology class.
fn class(value: &Value) -> (&str, &str) {
    (text(value, "id"), text(value, "label"))
}

/// Why the packets of some files do not count, as the list says that stands beside packets which we wrote.
fn excluded(files: &Files) -> BTreeMap<String, String> {
    let Some(list) = files.get(LIST) else {
        return BTreeMap::new();
    };
    let mut reader = csv::Reader::from_reader(list.as_slice());
    let Ok(headings) = reader.headers().cloned() else {
        return BTreeMap::new();
    };
    let at = |name: &str| headings.iter().position(|heading| heading == name);
    let (Some(file), Some(counted), Some(why)) = (at("file"), at("counted"), at("why_not_counted"))
    else {
        return BTreeMap::new();
    };
    let rows = reader.records().flatten();
    let not_counted = rows.filter(|row| row.get(counted) == Some("no"));
    let text = |row: &csv::StringRecord, at| row.get(at).unwrap_or_default().to_owned();
    not_counted
        .map(|row| (text(&row, file), text(&row, why)))
        .collect()
}

/// Names of patients that packets of several publications have, such as `individual 1`: they tell no patient from another.
fn shared(files: &Files) -> BTreeSet<String> {
    let mut of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for bytes in files.values() {
        if let Ok(packet) = serde_json::from_slice::<Value>(bytes) {
            let subject = text(&packet["subject"], "id").to_owned();
            let publication = reference(&packet).map(|reference| text(reference, "id").to_owned());
            of.entry(subject)
                .or_default()
                .insert(publication.unwrap_or_default());
        }
    }
    let shared = of.into_iter().filter(|(_, of)| of.len() > 1);
    shared.map(|(subject, _)| subject).collect()
}

fn one(
    (name, packet): (&str, &Value),
    excluded: &BTreeMap<String, String>,
    shared: &BTreeSet<String>,
    draft: &mut Draft,
) {
    let subject = &packet["subject"];
    let source = source(packet, draft);
    let own = Some(text(subject, "id")).filter(|id| !shared.contains(*id));
    let named = [own.unwrap_or_default(), text(packet, "id")];
    let named = named.into_iter().find(|id| !id.is_empty()).unwrap_or(name);
    let case = match excluded.get(name) {
        Some(reason) => draft.excluded(named, &source, reason),
        None => draft.case(named, &source),
    };
    patient(packet, &case, &source, draft);
    for interpretation in list(&packet["interpretations"]) {
        for found in list(&interpretation["diagnosis"]["genomicInterpretations"]) {
            variant(
                &found["variantInterpretation"]["variationDescriptor"],
                &case,
                &source,
                draft,
            );
        }
    }
    for action in list(&packet["medicalActions"]) {
        treatment(action, &case, &source, draft);
    }
    follow_up(subject, &case, &source, draft);
    let features = list(&packet["phenotypicFeatures"]).len();
    if features > 0 {
        let rule =
            format!("{features} phenotypic features have no column in the sheets and stay out");
        draft.warn(name, rule);
    }
}

/// The publication that a packet is named by, or else the first that it names.
fn reference(packet: &Value) -> Option<&Value> {
    let references = list(&packet["metaData"]["externalReferences"]);
    let of_id = text(packet, "id")
        .strip_prefix("PMID_")
        .and_then(|rest| rest.split('_').next());
    let is_wanted = |reference: &&Value| {
        let pmid = text(reference, "id").strip_prefix("PMID:");
        of_id.is_none() || pmid == of_id
    };
    references
        .iter()
        .find(is_wanted)
        .or_else(|| references.first())
}

/// The publication that a packet names, or all packets together as a database.
fn source(packet: &Value, draft: &mut Draft) -> Source {
    let locator = format!("phenopacket {}", text(packet, "id"));
    let Some(reference) = reference(packet) else {
        let key = draft.own_key();
        draft.publication(
            &key,
            &[
                ("kind", "database"),
                ("title", "Phenopackets"),
                ("read", "full-text"),
            ],
        );
        return Source {
            publication: key,
            locator,
        };
    };
    let id = text(reference, "id");
    let (prefix, local) = id.split_once(':').unwrap_or(("", id));
    let description = text(reference, "description");
    let title = description
        .split(". How far it was read")
        .next()
        .unwrap_or_default();
    let key = crate::graph::namespaces::slug(&id.to_lowercase().replace("pmid:", "pmid"));
    let key = if key.is_empty() { draft.own_key() } else { key };
    let (pmid, doi) = match prefix.to_uppercase().as_str() {
        "PMID" => (local, ""),
        "DOI" => ("", local),
        _ => ("", ""),
    };
    let fields = [
        ("title", title),
        ("pmid", pmid),
        ("doi", doi),
        ("kind", "case-report"),
        ("read", "secondary"),
    ];
    draft.publication(&key, &fields);
    Source {
        publication: key,
        locator,
    }
}

fn patient(packet: &Value, case: &str, source: &Source, draft: &mut Draft) {
    let subject = &packet["subject"];
    let mut cells = Cells::default();
    match text(subject, "sex") {
        "FEMALE" => cells.set("sex", "female"),
        "MALE" => cells.set("sex", "male"),
        "OTHER_SEX" => cells.set("sex", "intersex"),
        _ => {}
    }
    let diseases = list(&packet["diseases"]);
    let disease = diseases.iter().find(|disease| disease["excluded"] != true);
    let onset = disease.map(|disease| &disease["onset"]);
    let age = [onset, Some(&subject["timeAtLastEncounter"])];
    if let Some(age) = age.into_iter().flatten().find_map(age_of) {
        cells.set("age_years", age);
    }
    if let Some(disease) = disease {
        draft.word(
            &mut cells,
            ("histology", "histology"),
            class(&disease["term"]),
            case,
        );
        draft.word(
            &mut cells,
            ("site", "primary_site"),
            class(&disease["primarySite"]),
            case,
        );
    }
    for other in diseases.iter().filter(|other| Some(*other) != disease) {
        let excluded = if other["excluded"] == true {
            "excluded: "
        } else {
            "also: "
        };
        cells.in_words(
            "histology",
            &format!("{excluded}{}", class(&other["term"]).1),
        );
    }
    draft.row("cases", case, source, cells);
}

/// An age, or a range of ages, in years.
fn age_of(time: &Value) -> Option<String> {
    let years = |age: &Value| duration(text(age, "iso8601duration"));
    if time["ageRange"].is_object() {
        let (start, end) = (
            years(&time["ageRange"]["start"])?,
            years(&time["ageRange"]["end"])?,
        );
        return Some(format!("{}-{}", plain(start, 2), plain(end, 2)));
    }
    years(&time["age"]).map(|years| plain(years, 2))
}

/// A fusion by the two genes of its label, or a change of a gene.
fn variant(descriptor: &Value, case: &str, source: &Source, draft: &mut Draft) {
    let label = text(descriptor, "label");
    let symbol = text(&descriptor["geneContext"], "symbol");
    let mut cells = Cells::default();
    if let Some((five, three)) = label.split_once("::") {
        let known = |gene: &str| !gene.is_empty() && gene != "?" && gene != "v";
        for (column, gene) in [("five_prime", five.trim()), ("three_prime", three.trim())] {
            if known(gene) {
                cells.set(column, gene);
            }
        }
        if five.trim() == "v" || three.trim() == "v" {
            cells.set("partner_status", "multiple");
        }
        said_of_fusion(text(descriptor, "description"), &mut cells, draft);
        draft.row("fusions", case, source, cells);
        return;
    }
    let change = label.strip_prefix(symbol).map_or(label, str::trim);
    let hgvs = list(&descriptor["expressions"])
        .iter()
        .map(|one| text(one, "value"));
    let change = Some(change)
        .filter(|change| !change.is_empty())
        .map(str::to_owned);
    let change = change.or_else(|| {
        hgvs.into_iter()
            .find(|value| !value.is_empty())
            .map(str::to_owned)
    });
    cells.set("gene", symbol);
    cells.set("alteration", change.unwrap_or_default());
    let found = text(descriptor, "description").strip_prefix("found: ");
    let found = found.filter(|when| *when != "time not known");
    cells.set("timing", found.unwrap_or_default());
    draft.row("alterations", case, source, cells);
}

fn treatment(action: &Value, case: &str, source: &Source, draft: &mut Draft) {
    let mut cells = Cells::default();
    let agent = &action["treatment"]["agent"];
    let procedure = &action["procedure"]["code"];
    if agent.is_object() {
        cells.set("kind", "drug");
        draft.word(&mut cells, ("drug", "agent"), class(agent), case);
    } else if procedure.is_object() {
        let (id, label) = class(procedure);
        cells.set(
            "kind",
            if id == SURGERY {
                "surgery"
            } else {
                "procedure"
            },
        );
        if id != SURGERY {
            cells.set("agent", label);
        }
    } else if action["radiationTherapy"].is_object() {
        cells.set("kind", "radiation");
    } else if action["therapeuticRegimen"].is_object() {
        let regimen = &action["therapeuticRegimen"];
        cells.set("kind", "drug");
        cells.in_words("agent", class(&regimen["ontologyClass"]).1);
        cells.in_words("agent", text(&regimen["externalReference"], "description"));
    } else {
        return;
    }
    draft.word(
        &mut cells,
        ("response", "best_response"),
        class(&action["responseToTreatment"]),
        case,
    );
    match class(&action["treatmentTerminationReason"]) {
        (TOXICITY, _) => cells.set("stop_reason", "toxicity"),
        (_, label) => cells.in_words("stop_reason", label),
    }
    draft.row("treatments", case, source, cells);
    for event in list(&action["adverseEvents"]) {
        let mut cells = Cells::default();
        draft.word(&mut cells, ("event", "term"), class(event), case);
        if agent.is_object() {
            draft.word(&mut cells, ("drug", "agent"), class(agent), case);
        }
        draft.row("adverse_events", case, source, cells);
    }
}

fn follow_up(subject: &Value, case: &str, source: &Source, draft: &mut Draft) {
    let vital = &subject["vitalStatus"];
    let mut cells = Cells::default();
    match text(vital, "status") {
        "ALIVE" => cells.set("status", "alive"),
        "DECEASED" => cells.set("status", "dead"),
        _ => return,
    }
    if let Some(days) = vital["survivalTimeInDays"]
        .as_f64()
        .filter(|days| *days > 0.0)
    {
        cells.set("months", plain(days / MONTH, 1));
        cells.set("counted_from", "diagnosis");
    }
    draft.row("follow_up", case, source, cells);
}

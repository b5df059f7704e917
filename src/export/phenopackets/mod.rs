//! GA4GH Phenopackets 2.0: one JSON file a case.
//!
//! Schema: <https://phenopacket-schema.readthedocs.io/en/2.0.0/>. Enumerations are written also where they have the
//! value that a reader would assume.

mod actions;
mod age;
mod variants;
mod words;

use serde_json::{Map, Value, json};

use super::ledger::delimited;
use super::unsaid::Unsaid;
use super::{ExportCase, ExportEvent, ExportFormat, ExportStudy, Exported, MONTH};
use crate::case::FactSheet;
use words::Words;

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "phenopackets",
    describes: "GA4GH Phenopackets 2.0, one JSON file a case",
    of_cases: true,
    write: |study| Ok(write(study)),
};

/// Follow-up counts from here where a packet can hold it.
const DIAGNOSIS: &str = "diagnosis";
/// What a packet says of when it was made if the study does not say when it was read.
const NO_DATE: &str = "1970-01-01";

fn write(study: &ExportStudy) -> Exported {
    let mut exported = Exported::default();
    let mut index = Vec::new();
    for case in &study.cases {
        let id = packet_id(study, case);
        let packet = packet(study, case, &id, &mut exported);
        exported.add(format!("{id}.json"), format!("{packet:#}\n"));
        let profile = &case.profile;
        index.push([
            profile.case.clone(),
            format!("{id}.json"),
            if profile.counted { "yes" } else { "no" }.to_owned(),
            profile.excluded.clone().unwrap_or_default(),
            profile.suspected.join("; "),
        ]);
    }
    let headings = [
        "case",
        "file",
        "counted",
        "why_not_counted",
        "suspected_duplicate_of",
    ];
    exported.add("cases.csv", delimited(&headings, index));
    if study.read_on.is_none() {
        let why = "study.toml does not say when the sources were read (retrieved): the packets say 1970-01-01, which is no date of anything";
        exported.ledger.lose("", "study.retrieved", "", why);
    }
    exported.ledger.lose(
        "",
        "reports",
        "",
        "what each source reports, and why a value is missing, has no place: packets have what is taken as true",
    );
    exported
}

/// `PMID_<id>_<case>` by the main report, or where none is said by the first that reports patients of its own; the key
/// of the case where that has no PMID.
fn packet_id(study: &ExportStudy, case: &ExportCase) -> String {
    let sources = study.sources(case);
    let main = case.main_publication.as_ref();
    let mut reports = sources.iter().map(|one| &one.publication);
    let report = reports.find(|one| match main {
        Some(main) => one.key == *main,
        None => one.is_primary(),
    });
    match report.filter(|report| !report.pmid.is_empty()) {
        Some(report) => format!("PMID_{}_{}", report.pmid, case.key()),
        None => case.key().to_owned(),
    }
}

fn packet(study: &ExportStudy, case: &ExportCase, id: &str, exported: &mut Exported) -> Value {
    let mut unsaid = Unsaid::of(case);
    let mut words = Words::new(study);
    let mut packet = Map::new();
    packet.insert("id".to_owned(), json!(id));
    packet.insert("subject".to_owned(), subject(case, &mut words, &mut unsaid));
    let disease = disease(case, &mut words, &mut unsaid);
    if let Some(disease) = &disease {
        packet.insert("diseases".to_owned(), json!([disease]));
    }
    let term = disease.as_ref().map(|disease| &disease["term"]);
    if let Some(term) = term {
        let interpretations = variants::interpretations(case, term, &mut words, &mut unsaid);
        if !interpretations.is_empty() {
            packet.insert("interpretations".to_owned(), interpretations.into());
        }
    }
    let actions = actions::actions(case, term, &mut words, &mut unsaid);
    if !actions.is_empty() {
        packet.insert("medicalActions".to_owned(), actions.into());
    }
    packet.insert("metaData".to_owned(), meta_data(study, case, &words));
    let has_disease = disease.is_some();
    unsaid.lose(&study.terms, &mut exported.ledger, |sheet, column| {
        reason(sheet, column, has_disease)
    });
    exported
        .ledger
        .without_identifier
        .extend(words.without_identifier);
    Value::Object(packet)
}

fn subject(case: &ExportCase, words: &mut Words, unsaid: &mut Unsaid) -> Value {
    let sheet = FactSheet::cases();
    let patient = case.one(sheet);
    let sex = match patient.and_then(|patient| patient.text("sex")) {
        Some("female") => "FEMALE",
        Some("male") => "MALE",
        Some(_) => "OTHER_SEX",
        None => "UNKNOWN_SEX",
    };
    unsaid.say(sheet, 1, &["sex"]);
    let mut subject = json!({
        "id": case.key(),
        "sex": sex,
        "taxonomy": words.human(),
    });
    let follow_up = FactSheet::follow_up();
    if let Some(last) = case.one(follow_up)
        && let Some(status) = last.term("status")
        && let Some(died) = words.study.terms.means_death(status)
    {
        let mut vital = json!({ "status": if died { "DECEASED" } else { "ALIVE" } });
        if let Some(months) = last.number("months")
            && last.text("counted_from") == Some(DIAGNOSIS)
        {
            let days = (months * MONTH).round();
            vital["survivalTimeInDays"] = json!(days as i64);
            unsaid.say(follow_up, 1, &["months", "counted_from"]);
        }
        subject["vitalStatus"] = vital;
        // The format knows alive and dead: what else the status says is lost.
        let says_all = words
            .study
            .terms
            .get(status)
            .is_some_and(|term| term.means_death.is_some());
        if says_all {
            unsaid.say(follow_up, 1, &["status"]);
        }
    }
    subject
}

fn disease(case: &ExportCase, words: &mut Words, unsaid: &mut Unsaid) -> Option<Value> {
    let sheet = FactSheet::cases();
    let patient = case.one(sheet)?;
    let mut disease = json!({ "term": words.disease(patient.term("histology")?) });
    unsaid.say(sheet, 1, &["histology"]);
    if let Some(onset) = onset(patient) {
        disease["onset"] = onset;
        unsaid.say(sheet, 1, &["age_years"]);
    }
    if let Some(site) = patient
        .term("primary_site")
        .and_then(|site| words.site(site))
    {
        disease["primarySite"] = site;
        unsaid.say(sheet, 1, &["primary_site"]);
    }
    Some(disease)
}

/// The age, which sources state at presentation or diagnosis, as the onset of the disease.
fn onset(patient: &ExportEvent) -> Option<Value> {
    let text = patient.text("age_years")?;
    match text.split_once('-') {
        Some((start, end)) => {
            let age = |text| Some(json!({ "iso8601duration": age::duration(text)? }));
            Some(json!({ "ageRange": { "start": age(start)?, "end": age(end)? } }))
        }
        None => Some(json!({ "age": { "iso8601duration": age::duration(text)? } })),
    }
}

fn meta_data(study: &ExportStudy, case: &ExportCase, words: &Words) -> Value {
    let references = study.sources(case).into_iter().map(|one| {
        let publication = &one.publication;
        let read = publication.read.map_or("not said", |read| read.word());
        let year = publication
            .year
            .map_or(String::new(), |year| format!(" {year}"));
        let described = format!(
            "{}. {}{year}. How far it was read: {read}.",
            publication.title, publication.journal
        );
        let (id, link) = match (publication.pmid.as_str(), publication.doi.as_str()) {
            ("", "") => (publication.key.clone(), None),
            ("", doi) => (format!("DOI:{doi}"), Some(format!("https://doi.org/{doi}"))),
            (pmid, _) => {
                let link = format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/");
                (format!("PMID:{pmid}"), Some(link))
            }
        };
        let mut reference = json!({ "id": id, "description": described });
        if let Some(link) = link {
            reference["reference"] = json!(link);
        }
        reference
    });
    json!({
        "created": format!("{}T00:00:00Z", study.read_on.as_deref().unwrap_or(NO_DATE)),
        "createdBy": format!("casegraph {}", study.session.manifest.software),
        "submittedBy": submitted_by(study),
        "resources": words.resources(),
        "phenopacketSchemaVersion": "2.0",
        "externalReferences": references.collect::<Vec<_>>(),
    })
}

fn submitted_by(study: &ExportStudy) -> String {
    let curators = study.curators.join(", ");
    let made = study.session.made_from();
    let synthetic = if study.session.manifest.synthetic {
        "SYNTHETIC DATA: this patient is invented. "
    } else {
        ""
    };
    format!("{synthetic}{curators}. {made}")
}

/// Why a packet does not say a column.
fn reason(sheet: FactSheet, column: &str, has_disease: bool) -> &'static str {
    use crate::case::KnownSheet as Known;
    match (sheet.known(), column) {
        (None, _) => "a sheet of the study's own: packets have no place for it",
        (Some(Known::Fusions | Known::Alterations), _) if !has_disease => {
            "an interpretation needs a disease, and the histology is not known"
        }
        (Some(Known::Cases), "age_years") => {
            "the onset is that of a disease, and the histology is not known"
        }
        (Some(Known::Cases), "stage") => "a stage is an ontology class, and this is text",
        (Some(Known::Cases), "primary_site" | "metastatic_sites") => {
            "no field takes it, or the site has no identifier"
        }
        (Some(Known::Fusions), _) => "no gene of the fusion has an identifier of HGNC",
        (Some(Known::Alterations), _) => {
            "plain words, or a gene without an identifier: it may say that something was not found"
        }
        (Some(Known::Treatments), "agent") => {
            "the treatment has no identifier, or its words have no field beside it"
        }
        (Some(Known::Treatments), "with") => {
            "an action has one drug: that it was given together with another is not said"
        }
        (Some(Known::AdverseEvents), "agent") => {
            "an event hangs on one drug: that of several is not said, nor one without an identifier"
        }
        (Some(Known::Treatments), "best_response") => {
            "the word has no identifier, or the treatment has none"
        }
        (Some(Known::Treatments), "stop_reason") => {
            "the reason has no identifier, or the treatment has none"
        }
        (Some(Known::AdverseEvents), "term") => {
            "events hang on a drug of the case and have an identifier, and a stated absence of events has no field"
        }
        (Some(Known::FollowUp), "months" | "counted_from") => {
            "survival is counted from diagnosis alone, and of alive or dead patients"
        }
        (Some(Known::FollowUp), "status") => "the format knows alive and dead, and no more",
        _ => "no field takes it",
    }
}

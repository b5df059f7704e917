//! A release as a research object: `ro-crate-metadata.json` of RO-Crate 1.1.
//!
//! Specification: <https://www.researchobject.org/ro-crate/specification/1.1/>.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ExportStudy;

/// Its file.
pub const RO_CRATE: &str = "ro-crate-metadata.json";

/// How a file ends, and what it then is.
const TYPES: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("json", "application/json"),
    ("jsonl", "application/jsonl"),
    ("jsonld", "application/ld+json"),
    ("md", "text/markdown"),
    ("nq", "application/n-quads"),
    ("tsv", "text/tab-separated-values"),
    ("ttl", "text/turtle"),
    ("trig", "application/trig"),
    ("txt", "text/plain"),
    ("sha256", "text/plain"),
    ("SHA256SUMS", "text/plain"),
    ("sql", "application/sql"),
    ("bib", "application/x-bibtex"),
    ("ris", "application/x-research-info-systems"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("parquet", "application/vnd.apache.parquet"),
];

/// Describes a release with these files, each with its number of bytes where that is known.
#[must_use]
pub fn ro_crate(study: &ExportStudy, name: &str, files: &BTreeMap<String, Option<u64>>) -> Value {
    let manifest = &study.session.manifest;
    let synthetic = if manifest.synthetic {
        "SYNTHETIC DATA: these cases are invented. "
    } else {
        ""
    };
    let description = format!("{synthetic}{}", or(&study.description, study.title()));
    let parts: Vec<Value> = files.keys().map(|path| json!({ "@id": path })).collect();
    let people: Vec<Value> = study
        .curators
        .iter()
        .map(|curator| json!({ "@id": person(curator) }))
        .collect();
    let mut root = json!({
        "@id": "./",
        "@type": "Dataset",
        "name": format!("{synthetic}{}: release {name}", study.title()),
        "description": description,
        "hasPart": parts,
        "identifier": study.session.made_from(),
    });
    if let Some(day) = &study.read_on {
        root["datePublished"] = json!(day);
    }
    if let Some(licence) = &study.licence {
        root["license"] = json!({ "@id": licence });
    }
    if !people.is_empty() {
        root["publisher"] = people[0].clone();
        root["author"] = match people.as_slice() {
            [only] => only.clone(),
            _ => json!(people),
        };
    }
    if !study.citations.is_empty() {
        root["citation"] = json!(study.citations);
    }
    let mut graph = vec![
        json!({
            "@id": RO_CRATE,
            "@type": "CreativeWork",
            "conformsTo": { "@id": "https://w3id.org/ro/crate/1.1" },
            "about": { "@id": "./" },
        }),
        root,
    ];
    if let Some(licence) = &study.licence {
        let name = licence.rsplit('/').next().unwrap_or(licence);
        graph.push(json!({
            "@id": licence,
            "@type": "CreativeWork",
            "name": name,
            "description": format!("Licence of the data, {name} in the list of SPDX"),
        }));
    }
    graph.extend(study.curators.iter().map(
        |curator| json!({ "@id": person(curator), "@type": "Organization", "name": curator }),
    ));
    graph.extend(files.iter().map(|(path, size)| file(path, *size)));
    json!({ "@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph })
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}

/// An identifier within the crate: who it is stands nowhere else.
fn person(name: &str) -> String {
    format!("#{}", crate::graph::namespaces::slug(name))
}

fn file(path: &str, size: Option<u64>) -> Value {
    let mut file =
        json!({ "@id": path, "@type": "File", "name": path, "description": describes(path) });
    if let Some(size) = size {
        file["contentSize"] = json!(size.to_string());
    }
    let ending = path.rsplit('.').next().unwrap_or_default();
    let kind = TYPES.iter().find(|(known, _)| *known == ending);
    file["encodingFormat"] = json!(kind.map_or("application/octet-stream", |(_, kind)| kind));
    file
}

/// What a file of a release is, by the place that it always has.
fn describes(path: &str) -> &'static str {
    match path.split('/').next().unwrap_or_default() {
        "statements.nq" => "All statements as canonical N-Quads",
        "release.snapshot" => "The same statements for casegraph",
        "manifest.json" => "What the snapshot was made from",
        "results" => "Result of a saved analysis with its rows, method and ledger",
        "checks.csv" => "Outcome of the rules of the graph",
        "licences.csv" => "Licence of each named graph",
        "inputs.sha256" => "Fingerprints of sheets, vocabularies and analyses",
        "SHA256SUMS" => "Fingerprint of every file",
        "README.md" => "What the release is, for people",
        "export" => "The study in a format of others",
        _ => "Part of the release",
    }
}

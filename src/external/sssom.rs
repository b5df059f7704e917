//! Mappings in the Simple Standard for Sharing Ontological Mappings, as tab-separated text.

use std::collections::BTreeMap;
use std::io;

use serde::Deserialize;

use super::input::{Input, Line};
use super::record::{Header, Mapping, Record};
use super::trouble::{Troubles, WrongRow};
use crate::graph::vocab::sssom::is_negated;

/// Namespaces that every mapping set may use without declaring them.
const BUILT_IN: [(&str, &str); 6] = [
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("semapv", "https://w3id.org/semapv/vocab/"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("sssom", "https://w3id.org/sssom/"),
    ("oboInOwl", "http://www.geneontology.org/formats/oboInOwl#"),
];

/// The commented block of YAML above the table.
#[derive(Debug, Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    curie_map: BTreeMap<String, String>,
    #[serde(default)]
    mapping_set_id: Option<String>,
    #[serde(default)]
    mapping_set_title: Option<String>,
    #[serde(default)]
    mapping_set_version: Option<String>,
    #[serde(default)]
    mapping_date: Option<String>,
    #[serde(default)]
    license: Option<String>,
}

impl Metadata {
    /// The name in the identifier of the mapping set, such as `…/mondo_exactmatch_ncit.sssom.tsv`. One
    /// word alone, as in `…/biomappings/sssom/positive.sssom.tsv`, says too little: the project's name
    /// stands before it.
    fn name(&self) -> String {
        let id = self.mapping_set_id.as_deref().unwrap_or_default();
        let mut parts = id.trim_end_matches('/').rsplit(['/', '#']);
        let last = parts.next().unwrap_or(id);
        let name = last.split('.').next().unwrap_or(last);
        let project = parts
            .find(|part| !["sssom", "mappings"].contains(part))
            .filter(|part| !part.is_empty() && !part.contains('.'));
        match project {
            Some(project) if !name.contains(['_', '-']) => format!("{project}-{name}"),
            _ => name.to_owned(),
        }
    }
}

/// The longest commented header, bytes: those of the largest mapping sets have 10 kB.
const LONGEST_HEADER: usize = 4 << 20;

/// Adds a line of the commented header to its YAML; false if it is none.
fn is_commented(line: &str, yaml: &mut String) -> io::Result<bool> {
    let Some(comment) = line.strip_prefix('#') else {
        return Ok(false);
    };
    if yaml.len() + comment.len() > LONGEST_HEADER {
        let what = "its commented header has more than 4 MB: no mapping set has so long a one";
        return Err(io::Error::other(what));
    }
    yaml.push_str(comment.strip_prefix(' ').unwrap_or(comment));
    yaml.push('\n');
    Ok(true)
}

/// Reads a file; each mapping whose identifiers can be expanded goes to `sink`.
pub(super) fn read(
    input: &mut Input,
    troubles: &mut Troubles,
    sink: &mut dyn FnMut(Record),
) -> io::Result<Header> {
    let path = input.path().to_owned();
    let mut yaml = String::new();
    let mut metadata = Metadata::default();
    let mut columns: Option<Vec<String>> = None;
    loop {
        let at = input.line() + 1;
        let line = match input.next_line()? {
            None => break,
            Some(Line::Text(line)) => line,
            Some(Line::Broken(why)) => {
                troubles.add(&path, at, "", why);
                continue;
            }
        };
        if columns.is_none() && is_commented(line, &mut yaml)? {
            continue;
        }
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let cells: Vec<&str> = line.split('\t').collect();
        let Some(columns) = &columns else {
            match serde_saphyr::from_str(&yaml) {
                Ok(read) => metadata = read,
                Err(error) if !yaml.trim().is_empty() => {
                    let why = format!("the commented header is no YAML: {error}");
                    troubles.add(&path, 1, "", why);
                }
                Err(_) => {}
            }
            columns = Some(cells.iter().map(|cell| (*cell).to_owned()).collect());
            continue;
        };
        match mapping(columns, &cells, &metadata.curie_map) {
            Ok(mapping) => sink(Record::Mapping(mapping)),
            Err(what) => troubles.add(&path, at, line, what.to_string()),
        }
    }
    let name = metadata.name();
    let version = metadata.mapping_set_version.unwrap_or_default();
    let date = metadata.mapping_date.unwrap_or_default();
    Ok(Header {
        name,
        title: metadata
            .mapping_set_title
            .or(metadata.mapping_set_id)
            .unwrap_or_default(),
        date: super::obo::iso_date(&date)
            .or_else(|| super::obo::iso_date(&version))
            .unwrap_or_default(),
        version,
        licence: metadata.license.unwrap_or_default(),
        prefixes: metadata.curie_map,
    })
}

/// What the commented header says.
pub(super) fn header(input: &mut Input) -> io::Result<Header> {
    let mut yaml = String::new();
    while let Some(Line::Text(line)) = input.next_line()? {
        if !is_commented(line, &mut yaml)? {
            break;
        }
    }
    let metadata: Metadata = serde_saphyr::from_str(&yaml).unwrap_or_default();
    Ok(Header {
        name: metadata.name(),
        ..Header::default()
    })
}

fn mapping(
    columns: &[String],
    cells: &[&str],
    prefixes: &BTreeMap<String, String>,
) -> Result<Mapping, WrongRow> {
    let cell = |name: &str| {
        let at = columns.iter().position(|column| column == name);
        at.and_then(|at| cells.get(at))
            .copied()
            .unwrap_or("")
            .trim()
    };
    // The IRI, and the vocabulary that it belongs to.
    let expand = |name: &str| -> Result<(String, String), WrongRow> {
        let curie = cell(name);
        if curie.starts_with("http://") || curie.starts_with("https://") {
            let fits = prefixes
                .values()
                .filter(|known| curie.starts_with(known.as_str()));
            let known = fits.max_by_key(|known| known.len()).cloned();
            return Ok((curie.to_owned(), known.unwrap_or_default()));
        }
        let (prefix, local) = curie.split_once(':').ok_or_else(|| WrongRow::NoCurie {
            column: name.to_owned(),
            text: curie.to_owned(),
        })?;
        let declared = prefixes.get(prefix).map(String::as_str);
        let built_in = || {
            BUILT_IN
                .iter()
                .find(|(known, _)| *known == prefix)
                .map(|(_, iri)| *iri)
        };
        let namespace = declared.or_else(built_in);
        let namespace = namespace.ok_or_else(|| WrongRow::UnknownPrefix {
            column: name.to_owned(),
            text: curie.to_owned(),
        })?;
        Ok((format!("{namespace}{local}"), namespace.to_owned()))
    };
    let ((subject, subject_source), (object, object_source)) =
        (expand("subject_id")?, expand("object_id")?);
    let stated = |name: &str, of_prefix: String| match cell(name) {
        "" => of_prefix,
        source => source.to_owned(),
    };
    Ok(Mapping {
        subject,
        subject_label: cell("subject_label").to_owned(),
        predicate: expand("predicate_id")?.0,
        object,
        object_label: cell("object_label").to_owned(),
        justification: cell("mapping_justification").to_owned(),
        negated: is_negated(cell("predicate_modifier"))?,
        subject_source: stated("subject_source", subject_source),
        object_source: stated("object_source", object_source),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_set_of_one_word_has_the_name_of_its_project() {
        let name = |id: &str| {
            let mapping_set_id = Some(id.to_owned());
            Metadata {
                mapping_set_id,
                ..Metadata::default()
            }
            .name()
        };
        let biomappings = "https://w3id.org/biopragmatics/biomappings/sssom/positive.sssom.tsv";
        assert_eq!(name(biomappings), "biomappings-positive");
        let mondo = "http://purl.obolibrary.org/obo/mondo/mappings/mondo_exactmatch_doid.sssom.tsv";
        assert_eq!(name(mondo), "mondo_exactmatch_doid");
        assert_eq!(name("https://example.org/set.tsv"), "set");
        assert_eq!(name(""), "");
    }

    #[test]
    fn identifiers_are_expanded_by_the_header_and_negations_kept() {
        let text = "#curie_map:\n#  MONDO: http://purl.obolibrary.org/obo/MONDO_\n#  NCIT: http://purl.obolibrary.org/obo/NCIT_\n#license: CC0\n#mapping_set_version: releases/2026-08-04/x\nsubject_id\tpredicate_id\tobject_id\tmapping_justification\tpredicate_modifier\nMONDO:1\tskos:exactMatch\tNCIT:C2\tsemapv:X\t\nMONDO:1\tskos:exactMatch\tNCIT:C3\tsemapv:X\tNot\nMONDO:1\tskos:exactMatch\tUMLS:C3\tsemapv:X\t\n";
        let mut input = Input::of(text.as_bytes());
        let (mut found, mut troubles) = (Vec::new(), Troubles::default());
        let header = read(&mut input, &mut troubles, &mut |record| {
            if let Record::Mapping(mapping) = record {
                found.push(mapping);
            }
        });
        let header = header.expect("reads");
        assert_eq!(
            (&header.licence[..], &header.date[..]),
            ("CC0", "2026-08-04")
        );
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].object, "http://purl.obolibrary.org/obo/NCIT_C2");
        assert!(found[1].negated && !found[0].negated);
        let trouble = &troubles.first()[0];
        assert_eq!((trouble.line, troubles.count()), (9, 1));
        assert!(trouble.what.contains("UMLS"), "{trouble}");
    }
}

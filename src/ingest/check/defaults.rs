//! The study's own defaults for parameters of analyses: what they name must be there, or every analysis that takes one
//! finds nothing.

use std::collections::BTreeMap;

use super::super::problems::{Place, Problems};
use super::super::record::Study;
use super::super::sheet::Tables;
use crate::graph::namespaces::{Prefixes, StudyThing, VOCABULARY};
use crate::ontology::{Ontology, nearest};

/// Checks what names concepts of the vocabularies and things of the study. `lines` says where each stands in the file.
pub(in super::super) fn defaults(
    study: &Study,
    (file, lines): (&str, &BTreeMap<String, usize>),
    (ontology, tables): (&Ontology, &Tables<'_>),
    problems: &mut Problems,
) {
    let prefixes = Prefixes::of_study(&study.meta.name);
    for (name, value) in &study.meta.parameters {
        let iri = prefixes.expand(value.trim());
        let iri = iri.as_ref().map_or_else(
            || value.trim().trim_start_matches('<').trim_end_matches('>'),
            |iri| iri.as_str(),
        );
        let missing = if let Some((scheme, slug)) = concept(iri) {
            let known = ontology.declares(iri)
                || (scheme == "gene" && study.undeclared_genes.contains_key(slug));
            (!known).then(|| (scheme, of_vocabulary(ontology, scheme, slug)))
        } else if let Some(thing) =
            StudyThing::of(iri).filter(|thing| thing.study == study.meta.name)
        {
            missing(study, tables, &thing)
        } else {
            None
        };
        if let Some((what, near)) = missing {
            let place = Place {
                file,
                cell: format!("line {}", lines.get(name).copied().unwrap_or(1)),
                value,
            };
            let rule = format!(
                "is the default of {name} and names no {what} of the study or its ontology: analyses would find nothing"
            );
            problems.cell_near(&place, rule, near);
        }
    }
}

/// The vocabulary and the slug of a concept.
fn concept(iri: &str) -> Option<(&str, &str)> {
    iri.strip_prefix(VOCABULARY)?.split_once('/')
}

fn of_vocabulary(ontology: &Ontology, scheme: &str, slug: &str) -> Vec<String> {
    let near = ontology.vocabulary(scheme).nearest(slug).into_iter();
    near.map(|slug| format!("{scheme}:{slug}")).collect()
}

/// What a thing of the study should be and is not, with those near to it.
fn missing<'a>(
    study: &'a Study,
    tables: &'a Tables<'_>,
    thing: &StudyThing<'a>,
) -> Option<(&'a str, Vec<String>)> {
    let rows = |sheet: &str, heading: &'static str| -> Vec<&'a str> {
        let table = tables.get(sheet);
        let rows = table.into_iter().flat_map(|table| {
            let keys = table.rows.iter();
            keys.map(move |row| table.get(row, heading))
        });
        rows.collect()
    };
    let known: Vec<&str> = match thing.folder {
        "case" => study.cases.iter().map(String::as_str).collect(),
        "cohort" => study.cohorts.iter().map(|c| c.name.as_str()).collect(),
        "publication" => study.publications.keys().map(String::as_str).collect(),
        "claim" => rows("claims", "id"),
        "series" => rows("series", "id"),
        _ => return None,
    };
    if known.contains(&thing.key()) {
        return None;
    }
    let near = nearest(&thing.key().to_lowercase(), known.into_iter());
    let near = near
        .into_iter()
        .map(|key| format!("{}:{key}", thing.folder));
    Some((thing.folder, near.collect()))
}

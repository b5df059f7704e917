//! Links to other ontologies, from files of the Simple Standard for Sharing Ontological Mappings.
//!
//! Each row becomes one statement, and an `owl:Axiom` that keeps its justification.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use crate::graph::model::{GraphName, Literal, NamedNode, Quad, rdf, rdfs};

/// What is wrong with a mapping file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MappingError {
    /// The commented header is not YAML of the expected form.
    #[error("the commented header is not valid YAML")]
    Header(#[from] serde_saphyr::Error),
    /// The table is not tab-separated text.
    #[error("the table cannot be read")]
    Table(#[from] csv::Error),
    /// A prefix is not in the header's `curie_map`.
    #[error("row {row}: {curie:?} has no prefix of the header's curie_map")]
    Prefix {
        /// The row, counted as a spreadsheet does from the headings on.
        row: usize,
        /// The compact IRI.
        curie: String,
    },
}

#[derive(Debug, Deserialize)]
struct Header {
    #[serde(default)]
    curie_map: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Row {
    subject_id: String,
    predicate_id: String,
    object_id: String,
    #[serde(default)]
    object_label: String,
    mapping_justification: String,
    #[serde(default)]
    comment: String,
}

/// The statements of one file, in the graph given.
pub(super) fn read(text: &str, graph: &NamedNode) -> Result<Vec<Quad>, MappingError> {
    let header: String = text
        .lines()
        .map_while(|line| line.strip_prefix('#'))
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect();
    let header: Header = serde_saphyr::from_str(&header)?;
    let table = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .comment(Some(b'#'))
        .quoting(false)
        .from_reader(text.as_bytes());
    let mut quads = Vec::new();
    for (index, row) in table.into_deserialize::<Row>().enumerate() {
        let row = row?;
        let expand = |curie: &str| -> Result<NamedNode, MappingError> {
            curie
                .split_once(':')
                .and_then(|(prefix, local)| Some((header.curie_map.get(prefix)?, local)))
                .and_then(|(namespace, local)| NamedNode::new(format!("{namespace}{local}")).ok())
                .ok_or_else(|| MappingError::Prefix {
                    row: index + 2,
                    curie: curie.to_owned(),
                })
        };
        let (subject, predicate, object) = (
            expand(&row.subject_id)?,
            expand(&row.predicate_id)?,
            expand(&row.object_id)?,
        );
        let name = GraphName::from(graph.clone());
        let owl = |local: &str| {
            NamedNode::new_unchecked(format!("http://www.w3.org/2002/07/owl#{local}"))
        };
        let axiom = NamedNode::new_unchecked(format!(
            "{}/{}",
            graph.as_str(),
            crate::graph::namespaces::slug(&format!(
                "{} {} {}",
                row.subject_id, row.predicate_id, row.object_id
            ))
        ));
        let justification =
            NamedNode::new_unchecked("https://w3id.org/sssom/mapping_justification");
        quads.push(Quad::new(
            subject.clone(),
            predicate.clone(),
            object.clone(),
            name.clone(),
        ));
        quads.push(Quad::new(
            axiom.clone(),
            rdf::TYPE,
            owl("Axiom"),
            name.clone(),
        ));
        quads.push(Quad::new(
            axiom.clone(),
            owl("annotatedSource"),
            subject,
            name.clone(),
        ));
        quads.push(Quad::new(
            axiom.clone(),
            owl("annotatedProperty"),
            predicate,
            name.clone(),
        ));
        quads.push(Quad::new(
            axiom.clone(),
            owl("annotatedTarget"),
            object.clone(),
            name.clone(),
        ));
        quads.push(Quad::new(
            axiom.clone(),
            justification,
            Literal::new_simple_literal(&row.mapping_justification),
            name.clone(),
        ));
        if !row.comment.is_empty() {
            let comment = Literal::new_simple_literal(&row.comment);
            quads.push(Quad::new(axiom, rdfs::COMMENT, comment, name.clone()));
        }
        if !row.object_label.is_empty() {
            let label = Literal::new_simple_literal(&row.object_label);
            quads.push(Quad::new(object, rdfs::LABEL, label, name));
        }
    }
    Ok(quads)
}

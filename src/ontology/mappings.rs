//! Links to other ontologies, from files of the Simple Standard for Sharing Ontological Mappings.
//!
//! Each row becomes one statement, and an `owl:Axiom` that keeps its justification.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use crate::graph::model::{GraphName, Literal, NamedNode, Quad, rdf, rdfs};
use crate::graph::vocab::sssom::{MAPPING_JUSTIFICATION, UnknownModifier, is_negated, is_no_term};

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
    /// A row says how its predicate is meant in a word that is none of the standard's.
    #[error("row {row}: {what}")]
    Modifier {
        /// The row, counted as a spreadsheet does from the headings on.
        row: usize,
        /// The word that the row has.
        what: UnknownModifier,
    },
    /// A prefix is not in the header's `curie_map`.
    #[error("row {row}: {curie:?} has no prefix of the header's curie_map")]
    Prefix {
        /// The row, counted as a spreadsheet does from the headings on.
        row: usize,
        /// The compact IRI, such as `HGNC:427`.
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
    predicate_modifier: String,
    #[serde(default)]
    comment: String,
}

/// The namespaces of the prefixes that the header of a file declares.
pub(super) fn curie_map(text: &str) -> Result<BTreeMap<String, String>, MappingError> {
    let header: String = text
        .lines()
        .map_while(|line| line.strip_prefix('#'))
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect();
    let header: Header = serde_saphyr::from_str(&header)?;
    Ok(header.curie_map)
}

/// The statements of one file, in the graph given.
pub(super) fn read(text: &str, graph: &NamedNode) -> Result<Vec<Quad>, MappingError> {
    let prefixes = curie_map(text)?;
    let table = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .comment(Some(b'#'))
        .quoting(false)
        .from_reader(text.as_bytes());
    let mut quads = Vec::new();
    for (index, row) in table.into_deserialize::<Row>().enumerate() {
        let row = row?;
        let negated =
            is_negated(&row.predicate_modifier).map_err(|what| MappingError::Modifier {
                row: index + 2,
                what,
            })?;
        let expand = |curie: &str| -> Result<NamedNode, MappingError> {
            curie
                .split_once(':')
                .and_then(|(prefix, local)| {
                    // The standard's own prefix needs no declaration.
                    let own = (prefix == "sssom").then_some("https://w3id.org/sssom/");
                    let declared = prefixes.get(prefix).map(String::as_str);
                    Some((declared.or(own)?, local))
                })
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
                "{} {} {}{}",
                row.subject_id,
                row.predicate_id,
                row.object_id,
                if negated { " not" } else { "" }
            ))
        ));
        // What does not match, and that no match was found, is no match.
        let holds = !negated && !is_no_term(object.as_str()) && !is_no_term(subject.as_str());
        let (kind, parts) = if holds {
            quads.push(Quad::new(
                subject.clone(),
                predicate.clone(),
                object.clone(),
                name.clone(),
            ));
            (
                "Axiom",
                ["annotatedSource", "annotatedProperty", "annotatedTarget"],
            )
        } else {
            (
                "NegativePropertyAssertion",
                ["sourceIndividual", "assertionProperty", "targetIndividual"],
            )
        };
        quads.push(Quad::new(axiom.clone(), rdf::TYPE, owl(kind), name.clone()));
        for (part, value) in parts.into_iter().zip([subject, predicate, object.clone()]) {
            quads.push(Quad::new(axiom.clone(), owl(part), value, name.clone()));
        }
        quads.push(Quad::new(
            axiom.clone(),
            MAPPING_JUSTIFICATION,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_match_is_no_match() {
        let table = |rows: &str| {
            format!(
                "# curie_map:\n#   a: http://example.org/a/\n#   b: http://example.org/b/\n#   skos: http://www.w3.org/2004/02/skos/core#\n\
                 subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\n{rows}"
            )
        };
        let graph = NamedNode::new_unchecked("http://example.org/g");
        let text = table(
            "a:1\tskos:exactMatch\t\tb:1\tx\na:1\tskos:exactMatch\tNOT\tb:2\tx\na:2\tskos:exactMatch\t\tsssom:NoTermFound\tx\n",
        );
        let quads = read(&text, &graph).expect("reads");
        let matches: Vec<String> = quads
            .iter()
            .filter(|quad| quad.predicate.as_str().ends_with("exactMatch"))
            .map(|quad| quad.object.to_string())
            .collect();
        assert_eq!(matches, ["<http://example.org/b/1>"]);
        let negative = quads.iter().filter(|quad| {
            quad.object.to_string() == "<http://www.w3.org/2002/07/owl#NegativePropertyAssertion>"
        });
        assert_eq!(negative.count(), 2);
        let unknown = read(&table("a:1\tskos:exactMatch\tmaybe\tb:1\tx\n"), &graph);
        assert!(unknown.expect_err("refused").to_string().contains("maybe"));
    }
}

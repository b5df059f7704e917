//! A graph as canonical N-Quads: the same text for the same statements, whoever writes it.

use oxigraph::model::Dataset;
use oxigraph::model::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};

use super::error::GraphError;
use super::model::{GraphName, NamedOrBlankNode, Quad, QuadRef, Term};
use super::store::Graph;

/// All quads as lines of N-Quads, sorted. Blank nodes have the names that RDF Dataset
/// Canonicalization 1.0 (RDFC-1.0, with SHA-256) gives them.
///
/// # Errors
/// The graph cannot be read.
pub fn canonical_nquads(graph: &Graph) -> Result<String, GraphError> {
    let mut quads = graph.quads()?;
    if quads.iter().any(has_blank_node) {
        let mut dataset: Dataset = quads.iter().collect();
        dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 {
            hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
        });
        quads = dataset.iter().map(QuadRef::into_owned).collect();
    }
    let mut lines: Vec<String> = quads.iter().map(|quad| format!("{quad} .\n")).collect();
    lines.sort_unstable();
    lines.dedup();
    Ok(lines.concat())
}

fn has_blank_node(quad: &Quad) -> bool {
    fn is_in(subject: &NamedOrBlankNode, object: &Term) -> bool {
        matches!(subject, NamedOrBlankNode::BlankNode(_))
            || match object {
                Term::BlankNode(_) => true,
                Term::Triple(triple) => is_in(&triple.subject, &triple.object),
                Term::NamedNode(_) | Term::Literal(_) => false,
            }
    }
    is_in(&quad.subject, &quad.object) || matches!(quad.graph_name, GraphName::BlankNode(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::model::{BlankNode, NamedNode};

    #[test]
    fn names_of_blank_nodes_and_the_order_of_loading_do_not_matter() {
        let node = |name: &str| NamedNode::new_unchecked(format!("http://example.org/{name}"));
        let graph = |names: [&str; 2], turned: bool| {
            let [a, b] = names.map(BlankNode::new_unchecked);
            let mut quads = vec![
                Quad::new(a.clone(), node("p"), b.clone(), node("g")),
                Quad::new(b, node("p"), node("end"), node("g")),
                Quad::new(node("s"), node("p"), a, node("g")),
            ];
            if turned {
                quads.reverse();
            }
            let mut graph = Graph::in_memory().expect("a store");
            graph.load(quads).expect("loaded");
            canonical_nquads(&graph).expect("text")
        };
        let text = graph(["x", "y"], false);
        assert_eq!(text, graph(["b", "a"], true));
        assert_eq!(text.lines().count(), 3);
        assert!(text.contains("_:c14n0"), "{text}");
        assert!(text.lines().is_sorted());
    }
}

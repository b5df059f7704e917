//! The graph itself: canonical N-Quads, `TriG`, what is taken as true as Turtle, and JSON-LD as one document a case.

mod json_ld;

use super::{ExportError, ExportFormat, ExportStudy, Exported};
use crate::graph::canonical_nquads;
use crate::graph::model::{GraphName, Quad, RdfFormat, RdfSerializer};

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "rdf",
    describes: "the graph as N-Quads (RDFC-1.0), TriG, Turtle, and JSON-LD as one document a case",
    of_cases: false,
    write,
};

fn write(study: &ExportStudy) -> Result<Exported, ExportError> {
    let mut exported = Exported::default();
    let graph = &study.session.graph;
    exported.add("statements.nq", canonical_nquads(graph)?);
    let mut quads = graph.quads()?;
    quads.sort_by_cached_key(Quad::to_string);
    let trig = text(study, RdfFormat::TriG, &quads)?;
    exported.add("statements.trig", trig);
    let seen = graph.default_graphs();
    let is_seen = |quad: &Quad| match &quad.graph_name {
        GraphName::NamedNode(name) => seen.contains(name),
        _ => true,
    };
    let mut taken: Vec<Quad> = quads.into_iter().filter(is_seen).collect();
    for quad in &mut taken {
        quad.graph_name = GraphName::DefaultGraph;
    }
    taken.sort_by_cached_key(Quad::to_string);
    taken.dedup();
    exported.add("taken.ttl", text(study, RdfFormat::Turtle, &taken)?);
    for (key, document) in json_ld::documents(study, &taken) {
        exported.add(format!("cases/{key}.jsonld"), format!("{document:#}\n"));
    }
    Ok(exported)
}

fn text(study: &ExportStudy, format: RdfFormat, quads: &[Quad]) -> Result<Vec<u8>, ExportError> {
    let mut serializer = RdfSerializer::from_format(format);
    for (name, iri) in study.session.prefixes.iter() {
        // A prefix whose namespace is no IRI, as a study's name may make it, is left out.
        if let Ok(with) = serializer.clone().with_prefix(name, iri) {
            serializer = with;
        }
    }
    let mut writer = serializer.for_writer(Vec::new());
    for quad in quads {
        writer.serialize_quad(quad)?;
    }
    Ok(writer.finish()?)
}

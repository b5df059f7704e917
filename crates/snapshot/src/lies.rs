//! Files whose checksums are right and whose content is not, for tests and the fuzz target.

use std::fs;

use oxrdf::vocab::xsd;
use oxrdf::{BlankNode, Literal, NamedNode, Quad};
use spareval::{CancellationToken, QueryEvaluationError, QueryEvaluator, QueryResults};
use spargebra::{Query, SparqlParser};

use super::batch::{Computed, compute};
use super::format::{CHUNK, HEADER};
use super::{MEMORY, Snapshot, View, Writer};

fn node(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("http://example.org/{name}"))
}

/// A small whole snapshot.
#[must_use]
pub fn written() -> Vec<u8> {
    let mut writer =
        Writer::new(&std::env::temp_dir(), MEMORY).default_graphs_by(node("isDefault"));
    for n in 0..30 {
        let subject = node(&format!("s{}", n % 7));
        let graph = node(&format!("g{}", n % 3));
        let number = Literal::new_typed_literal(format!("{n}.5"), xsd::DECIMAL);
        let text = Literal::new_language_tagged_literal_unchecked(format!("t{n}"), "en");
        for quad in [
            Quad::new(subject.clone(), node("p"), number, graph.clone()),
            Quad::new(
                subject.clone(),
                node("q"),
                node(&format!("s{}", n % 5)),
                graph.clone(),
            ),
            Quad::new(subject.clone(), node("r"), text, graph.clone()),
            Quad::new(BlankNode::new_unchecked("b"), node("q"), subject, graph),
        ] {
            writer.add(quad.as_ref()).expect("added");
        }
    }
    let mark = Quad::new(
        node("g0"),
        node("isDefault"),
        Literal::from(true),
        node("g1"),
    );
    writer.add(mark.as_ref()).expect("added");
    let file = tempfile::NamedTempFile::new().expect("a file");
    writer
        .write(file.reopen().expect("a file"))
        .expect("written");
    fs::read(file.path()).expect("bytes")
}

/// Makes the checksums those of the content.
pub fn reseal(bytes: &mut Vec<u8>) {
    let Some(page) = bytes.get(..HEADER) else {
        return;
    };
    let number = |at: usize| {
        let bytes: [u8; 8] = page[at..at + 8].try_into().expect("eight bytes");
        u64::from_le_bytes(bytes)
    };
    let end = (number(24) as usize).clamp(HEADER, bytes.len());
    let sums: Vec<u8> = bytes[HEADER..end]
        .chunks(CHUNK)
        .flat_map(|chunk| crc32fast::hash(chunk).to_le_bytes())
        .collect();
    bytes.truncate(end);
    bytes.extend(&sums);
    let length = bytes.len() as u64;
    bytes[12..16].copy_from_slice(&crc32fast::hash(&sums).to_le_bytes());
    bytes[16..24].copy_from_slice(&length.to_le_bytes());
    bytes[24..32].copy_from_slice(&(end as u64).to_le_bytes());
    let crc = crc32fast::hash(&bytes[..HEADER - 4]);
    bytes[HEADER - 4..HEADER].copy_from_slice(&crc.to_le_bytes());
}

/// The most rows of an answer that are read: a file may say that there is no end of them.
const MOST: usize = 10_000;

const QUERIES: [&str; 8] = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s <http://example.org/p> ?n . ?s <http://example.org/q> ?o FILTER(?n > 3) }",
    "SELECT ?o (COUNT(?s) AS ?n) (SUM(?v) AS ?sum) (MAX(?v) AS ?max) { ?s <http://example.org/q> ?o ; <http://example.org/p> ?v } GROUP BY ?o",
    "SELECT ?o (MIN(?s) AS ?n) { ?s <http://example.org/q> ?o } GROUP BY ?o",
    "SELECT (COUNT(*) AS ?n) { ?s <http://example.org/q>+ ?o }",
    "SELECT * { ?s <http://example.org/q>* <http://example.org/s1> }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?o",
    "SELECT * { <http://example.org/s1> ?p ?o OPTIONAL { ?o ?q ?r } }",
];

/// Reads everything in every way; errors are good, and so are wrong answers: the checksums lie.
pub fn read_all(bytes: &[u8]) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), bytes).expect("written");
    let Ok(snapshot) = Snapshot::open(file.path()) else {
        return;
    };
    for quad in snapshot.quads_of(None, None, None, None) {
        if quad.is_err() {
            break;
        }
    }
    for term in [node("s1"), node("p"), node("g1")] {
        let _ = snapshot.find(&term.into());
    }
    for query in QUERIES {
        let query = SparqlParser::new().parse_query(query).expect("a query");
        for graphs in [None, Some([node("g1")])] {
            let _ = answer(
                &snapshot,
                graphs.as_ref().map(<[_; 1]>::as_slice),
                query.clone(),
            );
        }
    }
}

/// Reads what batches and the engine make of a query.
fn answer(
    snapshot: &Snapshot,
    graphs: Option<&[NamedNode]>,
    query: Query,
) -> Result<(), QueryEvaluationError> {
    match compute(snapshot, graphs, query, &CancellationToken::new())? {
        Computed::Rows(rows) => rows.take(MOST).try_for_each(|row| row.map(drop)),
        Computed::Query(rest) => {
            let view = View::new(snapshot, graphs)
                .map_err(|error| QueryEvaluationError::Dataset(Box::new(error)))?;
            match QueryEvaluator::new().prepare(&rest).execute(view)? {
                QueryResults::Solutions(rows) => rows.take(MOST).try_for_each(|row| row.map(drop)),
                QueryResults::Boolean(_) | QueryResults::Graph(_) => Ok(()),
            }
        }
    }
}

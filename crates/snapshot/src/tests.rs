//! What a writer is told, and files whose checksums are right and whose content is not: no reader may panic,
//! whatever they say.

use oxrdf::{GraphName, Literal, NamedNode, Quad};
use proptest::prelude::*;
use spareval::{QueryEvaluator, QueryResults};
use spargebra::SparqlParser;

use super::format::HEADER;
use super::lies::{read_all, reseal, written};
use super::{MEMORY, Snapshot, View, Writer};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn lies_with_right_checksums_do_no_harm(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..12),
    ) {
        let mut bytes = written();
        for (at, value, place) in changes {
            // The header, the small lists behind it, or anywhere.
            let within = match place {
                0 => 16..432,
                1 => HEADER..bytes.len().min(HEADER + 3000),
                _ => HEADER..bytes.len(),
            };
            let at = within.start + at.index(within.len());
            bytes[at] = value;
        }
        reseal(&mut bytes);
        read_all(&bytes);
    }
}

#[test]
fn what_is_resealed_without_a_change_is_read_as_before() {
    let bytes = written();
    let mut again = bytes.clone();
    reseal(&mut again);
    assert_eq!(again, bytes);
    read_all(&bytes);
}

/// How many triples a query sees in the default graph of what a writer wrote.
fn in_default_graph(mut writer: Writer) -> usize {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let node = |name: &str| NamedNode::new_unchecked(format!("http://example.org/{name}"));
    for quad in [
        Quad::new(node("g"), node("isDefault"), Literal::from(true), node("h")),
        Quad::new(
            node("h"),
            node("isDefault"),
            Literal::from(false),
            node("h"),
        ),
        Quad::new(node("s"), node("p"), node("o"), node("g")),
        Quad::new(node("s"), node("q"), node("o"), GraphName::DefaultGraph),
        Quad::new(node("s"), node("r"), node("o"), GraphName::DefaultGraph),
    ] {
        writer.add(quad.as_ref()).expect("added");
    }
    let empty = file.reopen().expect("a file");
    writer.write(empty).expect("written");
    let snapshot = Snapshot::open(file.path()).expect("opened");
    let query = SparqlParser::new().parse_query("SELECT ?s { ?s ?p <http://example.org/o> }");
    let view = View::new(&snapshot, None).expect("a view");
    let query = query.expect("a query");
    let QueryResults::Solutions(rows) = QueryEvaluator::new()
        .prepare(&query)
        .execute(view)
        .expect("rows")
    else {
        panic!("a SELECT has rows");
    };
    rows.count()
}

#[test]
fn graphs_that_are_marked_make_up_the_default_graph() {
    let writer = || Writer::new(&std::env::temp_dir(), MEMORY);
    assert_eq!(in_default_graph(writer()), 2);
    let mark = NamedNode::new_unchecked("http://example.org/isDefault");
    assert_eq!(in_default_graph(writer().default_graphs_by(mark)), 1);
    let other = NamedNode::new_unchecked("http://example.org/other");
    assert_eq!(in_default_graph(writer().default_graphs_by(other)), 2);
}

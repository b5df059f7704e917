//! Which graphs a query or an update asks.

use crate::graph::model::{GraphUpdateOperation, NamedNode, Query, QueryDataset, Update};
use crate::query::tokens::tokens;

/// Has a query ask these graphs, whatever it says itself: the protocol's `default-graph-uri` and
/// `named-graph-uri`.
pub fn with_dataset(query: &mut Query, default: Vec<NamedNode>, named: Vec<NamedNode>) {
    let (Query::Select { dataset, .. }
    | Query::Construct { dataset, .. }
    | Query::Describe { dataset, .. }
    | Query::Ask { dataset, .. }) = query;
    *dataset = Some(QueryDataset {
        default,
        named: Some(named),
    });
}

/// Has a query that names graphs with `FROM NAMED` alone ask these graphs as its default graph, if there are
/// any: without `FROM` it would be empty.
pub fn with_graphs(query: &mut Query, graphs: &[NamedNode]) {
    let (Query::Select { dataset, .. }
    | Query::Construct { dataset, .. }
    | Query::Describe { dataset, .. }
    | Query::Ask { dataset, .. }) = query;
    if let Some(dataset) = dataset
        && dataset.default.is_empty()
    {
        dataset.default = graphs.to_vec();
    }
}

/// Has the patterns of an update ask these graphs: the protocol's `using-graph-uri` and
/// `using-named-graph-uri`. Gives `false` if the update says itself which graphs it asks.
#[must_use]
pub fn with_using(update: &mut Update, default: &[NamedNode], named: &[NamedNode]) -> bool {
    for operation in &mut update.operations {
        if let GraphUpdateOperation::DeleteInsert { using, .. } = operation {
            let dataset = QueryDataset {
                default: default.to_vec(),
                named: Some(named.to_vec()),
            };
            if using.replace(dataset).is_some() {
                return false;
            }
        }
    }
    true
}

/// Whether an update copies, moves or adds the default graph, or into it. The parser writes these
/// operations as others, which do not tell.
#[must_use]
pub fn moves_default_graph(text: &str) -> bool {
    let all: Vec<_> = tokens(text).collect();
    all.iter().enumerate().any(|(at, token)| {
        let before = all[..at].iter().rev().find(|before| !before.is("SILENT"));
        token.is("DEFAULT")
            && before.is_some_and(|before| {
                ["COPY", "MOVE", "ADD", "TO"]
                    .iter()
                    .any(|word| before.is(word))
            })
    })
}

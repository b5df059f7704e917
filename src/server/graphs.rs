//! The reading half of the SPARQL 1.1 Graph Store Protocol: whole graphs, by name.

use super::Site;
use super::media::triples_format;
use super::problem::Problem;
use super::protocol::triples_response;
use super::request::Request;
use super::response::Response;
use crate::graph::model::NamedNode;
use crate::query::{self, Prepared};

/// `?graph=IRI` gives a named graph, `?default` the graph that queries see.
pub fn read(site: &Site, request: &Request) -> Result<Response, Problem> {
    let format = triples_format(request)?;
    let mut wanted = None;
    for (name, value) in request.parameters() {
        let graph = match name.as_str() {
            "default" => Vec::new(),
            "graph" => vec![named(site, &value)?],
            other => {
                return Err(Problem::bad_request(format!(
                    "{other:?} is no parameter here: give ?default or ?graph=IRI"
                )));
            }
        };
        if wanted.replace(graph).is_some() {
            return Err(Problem::bad_request("give one graph at a time"));
        }
    }
    let Some(wanted) = wanted else {
        return Err(Problem::bad_request(
            "which graph? Give ?default or ?graph=IRI; /.well-known/void lists them",
        ));
    };
    let mut query = Prepared::new(include_str!("queries/all.rq")).query(&site.session.prefixes)?;
    if !wanted.is_empty() {
        query::with_dataset(&mut query, wanted, Vec::new());
    }
    let answer = site.session.graph.query(&query, &site.options())?;
    Ok(triples_response(answer, format))
}

/// A graph of the study.
fn named(site: &Site, name: &str) -> Result<NamedNode, Problem> {
    let known = site.session.graph.named_graphs()?;
    known
        .into_iter()
        .find(|graph| graph.as_str() == name)
        .ok_or_else(|| {
            Problem::not_found(format!(
                "there is no graph <{name}>; /.well-known/void lists them"
            ))
        })
}

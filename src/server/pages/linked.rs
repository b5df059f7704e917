//! A case as linked data: its page, what is taken of it as triples, or its dossier as JSON, by `Accept` or by an ending.

use super::case;
use crate::dossier::dossier;
use crate::graph::model::NamedNode;
use crate::query::Prepared;
use crate::report::{DossierDocument, Format, Setting};
use crate::server::Site;
use crate::server::media::rdf_format;
use crate::server::negotiate::choose;
use crate::server::problem::Problem;
use crate::server::protocol::triples_response;
use crate::server::request::Request;
use crate::server::response::Response;

/// What a thing is given as: a page where the client does not mind.
const OFFERS: [&str; 6] = [
    "text/html",
    "text/turtle",
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
    "application/json",
];
/// The endings of addresses, with what they stand for.
const ENDINGS: [(&str, &str); 5] = [
    ("ttl", "text/turtle"),
    ("jsonld", "application/ld+json"),
    ("nt", "application/n-triples"),
    ("rdf", "application/rdf+xml"),
    ("json", "application/json"),
];

/// Answers `/cases/KEY`, also with an ending. Keys may have dots, and a case of that name comes first.
pub fn case(site: &Site, request: &Request, name: &str) -> Result<Response, Problem> {
    let cases = site.cases()?;
    let ended = || {
        let (key, ending) = name.rsplit_once('.')?;
        let (_, media) = ENDINGS.iter().find(|(known, _)| *known == ending)?;
        cases.contains(key).then_some((key, *media))
    };
    let (key, media) = if cases.contains(name) {
        (name, choose(request.accept(), &OFFERS)?)
    } else {
        ended().ok_or_else(|| Problem::not_found(format!("there is no case called {name:?}")))?
    };
    let session = &site.session;
    match media {
        "text/html" => case::page(site, request, key),
        "application/json" => {
            let json = Format::named("json").ok_or_else(|| Problem::internal("no JSON"))?;
            let found = dossier(&session.graph, key, &session.prefixes, session.schema)?;
            let text = (json.write)(&DossierDocument(&found), &Setting::default())?;
            Ok(Response::text(json.content_type, text).named(&format!("{key}.json")))
        }
        media => {
            let case = session.prefixes.expand(&format!("case:{key}"));
            let case: NamedNode = case.ok_or_else(|| Problem::internal("a key that is no IRI"))?;
            let query = Prepared::new(include_str!("queries/case_triples.rq"));
            let query = query.with("case", case).query(&session.prefixes)?;
            let answer = session.graph.query(&query, &site.options())?;
            Ok(triples_response(answer, (media, rdf_format(media)?)))
        }
    }
}

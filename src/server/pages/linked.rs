//! The IRIs of the study and of the ontology, answered here: a page for a person, and what is said of the thing for a
//! program, by `Accept` or by an ending.

use maud::html;

use super::kind::Kind;
use super::schema::{self, ONTOLOGY};
use super::{Page, case, encoded, nothing};
use crate::dossier::dossier;
use crate::graph::model::{NamedNode, Term};
use crate::graph::namespaces::{ONTOLOGY_GRAPH, STUDIES, StudyThing, VOCABULARY};
use crate::graph::vocab::skos;
use crate::ontology::nearest;
use crate::query::{self, Prepared, plain, rows, shown};
use crate::report::{DossierDocument, Format, Setting};
use crate::server::Site;
use crate::server::media::rdf_format;
use crate::server::negotiate::choose;
use crate::server::problem::Problem;
use crate::server::protocol::triples_response;
use crate::server::request::Request;
use crate::server::response::Response;
use crate::study::UnknownName;

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
        ended().ok_or_else(|| {
            let nearest = nearest(name, cases.iter().map(String::as_str));
            UnknownName::new("case", name, nearest)
        })?
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
            let case = case.ok_or_else(|| Problem::internal("a key that is no IRI"))?;
            let query = Prepared::new(include_str!("queries/case_triples.rq"));
            triples(site, &query.with("case", case), media)
        }
    }
}

/// Answers an address that is an IRI of the study, of a vocabulary or of the ontology without its beginning.
pub fn thing(site: &Site, request: &Request, path: &str) -> Result<Response, Problem> {
    let ended = || {
        let (path, ending) = path.rsplit_once('.')?;
        let (_, media) = ENDINGS.iter().find(|(known, _)| *known == ending)?;
        Some((named(site, path)?, *media))
    };
    let (thing, media) = match named(site, path) {
        Some(thing) => (thing, choose(request.accept(), &OFFERS)?),
        None => ended().ok_or_else(|| nothing(path))?,
    };
    let is_ontology = thing.as_str() == ONTOLOGY_GRAPH;
    match media {
        "text/html" if is_ontology => schema::ontology(site),
        "text/html" => page(site, &thing),
        media if is_ontology => {
            let mut all =
                Prepared::new(include_str!("../queries/all.rq")).query(&site.session.prefixes)?;
            query::with_dataset(&mut all, vec![thing], Vec::new());
            let answer = site.session.graph.query(&all, &site.options())?;
            Ok(triples_response(answer, (media, rdf_format(media)?)))
        }
        media => {
            let about = Prepared::new(include_str!("queries/about.rq"));
            triples(site, &about.with("thing", thing), media)
        }
    }
}

/// The thing whose IRI ends in a path, if the graph has it.
fn named(site: &Site, path: &str) -> Option<NamedNode> {
    let end = path.strip_prefix('/')?;
    if end.is_empty() || end.contains(|c: char| c.is_whitespace() || "<>\"{}|^`\\".contains(c)) {
        return None;
    }
    // The IRI of a study ends with a slash, which addresses have lost.
    [end.to_owned(), format!("{end}/")]
        .into_iter()
        .map(|end| NamedNode::new_unchecked(format!("{STUDIES}{end}")))
        .find(|thing| site.session.graph.mentions(thing).unwrap_or(false))
}

fn triples(site: &Site, query: &Prepared, media: &'static str) -> Result<Response, Problem> {
    let query = query.query(&site.session.prefixes)?;
    let answer = site.session.graph.query(&query, &site.options())?;
    Ok(triples_response(answer, (media, rdf_format(media)?)))
}

/// The page that a thing has: one of its own, or else what the graph says of it.
fn page(site: &Site, thing: &NamedNode) -> Result<Response, Problem> {
    let iri = thing.as_str();
    if let Some(of_case) = StudyThing::of_case(iri)
        && site.cases()?.contains(of_case.key())
    {
        return Ok(Response::redirect(&format!(
            "/cases/{}",
            encoded(of_case.key())
        )));
    }
    let concept = iri
        .strip_prefix(VOCABULARY)
        .and_then(|rest| rest.split_once('/'));
    if let Some((scheme, name)) = concept
        && let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.prefix() == scheme)
    {
        return Ok(Response::redirect(&format!(
            "/{}/{}",
            kind.path(),
            encoded(name)
        )));
    }
    let prefixes = &site.session.prefixes;
    let about = Prepared::new(include_str!("queries/thing.rq"));
    let about = site.rows(&about.with("thing", thing.clone()))?;
    let label = rows(&about).find(|row| row.text("property") == skos::PREF_LABEL.as_str());
    let label = label.and_then(|row| row.term("value").map(|term| plain(term).into_owned()));
    let name = prefixes.shorten(iri);
    let page = Page {
        site,
        title: label.as_deref().unwrap_or(&name),
        part: "",
        scripts: &[],
    };
    Ok(page.response(&html! {
        h1 { (page.title) }
        p { code { (iri) } }
        div.table-wrap tabindex="0" {
            table {
                thead { tr { th scope="col" { "property" } th scope="col" { "value" } } }
                tbody {
                    @for row in rows(&about) {
                        tr {
                            td { code { (prefixes.shorten(row.text("property"))) } }
                            td { @if let Some(value) = row.term("value") {
                                @match address(value) {
                                    Some(address) => a href=(address) { (shown(value, prefixes)) },
                                    None => (shown(value, prefixes)),
                                }
                            } }
                        }
                    }
                }
            }
        }
    }))
}

/// Where a thing of the study or of casegraph is answered here.
fn address(value: &Term) -> Option<String> {
    let Term::NamedNode(node) = value else {
        return None;
    };
    let end = node.as_str().strip_prefix(STUDIES)?;
    if let Some((_, term)) = end.split_once('#') {
        return Some(format!("{ONTOLOGY}#{term}"));
    }
    let parts = end.trim_end_matches('/').split('/').map(encoded);
    Some(format!("/{}", parts.collect::<Vec<_>>().join("/")))
}

//! The SPARQL 1.1 Protocol: queries over GET, over POST as a form, and over POST as they are.

use std::io::{BufWriter, Write};

use http::{Method, StatusCode};
use oxiri::Iri;
use sparesults::{QueryResultsFormat, QueryResultsSerializer};

use super::describe::service_description;
use super::media::{TRIPLES, rdf_format, unwritten, with_charset};
use super::negotiate::choose;
use super::problem::Problem;
use super::request::Request;
use super::response::{Body, Failure, Response};
use super::{Site, UNKNOWN};
use crate::graph::model::{NamedNode, RdfFormat, RdfSerializer};
use crate::graph::{Answer, Limit, Results, Rows, written};
use crate::query;

/// Media types of rows and truth values, the first if the client does not mind.
const ROWS: [&str; 9] = [
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
    "application/json",
    "application/xml",
    "text/xml",
    "text/plain",
    "text/html",
];

/// Short names of formats, as the parameters `format` and `output` of other endpoints have them.
const SHORT: [(&str, &str); 10] = [
    ("json", "application/json"),
    ("xml", "application/xml"),
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("turtle", "text/turtle"),
    ("ttl", "text/turtle"),
    ("nt", "application/n-triples"),
    ("ntriples", "application/n-triples"),
    ("rdf", "application/rdf+xml"),
    ("jsonld", "application/ld+json"),
];

/// Characters of a query that an address can hold.
const LONGEST_LINK: usize = 8 << 10;

/// What a client asks.
struct QueryRequest {
    query: String,
    /// A media type that stands for what `Accept` says, for clients that can set no header.
    format: Option<String>,
    default_graphs: Vec<String>,
    named_graphs: Vec<String>,
}

/// Answers a request to the endpoint.
pub fn endpoint(site: &Site, request: &Request) -> Result<Response, Problem> {
    let asked = match request.method {
        Method::GET | Method::HEAD => {
            let parameters = request.parameters();
            if !parameters.iter().any(|(name, _)| name == "query") {
                if parameters.is_empty() {
                    return without_query(site, request);
                }
                return Err(no_query());
            }
            QueryRequest::of(parameters)?
        }
        Method::POST => match request.content_type().as_str() {
            "application/x-www-form-urlencoded" => {
                // The dataset may stand in the address as well.
                let mut parameters = request.form()?;
                parameters.extend(request.parameters());
                QueryRequest::of(parameters)?
            }
            "application/sparql-query" => {
                let mut parameters = request.parameters();
                parameters.push(("query".to_owned(), request.text()?));
                QueryRequest::of(parameters)?
            }
            other => {
                let detail = format!(
                    "a query is POSTed as application/sparql-query or as a form \
                     (application/x-www-form-urlencoded), not as {other:?}"
                );
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "unsupported-media-type",
                    detail,
                ));
            }
        },
        _ => return Err(Problem::method_not_allowed("GET, HEAD, POST")),
    };
    answer(site, request, &asked)
}

fn no_query() -> Problem {
    Problem::bad_request("there is no query: give it as the parameter `query`")
}

/// A browser gets the page with the editor, a program what the endpoint is.
fn without_query(site: &Site, request: &Request) -> Result<Response, Problem> {
    let media = choose(request.accept(), &TRIPLES)?;
    if media == "text/html" {
        return Ok(Response::redirect("/query"));
    }
    service_description(site, request)
}

impl QueryRequest {
    fn of(parameters: Vec<(String, String)>) -> Result<Self, Problem> {
        let mut asked = Self {
            query: String::new(),
            format: None,
            default_graphs: Vec::new(),
            named_graphs: Vec::new(),
        };
        let mut queries = 0;
        for (name, value) in parameters {
            match name.as_str() {
                "query" => {
                    queries += 1;
                    // Editors that mark UTF-8 so are right, and SPARQL knows no such mark.
                    let bare = value.strip_prefix('\u{feff}').map(str::to_owned);
                    asked.query = bare.unwrap_or(value);
                }
                "default-graph-uri" => asked.default_graphs.push(value),
                "named-graph-uri" => asked.named_graphs.push(value),
                "update" => {
                    return Err(Problem::bad_request(
                        "an update goes to /update, and needs a server that was started with --writable",
                    ));
                }
                "format" | "output" => {
                    let short = SHORT.iter().find(|(short, _)| *short == value);
                    let media = short.map_or(value.as_str(), |(_, media)| media);
                    if media.contains('/') {
                        asked.format = Some(media.to_owned());
                    }
                }
                // Clients send parameters of other endpoints along: `timeout`, `debug`.
                _ => {}
            }
        }
        match queries {
            0 => Err(no_query()),
            1 => Ok(asked),
            _ => Err(Problem::bad_request(
                "there are several parameters `query`: give one",
            )),
        }
    }
}

/// Where relative IRIs of a request begin: at its address.
pub(super) fn base(request: &Request) -> String {
    let address = format!("{}/sparql", request.origin());
    // Whatever a client writes as `Host`.
    match Iri::parse(address.as_str()) {
        Ok(_) => address,
        Err(_) => "http://localhost/sparql".to_owned(),
    }
}

/// Names of graphs that a client gives.
pub(super) fn names(texts: &[String]) -> Result<Vec<NamedNode>, Problem> {
    texts
        .iter()
        .map(|text| match Iri::parse(text.clone()) {
            Ok(iri) => Ok(NamedNode::new_unchecked(iri.into_inner())),
            Err(error) => Err(Problem::bad_request(format!(
                "{text:?} names no graph: {error}"
            ))),
        })
        .collect()
}

fn answer(site: &Site, request: &Request, asked: &QueryRequest) -> Result<Response, Problem> {
    let mut parsed = query::parse_from(&asked.query, &site.session.prefixes, &base(request))?;
    if !(asked.default_graphs.is_empty() && asked.named_graphs.is_empty()) {
        let (default, named) = (names(&asked.default_graphs)?, names(&asked.named_graphs)?);
        query::with_dataset(&mut parsed, default, named);
    }
    let rows = !query::gives_triples(&parsed);
    let mut offers: &[&str] = if rows { &ROWS } else { &TRIPLES };
    if asked.query.len() > LONGEST_LINK {
        // There is no address for a page with it: pages come last.
        offers = &offers[..offers.len() - 1];
    }
    let media = match &asked.format {
        // One that does not fit the kind of query says nothing.
        Some(format) => choose(format, offers).or_else(|_| choose(request.accept(), offers))?,
        None => choose(request.accept(), offers)?,
    };
    if media == "text/html" {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("query", &asked.query)
            .finish();
        return Ok(Response::redirect(&format!("/query?{form}")));
    }
    let unknown = query::unknown_names(&site.session.graph, &parsed, &site.session.prefixes)?;
    let answer = site.session.graph.query(&parsed, &site.options())?;
    let response = if rows {
        let format = QueryResultsFormat::from_media_type(media)
            .or((media == "text/plain").then_some(QueryResultsFormat::Tsv))
            .ok_or_else(|| unwritten(media))?;
        Response::new(
            with_charset(media),
            Body::Stream(Box::new(move |out| write_rows(answer, format, out))),
        )
    } else {
        triples_response(answer, (media, rdf_format(media)?))
    };
    // The answer is right as it stands, but an empty one often comes from a misspelt name.
    Ok(match unknown.as_slice() {
        [] => response,
        unknown => {
            let told: Vec<String> = unknown.iter().map(ToString::to_string).collect();
            response.with(UNKNOWN, &ascii(&told.join(" | ")))
        }
    })
}

/// A text as a header can hold it.
fn ascii(text: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii() && !c.is_ascii_control() {
            c
        } else {
            '?'
        }
    };
    text.chars().map(plain).take(1000).collect()
}

/// Triples in the format of a media type.
pub(super) fn triples_response(
    answer: Answer,
    (media, format): (&'static str, RdfFormat),
) -> Response {
    let body = Body::Stream(Box::new(move |out| write_triples(answer, format, out)));
    Response::new(with_charset(media), body)
}

fn write_rows(
    answer: Answer,
    format: QueryResultsFormat,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let serializer = QueryResultsSerializer::from_format(format);
    match answer.into_parts() {
        (Results::Boolean(yes), _) => {
            serializer.serialize_boolean_to_writer(out, yes)?;
        }
        // XML cannot hold every text: this is known before anything is sent.
        (Results::Rows(rows), limit) if format == QueryResultsFormat::Xml => {
            let variables = rows.variables().to_vec();
            let cells = rows.collect(usize::MAX);
            let cells = cells.map_err(|error| Problem::from(limit.error(error)))?;
            let bytes = written::rows(&variables, &cells, format).map_err(Problem::from)?;
            out.write_all(&bytes)?;
        }
        (Results::Rows(rows), limit) => write_solutions(format, rows, &limit, out)?,
        (Results::Triples(_), _) => {}
    }
    Ok(())
}

fn write_solutions(
    format: QueryResultsFormat,
    rows: Rows,
    limit: &Limit,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let variables = rows.variables().to_vec();
    let serializer = QueryResultsSerializer::from_format(format);
    let mut writer = serializer.serialize_solutions_to_writer(pieces(out), variables)?;
    for row in rows {
        let row = row.map_err(|error| Problem::from(limit.error(error)))?;
        if format == QueryResultsFormat::Csv {
            let cells = row
                .iter()
                .map(|(name, term)| (name, written::csv_cell(term)));
            let cells: Vec<_> = cells.collect();
            writer.serialize(cells.iter().map(|(name, term)| (*name, term.as_ref())))?;
        } else {
            writer.serialize(&row)?;
        }
    }
    writer.finish()?.flush()?;
    Ok(())
}

/// Rows and triples are written in many small pieces.
fn pieces(out: &mut dyn Write) -> BufWriter<&mut dyn Write> {
    BufWriter::with_capacity(16 << 10, out)
}

fn write_triples(answer: Answer, format: RdfFormat, out: &mut dyn Write) -> Result<(), Failure> {
    let (Results::Triples(triples), limit) = answer.into_parts() else {
        return Ok(());
    };
    // The same for properties.
    if format == RdfFormat::RdfXml {
        let all = triples.collect::<Result<Vec<_>, _>>();
        let all = all.map_err(|error| Problem::from(limit.error(error)))?;
        let bytes = written::triples(&all, format, []).map_err(Problem::from)?;
        out.write_all(&bytes)?;
        return Ok(());
    }
    let mut writer = RdfSerializer::from_format(format).for_writer(pieces(out));
    for triple in triples {
        let triple = triple.map_err(|error| Problem::from(limit.error(error)))?;
        written::check(&triple, format).map_err(Problem::from)?;
        writer.serialize_triple(&triple)?;
    }
    writer.finish()?.flush()?;
    Ok(())
}

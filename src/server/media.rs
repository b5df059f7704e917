//! Media types: those of triples, and how they stand in a header.

use super::negotiate::choose;
use super::problem::Problem;
use super::request::Request;
use crate::graph::model::RdfFormat;

/// Media types of triples, and a page in their place.
pub(super) const TRIPLES: [&str; 10] = [
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
    "application/trig",
    "application/n-quads",
    "application/json",
    "text/plain",
    "text/n3",
    "text/html",
];

/// The media type of triples, and its format, that a client likes best.
///
/// # Errors
/// It takes none of them.
pub(super) fn triples_format(request: &Request) -> Result<(&'static str, RdfFormat), Problem> {
    let media = choose(request.accept(), &TRIPLES[..TRIPLES.len() - 1])?;
    Ok((media, rdf_format(media)?))
}

/// The format of a media type of triples.
///
/// # Errors
/// It has no writer.
pub(super) fn rdf_format(media: &str) -> Result<RdfFormat, Problem> {
    // Older clients ask for these.
    let known = match media {
        "application/json" => "application/ld+json",
        "text/plain" => "application/n-triples",
        "text/n3" => "text/turtle",
        other => other,
    };
    RdfFormat::from_media_type(known).ok_or_else(|| unwritten(media))
}

/// A media type that is offered and has no writer.
pub(super) fn unwritten(media: &str) -> Problem {
    Problem::internal(format!("{media} has no writer"))
}

/// The media type with its character set, where clients would take another one without it.
pub(super) fn with_charset(media: &'static str) -> &'static str {
    match media {
        "text/csv" => "text/csv; charset=utf-8",
        "text/tab-separated-values" => "text/tab-separated-values; charset=utf-8",
        "text/plain" => "text/plain; charset=utf-8",
        "text/markdown" => "text/markdown; charset=utf-8",
        "text/turtle" => "text/turtle; charset=utf-8",
        other => other,
    }
}

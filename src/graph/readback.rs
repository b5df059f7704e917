//! Reads RDF text back with a second, independent parser and compares content.
//!
//! A serialiser and a parser of one library can share a mistake; two libraries hardly can. Of what RDF 1.2
//! adds the second parser knows nothing: texts with triple terms or directions of text are read by the
//! first alone.

use std::collections::BTreeSet;

use rio_api::model::{Literal as RioLiteral, Subject, Term as RioTerm};
use rio_api::parser::{QuadsParser, TriplesParser};
use rio_turtle::{NQuadsParser, NTriplesParser, TriGParser, TurtleError, TurtleParser};
use thiserror::Error;

use super::model::{
    BaseDirection, GraphName, NamedOrBlankNode, Quad, RdfFormat, RdfParser, RdfSyntaxError, Term,
};

/// Why two parsers do not agree on a text.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadbackError {
    /// The first parser refuses it.
    #[error("not valid RDF")]
    First(#[from] RdfSyntaxError),
    /// The second parser refuses it.
    #[error("a second parser refuses it")]
    Second(#[from] TurtleError),
    /// Both read it, differently.
    #[error(
        "two parsers read it differently: {first} statements and {second}, {differ} of them not in both"
    )]
    Differ {
        /// Statements that the first parser found.
        first: usize,
        /// Statements that the second one found.
        second: usize,
        /// Statements that only one of them found.
        differ: usize,
    },
    /// The format has no second parser.
    #[error("{0} has no second parser here; use Turtle, TriG, N-Triples or N-Quads")]
    Format(RdfFormat),
}

/// Reads a text with both parsers and returns the quads if they agree in number and content.
/// Blank nodes are compared by their place only, since parsers name them as they like. Quads that need
/// RDF 1.2 are returned as the first parser reads them.
///
/// # Errors
/// A parser refuses the text, or they disagree.
pub fn verified_quads(text: &str, format: RdfFormat) -> Result<Vec<Quad>, ReadbackError> {
    let quads: Vec<Quad> = RdfParser::from_format(format)
        .for_slice(text)
        .collect::<Result<_, _>>()?;
    if quads.iter().any(|quad| needs_rdf_12(&quad.object)) {
        return Ok(quads);
    }
    let second = second_reading(text, format)?;
    let first: Vec<String> = quads.iter().map(line).collect();
    let (a, b): (BTreeSet<&String>, BTreeSet<&String>) =
        (first.iter().collect(), second.iter().collect());
    let differ = a.symmetric_difference(&b).count();
    if differ > 0 || first.len() != second.len() {
        return Err(ReadbackError::Differ {
            first: first.len(),
            second: second.len(),
            differ,
        });
    }
    Ok(quads)
}

fn second_reading(text: &str, format: RdfFormat) -> Result<Vec<String>, ReadbackError> {
    let mut lines = Vec::new();
    let bytes = text.as_bytes();
    match format {
        RdfFormat::Turtle => TurtleParser::new(bytes, None).parse_all(&mut |t| {
            lines.push(rio_line(t.subject, t.predicate.iri, t.object, None));
            Ok::<_, TurtleError>(())
        })?,
        RdfFormat::NTriples => NTriplesParser::new(bytes).parse_all(&mut |t| {
            lines.push(rio_line(t.subject, t.predicate.iri, t.object, None));
            Ok::<_, TurtleError>(())
        })?,
        RdfFormat::TriG => TriGParser::new(bytes, None).parse_all(&mut |q| {
            let graph = q.graph_name.map(|name| name.to_string());
            lines.push(rio_line(q.subject, q.predicate.iri, q.object, graph));
            Ok::<_, TurtleError>(())
        })?,
        RdfFormat::NQuads => NQuadsParser::new(bytes).parse_all(&mut |q| {
            let graph = q.graph_name.map(|name| name.to_string());
            lines.push(rio_line(q.subject, q.predicate.iri, q.object, graph));
            Ok::<_, TurtleError>(())
        })?,
        other => return Err(ReadbackError::Format(other)),
    }
    Ok(lines)
}

/// Whether a term is a triple term, or a text with a direction.
fn needs_rdf_12(term: &Term) -> bool {
    match term {
        Term::Triple(_) => true,
        Term::Literal(literal) => literal.direction().is_some(),
        Term::NamedNode(_) | Term::BlankNode(_) => false,
    }
}

/// One line for a quad of the first parser, blank nodes without their names.
pub(super) fn line(quad: &Quad) -> String {
    let (subject, object) = (node_line(&quad.subject), term_line(&quad.object));
    let graph = match &quad.graph_name {
        GraphName::DefaultGraph => String::new(),
        GraphName::BlankNode(_) => "_:".to_owned(),
        name @ GraphName::NamedNode(_) => name.to_string(),
    };
    format!("{subject} {} {object} {graph}", quad.predicate.as_str())
}

fn node_line(node: &NamedOrBlankNode) -> String {
    match node {
        NamedOrBlankNode::NamedNode(node) => node.to_string(),
        NamedOrBlankNode::BlankNode(_) => "_:".to_owned(),
    }
}

fn term_line(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.to_string(),
        Term::BlankNode(_) => "_:".to_owned(),
        Term::Literal(literal) => {
            let line = literal_line(
                literal.value(),
                literal.language(),
                literal.datatype().as_str(),
            );
            match literal.direction() {
                None => line,
                Some(BaseDirection::Ltr) => format!("{line} ltr"),
                Some(BaseDirection::Rtl) => format!("{line} rtl"),
            }
        }
        Term::Triple(triple) => {
            let (subject, object) = (node_line(&triple.subject), term_line(&triple.object));
            format!("<<( {subject} {} {object} )>>", triple.predicate)
        }
    }
}

fn rio_line(
    subject: Subject<'_>,
    predicate: &str,
    object: RioTerm<'_>,
    graph: Option<String>,
) -> String {
    let subject = match subject {
        Subject::NamedNode(node) => node.to_string(),
        _ => "_:".to_owned(),
    };
    let object = match object {
        RioTerm::Literal(literal) => match literal {
            RioLiteral::Simple { value } => {
                literal_line(value, None, "http://www.w3.org/2001/XMLSchema#string")
            }
            RioLiteral::LanguageTaggedString { value, language } => literal_line(
                value,
                Some(&language.to_ascii_lowercase()),
                "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
            ),
            RioLiteral::Typed { value, datatype } => literal_line(value, None, datatype.iri),
        },
        RioTerm::NamedNode(node) => node.to_string(),
        _ => "_:".to_owned(),
    };
    let graph = match graph {
        Some(name) if name.starts_with("_:") => "_:".to_owned(),
        Some(name) => name,
        None => String::new(),
    };
    format!("{subject} {predicate} {object} {graph}")
}

fn literal_line(value: &str, language: Option<&str>, datatype: &str) -> String {
    format!("{value:?}@{}^^{datatype}", language.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_parsers_agree_on_every_kind_of_term() {
        let turtle = r#"@prefix : <http://example.org/> .
            :a :b "x\n\"y\""@EN, 4, 4.50, true, "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ;
               :c [ :d :e ], ( :f :g ) ."#;
        let quads = verified_quads(turtle, RdfFormat::Turtle).expect("both read it alike");
        assert_eq!(quads.len(), 12);
        let quad = "<http://a.b/c> <http://a.b/d> \"é\" <http://a.b/g> .\n";
        assert_eq!(
            verified_quads(quad, RdfFormat::NQuads)
                .expect("alike")
                .len(),
            1
        );
    }

    #[test]
    fn a_broken_text_is_refused() {
        assert!(matches!(
            verified_quads("<http://a.b/c> <http://a.b/d> .", RdfFormat::Turtle),
            Err(ReadbackError::First(_))
        ));
        assert!(matches!(
            verified_quads(
                "{}",
                RdfFormat::JsonLd {
                    profile: Default::default()
                }
            ),
            Err(ReadbackError::First(_) | ReadbackError::Format(_))
        ));
    }
}

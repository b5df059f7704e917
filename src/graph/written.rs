//! Answers as files: written, read back, and given only if they say the same.

use std::borrow::Cow;
use std::collections::BTreeSet;

use casegraph_snapshot::Cells;
use oxigraph::sparql::results::{
    QueryResultsFormat, QueryResultsParser, QueryResultsSerializer, ReaderQueryResultsParserOutput,
};
use thiserror::Error;

use super::model::{
    GraphName, Literal, NamedOrBlankNode, RdfFormat, RdfParser, RdfSerializer, Term, Triple,
    Variable,
};
use super::readback::{ReadbackError, line, verified_quads};

/// Why an answer is not written in a format.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// XML has no way to write a character, escaped or not.
    #[error("XML cannot hold the character U+{:04X} of {of:?}: {instead}", u32::from(*character))]
    Character {
        /// Character that XML forbids.
        character: char,
        /// The text that has it.
        of: String,
        /// Format to ask for instead.
        instead: &'static str,
    },
    /// RDF/XML writes a property as the name of an element.
    #[error(
        "RDF/XML cannot hold the property <{0}>, which does not end in a name: {INSTEAD_OF_RDF_XML}"
    )]
    Property(String),
    /// JSON-LD knows no triple terms.
    #[error("JSON-LD cannot hold the triple term {0}: ask for Turtle or N-Triples")]
    TripleTerm(Box<Triple>),
    /// What was written is read as something else, or cannot be read.
    #[error(
        "this answer cannot be written as {format}, because it is not read back as it is ({reason}): {instead}"
    )]
    ReadBack {
        /// Format that was asked for.
        format: String,
        /// How what is read back differs.
        reason: String,
        /// Format to ask for instead.
        instead: &'static str,
    },
    /// The format is none for this.
    #[error("it cannot be written")]
    Serializer(#[from] std::io::Error),
}

const INSTEAD_OF_XML: &str = "ask for JSON or TSV";
const INSTEAD_OF_RDF_XML: &str = "ask for Turtle, N-Triples or JSON-LD";
const INSTEAD: &str = "ask for another format";

/// The rows of an answer in a format.
///
/// # Errors
/// The format cannot hold them.
pub fn rows(
    variables: &[Variable],
    cells: &Cells,
    format: QueryResultsFormat,
) -> Result<Vec<u8>, WriteError> {
    let is_xml = format == QueryResultsFormat::Xml;
    if is_xml {
        for term in cells.terms() {
            check_characters(term, INSTEAD_OF_XML)?;
        }
    }
    let serializer = QueryResultsSerializer::from_format(format);
    let mut writer = serializer.serialize_solutions_to_writer(Vec::new(), variables.to_vec())?;
    let is_csv = format == QueryResultsFormat::Csv;
    for row in 0..cells.rows() {
        let bound = variables.iter().enumerate();
        let bound = bound.filter_map(|(at, variable)| {
            let term = cells.get(row, at)?;
            Some((
                variable,
                if is_csv {
                    csv_cell(term)
                } else {
                    Cow::Borrowed(term)
                },
            ))
        });
        let bound: Vec<(&Variable, Cow<'_, Term>)> = bound.collect();
        writer.serialize(
            bound
                .iter()
                .map(|(variable, term)| (*variable, term.as_ref())),
        )?;
    }
    let mut bytes = writer.finish()?;
    if is_xml {
        bytes = with_carriage_returns(bytes);
    }
    let differs = match format {
        QueryResultsFormat::Csv => differing_csv(variables, cells, &bytes),
        _ => differing_row(variables, cells, format, &bytes),
    };
    match differs {
        None => Ok(bytes),
        Some(reason) => Err(WriteError::ReadBack {
            format: format.to_string(),
            reason,
            instead: INSTEAD,
        }),
    }
}

/// What is wrong with rows as they are read, if anything is.
fn differing_row(
    variables: &[Variable],
    cells: &Cells,
    format: QueryResultsFormat,
    bytes: &[u8],
) -> Option<String> {
    let parser = QueryResultsParser::from_format(format);
    let read = match parser.for_reader(bytes) {
        Ok(ReaderQueryResultsParserOutput::Solutions(read)) => read,
        Ok(ReaderQueryResultsParserOutput::Boolean(_)) => return Some("no rows".to_owned()),
        Err(error) => return Some(error.to_string()),
    };
    if read.variables() != variables {
        return Some("other variables".to_owned());
    }
    let mut rows = 0;
    for solution in read {
        let solution = match solution {
            Ok(solution) => solution,
            Err(error) => return Some(error.to_string()),
        };
        let same = |at: usize| solution.get(at) == cells.get(rows, at);
        if let Some(at) = (0..variables.len()).find(|at| !same(*at)) {
            return Some(format!("{} of row {} differs", variables[at], rows + 1));
        }
        rows += 1;
    }
    (rows != cells.rows()).then(|| format!("{rows} rows of {}", cells.rows()))
}

/// The same for CSV, which holds texts alone.
fn differing_csv(variables: &[Variable], cells: &Cells, bytes: &[u8]) -> Option<String> {
    let text = |row: usize| {
        let cells = (0..variables.len()).map(move |at| cells.get(row, at));
        cells.map(|cell| cell.map_or(String::new(), csv_text))
    };
    // One empty cell is an empty line, which readers pass over.
    let mut written = (0..cells.rows())
        .filter(|row| text(*row).any(|cell| variables.len() > 1 || !cell.is_empty()));
    let mut reader = csv::Reader::from_reader(bytes);
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => return Some(error.to_string()),
        };
        match written.next() {
            Some(row) if text(row).eq(record.iter()) => {}
            Some(row) => return Some(format!("row {} differs", row + 1)),
            None => return Some("more rows".to_owned()),
        }
    }
    written.next().map(|row| format!("row {} is lost", row + 1))
}

/// A term as a cell of CSV: of a triple term its text.
#[must_use]
pub fn csv_cell(term: &Term) -> Cow<'_, Term> {
    match term {
        Term::Triple(_) => Cow::Owned(Literal::new_simple_literal(csv_text(term)).into()),
        other => Cow::Borrowed(other),
    }
}

/// The text of a term in CSV: IRIs have no brackets, and texts quotation marks within triple terms only.
fn csv_text(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        Term::BlankNode(node) => node.to_string(),
        Term::Triple(triple) => {
            let subject = match &triple.subject {
                NamedOrBlankNode::NamedNode(node) => node.as_str().to_owned(),
                NamedOrBlankNode::BlankNode(node) => node.to_string(),
            };
            let object = match &triple.object {
                Term::Literal(literal) => format!("\"{}\"", literal.value().replace('"', "\"\"")),
                other => csv_text(other),
            };
            format!("<<( {subject} {} {object} )>>", triple.predicate.as_str())
        }
    }
}

/// Whether a format can hold a triple.
///
/// # Errors
/// It cannot.
pub fn check(triple: &Triple, format: RdfFormat) -> Result<(), WriteError> {
    match (format, &triple.object) {
        (RdfFormat::JsonLd { .. }, Term::Triple(term)) => {
            return Err(WriteError::TripleTerm(term.clone()));
        }
        (RdfFormat::RdfXml, Term::Triple(term)) => check(term, format)?,
        _ => {}
    }
    if format == RdfFormat::RdfXml {
        check_characters(&triple.object, INSTEAD_OF_RDF_XML)?;
        if !ends_in_a_name(triple.predicate.as_str()) {
            return Err(WriteError::Property(triple.predicate.as_str().to_owned()));
        }
    }
    Ok(())
}

/// The triples of an answer in a format, with these prefixes.
///
/// # Errors
/// The format cannot hold them.
pub fn triples<'p>(
    triples: &[Triple],
    format: RdfFormat,
    prefixes: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> Result<Vec<u8>, WriteError> {
    let is_xml = format == RdfFormat::RdfXml;
    for triple in triples {
        check(triple, format)?;
    }
    let mut serializer = RdfSerializer::from_format(format);
    for (name, iri) in prefixes {
        serializer = serializer
            .with_prefix(name, iri)
            .map_err(std::io::Error::other)?;
    }
    let mut writer = serializer.for_writer(Vec::new());
    for triple in triples {
        writer.serialize_triple(triple)?;
    }
    let mut bytes = writer.finish()?;
    if is_xml {
        bytes = with_carriage_returns(bytes);
    }
    match differing_triple(triples, format, &bytes) {
        None => Ok(bytes),
        Some(reason) => Err(WriteError::ReadBack {
            format: format.to_string(),
            reason,
            instead: if is_xml { INSTEAD_OF_RDF_XML } else { INSTEAD },
        }),
    }
}

/// What is wrong with triples as they are read, if anything is; blank nodes have no names of their own.
fn differing_triple(triples: &[Triple], format: RdfFormat, bytes: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Some(error.to_string()),
    };
    let read = match verified_quads(text, format) {
        // There is one parser of it here.
        Err(ReadbackError::Format(_)) => {
            let parser = RdfParser::from_format(format).for_slice(text);
            parser
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| error.to_string())
        }
        other => other.map_err(|error| error.to_string()),
    };
    let read = match read {
        Ok(read) => read,
        Err(error) => return Some(error),
    };
    let read: BTreeSet<String> = read.iter().map(line).collect();
    let written = triples.iter().cloned();
    let written: BTreeSet<String> = written
        .map(|triple| line(&triple.in_graph(GraphName::DefaultGraph)))
        .collect();
    let differing = written.symmetric_difference(&read).next()?;
    Some(differing.clone())
}

/// XML readers take a carriage return for the end of a line, unless it is written as a number.
fn with_carriage_returns(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.contains(&b'\r') {
        return bytes;
    }
    let mut escaped = Vec::with_capacity(bytes.len() + 64);
    for byte in bytes {
        match byte {
            b'\r' => escaped.extend_from_slice(b"&#xD;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Checks that XML can hold the text of a term.
fn check_characters(term: &Term, instead: &'static str) -> Result<(), WriteError> {
    let text = match term {
        Term::NamedNode(node) => node.as_str(),
        Term::BlankNode(node) => node.as_str(),
        Term::Literal(literal) => literal.value(),
        Term::Triple(triple) => return check_characters(&triple.object, instead),
    };
    let fits = |c: char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => c >= ' ',
    };
    match text.chars().find(|c| !fits(*c)) {
        None => Ok(()),
        Some(character) => Err(WriteError::Character {
            character,
            of: text.chars().take(60).collect(),
            instead,
        }),
    }
}

/// Whether an IRI ends in a name of XML.
fn ends_in_a_name(iri: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}');
    let end = iri.rfind(|c| !is_part(c)).map_or(iri, |at| &iri[at..]);
    end.contains(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::model::{BlankNode, Literal, NamedNode, rdf, xsd};

    const TEXTS: [&str; 14] = [
        "a\rb",
        "\r",
        "a\r\nb",
        " a b ",
        "\n",
        "\t",
        "\"'<&>]]>",
        "é\u{10ffff}\u{202e}\u{2028}\u{85}",
        "a,b;\"c\"",
        "\\r\\u0041",
        "",
        "1",
        "@x",
        "{}[]",
    ];

    fn terms() -> Vec<Term> {
        let mut all: Vec<Term> = vec![
            NamedNode::new_unchecked("http://example.org/é?a=1&b=(2)#c").into(),
            BlankNode::new_unchecked("b0").into(),
            Literal::new_typed_literal("01", xsd::INTEGER).into(),
            Literal::new_typed_literal("1.", xsd::DECIMAL).into(),
            Literal::new_typed_literal("1E0", xsd::DOUBLE).into(),
            Literal::new_typed_literal("NaN", xsd::DOUBLE).into(),
            Literal::new_typed_literal("1", xsd::BOOLEAN).into(),
            Literal::new_typed_literal("<b>", rdf::XML_LITERAL).into(),
        ];
        for text in TEXTS {
            all.push(Literal::new_simple_literal(text).into());
            let tagged = Literal::new_language_tagged_literal_unchecked(text, "de-at");
            all.push(tagged.into());
        }
        all
    }

    #[test]
    fn rows_of_any_text_are_read_back_in_every_format() {
        let variables = ["x", "y"].map(Variable::new_unchecked);
        let mut cells = Cells::of_width(2);
        for term in terms() {
            cells.push([Some(term.clone()), None]);
            cells.push([None, Some(term)]);
        }
        for format in [
            QueryResultsFormat::Csv,
            QueryResultsFormat::Tsv,
            QueryResultsFormat::Json,
            QueryResultsFormat::Xml,
        ] {
            let bytes = rows(&variables, &cells, format).expect("written");
            let raw = bytes.contains(&b'\r');
            assert!(format != QueryResultsFormat::Xml || !raw, "{format}");
        }
    }

    #[test]
    fn triples_of_any_text_are_read_back_in_every_format() {
        let node = |name: &str| NamedNode::new_unchecked(format!("http://example.org/{name}"));
        let mut all = Vec::new();
        for (at, term) in terms().into_iter().enumerate() {
            all.push(Triple::new(
                node("s"),
                node(&format!("p{at}")),
                term.clone(),
            ));
            all.push(Triple::new(node("p/1"), node("p-1.x"), term.clone()));
            all.push(Triple::new(BlankNode::new_unchecked("b1"), node("π"), term));
        }
        all.push(Triple::new(node("s"), rdf::TYPE, node("Class")));
        for format in [
            RdfFormat::Turtle,
            RdfFormat::NTriples,
            RdfFormat::RdfXml,
            RdfFormat::JsonLd {
                profile: Default::default(),
            },
            RdfFormat::TriG,
            RdfFormat::NQuads,
        ] {
            triples(&all, format, [("ex", "http://example.org/")]).expect("written");
        }
    }

    #[test]
    fn what_xml_cannot_hold_is_refused_with_what_can() {
        let variables = [Variable::new_unchecked("x")];
        let node = NamedNode::new_unchecked("http://example.org/p");
        for character in ["\u{0}", "\u{1}", "\u{b}", "\u{1b}", "\u{fffe}", "\u{ffff}"] {
            let literal = Literal::new_simple_literal(format!("a{character}"));
            let mut cells = Cells::of_width(1);
            cells.push([Some(literal.clone().into())]);
            let said = rows(&variables, &cells, QueryResultsFormat::Xml).expect_err("no XML");
            assert!(said.to_string().contains("JSON or TSV"), "{said}");
            rows(&variables, &cells, QueryResultsFormat::Json).expect("JSON");
            rows(&variables, &cells, QueryResultsFormat::Tsv).expect("TSV");
            let triple = Triple::new(node.clone(), node.clone(), literal);
            let said = triples(&[triple], RdfFormat::RdfXml, []).expect_err("no XML");
            assert!(said.to_string().contains("Turtle"), "{said}");
        }
        for property in [
            "http://e/p/1",
            "http://e/p/",
            "http://e/p#",
            "http://e/1-2",
            "urn:1",
        ] {
            let property = NamedNode::new_unchecked(property);
            let triple = Triple::new(node.clone(), property, node.clone());
            let said = triples(std::slice::from_ref(&triple), RdfFormat::RdfXml, []);
            let said = said.expect_err("no name").to_string();
            assert!(said.contains("Turtle"), "{said}");
            triples(&[triple], RdfFormat::Turtle, []).expect("Turtle");
        }
        // Properties that RDF/XML reads in its own way.
        for name in ["li", "Description", "about"] {
            let property = NamedNode::new_unchecked(format!(
                "http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}"
            ));
            let triple = Triple::new(node.clone(), property, node.clone());
            assert!(triples(&[triple], RdfFormat::RdfXml, []).is_err(), "{name}");
        }
    }
}

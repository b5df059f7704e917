//! What the endpoint says of itself: its service description, the VoID description of the study, and
//! its saved analyses as example queries.

use http::StatusCode;

use super::Site;
use super::media::{triples_format, with_charset};
use super::problem::Problem;
use super::request::Request;
use super::response::Response;
use crate::graph::model::{
    BlankNode, Literal, NamedNode, NamedOrBlankNode, RdfSerializer, Term, Triple, rdf, rdfs, xsd,
};
use crate::query::{Prepared, Row, rows};

const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
const VOID: &str = "http://rdfs.org/ns/void#";
const SH: &str = "http://www.w3.org/ns/shacl#";
const SCHEMA: &str = "https://schema.org/";
const DCTERMS: &str = "http://purl.org/dc/terms/";
const FORMATS: &str = "http://www.w3.org/ns/formats/";

/// Triples that are being put together.
#[derive(Default)]
struct Description(Vec<Triple>);

impl Description {
    fn say(&mut self, subject: &impl Node, predicate: &str, object: impl Into<Term>) {
        let predicate = NamedNode::new_unchecked(predicate);
        self.0.push(Triple::new(subject.node(), predicate, object));
    }

    fn is_a(&mut self, subject: &impl Node, class: &str) {
        self.0.push(Triple::new(
            subject.node(),
            rdf::TYPE.into_owned(),
            NamedNode::new_unchecked(class),
        ));
    }

    /// The statements of a part of the data, property by property.
    fn properties<'r>(
        &mut self,
        of: &impl Node,
        name: &str,
        counted: impl Iterator<Item = Row<'r>>,
    ) {
        for (at, row) in counted.enumerate() {
            if let (Some(property), Some(count)) = (row.term("property"), row.term("triples")) {
                let part = BlankNode::new_unchecked(format!("{name}property{at}"));
                self.say(of, &format!("{VOID}propertyPartition"), part.clone());
                self.say(&part, &format!("{VOID}property"), property.clone());
                self.say(&part, &format!("{VOID}triples"), count.clone());
            }
        }
    }

    fn response(&self, request: &Request) -> Result<Response, Problem> {
        let (media, format) = triples_format(request)?;
        let failed = |error: &dyn std::error::Error| Problem::internal(error.to_string());
        let mut serializer = RdfSerializer::from_format(format);
        for (name, iri) in [
            ("sd", SD),
            ("void", VOID),
            ("sh", SH),
            ("schema", SCHEMA),
            ("dcterms", DCTERMS),
            ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
            ("xsd", "http://www.w3.org/2001/XMLSchema#"),
        ] {
            serializer = serializer
                .with_prefix(name, iri)
                .map_err(|error| failed(&error))?;
        }
        let mut writer = serializer.for_writer(Vec::new());
        for triple in &self.0 {
            writer
                .serialize_triple(triple)
                .map_err(|error| failed(&error))?;
        }
        let text = writer.finish().map_err(|error| failed(&error))?;
        Ok(Response::text(with_charset(media), text))
    }
}

/// What can be a subject.
trait Node {
    fn node(&self) -> NamedOrBlankNode;
}

impl Node for NamedNode {
    fn node(&self) -> NamedOrBlankNode {
        self.clone().into()
    }
}

impl Node for BlankNode {
    fn node(&self) -> NamedOrBlankNode {
        self.clone().into()
    }
}

fn iri(text: &str) -> NamedNode {
    NamedNode::new_unchecked(text)
}

fn text(text: &str) -> Literal {
    Literal::new_simple_literal(text)
}

/// What the endpoint is, by the vocabulary of SPARQL 1.1 Service Description.
pub fn service_description(site: &Site, request: &Request) -> Result<Response, Problem> {
    let origin = request.origin();
    let mut description = Description::default();
    let service = iri(&format!("{origin}/sparql"));
    description.is_a(&service, &format!("{SD}Service"));
    description.say(&service, &format!("{SD}endpoint"), service.clone());
    description.say(
        &service,
        &format!("{SD}supportedLanguage"),
        iri(&format!("{SD}SPARQL11Query")),
    );
    for format in [
        "SPARQL_Results_JSON",
        "SPARQL_Results_XML",
        "SPARQL_Results_CSV",
        "SPARQL_Results_TSV",
        "Turtle",
        "N-Triples",
        "RDF_XML",
        "JSON-LD",
    ] {
        description.say(
            &service,
            &format!("{SD}resultFormat"),
            iri(&format!("{FORMATS}{format}")),
        );
    }
    let dataset = BlankNode::new_unchecked("dataset");
    let default = BlankNode::new_unchecked("default");
    description.say(&service, &format!("{SD}defaultDataset"), dataset.clone());
    description.is_a(&dataset, &format!("{SD}Dataset"));
    description.say(&dataset, &format!("{SD}defaultGraph"), default.clone());
    description.is_a(&default, &format!("{SD}Graph"));
    for (at, graph) in graphs(site)?.into_iter().enumerate() {
        let named = BlankNode::new_unchecked(format!("g{at}"));
        let content = BlankNode::new_unchecked(format!("c{at}"));
        description.say(&dataset, &format!("{SD}namedGraph"), named.clone());
        description.is_a(&named, &format!("{SD}NamedGraph"));
        description.say(&named, &format!("{SD}name"), graph.name);
        description.say(&named, &format!("{SD}graph"), content.clone());
        description.is_a(&content, &format!("{SD}Graph"));
        description.say(&content, &format!("{VOID}triples"), graph.triples);
    }
    description.response(request)
}

struct Counted {
    name: NamedNode,
    triples: Literal,
}

/// The named graphs with the number of their triples.
fn graphs(site: &Site) -> Result<Vec<Counted>, Problem> {
    let found = site.rows(&Prepared::new(include_str!("queries/graphs.rq")))?;
    let graph = |row: Row<'_>| match (row.term("graph"), row.term("triples")) {
        (Some(Term::NamedNode(name)), Some(Term::Literal(triples))) => Some(Counted {
            name: name.clone(),
            triples: triples.clone(),
        }),
        _ => None,
    };
    Ok(rows(&found).filter_map(graph).collect())
}

/// What the study is, by the vocabulary of interlinked datasets.
pub fn void(site: &Site, request: &Request) -> Result<Response, Problem> {
    let origin = request.origin();
    let mut description = Description::default();
    let study = iri(&format!("{origin}/.well-known/void#study"));
    let manifest = &site.session.manifest;
    description.is_a(&study, &format!("{VOID}Dataset"));
    description.say(&study, &format!("{DCTERMS}title"), text(&manifest.title));
    let about = site.rows(&Prepared::new(include_str!("queries/study.rq")))?;
    let about = |column: &str| rows(&about).next()?.term(column).cloned();
    if let Some(licence) = about("licence") {
        description.say(&study, &format!("{DCTERMS}license"), licence);
    }
    let modified = match &manifest.updated {
        Some(updated) => {
            let comment = format!("Updated since the sheets, {updated}.");
            description.say(&study, rdfs::COMMENT.as_str(), text(&comment));
            Some(Literal::new_typed_literal(&updated.last, xsd::DATE_TIME).into())
        }
        None => about("modified"),
    };
    if let Some(modified) = modified {
        description.say(&study, &format!("{DCTERMS}modified"), modified);
    }
    description.say(
        &study,
        &format!("{VOID}sparqlEndpoint"),
        iri(&format!("{origin}/sparql")),
    );
    description.say(
        &study,
        &format!("{VOID}triples"),
        Literal::from(i64::try_from(manifest.quads).unwrap_or(i64::MAX)),
    );
    let totals = site.rows(&Prepared::new(include_str!("queries/totals.rq")))?;
    for (column, property) in [
        ("subjects", "distinctSubjects"),
        ("properties", "properties"),
    ] {
        if let Some(count) = rows(&totals).next().and_then(|row| row.term(column)) {
            description.say(&study, &format!("{VOID}{property}"), count.clone());
        }
    }
    let classes = site.rows(&Prepared::new(include_str!("queries/classes.rq")))?;
    let of_classes = Prepared::new(include_str!("queries/class_properties.rq"));
    let of_classes = site.rows(&of_classes)?;
    for (at, row) in rows(&classes).enumerate() {
        if let (Some(class), Some(count)) = (row.term("class"), row.term("things")) {
            let part = BlankNode::new_unchecked(format!("class{at}"));
            description.say(&study, &format!("{VOID}classPartition"), part.clone());
            description.say(&part, &format!("{VOID}class"), class.clone());
            description.say(&part, &format!("{VOID}entities"), count.clone());
            let own = rows(&of_classes).filter(|row| row.term("class") == Some(class));
            description.properties(&part, &format!("class{at}"), own);
        }
    }
    let properties = site.rows(&Prepared::new(include_str!("queries/properties.rq")))?;
    description.properties(&study, "all", rows(&properties));
    for (at, graph) in graphs(site)?.into_iter().enumerate() {
        let part = BlankNode::new_unchecked(format!("graph{at}"));
        description.say(&study, &format!("{VOID}subset"), part.clone());
        description.is_a(&part, &format!("{SD}NamedGraph"));
        description.say(&part, &format!("{SD}name"), graph.name);
        description.say(&part, &format!("{VOID}triples"), graph.triples);
    }
    description.response(request)
}

/// The saved analyses as example queries, with the parameters that stand when none is set.
pub fn examples(site: &Site, request: &Request) -> Result<Response, Problem> {
    let origin = request.origin();
    let mut description = Description::default();
    let prefixes = iri(&format!("{origin}/.well-known/sparql-examples#prefixes"));
    for saved in site.catalogue.queries() {
        let Ok(query) = site.session.bound(saved) else {
            // A parameter without a value: there is no one query.
            continue;
        };
        let example = iri(&format!(
            "{origin}/.well-known/sparql-examples#{}",
            saved.slug
        ));
        description.is_a(&example, &format!("{SH}SPARQLExecutable"));
        description.is_a(&example, &format!("{SH}SPARQLSelectExecutable"));
        let comment = Literal::new_language_tagged_literal_unchecked(&saved.header.summary, "en");
        description.say(&example, rdfs::COMMENT.as_str(), comment);
        description.say(&example, &format!("{SH}select"), text(&query));
        description.say(
            &example,
            &format!("{SCHEMA}target"),
            iri(&format!("{origin}/sparql")),
        );
        description.say(&example, &format!("{SH}prefixes"), prefixes.clone());
        for tag in &saved.header.tags {
            description.say(&example, &format!("{SCHEMA}keywords"), text(tag));
        }
    }
    if description.0.is_empty() {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "there are no saved analyses",
        ));
    }
    for (name, namespace) in site.session.prefixes.iter() {
        let prefix = BlankNode::new_unchecked(format!("prefix{}", name.replace('-', "")));
        let declared = Literal::new_typed_literal(namespace, xsd::ANY_URI);
        description.say(&prefixes, &format!("{SH}declare"), prefix.clone());
        description.say(&prefix, &format!("{SH}prefix"), text(name));
        description.say(&prefix, &format!("{SH}namespace"), declared);
    }
    description.response(request)
}

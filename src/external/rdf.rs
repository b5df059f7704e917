//! Ontologies in RDF: OWL in RDF/XML, Turtle, N-Triples and JSON-LD.
//!
//! Classes become terms. A restriction `R some C` above a class, which OWL writes with a blank node,
//! becomes the relationship `R C`, as OBO has it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::format::Format;
use super::input::Input;
use super::json;
use super::record::{Header, Record, Scope, Synonym, Term};
use super::trouble::Troubles;
use crate::graph::model::{NamedOrBlankNode, RdfFormat, RdfParseError, RdfParser, Term as Object};
use crate::graph::xml::Guard;

/// After so many errors the rest of a file is not read: it is something else.
const MOST_ERRORS: u64 = 1000;

const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
const OWL: &str = "http://www.w3.org/2002/07/owl#";
const OBO: &str = "http://purl.obolibrary.org/obo/";
/// The NCI Thesaurus as its owner publishes it. Its concepts have the IRIs of its OBO edition here, which mappings have.
const NCIT: &str = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl";
const OBO_IN_OWL: &str = "http://www.geneontology.org/formats/oboInOwl#";
const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// A restriction: its property and its filler.
#[derive(Debug, Default, Clone)]
struct Restriction {
    property: Option<String>,
    filler: Option<String>,
}

/// What is gathered of a subject until the file ends.
#[derive(Debug, Default)]
struct Gathered {
    terms: BTreeMap<String, Term>,
    classes: BTreeSet<String>,
    restrictions: BTreeMap<String, Restriction>,
    /// Classes below blank nodes.
    below: Vec<(String, String)>,
}

/// Reads a file; its classes and concepts go to `sink` as terms.
pub(super) fn read(
    input: &mut Input,
    format: Format,
    troubles: &mut Troubles,
    sink: &mut dyn FnMut(Record),
) -> io::Result<Header> {
    let path = input.path().to_owned();
    let mut header = Header::default();
    let mut gathered = Gathered::default();
    let mut errors = 0;
    for quad in RdfParser::from_format(rdf_format(format)).for_reader(bytes(input, format)) {
        let quad = match quad {
            Ok(quad) => quad,
            Err(RdfParseError::Io(error)) => return Err(error),
            Err(RdfParseError::Syntax(error)) => {
                let line = error.location().map_or(0, |range| range.start.line + 1);
                troubles.add(&path, line, "", error.to_string());
                errors += 1;
                if errors > MOST_ERRORS {
                    break;
                }
                continue;
            }
        };
        let predicate = quad.predicate.as_str();
        match &quad.subject {
            NamedOrBlankNode::BlankNode(node) => {
                gathered.of_blank(node.as_str(), predicate, &quad.object);
            }
            NamedOrBlankNode::NamedNode(node) => {
                of_ontology(&mut header, node.as_str(), predicate, &quad.object);
                gathered.of_named(&of_obo(node.as_str()), predicate, &quad.object);
            }
        }
    }
    for term in gathered.finish() {
        sink(Record::Term(term));
    }
    Ok(header)
}

/// What the first statements of a file say of the ontology.
pub(super) fn header(input: &mut Input, format: Format) -> Header {
    let mut header = Header::default();
    let first = RdfParser::from_format(rdf_format(format))
        .for_reader(bytes(input, format))
        .take(1000);
    for quad in first.flatten() {
        if let NamedOrBlankNode::NamedNode(node) = &quad.subject {
            of_ontology(
                &mut header,
                node.as_str(),
                quad.predicate.as_str(),
                &quad.object,
            );
        }
        if !header.name.is_empty() {
            break;
        }
    }
    header
}

/// The content for its parser. Of XML it gets nothing that would keep it busy without end, and of JSON nothing that lies
/// deeper than it can go.
fn bytes(input: &mut Input, format: Format) -> Box<dyn io::Read + '_> {
    match format {
        Format::RdfXml => Box::new(Guard::new(input.bytes())),
        Format::JsonLd => Box::new(json::Guard::new(input.bytes())),
        _ => Box::new(input.bytes()),
    }
}

fn rdf_format(format: Format) -> RdfFormat {
    match format {
        Format::RdfXml => RdfFormat::RdfXml,
        Format::NTriples => RdfFormat::NTriples,
        Format::JsonLd => RdfFormat::JsonLd {
            profile: Default::default(),
        },
        _ => RdfFormat::Turtle,
    }
}

fn text(object: &Object) -> Option<&str> {
    match object {
        Object::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}

fn named(object: &Object) -> Option<&str> {
    match object {
        Object::NamedNode(node) => Some(node.as_str()),
        _ => None,
    }
}

/// What the ontology says of itself.
fn of_ontology(header: &mut Header, subject: &str, predicate: &str, object: &Object) {
    if predicate == TYPE && named(object) == Some(&format!("{OWL}Ontology")) {
        let subject = subject.trim_end_matches(['/', '#']);
        // An ontology of the OBO library has the same name as in its OBO format.
        let name = subject
            .strip_prefix(OBO)
            .or(subject.rsplit(['/', '#']).next());
        let name = if subject == NCIT {
            "ncit"
        } else {
            name.unwrap_or(subject)
        };
        name.trim_end_matches(".owl").clone_into(&mut header.name);
    }
    let value = text(object).or_else(|| named(object)).unwrap_or("");
    match predicate {
        "http://www.w3.org/2002/07/owl#versionIRI"
        | "http://www.w3.org/2002/07/owl#versionInfo"
            if header.version.is_empty() =>
        {
            value.clone_into(&mut header.version);
            if header.date.is_empty() {
                header.date = super::obo::iso_date(value).unwrap_or_default();
            }
        }
        "http://purl.org/dc/terms/license" | "http://purl.org/dc/elements/1.1/license"
            if header.licence.is_empty() =>
        {
            value.clone_into(&mut header.licence);
        }
        _ => {}
    }
}

impl Gathered {
    fn of_blank(&mut self, node: &str, predicate: &str, object: &Object) {
        let restriction = || object_iri(object);
        match predicate.strip_prefix(OWL) {
            Some("onProperty") => {
                self.restrictions
                    .entry(node.to_owned())
                    .or_default()
                    .property = restriction();
            }
            Some("someValuesFrom") => {
                self.restrictions.entry(node.to_owned()).or_default().filler = restriction();
            }
            _ => {}
        }
    }

    fn of_named(&mut self, node: &str, predicate: &str, object: &Object) {
        let known = self.terms.contains_key(node);
        let is_class = predicate == TYPE
            && named(object).is_some_and(|kind| {
                kind == format!("{OWL}Class") || kind == format!("{SKOS}Concept")
            });
        if is_class {
            self.classes.insert(node.to_owned());
        }
        let Some(field) = Field::of(predicate) else {
            if is_class && !known {
                self.term(node);
            }
            return;
        };
        let term = self.terms.entry(node.to_owned()).or_insert_with(|| Term {
            id: node.to_owned(),
            ..Term::default()
        });
        match (field, object) {
            (Field::Parent, Object::BlankNode(blank)) => {
                self.below
                    .push((node.to_owned(), blank.as_str().to_owned()));
            }
            (Field::Parent, Object::NamedNode(parent)) => {
                term.parents.push(of_obo(parent.as_str()).into_owned());
            }
            (Field::ReplacedBy, object) => {
                term.replaced_by
                    .extend(object_iri(object).or_else(|| text(object).map(str::to_owned)));
            }
            (Field::Consider, object) => {
                term.consider
                    .extend(object_iri(object).or_else(|| text(object).map(str::to_owned)));
            }
            (Field::Xref, object) => {
                term.xrefs
                    .extend(object_iri(object).or_else(|| text(object).map(str::to_owned)));
            }
            (Field::Subset, object) => {
                term.subsets
                    .extend(object_iri(object).or_else(|| text(object).map(str::to_owned)));
            }
            (field, Object::Literal(literal)) => {
                // Of labels in several languages the English one, or the one without a language.
                let foreign = literal.language().is_some_and(|tag| !tag.starts_with("en"));
                let value = literal.value().to_owned();
                match field {
                    Field::Name if !foreign || term.name.is_empty() => term.name = value,
                    Field::Definition if !foreign => term.definition = Some(value),
                    Field::Namespace => term.namespace = Some(value),
                    Field::Synonym(scope) if !foreign => {
                        term.synonyms.push(Synonym { name: value, scope });
                    }
                    Field::AlternativeId => term.alternative_ids.push(value),
                    Field::Obsolete => term.obsolete = value == "true" || value == "1",
                    Field::Status => term.obsolete |= NCIT_OBSOLETE.contains(&value.as_str()),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn term(&mut self, node: &str) {
        self.terms.entry(node.to_owned()).or_insert_with(|| Term {
            id: node.to_owned(),
            ..Term::default()
        });
    }

    /// The classes, with their restrictions as relationships.
    fn finish(mut self) -> Vec<Term> {
        for (class, blank) in std::mem::take(&mut self.below) {
            let restriction = self.restrictions.get(&blank).cloned().unwrap_or_default();
            if let (Some(property), Some(filler)) = (restriction.property, restriction.filler)
                && let Some(term) = self.terms.get_mut(&class)
            {
                term.relationships.push((short(&property), filler));
            }
        }
        let classes = self.classes;
        let terms = self.terms.into_values().map(|mut term| {
            // A list of all names has the name itself, and what several sources say several times.
            let mut seen = BTreeSet::from([term.name.clone()]);
            term.synonyms
                .retain(|synonym| seen.insert(synonym.name.clone()));
            term
        });
        terms.filter(|term| classes.contains(&term.id)).collect()
    }
}

/// `part_of` has the name that OBO gives it, so that it is followed upward in each format.
fn short(property: &str) -> String {
    if property == format!("{OBO}BFO_0000050") {
        "part_of".to_owned()
    } else {
        property.to_owned()
    }
}

fn object_iri(object: &Object) -> Option<String> {
    named(object).map(|iri| of_obo(iri).into_owned())
}

/// The IRI that the OBO library has for a concept of the NCI Thesaurus; any other as it is.
fn of_obo(iri: &str) -> Cow<'_, str> {
    match iri
        .strip_prefix(NCIT)
        .and_then(|rest| rest.strip_prefix('#'))
    {
        Some(code) => format!("{OBO}NCIT_{code}").into(),
        None => iri.into(),
    }
}

/// A property of the NCI Thesaurus by its code, in either edition.
fn of_ncit(predicate: &str) -> Option<&str> {
    let own = predicate
        .strip_prefix(NCIT)
        .and_then(|rest| rest.strip_prefix('#'));
    own.or_else(|| predicate.strip_prefix(OBO)?.strip_prefix("NCIT_"))
}

/// What a property says of a class.
#[derive(Debug, Clone, Copy)]
enum Field {
    Name,
    Definition,
    Namespace,
    Synonym(Scope),
    AlternativeId,
    Xref,
    Subset,
    Parent,
    Obsolete,
    /// The status of a concept of the NCI Thesaurus.
    Status,
    ReplacedBy,
    Consider,
}

/// Words for the status of a concept of the NCI Thesaurus that is no longer one.
const NCIT_OBSOLETE: [&str; 2] = ["Obsolete_Concept", "Retired_Concept"];

impl Field {
    fn of(predicate: &str) -> Option<Self> {
        if let Some(local) = predicate.strip_prefix(OBO_IN_OWL) {
            return match local {
                "hasExactSynonym" => Some(Self::Synonym(Scope::Exact)),
                "hasBroadSynonym" => Some(Self::Synonym(Scope::Broad)),
                "hasNarrowSynonym" => Some(Self::Synonym(Scope::Narrow)),
                "hasRelatedSynonym" => Some(Self::Synonym(Scope::Related)),
                "hasOBONamespace" => Some(Self::Namespace),
                "hasAlternativeId" => Some(Self::AlternativeId),
                "hasDbXref" => Some(Self::Xref),
                "inSubset" => Some(Self::Subset),
                "consider" => Some(Self::Consider),
                _ => None,
            };
        }
        if let Some(local) = predicate.strip_prefix(SKOS) {
            return match local {
                "prefLabel" => Some(Self::Name),
                "altLabel" => Some(Self::Synonym(Scope::Exact)),
                "definition" => Some(Self::Definition),
                "broader" => Some(Self::Parent),
                _ => None,
            };
        }
        match of_ncit(predicate) {
            Some("P90") => return Some(Self::Synonym(Scope::Exact)),
            Some("P97") => return Some(Self::Definition),
            Some("P310") => return Some(Self::Status),
            _ => {}
        }
        match predicate.strip_prefix(OBO) {
            Some("IAO_0000115") => return Some(Self::Definition),
            Some("IAO_0100001") => return Some(Self::ReplacedBy),
            _ => {}
        }
        match predicate
            .strip_prefix(RDFS)
            .or_else(|| predicate.strip_prefix(OWL))
        {
            Some("label") => Some(Self::Name),
            Some("subClassOf") => Some(Self::Parent),
            Some("deprecated") => Some(Self::Obsolete),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(format: Format, text: &str) -> (Header, Vec<Term>, Troubles) {
        let mut input = Input::of(text.as_bytes());
        let (mut terms, mut troubles) = (Vec::new(), Troubles::default());
        let header = read(&mut input, format, &mut troubles, &mut |record| {
            if let Record::Term(term) = record {
                terms.push(term);
            }
        });
        (header.expect("reads"), terms, troubles)
    }

    const TURTLE: &str = r#"@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<http://purl.obolibrary.org/obo/x.owl> a owl:Ontology ; owl:versionIRI obo:x-2024-11-18 ;
  dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
obo:X_1 a owl:Class ; rdfs:label "one"@en , "eins"@de ; rdfs:subClassOf obo:X_2 ,
  [ a owl:Restriction ; owl:onProperty obo:BFO_0000050 ; owl:someValuesFrom obo:X_3 ] .
obo:X_2 a owl:Class ; owl:deprecated true ; obo:IAO_0100001 obo:X_3 .
obo:part a owl:ObjectProperty ; rdfs:label "part of" .
"#;

    #[test]
    fn classes_become_terms_and_restrictions_relationships() {
        let (header, found, troubles) = terms(Format::Turtle, TURTLE);
        assert_eq!(troubles.count(), 0, "{troubles:?}");
        assert_eq!((&header.name[..], &header.date[..]), ("x", "2024-11-18"));
        let slim = TURTLE.replace("/x.owl>", "/doid/subsets/DO_cancer_slim.owl>");
        let (slim, ..) = terms(Format::Turtle, &slim);
        assert_eq!(slim.name, "doid/subsets/DO_cancer_slim", "as its OBO says");
        assert!(header.licence.contains("by/4.0"));
        assert_eq!(found.len(), 2, "a property is no term");
        let obo = |local: &str| format!("http://purl.obolibrary.org/obo/{local}");
        assert_eq!(
            (&found[0].name[..], &found[0].parents[..]),
            ("one", &[obo("X_2")][..])
        );
        assert_eq!(found[0].relationships, [("part_of".to_owned(), obo("X_3"))]);
        assert!(found[1].obsolete && found[1].replaced_by == [obo("X_3")]);
    }

    const NCIT_OWL: &str = r#"<?xml version="1.0"?>
<rdf:RDF xmlns="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
  xml:base="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl">
 <owl:Ontology rdf:about="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"><owl:versionInfo>25.08d</owl:versionInfo></owl:Ontology>
 <owl:AnnotationProperty rdf:about="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#P90"><rdfs:label>FULL_SYN</rdfs:label></owl:AnnotationProperty>
 <owl:Class rdf:about="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C1">
  <rdfs:subClassOf rdf:resource="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C2"/>
  <rdfs:subClassOf><owl:Restriction>
   <owl:onProperty rdf:resource="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#R101"/>
   <owl:someValuesFrom rdf:resource="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C3"/></owl:Restriction></rdfs:subClassOf>
  <rdfs:label>One Tumor</rdfs:label><P108>One Tumor</P108><P90>One Tumor</P90><P90>OT</P90><P97>A tumor.</P97>
 </owl:Class>
 <owl:Class rdf:about="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C2"><rdfs:label>Two</rdfs:label><P310>Retired_Concept</P310></owl:Class>
 <owl:Axiom><owl:annotatedSource rdf:resource="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C1"/><P383>PT</P383></owl:Axiom>
</rdf:RDF>"#;

    #[test]
    fn both_editions_of_the_nci_thesaurus_are_one() {
        let (header, found, troubles) = terms(Format::RdfXml, NCIT_OWL);
        assert_eq!(troubles.count(), 0, "{troubles:?}");
        assert_eq!((&header.name[..], &header.version[..]), ("ncit", "25.08d"));
        let obo = |local: &str| format!("http://purl.obolibrary.org/obo/NCIT_{local}");
        assert_eq!(found.len(), 2, "a property is no term");
        let one = &found[0];
        assert_eq!((&one.id, &one.name[..]), (&obo("C1"), "One Tumor"));
        assert_eq!(one.parents, [obo("C2")]);
        assert_eq!(one.relationships, [(obo("R101"), obo("C3"))]);
        assert_eq!(one.definition.as_deref(), Some("A tumor."));
        let names: Vec<&str> = one.synonyms.iter().map(|name| &name.name[..]).collect();
        assert_eq!(names, ["OT"]);
        assert!(found[1].obsolete);
        // The OBO edition has the same concepts and properties under the IRIs of the library.
        let edition = NCIT_OWL
            .replace(
                "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#",
                &obo(""),
            )
            .replace(
                "xml/owl/EVS/Thesaurus.owl\"><owl:version",
                "obo/ncit.owl\"><owl:version",
            );
        let edition = edition.replace("http://ncicb.nci.nih.gov/obo/", OBO);
        let (header, same, _) = terms(Format::RdfXml, &edition);
        assert_eq!((&header.name[..], same), ("ncit", found));
    }

    #[test]
    fn an_error_is_told_with_its_line() {
        let broken = TURTLE.replace("owl:deprecated true ;", "owl:deprecated true");
        let (_, _, troubles) = terms(Format::Turtle, &broken);
        assert!(troubles.count() > 0);
        assert_eq!(troubles.first()[0].line, 9, "{troubles:?}");
    }
}

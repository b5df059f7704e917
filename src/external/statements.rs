//! Records of other sources as quads of their named graph.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::identifiers::{OBO, iri};
use super::record::{Annotation, Gene, HGNC, Mapping, Record, Scope, Term, UPWARD, registry};
use super::resolve::name_key;
use super::slice::Seeds;
use super::source::Source;
use crate::graph::model::{Literal, NamedNode, Quad, Term as Object, rdf, rdfs, xsd};
use crate::graph::namespaces::{EXTERNAL, concept};
use crate::graph::vocab::{casegraph as cg, dcterms, skos, sssom};

const OBO_IN_OWL: &str = "http://www.geneontology.org/formats/oboInOwl#";
const OWL: &str = "http://www.w3.org/2002/07/owl#";
/// The class of terms.
pub(super) const OWL_CLASS: &str = "http://www.w3.org/2002/07/owl#Class";

/// Relations by the words that OBO and GAF have for them.
const RELATIONS: [(&str, &str); 22] = [
    ("part_of", "BFO_0000050"),
    ("has_part", "BFO_0000051"),
    ("occurs_in", "BFO_0000066"),
    ("regulates", "RO_0002211"),
    ("negatively_regulates", "RO_0002212"),
    ("positively_regulates", "RO_0002213"),
    ("enables", "RO_0002327"),
    ("contributes_to", "RO_0002326"),
    ("involved_in", "RO_0002331"),
    ("located_in", "RO_0001025"),
    ("is_active_in", "RO_0002432"),
    ("colocalizes_with", "RO_0002325"),
    ("acts_upstream_of", "RO_0002263"),
    ("acts_upstream_of_or_within", "RO_0002264"),
    ("acts_upstream_of_positive_effect", "RO_0004034"),
    ("acts_upstream_of_negative_effect", "RO_0004035"),
    ("acts_upstream_of_or_within_positive_effect", "RO_0004032"),
    ("acts_upstream_of_or_within_negative_effect", "RO_0004033"),
    ("develops_from", "RO_0002202"),
    ("derives_from", "RO_0001000"),
    ("has_role", "RO_0000087"),
    ("overlaps", "RO_0002131"),
];

/// Why a gene of the study is linked to a product: the file has its symbol.
const BY_SYMBOL: &str = "semapv:LexicalMatching";

/// The named graph of a source.
#[must_use]
pub fn graph_of(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{EXTERNAL}{name}"))
}

/// Writes the quads of one source.
pub struct Statements<'a> {
    graph: NamedNode,
    source: String,
    wanted: &'a Seeds,
}

impl<'a> Statements<'a> {
    /// Statements of the source of that name, for a study that wants these things.
    #[must_use]
    pub fn new(source: &str, wanted: &'a Seeds) -> Self {
        Self {
            graph: graph_of(source),
            source: source.to_owned(),
            wanted,
        }
    }

    /// The quads of a record.
    pub fn of(&self, record: &Record, out: &mut Vec<Quad>) {
        match record {
            Record::Term(term) => self.term(term, out),
            Record::Gene(gene) => self.gene(gene, out),
            Record::Annotation(annotation) => self.annotation(annotation, out),
            Record::Mapping(mapping) => self.mapping(mapping, out),
        }
    }

    fn add(
        &self,
        subject: &NamedNode,
        property: impl Into<NamedNode>,
        object: impl Into<Object>,
        out: &mut Vec<Quad>,
    ) {
        out.push(Quad::new(
            subject.clone(),
            property,
            object,
            self.graph.clone(),
        ));
    }

    fn text(
        &self,
        subject: &NamedNode,
        property: impl Into<NamedNode>,
        text: &str,
        out: &mut Vec<Quad>,
    ) {
        if !text.is_empty() {
            self.add(subject, property, Literal::new_simple_literal(text), out);
        }
    }

    /// The IRI of a relation: a known one, or one of the ontology's own.
    fn relation(&self, word: &str) -> NamedNode {
        if word.contains(':')
            && let Some(iri) = iri(word)
        {
            return iri;
        }
        let known = RELATIONS.iter().find(|(known, _)| *known == word);
        let text = match known {
            Some((_, id)) => format!("{OBO}{id}"),
            None => format!(
                "{OBO}{}#{}",
                self.source,
                crate::graph::namespaces::slug(word).replace('-', "_")
            ),
        };
        NamedNode::new_unchecked(text)
    }

    fn term(&self, term: &Term, out: &mut Vec<Quad>) {
        let Some(node) = iri(&term.id) else {
            return;
        };
        let own = |local: &str| NamedNode::new_unchecked(format!("{OBO_IN_OWL}{local}"));
        self.add(&node, rdf::TYPE, NamedNode::new_unchecked(OWL_CLASS), out);
        self.text(&node, own("id"), &term.id, out);
        self.text(&node, rdfs::LABEL, &term.name, out);
        let definition = NamedNode::new_unchecked(format!("{OBO}IAO_0000115"));
        self.text(
            &node,
            definition,
            term.definition.as_deref().unwrap_or(""),
            out,
        );
        self.text(
            &node,
            own("hasOBONamespace"),
            term.namespace.as_deref().unwrap_or(""),
            out,
        );
        for synonym in &term.synonyms {
            let property = match synonym.scope {
                Scope::Exact => "hasExactSynonym",
                Scope::Broad => "hasBroadSynonym",
                Scope::Narrow => "hasNarrowSynonym",
                Scope::Related => "hasRelatedSynonym",
            };
            self.text(&node, own(property), &synonym.name, out);
        }
        for (property, texts) in [
            ("hasAlternativeId", &term.alternative_ids),
            ("hasDbXref", &term.xrefs),
            ("inSubset", &term.subsets),
        ] {
            for text in texts {
                self.text(&node, own(property), text, out);
            }
        }
        // One property for the way up, so that a path along it is one look-up a step.
        for parent in term.parents.iter().filter_map(|id| iri(id)) {
            self.add(&node, cg::WITHIN, parent.clone(), out);
            self.add(&node, rdfs::SUB_CLASS_OF, parent, out);
        }
        for (relation, target) in &term.relationships {
            if let Some(target) = iri(target) {
                if UPWARD.contains(&relation.as_str()) {
                    self.add(&node, cg::WITHIN, target.clone(), out);
                }
                self.add(&node, self.relation(relation), target, out);
            }
        }
        if term.obsolete {
            let deprecated = NamedNode::new_unchecked(format!("{OWL}deprecated"));
            self.add(&node, deprecated, Literal::from(true), out);
        }
        let replaced = NamedNode::new_unchecked(format!("{OBO}IAO_0100001"));
        for other in term.replaced_by.iter().filter_map(|id| iri(id)) {
            self.add(&node, replaced.clone(), other, out);
        }
        for other in term.consider.iter().filter_map(|id| iri(id)) {
            self.add(&node, own("consider"), other, out);
        }
    }

    fn gene(&self, gene: &Gene, out: &mut Vec<Quad>) {
        let Some(node) = iri(&gene.id) else {
            return;
        };
        self.add(&node, rdf::TYPE, cg::GENE_RECORD, out);
        // An approved symbol names one gene. What the ontology links by hand needs no other link.
        let symbol = &gene.symbol;
        let approved = registry(&gene.id) == HGNC && !gene.withdrawn;
        if approved && self.wanted.symbols.contains(symbol) && !self.wanted.mapped.contains(symbol)
        {
            self.mapping(
                &Mapping {
                    subject: concept("gene", symbol).into_string(),
                    predicate: skos::EXACT_MATCH.as_str().to_owned(),
                    object: node.as_str().to_owned(),
                    justification: BY_SYMBOL.to_owned(),
                    ..Mapping::default()
                },
                out,
            );
        }
        self.text(&node, rdfs::LABEL, &gene.symbol, out);
        self.text(&node, cg::SYMBOL, &gene.symbol, out);
        self.text(&node, dcterms::TITLE, &gene.name, out);
        for symbol in &gene.previous {
            self.text(&node, cg::PREVIOUS_SYMBOL, symbol, out);
        }
        for symbol in &gene.aliases {
            self.text(&node, cg::ALIAS_SYMBOL, symbol, out);
        }
        self.text(&node, cg::CYTOGENETIC_LOCATION, &gene.location, out);
        self.text(&node, cg::GENE_KIND, &gene.kind, out);
        self.text(&node, cg::TAXON, gene.taxon.as_deref().unwrap_or(""), out);
        for other in gene.same_as.iter().filter_map(|id| iri(id)) {
            self.add(&node, skos::EXACT_MATCH, other, out);
        }
        let names = [&gene.symbol]
            .into_iter()
            .chain(&gene.previous)
            .chain(&gene.aliases);
        let keys: BTreeSet<String> = names.map(|name| name_key(name)).collect();
        for key in &keys {
            self.text(&node, cg::NAME_KEY, key, out);
        }
        let replaced = NamedNode::new_unchecked(format!("{OBO}IAO_0100001"));
        for other in &gene.replaced_by {
            match iri(other) {
                Some(iri) => self.add(&node, replaced.clone(), iri, out),
                // Some files name it by its symbol alone.
                None => self.text(&node, replaced.clone(), other, out),
            }
        }
        if gene.withdrawn {
            let deprecated = NamedNode::new_unchecked(format!("{OWL}deprecated"));
            self.add(&node, deprecated, Literal::from(true), out);
        }
    }

    /// A node whose name comes from what it says: a newer file changes the names of what is new only.
    fn said(&self, what: &str, parts: &[&str]) -> NamedNode {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        let mut name = format!("{}/{what}/", self.graph.as_str());
        for byte in &digest[..10] {
            name.push_str(&format!("{byte:02x}"));
        }
        NamedNode::new_unchecked(name)
    }

    fn annotation(&self, annotation: &Annotation, out: &mut Vec<Quad>) {
        let (Some(gene), Some(term)) = (iri(&annotation.gene), iri(&annotation.term)) else {
            return;
        };
        let node = self.said(
            "annotation",
            &[
                &annotation.gene,
                if annotation.negated { "NOT" } else { "" },
                &annotation.relation,
                &annotation.term,
                &annotation.evidence,
                &annotation.references.join("|"),
                &annotation.with_from,
                &annotation.extension,
            ],
        );
        // Products have identifiers of their own, which no table of genes need know.
        if self.wanted.symbols.contains(&annotation.symbol) {
            self.mapping(
                &Mapping {
                    subject: concept("gene", &annotation.symbol).into_string(),
                    predicate: skos::CLOSE_MATCH.as_str().to_owned(),
                    object: gene.as_str().to_owned(),
                    justification: BY_SYMBOL.to_owned(),
                    ..Mapping::default()
                },
                out,
            );
        }
        self.add(&node, cg::ANNOTATED_GENE, gene, out);
        // What does not hold has a property of its own, so that no query takes it for what does.
        let property = if annotation.negated {
            cg::NOT_ANNOTATED_WITH
        } else {
            cg::ANNOTATED_WITH
        };
        self.add(&node, property, term, out);
        self.text(&node, cg::EVIDENCE_CODE, &annotation.evidence, out);
        if !annotation.relation.is_empty() {
            self.add(
                &node,
                cg::ANNOTATION_RELATION,
                self.relation(&annotation.relation),
                out,
            );
        }
        for reference in &annotation.references {
            match iri(reference).filter(|_| reference.starts_with("PMID:")) {
                Some(iri) => self.add(&node, dcterms::REFERENCES, iri, out),
                None => self.text(&node, dcterms::REFERENCES, reference, out),
            }
        }
        self.text(&node, cg::ANNOTATION_EXTENSION, &annotation.extension, out);
        self.text(&node, cg::EVIDENCE_FROM, &annotation.with_from, out);
        self.text(&node, cg::ASSIGNED_BY, &annotation.assigned_by, out);
        if !annotation.date.is_empty() {
            let date = Literal::new_typed_literal(&annotation.date, xsd::DATE);
            self.add(&node, dcterms::DATE, date, out);
        }
    }

    fn mapping(&self, mapping: &Mapping, out: &mut Vec<Quad>) {
        let (Ok(subject), Ok(predicate), Ok(object)) = (
            NamedNode::new(&mapping.subject),
            NamedNode::new(&mapping.predicate),
            NamedNode::new(&mapping.object),
        ) else {
            return;
        };
        let owl = |local: &str| NamedNode::new_unchecked(format!("{OWL}{local}"));
        // That no match was found has the form of what does not hold, so that no query takes it for a
        // match.
        let holds = mapping.holds();
        let parts = [subject.as_str(), predicate.as_str(), object.as_str()];
        let mut parts = [&parts[..], &[&mapping.justification]].concat();
        if !holds {
            parts.push("NOT");
        }
        let node = self.said("mapping", &parts);
        let (kind, parts) = if holds {
            self.add(&subject, predicate.clone(), object.clone(), out);
            (
                "Axiom",
                ["annotatedSource", "annotatedProperty", "annotatedTarget"],
            )
        } else {
            (
                "NegativePropertyAssertion",
                ["sourceIndividual", "assertionProperty", "targetIndividual"],
            )
        };
        self.add(&node, rdf::TYPE, owl(kind), out);
        for (part, value) in parts.into_iter().zip([subject, predicate, object]) {
            self.add(&node, owl(part), value, out);
        }
        let justification = sssom::MAPPING_JUSTIFICATION;
        self.text(&node, justification, &mapping.justification, out);
    }

    /// What the graph says of itself.
    pub fn describe(&self, source: &Source, out: &mut Vec<Quad>) {
        let graph = self.graph.clone();
        self.add(&graph, rdf::TYPE, cg::NAMED_GRAPH, out);
        self.add(&graph, rdf::TYPE, cg::EXTERNAL_SOURCE, out);
        self.add(&graph, cg::IN_DEFAULT_GRAPH, Literal::from(true), out);
        self.text(&graph, dcterms::TITLE, &source.title, out);
        self.text(&graph, rdfs::LABEL, &source.name, out);
        self.text(&graph, dcterms::IDENTIFIER, &source.called, out);
        let version = NamedNode::new_unchecked(format!("{OWL}versionInfo"));
        self.text(&graph, version, &source.version, out);
        if !source.date.is_empty() {
            let date = Literal::new_typed_literal(&source.date, xsd::DATE);
            self.add(&graph, dcterms::DATE, date, out);
        }
        if !source.licence.is_empty() {
            let spdx = format!("https://spdx.org/licenses/{}", source.licence);
            let licence = NamedNode::new(&source.licence).or_else(|_| NamedNode::new(spdx));
            if let Ok(licence) = licence {
                self.add(&graph, dcterms::LICENSE, licence, out);
            }
        }
        self.text(&graph, dcterms::CREATOR, &source.credit, out);
        self.text(&graph, dcterms::SOURCE, &source.file, out);
        self.text(&graph, cg::SHA256, &source.sha256, out);
        let format = source.format.map_or("", super::format::Format::name);
        self.text(&graph, dcterms::FORMAT, format, out);
        self.add(&graph, cg::WHOLE, Literal::from(source.whole), out);
        let skipped = i64::try_from(source.skipped).unwrap_or(i64::MAX);
        self.add(&graph, cg::SKIPPED_LINES, Literal::from(skipped), out);
    }
}

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::json;

use super::Exit;
use super::candidates;
use super::next_step;
use super::session::{Place, Session};
use super::shown::Shown;
use crate::document::{Cell, Plain, Role, Table};
use crate::external::{
    Candidate, Gene, How, Names, Options, Resolution, canonical, genes_of, iri, name_key,
    read_sources, registry,
};
use crate::graph::identifiers::Identifier;
use crate::graph::model::{Literal, NamedNode, Term, rdfs};
use crate::graph::namespaces::{Prefixes, concept};
use crate::graph::vocab::{casegraph as cg, dcterms, skos};
use crate::ontology::{Ontology, nearest};

/// Say which gene, or which disease, drug, site or event, a name stands for, and how
///
/// Genes by current, previous and other symbols of the linked tables, whatever their case and hyphens,
/// and by identifiers; other terms by label, synonym or code of the study's vocabularies and of linked
/// ontologies. A name that stands for several is never guessed: the candidates are listed. The choice
/// is a row of a sheet: for a gene in ontology/mappings/gene.sssom.tsv, for a synonym in the vocabulary.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph resolve CARS NUP358 HGNC:427
  casegraph resolve TRP1 --table path/to/hgnc_complete_set.txt --table path/to/gene_info.gz
  casegraph resolve 'inflammatory myofibroblastic tumour' Xalkori PR --format json
  casegraph resolve lung --vocabulary site

Exit status: 1 where a name is unknown or ambiguous.")]
pub struct Resolve {
    /// Symbols, identifiers, labels or synonyms
    #[arg(value_name = "NAME", required = true, add = ArgValueCompleter::new(candidates::terms))]
    names: Vec<String>,
    /// Table of genes to look in, instead of those that are linked; may be given several times
    #[arg(long, value_name = "FILE")]
    table: Vec<PathBuf>,
    /// Only this vocabulary: gene, histology, drug, site, event, response, method, status, or the
    /// prefix of a linked ontology, such as GO
    #[arg(long, value_name = "NAME")]
    vocabulary: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

impl Resolve {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let mut found: Vec<Resolution>;
        if self.table.is_empty() {
            let project = place.find()?;
            let ontology = Ontology::read(project.vocabularies())?;
            // The word that is asked may be the one that keeps the study from being built.
            let session = match place.open() {
                Ok(session) => Some(session),
                Err(error) => {
                    printer.always(&format!(
                        "{}: only the vocabularies are asked, and nothing that is linked",
                        next_step::line(error.as_ref())
                    ));
                    None
                }
            };
            let genes = match &session {
                Some(session) => Names::new(linked_genes(session, &self.names)?),
                None => Names::default(),
            };
            let prefixes = Prefixes::of_study(&project.study().name());
            found = self.names.iter().map(|name| genes.resolve(name)).collect();
            for resolution in &mut found {
                let name = resolution.name.clone();
                let candidates = &mut resolution.candidates;
                let with_genes = candidates.is_empty();
                candidates.extend(concepts(&ontology, &name, &prefixes, with_genes));
                if let Some(session) = &session {
                    candidates.extend(linked_terms(session, &name)?);
                }
                if candidates.is_empty() {
                    resolution.nearest = nearest_known(&ontology, &name);
                }
            }
        } else {
            let options = Options::default();
            let genes = Names::new(genes_of(&read_sources(&self.table, &options)?)?);
            found = self.names.iter().map(|name| genes.resolve(name)).collect();
        }
        if let Some(only) = &self.vocabulary {
            for resolution in &mut found {
                resolution
                    .candidates
                    .retain(|candidate| candidate.vocabulary.eq_ignore_ascii_case(only));
            }
        }
        let document = Plain::of_table("Names", table(&found), json!(found));
        self.shown.show(&document, printer)?;
        if found.iter().all(|found| found.candidates.is_empty()) && self.table.is_empty() {
            printer.say("Without `casegraph link --whole` only the genes of the study are known; --table FILE looks in a table.");
        }
        let clear = found.iter().all(|found| found.only().is_some());
        Ok(if clear { Exit::Done } else { Exit::Found })
    }
}

/// One row a candidate, and one a name that stands for nothing.
fn table(found: &[Resolution]) -> Table {
    let headings = [
        "name",
        "stands for",
        "vocabulary",
        "how",
        "official name",
        "location",
        "identifiers",
    ];
    let mut table = Table::new("Names", &headings.map(|heading| (heading, Role::Text)));
    for resolution in found {
        let several = resolution.candidates.len() > 1;
        if resolution.candidates.is_empty() {
            let near = match resolution.nearest.as_slice() {
                [] => String::new(),
                nearest => format!("nearest known: {}", nearest.join(", ")),
            };
            table.push([resolution.name.as_str(), "unknown", "", &near, "", "", ""]);
        }
        for candidate in &resolution.candidates {
            let how = candidate.how.words();
            let species = candidate.taxon.as_ref().map_or_else(String::new, |taxon| {
                format!(", of another species (taxon {taxon})")
            });
            let how = if several {
                format!("ambiguous: {how}{species}")
            } else {
                format!("{how}{species}")
            };
            table.push([
                Cell::from(resolution.name.as_str()),
                candidate.symbol.as_str().into(),
                candidate.vocabulary.as_str().into(),
                how.into(),
                candidate.name.as_str().into(),
                candidate.location.as_str().into(),
                candidate.ids.join(", ").into(),
            ]);
        }
    }
    table
}

/// What replaces an entry that is withdrawn or obsolete.
const REPLACED_BY: &str = "http://purl.obolibrary.org/obo/IAO_0100001";
/// Whether an entry is withdrawn or obsolete.
const DEPRECATED: &str = "http://www.w3.org/2002/07/owl#deprecated";

/// The genes of linked tables that one of the names may stand for, and the same genes in other tables.
fn linked_genes(session: &Session, names: &[String]) -> Result<Vec<Gene>> {
    let graph = &session.graph;
    let mut open: Vec<NamedNode> = Vec::new();
    for name in names {
        let key = Literal::new_simple_literal(name_key(name)).into();
        open.extend(graph.things_with(cg::NAME_KEY, &key)?);
        open.extend(iri(&canonical(name)));
    }
    let mut genes: BTreeMap<String, Gene> = BTreeMap::new();
    while let Some(node) = open.pop() {
        if genes.contains_key(node.as_str()) {
            continue;
        }
        let mut gene = Gene {
            id: compact(node.as_str(), &session.prefixes),
            ..Gene::default()
        };
        for (property, value) in graph.properties(&node)? {
            match value {
                Term::NamedNode(other) if property == skos::EXACT_MATCH => {
                    gene.same_as
                        .push(compact(other.as_str(), &session.prefixes));
                    open.push(other);
                }
                Term::NamedNode(other) if property.as_str() == REPLACED_BY => {
                    gene.replaced_by
                        .push(compact(other.as_str(), &session.prefixes));
                    open.push(other);
                }
                Term::Literal(text) if property.as_str() == REPLACED_BY => {
                    let symbol = text.value().to_owned();
                    let key = Literal::new_simple_literal(name_key(&symbol)).into();
                    open.extend(graph.things_with(cg::NAME_KEY, &key)?);
                    gene.replaced_by.push(symbol);
                }
                Term::Literal(text) if property.as_str() == DEPRECATED => {
                    gene.withdrawn = text.value() == "true";
                }
                Term::Literal(text) => {
                    let text = text.value().to_owned();
                    match property.as_ref() {
                        cg::SYMBOL => gene.symbol = text,
                        dcterms::TITLE => gene.name = text,
                        cg::PREVIOUS_SYMBOL => gene.previous.push(text),
                        cg::ALIAS_SYMBOL => gene.aliases.push(text),
                        cg::CYTOGENETIC_LOCATION => gene.location = text,
                        cg::TAXON => gene.taxon = Some(text),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        // What other tables say is the same: they may name it by another symbol.
        open.extend(graph.things_with(skos::EXACT_MATCH, &node.clone().into())?);
        genes.insert(node.into_string(), gene);
    }
    Ok(genes
        .into_values()
        .filter(|gene| !gene.symbol.is_empty())
        .collect())
}

/// The scheme of genes, which have tables of their own.
const GENES: &str = "gene";
/// The scheme of words that no sheet holds.
const TERMS: &str = "term";

/// The words of the study's own vocabularies that are most like a name.
fn nearest_known(ontology: &Ontology, name: &str) -> Vec<String> {
    let schemes = ontology.schemes().filter(|scheme| *scheme != TERMS);
    let known: Vec<String> = schemes
        .flat_map(|scheme| ontology.vocabulary(scheme).nearest(name))
        .map(str::to_owned)
        .collect();
    let nearest = nearest(
        &name.trim().to_lowercase(),
        known.iter().map(String::as_str),
    );
    let mut nearest: Vec<String> = nearest.into_iter().map(str::to_owned).collect();
    nearest.dedup();
    nearest
}

/// The terms of the study's own vocabularies that a name stands for; of genes, if no linked table has
/// it.
fn concepts(
    ontology: &Ontology,
    name: &str,
    prefixes: &Prefixes,
    with_genes: bool,
) -> Vec<Candidate> {
    let schemes = ontology
        .schemes()
        .filter(|scheme| *scheme != TERMS && (with_genes || *scheme != GENES));
    let mut found = Vec::new();
    for scheme in schemes {
        let vocabulary = ontology.vocabulary(scheme);
        let Some((slug, known)) = vocabulary
            .slug(name)
            .and_then(|slug| Some((slug, vocabulary.concept(slug)?)))
        else {
            continue;
        };
        let node = concept(scheme, slug);
        let same = ontology.quads().iter().filter(|quad| {
            quad.predicate == skos::EXACT_MATCH && quad.subject == node.clone().into()
        });
        let ids = same.filter_map(|quad| match &quad.object {
            Term::NamedNode(other) => Some(compact(other.as_str(), prefixes)),
            _ => None,
        });
        found.push(Candidate {
            vocabulary: scheme.to_owned(),
            symbol: known.label.clone(),
            name: String::new(),
            ids: ids.collect(),
            location: String::new(),
            taxon: None,
            how: if scheme == GENES && known.label == name.trim() {
                How::Symbol
            } else if known.label.eq_ignore_ascii_case(name.trim()) {
                How::Label
            } else if known.notation.as_deref() == Some(name.trim()) {
                How::Code
            } else {
                How::Synonym
            },
        });
    }
    found
}

/// The terms of linked ontologies that have the name as label, exact synonym or identifier, now or before. An obsolete one stands
/// only where no other has it, with the one that replaces it.
fn linked_terms(session: &Session, name: &str) -> Result<Vec<Candidate>> {
    let graph = &session.graph;
    let mut current: BTreeMap<String, Candidate> = BTreeMap::new();
    let mut obsolete: BTreeMap<String, Candidate> = BTreeMap::new();
    for (node, how) in called(session, name)? {
        let Some(found) = linked_term(session, &node, how)? else {
            continue;
        };
        let properties = graph.properties(&node)?;
        let is_obsolete = properties.iter().any(|(property, value)| {
            property.as_str() == DEPRECATED
                && matches!(value, Term::Literal(text) if text.value() == "true")
        });
        let id = found.ids[0].clone();
        if !is_obsolete {
            current.entry(id).or_insert(found);
            continue;
        }
        let mut into = Vec::new();
        for (property, value) in properties {
            if let (true, Term::NamedNode(other)) = (property.as_str() == REPLACED_BY, value) {
                into.extend(linked_term(session, &other, How::Replaced)?);
            }
        }
        if into.is_empty() {
            let how = How::Obsolete;
            into.push(Candidate { how, ..found });
        }
        for one in into {
            obsolete.entry(one.ids[0].clone()).or_insert(one);
        }
    }
    let found = if current.is_empty() {
        obsolete
    } else {
        current
    };
    Ok(found.into_values().collect())
}

const OBO_IN_OWL: &str = "http://www.geneontology.org/formats/oboInOwl#";

/// What is called so: by label, exact synonym or identifier, now or before.
fn called(session: &Session, name: &str) -> Result<Vec<(NamedNode, How)>> {
    let own = |local: &str| NamedNode::new_unchecked(format!("{OBO_IN_OWL}{local}"));
    let mut found = Vec::new();
    for (property, how) in [
        (rdfs::LABEL.into(), How::Label),
        (own("hasExactSynonym"), How::Synonym),
        (own("hasAlternativeId"), How::Replaced),
    ] {
        for spelling in [name.trim().to_owned(), name.trim().to_lowercase()] {
            let text = Literal::new_simple_literal(spelling).into();
            let nodes = session.graph.things_with(property.as_ref(), &text)?;
            found.extend(nodes.into_iter().map(|node| (node, how)));
        }
    }
    found.extend(iri(&canonical(name.trim())).map(|node| (node, How::Identifier)));
    Ok(found)
}

/// A term of a linked ontology; `None` if the node is none.
fn linked_term(session: &Session, node: &NamedNode, how: How) -> Result<Option<Candidate>> {
    let graph = &session.graph;
    let id = NamedNode::new_unchecked(format!("{OBO_IN_OWL}id"));
    let Some(id) = graph.literal(node, id.as_ref())? else {
        return Ok(None);
    };
    // OWL has the whole IRI.
    let id = Identifier::of_iri(&id).map_or_else(|| id.clone(), Identifier::curie);
    Ok(Some(Candidate {
        vocabulary: registry(&id).to_owned(),
        symbol: graph.literal(node, rdfs::LABEL)?.unwrap_or_default(),
        name: String::new(),
        ids: vec![id],
        location: String::new(),
        taxon: None,
        how,
    }))
}

/// An identifier as people write it: `HGNC:9848`.
fn compact(iri: &str, prefixes: &Prefixes) -> String {
    let short = prefixes.shorten(iri);
    match short.split_once(':') {
        Some(("hgnc", id)) => format!("HGNC:{id}"),
        Some(("ncbigene", id)) => format!("NCBIGene:{id}"),
        Some(("ensembl", id)) => format!("ENSEMBL:{id}"),
        Some(("uniprot", id)) => format!("UniProtKB:{id}"),
        _ => short,
    }
}

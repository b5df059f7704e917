use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::Exit;
use super::session::{Place, Session};
use crate::external::{
    Candidate, Gene, How, Names, Options, Resolution, genes_of, iri, name_key, read_sources,
};
use crate::graph::model::{Literal, NamedNode, Term, rdfs};
use crate::graph::namespaces::{Prefixes, concept};
use crate::graph::vocab::{casegraph as cg, dcterms, skos};
use crate::ontology::Ontology;
use crate::report::{Grid, text};

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
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// Table of genes to look in, instead of those that are linked; may be given several times
    #[arg(long, value_name = "FILE")]
    table: Vec<PathBuf>,
    /// Only this vocabulary: gene, histology, drug, site, event, response, method, status, or the
    /// prefix of a linked ontology, such as GO
    #[arg(long, value_name = "NAME")]
    vocabulary: Option<String>,
    /// How to write the answer
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// One row a candidate
    Csv,
    /// Everything
    Json,
}

impl Resolve {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let mut found: Vec<Resolution>;
        if self.table.is_empty() {
            let session = place.open()?;
            let genes = Names::new(linked_genes(&session, &self.names)?);
            found = self.names.iter().map(|name| genes.resolve(name)).collect();
            let ontology = Ontology::read(session.project.ontology())?;
            for resolution in &mut found {
                let name = resolution.name.clone();
                resolution
                    .candidates
                    .extend(concepts(&ontology, &name, &session.prefixes));
                resolution.candidates.extend(linked_terms(&session, &name)?);
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
        let output = match self.format {
            Format::Json => format!("{}\n", serde_json::to_string_pretty(&json!(found))?),
            Format::Csv => crate::report::grid_csv(&grid(&found)),
            Format::Table => text(&grid(&found), printer.width()),
        };
        printer.data(&output)?;
        if found.iter().all(|found| found.candidates.is_empty()) && self.table.is_empty() {
            printer.say("Without `casegraph link --whole` only the genes of the study are known; --table FILE looks in a table.");
        }
        let clear = found.iter().all(|found| found.only().is_some());
        Ok(if clear { Exit::Done } else { Exit::Found })
    }
}

fn grid(found: &[Resolution]) -> Grid {
    let headings = [
        "name",
        "stands for",
        "vocabulary",
        "how",
        "official name",
        "location",
        "identifiers",
    ];
    let mut rows = Vec::new();
    for resolution in found {
        let several = resolution.candidates.len() > 1;
        if resolution.candidates.is_empty() {
            let mut row = vec![resolution.name.clone(), "unknown".to_owned()];
            row.resize(headings.len(), String::new());
            rows.push(row);
        }
        for candidate in &resolution.candidates {
            let how = candidate.how.words();
            rows.push(vec![
                resolution.name.clone(),
                candidate.symbol.clone(),
                candidate.vocabulary.clone(),
                if several {
                    format!("ambiguous: {how}")
                } else {
                    how.to_owned()
                },
                candidate.name.clone(),
                candidate.location.clone(),
                candidate.ids.join(", "),
            ]);
        }
    }
    Grid {
        caption: "Names".to_owned(),
        headings: headings.map(str::to_owned).to_vec(),
        rows,
        ..Grid::default()
    }
}

/// The genes of linked tables that one of the names may stand for, and the same genes in other tables.
fn linked_genes(session: &Session, names: &[String]) -> Result<Vec<Gene>> {
    let graph = &session.graph;
    let mut open: Vec<NamedNode> = Vec::new();
    for name in names {
        let key = Literal::new_simple_literal(name_key(name)).into();
        open.extend(graph.things_with(cg::NAME_KEY, &key)?);
        open.extend(iri(name));
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
                Term::Literal(text) => {
                    let text = text.value().to_owned();
                    match property.as_ref() {
                        cg::SYMBOL => gene.symbol = text,
                        dcterms::TITLE => gene.name = text,
                        cg::PREVIOUS_SYMBOL => gene.previous.push(text),
                        cg::ALIAS_SYMBOL => gene.aliases.push(text),
                        cg::CYTOGENETIC_LOCATION => gene.location = text,
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

/// The terms of the study's own vocabularies that a name stands for. Genes have tables of their own.
fn concepts(ontology: &Ontology, name: &str, prefixes: &Prefixes) -> Vec<Candidate> {
    let schemes = ontology
        .schemes()
        .filter(|scheme| !["gene", "term"].contains(scheme));
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
            how: if known.label.eq_ignore_ascii_case(name.trim()) {
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

/// The terms of linked ontologies that have the name as label or exact synonym.
fn linked_terms(session: &Session, name: &str) -> Result<Vec<Candidate>> {
    let graph = &session.graph;
    let mut found: BTreeMap<String, Candidate> = BTreeMap::new();
    let own = |local: &str| {
        NamedNode::new_unchecked(format!(
            "http://www.geneontology.org/formats/oboInOwl#{local}"
        ))
    };
    let (id, synonym) = (own("id"), own("hasExactSynonym"));
    let label: NamedNode = rdfs::LABEL.into();
    for (property, how) in [(&label, How::Label), (&synonym, How::Synonym)] {
        for spelling in [name.trim().to_owned(), name.trim().to_lowercase()] {
            let text = Literal::new_simple_literal(spelling).into();
            for node in graph.things_with(property.as_ref(), &text)? {
                let Some(id) = graph.literal(&node, id.as_ref())? else {
                    continue;
                };
                let shown = graph.literal(&node, rdfs::LABEL)?.unwrap_or_default();
                let vocabulary = id.split_once(':').map_or(id.as_str(), |(prefix, _)| prefix);
                found.entry(id.clone()).or_insert_with(|| Candidate {
                    vocabulary: vocabulary.to_owned(),
                    symbol: shown,
                    name: String::new(),
                    ids: vec![id.clone()],
                    location: String::new(),
                    how,
                });
            }
        }
    }
    Ok(found.into_values().collect())
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

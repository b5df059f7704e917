use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::Exit;
use super::session::{Place, Session};
use crate::external::{Gene, Names, Options, Resolution, genes_of, iri, name_key, read_sources};
use crate::graph::model::{Literal, NamedNode, Term};
use crate::graph::namespaces::Prefixes;
use crate::graph::vocab::{casegraph as cg, dcterms, skos};
use crate::report::{Grid, text};

/// Say which gene a symbol stands for, and how
///
/// Current, previous and other symbols of the linked gene tables, whatever their case and hyphens;
/// identifiers too. A symbol that stands for several genes is never guessed: the candidates are
/// listed, and a row of ontology/mappings/gene.sssom.tsv makes the choice.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph resolve CARS NUP358 HGNC:427
  casegraph resolve TRP1 --table path/to/hgnc_complete_set.txt --table path/to/gene_info.gz
  casegraph resolve NUP358 --format json

Exit status: 1 where a symbol is unknown or ambiguous.")]
pub struct Resolve {
    /// Symbols or identifiers
    #[arg(value_name = "SYMBOL", required = true)]
    names: Vec<String>,
    /// Table of genes to look in, instead of those that are linked; may be given several times
    #[arg(long, value_name = "FILE")]
    table: Vec<PathBuf>,
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
        let names = if self.table.is_empty() {
            let session = place.open()?;
            Names::new(linked_genes(&session, &self.names)?)
        } else {
            let options = Options::default();
            Names::new(genes_of(&read_sources(&self.table, &options)?)?)
        };
        let found: Vec<Resolution> = self.names.iter().map(|name| names.resolve(name)).collect();
        let output = match self.format {
            Format::Json => format!("{}\n", serde_json::to_string_pretty(&json!(found))?),
            Format::Csv => crate::report::grid_csv(&grid(&found)),
            Format::Table => text(&grid(&found), printer.width()),
        };
        printer.data(&output)?;
        if found.iter().all(|found| found.candidates.is_empty()) && self.table.is_empty() {
            printer.say("Without `casegraph link --whole` only the genes of the study are known; --table FILE looks in a table.");
        }
        let clear = found.iter().all(|found| found.gene().is_some());
        Ok(if clear { Exit::Done } else { Exit::Found })
    }
}

fn grid(found: &[Resolution]) -> Grid {
    let headings = [
        "name",
        "stands for",
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
        caption: "Genes".to_owned(),
        headings: headings.map(str::to_owned).to_vec(),
        rows,
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

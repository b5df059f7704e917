//! The genes of fusions, as sources of genes and annotations that are linked have them.

use crate::graph::model::{NamedNode, Term};
use crate::graph::namespaces::Prefixes;
use crate::graph::{Graph, QueryOptions};
use crate::query::{AskError, Prepared, Row, Table, rows};

/// A gene of a fusion, as linked sources have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkedGene {
    /// Approved symbol.
    pub symbol: String,
    /// Approved name.
    pub name: String,
    /// Where it lies on its chromosome.
    pub location: String,
    /// Where its product is in the cell, by annotations that a curator made.
    pub places: Vec<String>,
    /// What its product does, by annotations that a curator made.
    pub functions: Vec<String>,
    /// Identifiers in other databases, in their shortest form.
    pub identifiers: Vec<String>,
}

/// What linked sources have of a gene; `None` if none of them has it.
///
/// # Errors
/// The store cannot be read.
pub fn linked_gene(
    graph: &Graph,
    gene: &NamedNode,
    prefixes: &Prefixes,
) -> Result<Option<LinkedGene>, AskError> {
    let genes = genes(graph, &[gene.clone().into()], prefixes)?;
    Ok(genes.into_iter().next())
}

/// What linked sources have of the genes of a case's fusions.
pub(super) fn genes_of_case(
    graph: &Graph,
    case: &NamedNode,
    prefixes: &Prefixes,
) -> Result<Vec<LinkedGene>, AskError> {
    let query = Prepared::new(include_str!("queries/genes_of_case.rq")).with("case", case.clone());
    let found = query.rows(graph, prefixes, &QueryOptions::default())?;
    let found: Vec<Term> = rows(&found)
        .filter_map(|row| row.term("gene").cloned())
        .collect();
    genes(graph, &found, prefixes)
}

fn genes(graph: &Graph, genes: &[Term], prefixes: &Prefixes) -> Result<Vec<LinkedGene>, AskError> {
    if genes.is_empty() {
        return Ok(Vec::new());
    }
    let select = |query: &'static str| {
        let query = Prepared::new(query).with_each("gene", genes.iter().cloned());
        query.rows(graph, prefixes, &QueryOptions::default())
    };
    Ok(together(
        &select(include_str!("queries/gene_records.rq"))?,
        &select(include_str!("queries/gene_identifiers.rq"))?,
        &select(include_str!("queries/gene_annotations.rq"))?,
        prefixes,
    ))
}

/// The genes, with what the other tables say of each.
fn together(
    genes: &Table,
    identifiers: &Table,
    annotations: &Table,
    prefixes: &Prefixes,
) -> Vec<LinkedGene> {
    let annotated = |symbol: &str, aspect: &str| -> Vec<String> {
        rows(annotations)
            .filter(|row| row.text("symbol") == symbol && row.text("aspect") == aspect)
            .map(|row| row.text("label").to_owned())
            .collect()
    };
    let gene = |row: Row<'_>| {
        let symbol = row.text("symbol").to_owned();
        LinkedGene {
            places: annotated(&symbol, "cellular_component"),
            functions: annotated(&symbol, "molecular_function"),
            identifiers: rows(identifiers)
                .filter(|row| row.text("symbol") == symbol)
                .filter_map(|row| row.get("elsewhere"))
                .map(|iri| prefixes.shorten(iri))
                .collect(),
            name: row.text("name").to_owned(),
            location: row.text("location").to_owned(),
            symbol,
        }
    };
    rows(genes).map(gene).collect()
}

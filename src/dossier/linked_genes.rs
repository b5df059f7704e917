//! The genes of fusions, as sources of genes and annotations that are linked have them.

use super::select_with;
use crate::graph::Graph;
use crate::graph::model::NamedNode;
use crate::graph::namespaces::Prefixes;
use crate::query::{AskError, Table};

/// A gene of a fusion, as linked sources have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkedGene {
    /// Its symbol.
    pub symbol: String,
    /// Its official name.
    pub name: String,
    /// Where it lies on its chromosome.
    pub location: String,
    /// Where its product is in the cell, by annotations that a curator made.
    pub places: Vec<String>,
    /// What its product does, by annotations that a curator made.
    pub functions: Vec<String>,
    /// Identifiers elsewhere.
    pub identifiers: Vec<String>,
}

/// The genes of the fusions, in tables of genes that are linked.
const GENES: &str = "SELECT ?symbol (MIN(?title) AS ?name) (MIN(?band) AS ?location) WHERE {
  #OF#
  ?gene skos:prefLabel ?symbol ; skos:exactMatch ?record .
  ?record a cg:GeneRecord ; dcterms:title ?title .
  OPTIONAL { ?record cg:cytogeneticLocation ?band }
} GROUP BY ?symbol ORDER BY ?symbol";

/// Their identifiers.
const IDENTIFIERS: &str = "SELECT DISTINCT ?symbol ?elsewhere WHERE {
  #OF#
  ?gene skos:prefLabel ?symbol ; skos:exactMatch ?elsewhere
} ORDER BY ?symbol ?elsewhere";

/// What they are annotated with. Binding to another protein says nothing of a gene.
const ANNOTATIONS: &str = "SELECT DISTINCT ?symbol ?aspect ?label WHERE {
  #OF#
  ?gene skos:prefLabel ?symbol ; skos:exactMatch|skos:closeMatch ?record .
  ?annotation cg:annotatedGene ?record ; cg:annotatedWith ?term ; cg:evidenceCode ?code .
  ?term oio:hasOBONamespace ?aspect ; rdfs:label ?label .
  FILTER(?code NOT IN (\"IEA\", \"ND\") && ?aspect IN (\"cellular_component\", \"molecular_function\"))
  FILTER(?label NOT IN (\"protein binding\", \"identical protein binding\"))
} ORDER BY ?symbol ?aspect ?label";

/// The genes of the fusions of `?case`.
pub(super) const OF_CASE: &str = "?case cg:hasFusion/(cg:fivePrimeGene|cg:threePrimeGene) ?gene .";

/// What linked sources have of a gene; `None` if none of them has it.
///
/// # Errors
/// The store cannot be read.
pub fn linked_gene(
    graph: &Graph,
    gene: &NamedNode,
    prefixes: &Prefixes,
) -> Result<Option<LinkedGene>, AskError> {
    let select = |text: &str| select_with(graph, prefixes, text, "gene", gene.clone());
    Ok(genes("", &select, prefixes)?.into_iter().next())
}

/// The genes that a pattern gives as `?gene`.
pub(super) fn genes(
    of: &str,
    select: &dyn Fn(&str) -> Result<Table, AskError>,
    prefixes: &Prefixes,
) -> Result<Vec<LinkedGene>, AskError> {
    let select = |text: &str| select(&text.replace("#OF#", of));
    let (found, identifiers) = (select(GENES)?, select(IDENTIFIERS)?);
    Ok(together(
        &found,
        &identifiers,
        &select(ANNOTATIONS)?,
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
    let of = |table: &Table, symbol: &str, column: usize, only: Option<&str>| -> Vec<String> {
        (0..table.rows())
            .filter(|row| table.text(*row, 0) == Some(symbol))
            .filter(|row| only.is_none() || table.text(*row, 1) == only)
            .filter_map(|row| table.text(row, column).map(str::to_owned))
            .collect()
    };
    (0..genes.rows())
        .map(|row| {
            let cell = |column| genes.text(row, column).unwrap_or_default().to_owned();
            let symbol = cell(0);
            LinkedGene {
                places: of(annotations, &symbol, 2, Some("cellular_component")),
                functions: of(annotations, &symbol, 2, Some("molecular_function")),
                identifiers: of(identifiers, &symbol, 1, None)
                    .iter()
                    .map(|iri| prefixes.shorten(iri))
                    .collect(),
                name: cell(1),
                location: cell(2),
                symbol,
            }
        })
        .collect()
}

//! Evaluates queries: those typed by hand, and saved ones with their parameters bound.

use std::collections::HashSet;

use super::bind::{bind, service_variables};
use super::catalogue::{self, ParseError, PrefixError, SavedQuery, parser};
use super::error::AskError;
use super::header::ColumnType;
use super::names::{called, nearest_things, undeclared_prefix};
use super::parameters::{ParameterError, ParameterType, resolve};
use super::tokens::tokens;
use crate::graph::Table;
use crate::graph::model::{
    GraphUpdateOperation, Literal, NamedNode, Query, QueryDataset, SparqlParser, Term, Triple,
    Update, Variable, rdfs, xsd,
};
use crate::graph::namespaces::{Prefixes, STUDIES, slug};
use crate::graph::vocab::skos;
use crate::graph::{Graph, GraphError, QueryOptions, Results};

/// What a query answers.
pub enum Asked {
    /// Rows of a `SELECT`.
    Table(Table),
    /// Yes or no, of an `ASK`.
    Boolean(bool),
    /// Triples of a `CONSTRUCT` or `DESCRIBE`.
    Triples {
        /// The triples.
        triples: Vec<Triple>,
        /// Whether there were more than were asked for.
        cut: bool,
    },
}

/// The project's prefixes as name and namespace.
fn pairs(prefixes: &Prefixes) -> Vec<(String, String)> {
    prefixes
        .iter()
        .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
        .collect()
}

/// Those of the project's prefixes that a query may use: to make a parser know all of them takes longer
/// than most queries do.
fn used(text: &str, prefixes: &Prefixes) -> Vec<(String, String)> {
    let names = tokens(text).filter_map(|token| token.name());
    let used: HashSet<&str> = names.map(|(prefix, _)| prefix).collect();
    prefixes
        .iter()
        .filter(|(name, _)| used.contains(name))
        .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
        .collect()
}

/// Parses a query; the project's prefixes need no declaration.
///
/// # Errors
/// The text is no query; an update is told apart, for it is refused and not misspelt.
pub fn parse(text: &str, prefixes: &Prefixes) -> Result<Query, AskError> {
    parse_query(parser(&used(text, prefixes))?, text, prefixes)
}

/// The same for a query from elsewhere, whose relative IRIs begin at `base`.
///
/// # Errors
/// The text is no query, or `base` is no IRI.
pub fn parse_from(text: &str, prefixes: &Prefixes, base: &str) -> Result<Query, AskError> {
    parse_query(parser_at(&used(text, prefixes), base)?, text, prefixes)
}

fn parser_at(prefixes: &[(String, String)], base: &str) -> Result<SparqlParser, AskError> {
    let parser = parser(prefixes)?;
    Ok(parser.with_base_iri(base).map_err(|_| PrefixError {
        prefix: "BASE".to_owned(),
        iri: base.to_owned(),
    })?)
}

fn parse_query(parser: SparqlParser, text: &str, prefixes: &Prefixes) -> Result<Query, AskError> {
    catalogue::parse(&parser, "query", text).map_err(|error| {
        let mut error = match error {
            ParseError::Syntax(error) => error,
            ParseError::TooDeep(error) => return error.into(),
        };
        let update = parser.parse_update(text);
        if update.is_ok_and(|update| !update.operations.is_empty()) {
            return AskError::Update;
        }
        if text.trim().is_empty() {
            error.reason = Some("the query is empty".to_owned());
        } else if let Some(prefix) = undeclared_prefix(text, prefixes) {
            let known: Vec<&str> = prefixes.iter().map(|(name, _)| name).collect();
            error.reason = Some(format!(
                "the prefix {prefix}: is not declared; known without declaring: {}",
                known.join(", ")
            ));
        }
        AskError::Syntax(error)
    })
}

/// Parses an update, whose relative IRIs begin at `base`; the project's prefixes need no declaration.
///
/// # Errors
/// The text is no update, or `base` is no IRI.
pub fn parse_update(text: &str, prefixes: &Prefixes, base: &str) -> Result<Update, AskError> {
    let parser = parser_at(&used(text, prefixes), base)?;
    catalogue::parse_update(&parser, "update", text).map_err(|error| match error {
        ParseError::Syntax(error) => error.into(),
        ParseError::TooDeep(error) => error.into(),
    })
}

/// Whether a query gives triples, not rows or a truth value.
#[must_use]
pub fn gives_triples(query: &Query) -> bool {
    matches!(query, Query::Construct { .. } | Query::Describe { .. })
}

/// Has a query ask these graphs, whatever it says itself: the protocol's `default-graph-uri` and
/// `named-graph-uri`.
pub fn with_dataset(query: &mut Query, default: Vec<NamedNode>, named: Vec<NamedNode>) {
    let (Query::Select { dataset, .. }
    | Query::Construct { dataset, .. }
    | Query::Describe { dataset, .. }
    | Query::Ask { dataset, .. }) = query;
    *dataset = Some(QueryDataset {
        default,
        named: Some(named),
    });
}

/// Has a query that names graphs with `FROM NAMED` alone ask these graphs as its default graph, if there are
/// any: without `FROM` it would be empty.
pub fn with_graphs(query: &mut Query, graphs: &[NamedNode]) {
    let (Query::Select { dataset, .. }
    | Query::Construct { dataset, .. }
    | Query::Describe { dataset, .. }
    | Query::Ask { dataset, .. }) = query;
    if let Some(dataset) = dataset
        && dataset.default.is_empty()
    {
        dataset.default = graphs.to_vec();
    }
}

/// Has the patterns of an update ask these graphs: the protocol's `using-graph-uri` and
/// `using-named-graph-uri`. Gives `false` if the update says itself which graphs it asks.
#[must_use]
pub fn with_using(update: &mut Update, default: &[NamedNode], named: &[NamedNode]) -> bool {
    for operation in &mut update.operations {
        if let GraphUpdateOperation::DeleteInsert { using, .. } = operation {
            let dataset = QueryDataset {
                default: default.to_vec(),
                named: Some(named.to_vec()),
            };
            if using.replace(dataset).is_some() {
                return false;
            }
        }
    }
    true
}

/// Whether an update copies, moves or adds the default graph, or into it. The parser writes these
/// operations as others, which do not tell.
#[must_use]
pub fn moves_default_graph(text: &str) -> bool {
    let all: Vec<_> = tokens(text).collect();
    all.iter().enumerate().any(|(at, token)| {
        let before = all[..at].iter().rev().find(|before| !before.is("SILENT"));
        token.is("DEFAULT")
            && before.is_some_and(|before| {
                ["COPY", "MOVE", "ADD", "TO"]
                    .iter()
                    .any(|word| before.is(word))
            })
    })
}

/// Evaluates a parsed query and reads at most `most` rows or triples.
///
/// # Errors
/// The query cannot be evaluated, or not in the time allowed.
pub fn ask(
    graph: &Graph,
    query: &Query,
    options: &QueryOptions,
    most: Option<usize>,
) -> Result<Asked, AskError> {
    let (results, limit) = graph.query(query, options)?.into_parts();
    let most = most.unwrap_or(usize::MAX);
    match results {
        Results::Boolean(yes) => Ok(Asked::Boolean(yes)),
        Results::Rows(rows) => {
            let columns = rows.variables().iter();
            let columns = columns.map(|variable| variable.as_str().to_owned());
            let columns: Vec<String> = columns.collect();
            let cells = rows.collect(most).map_err(|error| limit.error(error))?;
            Ok(Asked::Table(Table { columns, cells }))
        }
        Results::Triples(mut all) => {
            let mut triples = Vec::new();
            while triples.len() < most {
                match all.next() {
                    Some(triple) => triples.push(triple.map_err(|error| limit.error(error))?),
                    None => {
                        return Ok(Asked::Triples {
                            triples,
                            cut: false,
                        });
                    }
                }
            }
            Ok(Asked::Triples {
                triples,
                cut: all.next().is_some(),
            })
        }
    }
}

/// Evaluates a saved query with its parameters bound, and checks the types of its columns.
///
/// `given` are the values that the user sets; `defaults` are the study's own, which stand before
/// those of the header.
///
/// # Errors
/// A parameter is wrong, the query cannot be evaluated, or a cell is not of its declared type.
pub fn run(
    graph: &Graph,
    saved: &SavedQuery,
    given: &[(String, String)],
    defaults: &std::collections::BTreeMap<String, String>,
    prefixes: &Prefixes,
    options: &QueryOptions,
) -> Result<Table, AskError> {
    let terms = match terms(saved, given, defaults, prefixes) {
        Ok(terms) => terms,
        Err(error) => return Err(with_prefix(graph, error, prefixes)?),
    };
    let services = service_variables(&saved.query);
    for (variable, term) in terms
        .iter()
        .filter(|(variable, _)| !services.contains(variable))
    {
        if given.iter().any(|(set, _)| set == variable.as_str()) {
            check_known(graph, variable.as_str(), term, prefixes)?;
            check_one(graph, variable.as_str(), term)?;
        }
    }
    let query = bind(&saved.query, &terms)?;
    match ask(graph, &query, options, None)? {
        Asked::Table(mut table) => {
            name_concepts(graph, saved, &mut table)?;
            check_types(saved, &table)?;
            Ok(table)
        }
        // The catalogue takes SELECT queries only.
        Asked::Boolean(_) | Asked::Triples { .. } => Ok(Table::default()),
    }
}

/// A saved query with its parameters bound, as SPARQL that any endpoint takes.
///
/// # Errors
/// A parameter is wrong, or has no value.
pub fn bound(
    saved: &SavedQuery,
    given: &[(String, String)],
    defaults: &std::collections::BTreeMap<String, String>,
    prefixes: &Prefixes,
) -> Result<String, AskError> {
    let terms = terms(saved, given, defaults, prefixes)?;
    if saved.header.parameters.is_empty() {
        let body = saved.text.lines().filter(|line| !line.starts_with("#+"));
        return Ok(body.collect::<Vec<_>>().join("\n").trim().to_owned());
    }
    Ok(bind(&saved.query, &terms)?.to_string())
}

/// The terms of the parameters: what the user sets, else what the study sets, else the defaults.
fn terms(
    saved: &SavedQuery,
    given: &[(String, String)],
    defaults: &std::collections::BTreeMap<String, String>,
    prefixes: &Prefixes,
) -> Result<Vec<(Variable, Term)>, AskError> {
    let declared = &saved.header.parameters;
    let own = declared.iter().filter_map(|parameter| {
        let value = defaults.get(&parameter.name)?;
        let set = given.iter().any(|(name, _)| *name == parameter.name);
        (!set).then(|| (parameter.name.clone(), value.clone()))
    });
    let values: Vec<(String, String)> = given.iter().cloned().chain(own).collect();
    Ok(resolve(declared, &values, &pairs(prefixes))?)
}

/// An IRI that the user sets must stand in the store: an analysis of a misspelt drug would find no
/// one and look like an answer. Defaults may name what a study does not have.
fn check_known(
    graph: &Graph,
    name: &str,
    term: &Term,
    prefixes: &Prefixes,
) -> Result<(), AskError> {
    let Term::NamedNode(node) = term else {
        return Ok(());
    };
    if graph.mentions(node)? {
        return Ok(());
    }
    let nearest = nearest_things(graph, node, prefixes)?;
    let value = prefixes.shorten(node.as_str());
    Err(AskError::UnknownThing {
        name: name.to_owned(),
        value,
        nearest,
    })
}

/// A text that nothing in the store is called, and whose parts between commas are names in it, is several
/// values: taken as one it would find nothing and look like an answer.
fn check_one(graph: &Graph, name: &str, term: &Term) -> Result<(), AskError> {
    let Term::Literal(literal) = term else {
        return Ok(());
    };
    let parts = literal.value().split([',', ';', '|']).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let is_called = |text: &str| -> Result<bool, AskError> {
        let query = parse(include_str!("called.rq"), &Prefixes::of_study(""))?;
        let text = Literal::new_simple_literal(text).into();
        let query = bind(&query, &[(Variable::new_unchecked("text"), text)])?;
        let asked = ask(graph, &query, &QueryOptions::default(), None)?;
        Ok(matches!(asked, Asked::Boolean(true)))
    };
    if parts.len() < 2 || is_called(literal.value())? {
        return Ok(());
    }
    for part in &parts {
        if is_called(part)? {
            return Err(ParameterError::Several {
                name: name.to_owned(),
                value: literal.value().to_owned(),
                parts: parts.iter().map(|part| (*part).to_owned()).collect(),
            }
            .into());
        }
    }
    Ok(())
}

/// The values that parameters are set to, each name that stands for one thing alone as that thing: `crizotinib`, and its
/// synonyms, as `drug:crizotinib`.
///
/// # Errors
/// A value is none of its type, or a name stands for several things or for nothing.
pub fn named(
    graph: &Graph,
    saved: &SavedQuery,
    given: &[(String, String)],
    defaults: &std::collections::BTreeMap<String, String>,
    prefixes: &Prefixes,
) -> Result<Vec<(String, String)>, AskError> {
    let mut given = given.to_vec();
    loop {
        let error = match terms(saved, &given, defaults, prefixes) {
            Ok(_) => return Ok(given),
            Err(error) => with_prefix(graph, error, prefixes)?,
        };
        let AskError::NoPrefix {
            name,
            value,
            nearest,
        } = &error
        else {
            return Err(error);
        };
        let mut set = given.iter_mut();
        let set = set.find(|(known, text)| known == name && text == value);
        let ([only], Some(set)) = (nearest.as_slice(), set) else {
            return Err(error);
        };
        set.1.clone_from(only);
    }
}

/// The error of an IRI without prefix, with the things that are called so: `drug:crizotinib` for
/// `crizotinib`.
fn with_prefix(graph: &Graph, error: AskError, prefixes: &Prefixes) -> Result<AskError, AskError> {
    let AskError::Parameter(ParameterError::Invalid {
        name,
        value,
        kind: ParameterType::Iri,
    }) = &error
    else {
        return Ok(error);
    };
    let text = value.trim();
    if text.is_empty() || text.contains([':', '<', '>']) {
        return Ok(error);
    }
    let mut nearest = Vec::new();
    for (_, namespace) in prefixes.iter().filter(|(_, iri)| iri.starts_with(STUDIES)) {
        for local in [text.to_owned(), slug(text)] {
            if let Ok(node) = NamedNode::new(format!("{namespace}{local}"))
                && graph.mentions(&node)?
            {
                nearest.push(prefixes.shorten(node.as_str()));
            }
        }
    }
    let things = called(graph, text)?;
    nearest.extend(things.iter().map(|thing| prefixes.shorten(thing.as_str())));
    nearest.sort();
    nearest.dedup();
    Ok(AskError::NoPrefix {
        name: name.clone(),
        value: value.clone(),
        nearest,
    })
}

/// Where a header says `code` or `text` and the query gives a concept, its notation or label is
/// what is meant.
fn name_concepts(graph: &Graph, saved: &SavedQuery, table: &mut Table) -> Result<(), AskError> {
    for declared in &saved.header.columns {
        if !matches!(declared.kind, ColumnType::Code | ColumnType::Text) {
            continue;
        }
        let Some(column) = table.column(&declared.name) else {
            continue;
        };
        table.cells.replace(column, |term| {
            let Term::NamedNode(node) = term else {
                return Ok(None);
            };
            let notation = graph.literal(node, skos::NOTATION)?;
            let name = match notation {
                Some(notation) => Some(notation),
                None => graph.literal(node, rdfs::LABEL)?,
            };
            Ok::<_, GraphError>(name.map(|name| Literal::new_simple_literal(name).into()))
        })?;
    }
    Ok(())
}

fn check_types(saved: &SavedQuery, table: &Table) -> Result<(), AskError> {
    for declared in &saved.header.columns {
        let Some(column) = table.column(&declared.name) else {
            continue;
        };
        let mut fitting = vec![false; table.cells.terms().len()];
        for (index, place) in table.cells.column(column).enumerate() {
            let Some(place) = place.filter(|place| !fitting[*place]) else {
                continue;
            };
            let term = &table.cells.terms()[place];
            fitting[place] = fits(term, declared.kind);
            if !fitting[place] {
                return Err(AskError::WrongType {
                    slug: saved.slug.clone(),
                    column: declared.name.clone(),
                    row: index + 1,
                    value: term.to_string(),
                    kind: declared.kind.word(),
                });
            }
        }
    }
    Ok(())
}

fn fits(term: &Term, kind: ColumnType) -> bool {
    let Term::Literal(literal) = term else {
        return kind == ColumnType::Iri && matches!(term, Term::NamedNode(_));
    };
    let number = || literal.value().parse::<f64>().is_ok_and(f64::is_finite);
    let datatype = literal.datatype();
    match kind {
        ColumnType::Iri => false,
        ColumnType::Text | ColumnType::Code => true,
        ColumnType::Integer => literal.value().parse::<i64>().is_ok(),
        ColumnType::Decimal | ColumnType::Number => number(),
        ColumnType::Boolean => datatype == xsd::BOOLEAN,
        ColumnType::Date => datatype == xsd::DATE,
    }
}

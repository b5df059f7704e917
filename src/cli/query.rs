use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde_json::Value;
use sparesults::{QueryResultsFormat, QueryResultsSerializer};

use super::Exit;
use super::printer::Printer;
use super::service::{ServiceArguments, warn_of_failures};
use super::session::{Place, Session, time_limit, within};
use super::shown::{DPI, Output, holds_words, possible};
use crate::document::{self, Cell, CellValue, Plain, Records, Role};
use crate::graph::model::{NamedNode, NamedOrBlankNode, Query, RdfFormat, Term, Triple, Variable};
use crate::graph::{QueryOptions, written};
use crate::query::{Answer, Table, ask, parse, unknown_names, with_graphs};
use crate::report::{FORMATS, Format, Reader, records, rows_table};

/// Ask the graph in SPARQL
///
/// SELECT, ASK, CONSTRUCT and DESCRIBE. The default graph holds the consensus, the publications, the
/// ontology and its links; what each source reported stands in a named graph per publication. The
/// prefixes of the project need no declaration (`casegraph info` lists them).
#[derive(Debug, Args)]
#[command(
    name = "query",
    after_help = "Examples:
  casegraph query 'SELECT ?case ?age WHERE { ?case cg:ageYears ?age } ORDER BY ?age'
  casegraph query --file question.rq --format csv > answer.csv
  casegraph query --file question.rq --format xlsx --output answer.xlsx
  echo 'ASK { ?case cg:histology histology:leiomyosarcoma }' | casegraph query
  casegraph query 'DESCRIBE case:zhang-2020-1' --format turtle
  casegraph query 'SELECT ?s ?where WHERE { GRAPH ?s { ?r cg:about case:zhang-2020-1 ; cg:locator ?where } }'
  casegraph query --allow-service https://query.wikidata.org/sparql --file question.rq
  casegraph query --graph publication:wu-2021 'SELECT (COUNT(*) AS ?n) WHERE { ?r a cg:Report }'"
)]
pub struct QueryCommand {
    /// The query; - or nothing (and no --file) reads it from standard input
    #[arg(value_name = "SPARQL", conflicts_with = "file")]
    query: Option<String>,
    /// File that holds the query
    #[arg(short = 'f', long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// How to write the answer [default: table for rows, turtle for triples]
    #[arg(long, value_name = "FORMAT", value_parser = format_of_answer())]
    format: Option<Written>,
    /// File to write; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Ask this named graph instead of the default graph; may be given several times. What FROM says in
    /// the query comes first
    #[arg(long, value_name = "IRI")]
    graph: Vec<String>,
    /// Show the plan with the time and rows of each step, as JSON, instead of the answer
    #[arg(long)]
    explain: bool,
    /// Stop after so many seconds; 0 means never
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    timeout: f64,
    /// Show at most so many rows; 0 means all [default: 1000 in a table, else all]
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
    #[command(flatten)]
    services: ServiceArguments,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Written {
    /// Rows and truth values in a format of the SPARQL recommendations.
    Rows(QueryResultsFormat),
    /// Triples in an RDF syntax.
    Triples(RdfFormat),
    /// Rows, as every table is written.
    Document(&'static Format),
}

/// The formats of the SPARQL and RDF recommendations.
fn standard() -> Vec<(PossibleValue, Written)> {
    use Written::{Rows, Triples};
    let json_ld = RdfFormat::JsonLd {
        profile: Default::default(),
    };
    [
        (
            "csv",
            "SPARQL results in CSV",
            Rows(QueryResultsFormat::Csv),
        ),
        (
            "tsv",
            "SPARQL results in TSV",
            Rows(QueryResultsFormat::Tsv),
        ),
        (
            "json",
            "SPARQL results in JSON",
            Rows(QueryResultsFormat::Json),
        ),
        (
            "xml",
            "SPARQL results in XML",
            Rows(QueryResultsFormat::Xml),
        ),
        ("turtle", "Triples", Triples(RdfFormat::Turtle)),
        ("ntriples", "Triples", Triples(RdfFormat::NTriples)),
        ("rdf-xml", "Triples", Triples(RdfFormat::RdfXml)),
        ("json-ld", "Triples", Triples(json_ld)),
    ]
    .map(|(name, about, written)| (PossibleValue::new(name).help(about), written))
    .into()
}

/// These, and every format of documents that is none of them.
fn formats() -> Vec<(PossibleValue, Written)> {
    let mut all = standard();
    let own = FORMATS.iter().filter(|format| holds_words(format));
    let own: Vec<_> = own
        .filter(|format| {
            !all.iter()
                .any(|(known, _)| known.matches(format.name, false))
        })
        .map(|format| (possible(format), Written::Document(format)))
        .collect();
    all.splice(0..0, own);
    all
}

fn format_of_answer() -> impl TypedValueParser<Value = Written> {
    let values: Vec<PossibleValue> = formats().into_iter().map(|(value, _)| value).collect();
    PossibleValuesParser::new(values).try_map(|name| {
        let found = formats()
            .into_iter()
            .find(|(value, _)| value.matches(&name, false));
        found.map(|(_, written)| written).ok_or("is no format")
    })
}

impl QueryCommand {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let text = self.text(place)?;
        // Editors that mark UTF-8 so are right, and SPARQL knows no such mark.
        let text = text
            .strip_prefix('\u{feff}')
            .map_or(text.clone(), str::to_owned);
        let session = Arc::new(place.open()?);
        let options = self.options(&session)?;
        let (limit, services) = (options.timeout, options.services.clone());
        let started = Instant::now();
        let asked_of = Arc::clone(&session);
        // To parse takes time too.
        let parsed = move || {
            let mut query = parse(&text, &asked_of.prefixes)?;
            with_graphs(&mut query, &options.graphs);
            anyhow::Ok((query, options, asked_of))
        };
        if self.explain {
            let explanation = within(limit, || {
                let (query, options, asked_of) = parsed()?;
                Ok(asked_of.graph.explain(&query, &options)?.to_json())
            })?;
            printer.data(&format!("{explanation}\n"))?;
            return Ok(Exit::Done);
        }
        let table = is_for_people(self.format);
        let most = self.limit;
        let (written, asked) = within(limit, move || {
            let (query, options, asked_of) = parsed()?;
            let shown = table && matches!(query, Query::Select { .. });
            let most = match most {
                None => shown.then_some(1000),
                Some(most) => (most > 0).then_some(most),
            };
            let asked = ask(&asked_of.graph, &query, &options, most)?;
            Ok((query, asked))
        })?;
        let output = Output::to(self.output.clone());
        write(&asked, self.format, &session, &output, printer)?;
        warn_of_failures(&services, printer);
        printer.say(&count(&asked, started.elapsed()));
        warn_of_unknown_names(&written, &session, printer)?;
        Ok(Exit::Done)
    }

    fn text(&self, place: &Place) -> Result<String> {
        match (&self.query, &self.file) {
            (Some(query), _) if query != "-" => Ok(query.clone()),
            (_, Some(path)) => place.text_of(path),
            (_, None) if !std::io::stdin().is_terminal() => place.text_of(Path::new("-")),
            (_, None) => {
                let mut text = String::new();
                std::io::stdin()
                    .read_to_string(&mut text)
                    .context("cannot read the query from standard input")?;
                Ok(text)
            }
        }
    }

    fn options(&self, session: &Session) -> Result<QueryOptions> {
        let mut graphs = Vec::new();
        for name in &self.graph {
            graphs.push(graph_name(name, session)?);
        }
        let timeout = time_limit(self.timeout)?;
        Ok(QueryOptions {
            graphs,
            timeout,
            services: self.services.services()?,
        })
    }
}

/// An empty answer often comes from a misspelt name: says which names nothing in the store has.
pub(super) fn warn_of_unknown_names(
    query: &Query,
    session: &Session,
    printer: Printer,
) -> Result<()> {
    for unknown in unknown_names(&session.graph, query, &session.prefixes)? {
        printer.say(&format!("warning: {unknown}"));
    }
    Ok(())
}

/// A named graph by IRI or prefixed name, which must exist.
fn graph_name(name: &str, session: &Session) -> Result<NamedNode> {
    let iri = name.trim_start_matches('<').trim_end_matches('>');
    let node = match session.prefixes.expand(iri) {
        Some(node) => node,
        None => NamedNode::new(iri)
            .with_context(|| format!("--graph {name} is neither an IRI nor a prefixed name"))?,
    };
    let known = session.graph.named_graphs()?;
    if !known.contains(&node) {
        let names: Vec<String> = known
            .iter()
            .map(|n| session.prefixes.shorten(n.as_str()))
            .collect();
        let near = crate::ontology::nearest(&name.to_lowercase(), names.iter().map(String::as_str));
        let near = if near.is_empty() {
            String::new()
        } else {
            format!("; nearest: {}", near.join(", "))
        };
        anyhow::bail!("--graph {name}: the store has no such graph{near}");
    }
    Ok(node)
}

/// Whether rows are written for people, who do not read thousands.
fn is_for_people(format: Option<Written>) -> bool {
    match format {
        None => true,
        Some(Written::Document(format)) => format.reader != Reader::Bytes,
        Some(_) => false,
    }
}

/// Writes an answer in a format; rows and triples have different ones.
pub(super) fn write(
    answer: &Answer,
    format: Option<Written>,
    session: &Session,
    output: &Output,
    printer: Printer,
) -> Result<()> {
    let data = |text: &str| output.write(text.as_bytes(), Reader::Programs, printer);
    match answer {
        Answer::Boolean(yes) => {
            let text = match format {
                Some(Written::Rows(format)) => {
                    let bytes = QueryResultsSerializer::from_format(format)
                        .serialize_boolean_to_writer(Vec::new(), *yes)?;
                    String::from_utf8(bytes)?
                }
                Some(Written::Document(format)) if format.reader == Reader::Bytes => {
                    let mut table = document::Table::new("", &[("answer", Role::Text)]);
                    table.push([Cell::of(yes.to_string(), CellValue::Boolean(*yes))]);
                    let document = Plain::of_table("Answer", table, Value::Null);
                    return output.show(&document, format, DPI, printer);
                }
                _ => format!("{}\n", if *yes { "yes" } else { "no" }),
            };
            data(&text)?;
        }
        Answer::Table(table) => match format {
            None => write_rows(table, TABLE, session, output, printer)?,
            Some(Written::Document(format)) => {
                write_rows(table, format.name, session, output, printer)?;
            }
            Some(Written::Rows(format)) => data(&rows_text(table, format)?)?,
            Some(Written::Triples(_)) => anyhow::bail!(
                "rows are no triples: choose a format of rows with --format, such as table or csv"
            ),
        },
        Answer::Triples { triples, .. } => {
            let format = match format {
                None => RdfFormat::Turtle,
                Some(Written::Triples(format)) => format,
                Some(Written::Document(format)) if format.name == TABLE => RdfFormat::Turtle,
                Some(_) => anyhow::bail!(
                    "triples are written as turtle, ntriples, rdf-xml or json-ld: choose one with --format"
                ),
            };
            data(&triples_text(triples, format, session)?)?;
        }
    }
    Ok(())
}

/// The format for people at a terminal.
const TABLE: &str = "table";

/// Writes rows as every table is written: for people with prefixed names, for programs with plain values.
fn write_rows(
    table: &Table,
    format: &str,
    session: &Session,
    output: &Output,
    printer: Printer,
) -> Result<()> {
    let shown = rows_table("", table, &session.prefixes);
    let Records { columns, rows } = records(table);
    let document = Plain {
        records: document::Table {
            columns,
            rows: rows.collect(),
            ..document::Table::default()
        },
        ..Plain::of_table("Answer", shown, Value::Null)
    };
    let format = Format::named(format).context("there is no such format")?;
    output.show(&document, format, DPI, printer)
}

fn rows_text(table: &Table, format: QueryResultsFormat) -> Result<String> {
    let variables: Vec<Variable> = table
        .columns
        .iter()
        .map(|c| Variable::new_unchecked(c.clone()))
        .collect();
    let bytes =
        written::rows(&variables, &table.cells, format).context("the answer was not written")?;
    Ok(String::from_utf8(bytes)?)
}

fn triples_text(triples: &[Triple], format: RdfFormat, session: &Session) -> Result<String> {
    // Only the prefixes that the answer uses.
    let prefixes = session.prefixes.iter();
    let used = prefixes.filter(|(_, iri)| triples.iter().any(|triple| uses(triple, iri)));
    let bytes = written::triples(triples, format, used).context("the answer was not written")?;
    Ok(String::from_utf8(bytes)?)
}

/// Whether a name of a triple, or of a triple term in it, is of this namespace.
fn uses(triple: &Triple, namespace: &str) -> bool {
    let is_of = |node: &NamedNode| node.as_str().starts_with(namespace);
    matches!(&triple.subject, NamedOrBlankNode::NamedNode(node) if is_of(node))
        || is_of(&triple.predicate)
        || match &triple.object {
            Term::NamedNode(node) => is_of(node),
            Term::Triple(triple) => uses(triple, namespace),
            Term::Literal(_) | Term::BlankNode(_) => false,
        }
}

/// How much was answered, and whether it was cut.
pub(super) fn count(answer: &Answer, time: Duration) -> String {
    let time = format!("{:.0} ms", time.as_secs_f64() * 1000.0);
    match answer {
        Answer::Boolean(_) => time,
        Answer::Table(table) if table.cells.cut => {
            format!(
                "First {} rows; there are more: --limit 0 shows all. {time}",
                table.rows()
            )
        }
        Answer::Table(table) => format!("{} rows, {time}", table.rows()),
        Answer::Triples { triples, cut: true } => {
            format!(
                "First {} triples; there are more: --limit 0 shows all. {time}",
                triples.len()
            )
        }
        Answer::Triples { triples, .. } => format!("{} triples, {time}", triples.len()),
    }
}

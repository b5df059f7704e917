//! An embedded knowledge graph of published cancer cases.
//!
//! Cases, gene fusions, histologies, drugs and adverse events are RDF triples in an embedded store;
//! SPARQL asks; a statistics layer turns query results into response rates and survival curves with
//! their denominators and doubts attached.
//!
//! # As a library
//!
//! ```
//! use casegraph::Study;
//! use casegraph::kinds::response::ResponseRates;
//!
//! # let folder = tempfile::tempdir()?;
//! # let store = folder.path().join("store");
//! // `Study::open(path)` has its store where the program has it.
//! let study = Study::open_with("tests/fixtures/tiny", store)?;
//! let response = study.run("response/by-partner")?;
//! let rates = response.finding.get::<ResponseRates>().ok_or("no response rates")?;
//! let rate = rates.overall.objective.as_ref().ok_or("nobody was evaluated")?;
//! assert_eq!((rate.successes, rate.n), (2, 4));
//! // Everyone who is in the rows is counted, or left out with a reason.
//! let ledger = &response.finding.ledger;
//! assert_eq!(ledger.counted().len() + ledger.excluded(), ledger.eligible());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The estimators, the figures and the file of the store are crates of their own: `casegraph-stats`, `casegraph-plot`
//! and `casegraph-snapshot`.
//!
//! # The rooms
//!
//! ```text
//! cli        one file a command: arguments in, rooms called, text out
//! server     the study over HTTP: SPARQL, analyses, pages; a function from a request to a response
//! export     a study in the formats of others: a file and a line a format, and what each cannot say
//! study      an open study, and what its saved analyses answer
//! report     results as text, CSV, JSON, Markdown, HTML and SVG; returns text, writes nothing
//! claims     what reviews print, checked against itself and against the cases
//! search     what a word stands for: things by name, synonym, code or identifier, and why
//! likeness   how alike two cases are: one patient published twice, or cases like a patient
//! dossier    all that is known of one case, its course, and what is missing of it
//! diff       what differs between two builds: facts, results and the cases behind them
//! analysis   what a saved query finds: its rows, computed as its header asks
//! query      saved analyses, parameters bound in the algebra, checks, queries typed by hand
//! figures    from a result to the plain numbers of a plot: a file a figure
//! kinds      the one bridge: rows become samples and results, with a ledger; a file a kind of statistic
//! synthetic  sheets of invented cases whose true effects are known
//! curation   one row changed, tried on a copy, written, undone, and its past
//! import     workbooks and text files of others as sheets of a study
//! ingest     sheets to records to consensus to quads to a published store, or nothing
//! columnar   typed columns as Parquet, a group of rows at a time
//! document   what is shown, as data: documents, tables, and numbers as people read them
//! external   gene tables and ontologies of others, in their formats, as slices or whole
//! ontology   our own terms, vocabularies and links to others, read from `ontology/`
//! project    where a study's ontology, sheets and analyses come from: a folder or the shipped copy
//! graph      the embedded store; the only room that names oxigraph
//! delimited  CSV read strictly: no stray quotation mark swallows a row
//! case       plain records, the schema of the sheets, and the rules of the consensus
//! snapshot   quads in one mapped file, and what is computed of a query on it; the crate `casegraph-snapshot`
//! plot       figures as accessible SVG, PNG and PDF; the crate `casegraph-plot`
//! stats      estimators on bare numbers; the crate `casegraph-stats`
//! disk       files of the user, written beside and renamed, and never through a link
//! ```
//!
//! A room uses those below it as the table in `tests/it/rooms.rs` allows, and that test reads every
//! `use` line. What each must not know: `case` knows no RDF and no file; nothing but `graph` knows the
//! store; `synthetic` knows no graph; `kinds`
//! knows no rendering; `report` knows no files; only `cli` knows the terminal.
//!
//! # What always holds
//!
//! - What a source reported stays in that source's named graph. What is taken as true is computed
//!   from the reports by stated rules ([`case::consensus`]) and kept apart, in the consensus graph.
//! - No number without its denominator: every result carries who was counted and who was not
//!   ([`kinds::Ledger`]).
//! - Unknown is a value: a missing value has a reason ([`case::MissingReason`]).
//! - A build is all or nothing ([`graph::location`]).
//! - Parameters of saved analyses are bound as terms in the algebra ([`query::bind`](mod@query::bind)).

pub mod analysis;
pub mod case;
pub mod claims;
mod cli;
#[cfg(feature = "parquet")]
pub mod columnar;
pub mod curation;
pub mod delimited;
pub mod diff;
mod disk;
pub mod document;
pub mod dossier;
pub mod export;
pub mod external;
pub mod figures;
pub mod graph;
pub mod import;
pub mod ingest;
pub mod kinds;
pub mod likeness;
pub mod ontology;
pub mod project;
pub mod query;
pub mod report;
pub mod search;
/// Fuzzing asks it without a socket.
#[cfg(fuzzing)]
pub mod server;
#[cfg(not(fuzzing))]
mod server;
pub use casegraph_stats as stats;
pub mod study;
pub mod synthetic;

pub use study::{OpenError, RunError, Study};

/// Runs the program: parses the command line, runs the command, and turns its outcome into an exit status.
#[must_use]
pub fn main() -> std::process::ExitCode {
    cli::main().into()
}

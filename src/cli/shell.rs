use std::time::Instant;

use anyhow::Result;
use clap::Args;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Editor, Helper};

use super::Exit;
use super::next_step;
use super::query::{count, warn_of_unknown_names, write};
use super::service::{ServiceArguments, warn_of_failures};
use super::session::{Place, Session};
use super::shown::Output;
use crate::graph::QueryOptions;
use crate::graph::model::Term;
use crate::query::{AskError, Prepared, ask, parse, rows};

/// Ask the graph in SPARQL, one query after another
///
/// A query ends with a semicolon or an empty line. Tab completes prefixes, classes and properties. The
/// history is kept in .casegraph-history of the home folder.
#[derive(Debug, Args)]
#[command(after_help = "In the shell:
  .help      what can be typed
  .quit      leave (or Ctrl-D)
Example:
  casegraph> SELECT ?case WHERE { ?case cg:sex \"female\" } LIMIT 5;")]
pub struct Shell {
    /// Show at most so many rows
    #[arg(long, value_name = "ROWS", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    services: ServiceArguments,
}

const HELP: &str = "Type a SPARQL query and end it with ; or an empty line.
.help       this text
.prefixes   the prefixes that need no declaration
.quit       leave (or Ctrl-D)
Tab completes prefixes, classes and properties; arrows recall earlier queries; Ctrl-C drops the line.";

impl Shell {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        // Said before the first query, if it is wrong.
        self.services.services()?;
        let session = place.open()?;
        let mut editor: Editor<Assistant, FileHistory> = Editor::new()?;
        editor.set_helper(Some(Assistant {
            words: words(&session)?,
        }));
        let history = std::env::home_dir().map(|home| home.join(".casegraph-history"));
        if let Some(path) = &history {
            // A first start has no history.
            let _ = editor.load_history(path);
        }
        printer.say(&format!(
            "{}\n.help for help, .quit to leave",
            session.made_from()
        ));
        loop {
            let line = match editor.readline("casegraph> ") {
                Ok(line) => line,
                Err(ReadlineError::Interrupted) => continue,
                Err(ReadlineError::Eof) => break,
                Err(error) => return Err(error.into()),
            };
            let text = line.trim().trim_end_matches(';').trim();
            match text {
                "" => {}
                ".quit" | ".exit" => break,
                ".help" => printer.text(&format!("{HELP}\n"))?,
                ".prefixes" => {
                    for (name, iri) in session.prefixes.iter() {
                        printer.text(&format!("{name:<12} {iri}\n"))?;
                    }
                }
                command if command.starts_with('.') => {
                    printer.always(&format!("there is no {command}: .help lists what there is"));
                }
                query => {
                    editor.add_history_entry(line.as_str())?;
                    if let Err(error) = self.answer(query, &session, printer) {
                        printer.always(&format!("error: {}", next_step::line(error.as_ref())));
                    }
                }
            }
        }
        if let Some(path) = &history {
            // Losing the history is no reason to fail at the end.
            let _ = editor.save_history(path);
        }
        Ok(Exit::Done)
    }

    fn answer(
        &self,
        text: &str,
        session: &Session,
        printer: super::printer::Printer,
    ) -> Result<()> {
        let started = Instant::now();
        let query = parse(text, &session.prefixes)?;
        let options = QueryOptions {
            services: self.services.services()?,
            ..QueryOptions::default()
        };
        let asked = ask(&session.graph, &query, &options, Some(self.limit))?;
        write(&asked, None, session, &Output::to(None), printer)?;
        warn_of_failures(&options.services, printer);
        printer.say(&count(&asked, started.elapsed()));
        warn_of_unknown_names(&query, session, printer)
    }
}

/// What Tab can complete: prefixes, and the classes and properties of the ontology.
fn words(session: &Session) -> Result<Vec<String>, AskError> {
    let mut words: Vec<String> = session
        .prefixes
        .iter()
        .map(|(name, _)| format!("{name}:"))
        .collect();
    let terms = Prepared::new(include_str!("queries/terms.rq"));
    let terms = session.rows(&terms, &QueryOptions::default())?;
    for row in rows(&terms) {
        if let Some(Term::NamedNode(node)) = row.term("term") {
            words.push(session.prefixes.shorten(node.as_str()));
        }
    }
    words.extend(
        [
            "SELECT", "DISTINCT", "WHERE", "OPTIONAL", "FILTER", "GRAPH", "ORDER BY", "GROUP BY",
            "LIMIT", "COUNT",
        ]
        .map(str::to_owned),
    );
    words.sort();
    words.dedup();
    Ok(words)
}

struct Assistant {
    words: Vec<String>,
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = &line[..position];
        let start = before
            .rfind(|c: char| c.is_whitespace() || "{}()[].;,/|^*+?".contains(c))
            .map_or(0, |at| at + 1);
        let typed = &before[start..];
        let fits = |word: &&String| {
            !typed.is_empty() && word.to_lowercase().starts_with(&typed.to_lowercase())
        };
        let candidates = self
            .words
            .iter()
            .filter(fits)
            .map(|word| Pair {
                display: word.clone(),
                replacement: word.clone(),
            })
            .collect();
        Ok((start, candidates))
    }
}

impl Validator for Assistant {
    /// A query goes on over several lines until a semicolon that no pattern holds, or an empty line.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let open = text.matches('{').count() > text.matches('}').count();
        let ended = text.trim_end().ends_with(';') && !open;
        let done = text.trim().is_empty()
            || text.starts_with('.')
            || ended
            || text.ends_with("\n\n")
            || text.ends_with('\n');
        Ok(if done {
            ValidationResult::Valid(None)
        } else {
            ValidationResult::Incomplete
        })
    }
}

impl Hinter for Assistant {
    type Hint = String;
}

impl Highlighter for Assistant {}

impl Helper for Assistant {}

//! How a command says that it gave no answer: as lines for people, or as one line of JSON for a program.

use std::error::Error;
use std::ffi::OsStr;

use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue};
use serde_json::{Map, Value, json};

use super::next_step;
use super::printer::Printer;
use super::{Exit, exit_of};
use crate::study::{Fault, iri, title};

/// How errors are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Errors {
    /// Lines for people
    #[default]
    Text,
    /// One line of JSON, the last of standard error: type, title, detail, exit, and where they are
    /// known parameter and nearest, as a server's problem has them
    Json,
}

/// The option, which is looked for by hand where the arguments cannot be read.
const OPTION: &str = "--errors";
/// The variable that stands for it.
pub(super) const VARIABLE: &str = "CASEGRAPH_ERRORS";

impl Errors {
    /// What arguments that cannot be read ask for all the same.
    pub(super) fn of_arguments() -> Self {
        let is_json = |word: &OsStr| word.eq_ignore_ascii_case("json");
        let words: Vec<_> = std::env::args_os().collect();
        let apart = words
            .windows(2)
            .any(|pair| pair[0] == OPTION && is_json(&pair[1]));
        let whole = format!("{OPTION}=json");
        let named = words.iter().any(|word| word.as_os_str() == whole.as_str());
        let variable = std::env::var_os(VARIABLE).is_some_and(|value| is_json(&value));
        if apart || named || variable {
            Self::Json
        } else {
            Self::Text
        }
    }

    /// Tells why a command gave no answer.
    pub(super) fn tell(self, error: &anyhow::Error, printer: Printer) {
        match self {
            Self::Text => printer.always(&format!("error: {}", next_step::lines(error))),
            Self::Json => {
                let error: &(dyn Error + 'static) = error.as_ref();
                let (kind, about) = match Fault::of(error) {
                    Some(fault) => (fault.kind.word(), fault.about),
                    None => ("error", Map::new()),
                };
                let problem = problem(kind, &next_step::line(error), about, exit_of(error));
                printer.problem(&problem);
            }
        }
    }

    /// Tells that the program broke down.
    pub(super) fn tell_broken(self, words: &str, printer: Printer) {
        match self {
            Self::Text => printer.always(&format!("error: {words}")),
            Self::Json => {
                let problem = problem("internal", words, Map::new(), Exit::Error);
                printer.problem(&problem);
            }
        }
    }
}

/// What is wrong with arguments that cannot be read.
pub(super) fn usage(error: &clap::Error) -> Value {
    let text = error.render().to_string();
    let detail = text.trim().trim_start_matches("error: ");
    let words = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        _ => Vec::new(),
    };
    let mut about = Map::new();
    if let Some(argument) = words(ContextKind::InvalidArg).into_iter().next() {
        about.insert("parameter".to_owned(), json!(argument));
    }
    let nearest = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let nearest: Vec<String> = nearest.into_iter().flat_map(words).collect();
    about.insert("nearest".to_owned(), json!(nearest));
    problem("usage", detail, about, Exit::Error)
}

fn problem(kind: &str, detail: &str, about: Map<String, Value>, exit: Exit) -> Value {
    let title = title(kind).unwrap_or("The command gave no answer");
    let mut problem = Map::new();
    problem.insert("type".to_owned(), json!(iri(kind)));
    problem.insert("title".to_owned(), json!(title));
    problem.insert("detail".to_owned(), json!(detail));
    problem.extend(about);
    problem.insert("exit".to_owned(), json!(exit.number()));
    Value::Object(problem)
}

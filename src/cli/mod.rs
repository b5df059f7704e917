//! The command line: one file a command, which holds its arguments and its `run`.

mod build;
mod candidates;
mod case;
mod cells;
mod check;
mod claims;
mod completions;
mod conflicts;
mod diff;
mod duplicates;
mod errors;
mod exit;
mod export;
mod generate;
mod history;
mod import;
mod info;
mod init;
mod letter;
mod licences;
mod link;
mod list;
mod man;
mod next_step;
mod output;
mod printer;
mod publications;
mod query;
mod release;
mod report;
mod resolve;
mod run;
mod search;
mod serve;
mod service;
mod session;
mod sheets;
mod shell;
mod show;
mod shown;
mod similar;
mod stats;
mod template;
mod term;

use std::borrow::Cow;
use std::error::Error;
use std::ffi::OsString;
use std::io;
use std::thread;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::CompleteEnv;

use crate::graph::GraphError;
use crate::graph::snapshot::end_when_cut;
use crate::server::worker::STACK;
use errors::Errors;
pub use exit::Exit;
use printer::{Printer, clean};
use session::Place;

/// Knowledge graph of published cancer cases.
///
/// Cases, gene fusions, treatments and adverse events from a folder of CSV sheets become a graph that
/// answers SPARQL, saved analyses and a report, each number with its denominator. Without --project the
/// study that the program carries is used: published ALK-fusion sarcomas treated with ALK inhibitors.
#[derive(Debug, Parser)]
#[command(name = "casegraph", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  casegraph report                      write the report of the shipped study
  casegraph list                        what can be asked without writing SPARQL
  casegraph run response/by-partner     one analysis
  casegraph case zhang-2020-1           everything known of one case, and who says so
  casegraph duplicates                  cases that may be one patient published twice
  casegraph query 'SELECT ?case WHERE { ?case cg:hasFusion/cg:fivePrimeGene gene:RANBP2 }'
  casegraph init my-study               start a study of your own

Exit status: 0 done; 1 ran and found violations; 2 usage or runtime error; 3 not supported;
4 stopped by a time limit.";

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Build),
    Check(check::Check),
    Claims(claims::Claims),
    Query(query::QueryCommand),
    Shell(shell::Shell),
    List(list::List),
    Show(show::Show),
    Run(run::Run),
    Serve(serve::Serve),
    Report(report::ReportCommand),
    Release(release::Release),
    Stats(stats::Stats),
    Case(case::Case),
    Conflicts(conflicts::Conflicts),
    Diff(diff::Diff),
    Letter(letter::Letter),
    #[command(name = "link")]
    Link(link::LinkCommand),
    Resolve(resolve::Resolve),
    #[command(name = "duplicates")]
    Duplicates(duplicates::DuplicatesCommand),
    Similar(similar::SimilarCommand),
    Info(info::Info),
    Search(search::Search),
    Publications(publications::PublicationsCommand),
    Export(export::Export),
    History(history::History),
    Sheets(sheets::Sheets),
    Term(term::Term),
    Init(init::Init),
    Import(import::Import),
    Template(template::Template),
    Generate(generate::Generate),
    Completions(completions::Completions),
    Man(man::Man),
    Licences(licences::Licences),
}

/// Parses the arguments, runs the command, and says how it ended.
#[must_use]
pub fn main() -> Exit {
    end_when_cut();
    // A shell asks what completes a word.
    CompleteEnv::with_factory(grammar)
        .var(completions::ASKED)
        .complete();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            if error.use_stderr() && Errors::of_arguments() == Errors::Json {
                Printer::new(false).problem(&errors::usage(&error));
                return Exit::Error;
            }
            // Help and version are answers; the rest is wrong usage, which repeats what was typed, and a shell types the
            // names of a stranger's files. Where those hold what a terminal obeys, the message has no colors.
            let obeyed = |word: OsString| matches!(clean(&word.to_string_lossy()), Cow::Owned(_));
            if error.use_stderr() && std::env::args_os().any(obeyed) {
                Printer::new(false).always(error.to_string().trim_end());
            } else {
                let _ = error.print();
            }
            return if error.use_stderr() {
                Exit::Error
            } else {
                Exit::Done
            };
        }
    };
    let (printer, errors) = (arguments.place.printer(), arguments.place.errors);
    // Long queries take a deep stack, wherever they are read: also those of saved analyses.
    let deep = thread::Builder::new().stack_size(STACK);
    let outcome = thread::scope(|scope| {
        let run = || answered(run(arguments), errors, printer);
        match deep.spawn_scoped(scope, run) {
            Ok(thread) => thread.join(),
            Err(error) => Ok(answered(Err(error.into()), errors, printer)),
        }
    });
    outcome.unwrap_or_else(|_| {
        errors.tell_broken(BROKEN, printer);
        Exit::Error
    })
}

/// Printed below the message of a panic.
const BROKEN: &str = "casegraph broke down, as said above, and gave no answer: this is an error of its own, please report it with what was asked";

/// Tells how a command ended.
fn answered(outcome: anyhow::Result<Exit>, errors: Errors, printer: Printer) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(error) if is_broken_pipe(&error) => Exit::Done,
        Err(error) => {
            errors.tell(&error, printer);
            exit_of(error.as_ref())
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let place = arguments.place;
    match arguments.command {
        Command::Build(command) => command.run(place),
        Command::Check(command) => command.run(place),
        Command::Claims(command) => command.run(&place),
        Command::Query(command) => command.run(&place),
        Command::Shell(command) => command.run(&place),
        Command::List(command) => command.run(&place),
        Command::Show(command) => command.run(&place),
        Command::Run(command) => command.run(&place),
        Command::Serve(command) => command.run(&place),
        Command::Report(command) => command.run(&place),
        Command::Release(command) => command.run(&place),
        Command::Stats(command) => command.run(&place),
        Command::Case(command) => command.run(&place),
        Command::Conflicts(command) => command.run(&place),
        Command::Diff(command) => command.run(&place),
        Command::Letter(command) => command.run(&place),
        Command::Link(command) => command.run(&place),
        Command::Resolve(command) => command.run(&place),
        Command::Duplicates(command) => command.run(&place),
        Command::Similar(command) => command.run(&place),
        Command::Info(command) => command.run(&place),
        Command::Search(command) => command.run(&place),
        Command::Publications(command) => command.run(&place),
        Command::Export(command) => command.run(&place),
        Command::History(command) => command.run(&place),
        Command::Sheets(command) => command.run(&place),
        Command::Term(command) => command.run(&place),
        Command::Init(command) => command.run(&place),
        Command::Import(command) => command.run(&place),
        Command::Template(command) => command.run(&place),
        Command::Generate(command) => command.run(&place),
        Command::Completions(command) => command.run(&place),
        Command::Man(command) => command.run(&place),
        Command::Licences(command) => command.run(&place),
    }
}

/// The command line's grammar, for completions and manual pages.
fn grammar() -> clap::Command {
    Arguments::command()
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error
        .chain()
        .any(|cause| cause.downcast_ref().is_some_and(broken))
}

/// The exit status of an error: one of its own for what is not supported, and for what was stopped.
fn exit_of(error: &(dyn Error + 'static)) -> Exit {
    let mut causes = anyhow::Chain::new(error);
    let store = causes.find_map(|cause| cause.downcast_ref::<GraphError>());
    match store {
        Some(error) if error.is_timeout() => Exit::Stopped,
        Some(error) if error.is_unsupported() => Exit::Unsupported,
        _ => Exit::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_argument_has_a_help() {
        let mut grammar = grammar();
        grammar.build();
        for command in grammar.get_subcommands() {
            for argument in command.get_arguments().filter(|a| !a.is_hide_set()) {
                let name = command.get_name();
                let told = argument.get_help().is_some() || argument.get_id() == "help";
                assert!(told, "{name}: {}", argument.get_id());
            }
        }
    }
}

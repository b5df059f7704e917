//! `casegraph stats`: a statistic of a CSV file.

mod adjust;
mod input;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};

use super::Exit;
use super::printer::Printer;
use super::session::Place;
use super::shown::Shown;
use crate::kinds::{Computed, Statistic};
use crate::report::ComputedDocument;

/// Compute a statistic of a CSV file
///
/// The estimators behind the saved analyses, on any table: one row a case, headings in the first
/// line. Empty cells and words for no value (NA, N/A, NaN, NULL, ., -, [Not Available] and those of
/// --missing) are left out, counted and named; any other cell that cannot be read is an error with its
/// line, as is a stray quotation mark or a row that is not as wide as the headings.
#[derive(Debug, Args)]
#[command(
    subcommand_required = true,
    after_help = "Examples:
  casegraph stats survival --input cases.csv --time months --event died --by partner
  casegraph stats survival --input cases.csv --time months --event died --match r --format json
  casegraph stats cox --input cases.csv --time months --event died --covariates age,partner
  casegraph stats contingency --input cases.csv --rows partner --columns response
  casegraph stats proportion --successes 26 --cases 30
  casegraph stats pooled --input reports.csv --event responders --count evaluable --report pmid
  casegraph stats adjust --p 0.01,0.04,0.2"
)]
pub struct Stats {
    #[command(subcommand)]
    kind: Kind,
}

/// One of the kinds of statistic that read columns, or a command of its own.
#[derive(Debug)]
enum Kind {
    Columns(Box<Statistic>, Shared),
    Adjust(adjust::Adjust),
}

/// Where the table is, and how the result is written.
#[derive(Debug, Args)]
struct Shared {
    /// CSV file with headings; - for standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Character between cells
    #[arg(long, value_name = "CHARACTER", default_value = ",", value_parser = delimiter)]
    delimiter: char,
    /// Word that stands for no value, beside NA, N/A, NaN, NULL, . and -; may be given several times
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    missing: Vec<String>,
    #[command(flatten)]
    shown: Shown,
}

/// Takes a character between cells; a tab may be written `\t` or `tab`.
pub(super) fn delimiter(text: &str) -> Result<char, &'static str> {
    match text {
        "\\t" | "tab" => Ok('\t'),
        text => text.parse().map_err(|_| "not one character"),
    }
}

impl Subcommand for Kind {
    fn augment_subcommands(command: Command) -> Command {
        let kinds = Statistic::commands().into_iter().map(|(command, alone)| {
            let about = command.get_about().cloned().unwrap_or_default();
            let more = command.get_long_about().cloned().unwrap_or_default();
            // What is said of the shared arguments takes the place of what is said of the kind.
            Shared::augment_args(command)
                .about(about)
                .long_about(more)
                .mut_arg("input", |input| match alone {
                    Some(alone) => input.required_unless_present(alone).conflicts_with(alone),
                    None => input.required(true),
                })
        });
        let adjust = adjust::Adjust::augment_args(Command::new(adjust::NAME));
        command.subcommands(kinds).subcommand(adjust)
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        name == adjust::NAME || Statistic::NAMES.contains(&name)
    }
}

impl FromArgMatches for Kind {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let Some((name, arguments)) = matches.subcommand() else {
            return Err(clap::Error::new(ErrorKind::MissingSubcommand));
        };
        if name == adjust::NAME {
            return adjust::Adjust::from_arg_matches(arguments).map(Self::Adjust);
        }
        match Statistic::of_arguments(name, arguments)? {
            Some(statistic) => {
                let shared = Shared::from_arg_matches(arguments)?;
                Ok(Self::Columns(Box::new(statistic), shared))
            }
            None => Err(clap::Error::new(ErrorKind::InvalidSubcommand)),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Stats {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        match self.kind {
            Kind::Columns(statistic, shared) => of_file(&statistic, &shared, place),
            Kind::Adjust(adjust) => adjust.run(place.printer()),
        }
    }
}

/// Computes a statistic of the columns of a file, or of its arguments alone.
fn of_file(statistic: &Statistic, shared: &Shared, place: &Place) -> Result<Exit> {
    let kind = statistic.kind();
    let Some(of_columns) = statistic.of_columns() else {
        anyhow::bail!("{kind} is read from the rows of a saved analysis, not from columns");
    };
    if let Some(computed) = of_columns.of_arguments()? {
        return print(&computed, &shared.shown, place.printer());
    }
    let input = shared.input.clone().unwrap_or_else(|| "-".into());
    let wanted: Vec<&str> = statistic
        .columns()
        .into_iter()
        .filter(|(key, _)| *key != "case")
        .map(|(_, column)| column)
        .collect();
    let frame = input::read(
        &input,
        &place.bytes_of(&input)?,
        shared.delimiter,
        &wanted,
        statistic.case().filter(|case| !case.is_empty()),
        &shared.missing,
    )?;
    let mut computed = of_columns
        .of_frame(&frame.frame)
        .with_context(|| format!("{}: no {kind} result", input.display()))?;
    computed.finding.cautions.extend(frame.cautions);
    print(&computed, &shared.shown, place.printer())
}

fn print(computed: &Computed, shown: &Shown, printer: Printer) -> Result<Exit> {
    shown.show(&ComputedDocument(computed), printer)?;
    Ok(Exit::Done)
}

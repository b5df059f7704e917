mod input;
mod kinds;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Exit;
use super::printer::Printer;
use super::session::Place;
use crate::analysis::{Computed, estimate};
use crate::query::Statistic;
use crate::report::{computed_grids, computed_json, grid_markdown, line_markdown, text};
use crate::stats::conventions::Package;

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

#[derive(Debug, Subcommand)]
enum Kind {
    Proportion(kinds::Proportion),
    Contingency(kinds::Contingency),
    Survival(kinds::Survival),
    Cox(kinds::Cox),
    CompetingRisks(kinds::CompetingRisks),
    Pooled(kinds::Pooled),
    Ranks(kinds::Ranks),
    Adjust(kinds::Adjust),
}

/// Where the table is, how the result is written, and choices that every statistic knows.
#[derive(Debug, Args)]
struct Shared {
    /// CSV file with headings; - for standard input
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Character between cells
    #[arg(long, value_name = "CHARACTER", default_value = ",", value_parser = kinds::delimiter)]
    delimiter: char,
    /// Column that identifies the unit; without it each row is one
    #[arg(long, value_name = "COLUMN")]
    case: Option<String>,
    /// Word that stands for no value, beside NA, N/A, NaN, NULL, . and -; may be given several times
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    missing: Vec<String>,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Shown {
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Args, Serialize)]
struct Common {
    /// Confidence level, as a fraction [default: 0.95]
    #[arg(long, value_name = "FRACTION", value_parser = kinds::finite)]
    level: Option<f64>,
    /// Follow the conventions of this package where they differ, and name them
    #[arg(long = "match", value_name = "PACKAGE", value_parser = kinds::words(Package::ALL, Package::name))]
    #[serde(rename = "match")]
    package: Option<String>,
    /// Seed of random draws [default: 20211123]
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Number of random draws where not every arrangement is looked at [default: 100000]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    draws: Option<u32>,
}

/// Formats of a statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// Every figure at full precision
    Json,
    /// Markdown
    Md,
}

impl Stats {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        match self.kind {
            Kind::Proportion(kind) => kind.run(place),
            Kind::Contingency(kind) => of_file(
                "contingency",
                &kind.shared,
                &kind.columns,
                &kind.options,
                place,
            ),
            Kind::Survival(kind) => of_file(
                "survival",
                &kind.shared,
                &kind.columns,
                &kind.options,
                place,
            ),
            Kind::Cox(kind) => of_file("cox", &kind.shared, &kind.columns, &kind.options, place),
            Kind::CompetingRisks(kind) => of_file(
                "competing-risks",
                &kind.shared,
                &kind.columns,
                &kind.options,
                place,
            ),
            Kind::Pooled(kind) => {
                of_file("pooled", &kind.shared, &kind.columns, &kind.options, place)
            }
            Kind::Ranks(kind) => {
                of_file("ranks", &kind.shared, &kind.columns, &kind.options, place)
            }
            Kind::Adjust(kind) => kind.run(printer),
        }
    }
}

/// What was given, by the names that a header has for it.
fn given(arguments: &impl Serialize) -> Result<Map<String, Value>> {
    let Value::Object(all) = serde_json::to_value(arguments)? else {
        return Ok(Map::new());
    };
    let is_given = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        _ => true,
    };
    Ok(all
        .into_iter()
        .filter(|(_, value)| is_given(value))
        .collect())
}

/// Reads a statistic from arguments as it is read from a header, and computes it.
fn of_file(
    kind: &str,
    shared: &Shared,
    columns: &impl Serialize,
    options: &impl Serialize,
    place: &Place,
) -> Result<Exit> {
    let mut header = Map::new();
    // A header says its kind first.
    header.insert("kind".to_owned(), Value::from(kind));
    header.extend(given(columns)?);
    let mut choices = given(options)?;
    choices.extend(given(&shared.common)?);
    header.insert("options".to_owned(), Value::Object(choices));
    header.insert(
        "case".to_owned(),
        Value::from(shared.case.clone().unwrap_or_default()),
    );
    let statistic: Statistic = serde_json::from_value(Value::Object(header))?;
    let wanted: Vec<&str> = statistic
        .columns()
        .into_iter()
        .filter(|(key, _)| *key != "case")
        .map(|(_, column)| column)
        .collect();
    let frame = input::read(
        &shared.input,
        &place.bytes_of(&shared.input)?,
        shared.delimiter,
        &wanted,
        shared.case.as_deref(),
        &shared.missing,
    )?;
    let mut computed = estimate(&statistic, &frame.frame)
        .with_context(|| format!("{}: no {kind} result", shared.input.display()))?;
    computed.cautions.extend(frame.cautions);
    print(&computed, shared.shown.format, place.printer())
}

fn print(computed: &Computed, format: Format, printer: Printer) -> Result<Exit> {
    let output = match format {
        Format::Json => format!("{}\n", computed_json(computed)),
        Format::Md => {
            let grids = computed_grids(computed);
            let grids = grids
                .iter()
                .map(|grid| format!("{}\n", grid_markdown(grid)));
            let lines = computed.lines();
            let lines = lines
                .iter()
                .map(|line| format!("- {}\n", line_markdown(line)));
            grids.chain(lines).collect()
        }
        Format::Table => {
            let mut output: String = computed_grids(computed)
                .iter()
                .map(|grid| format!("{}\n", text(grid, printer.width())))
                .collect();
            for line in computed.lines() {
                output.push_str(&line);
                output.push('\n');
            }
            output
        }
    };
    match format {
        Format::Json => printer.data(&output)?,
        Format::Table | Format::Md => printer.text(&output)?,
    }
    Ok(Exit::Done)
}

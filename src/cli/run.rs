use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum, value_parser};

use super::Exit;
use super::cells::CellsArgument;
use super::output::write_output;
use super::printer::{Printer, clean};
use super::service::{ServiceArguments, warn_of_failures};
use super::session::{Place, Session, analyses, time_limit, within};
use crate::analysis::Analysis;
use crate::graph::QueryOptions;
use crate::query::SavedQuery;
use crate::report::{
    SvgOptions, analysis_markdown, bibtex, csv, figure, grid_markdown, grids, json, ledger_csv,
    ledger_grid, ledger_rdf, methods, pdf, png, references, result_grids, text, tsv,
};

/// Run a saved analysis
///
/// Prints the result with its method, its cautions and who was left out. Parameters are bound as
/// terms; an unknown one is an error before anything runs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph run response/by-partner
  casegraph run by-partner --set drug=drug:alectinib
  casegraph run survival/overall --format svg > overall-survival.svg
  casegraph run survival/overall --format pdf --output overall-survival.pdf
  casegraph run treatment/resistance --format png --dpi 600 --output figure-2.png
  casegraph run survival/overall --with band=log --with at=6,12 --with match=r
  casegraph run response/overall --ledger
  casegraph run response/overall --ledger --format ttl > ledger.ttl
  casegraph run survival/overall --methods
  casegraph run survival/overall --cite > references.bib
  casegraph run cohort/cases --format csv > cases.csv")]
pub struct Run {
    /// Name of the analysis, or its last part
    #[arg(value_name = "ANALYSIS")]
    name: String,
    /// Value of a parameter; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
    /// Choice of method, as in a header's options; may be given several times
    #[arg(long = "with", value_name = "NAME=VALUE", value_parser = assignment)]
    with: Vec<(String, String)>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// File to write; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Dots per inch of a PNG; a figure is 7.5 inches wide or more
    #[arg(long, value_name = "NUMBER", default_value_t = 300, value_parser = value_parser!(u16).range(36..=1200))]
    dpi: u16,
    /// Also show the rows that the result was computed from
    #[arg(long)]
    rows: bool,
    /// Print the methods as text for a paper, with references, instead of the result
    #[arg(long, conflicts_with_all = ["ledger", "cite"])]
    methods: bool,
    /// Print the references of the methods as BibTeX, instead of the result
    #[arg(long, conflicts_with = "ledger")]
    cite: bool,
    /// Draw the curves of groups that begin after time zero, marked as misleading
    #[arg(long)]
    allow_immortal_time: bool,
    /// Show who is in the numerator, who in the denominator, and who is left out and why, instead of
    /// the result
    #[arg(long)]
    ledger: bool,
    /// Stop after so many seconds; 0 means never
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    timeout: f64,
    #[command(flatten)]
    cells: CellsArgument,
    #[command(flatten)]
    services: ServiceArguments,
}

/// Formats of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// The rows
    Csv,
    /// The rows
    Tsv,
    /// Result, rows and who was left out
    Json,
    /// Markdown
    Md,
    /// The figure
    Svg,
    /// The figure, as a picture
    Png,
    /// The figure, as a page
    Pdf,
    /// The ledger as RDF, in Turtle; only with --ledger
    Ttl,
}

fn assignment(text: &str) -> Result<(String, String)> {
    let (name, value) = text
        .split_once('=')
        .context("expected NAME=VALUE, such as drug=drug:alectinib")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Sets choices of method in the header of an analysis.
fn choose(saved: &mut SavedQuery, with: &[(String, String)]) -> Result<()> {
    for (name, value) in with {
        if !saved.header.statistic.choose(name, value.trim())? {
            anyhow::bail!(
                "{}: a {} has no choices of method; leave --with out",
                saved.slug,
                saved.header.statistic.kind()
            );
        }
    }
    Ok(())
}

impl Run {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = Arc::new(place.open()?);
        let analyses = analyses(&session.project, &session.prefixes, printer)?;
        let mut saved = analyses.find(&self.name)?.clone();
        choose(&mut saved, &self.with)?;
        if self.allow_immortal_time {
            choose(
                &mut saved,
                &[("allow_immortal_time".to_owned(), "true".to_owned())],
            )?;
        }
        let timeout = time_limit(self.timeout)?;
        let services = self.services.services()?;
        let options = QueryOptions {
            timeout,
            services: services.clone(),
            ..QueryOptions::default()
        };
        let analysis = {
            let (session, saved, set) = (Arc::clone(&session), saved.clone(), self.set.clone());
            within(
                timeout,
                move || Ok(session.compute(&saved, &set, &options)?),
            )?
        };
        warn_of_failures(&services, printer);
        if self.methods || self.cite {
            let references = references(&analysis);
            let mut text = if self.cite {
                bibtex(&references)
            } else {
                format!("{}\n", methods(&analysis, &session.made_from()))
            };
            for reference in references.iter().filter(|_| self.methods) {
                text.push_str(&format!("- {}\n", reference.citation()));
            }
            return self.write_text(&text, printer);
        }
        if self.ledger {
            let text = self.ledger(&analysis, &session, printer)?;
            return self.write_text(&text, printer);
        }
        let drawing = || match figure(&analysis, true, &session.data_note()?) {
            Some(drawing) => Ok(drawing),
            None => anyhow::bail!(
                "{} has no figure: its header asks for none, or no case has what it needs",
                saved.slug
            ),
        };
        let text = match self.format {
            Format::Table => self.people(&analysis, &session, printer),
            Format::Csv => csv(&analysis.table, self.cells.cells()),
            Format::Tsv => tsv(&analysis.table, self.cells.cells()),
            Format::Json => format!("{}\n", json(&analysis, &session.made_from())),
            Format::Md => analysis_markdown(&analysis, &session.prefixes),
            Format::Ttl => anyhow::bail!("only the ledger is written as RDF: add --ledger"),
            Format::Svg => drawing()?.svg(&SvgOptions::default()),
            Format::Png => return self.write(&png(&drawing()?, self.dpi)?, printer),
            Format::Pdf => return self.write(&pdf(&drawing()?)?, printer),
        };
        self.write_text(&text, printer)
    }

    /// Writes text: for people without what terminals obey, for programs as it is.
    fn write_text(&self, text: &str, printer: Printer) -> Result<Exit> {
        let for_people = matches!(self.format, Format::Table | Format::Md) && !self.cite;
        if self
            .output
            .as_ref()
            .is_some_and(|path| path.as_os_str() != "-")
        {
            let text = if for_people { clean(text) } else { text.into() };
            return self.write(text.as_bytes(), printer);
        }
        if for_people {
            printer.text(text)?;
        } else {
            printer.data(text)?;
        }
        Ok(Exit::Done)
    }

    /// Writes to the file that was asked for, or to standard output; pictures never to a terminal.
    fn write(&self, file: &[u8], printer: Printer) -> Result<Exit> {
        let picture = matches!(self.format, Format::Png | Format::Pdf);
        match self.output.as_ref().filter(|path| path.as_os_str() != "-") {
            Some(path) => {
                write_output(path, file)?;
                printer.say(&format!("Wrote {}.", path.display()));
            }
            None if picture && printer.is_terminal() => {
                anyhow::bail!("a picture is no text: name a file with --output, or redirect")
            }
            None => printer.bytes(file)?,
        }
        Ok(Exit::Done)
    }

    /// The ledger in the format asked for.
    fn ledger(&self, analysis: &Analysis, session: &Session, printer: Printer) -> Result<String> {
        anyhow::ensure!(
            analysis.finding.ledger.eligible() > 0,
            "{} counts no one: a {} has no ledger",
            analysis.slug,
            analysis.header.statistic.kind()
        );
        Ok(match self.format {
            Format::Table => {
                let (ledger, grid) = (&analysis.finding.ledger, ledger_grid(analysis));
                let counted = ledger.counted().len();
                format!(
                    "{}\n{} in the numerator, {counted} in the denominator, {} left out, {} in all\n",
                    text(&grid, printer.width()),
                    ledger.numerator().len(),
                    ledger.excluded(),
                    ledger.eligible()
                )
            }
            Format::Csv => ledger_csv(analysis, self.cells.cells()),
            Format::Md => grid_markdown(&ledger_grid(analysis)),
            Format::Ttl => ledger_rdf(analysis, &session.manifest.study),
            Format::Tsv | Format::Json | Format::Svg | Format::Png | Format::Pdf => {
                anyhow::bail!("--ledger is written as table, csv, md or ttl")
            }
        })
    }

    fn people(&self, analysis: &Analysis, session: &Session, printer: Printer) -> String {
        let mut out = format!(
            "{}\n{}\n",
            analysis.header.summary, analysis.header.description
        );
        if session.manifest.synthetic {
            out.push_str("SYNTHETIC DATA: these cases are invented.\n");
        }
        for (name, value) in &analysis.parameters {
            out.push_str(&format!("{name} = {value}\n"));
        }
        out.push('\n');
        let mut tables = result_grids(analysis);
        if tables.is_empty() || self.rows {
            tables = grids(analysis, &session.prefixes);
        }
        for grid in &tables {
            out.push_str(&text(grid, printer.width()));
            out.push('\n');
        }
        if analysis.asks_in_vain() {
            out.push_str("No case of the graph has what this analysis asks for.\n");
        }
        for caution in &analysis.finding.cautions {
            out.push_str(&format!("Caution: {caution}\n"));
        }
        if !analysis.finding.method.is_empty() {
            out.push_str(&format!("Method: {}\n", analysis.finding.method));
        }
        let ledger = &analysis.finding.ledger;
        if ledger.eligible() > 0 {
            out.push_str(&format!(
                "Counted: {} of {}\n",
                ledger.counted().len(),
                ledger.eligible()
            ));
        }
        for exclusion in ledger.exclusions() {
            out.push_str(&format!(
                "Left out, {} ({}): {}\n",
                exclusion.reason,
                exclusion.units.len(),
                exclusion.units.join(", ")
            ));
        }
        out
    }
}

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use clap::{Args, value_parser};
use clap_complete::ArgValueCompleter;

use super::Exit;
use super::candidates;
use super::service::{ServiceArguments, warn_of_failures};
use super::session::{Place, analyses, time_limit, within};
use super::shown::{Output, format_parser};
use crate::graph::QueryOptions;
use crate::query::SavedQuery;
use crate::report::{
    AnalysisDocument, FORMATS, FigureOptions, Format, Holds, LedgerDocument, Reader, bibtex,
    methods, references,
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
  casegraph run survival/overall --format pdf --width 85mm --palette grey -o figure-1.pdf
  casegraph run survival/overall --with band=log --with at=6,12 --with match=r
  casegraph run response/overall --ledger
  casegraph run response/overall --ledger --format ttl > ledger.ttl
  casegraph run survival/overall --methods
  casegraph run survival/overall --cite > references.bib
  casegraph run cohort/cases --format csv > cases.csv")]
pub struct Run {
    /// Name of the analysis, or its last part
    #[arg(value_name = "ANALYSIS", add = ArgValueCompleter::new(candidates::analyses))]
    name: String,
    /// Value of a parameter; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment, add = ArgValueCompleter::new(candidates::settings))]
    set: Vec<(String, String)>,
    /// Choice of method, as in a header's options; may be given several times
    #[arg(long = "with", value_name = "NAME=VALUE", value_parser = assignment)]
    with: Vec<(String, String)>,
    /// How to write the result; without it as the ending of --output says, or else as a table
    #[arg(long, value_name = "FORMAT", value_parser = format_parser(is_taken))]
    format: Option<&'static Format>,
    #[command(flatten)]
    output: Output,
    /// Dots per inch of a PNG; a figure is 7.5 inches wide or more
    #[arg(long, value_name = "NUMBER", default_value_t = 300, value_parser = value_parser!(u16).range(36..=1200), help_heading = "Figures")]
    dpi: u16,
    #[command(flatten)]
    look: FigureOptions,
    /// Level of the intervals, such as 0.9: short for --with level=0.9
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
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
    services: ServiceArguments,
}

/// Whether a result can be written in a format.
fn is_taken(format: &Format) -> bool {
    format.holds != Holds::References
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
        let format = self.output.format(self.format, is_taken);
        let session = Arc::new(place.open()?);
        let analyses = analyses(&session.project, &session.prefixes, printer)?;
        let mut saved = analyses.find(&self.name)?.clone();
        choose(&mut saved, &self.with)?;
        if let Some(level) = self.level {
            choose(&mut saved, &[("level".to_owned(), level)])?;
        }
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
            let reader = if self.cite {
                Reader::Programs
            } else {
                format.reader
            };
            self.output.write(text.as_bytes(), reader, printer)?;
            return Ok(Exit::Done);
        }
        if self.ledger {
            ensure!(
                analysis.finding.ledger.eligible() > 0,
                "{} counts no one: a {} has no ledger",
                analysis.slug,
                analysis.header.statistic.kind()
            );
            ensure!(
                format.holds != Holds::Figure,
                "--ledger is written as {}",
                not_figures().join(", ")
            );
            let ledger = LedgerDocument {
                analysis: &analysis,
                study: &session.manifest.study,
            };
            self.output.show(&ledger, format, self.dpi, printer)?;
            return Ok(Exit::Done);
        }
        ensure!(
            format.holds != Holds::Triples,
            "only the ledger is written as RDF: add --ledger"
        );
        let document = AnalysisDocument {
            analysis: &analysis,
            prefixes: &session.prefixes,
            data: &session.data_note()?,
            made_from: &session.made_from(),
            rows: self.rows,
            look: &self.look,
        };
        self.output.show(&document, format, self.dpi, printer)?;
        Ok(Exit::Done)
    }
}

/// The formats that are no figures.
fn not_figures() -> Vec<&'static str> {
    let formats = FORMATS.iter();
    let others = formats.filter(|format| matches!(format.holds, Holds::Words | Holds::Triples));
    others.map(|format| format.name).collect()
}

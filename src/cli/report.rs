use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::Exit;
use super::claims::checked;
use super::output::write_output;
use super::printer::clean;
use super::session::{Place, Session, known_analyses};
use crate::case::Publication;
use crate::graph::QueryOptions;
use crate::graph::model::NamedNodeRef;
use crate::graph::vocab::dcterms;
use crate::likeness::{DuplicatesOptions, duplicates, study};
use crate::query::{Prepared, SavedQuery, rows};
use crate::report::{Report, bibliography, bibtex, html, markdown, summary};

/// Write the report of a study
///
/// Writes one self-contained file in two layers. The front is a few pages: the flow, who the patients are,
/// response, survival, what came next, harms, how sure all of it is, and the publications. The appendix has
/// every saved analysis that needs no parameter to be set, with table, figure, method, who was left out, and
/// the SPARQL behind it; it is folded on a screen, and printed if it is open. Prints a summary.
#[derive(Debug, Args)]
#[command(
    name = "report",
    after_help = "Examples:
  casegraph report
  casegraph report --output /tmp/alk.html
  casegraph report --format md --output report.md
  casegraph report --only response --only survival"
)]
pub struct ReportCommand {
    /// File to write; - is standard output [default: casegraph-report.html or .md]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Format of the report
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
    /// Also write the references of the methods as BibTeX
    #[arg(long, value_name = "FILE")]
    cite: Option<PathBuf>,
    /// Only the analyses of this theme or name; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One self-contained page
    Html,
    /// Markdown
    Md,
}

/// Themes in the order in which a reader asks; others follow by name.
const ORDER: [&str; 9] = [
    "cohort",
    "partner",
    "gene",
    "response",
    "bias",
    "survival",
    "treatment",
    "safety",
    "evidence",
];

/// Analyses that come first within their theme: the cohort and its gaps.
const FIRST: [&str; 4] = ["flow", "completeness", "overall", "demographics"];

impl ReportCommand {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let session = place.open()?;
        let catalogue = known_analyses(&session, printer)?.catalogue;
        let mut chosen: Vec<&SavedQuery> = catalogue
            .queries()
            .iter()
            .filter(|query| self.wants(query) && query.runs_unasked())
            .collect();
        anyhow::ensure!(
            !chosen.is_empty(),
            "no analysis matches --only {}: `casegraph list` shows all",
            self.only.join(", ")
        );
        chosen.sort_by_key(|query| {
            let place = |names: &[&str], name: &str| {
                names
                    .iter()
                    .position(|known| *known == name)
                    .unwrap_or(names.len())
            };
            (
                place(&ORDER, &query.theme),
                query.theme.clone(),
                place(&FIRST, query.name()),
            )
        });
        let mut report = self.frame(&session)?;
        if self.only.is_empty() {
            let study = study(&session.graph, &session.prefixes)?;
            report.duplicates = Some(duplicates(&study, &DuplicatesOptions::default()));
            let counted = study.profiles.iter().filter(|profile| profile.counted);
            let included: BTreeMap<&str, &Publication> = counted
                .flat_map(|profile| study.primary(profile))
                .map(|publication| (publication.key.as_str(), publication))
                .collect();
            report.included = included.into_values().cloned().collect();
        }
        let bar = printer.progress(chosen.len() as u64);
        for saved in chosen {
            bar.set_message(clean(&saved.slug).into_owned());
            match session.compute(saved, &[], &QueryOptions::default()) {
                Ok(analysis) => report.analyses.push(analysis),
                Err(error) => report
                    .failed
                    .push((saved.slug.clone(), format!("{error:#}"))),
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        if self.only.is_empty() {
            let checked = checked(&session, &catalogue)?;
            report.claims = Some(checked).filter(|checked| !checked.claims.is_empty());
        }
        if let Some(path) = &self.cite {
            let references = bibtex(&bibliography(&report.analyses));
            write_output(path, references.as_bytes())?;
        }
        let text = match self.format {
            Format::Html => html(&report),
            Format::Md => clean(&markdown(&report)).into_owned(),
        };
        let ending = match self.format {
            Format::Html => "html",
            Format::Md => "md",
        };
        let path = self
            .output
            .clone()
            .unwrap_or_else(|| PathBuf::from(format!("casegraph-report.{ending}")));
        if path.as_os_str() == "-" {
            match self.format {
                Format::Html => printer.data(&text)?,
                Format::Md => printer.text(&text)?,
            }
        } else {
            write_output(&path, text.as_bytes())?;
            printer.text(&overview(&report))?;
            printer.text(&format!("Report: {}\n", path.display()))?;
        }
        Ok(if report.failed.is_empty() {
            Exit::Done
        } else {
            Exit::Error
        })
    }

    fn wants(&self, query: &SavedQuery) -> bool {
        let named =
            |name: &String| *name == query.theme || *name == query.slug || name == query.name();
        self.only.is_empty() || self.only.iter().any(named)
    }

    fn frame<'s>(&self, session: &'s Session) -> Result<Report<'s>> {
        let about = |property: NamedNodeRef<'_>| -> Result<Vec<String>> {
            let query = Prepared::new(include_str!("queries/about_study.rq"));
            let query = query.with("property", property.into_owned());
            let table = session.rows(&query, &QueryOptions::default())?;
            let values = rows(&table).filter_map(|row| row.get("value"));
            Ok(values.map(str::to_owned).collect())
        };
        let first = |values: Vec<String>| values.into_iter().next().unwrap_or_default();
        let licence = first(about(dcterms::LICENSE)?);
        Ok(Report {
            title: session.manifest.title.clone(),
            description: first(about(dcterms::DESCRIPTION)?),
            citations: about(dcterms::BIBLIOGRAPHIC_CITATION)?,
            licence: licence.rsplit('/').next().unwrap_or_default().to_owned(),
            data: session.data_note()?,
            made_from: session.made_from(),
            analyses: Vec::new(),
            claims: None,
            failed: Vec::new(),
            included: Vec::new(),
            duplicates: None,
            prefixes: &session.prefixes,
        })
    }
}

fn overview(report: &Report<'_>) -> String {
    let mut out = format!("{}\n{}\n\n", report.title, report.made_from);
    for analysis in &report.analyses {
        out.push_str(&format!("{:<34} {}\n", analysis.slug, summary(analysis)));
    }
    for (slug, why) in &report.failed {
        out.push_str(&format!("{slug:<34} could not be run: {why}\n"));
    }
    out.push('\n');
    out
}

//! Saved analyses as resources: `/analyses/response/by-partner?drug=drug:alectinib`, as a page or, by
//! `Accept` or by an ending such as `.csv`, as data and figures.

use http::StatusCode;
use serde_json::json;

use super::media::with_charset;
use super::negotiate::choose;
use super::problem::Problem;
use super::request::Request;
use super::response::Response;
use super::{Site, pages};
use crate::analysis::Analysis;
use crate::query::{SavedQuery, bound};
use crate::report::{
    Cells, Drawing, PrintError, SvgOptions, analysis_markdown, csv, figure, json, ledger_csv, pdf,
    png, tsv,
};
use crate::study::StudyError;

/// How an analysis can be had: the ending of the address, and the media type.
pub const FORMATS: [(&str, &str); 9] = [
    ("json", "application/json"),
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("pdf", "application/pdf"),
    ("md", "text/markdown"),
    ("rq", "application/sparql-query"),
    ("html", "text/html"),
];
/// Dots per inch of a picture.
const DPI: u16 = 200;
/// How the name of a choice of method begins, as in `with.band=log`.
pub const CHOICE: &str = "with.";

/// The parameter that leaves cells of CSV and TSV as they are that a spreadsheet takes for formulas.
pub const RAW_CELLS: &str = "raw-cells";
/// The parameter that asks for the ledger.
pub const LEDGER: &str = "ledger";

/// Answers a request for an analysis.
pub fn resource(site: &Site, request: &Request, rest: &str) -> Result<Response, Problem> {
    let ending = rest.rsplit_once('.').and_then(|(name, ending)| {
        let known = FORMATS.iter().find(|(known, _)| *known == ending)?;
        Some((name, *known))
    });
    // Who names no format by an ending says so by `Accept`.
    let (name, media) = match ending {
        Some((name, (_, media))) => (name, media),
        None => (
            rest,
            choose(request.accept(), &FORMATS.map(|(_, media)| media))?,
        ),
    };
    let saved = find(site, name)?;
    let asked = Asked::of(request)?;
    if media == "application/sparql-query" {
        return Ok(Response::text(media, text_of(site, saved, &asked)?));
    }
    if media == "text/html" {
        return pages::analysis::page(site, request, saved, &asked);
    }
    let analysis = compute(site, saved, &asked)?;
    let ledger = asked.ledger && media == "text/csv";
    let broken = |error: PrintError| Problem::internal(error.to_string());
    let bytes = match media {
        "text/csv" if ledger => ledger_csv(&analysis, asked.cells).into_bytes(),
        "text/csv" => csv(&analysis.table, asked.cells).into_bytes(),
        "text/tab-separated-values" => tsv(&analysis.table, asked.cells).into_bytes(),
        "text/markdown" => analysis_markdown(&analysis, &site.session.prefixes).into_bytes(),
        "image/svg+xml" => drawing(site, &analysis)?
            .svg(&SvgOptions::default())
            .into_bytes(),
        "image/png" => png(&drawing(site, &analysis)?, DPI).map_err(broken)?,
        "application/pdf" => pdf(&drawing(site, &analysis)?).map_err(broken)?,
        _ => format!("{}\n", json(&analysis, &site.session.made_from())).into_bytes(),
    };
    let ending = FORMATS.iter().find(|(_, known)| *known == media);
    let ending = ending.map_or("", |(ending, _)| ending);
    let part = if ledger { "-ledger" } else { "" };
    let name = saved.slug.replace('/', "-");
    Ok(Response::text(with_charset(media), bytes).named(&format!("{name}{part}.{ending}")))
}

/// The query that is run: the file of an analysis, with its parameters bound to what is set and to their
/// defaults, as SPARQL that any endpoint takes.
fn text_of(site: &Site, saved: &SavedQuery, asked: &Asked) -> Result<String, Problem> {
    if asked.set.is_empty() && saved.header.parameters.is_empty() {
        return Ok(saved.text.clone());
    }
    let session = &site.session;
    let defaults = &session.manifest.parameters;
    let query = bound(saved, &asked.set, defaults, &session.prefixes)?;
    Ok(format!(
        "# {}: {}\n{query}\n",
        saved.slug, saved.header.summary
    ))
}

/// The analysis of that name.
pub fn find<'a>(site: &'a Site, name: &str) -> Result<&'a SavedQuery, Problem> {
    site.catalogue
        .find(name)
        .map_err(|error| Problem::not_found(error.to_string()))
}

/// What a request sets.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Parameters.
    pub set: Vec<(String, String)>,
    /// Choices of method.
    pub with: Vec<(String, String)>,
    /// Whether the ledger is wanted instead of the rows.
    ledger: bool,
    /// How cells of CSV and TSV are written.
    cells: Cells,
}

impl Asked {
    /// What the address of a request sets; a field of a form that is left empty sets nothing.
    ///
    /// # Errors
    /// A flag is neither true nor false.
    pub fn of(request: &Request) -> Result<Self, Problem> {
        let mut asked = Self::default();
        for (name, value) in request.parameters() {
            let is_flag = name == LEDGER || name == RAW_CELLS;
            if value.is_empty() && !is_flag {
                continue;
            }
            match name.strip_prefix(CHOICE) {
                Some(choice) => asked.with.push((choice.to_owned(), value)),
                None if name == LEDGER => asked.ledger = flag(&name, &value)?,
                None if name == RAW_CELLS => {
                    asked.cells = if flag(&name, &value)? {
                        Cells::Raw
                    } else {
                        Cells::Marked
                    };
                }
                None => asked.set.push((name, value)),
            }
        }
        Ok(asked)
    }
}

fn flag(name: &str, value: &str) -> Result<bool, Problem> {
    value.parse().map_err(|_| {
        let detail = format!("{name} is {value:?}: it is true or false");
        Problem::new(StatusCode::BAD_REQUEST, "parameter", detail).with("parameter", json!(name))
    })
}

/// Computes an analysis as it is asked for.
pub fn compute(site: &Site, saved: &SavedQuery, asked: &Asked) -> Result<Analysis, Problem> {
    let mut saved = saved.clone();
    for (name, value) in &asked.with {
        if !saved
            .header
            .statistic
            .choose(name, value)
            .map_err(StudyError::from)?
        {
            let kind = saved.header.statistic.kind();
            let detail = format!("a {kind} has no choices of method: leave {CHOICE}… out");
            return Err(Problem::new(StatusCode::BAD_REQUEST, "parameter", detail)
                .with("parameter", json!(format!("{CHOICE}{}", asked.with[0].0))));
        }
    }
    Ok(site.session.compute(&saved, &asked.set, &site.options())?)
}

fn drawing(site: &Site, analysis: &Analysis) -> Result<Drawing, Problem> {
    let Some(drawing) = figure(analysis, true, &site.note) else {
        return Err(Problem::not_found(format!(
            "{} has no figure: its header asks for none, or no case has what it needs",
            analysis.slug
        )));
    };
    Ok(drawing)
}

impl From<StudyError> for Problem {
    fn from(error: StudyError) -> Self {
        match error {
            StudyError::Ask(error) => error.into(),
            StudyError::Analysis(_) | StudyError::Doubtful { .. } => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Self::new(status, "analysis", error.to_string())
            }
        }
    }
}

//! Saved analyses as resources: `/analyses/response/by-partner?drug=drug:alectinib`, as a page or, by
//! `Accept` or by an ending such as `.csv`, as data and figures.

use http::StatusCode;
use serde_json::json;

use super::negotiate::choose;
use super::problem::Problem;
use super::request::Request;
use super::response::Response;
use super::{Site, pages};
use crate::analysis::Analysis;
use crate::query::{SavedQuery, bound};
use crate::report::{
    AnalysisDocument, Cells, FORMATS, Format, FormatError, Holds, LedgerDocument, Setting,
};
use crate::study::StudyError;

const QUERY: &str = "application/sparql-query";
const PAGE: &str = "text/html";
/// Dots per inch of a picture.
const DPI: u16 = 200;

/// A way in which an analysis can be had.
#[derive(Debug, Clone, Copy)]
pub struct Offer {
    /// The ending of the address.
    pub ending: &'static str,
    /// The media type.
    pub media: &'static str,
    /// The format of the result; none for the query and for the page.
    pub format: Option<&'static Format>,
}

/// The ways in which an analysis, or its ledger, can be had; the first if a client does not mind.
pub fn offers(ledger: bool) -> Vec<Offer> {
    let is_had = |format: &&&'static Format| match format.holds {
        Holds::Words => format.media_type() != PAGE,
        Holds::Figure => !ledger,
        Holds::Triples => ledger,
    };
    let of = |format: &&'static Format| Offer {
        ending: format.ending,
        media: format.media_type(),
        format: Some(format),
    };
    let own = [("rq", QUERY), ("html", PAGE)].map(|(ending, media)| Offer {
        ending,
        media,
        format: None,
    });
    let mut all: Vec<Offer> = FORMATS.iter().filter(is_had).map(of).chain(own).collect();
    // Programs that take any text want the rows and not what a terminal shows.
    all.sort_by_key(|offer| match offer.ending {
        "json" => 0,
        "txt" => 2,
        _ => 1,
    });
    all
}

/// How the name of a choice of method begins, as in `with.band=log`.
pub const CHOICE: &str = "with.";

/// The parameter that leaves cells of CSV and TSV as they are that a spreadsheet takes for formulas.
pub const RAW_CELLS: &str = "raw-cells";
/// The parameter that asks for the ledger.
pub const LEDGER: &str = "ledger";

/// Answers a request for an analysis.
pub fn resource(site: &Site, request: &Request, rest: &str) -> Result<Response, Problem> {
    let asked = Asked::of(request)?;
    let offers = offers(asked.ledger);
    let ending = rest.rsplit_once('.').and_then(|(name, ending)| {
        let offer = offers.iter().find(|offer| offer.ending == ending)?;
        Some((name, offer.media))
    });
    // Who names no format by an ending says so by `Accept`.
    let (name, media) = match ending {
        Some(known) => known,
        None => {
            let media: Vec<&str> = offers.iter().map(|offer| offer.media).collect();
            (rest, choose(request.accept(), &media)?)
        }
    };
    let saved = find(site, name)?;
    if media == QUERY {
        return Ok(Response::text(media, text_of(site, saved, &asked)?));
    }
    let offer = offers.iter().find(|offer| offer.media == media);
    let Some(format) = offer.and_then(|offer| offer.format) else {
        return pages::analysis::page(site, request, saved, &asked);
    };
    let analysis = compute(site, saved, &asked)?;
    let setting = Setting {
        cells: asked.cells,
        dpi: DPI,
        ..Setting::default()
    };
    let written = if asked.ledger {
        let study = &site.session.manifest.study;
        let analysis = &analysis;
        (format.write)(&LedgerDocument { analysis, study }, &setting)
    } else {
        let document = AnalysisDocument {
            analysis: &analysis,
            prefixes: &site.session.prefixes,
            data: &site.note,
            made_from: &site.session.made_from(),
            rows: false,
        };
        (format.write)(&document, &setting)
    };
    let part = if asked.ledger { "-ledger" } else { "" };
    let name = saved.slug.replace('/', "-");
    let ending = format.ending;
    Ok(Response::text(format.content_type, written?).named(&format!("{name}{part}.{ending}")))
}

impl From<FormatError> for Problem {
    fn from(error: FormatError) -> Self {
        match error {
            FormatError::NoFigure(_) | FormatError::NoTriples(_) => {
                Self::not_found(error.to_string())
            }
            other => Self::internal(other.to_string()),
        }
    }
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

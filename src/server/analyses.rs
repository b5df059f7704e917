//! Saved analyses as resources: `/analyses/response/by-partner?drug=drug:alectinib`, as a page or, by
//! `Accept` or by an ending such as `.csv`, as data and figures.

use http::StatusCode;

use super::asked::{Asked, QUERY, compute, offers};
use super::negotiate::choose;
use super::problem::Problem;
use super::request::Request;
use super::response::Response;
use super::{Site, pages};
use crate::query::{SavedQuery, bound, named};
use crate::report::{AnalysisDocument, FormatError, LedgerDocument, Setting};
use crate::study::StudyError;

/// Dots per inch of a picture.
const DPI: u16 = 200;

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
            look: &asked.look,
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
            FormatError::NoFigure(_) | FormatError::NoTriples(_) | FormatError::NoReferences(_) => {
                Self::not_found(error.to_string())
            }
            FormatError::Look(error) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "parameter",
                error.to_string(),
            ),
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
    let defaults = &session.defaults(saved)?;
    let prefixes = &session.prefixes;
    let set = named(&session.graph, saved, &asked.set, defaults, prefixes)?;
    let query = bound(saved, &set, defaults, prefixes)?;
    Ok(format!(
        "# {}: {}\n{query}\n",
        saved.slug, saved.header.summary
    ))
}

/// The analysis of that name.
pub fn find<'a>(site: &'a Site, name: &str) -> Result<&'a SavedQuery, Problem> {
    let found = site.catalogue.find(name);
    let found = found.or_else(|error| site.doubtful.find(name).map_err(|_| error));
    Ok(found?)
}

impl From<StudyError> for Problem {
    fn from(error: StudyError) -> Self {
        match error {
            StudyError::Ask(error) => error.into(),
            StudyError::Analysis(_) | StudyError::Doubtful { .. } => Self::of(&error),
        }
    }
}

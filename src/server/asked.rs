//! What the address of a saved analysis asks for: its parameters and choices of method, and the ways in
//! which it can be had.

use http::StatusCode;
use serde_json::json;

use super::Site;
use super::problem::Problem;
use super::request::Request;
use crate::analysis::Analysis;
use crate::query::SavedQuery;
use crate::report::{Cells, FORMATS, FigureOptions, Format, Holds};
use crate::study::StudyError;

/// The media type of the query of an analysis.
pub const QUERY: &str = "application/sparql-query";
const PAGE: &str = "text/html";

/// A way in which an analysis can be had.
#[derive(Debug, Clone, Copy)]
pub struct Offer {
    /// The ending of the address.
    pub ending: &'static str,
    /// Media type of the answer.
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
        Holds::References => false,
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

/// What a request sets.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Parameters of the query, by name.
    pub set: Vec<(String, String)>,
    /// Choices of method, by name.
    pub with: Vec<(String, String)>,
    /// Whether the ledger is wanted instead of the rows.
    pub ledger: bool,
    /// How cells of CSV and TSV are written.
    pub cells: Cells,
    /// How the figure looks.
    pub look: FigureOptions,
}

impl Asked {
    /// What the address of a request sets; a field of a form that is left empty sets nothing.
    ///
    /// # Errors
    /// A flag is neither true nor false, or a figure cannot look so.
    pub fn of(request: &Request) -> Result<Self, Problem> {
        let mut asked = Self::default();
        let mut look = Vec::new();
        for (name, value) in request.parameters() {
            if FigureOptions::NAMES.contains(&name.as_str()) {
                // An empty title is none, an empty field of a form is nothing, and a form sends no flag that is not set.
                if !value.is_empty() || name == "title" || name == FigureOptions::NO_RISK_TABLE {
                    look.push((name, value));
                }
                continue;
            }
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
        asked.look = FigureOptions::of(&look).map_err(|(name, takes)| {
            let detail = format!("{name} of a figure is {takes}");
            Problem::new(StatusCode::BAD_REQUEST, "parameter", detail)
                .with("parameter", json!(name))
        })?;
        Ok(asked)
    }
}

/// Reads a flag.
///
/// # Errors
/// The value is neither `true` nor `false`.
pub fn flag(name: &str, value: &str) -> Result<bool, Problem> {
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

//! The figure of an analysis.

use maud::{Markup, PreEscaped, html as markup};

use super::FigureOptions;
use super::plot::{
    self, Drawing, Frame, IMMORTAL_TIME, Look, LookError, PrintError, SYNTHETIC, SvgOptions,
};
use crate::analysis::Analysis;
use crate::figures::{Drawn, swimmer};
use crate::kinds::survival::SurvivalResult;
use crate::kinds::swimmer::{Lane, Swimmer};

/// A figure with a caption, for a page that has [`style`].
#[must_use]
pub fn plot_html(drawing: &Drawing, caption: &str) -> Markup {
    markup! {
        figure.plot tabindex="0" {
            (PreEscaped(drawing.svg(&SvgOptions::IN_PAGE)))
            figcaption { (caption) }
        }
    }
}

/// The figure that an analysis asks for; `None` if it asks for none or there is nothing to
/// draw. A figure in a page leaves its title to the heading above it.
#[must_use]
pub fn figure(analysis: &Analysis, standalone: bool, data: &DataNote) -> Option<Drawing> {
    draw(analysis, standalone, data, Look::default())
}

/// The figure of an analysis as a file of its own, with these choices; `None` as in [`figure`].
///
/// # Errors
/// It cannot be so large, so low or of such letters.
pub fn figure_as(
    analysis: &Analysis,
    data: &DataNote,
    options: &FigureOptions,
) -> Result<Option<Drawing>, LookError> {
    let look = options.look()?;
    let scale = look.scale;
    let Some(mut drawing) = draw(analysis, true, data, look.clone()) else {
        return Ok(None);
    };
    if let Some(height) = options.height {
        // What a plot gets more of is known when all around it is drawn.
        let stretch = (height - drawing.size().1) / scale;
        let look = Look { stretch, ..look };
        drawing = match draw(analysis, true, data, look) {
            Some(drawing) => drawing.high(height)?,
            None => return Ok(None),
        };
    }
    Ok(Some(match options.width {
        Some(width) => drawing.within(width),
        None => drawing,
    }))
}

fn draw(analysis: &Analysis, standalone: bool, data: &DataNote, look: Look) -> Option<Drawing> {
    if analysis.table.is_empty() {
        return None;
    }
    let mut marks = data.marks();
    if analysis
        .finding
        .get::<SurvivalResult>()
        .and_then(|result| result.immortal_time.as_ref())
        .is_some_and(|found| found.allowed)
    {
        marks.push(IMMORTAL_TIME);
    }
    let frame = Frame {
        title: analysis.header.summary.clone(),
        show_title: standalone,
        description: analysis.header.description.clone(),
        note: Some(note(analysis, standalone, data)),
        marks,
        look,
    };
    let columns = analysis.header.statistic.columns();
    let by = columns.iter().find(|(key, _)| *key == "by");
    let drawn = Drawn {
        finding: &analysis.finding,
        rows: &analysis.table,
        grouped_by: by.map(|(_, column)| *column),
        inferred: &analysis.inferred,
    };
    analysis.header.figure.draw(frame, &drawn)
}

/// The course of one case; `None` if no episode of treatment is known.
#[must_use]
pub fn course_figure(lane: &Lane, data: &DataNote) -> Option<Drawing> {
    let frame = Frame {
        title: format!("Course of {}", lane.case),
        note: Some(format!("Data: {}.", data.source)),
        marks: data.marks(),
        ..Frame::default()
    };
    let only = Swimmer {
        lanes: vec![lane.clone()],
    };
    (!lane.episodes.is_empty()).then(|| swimmer(frame, &only, &[]))
}

/// A figure as a PDF that names the program.
///
/// # Errors
/// The page cannot be written.
pub fn pdf(drawing: &Drawing) -> Result<Vec<u8>, PrintError> {
    plot::pdf(drawing, concat!("casegraph ", env!("CARGO_PKG_VERSION")))
}

/// What a figure says of its data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataNote {
    /// The study, and the day as of which its sheets stand.
    pub source: String,
    /// Whether the cases are invented.
    pub synthetic: bool,
}

impl DataNote {
    fn marks(&self) -> Vec<&'static str> {
        self.synthetic.then_some(SYNTHETIC).into_iter().collect()
    }
}

/// What to beware of, who is counted and who is left out, and what data they are. In a page the other cautions stand
/// beside the figure; a figure on its own has them all.
fn note(analysis: &Analysis, standalone: bool, data: &DataNote) -> String {
    let mut parts: Vec<String> = analysis
        .parameters
        .iter()
        .map(|(name, value)| format!("{}: {}.", sentence(name), plain(value)))
        .collect();
    let cautions = analysis.finding.cautions.iter();
    let told = if standalone { cautions.len() } else { 1 };
    parts.extend(cautions.take(told).cloned());
    let ledger = &analysis.finding.ledger;
    if ledger.eligible() > 0 {
        parts.push(format!(
            "Counted: {} of {}; left out: {}.",
            ledger.counted().len(),
            ledger.eligible(),
            ledger.excluded()
        ));
    }
    if !data.source.is_empty() {
        parts.push(format!("Data: {}.", data.source));
    }
    parts.join(" ")
}

/// The name of a parameter as the beginning of a sentence.
fn sentence(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

/// The value of a parameter without the prefix or the folder of its IRI.
fn plain(value: &str) -> &str {
    let iri = value.trim_matches(['<', '>']);
    match iri.rsplit_once('/') {
        Some((_, name)) if iri.contains("://") => name,
        _ => iri.split_once(':').map_or(iri, |(_, name)| name),
    }
}

//! The figure of an analysis.

mod counts;
mod forests;
mod lanes;
mod survival;

use super::plot::{Frame, IMMORTAL_TIME, SYNTHETIC, matrix};
use crate::analysis::{Analysis, CrossCounts, Lane, Outcome, Swimmer};
use crate::query::{Figure, Statistic};

/// The figure that an analysis asks for, as SVG; `None` if it asks for none or there is nothing to
/// draw. A figure in a page leaves its title to the heading above it.
#[must_use]
pub fn figure(analysis: &Analysis, standalone: bool, data: &DataNote) -> Option<String> {
    if analysis.table.is_empty() {
        return None;
    }
    let mut marks = data.marks();
    if let Outcome::Survival(result) = &analysis.outcome
        && result
            .immortal_time
            .as_ref()
            .is_some_and(|found| found.allowed)
    {
        marks.push(IMMORTAL_TIME);
    }
    let frame = Frame {
        title: analysis.header.summary.clone(),
        show_title: standalone,
        description: analysis.header.description.clone(),
        note: Some(note(analysis, data)),
        marks,
    };
    let level = analysis.level;
    match (analysis.header.figure, &analysis.outcome) {
        (Figure::Forest, Outcome::Response(rates)) => Some(forests::response(frame, rates, level)),
        (Figure::Forest, Outcome::Pooled(result)) => Some(forests::pooled(frame, result, level)),
        (Figure::Forest, Outcome::Proportion(result)) => {
            Some(forests::groups(frame, result, level))
        }
        (Figure::Forest, Outcome::Contingency(found)) => {
            let title = &found.counts.row_title;
            Some(forests::proportions(
                frame,
                title,
                &found.counts.column_title,
                &found.proportions,
                level,
            ))
        }
        (Figure::KaplanMeier, Outcome::Survival(result)) => {
            let by = match &analysis.header.statistic {
                Statistic::Survival(settings) => settings.by.as_deref(),
                _ => None,
            };
            Some(survival::survival(frame, result, by))
        }
        (Figure::Matrix, Outcome::Matrix(counts)) => Some(crossed(frame, counts)),
        (Figure::Matrix, Outcome::Contingency(found)) => Some(crossed(frame, &found.counts)),
        (Figure::Swimmer, Outcome::Swimmer(result)) => Some(lanes::swimmer(frame, result)),
        (Figure::Bars, Outcome::Incidence(result)) => counts::incidence(frame, result),
        (Figure::Bars, Outcome::Completeness(result)) => Some(counts::completeness(frame, result)),
        (Figure::Alluvial, Outcome::Sequence(found)) => lanes::sequence(frame, found),
        (Figure::Waterfall, Outcome::Waterfall(found)) => lanes::waterfall(frame, found),
        (Figure::Bars, Outcome::Matrix(found)) => Some(counts::totals(frame, found)),
        (Figure::Bars, Outcome::Table) => counts::counted(frame, &analysis.table),
        (Figure::Flow, Outcome::Table) => counts::stepwise_flow(frame.clone(), &analysis.table)
            .or_else(|| counts::cohort_flow(frame, &analysis.table)),
        _ => None,
    }
}

/// The course of one case, as SVG; `None` if no episode of treatment is known.
#[must_use]
pub fn course_figure(lane: &Lane, data: &DataNote) -> Option<String> {
    let frame = Frame {
        title: format!("Course of {}", lane.case),
        note: Some(format!("Data: {}.", data.source)),
        marks: data.marks(),
        ..Frame::default()
    };
    let only = Swimmer {
        lanes: vec![lane.clone()],
    };
    (!lane.episodes.is_empty()).then(|| lanes::swimmer(frame, &only))
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

/// The first caution, who is counted and who is left out, and what data they are.
fn note(analysis: &Analysis, data: &DataNote) -> String {
    let mut parts: Vec<String> = analysis
        .parameters
        .iter()
        .map(|(name, value)| format!("{}: {}.", sentence(name), plain(value)))
        .collect();
    parts.extend(analysis.cautions.first().cloned());
    let ledger = &analysis.ledger;
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

fn crossed(frame: Frame, counts: &CrossCounts) -> String {
    matrix::render(&matrix::Figure {
        frame,
        row_heading: counts.row_title.clone(),
        column_heading: String::new(),
        rows: counts.rows.clone(),
        columns: counts.columns.clone(),
        counts: counts.counts.clone(),
    })
}

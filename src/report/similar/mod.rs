//! Cases like a patient, as a document.

mod json;
mod tables;
mod words;

use serde_json::Value;

use crate::document::{Block, Document, Medium, Records, Table};
use crate::likeness::{Patient, Similar, SimilarOptions, Study};
use tables::Sources;

/// What the list is called.
const TITLE: &str = "Cases like one patient";

/// What a list of similar cases is shown with.
pub struct SimilarPage<'a> {
    /// Whether its cases are invented.
    pub synthetic: bool,
    /// What the answer comes from.
    pub made_from: &'a str,
    /// The study.
    pub study: &'a Study,
    /// The patient.
    pub patient: &'a Patient,
    /// The choices of the search.
    pub options: &'a SimilarOptions,
    /// What was found.
    pub found: &'a Similar,
}

/// That must stand beside every number of the list.
const SELECTED: &str = "Published cases are selected: a case is reported more readily when it responded, and what is like one patient on paper may differ in what was not written. These counts describe published cases and predict nothing.";

impl Document for SimilarPage<'_> {
    fn title(&self) -> String {
        TITLE.to_owned()
    }

    fn blocks(&self, medium: Medium) -> Vec<Block> {
        match medium {
            Medium::Screen => self.screen(),
            Medium::Page | Medium::Manuscript => {
                let mut blocks = vec![
                    Block::Title(TITLE.to_owned()),
                    Block::Line(self.patient_words()),
                ];
                blocks.extend(self.answer());
                blocks
            }
        }
    }

    fn records(&self) -> Records<'_> {
        self.all_cases().into()
    }

    fn json(&self) -> Value {
        self.as_json()
    }
}

impl SimilarPage<'_> {
    fn screen(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Line(format!("Cases like: {}", self.patient_words()))];
        if self.synthetic {
            blocks.push(Block::Synthetic);
        }
        blocks.push(Block::Blank);
        let tables = [self.not_counted(&Sources::Keys)];
        let tables = tables.into_iter().flatten();
        let tables = tables.chain(self.cases(&Sources::Keys));
        blocks.extend(Block::tables(tables.chain(self.alterations())));
        blocks.extend(self.events());
        blocks.extend(self.responses());
        blocks.extend(self.notes().into_iter().map(Block::Note));
        blocks
    }

    /// The page without its title and the patient: what was tried next, who they were, what was met, and every
    /// reference.
    #[must_use]
    pub fn answer(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if self.synthetic {
            blocks.push(Block::Synthetic);
        }
        blocks.extend([Block::Caution(SELECTED.to_owned()), Block::Blank]);
        blocks.extend(self.responses());
        blocks.extend(Block::tables(self.alterations()));
        blocks.extend(self.events());
        let sources = self.numbered();
        let cases = self.cases(&sources).into_iter();
        blocks.extend(Block::tables(cases.chain(self.not_counted(&sources))));
        let notes = self.notes().into_iter();
        blocks.extend(notes.filter(|note| note != SELECTED).map(Block::Note));
        blocks.push(Block::Blank);
        let references = self.references(&sources);
        blocks.push(Block::List("References".to_owned(), references));
        blocks.push(Block::Source(self.made_from.to_owned()));
        blocks
    }

    /// The nearest cases, without what was tried.
    #[must_use]
    pub fn nearest(&self) -> Table {
        self.rest(&Sources::Keys)
    }

    fn notes(&self) -> Vec<String> {
        let found = self.found;
        let weights: Vec<String> = found
            .weights
            .iter()
            .map(|(item, weight, how)| format!("{item} {weight} ({how})"))
            .collect();
        let mut notes = vec![SELECTED.to_owned()];
        let mut shown = format!(
            "{} of {} counted cases shown",
            found.cases.len(),
            found.compared
        );
        if self.options.min > 0.0 {
            shown.push_str(&format!(
                "; {} have a similarity of {} or more",
                found.alike, self.options.min
            ));
        }
        if found.tied > 0 {
            shown.push_str(&format!(
                "; {} more than the limit of {}, because the last ones are equally like",
                found.tied, self.options.limit
            ));
        }
        notes.push(format!("{shown}."));
        notes.push(format!(
            "Similarity: mean of the items' likenesses, from 0 to 1, with these weights: {}. Of two figures the first takes what is not known of a case as unlike, and ranks; the second takes it as like.",
            weights.join("; ")
        ));
        notes.push("Lin's similarity of two terms is 2·IC(c) / (IC(a) + IC(b)), c their most informative common ancestor, IC = −log2 of the share of the study's cases at or below a term (Lin 1998). Rates: CR and PR of those with a stated category, 95 % interval by Clopper-Pearson (exact).".to_owned());
        notes
    }
}

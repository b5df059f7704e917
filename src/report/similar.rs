//! Cases like a patient, as a document.

use serde_json::{Value, json};

use crate::case::source::ReadingDepth;
use crate::document::numbers::{exact_interval, rate};
use crate::document::{Block, Cell, CellValue, Document, Medium, Records, Role, Table};
use crate::likeness::{
    Episode, Patient, Prior, Similar, SimilarCase, SimilarDrug, SimilarOptions, Study,
};
use crate::stats::proportion::ProportionEstimate;

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
const SELECTED: &str = "Published cases are selected: a case is reported more readily when it responded, and what is like one patient on paper may differ in what was not written. These counts describe the cases listed and predict nothing.";

impl Document for SimilarPage<'_> {
    fn title(&self) -> String {
        TITLE.to_owned()
    }

    fn blocks(&self, medium: Medium) -> Vec<Block> {
        match medium {
            Medium::Screen => self.screen(),
            Medium::Page => self.page(),
        }
    }

    fn records(&self) -> Records<'_> {
        self.cases().into()
    }

    fn json(&self) -> Value {
        let weights = self.found.weights.iter();
        let weights = weights
            .map(|(item, weight, how)| json!({"item": item, "weight": weight, "likeness": how}));
        let patient = self.patient_values().into_iter();
        let patient = patient.map(|(item, value)| json!({"item": item, "value": value}));
        let cases = self.found.cases.iter().map(|case| self.case_json(case));
        let drugs = self.found.drugs.iter().map(|drug| self.drug_json(drug));
        json!({
            "patient": patient.collect::<Vec<_>>(),
            "drug": self.options.drug.as_deref().map(|drug| self.label(drug)),
            "weights": weights.collect::<Vec<_>>(),
            "compared": self.found.compared,
            "alike": self.found.alike,
            "cases": cases.collect::<Vec<_>>(),
            "responses": drugs.collect::<Vec<_>>(),
            "notes": self.notes(),
            "synthetic": self.synthetic,
            "made_from": self.made_from,
        })
    }
}

impl SimilarPage<'_> {
    fn screen(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Line(format!("Cases like: {}", self.patient_words()))];
        if self.synthetic {
            blocks.push(Block::Synthetic);
        }
        blocks.push(Block::Blank);
        blocks.extend(Block::tables(
            [self.cases()].into_iter().chain(self.rates()),
        ));
        blocks.extend(self.notes().into_iter().map(Block::Note));
        blocks
    }

    fn page(&self) -> Vec<Block> {
        let mut blocks = vec![
            Block::Title(TITLE.to_owned()),
            Block::Line(self.patient_words()),
        ];
        if self.synthetic {
            blocks.push(Block::Synthetic);
        }
        blocks.extend([Block::Caution(SELECTED.to_owned()), Block::Blank]);
        let tables = self.rates().into_iter().chain([self.cases()]);
        blocks.extend(Block::tables(tables));
        let notes = self.notes().into_iter();
        blocks.extend(notes.filter(|note| note != SELECTED).map(Block::Note));
        blocks.push(Block::Source(self.made_from.to_owned()));
        blocks
    }

    fn label<'l>(&'l self, concept: &'l str) -> &'l str {
        self.study.concepts.label(concept)
    }

    fn patient_values(&self) -> Vec<(&'static str, String)> {
        let patient = self.patient;
        let label = |value: &Option<String>| value.as_deref().map(|v| self.label(v).to_owned());
        let prior = patient.prior.as_ref().map(|prior| match prior {
            Prior::None => "none".to_owned(),
            Prior::Drugs(drugs) => {
                let drugs: Vec<&str> = drugs.iter().map(|drug| self.label(drug)).collect();
                drugs.join(", ")
            }
        });
        [
            ("histology", label(&patient.histology)),
            ("partner", label(&patient.partner)),
            ("prior", prior),
            ("site", label(&patient.site)),
            ("age", patient.age.map(|age| format!("{age}"))),
            ("sex", patient.sex.clone()),
        ]
        .into_iter()
        .filter_map(|(item, value)| Some((item, value?)))
        .collect()
    }

    fn patient_words(&self) -> String {
        let mut words: Vec<String> = self
            .patient_values()
            .into_iter()
            .map(|(item, value)| format!("{item} {value}"))
            .collect();
        if let Some(drug) = &self.options.drug {
            words.push(format!("considered for {}", self.label(drug)));
        }
        words.join("; ")
    }

    /// The cases, the most alike first.
    #[must_use]
    pub fn cases(&self) -> Table {
        let mut table = Table::new(
            "Cases, the most alike first",
            &[
                ("case", Role::Case),
                ("similarity", Role::Interval(None)),
                ("on what", Role::Text),
                ("outcomes", Role::Text),
                ("not known", Role::Text),
                ("sources", Role::Text),
            ],
        );
        for case in &self.found.cases {
            let (lower, upper) = (Some(case.least), Some(case.most));
            table.push([
                Cell::key(&case.profile.case, name(case)),
                Cell::of(similarity(case), CellValue::Interval { lower, upper }),
                Cell::lines(&on_what(case)),
                Cell::lines(&self.outcomes(case)),
                not_known(case).join(", ").into(),
                Cell::lines(&self.sources(case)),
            ]);
        }
        table
    }

    /// The responses among the cases shown, or nothing if none had a drug.
    fn rates(&self) -> Option<Table> {
        let listed = self.found.cases.len();
        let mut table = Table::new(
            format!("Best overall response among the {listed} cases listed"),
            &[
                ("drug", Role::Group),
                ("cases that had it", Role::Count),
                ("objective response", Role::Estimate),
                ("disease control", Role::Estimate),
                ("objective response, words as they stand", Role::Estimate),
                ("left out of the first two", Role::Text),
            ],
        );
        for drug in &self.found.drugs {
            let exclusions = drug.ledger.exclusions();
            let left_out = exclusions
                .iter()
                .map(|e| format!("{} ({}): {}", e.reason, e.units.len(), e.units.join(", ")));
            let overall = &drug.rates.overall;
            table.push([
                self.label(&drug.drug).into(),
                Cell::count(overall.units),
                with_interval(overall.objective.as_ref()),
                with_interval(overall.control.as_ref()),
                with_interval(overall.objective_with_words.as_ref()),
                Cell::lines(&left_out.collect::<Vec<_>>()),
            ]);
        }
        (!table.is_empty()).then_some(table)
    }

    /// What became of a case: each episode with a drug, then the follow-up.
    fn outcomes(&self, case: &SimilarCase) -> Vec<String> {
        let profile = &case.profile;
        let mut lines: Vec<String> = profile.episodes.iter().map(|e| self.episode(e)).collect();
        let mut last: Vec<String> = profile.status.iter().cloned().collect();
        if let Some(months) = profile.months {
            last.push(format!("{months} months"));
        }
        if !last.is_empty() {
            let from = profile.counted_from.as_ref();
            let from = from.map(|from| format!(" from {from}")).unwrap_or_default();
            lines.push(format!("follow-up: {}{from}", last.join(", ")));
        }
        if lines.is_empty() {
            lines.push("none known".to_owned());
        }
        lines
    }

    fn episode(&self, episode: &Episode) -> String {
        let drugs: Vec<&str> = episode.drugs.iter().map(|drug| self.label(drug)).collect();
        let response = episode.response.as_deref();
        let mut words = vec![match response {
            Some(response) if episode.response_derived => format!("{response} (derived)"),
            Some(response) => response.to_owned(),
            None => "response not known".to_owned(),
        }];
        words.extend(
            episode
                .progression_free
                .map(|m| format!("progression-free {m} months")),
        );
        words.extend(episode.progressed.map(|yes| {
            let word = if yes { "progressed" } else { "no progression" };
            word.to_owned()
        }));
        format!("{}: {}", drugs.join(" + "), words.join(", "))
    }

    /// Each source with its year, how it was read, and where.
    fn sources(&self, case: &SimilarCase) -> Vec<String> {
        let source = |source: &crate::likeness::Source| {
            let known = self.study.publications.get(&source.key);
            let year = known.and_then(|p| p.year).map(|year| format!("{year}"));
            let read = known
                .and_then(|p| p.read)
                .map(|read| read.word().to_owned());
            let about: Vec<String> = year.into_iter().chain(read).collect();
            let places = source.locators.join("; ");
            let places = if places.is_empty() {
                places
            } else {
                format!(": {places}")
            };
            format!("{} ({}){places}", source.key, about.join(", "))
        };
        case.profile.sources.iter().map(source).collect()
    }

    fn notes(&self) -> Vec<String> {
        let found = self.found;
        let weights: Vec<String> = found
            .weights
            .iter()
            .map(|(item, weight, how)| format!("{item} {weight} ({how})"))
            .collect();
        let mut notes = vec![SELECTED.to_owned()];
        let which = if self.options.all {
            "cases"
        } else {
            "counted cases"
        };
        let mut shown = format!("{} of {} {which} shown", found.cases.len(), found.compared);
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

    fn case_json(&self, case: &SimilarCase) -> Value {
        let items: Vec<Value> = case
            .items
            .iter()
            .map(|own| json!({"item": own.item, "weight": own.weight, "likeness": own.similarity, "value": own.value}))
            .collect();
        let episodes: Vec<Value> = case
            .profile
            .episodes
            .iter()
            .map(|e| {
                json!({
                    "drugs": e.drugs.iter().map(|drug| self.label(drug)).collect::<Vec<_>>(),
                    "response": e.response,
                    "response_derived": e.response_derived,
                    "progression_free_months": e.progression_free,
                    "progressed": e.progressed,
                })
            })
            .collect();
        let sources: Vec<Value> = case
            .profile
            .sources
            .iter()
            .map(|source| {
                let read = self
                    .study
                    .publications
                    .get(&source.key)
                    .map(|p| p.read.map_or("", ReadingDepth::word));
                json!({"publication": source.key, "read": read, "locators": source.locators})
            })
            .collect();
        json!({
            "case": case.profile.case,
            "counted": case.profile.counted,
            "similarity": case.least,
            "similarity_if_unknown_is_alike": case.most,
            "items": items,
            "episodes": episodes,
            "status": case.profile.status,
            "months": case.profile.months,
            "counted_from": case.profile.counted_from,
            "not_known": not_known(case),
            "sources": sources,
        })
    }

    fn drug_json(&self, drug: &SimilarDrug) -> Value {
        let overall = &drug.rates.overall;
        let left_out: Vec<Value> = drug
            .ledger
            .exclusions()
            .into_iter()
            .map(|e| json!({"reason": e.reason, "cases": e.units}))
            .collect();
        json!({
            "drug": self.label(&drug.drug),
            "cases": overall.units,
            "objective_response": overall.objective,
            "disease_control": overall.control,
            "objective_response_with_words": overall.objective_with_words,
            "left_out": left_out,
        })
    }
}

fn name(case: &SimilarCase) -> String {
    if case.profile.counted {
        case.profile.case.clone()
    } else {
        format!("{} (not counted)", case.profile.case)
    }
}

/// The similarity, or how low and how high it could be.
fn similarity(case: &SimilarCase) -> String {
    let (least, most) = (format!("{:.2}", case.least), format!("{:.2}", case.most));
    if least == most {
        least
    } else {
        format!("{least}–{most}")
    }
}

fn on_what(case: &SimilarCase) -> Vec<String> {
    let known = |own: &crate::likeness::Likeness| {
        let similarity = own.similarity?;
        Some(format!("{}: {} ({similarity:.2})", own.item, own.value))
    };
    case.items.iter().filter_map(known).collect()
}

/// What is asked for and not known of the case, and outcomes that are not known.
fn not_known(case: &SimilarCase) -> Vec<String> {
    let asked = case
        .items
        .iter()
        .filter(|own| own.similarity.is_none())
        .map(|own| {
            if own.value == "not known" {
                own.item.to_owned()
            } else {
                format!("{} ({})", own.item, own.value)
            }
        });
    let mut missing: Vec<String> = asked.collect();
    if case.profile.status.is_none() && case.profile.months.is_none() {
        missing.push("follow-up".to_owned());
    }
    missing
}

/// `5/7 = 71.4 % (29.0–96.3)`: no rate without its counts and interval.
fn with_interval(estimate: Option<&ProportionEstimate>) -> Cell {
    let text = match estimate {
        Some(_) => format!("{} ({})", rate(estimate), exact_interval(estimate)),
        None => "0/0, not evaluable".to_owned(),
    };
    Cell::rate_as(estimate, text)
}

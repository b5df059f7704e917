//! Cases like a patient: as a table, Markdown, JSON, and one page to print.

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use serde_json::{Value, json};

use super::grid::text;
use super::html::{STYLE, table};
use super::markdown::{grid_markdown, line_markdown as escaped};
use crate::case::source::ReadingDepth;
use crate::document::Grid;
use crate::document::numbers::{exact_interval, rate};
use crate::likeness::{
    Episode, Patient, Prior, Similar, SimilarCase, SimilarDrug, SimilarOptions, Study,
};
use crate::stats::proportion::ProportionEstimate;

/// What a list of similar cases is shown with.
pub struct SimilarPage<'a> {
    /// Title of the study.
    pub title: &'a str,
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

impl SimilarPage<'_> {
    /// For a terminal of this width.
    #[must_use]
    pub fn text(&self, width: Option<u16>) -> String {
        let mut out = format!("Cases like: {}\n", self.patient_words());
        if self.synthetic {
            out.push_str("SYNTHETIC DATA: these cases are invented.\n");
        }
        out.push('\n');
        for grid in self.grids("\n") {
            out.push_str(&format!("{}\n", text(&grid, width)));
        }
        for note in self.notes() {
            out.push_str(&format!("{note}\n"));
        }
        out
    }

    /// As Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = format!(
            "# Cases like one patient\n\n{}\n\n",
            escaped(&self.patient_words())
        );
        if self.synthetic {
            out.push_str("**SYNTHETIC DATA: these cases are invented.**\n\n");
        }
        for grid in self.grids("; ") {
            out.push_str(&format!("{}\n", grid_markdown(&grid)));
        }
        for note in self.notes() {
            out.push_str(&format!("{}\n\n", escaped(&note)));
        }
        out.push_str(&format!("{}\n", escaped(self.made_from)));
        out
    }

    /// As one page to print: self-contained, without scripts.
    #[must_use]
    pub fn html(&self) -> String {
        let page = markup! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { "Cases like one patient" }
                    style { (PreEscaped(STYLE)) (PreEscaped(PRINT)) }
                }
                body {
                    main.cg-report.similar {
                        header.masthead {
                            h1 { "Cases like one patient" }
                            @if self.synthetic {
                                p.callout.warn { strong { "SYNTHETIC DATA: " } "these cases are invented." }
                            }
                            p { (self.patient_words()) }
                            p.method { (self.title) }
                        }
                        section {
                            p.callout.warn { (SELECTED) }
                            @if let Some(grid) = self.rates("; ") { (table(&grid)) }
                            (self.cases_html(&|_| None))
                            @for note in self.notes().iter().filter(|note| *note != SELECTED) {
                                p.method { (note) }
                            }
                            p.method { (self.made_from) }
                        }
                    }
                }
            }
        };
        page.into_string()
    }

    /// As JSON, every figure at full precision.
    #[must_use]
    pub fn json(&self) -> String {
        let weights: Vec<Value> = self
            .found
            .weights
            .iter()
            .map(|(item, weight, how)| json!({"item": item, "weight": weight, "likeness": how}))
            .collect();
        let drugs: Vec<Value> = self
            .found
            .drugs
            .iter()
            .map(|drug| self.drug_json(drug))
            .collect();
        let value = json!({
            "patient": self.patient_values().into_iter().map(|(item, value)| json!({"item": item, "value": value})).collect::<Vec<_>>(),
            "drug": self.options.drug.as_deref().map(|drug| self.label(drug)),
            "weights": weights,
            "compared": self.found.compared,
            "alike": self.found.alike,
            "cases": self.found.cases.iter().map(|case| self.case_json(case)).collect::<Vec<_>>(),
            "responses": drugs,
            "notes": self.notes(),
            "synthetic": self.synthetic,
            "made_from": self.made_from,
        });
        format!(
            "{}\n",
            serde_json::to_string_pretty(&value).unwrap_or_default()
        )
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

    fn grids(&self, new_line: &str) -> Vec<Grid> {
        let mut cases = Grid::new(
            "Cases, the most alike first",
            &[
                "case",
                "similarity",
                "on what",
                "outcomes",
                "not known",
                "sources",
            ],
        );
        for case in &self.found.cases {
            cases.push([
                name(case),
                similarity(case),
                on_what(case).join(new_line),
                self.outcomes(case).join(new_line),
                not_known(case).join(", "),
                self.sources(case).join(new_line),
            ]);
        }
        let mut grids = vec![cases];
        grids.extend(self.rates(new_line));
        grids
    }

    /// The responses among the cases shown, or nothing if none had a drug.
    fn rates(&self, new_line: &str) -> Option<Grid> {
        let mut grid = Grid::new(
            &format!(
                "Best overall response among the {} cases listed",
                self.found.cases.len()
            ),
            &[
                "drug",
                "cases that had it",
                "objective response",
                "disease control",
                "objective response, words as they stand",
                "left out of the first two",
            ],
        );
        for drug in &self.found.drugs {
            let left_out: Vec<String> = drug
                .ledger
                .exclusions()
                .iter()
                .map(|e| format!("{} ({}): {}", e.reason, e.units.len(), e.units.join(", ")))
                .collect();
            let overall = &drug.rates.overall;
            grid.push([
                self.label(&drug.drug).to_owned(),
                overall.units.to_string(),
                with_interval(overall.objective.as_ref()),
                with_interval(overall.control.as_ref()),
                with_interval(overall.objective_with_words.as_ref()),
                left_out.join(new_line),
            ]);
        }
        (!grid.rows.is_empty()).then_some(grid)
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

    /// The cases as a table of a page that has [`style`](super::style), with links to them.
    #[must_use]
    pub(crate) fn cases_html(&self, link: &dyn Fn(&str) -> Option<String>) -> Markup {
        let list = |lines: &[String]| {
            markup! { @for (at, line) in lines.iter().enumerate() { @if at > 0 { br; } (line) } }
        };
        markup! {
            div.table-wrap tabindex="0" {
                table.num {
                    caption { "Cases, the most alike first" }
                    thead { tr {
                        @for heading in ["case", "similarity", "on what", "outcomes", "not known", "sources"] {
                            th scope="col" { (heading) }
                        }
                    } }
                    tbody {
                        @for case in &self.found.cases {
                            tr {
                                th scope="row" {
                                    @match link(&case.profile.case) {
                                        Some(to) => a href=(to) { (name(case)) },
                                        None => (name(case)),
                                    }
                                }
                                td.num { (similarity(case)) }
                                td { (list(&on_what(case))) }
                                td { (list(&self.outcomes(case))) }
                                td { (not_known(case).join(", ")) }
                                td { (list(&self.sources(case))) }
                            }
                        }
                    }
                }
            }
        }
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

/// What the page needs beside the style of reports: small print that fits one sheet of paper.
const PRINT: &str = "
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  /* Sizes of the style are in rem: one size here shrinks all of them. */
  html { font-size: 8pt; }
  .cg-report.similar { font-size: 1rem; line-height: 1.35; }
  .cg-report.similar table { line-height: 1.25; }
  .cg-report.similar header.masthead { padding: 0 0 .5rem; }
  .cg-report.similar :is(th, td) { padding: .2rem .4rem; }
  .cg-report.similar .callout { padding: .3rem .6rem; margin: .4rem 0; max-width: none; }
  .cg-report.similar p { max-width: none; margin: .25rem 0; }
}
";

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
fn with_interval(estimate: Option<&ProportionEstimate>) -> String {
    match estimate {
        Some(_) => format!("{} ({})", rate(estimate), exact_interval(estimate)),
        None => "0/0, not evaluable".to_owned(),
    }
}

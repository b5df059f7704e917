//! Synthetic studies: sheets of invented cases whose true effects are known.
//!
//! A study is drawn from a [`Scenario`], a seed and a number of cases, and is the same bytes whenever
//! these are the same. Patients are drawn first, then what reports make of them: silence,
//! disagreement, the same patient under two keys. Both are independent of each other except where
//! the scenario says otherwise, and [`Truth`] keeps what no report shows.
//!
//! Each case has its own stream of random numbers, and cases are planned a block at a time, so the
//! size of a study is not bounded by memory. This room knows no graph, no statistic and no terminal;
//! words come from the ontology, headings from the reader of the sheets.

mod account;
mod conflict;
mod course;
mod draw;
mod patient;
mod plan;
mod rows;
pub mod scenario;
mod sheets;
mod text;
pub mod truth;
mod words;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use scenario::{Scenario, ScenarioError};
pub use truth::Truth;

use crate::ontology::Ontology;
use account::Account;
use course::Course;
use draw::{Draw, Stream};
use patient::Patient;
use plan::{Block, Blocks, Place, Role, Source};
use rows::{Rows, Stated};
use sheets::Sheets;
use truth::Pair;
use words::Words;

/// Why no synthetic study was written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SyntheticError {
    /// The scenario makes no sense.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A word of the scenario is none of the ontology.
    #[error(
        "the scenario names {name:?}, which ontology/{scheme}.ttl does not know: correct the scenario{nearest}"
    )]
    Word {
        /// Word of the scenario.
        name: String,
        /// Vocabulary that it should be of.
        scheme: String,
        /// The nearest known words, as the end of a sentence.
        nearest: String,
    },
    /// A file cannot be written.
    #[error("cannot write {}", .path.display())]
    Write {
        /// File that was to be written.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A row cannot be written.
    #[error("cannot write a sheet")]
    Row(#[from] csv::Error),
    /// The scenario cannot be written as TOML.
    #[error("cannot write the scenario")]
    Toml(#[from] toml::ser::Error),
    /// The truth cannot be written as JSON.
    #[error("cannot write truth.json")]
    Json(#[from] serde_json::Error),
}

/// Writes the sheets, `study.toml`, `README.md`, `scenario.toml` and `truth.json` of a synthetic
/// study of this name into a folder, and calls `progress` with the number of cases written so far.
///
/// # Errors
/// The scenario makes no sense or names unknown words, or a file cannot be written.
pub fn generate(
    scenario: &Scenario,
    cases: usize,
    seed: u64,
    ontology: &Ontology,
    (folder, name): (&Path, &str),
    mut progress: impl FnMut(usize),
) -> Result<Truth, SyntheticError> {
    scenario.check()?;
    let words = Words::of(scenario, ontology)?;
    let mut study = Study {
        seed,
        rows: Rows {
            scenario,
            words: &words,
            sheets: Sheets::create(folder)?,
        },
        truth: Truth::new(scenario, seed, cases),
    };
    for block in Blocks::new(scenario, seed, cases) {
        study.block(&block)?;
        progress(block.first + block.places.len());
    }
    study.claims()?;
    let Study {
        rows, mut truth, ..
    } = study;
    rows.sheets.finish()?;
    truth.finish();
    let json = serde_json::to_string_pretty(&truth)?;
    for (file, text) in [
        ("truth.json", format!("{json}\n")),
        ("scenario.toml", text::scenario(scenario)?),
        ("study.toml", text::study(name, &truth, &words)),
        ("README.md", text::readme(&truth, &words)),
    ] {
        let path = folder.join(file);
        fs::write(&path, text).map_err(|source| SyntheticError::Write { path, source })?;
    }
    Ok(truth)
}

/// A study while it is written.
struct Study<'a> {
    seed: u64,
    rows: Rows<'a>,
    truth: Truth,
}

impl Study<'_> {
    fn block(&mut self, block: &Block) -> Result<(), SyntheticError> {
        for source in &block.sources {
            self.truth.publications += 1;
            self.publication(source)?;
        }
        let mut drawn: Vec<(Patient, Course)> = Vec::with_capacity(block.places.len());
        for (index, place) in block.places.iter().enumerate() {
            let person = self.person(block, index, place, &drawn);
            self.case(block, index, place, &person)?;
            drawn.push(person);
        }
        Ok(())
    }

    /// The patient of a case. Who is never published is drawn and passed over.
    fn person(
        &mut self,
        block: &Block,
        index: usize,
        place: &Place,
        drawn: &[(Patient, Course)],
    ) -> (Patient, Course) {
        if let Role::Duplicate(earlier) = place.role {
            return drawn[earlier].clone();
        }
        let scenario = self.rows.scenario;
        let kind = block.sources[place.source].kind;
        let mut draw = Draw::new(self.seed, Stream::Patient, block.first + index);
        loop {
            let mut patient = Patient::draw(scenario, &mut draw);
            if let Role::NearMiss(earlier) = place.role {
                patient.resemble(&drawn[earlier].0, &mut draw);
            }
            let mut course = Course::draw(&patient, scenario, &mut draw);
            let response = course
                .first_dose()
                .and_then(|(_, episode)| episode.response);
            let failed = response.is_some_and(|response| !response.objective());
            let hidden = draw.chance(scenario.bias.publication);
            if kind == "case-report" && failed && hidden {
                self.truth.unpublished += 1;
                continue;
            }
            course.measure(&mut Draw::new(self.seed, Stream::Size, block.first + index));
            self.truth.count(&patient, &course, kind, self.rows.words);
            return (patient, course);
        }
    }

    fn case(
        &mut self,
        block: &Block,
        index: usize,
        place: &Place,
        (patient, course): &(Patient, Course),
    ) -> Result<(), SyntheticError> {
        let source = &block.sources[place.source];
        let case = key(source, place);
        let mut draw = Draw::new(self.seed, Stream::Report, block.first + index);
        let Rows {
            scenario, words, ..
        } = self.rows;
        let mut account = Account::draw(patient, course, scenario, words, &mut draw);
        let pair = |earlier: usize, changes| Pair {
            first: key(
                &block.sources[block.places[earlier].source],
                &block.places[earlier],
            ),
            second: case.clone(),
            changes,
        };
        match place.role {
            Role::Own => {}
            Role::Duplicate(earlier) => {
                let changes = account.retell(words, &mut draw);
                self.truth.duplicates.push(pair(earlier, changes));
            }
            Role::NearMiss(earlier) => self.truth.near_misses.push(pair(earlier, Vec::new())),
        }
        let locator = match (source.full, source.cases) {
            (false, _) => "abstract".to_owned(),
            (true, 1) => "full text p. 2".to_owned(),
            (true, _) => format!("Table 1 row {}", place.number),
        };
        let mut stated = Stated {
            case,
            source: source.key(),
            locator,
            full: source.full,
        };
        self.rows.first_report(&stated, &account)?;
        self.cohort(&stated, place, course.drug.is_some())?;
        if let Some(second) = place.second {
            let second = &block.sources[second];
            stated.source = second.key();
            "Table 2".clone_into(&mut stated.locator);
            stated.full = true;
            self.again(&stated, &mut account, second.kind, &mut draw)?;
        }
        Ok(())
    }

    /// The second report of a case, and whether it disagrees.
    fn again(
        &mut self,
        stated: &Stated,
        account: &mut Account,
        kind: &str,
        draw: &mut Draw,
    ) -> Result<(), SyntheticError> {
        self.truth.second_reports += 1;
        let Rows {
            scenario, words, ..
        } = self.rows;
        let disagrees = draw.chance(scenario.conflicts);
        let conflict = disagrees
            .then(|| conflict::disagree(account, &stated.case, words, draw))
            .flatten();
        let ruled = draw.chance(scenario.decided);
        self.rows.second_report(stated, account)?;
        let Some(mut conflict) = conflict else {
            return Ok(());
        };
        conflict.outcome = match (kind, ruled) {
            ("review", _) => "rank",
            (_, true) => "decision",
            (_, false) => "unresolved",
        };
        if conflict.outcome == "decision" {
            let item = if matches!(conflict.sheet, "cases" | "follow_up") {
                String::new()
            } else {
                conflict.item.to_string()
            };
            self.rows.sheets.row(
                "decisions",
                &[
                    ("case", conflict.case.as_str().into()),
                    ("sheet", conflict.sheet.into()),
                    ("item", item.into()),
                    ("column", conflict.column.into()),
                    ("value", conflict.truth.as_str().into()),
                    (
                        "reason",
                        "synthetic: the first report is the true one".into(),
                    ),
                    ("curator", "nobody".into()),
                    ("date", text::DATE.into()),
                ],
            )?;
        }
        self.truth.conflicts.push(conflict);
        Ok(())
    }

    fn cohort(
        &mut self,
        stated: &Stated,
        place: &Place,
        treated: bool,
    ) -> Result<(), SyntheticError> {
        self.truth.counted += usize::from(treated);
        let (cohort, reason) = if treated {
            ("main", "")
        } else {
            (
                "excluded",
                "untreated: synthetic, none of the drugs was given",
            )
        };
        self.rows.sheets.row(
            "cohorts",
            &[
                ("cohort", cohort.into()),
                ("case", stated.case.as_str().into()),
                ("publication", stated.source.as_str().into()),
                (
                    "number_in_source",
                    format!("{}-{}", stated.source, place.number).into(),
                ),
                ("basis", "stated".into()),
                ("reason", reason.into()),
            ],
        )
    }

    fn publication(&mut self, source: &Source) -> Result<(), SyntheticError> {
        let title = match source.cases {
            1 => format!("Synthetic report {}: one invented case", source.number),
            cases => format!("Synthetic report {}: {cases} invented cases", source.number),
        };
        self.rows.sheets.row(
            "publications",
            &[
                ("key", source.key().into()),
                ("first_author", format!("Nobody {}", source.group).into()),
                ("year", source.year.to_string().into()),
                ("title", title.into()),
                ("journal", "Journal of Invented Cases".into()),
                ("kind", source.kind.into()),
                (
                    "read",
                    if source.full { "full-text" } else { "abstract" }.into(),
                ),
                ("note", "synthetic: does not exist".into()),
            ],
        )
    }

    /// A synthetic review with claims about the patients, one of which does not add up.
    fn claims(&mut self) -> Result<(), SyntheticError> {
        const REVIEW: &str = "synthetic-review";
        let counts = self.truth.response_by_partner.values();
        let patients: usize = counts.clone().map(|counts| counts.patients).sum();
        let responders: usize = counts.map(|counts| counts.responders).sum();
        if patients == 0 {
            return Ok(());
        }
        self.rows.sheets.row(
            "publications",
            &[
                ("key", REVIEW.into()),
                ("first_author", "Nobody 0".into()),
                ("year", "2025".into()),
                ("title", "Synthetic review of invented cases".into()),
                ("journal", "Journal of Invented Reviews".into()),
                ("kind", "review".into()),
                ("read", "full-text".into()),
                ("note", "synthetic: does not exist".into()),
            ],
        )?;
        self.truth.publications += 1;
        let percent = 100.0 * responders as f64 / patients as f64;
        let wrong = if percent > 50.0 {
            percent - 10.0
        } else {
            percent + 10.0
        };
        for (id, value, fault) in [
            ("synthetic-claim-1", percent, ""),
            (
                "synthetic-claim-2",
                wrong,
                "the percentage is not that of its numerator and denominator",
            ),
        ] {
            self.rows.sheets.row(
                "claims",
                &[
                    ("id", id.into()),
                    ("source", REVIEW.into()),
                    ("locator", "full text p. 1".into()),
                    ("kind", "proportion".into()),
                    ("measure", "objective response rate".into()),
                    ("group", "first drug, all patients".into()),
                    ("numerator", responders.to_string().into()),
                    ("denominator", patients.to_string().into()),
                    ("value", format!("{value:.1}").into()),
                    ("unit", "%".into()),
                    (
                        "note",
                        "synthetic: counted before anything was left out of a report".into(),
                    ),
                ],
            )?;
            self.truth.claims.push(truth::PlantedClaim {
                id,
                consistent: fault.is_empty(),
                fault,
            });
        }
        Ok(())
    }
}

fn key(source: &Source, place: &Place) -> String {
    format!("{}-{}", source.key(), place.number)
}

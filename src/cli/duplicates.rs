use anyhow::{Result, ensure};
use clap::Args;

use super::Exit;
use super::session::Place;
use super::shown::Shown;
use crate::likeness::{DuplicatesOptions, duplicates, study};
use crate::report::{DuplicatesDocument, matching_document};

/// List pairs of cases that may be one patient published twice
///
/// Scores each pair by agreement on age, sex, histology, site, fusion partner, breakpoint, drugs,
/// progression-free months, first author and year, a rare value counting for more, and explains the
/// score item by item. Cases that one publication reports as its own patients are told apart by it, and
/// are compared only where they differ in nothing, as a case entered under two keys. A ruling is a row of
/// decisions.csv with sheet `cases` and column `same-patient` (the case in `value` no longer counts),
/// `different-patients` (the pair is not shown again) or `suspected-same-patient` (the case in `value`,
/// which is to be excluded, is shown beside the first).
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph duplicates
  casegraph duplicates --counted --min 4    pairs within the counts, down to a score of 4 bits
  casegraph duplicates --format csv > pairs.csv
  casegraph duplicates --model              the model, and the reasons for its figures")]
pub struct DuplicatesCommand {
    /// Lowest score shown, bits [default: where the reading reaches 0.1]
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
    min: Option<f64>,
    /// Only pairs of which both cases count
    #[arg(long)]
    counted: bool,
    /// Cases in 100 that are taken to be second reports: the prior of the reading
    #[arg(long, value_name = "NUMBER", default_value_t = 5.0)]
    second_reports: f64,
    /// Show so many pairs; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 25)]
    limit: usize,
    #[command(flatten)]
    shown: Shown,
    /// Print the model instead: how often two reports of one patient agree, and why
    #[arg(long)]
    model: bool,
}

impl DuplicatesCommand {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        if self.model {
            self.shown.show(&matching_document(), printer)?;
            return Ok(Exit::Done);
        }
        ensure!(
            self.second_reports > 0.0 && self.second_reports < 100.0,
            "--second-reports {} lies not between 0 and 100",
            self.second_reports
        );
        ensure!(
            self.min.is_none_or(f64::is_finite),
            "--min is no number of bits"
        );
        let session = place.open()?;
        let study = study(&session.graph, &session.prefixes)?;
        let options = DuplicatesOptions {
            min: self.min,
            second_reports: self.second_reports / 100.0,
            counted_only: self.counted,
            ..DuplicatesOptions::default()
        };
        let found = duplicates(&study, &options);
        let document = DuplicatesDocument {
            found: &found,
            limit: self.limit,
            synthetic: session.manifest.synthetic,
            made_from: &session.made_from(),
        };
        self.shown.show(&document, printer)?;
        if self.limit > 0 && found.open.len() > self.limit {
            printer.say(&format!(
                "First {} of {} pairs: --limit 0 shows all.",
                self.limit,
                found.open.len()
            ));
        }
        Ok(Exit::Done)
    }
}

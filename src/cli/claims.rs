use anyhow::Result;
use clap::{Args, Subcommand};

use super::Exit;
use super::session::{Place, Session, known_analyses};
use super::shown::Shown;
use crate::claims::{Checked, Verdict};
use crate::query::Catalogue;
use crate::report::ClaimsDocument;
use crate::study::{CLAIMS, checked_claims};

/// Check the pooled numbers of a review
///
/// Each row of claims.csv is tested twice: against the other numbers of its source (do its parts add
/// up, is 26/30 the percentage printed, do the cells have the P printed), and, where it names an
/// analysis, against the cases of the graph. A claim disagrees only when no honest reading is left;
/// where one is, it cannot be decided, and the reason says which.
#[derive(Debug, Args)]
#[command(
    subcommand_required = true,
    after_help = "Examples:
  casegraph claims check
  casegraph claims check --all
  casegraph claims check --claim wu-a09
  casegraph claims check --source wu-2021 --format csv

Exit status: 1 where a claim disagrees."
)]
pub struct Claims {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set each claim against the others of its source and against the cases
    #[command(
        after_help = "A claim that the graph can recompute names in claims.csv its analysis and, in the column
parameters, what to set and which figure to read:
  analysis    response/overall
  parameters  cohort=cohort:wu-2021; figure=objective

Without a figure it is told from the kind and the words of the claim. Figures: objective, control and median (each with `of GROUP` behind it, if need be), p,
range COLUMN, count COLUMN=VALUE|VALUE where COLUMN=VALUE.

Optional columns: ci_level (of the interval, such as 90), refs_are (cases or references), part_of (the claim that holds these patients), excludes (claims that
cannot be true of the same patients), cases (keys), software (SPSS, …), verbatim (the source's words).

Exit status: 1 where a claim disagrees."
    )]
    Check(Check),
}

#[derive(Debug, Args)]
struct Check {
    /// Only claims of this source, by its key in publications.csv
    #[arg(long, value_name = "KEY")]
    source: Option<String>,
    /// Only this claim, with the cases of whom something is not known
    #[arg(long, value_name = "ID")]
    claim: Option<String>,
    /// Every claim, also those that agree or that nothing can be checked of
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    shown: Shown,
}

impl Claims {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let Command::Check(arguments) = self.command;
        let printer = place.printer();
        let session = place.open()?;
        let catalogue = known_analyses(&session, printer)?.catalogue;
        let mut checked = checked(&session, &catalogue)?;
        if let Some(source) = &arguments.source {
            checked.only(source);
            anyhow::ensure!(
                !checked.claims.is_empty(),
                "claims.csv has no claim of {source:?}; `casegraph run {CLAIMS}` shows them all"
            );
        }
        if let Some(id) = &arguments.claim {
            checked.one(id);
            anyhow::ensure!(
                !checked.claims.is_empty(),
                "claims.csv has no claim {id:?}; `casegraph run {CLAIMS}` shows them all"
            );
        }
        let all = arguments.all || arguments.claim.is_some();
        let document = ClaimsDocument {
            checked: &checked,
            all,
            missing: arguments.claim.is_some(),
        };
        arguments.shown.show(&document, printer)?;
        Ok(if checked.count(Verdict::Disagrees) > 0 {
            Exit::Found
        } else {
            Exit::Done
        })
    }
}

/// The claims of the graph, checked both ways.
pub(super) fn checked(session: &Session, catalogue: &Catalogue) -> Result<Checked> {
    let reading = catalogue.find(CLAIMS)?;
    Ok(checked_claims(session, reading, catalogue)?)
}

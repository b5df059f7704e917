//! `casegraph stats adjust`: P values of several tests.

use anyhow::Result;
use clap::Args;

use super::super::Exit;
use super::super::printer::Printer;
use super::print;
use crate::cli::shown::Shown;
use crate::kinds::adjusted::adjust;

/// The word of the command.
pub(super) const NAME: &str = "adjust";

/// Adjust P values for how many there are
///
/// Holm (family-wise error), Benjamini-Hochberg (false discovery rate) and Bonferroni.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph stats adjust --p 0.01,0.04,0.2
  casegraph stats adjust --p response=0.01,survival=0.04")]
pub(super) struct Adjust {
    /// P values, each with or without a name
    #[arg(
        long = "p",
        value_name = "[NAME=]P",
        value_delimiter = ',',
        required = true
    )]
    p_values: Vec<String>,
    #[command(flatten)]
    shown: Shown,
}

impl Adjust {
    pub(super) fn run(self, printer: Printer) -> Result<Exit> {
        let tests =
            self.p_values
                .iter()
                .enumerate()
                .map(|(number, given)| match given.split_once('=') {
                    Some((name, p)) => (name.to_owned(), p.to_owned()),
                    None => (format!("test {}", number + 1), given.clone()),
                });
        let computed = adjust(tests)?;
        print(&computed, &self.shown, printer)
    }
}

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use tempfile::TempDir;

use super::Exit;
use super::printer::clean;
use super::session::{Place, Session, build, known_analyses};
use super::shown::Shown;
use crate::diff::{Change, Moved};
use crate::graph::release;
use crate::graph::snapshot::MEMORY;
use crate::graph::{Location, QueryOptions};
use crate::report::DiffDocument;
use crate::study::{changed_facts, moved_results};

/// Compare two builds of a study
///
/// Facts of the consensus that were added, removed or changed; then which results of the saved
/// analyses moved: every count, estimate, interval and P value of every group, old and new, and which
/// cases moved them. Another order, or a difference by rounding, is none. Each side is a folder: of a store that was built
/// (`--location` of build), or of a study or project, which is built for the comparison.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph diff path/to/old-sheets path/to/new-sheets
  casegraph diff path/to/old-store path/to/new-store --format md > changes.md

Exit status: 1 where the two differ.")]
pub struct Diff {
    /// The old store, study or project
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The new store, study or project
    #[arg(value_name = "NEW")]
    new: PathBuf,
    #[command(flatten)]
    shown: Shown,
}

impl Diff {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let (old, _kept) = side(&self.old, place)?;
        let (new, _kept_too) = side(&self.new, place)?;
        let changed = changed_facts(&old, &new)?;
        let results = results((&old, &new), &changed, place)?;
        let document = DiffDocument {
            old: &old.made_from(),
            new: &new.made_from(),
            facts: &changed,
            results: &results,
        };
        self.shown.show(&document, printer)?;
        Ok(if changed.is_empty() && results.is_empty() {
            Exit::Done
        } else {
            Exit::Found
        })
    }
}

/// Opens a store, or builds one for the comparison; the folder is deleted when the second value is
/// dropped.
fn side(path: &Path, place: &Place) -> Result<(Session, Option<TempDir>)> {
    let location = Location::new(path);
    if location.is_release() {
        release::verify(&location)?;
    }
    if location.manifest_path().is_file() {
        return Ok((Session::open(place.find()?, &location)?, None));
    }
    anyhow::ensure!(
        path.is_dir(),
        "{} is no folder of a store, study or project",
        path.display()
    );
    let project = place.find_at(Some(path))?;
    let folder = TempDir::new().context("no room for a store beside the other temporary files")?;
    let location = Location::new(folder.path());
    build(&project, &location, MEMORY, place.printer())
        .with_context(|| format!("{} cannot be built", path.display()))?;
    Ok((Session::open(project, &location)?, Some(folder)))
}

/// The analyses whose results differ. They are those of the new side's project.
fn results(
    (old, new): (&Session, &Session),
    facts: &[Change],
    place: &Place,
) -> Result<Vec<Moved>> {
    let printer = place.printer();
    let catalogue = known_analyses(new, printer)?.catalogue;
    let chosen = catalogue.queries().iter().filter(|q| q.runs_unasked());
    let bar = printer.progress(chosen.count() as u64);
    let found = moved_results(
        old,
        new,
        &catalogue,
        facts,
        &QueryOptions::default(),
        |slug| {
            bar.set_message(clean(slug).into_owned());
            bar.inc(1);
        },
    )?;
    bar.finish_and_clear();
    Ok(found)
}

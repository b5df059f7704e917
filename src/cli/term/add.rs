use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::cli::Exit;
use crate::cli::session::Place;
use crate::disk;
use crate::ontology::{Addition, AdditionError, Change, NewTerm, addition};
use crate::project::{Folder, Project};

/// Add a term to a vocabulary: what it is called, what it lies under, and what else stands for it
///
/// It is written at the end of the vocabulary's file, and its identifiers at the end of the file of links; nothing else
/// of them changes. That is the project's ontology/ where it has one, and otherwise the folder vocabularies/ of the
/// study, which adds to the ontology. Nothing is written where a word is taken or the term above is not there.
#[derive(Debug, Args)]
pub(super) struct AddTerm {
    /// Vocabulary, such as histology
    #[arg(value_name = "VOCABULARY")]
    vocabulary: String,
    /// What the term is called; a gene by its approved symbol
    #[arg(value_name = "LABEL")]
    label: String,
    /// A term that it lies under, by any of its words; several are allowed
    #[arg(long, value_name = "TERM")]
    broader: Vec<String>,
    /// Another word for it; several are allowed
    #[arg(long, value_name = "WORD")]
    synonym: Vec<String>,
    /// Code that is shown for it, such as CR
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// What it means
    #[arg(long, value_name = "TEXT")]
    definition: Option<String>,
    /// The same term in another vocabulary, which you have looked up, such as HGNC:15580; several are allowed
    #[arg(long, value_name = "ID")]
    exact: Vec<String>,
    /// Begin a vocabulary of this name
    #[arg(long)]
    new_vocabulary: bool,
    /// Write it into the study's own folder vocabularies/, also where the project has an ontology/
    #[arg(long)]
    study_only: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

impl AddTerm {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let project = place.find()?;
        let into = self.folder(&project)?;
        let term = NewTerm {
            scheme: self.vocabulary,
            label: self.label,
            broader: self.broader,
            synonyms: self.synonym,
            code: self.code,
            definition: self.definition,
            exact: self.exact,
            begins: self.new_vocabulary,
        };
        let added = match addition(&project.vocabularies(), into, &term) {
            Err(error @ AdditionError::Scheme { .. }) => {
                bail!("{error}; --new-vocabulary begins one")
            }
            added => added?,
        };
        let printer = place.printer();
        for change in &added.files {
            printer.data(&format!("{}\n", into.display(&change.name)))?;
            let lines = change.lines.iter().filter(|line| !line.is_empty());
            for line in lines {
                printer.data(&format!("+ {line}\n"))?;
            }
        }
        if self.dry_run {
            printer.say("Nothing was written: leave --dry-run out to write it.");
            return Ok(Exit::Done);
        }
        let folder = into.path().context("the folder is not on disk")?;
        write(folder, &added)?;
        printer.say(&format!("Added {}.", added.name));
        if term.broader.is_empty() && term.scheme != "gene" {
            printer.say("It lies under no other term: --broader places one.");
        }
        Ok(Exit::Done)
    }

    /// Where the term is written.
    fn folder<'p>(&self, project: &'p Project) -> Result<&'p Folder> {
        ensure!(
            !project.is_shipped(),
            "the study and the ontology that the program carries are not changed: `casegraph init` makes a project of your own, `casegraph init --from alk-sarcoma DIR` a copy of the study; then name it with --project"
        );
        let own = project.ontology().path().is_none() || self.study_only;
        Ok(if own {
            project.own_vocabularies()
        } else {
            project.ontology()
        })
    }
}

/// Writes all files, or none: where the second one fails, the first one is put back.
fn write(folder: &Path, added: &Addition) -> Result<()> {
    let mut done: Vec<&Change> = Vec::new();
    for change in &added.files {
        let path = folder.join(&change.name);
        let written = make_folder(&path)
            .and_then(|()| unchanged(&path, change))
            .and_then(|()| Ok(disk::replace(&path, change.after.as_bytes())?));
        if let Err(error) = written {
            for change in done {
                let path = folder.join(&change.name);
                match &change.before {
                    Some(before) => disk::replace(&path, before.as_bytes())?,
                    None => fs::remove_file(&path)?,
                }
            }
            return Err(error).with_context(|| format!("cannot write {}", path.display()));
        }
        done.push(change);
    }
    Ok(())
}

fn make_folder(path: &Path) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    for folder in parent.ancestors().take(2) {
        ensure!(
            !disk::is_link(folder),
            "{} is a link, which is not followed",
            folder.display()
        );
    }
    Ok(fs::create_dir_all(parent)?)
}

/// Whether the file is still the one that was read.
fn unchanged(path: &Path, change: &Change) -> Result<()> {
    let now = match fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    ensure!(
        now.as_deref() == change.before.as_deref().map(str::as_bytes),
        "it was changed meanwhile: run the command again"
    );
    Ok(())
}

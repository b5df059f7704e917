//! What most commands start with: the project, its store built if need be, and its prefixes.

mod build;
mod time_limit;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use super::errors::{self, Errors};
use super::next_step;
use super::printer::Printer;
use crate::graph::namespaces::Prefixes;
use crate::graph::{Location, release};
use crate::project::{Given, Limits, Project};
use crate::query::{Catalogue, CatalogueError, SavedQuery};
pub use crate::study::Session;
use crate::study::{FreshError, Step};
use build::{MB, not_built, show};
pub use build::{Memory, build, build_anew};
pub use time_limit::{LONGEST_LIMIT, time_limit, within, within_a_month};

/// Flags that choose study and store; every command takes them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Place {
    /// Project folder (with data/, and its own ontology/ and queries/ if it has them) or study
    /// folder (with publications.csv). Default: the working folder if it is one, else the study
    /// that the binary carries
    #[arg(
        short,
        long,
        global = true,
        value_name = "DIR",
        env = "CASEGRAPH_PROJECT"
    )]
    pub project: Option<PathBuf>,
    /// Study of the project, by the name of its folder in data/; needed where there are several
    #[arg(long, global = true, value_name = "NAME")]
    pub study: Option<String>,
    /// Folder of the store. Default: one for each study in casegraph/ of the user's folder for state,
    /// which is ~/.local/state
    #[arg(
        short,
        long,
        global = true,
        value_name = "DIR",
        env = "CASEGRAPH_LOCATION"
    )]
    pub location: Option<PathBuf>,
    /// Answer from a release (`casegraph release`), as it is; only for commands that read
    #[arg(long, global = true, value_name = "DIR")]
    pub release: Option<PathBuf>,
    /// Answer from the store as it is, even if the sheets have changed since it was built
    #[arg(long, global = true)]
    pub frozen: bool,
    /// Largest file of a project that is read, in MB
    #[arg(
        long,
        global = true,
        value_name = "MB",
        env = "CASEGRAPH_MAX_FILE",
        default_value_t = Limits::default().file >> 20,
        hide_short_help = true
    )]
    pub max_file: u64,
    /// Most files and folders that ontology/ or queries/ of a project may hold
    #[arg(
        long,
        global = true,
        value_name = "NUMBER",
        env = "CASEGRAPH_MAX_FILES",
        default_value_t = Limits::default().files,
        hide_short_help = true
    )]
    pub max_files: usize,
    /// Say less
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// How errors are written
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        env = errors::VARIABLE,
        value_enum,
        default_value_t,
        hide_short_help = true
    )]
    pub errors: Errors,
}

impl Place {
    /// The printer of the command.
    #[must_use]
    pub fn printer(&self) -> Printer {
        Printer::new(self.quiet)
    }

    /// Finds the project.
    ///
    /// # Errors
    /// There is none, or the choice is unclear.
    pub fn find(&self) -> Result<Project> {
        self.find_at(self.project.as_deref())
    }

    /// Finds the project at a folder.
    ///
    /// # Errors
    /// As for [`find`](Self::find).
    pub fn find_at(&self, folder: Option<&Path>) -> Result<Project> {
        let project = Project::find(folder, self.study.as_deref())?;
        Ok(project.with_limits(self.limits()))
    }

    /// How much of a project, and of other files, is read.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            file: self.max_file.saturating_mul(MB),
            files: self.max_files,
        }
    }

    /// The bytes of a file that the user names, or what a pipe gives.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn bytes_of(&self, path: &Path) -> Result<Vec<u8>> {
        let limits = self.limits();
        Ok(Given::open(path, limits.file)?.bytes(limits)?)
    }

    /// The text of a file that the user names, or what a pipe gives.
    ///
    /// # Errors
    /// It cannot be read, or is no text.
    pub fn text_of(&self, path: &Path) -> Result<String> {
        let limits = self.limits();
        Ok(Given::open(path, limits.file)?.text(limits)?)
    }

    /// The location of a project's store.
    ///
    /// # Errors
    /// None is named, and the user has no home folder.
    pub fn location(&self, project: &Project) -> Result<Location> {
        Ok(Location::new(
            match self.release.as_ref().or(self.location.as_ref()) {
                Some(named) => named.clone(),
                None => project.default_location()?,
            },
        ))
    }

    /// The location of a project's store, for a command that writes to it.
    ///
    /// # Errors
    /// The user names a release, which is never changed.
    pub fn location_to_write(&self, project: &Project) -> Result<Location> {
        anyhow::ensure!(
            self.release.is_none(),
            "--release is for reading, and a release is never changed: leave it out"
        );
        let location = self.location(project)?;
        location.may_be_written()?;
        Ok(location)
    }

    /// Opens the store, building it first if there is none or the sheets have changed. A release is checked first.
    ///
    /// # Errors
    /// The sheets have errors, or the store cannot be written or read, or the release is not as it was written.
    pub fn open(&self) -> Result<Session> {
        let project = self.find()?;
        let location = self.location(&project)?;
        // One that is not as it was written is not looked at any further.
        if self.release.is_some() || location.is_release() {
            release::verify(&location)?;
        }
        let session = if self.frozen || self.release.is_some() {
            Session::open(project, &location)?
        } else {
            self.open_or_build(project, &location)?
        };
        if let Some(updated) = &session.manifest.updated {
            self.printer().say(&format!(
                "The store was updated since it was built from the sheets, {updated}."
            ));
        }
        Ok(session)
    }

    fn open_or_build(&self, project: Project, location: &Location) -> Result<Session> {
        let printer = self.printer();
        let unread = project.store_within().filter(|_| self.location.is_none());
        let mut bar = None;
        let opened = Session::open_or_build(project, location, &mut |step| match step {
            Step::Needed { first } => {
                printer.say(if first {
                    "No store yet: building."
                } else {
                    "The sheets or the ontology have changed since the store was built: rebuilding."
                });
                if let Some(old) = &unread {
                    printer.say(&format!(
                        "{} is not read: a store in the study's folder may be somebody else's. Name it with --location to \
                         answer from it, or remove it.",
                        old.display()
                    ));
                }
            }
            Step::Progress(progress) => {
                show(bar.get_or_insert_with(|| printer.progress(0)), progress);
            }
            Step::Built(problems) => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
                for problem in problems.iter() {
                    printer.say(&problem.to_string());
                }
            }
            Step::Waiting { at, most } => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
                printer.say(&format!(
                    "Another build is writing to {}: waiting for it, {} minutes at most.",
                    at.display(),
                    most.as_secs() / 60
                ));
            }
        });
        if let Some(bar) = bar.take() {
            bar.finish_and_clear();
        }
        match opened {
            Err(FreshError::Build(error)) => Err(not_built(error, printer)),
            opened => Ok(opened?),
        }
    }

    /// Opens what the process that started this one has opened before.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open_again(&self) -> Result<Session> {
        let project = self.find()?;
        let location = self.location(&project)?;
        Ok(Session::open(project, &location)?)
    }
}

/// The saved analyses of a project, and how many files could not be taken.
pub struct Analyses {
    /// Those that can be run.
    pub catalogue: Catalogue,
    /// Those that can be read and name what the study cannot know.
    pub doubtful: Catalogue,
    /// What is wrong with these and with the files that cannot be read; each was printed.
    pub broken: Vec<CatalogueError>,
}

impl Analyses {
    /// The analysis of that name.
    ///
    /// # Errors
    /// There is none, or it is one of those that could not be taken.
    pub fn find(&self, name: &str) -> Result<&SavedQuery> {
        self.catalogue.find(name).map_err(|error| {
            let error = anyhow::Error::from(error);
            match self.broken.len() {
                0 => error,
                n => error.context(format!(
                    "{name} may be one of the analyses that are left out: {n} error(s) above"
                )),
            }
        })
    }
}

/// Reads the saved analyses of a project; prints what is wrong with broken ones and leaves them out.
///
/// # Errors
/// The folder cannot be read.
pub fn analyses(project: &Project, prefixes: &Prefixes, printer: Printer) -> Result<Analyses> {
    let folder = project.queries();
    let (mut files, mut broken) = (Vec::new(), Vec::new());
    for name in folder.names(".rq")? {
        if name.starts_with("checks/") {
            continue;
        }
        match folder.text(&name) {
            Ok(text) => files.extend(text.map(|text| (folder.display(&name), text))),
            Err(error) => broken.push(CatalogueError::Unreadable {
                reason: next_step::line(&error),
            }),
        }
    }
    let pairs: Vec<(String, String)> = prefixes
        .iter()
        .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
        .collect();
    let (catalogue, wrong) = Catalogue::read(files, &pairs)?;
    broken.extend(wrong);
    let lines = broken
        .iter()
        .map(|error| format!("warning: {}", next_step::line(error)));
    print_lines(lines, "broken analyses", |line| printer.always(line));
    Ok(Analyses {
        catalogue,
        doubtful: Catalogue::default(),
        broken,
    })
}

/// Lines of one kind that are printed beside an answer, at most: a stranger's study may have a million.
const MOST_LINES: usize = 200;

/// Prints each line, and of very many the first, with how many more there are of what.
fn print_lines(lines: impl ExactSizeIterator<Item = String>, what: &str, print: impl Fn(&str)) {
    let more = lines.len().saturating_sub(MOST_LINES);
    for line in lines.take(MOST_LINES) {
        print(&line);
    }
    if more > 0 {
        print(&format!("… and {more} more {what}"));
    }
}

/// Reads the saved analyses of an open study. One that names what the study cannot know is told and left
/// out with the broken ones: its answer would be empty and look like a finding.
///
/// # Errors
/// The folder or the store cannot be read.
pub fn known_analyses(session: &Session, printer: Printer) -> Result<Analyses> {
    let Analyses {
        mut catalogue,
        mut broken,
        ..
    } = analyses(&session.project, &session.prefixes, printer)?;
    let mut left_out = Vec::new();
    for saved in catalogue.queries() {
        for doubt in session.doubts(saved)? {
            if doubt.certain {
                let error = CatalogueError::Doubtful {
                    file: saved.path.clone(),
                    doubt: doubt.to_string(),
                };
                printer.always(&format!("warning: {error}"));
                left_out.push(saved.slug.clone());
                broken.push(error);
            } else {
                printer.say(&format!("warning: {}: {doubt}", saved.path));
            }
        }
    }
    let mut doubtful = catalogue.clone();
    doubtful.retain(|saved| left_out.contains(&saved.slug));
    catalogue.retain(|saved| !left_out.contains(&saved.slug));
    Ok(Analyses {
        catalogue,
        doubtful,
        broken,
    })
}

/// The names nearest to one that is not known, as the end of a sentence.
#[must_use]
pub fn suggestions(name: &str, known: &[String]) -> String {
    let name = name.to_lowercase();
    let near = crate::ontology::nearest(&name, known.iter().map(String::as_str));
    if near.is_empty() {
        String::new()
    } else {
        format!("; nearest: {}", near.join(", "))
    }
}

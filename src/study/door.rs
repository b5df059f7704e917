//! The door for programs: a study is opened, and its analyses are run.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{FreshError, Session, StudyError};
use crate::analysis::Analysis;
use crate::graph::{Location, QueryOptions};
use crate::project::{FileError, Project, ProjectError};
use crate::query::catalogue::{FindError, PrefixError};
use crate::query::{Catalogue, CatalogueError};

/// Why a study cannot be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no study in the folder, or several.
    #[error("{0}")]
    Project(#[from] ProjectError),
    /// A file of the study cannot be read.
    #[error("{0}")]
    File(#[from] FileError),
    /// The store cannot be made of the sheets, or read.
    #[error("{0}")]
    Store(#[from] FreshError),
    /// The prefixes of the study are none that queries can have.
    #[error("{0}")]
    Prefixes(#[from] PrefixError),
}

/// Why an analysis gives no result.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// The study has no analysis of that name.
    #[error("{0}")]
    Unknown(#[from] FindError),
    /// It cannot be computed.
    #[error("{0}")]
    Study(#[from] StudyError),
}

/// A study with its saved analyses; see [the crate's example](crate#as-a-library).
pub struct Study {
    session: Session,
    catalogue: Catalogue,
    broken: Vec<CatalogueError>,
}

impl Study {
    /// Opens the study of a folder: one with `publications.csv`, or a project with `data/` and one study in
    /// it. The store is where the program has it, and is built first if there is none or the sheets have changed.
    ///
    /// # Errors
    /// [`OpenError`]: there is no study, its sheets have errors, or the store cannot be written or read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let project = Project::find(Some(path.as_ref()), None)?;
        let store = project.default_location()?;
        Self::of(project, &Location::new(store))
    }

    /// Opens the study of a folder with its store in another one.
    ///
    /// # Errors
    /// Those of [`Study::open`].
    pub fn open_with(path: impl AsRef<Path>, store: impl Into<PathBuf>) -> Result<Self, OpenError> {
        let project = Project::find(Some(path.as_ref()), None)?;
        Self::of(project, &Location::new(store.into()))
    }

    fn of(project: Project, location: &Location) -> Result<Self, OpenError> {
        let session = Session::open_or_build(project, location, &mut |_| {})?;
        let files = session.project.queries().files(".rq")?;
        let analyses = files
            .into_iter()
            .filter(|file| !file.name.starts_with("checks/"))
            .map(|file| (file.path, file.text));
        let prefixes: Vec<(String, String)> = session
            .prefixes
            .iter()
            .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
            .collect();
        let (catalogue, broken) = Catalogue::read(analyses, &prefixes)?;
        Ok(Self {
            session,
            catalogue,
            broken,
        })
    }

    /// Runs a saved analysis with its defaults.
    ///
    /// # Errors
    /// [`RunError`]: there is none of that name, or it cannot be computed.
    pub fn run(&self, name: &str) -> Result<Analysis, RunError> {
        self.run_with(name, &[])
    }

    /// Runs a saved analysis with some parameters set: `("drug", "drug:crizotinib")`.
    ///
    /// # Errors
    /// Those of [`Study::run`], and a parameter that the analysis has not got.
    pub fn run_with(&self, name: &str, set: &[(&str, &str)]) -> Result<Analysis, RunError> {
        let saved = self.catalogue.find(name)?;
        let set: Vec<(String, String)> = set
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Ok(self
            .session
            .compute(saved, &set, &QueryOptions::default())?)
    }

    /// Saved analyses of the study and those that ship.
    #[must_use]
    pub fn analyses(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Why files of the study are no analyses.
    #[must_use]
    pub fn broken(&self) -> &[CatalogueError] {
        &self.broken
    }

    /// The study as the program has it open: its graph, for questions in SPARQL, and its prefixes.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }
}

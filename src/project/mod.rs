//! Where a study's ontology, sheets and saved analyses come from: a folder, or the copy that the
//! binary carries.
//!
//! A *project* is a folder with `data/<study>/` and, if it has its own, `ontology/` and `queries/`.
//! A *study folder* (one with `publications.csv` or `study.toml`) can also be named directly.
//! What a project does not have is taken from the shipped copy.

mod error;
mod files;
mod given;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

pub use error::{FileError, Limits};
pub use files::{Folder, TextFile};
pub use given::Given;

/// The parts of a project that are found and ready to be read.
#[derive(Debug, Clone)]
pub struct Project {
    /// The project's folder; `None` when everything is the shipped copy.
    root: Option<PathBuf>,
    study: Folder,
    ontology: Folder,
    /// Vocabularies of the study alone.
    own: Folder,
    queries: Folder,
}

/// Name of the folder with a study's own vocabularies.
pub const VOCABULARIES: &str = "vocabularies";

/// Why no project was found.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// The named folder does not exist.
    #[error("{0} is not a folder")]
    NoFolder(PathBuf),
    /// The folder is neither a project nor a study.
    #[error(
        "{0} holds no study: expected {1}data/<study>/publications.csv, or publications.csv itself; `casegraph init` makes a new project"
    )]
    NoStudy(PathBuf, String),
    /// There are several studies and none was chosen.
    #[error("{root} holds several studies: {}", .studies.join(", "))]
    SeveralStudies {
        /// The project's folder.
        root: PathBuf,
        /// Names of the studies.
        studies: Vec<String>,
    },
    /// The chosen study does not exist.
    #[error("{root} holds no study {name:?}; it holds {}", .studies.join(", "))]
    UnknownStudy {
        /// The project's folder.
        root: PathBuf,
        /// What was asked for.
        name: String,
        /// Names of the studies that the project has.
        studies: Vec<String>,
    },
    /// There is no folder for stores.
    #[error("there is no home folder to keep the store in: set HOME or XDG_STATE_HOME")]
    NoHome,
    /// A folder could not be read.
    #[error("{0}")]
    File(#[from] FileError),
}

fn is_study(folder: &Path) -> bool {
    folder.join("publications.csv").is_file() || folder.join("study.toml").is_file()
}

impl Project {
    /// The same project, whose folders keep what they read from now on.
    #[must_use]
    pub fn recording(&self) -> Self {
        Self {
            root: self.root.clone(),
            study: self.study.recording(),
            ontology: self.ontology.recording(),
            own: self.own.recording(),
            queries: self.queries.recording(),
        }
    }

    /// The same project with limits on how much of it is read.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self {
            root: self.root,
            study: self.study.with_limits(limits),
            ontology: self.ontology.with_limits(limits),
            own: self.own.with_limits(limits),
            queries: self.queries.with_limits(limits),
        }
    }

    /// Finds the project: the named folder, else the working folder if it is one, else the shipped
    /// study.
    ///
    /// # Errors
    /// The named folder is no project, or the choice of study is unclear.
    pub fn find(named: Option<&Path>, study: Option<&str>) -> Result<Self, ProjectError> {
        let Some(folder) = named else {
            let here = Path::new(".");
            return if is_study(here) || has_studies(here) {
                Self::at(here, study)
            } else {
                Self::shipped(study)
            };
        };
        if !folder.is_dir() {
            return Err(ProjectError::NoFolder(folder.to_owned()));
        }
        Self::at(folder, study)
    }

    /// The study of this name that the binary carries; without a name, the only one.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn shipped(study: Option<&str>) -> Result<Self, ProjectError> {
        let studies = Folder::shipped("data").folders()?;
        let name = choose(Path::new("the shipped data"), studies, study)?;
        Ok(Self {
            root: None,
            study: Folder::shipped(&format!("data/{name}")),
            ontology: Folder::shipped("ontology"),
            own: Folder::shipped(&format!("data/{name}/{VOCABULARIES}")),
            queries: Folder::shipped("queries"),
        })
    }

    fn at(folder: &Path, study: Option<&str>) -> Result<Self, ProjectError> {
        if is_study(folder) {
            // A study inside a project uses that project's ontology and analyses.
            let above = folder.canonicalize().ok().and_then(|path| {
                let data = path.parent()?;
                let root = data.parent()?;
                (data.file_name()? == "data" && root.join("ontology").is_dir())
                    .then(|| root.to_owned())
            });
            let parts = above.as_deref().unwrap_or(folder);
            return Ok(Self {
                root: Some(folder.to_owned()),
                study: Folder::part_of(folder, parts),
                ontology: part(parts, "ontology"),
                own: Folder::part_of(&folder.join(VOCABULARIES), parts),
                queries: part(parts, "queries"),
            });
        }
        let data = folder.join("data");
        let studies: Vec<String> = if data.is_dir() {
            let names = Folder::disk(&data).folders()?;
            names
                .into_iter()
                .filter(|name| is_study(&data.join(name)))
                .collect()
        } else {
            Vec::new()
        };
        if studies.is_empty() {
            let place = format!("{}/", folder.display());
            return Err(ProjectError::NoStudy(folder.to_owned(), place));
        }
        let name = choose(folder, studies, study)?;
        Ok(Self {
            root: Some(folder.to_owned()),
            study: Folder::part_of(&data.join(&name), folder),
            ontology: part(folder, "ontology"),
            own: Folder::part_of(&data.join(&name).join(VOCABULARIES), folder),
            queries: part(folder, "queries"),
        })
    }

    /// The same project with another folder for its study.
    #[must_use]
    pub fn with_study(&self, study: Folder) -> Self {
        Self {
            study,
            ..self.clone()
        }
    }

    /// The folder of the study's sheets.
    #[must_use]
    pub fn study(&self) -> &Folder {
        &self.study
    }

    /// The folder of the ontology.
    #[must_use]
    pub fn ontology(&self) -> &Folder {
        &self.ontology
    }

    /// The folder `vocabularies/` of the study, which adds to the ontology; most studies have none.
    #[must_use]
    pub fn own_vocabularies(&self) -> &Folder {
        &self.own
    }

    /// The folders of all vocabularies: the ontology, and what the study adds to it.
    #[must_use]
    pub fn vocabularies(&self) -> [&Folder; 2] {
        [&self.ontology, &self.own]
    }

    /// The folder of the saved analyses.
    #[must_use]
    pub fn queries(&self) -> &Folder {
        &self.queries
    }

    /// The name of the study's folder, from which its IRIs are made.
    #[must_use]
    pub fn study_name(&self) -> String {
        self.study.name()
    }

    /// Where the store lies unless told otherwise: in the folder where the user's programs keep their state, by the
    /// name and path of the study's folder. Not in the study's folder, for a store that came with it may be made of
    /// anything.
    ///
    /// # Errors
    /// The user has no such folder.
    pub fn default_location(&self) -> Result<PathBuf, ProjectError> {
        let given = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
        let home = || std::env::home_dir().map(|home| home.join(".local").join("state"));
        let state = given.filter(|path| path.is_absolute()).or_else(home);
        let state = state.filter(|path| path.is_absolute());
        let stores = state.ok_or(ProjectError::NoHome)?.join("casegraph");
        let name = self.study_name();
        let Some(path) = self.study.path() else {
            return Ok(stores.join(name));
        };
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let sum = Sha256::digest(path.as_os_str().as_encoded_bytes());
        let sum: String = sum[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(stores.join(format!("{name}-{sum}")))
    }

    /// A store in the project's own folder, where earlier versions had it.
    #[must_use]
    pub fn store_within(&self) -> Option<PathBuf> {
        let path = self
            .root
            .as_ref()?
            .join(".casegraph")
            .join(self.study_name());
        path.is_dir().then_some(path)
    }

    /// Whether a file of the study would be written within the project, and not where a link leads.
    #[must_use]
    pub fn keeps_study_within(&self) -> bool {
        let paths = [self.root.as_deref(), self.study.path()].map(|path| path?.canonicalize().ok());
        match paths {
            [Some(root), Some(study)] => study.starts_with(root),
            _ => false,
        }
    }

    /// Whether everything comes from the copy that the binary carries.
    #[must_use]
    pub fn is_shipped(&self) -> bool {
        self.root.is_none()
    }
}

fn has_studies(folder: &Path) -> bool {
    Folder::disk(&folder.join("data"))
        .folders()
        .is_ok_and(|names| {
            names
                .iter()
                .any(|name| is_study(&folder.join("data").join(name)))
        })
}

fn part(root: &Path, name: &str) -> Folder {
    let folder = root.join(name);
    if folder.is_dir() {
        Folder::part_of(&folder, root)
    } else {
        Folder::shipped(name)
    }
}

fn choose(root: &Path, studies: Vec<String>, chosen: Option<&str>) -> Result<String, ProjectError> {
    let root = root.to_owned();
    match (chosen, studies.as_slice()) {
        (Some(name), _) if studies.iter().any(|study| study == name) => Ok(name.to_owned()),
        (Some(name), _) => Err(ProjectError::UnknownStudy {
            root,
            name: name.to_owned(),
            studies,
        }),
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(ProjectError::SeveralStudies { root, studies }),
    }
}

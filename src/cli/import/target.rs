//! Where an import writes to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::super::init::{NewProject, name_of};
use super::super::output::{begin_folder, write_over};
use super::super::session::Place;
use super::stem;
use crate::case::Schema;
use crate::import::{Change, Imported, Sheet};
use crate::ingest::{Problem, Severity};
use crate::project::{Folder, Project};

/// The study that sheets go to.
pub(super) struct Target {
    /// The project that is there, or the shipped one for its ontology.
    pub project: Project,
    /// The folder of a new project; `None` where there is one.
    new: Option<PathBuf>,
    /// Name of the study.
    name: String,
    /// The folder of the project or study, as people name it.
    folder: PathBuf,
}

impl Target {
    /// Finds the study that an import is for.
    pub(super) fn find(place: &Place, into: Option<&Path>, file: &Path) -> Result<Self> {
        let begun = |folder: &Path| {
            folder
                .read_dir()
                .is_ok_and(|mut found| found.next().is_some())
        };
        let named = into.or(place.project.as_deref());
        let found = match named {
            Some(folder) if !begun(folder) => None,
            named => Some(place.find_at(named)?).filter(|project| !project.is_shipped()),
        };
        if let Some(project) = found {
            return Ok(Self {
                name: project.study_name(),
                project,
                new: None,
                folder: named.unwrap_or(Path::new(".")).to_owned(),
            });
        }
        let new = named.map_or_else(|| PathBuf::from(stem(file)), Path::to_owned);
        ensure!(
            named.is_some() || !begun(&new),
            "{} is not empty: name with --into where the sheets go",
            new.display()
        );
        Ok(Self {
            name: name_of(&new).context("say with --into where the sheets go")?,
            project: Project::shipped(None)?,
            folder: new.clone(),
            new: Some(new),
        })
    }

    /// The name of the study, and its folder if there is one.
    pub(super) fn study(&self) -> (&str, Option<&Folder>) {
        let there = self.new.is_none().then(|| self.project.study());
        (&self.name, there)
    }

    /// The sheets that the study has.
    pub(super) fn sheets(&self) -> Result<&'static Schema> {
        let (_, there) = self.study();
        let sheets = there.map_or(Ok(Schema::shipped()), crate::ingest::sheets_of);
        Ok(sheets?)
    }

    /// The bytes of a sheet as the study has it.
    pub(super) fn bytes(&self, sheet: &str) -> Result<Option<Vec<u8>>> {
        let (_, there) = self.study();
        let old = there.map(|folder| folder.bytes(&format!("{sheet}.csv")));
        Ok(old.transpose()?.flatten())
    }

    /// What is imported, behind the rows that the study has.
    pub(super) fn behind(&self, mut imported: Imported) -> Result<Imported> {
        let sheets = std::mem::take(&mut imported.sheets).into_iter();
        let mut met = None;
        let behind = sheets.map(|sheet| {
            let old = self.bytes(&sheet.name)?;
            if sheet.name == "cases" {
                met = Some((sheet.from.clone(), sheet.met(old.as_deref())));
            }
            Ok(sheet.behind(old.as_deref()))
        });
        imported.sheets = behind.collect::<Result<_>>()?;
        if let Some((file, cases)) = met.filter(|(_, cases)| !cases.is_empty()) {
            imported.problems.push(one_patient(file, &cases));
        }
        Ok(imported)
    }

    /// The folder, as people name it.
    pub(super) fn shown(&self) -> String {
        self.folder.display().to_string()
    }

    /// What each sheet does to the one that is there.
    pub(super) fn changes(&self, sheets: &[Sheet]) -> Result<Vec<Change>> {
        let (_, there) = self.study();
        let change = |sheet: &Sheet| {
            let old = there.map(|folder| folder.bytes(&format!("{}.csv", sheet.name)));
            let old = old.transpose()?.flatten();
            Ok(sheet.change(old.as_deref()))
        };
        sheets.iter().map(change).collect()
    }

    /// The `study.toml` of a new study.
    pub(super) fn meta(&self, file: &str, sheets: &[Sheet]) -> String {
        let name = &self.name;
        let mut cohorts = named_cohorts(sheets);
        cohorts.extend(["excluded"]);
        let cohorts: String = cohorts.iter().map(|cohort| described(cohort)).collect();
        let file = Path::new(file)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let file: String = file
            .chars()
            .filter(|c| !matches!(c, '"' | '\\') && !c.is_control())
            .collect();
        format!(
            "# What the study is. IRIs are made from the folder's name, {name:?}.
title = {name:?}
description = \"Imported from {file}. Say here what the study is about.\"
citations = []
licence = \"CC-BY-4.0\"
curators = [\"your name\"]

{cohorts}
# Defaults of this study for parameters of saved analyses. Without a drug here, an analysis asks for its own, or for
# the drug that most cases had, if nobody had that.
[parameters]
# drug = \"drug:larotrectinib\"
"
        )
    }

    /// Writes the sheets that change something.
    pub(super) fn write(&self, sheets: &[Sheet], changes: &[Change], meta: &str) -> Result<()> {
        let Some(new) = &self.new else {
            return self.write_over(sheets, changes);
        };
        let unfinished = begin_folder(new)?;
        let project = NewProject(&unfinished);
        let study = Path::new("data").join(&self.name);
        project.write(&study.join("study.toml"), meta)?;
        for name in crate::import::SHEETS {
            let csv = match sheets.iter().find(|sheet| sheet.name == name) {
                Some(sheet) => sheet.csv(),
                None => format!("{}\n", Schema::shipped().headings(name).join(",")),
            };
            project.write(&study.join(format!("{name}.csv")), &csv)?;
        }
        project.common()?;
        unfinished
            .finish()
            .with_context(|| format!("cannot write {}", new.display()))
    }

    fn write_over(&self, sheets: &[Sheet], changes: &[Change]) -> Result<()> {
        let changed = sheets
            .iter()
            .zip(changes)
            .filter(|(_, change)| **change != Change::Same);
        let mut changed = changed.peekable();
        let Some(study) = self
            .project
            .study()
            .path()
            .filter(|_| changed.peek().is_some())
        else {
            return Ok(());
        };
        ensure!(
            self.project.keeps_study_within(),
            "{} lies by a link outside of its project, and is not written to",
            study.display()
        );
        let cannot = || format!("cannot write {}", study.display());
        let unfinished = write_over(study)?;
        for (sheet, _) in changed {
            let written = unfinished.write(format!("{}.csv", sheet.name), sheet.csv().as_bytes());
            written.with_context(cannot)?;
        }
        unfinished.finish().with_context(cannot)
    }

    /// What to do next.
    pub(super) fn next(&self) -> String {
        let folder = self.shown();
        let mut next = String::from("Written. Next:\n");
        if self.is_synthetic() {
            let study = self.project.study().display("study.toml");
            next.push_str(&format!("  {study} says that the cases are invented: take out the line synthetic = true, and say there what the study is\n"));
        }
        next.push_str(&format!(
            "  casegraph check -p {folder}\n  casegraph report -p {folder}"
        ));
        next
    }

    /// Whether the study that is there says that its cases are invented, as a new project does of its example.
    fn is_synthetic(&self) -> bool {
        let (_, there) = self.study();
        there.is_some_and(crate::ingest::says_synthetic)
    }
}

/// How many cases a warning names.
const NAMED: usize = 5;

/// That cases of the file are taken as patients whom the study has from other sources.
fn one_patient(file: String, cases: &[String]) -> Problem {
    let many = cases.len();
    let mut named = cases[..many.min(NAMED)].join(", ");
    if many > NAMED {
        named.push_str(&format!(" and {} more", many - NAMED));
    }
    Problem {
        severity: Severity::Warning,
        file,
        cell: None,
        value: Some(many.to_string()),
        rule: format!(
            "cases have the keys of cases that the study has from other sources, and become one patient with them ({named}): if they are others, rename them"
        ),
        nearest: Vec::new(),
    }
}

/// The cohorts that sheets name, each once; `main` if none.
fn named_cohorts(sheets: &[Sheet]) -> BTreeSet<&str> {
    let sheet = sheets.iter().find(|sheet| sheet.name == "cohorts");
    let named = sheet.and_then(|sheet| {
        let column = sheet
            .headings
            .iter()
            .position(|heading| heading == "cohort")?;
        let cells = sheet.rows.iter().map(move |row| row.cells[column].trim());
        Some(cells.filter(|name| !name.is_empty()).collect())
    });
    let named: BTreeSet<&str> = named.unwrap_or_default();
    if named.is_empty() {
        ["main"].into()
    } else {
        named
    }
}

/// What `study.toml` says of a cohort.
fn described(cohort: &str) -> String {
    let (counted, description) = match cohort {
        "excluded" => (
            false,
            "Cases that are kept and do not count, each with its reason.",
        ),
        _ => (true, "Say here what these cases have in common."),
    };
    let name: String = cohort
        .chars()
        .filter(|c| !matches!(c, '"' | '\\') && !c.is_control())
        .collect();
    format!(
        "
[[cohorts]]
name = \"{name}\"
description = \"{description}\"
counted = {counted}
"
    )
}

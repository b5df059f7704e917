//! The publications for reference managers: all, and those of each role apart.

use super::{ExportError, ExportFormat, ExportStudy, Exported};
use crate::report::{Format, ListedPublication, PublicationRole, PublicationsDocument, Setting};

pub(super) const BIBTEX: ExportFormat = ExportFormat {
    name: "bibtex",
    describes: "the publications as BibTeX, by role",
    of_cases: false,
    write: |study| write(study, "bibtex"),
};

pub(super) const RIS: ExportFormat = ExportFormat {
    name: "ris",
    describes: "the publications as RIS, by role",
    of_cases: false,
    write: |study| write(study, "ris"),
};

pub(super) const CSL_JSON: ExportFormat = ExportFormat {
    name: "csl-json",
    describes: "the publications as CSL-JSON, by role",
    of_cases: false,
    write: |study| write(study, "csl-json"),
};

fn write(study: &ExportStudy, name: &str) -> Result<Exported, ExportError> {
    let mut exported = Exported::default();
    let format = Format::named(name).expect("a format of the registry");
    let roles = [
        None,
        Some(PublicationRole::Included),
        Some(PublicationRole::Excluded),
        Some(PublicationRole::Background),
    ];
    for role in roles {
        let all = study.publications.values();
        let of_role = all
            .filter(|one| role.is_none_or(|role| role == one.role))
            .cloned();
        let document = PublicationsDocument {
            publications: of_role.collect::<Vec<ListedPublication>>(),
            synthetic: study.session.manifest.synthetic,
            made_from: study.session.made_from(),
        };
        let word = role.map_or("all", PublicationRole::word);
        let bytes = (format.write)(&document, &Setting::default())?;
        exported.add(format!("{word}.{}", format.ending), bytes);
    }
    exported
        .ledger
        .lose("", "cases", "", "the format is of publications alone");
    for one in study.publications.values() {
        let publication = &one.publication;
        if !publication.first_author.is_empty() {
            let why = "authors after the first are not in the data";
            exported
                .ledger
                .lose("", &format!("publications.{}", publication.key), "", why);
        }
    }
    Ok(exported)
}

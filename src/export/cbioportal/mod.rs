//! A study folder of cBioPortal.
//!
//! Format: <https://docs.cbioportal.org/file-formats/>. A patient has one sample, the tumor of the report. Survival is
//! given in pairs of status and months, with the moment that the months count from beside them.

mod clinical;
mod events;
mod identifiers;
mod oncotree;
mod table;

use super::unsaid::Unsaid;
use super::{ExportCase, ExportError, ExportFormat, ExportStudy, Exported};
use crate::case::{FactSheet, KnownSheet as Known};
use identifiers::Ids;
use oncotree::TumorTypes;

pub(super) const FORMAT: ExportFormat = ExportFormat {
    name: "cbioportal",
    describes: "study folder of cBioPortal: clinical data, structural variants, timeline",
    of_cases: true,
    write,
};

/// The cancer type of a study with several.
const MIXED: &str = "mixed";

/// A case as the files of the folder need it.
struct Patient<'a> {
    case: &'a ExportCase,
    /// Its name in the portal.
    id: String,
    sample: String,
}

fn write(study: &ExportStudy) -> Result<Exported, ExportError> {
    let mut exported = Exported::default();
    let mut ids = Ids::default();
    let patients: Vec<Patient> = study
        .cases
        .iter()
        .map(|case| {
            let id = ids.fit(case.key());
            let sample = format!("{id}-tumor");
            Patient { case, id, sample }
        })
        .collect();
    let id = study.name().replace('-', "_");
    let mut unsaid: Vec<Unsaid> = study.cases.iter().map(Unsaid::of).collect();
    meta_study(study, &id, &mut exported);
    clinical::patients(study, &patients, &id, &mut unsaid, &mut exported);
    let types = TumorTypes::read(study, &mut exported)?;
    clinical::samples(study, (&patients, &types), &id, &mut unsaid, &mut exported);
    events::structural_variants(study, &patients, &id, &mut unsaid, &mut exported);
    events::timeline(study, &patients, &id, &mut unsaid, &mut exported);
    for left in unsaid {
        left.lose(&study.terms, &mut exported.ledger, |sheet, column| {
            reason(sheet, column)
        });
    }
    exported.ledger.lose(
        "",
        "reports",
        "",
        "what each source reports, and why a value is missing, has no place: the folder has what is taken as true",
    );
    Ok(exported)
}

/// The text of a meta file: a line a key. Values are kept on one line.
fn meta(lines: &[(&str, &str)]) -> String {
    let line = |(key, value): &(&str, &str)| {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{key}: {value}\n")
    };
    lines.iter().map(line).collect()
}

fn meta_study(study: &ExportStudy, id: &str, exported: &mut Exported) {
    let synthetic = if study.session.manifest.synthetic {
        "SYNTHETIC DATA: these cases are invented. "
    } else {
        ""
    };
    let description = format!(
        "{synthetic}{} Published cases, not consecutive patients. Months count from the moment in OS_COUNTED_FROM, which differs between patients. {}",
        study.description,
        study.session.made_from()
    );
    let name = format!("{synthetic}{}", study.title());
    let citation = study.citations.first().map_or("", String::as_str);
    let mut lines = vec![
        ("type_of_cancer", MIXED),
        ("cancer_study_identifier", id),
        ("name", &name),
        ("description", &description),
    ];
    if !citation.is_empty() {
        lines.push(("citation", citation));
    }
    lines.push(("add_global_case_list", "true"));
    exported.add("meta_study.txt", meta(&lines));
    let types = [
        ("genetic_alteration_type", "CANCER_TYPE"),
        ("datatype", "CANCER_TYPE"),
        ("data_filename", "data_cancer_type.txt"),
    ];
    exported.add("meta_cancer_type.txt", meta(&types));
    exported.add(
        "data_cancer_type.txt",
        format!("{MIXED}\tMixed Cancer Types\tBlack\ttissue\n"),
    );
}

/// Why the folder does not say a column.
fn reason(sheet: FactSheet, column: &str) -> &'static str {
    match (sheet.known(), column) {
        (Some(Known::Treatments), "best_response" | "pfs_months" | "progressed") => {
            "a patient has one of these: it is that of the first episode that has one"
        }
        (Some(Known::Treatments), _) => {
            "an episode stands in the timeline, which needs its start, and no source states that"
        }
        (Some(Known::AdverseEvents), _) => {
            "an event needs a day in the timeline, and the sheets have none"
        }
        (Some(Known::Alterations), _) => {
            "a mutation belongs to a sample, and it is not known of which time this one is; plain words are no mutation"
        }
        (Some(Known::Fusions), _) => "a structural variant needs a gene",
        (Some(Known::FollowUp), "months" | "counted_from") => {
            "survival is a pair: months without a status that says dead or alive have no place"
        }
        (None, _) => "a sheet of the study's own with several rows a case",
        _ => "no attribute takes it",
    }
}

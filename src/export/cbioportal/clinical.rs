//! Clinical attributes of patients and samples.

use super::oncotree::TumorTypes;
use super::table::{Attribute, Kind, clinical};
use super::{Patient, meta};
use crate::case::{Column, FactSheet, Kind as Of, Property};
use crate::export::unsaid::{Unsaid, shown};
use crate::export::{ExportEvent, ExportStudy, Exported};

/// Attributes with a value for each patient.
struct Columns<'a> {
    patients: &'a [Patient<'a>],
    attributes: Vec<Attribute>,
    values: Vec<Vec<String>>,
}

impl<'a> Columns<'a> {
    fn new(patients: &'a [Patient<'a>]) -> Self {
        Self {
            patients,
            attributes: Vec::new(),
            values: vec![Vec::new(); patients.len()],
        }
    }

    fn add(&mut self, attribute: Attribute, value: impl Fn(&Patient) -> String) {
        self.attributes.push(attribute);
        for (row, patient) in self.values.iter_mut().zip(self.patients) {
            row.push(value(patient));
        }
    }

    /// A column of a sheet with one row a case.
    fn of_sheet(
        &mut self,
        sheet: FactSheet,
        column: &'static str,
        attribute: Attribute,
        study: &ExportStudy,
    ) {
        self.add(attribute, |patient| {
            words(patient.case.one(sheet), column, study)
        });
    }

    fn text(&self) -> String {
        clinical(&self.attributes, &self.values)
    }
}

/// The values of a column in words.
fn words(event: Option<&ExportEvent>, column: &str, study: &ExportStudy) -> String {
    let values = event.map_or(&[][..], |event| event.all(column));
    let values: Vec<&str> = values
        .iter()
        .map(|datum| shown(datum, &study.terms))
        .collect();
    values.join("; ")
}

fn number(event: Option<&ExportEvent>, column: &str) -> String {
    let number = event.and_then(|event| event.number(column));
    number.map_or(String::new(), |number| number.to_string())
}

fn truth(value: Option<bool>) -> String {
    match value {
        Some(true) => "TRUE".to_owned(),
        Some(false) => "FALSE".to_owned(),
        None => String::new(),
    }
}

/// Status and months of overall survival, where the status says dead or alive.
fn survival(patient: &Patient, study: &ExportStudy) -> Option<(bool, f64)> {
    let last = patient.case.one(FactSheet::follow_up())?;
    let died = study.terms.means_death(last.term("status")?)?;
    Some((died, last.number("months")?))
}

/// The first episode, as placed and then as listed, for which something is known.
fn first<'a>(
    patient: &'a Patient,
    known: impl Fn(&ExportEvent) -> bool,
) -> Option<(u32, &'a ExportEvent)> {
    let mut episodes: Vec<_> = patient.case.of(FactSheet::treatments()).collect();
    episodes.sort_by_key(|(item, episode)| (episode.position.unwrap_or(u32::MAX), *item));
    episodes.into_iter().find(|(_, episode)| known(episode))
}

fn has_response(episode: &ExportEvent) -> bool {
    episode.term("best_response").is_some()
}

/// The first episode with a response.
fn response<'a>(patient: &'a Patient) -> Option<&'a ExportEvent> {
    first(patient, has_response).map(|(_, episode)| episode)
}

/// The first episode with a time without progression.
fn pfs<'a>(patient: &'a Patient) -> Option<&'a ExportEvent> {
    first(patient, has_progression).map(|(_, episode)| episode)
}

fn has_progression(episode: &ExportEvent) -> bool {
    episode.number("pfs_months").is_some() && episode.boolean("progressed").is_some()
}

fn drugs(episode: &ExportEvent, study: &ExportStudy) -> String {
    let all = episode.all("agent").iter().chain(episode.all("with"));
    let all: Vec<&str> = all.map(|drug| shown(drug, &study.terms)).collect();
    all.join(" + ")
}

pub(super) fn patients(
    study: &ExportStudy,
    patients: &[Patient],
    id: &str,
    unsaid: &mut [Unsaid],
    exported: &mut Exported,
) {
    let (cases, follow_up) = (FactSheet::cases(), FactSheet::follow_up());
    let mut columns = Columns::new(patients);
    let text = |id, name, describes| Attribute::new(id, name, describes, Kind::Text);
    let months = |id, name, describes| Attribute::new(id, name, describes, Kind::Number);
    columns.add(text("PATIENT_ID", "Patient", "Key of the case"), |of| {
        of.id.clone()
    });
    columns.of_sheet(cases, "sex", text("SEX", "Sex", "Sex"), study);
    let age = "Age in years as the source states it, usually at presentation or diagnosis";
    columns.add(months("AGE", "Age", age), |of| {
        number(of.case.one(cases), "age_years")
    });
    let age_group = "Age group where a source gives no age";
    columns.of_sheet(
        cases,
        "age_group",
        text("AGE_GROUP", "Age group", age_group),
        study,
    );
    columns.add(
        text(
            "OS_STATUS",
            "Overall survival status",
            "Dead or alive at the last follow-up that is told",
        ),
        |of| match survival(of, study) {
            Some((true, _)) => "1:DECEASED".to_owned(),
            Some((false, _)) => "0:LIVING".to_owned(),
            None => String::new(),
        },
    );
    let os = "Months to death or last follow-up, from the moment in OS_COUNTED_FROM, which differs between patients";
    columns.add(months("OS_MONTHS", "Overall survival (months)", os), |of| {
        survival(of, study).map_or(String::new(), |(_, months)| months.to_string())
    });
    let from = "The moment that OS_MONTHS counts from; empty if the source does not say it";
    columns.add(
        text("OS_COUNTED_FROM", "Overall survival counted from", from),
        |of| {
            let pair = survival(of, study).is_some();
            if pair {
                words(of.case.one(follow_up), "counted_from", study)
            } else {
                String::new()
            }
        },
    );
    columns.of_sheet(
        follow_up,
        "status",
        text(
            "LAST_STATUS",
            "Last known status",
            "Status at the last follow-up, as the study has it",
        ),
        study,
    );
    columns.add(
        text(
            "PFS_STATUS",
            "Progression free status",
            "Progression or death under the treatment in PFS_TREATMENT",
        ),
        |of| match pfs(of).and_then(|episode| episode.boolean("progressed")) {
            Some(true) => "1:PROGRESSION".to_owned(),
            Some(false) => "0:CENSORED".to_owned(),
            None => String::new(),
        },
    );
    let pfs_months = "Months from the first dose of the treatment in PFS_TREATMENT";
    columns.add(
        months("PFS_MONTHS", "Progression free (months)", pfs_months),
        |of| number(pfs(of), "pfs_months"),
    );
    columns.add(
        text(
            "PFS_TREATMENT",
            "Progression free under",
            "The first episode that has a time without progression",
        ),
        |of| pfs(of).map_or(String::new(), |episode| drugs(episode, study)),
    );
    columns.add(
        text(
            "BEST_RESPONSE",
            "Best overall response",
            "Best overall response to the treatment in BEST_RESPONSE_TO",
        ),
        |of| words(response(of), "best_response", study),
    );
    columns.add(
        text(
            "BEST_RESPONSE_TO",
            "Best overall response to",
            "The first episode that has a response",
        ),
        |of| response(of).map_or(String::new(), |episode| drugs(episode, study)),
    );
    columns.add(
        Attribute::new(
            "COUNTED",
            "Counted",
            "Whether the case counts in the analyses of the study",
            Kind::Boolean,
        ),
        |of| truth(Some(of.case.profile.counted)),
    );
    columns.add(
        text(
            "WHY_NOT_COUNTED",
            "Why not counted",
            "Why the case does not count",
        ),
        |of| of.case.profile.excluded.clone().unwrap_or_default(),
    );
    columns.add(
        text(
            "SUSPECTED_DUPLICATE_OF",
            "Suspected duplicate of",
            "Cases that may be the same patient",
        ),
        |of| of.case.profile.suspected.join("; "),
    );
    columns.add(
        text(
            "SOURCES",
            "Sources",
            "Publications: PubMed identifier, DOI or key",
        ),
        |of| {
            let of = study.sources(of.case).into_iter().map(|one| {
                let publication = &one.publication;
                match (publication.pmid.as_str(), publication.doi.as_str()) {
                    ("", "") => publication.key.clone(),
                    ("", doi) => format!("doi:{doi}"),
                    (pmid, _) => format!("PMID:{pmid}"),
                }
            });
            of.collect::<Vec<_>>().join("; ")
        },
    );
    let own = own_columns(study);
    for (sheet, column) in &own {
        let id = format!("{}_{}", sheet.name(), column.name).to_uppercase();
        let mut attribute = Attribute::new(&id, column.label, column.describes, kind(column));
        attribute.shown = false;
        columns.add(attribute, |of| {
            let event = of.case.one(*sheet);
            match column.kind {
                Of::YesNo => truth(event.and_then(|event| event.boolean(column.name))),
                Of::Integer(..) | Of::Decimal(..) => number(event, column.name),
                _ => words(event, column.name, study),
            }
        });
    }
    for (left, patient) in unsaid.iter_mut().zip(patients) {
        left.say(cases, 1, &["sex", "age_group"]);
        // A range of ages is no number: it stays unsaid.
        if !number(patient.case.one(cases), "age_years").is_empty() {
            left.say(cases, 1, &["age_years"]);
        }
        left.say(follow_up, 1, &["status"]);
        if survival(patient, study).is_some() {
            left.say(follow_up, 1, &["months", "counted_from"]);
        }
        if let Some((item, _)) = first(patient, has_progression) {
            left.say(FactSheet::treatments(), item, &["pfs_months", "progressed"]);
        }
        if let Some((item, _)) = first(patient, has_response) {
            left.say(FactSheet::treatments(), item, &["best_response"]);
        }
        for (sheet, column) in &own {
            left.say(*sheet, 1, &[column.name]);
        }
    }
    file(
        "patient",
        "PATIENT_ATTRIBUTES",
        id,
        &columns.text(),
        exported,
    );
}

/// Columns of the study's own on sheets with one row a case.
fn own_columns(study: &ExportStudy) -> Vec<(FactSheet, &'static Column)> {
    let sheets = study
        .session
        .schema
        .facts()
        .filter(|sheet| !sheet.numbered());
    let columns =
        sheets.flat_map(|sheet| sheet.columns().iter().map(move |column| (sheet, column)));
    columns
        .filter(|(_, column)| matches!(column.property, Property::OfStudy(_)))
        .collect()
}

fn kind(column: &Column) -> Kind {
    match column.kind {
        Of::Integer(..) | Of::Decimal(..) => Kind::Number,
        Of::YesNo => Kind::Boolean,
        _ => Kind::Text,
    }
}

pub(super) fn samples(
    study: &ExportStudy,
    (patients, types): (&[Patient], &TumorTypes),
    id: &str,
    unsaid: &mut [Unsaid],
    exported: &mut Exported,
) {
    let cases = FactSheet::cases();
    let mut columns = Columns::new(patients);
    let text = |id, name, describes| Attribute::new(id, name, describes, Kind::Text);
    let histology = |of: &Patient| {
        let term = of.case.one(cases).and_then(|case| case.term("histology"));
        term.map(str::to_owned)
    };
    // Name and main type of the tumor type, if a tree is linked that has it.
    let names = |of: &Patient| types.get(&histology(of)?)?.names.clone();
    columns.add(text("PATIENT_ID", "Patient", "Key of the case"), |of| {
        of.id.clone()
    });
    columns.add(
        text("SAMPLE_ID", "Sample", "The tumor that the source reports"),
        |of| of.sample.clone(),
    );
    columns.add(
        text(
            "CANCER_TYPE",
            "Cancer type",
            "The main type of the OncoTree code, if OncoTree is linked; else the widest class of the histology",
        ),
        |of| {
            if let Some((_, main)) = names(of).filter(|(_, main)| !main.is_empty()) {
                return main;
            }
            let term = histology(of);
            let above = term
                .as_deref()
                .and_then(|term| study.terms.above(term).last().copied());
            above.map_or(String::new(), |term| study.terms.label(term).to_owned())
        },
    );
    columns.add(
        text(
            "CANCER_TYPE_DETAILED",
            "Cancer type detailed",
            "The name of the OncoTree code, if OncoTree is linked; else the histology",
        ),
        |of| {
            let label = || histology(of).map(|term| study.terms.label(&term).to_owned());
            let name = names(of).map(|(name, _)| name);
            name.or_else(label).unwrap_or_default()
        },
    );
    columns.add(
        text(
            "ONCOTREE_CODE",
            "OncoTree code",
            "Code of the very same tumor in OncoTree, where it has one",
        ),
        |of| {
            let known = histology(of).and_then(|term| types.get(&term));
            known.map_or(String::new(), |of| of.code.clone())
        },
    );
    columns.of_sheet(
        cases,
        "histology_verbatim",
        text(
            "HISTOLOGY",
            "Histology in the words of the source",
            "Histology as the source words it",
        ),
        study,
    );
    columns.of_sheet(
        cases,
        "primary_site",
        text("PRIMARY_SITE", "Primary site", "Site of origin"),
        study,
    );
    columns.of_sheet(
        cases,
        "metastatic_sites",
        text("METASTATIC_SITE", "Metastatic sites", "Sites of metastases"),
        study,
    );
    columns.of_sheet(
        cases,
        "stage",
        text("STAGE", "Stage or extent", "Stage or extent as stated"),
        study,
    );
    columns.add(
        Attribute::new(
            "MULTIFOCAL",
            "Multifocal",
            "Whether the tumor is stated to be multifocal",
            Kind::Boolean,
        ),
        |of| {
            truth(
                of.case
                    .one(cases)
                    .and_then(|case| case.boolean("multifocal")),
            )
        },
    );
    columns.add(
        Attribute::new(
            "PARTNER_INFERRED",
            "Partner inferred",
            "Whether the fusion partner was inferred, as from a staining pattern, and not observed",
            Kind::Boolean,
        ),
        |of| {
            let known = of.case.of(FactSheet::fusions()).next().is_some();
            truth(known.then_some(of.case.profile.inferred_partner))
        },
    );
    let said = [
        "histology",
        "histology_verbatim",
        "primary_site",
        "metastatic_sites",
        "stage",
        "multifocal",
    ];
    for left in unsaid {
        left.say(cases, 1, &said);
    }
    file("sample", "SAMPLE_ATTRIBUTES", id, &columns.text(), exported);
}

fn file(what: &str, datatype: &str, id: &str, text: &str, exported: &mut Exported) {
    let data = format!("data_clinical_{what}.txt");
    let lines = [
        ("cancer_study_identifier", id),
        ("genetic_alteration_type", "CLINICAL"),
        ("datatype", datatype),
        ("data_filename", data.as_str()),
    ];
    exported.add(format!("meta_clinical_{what}.txt"), meta(&lines));
    exported.add(data, text);
}

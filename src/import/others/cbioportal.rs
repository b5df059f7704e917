//! A study folder of cBioPortal: clinical data of patients and samples, structural variants, treatments of a timeline.

mod mutations;

use std::collections::BTreeMap;

use super::Files;
use super::draft::{Cells, Draft, MONTH, Source, plain};
use super::fusions::said_of_fusion;

/// The file by which a folder is known.
pub(super) const META: &str = "meta_study.txt";

/// Words that stand for no value.
const NOTHING: &[&str] = &[
    "[not available]",
    "[not applicable]",
    "[not evaluated]",
    "[unknown]",
    "[pending]",
    "[discrepancy]",
    "[completed]",
    "[null]",
    "na",
    "n/a",
    "unknown",
    "",
];

/// A table by its headings.
struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A file of tabs; lines that begin with # describe the columns.
    fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let cells = |line: &str| -> Vec<String> {
            line.split('\t')
                .map(|cell| cell.trim().to_owned())
                .collect()
        };
        let headings = lines.next().map(cells).unwrap_or_default();
        Self {
            headings: headings
                .iter()
                .map(|heading| heading.to_uppercase())
                .collect(),
            rows: lines.map(cells).collect(),
        }
    }

    fn row<'t>(&'t self, cells: &'t [String]) -> Row<'t> {
        Row { table: self, cells }
    }
}

#[derive(Clone, Copy)]
struct Row<'t> {
    table: &'t Table,
    cells: &'t [String],
}

impl<'t> Row<'t> {
    /// The cell of the first of some columns that says something.
    fn get(self, names: &[&str]) -> &'t str {
        let cell = |name: &&str| {
            let at = self
                .table
                .headings
                .iter()
                .position(|heading| heading == name)?;
            let cell = self.cells.get(at)?.as_str();
            (!NOTHING.contains(&cell.to_lowercase().as_str())).then_some(cell)
        };
        names.iter().find_map(cell).unwrap_or_default()
    }
}

/// The tables of a kind: those that a meta file of it names.
fn tables(files: &Files, alteration: &str, datatypes: &[&str]) -> Vec<Table> {
    let meta = files
        .iter()
        .filter(|(name, _)| name.starts_with("meta_") || name.contains("/meta_"));
    let named = meta.filter_map(|(_, bytes)| {
        let fields = fields(bytes);
        let is = fields
            .get("genetic_alteration_type")
            .is_some_and(|kind| kind == alteration)
            && fields
                .get("datatype")
                .is_some_and(|kind| datatypes.contains(&kind.as_str()));
        if is {
            fields.get("data_filename").cloned()
        } else {
            None
        }
    });
    named
        .filter_map(|name| files.get(&name).map(|bytes| Table::of(bytes)))
        .collect()
}

/// The lines of a meta file.
fn fields(bytes: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

pub(super) fn read(files: &Files, draft: &mut Draft) {
    let meta = files
        .get(META)
        .map(|bytes| fields(bytes))
        .unwrap_or_default();
    let field = |name: &str| meta.get(name).map_or("", String::as_str);
    let key = crate::graph::namespaces::slug(field("cancer_study_identifier"));
    let key = if key.is_empty() { draft.own_key() } else { key };
    // Several identifiers stand in one line: none of them alone is that of the source.
    let pmid = Some(field("pmid"))
        .filter(|pmid| !pmid.is_empty() && pmid.bytes().all(|b| b.is_ascii_digit()));
    draft.publication(
        &key,
        &[
            ("title", field("name")),
            ("journal", "cBioPortal"),
            ("pmid", pmid.unwrap_or_default()),
            ("kind", "database"),
            ("read", "full-text"),
            ("note", field("citation")),
        ],
    );
    let source = |file: &str| Source {
        publication: key.clone(),
        locator: file.to_owned(),
    };
    let patients = tables(
        files,
        "CLINICAL",
        &["PATIENT_ATTRIBUTES", "CLINICAL", "MIXED_ATTRIBUTES"],
    );
    let samples = tables(
        files,
        "CLINICAL",
        &["SAMPLE_ATTRIBUTES", "CLINICAL", "MIXED_ATTRIBUTES"],
    );
    let mut people: BTreeMap<&str, (Option<Row>, Vec<Row>)> = BTreeMap::new();
    for (table, of_samples) in samples
        .iter()
        .map(|table| (table, true))
        .chain(patients.iter().map(|table| (table, false)))
    {
        for cells in &table.rows {
            let row = table.row(cells);
            let patient = row.get(&["PATIENT_ID"]);
            if patient.is_empty() {
                continue;
            }
            let of = people.entry(patient).or_default();
            if of_samples {
                of.1.push(row);
            } else {
                of.0 = Some(row);
            }
        }
    }
    let mut of_sample: BTreeMap<&str, &str> = BTreeMap::new();
    for (patient, (row, samples)) in &people {
        of_sample.extend(
            samples
                .iter()
                .map(|sample| (sample.get(&["SAMPLE_ID"]), *patient)),
        );
        let rows: Vec<Row> = row.iter().chain(samples).copied().collect();
        let case = match of(&rows, &["COUNTED"]) {
            "FALSE" => draft.excluded(
                patient,
                &source("clinical data"),
                of(&rows, &["WHY_NOT_COUNTED"]),
            ),
            _ => draft.case(patient, &source("clinical data")),
        };
        person(&rows, &case, &source("clinical data"), draft);
        if samples.len() > 1 {
            let rule = format!(
                "has {} samples: what the first says of the tumor is taken",
                samples.len()
            );
            draft.warn(patient, rule);
        }
    }
    for table in tables(files, "STRUCTURAL_VARIANT", &["SV", "FUSION"]) {
        for cells in &table.rows {
            let row = table.row(cells);
            let patient = of_sample.get(row.get(&["SAMPLE_ID"])).copied();
            if let Some(patient) = patient {
                let case = draft.case(patient, &source("structural variants"));
                fusion(row, &case, &source("structural variants"), draft);
            }
        }
    }
    for table in tables(files, "CLINICAL", &["TIMELINE"]) {
        for cells in &table.rows {
            let row = table.row(cells);
            if row.get(&["EVENT_TYPE"]).eq_ignore_ascii_case("treatment")
                && people.contains_key(row.get(&["PATIENT_ID"]))
            {
                let case = draft.case(row.get(&["PATIENT_ID"]), &source("timeline"));
                treatment(row, &case, &source("timeline"), draft);
            }
        }
    }
    let found = tables(files, "MUTATION_EXTENDED", &["MAF"]);
    mutations::read(&found, &of_sample, &source("mutations"), draft);
}

/// The value of the first row that has one.
fn of<'t>(rows: &[Row<'t>], names: &[&str]) -> &'t str {
    rows.iter()
        .map(|row| row.get(names))
        .find(|value| !value.is_empty())
        .unwrap_or_default()
}

fn person(rows: &[Row], case: &str, source: &Source, draft: &mut Draft) {
    let mut cells = Cells::default();
    match of(rows, &["SEX", "GENDER"]).to_lowercase().as_str() {
        "female" | "f" => cells.set("sex", "female"),
        "male" | "m" => cells.set("sex", "male"),
        "" => {}
        other => cells.in_words("sex", other),
    }
    let age = of(
        rows,
        &[
            "AGE",
            "AGE_AT_DIAGNOSIS",
            "DIAGNOSIS_AGE",
            "AGE_AT_PROCUREMENT",
        ],
    );
    match age.parse::<f64>() {
        Ok(years) if (0.0..=120.0).contains(&years) => cells.set("age_years", plain(years, 2)),
        _ => cells.in_words("age_years", age),
    }
    match of(rows, &["AGE_GROUP"]) {
        group @ ("pediatric" | "adult") => cells.set("age_group", group),
        other => cells.in_words("age_group", other),
    }
    let code = of(rows, &["ONCOTREE_CODE"]);
    let id = if code.is_empty() {
        String::new()
    } else {
        format!("ONCOTREE:{code}")
    };
    let label = of(
        rows,
        &[
            "CANCER_TYPE_DETAILED",
            "HISTOLOGICAL_DIAGNOSIS",
            "CANCER_TYPE",
        ],
    );
    draft.word(&mut cells, ("histology", "histology"), (&id, label), case);
    let verbatim = of(rows, &["HISTOLOGY"]);
    cells.set(
        "histology_verbatim",
        if cells.has("histology") {
            verbatim
        } else {
            label
        },
    );
    let site = of(rows, &["PRIMARY_SITE", "TUMOR_SITE", "TUMOR_TISSUE_SITE"]);
    draft.word(&mut cells, ("site", "primary_site"), ("", site), case);
    cells.set(
        "stage",
        of(
            rows,
            &["STAGE", "TUMOR_STAGE", "AJCC_PATHOLOGIC_TUMOR_STAGE"],
        ),
    );
    let metastases = of(rows, &["METASTATIC_SITE"]);
    draft.words(&mut cells, ("site", "metastatic_sites"), metastases, "; ");
    if let Some(yes) = truth(of(rows, &["MULTIFOCAL"])) {
        cells.set("multifocal", yes);
    }
    draft.row("cases", case, source, cells);
    survival(rows, case, source, draft);
}

fn truth(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "true" | "yes" => Some("yes"),
        "false" | "no" => Some("no"),
        _ => None,
    }
}

/// The last status. Old folders write `LIVING`, new ones `0:LIVING`.
fn survival(rows: &[Row], case: &str, source: &Source, draft: &mut Draft) {
    let mut cells = Cells::default();
    let status = of(rows, &["OS_STATUS"]).to_uppercase();
    let word = status.rsplit(':').next().unwrap_or_default();
    let last = of(rows, &["LAST_STATUS"]);
    if last.is_empty() {
        match word {
            "LIVING" | "ALIVE" => cells.set("status", "alive"),
            "DECEASED" | "DEAD" => cells.set("status", "dead"),
            "" => {}
            other => cells.in_words("status", other),
        }
    } else {
        draft.word(&mut cells, ("status", "status"), ("", last), case);
    }
    let months = of(rows, &["OS_MONTHS"]);
    match months.parse::<f64>() {
        Ok(number) if number >= 0.0 => {
            cells.set("months", plain(number, 2));
            cells.set("counted_from", of(rows, &["OS_COUNTED_FROM"]));
        }
        _ => cells.in_words("months", months),
    }
    draft.row("follow_up", case, source, cells);
    response(rows, case, source, draft);
}

/// The best response and the time without progression that a folder of ours has, each with its treatment.
fn response(rows: &[Row], case: &str, source: &Source, draft: &mut Draft) {
    let (response, to) = (
        of(rows, &["BEST_RESPONSE"]),
        of(rows, &["BEST_RESPONSE_TO"]),
    );
    let (months, under) = (of(rows, &["PFS_MONTHS"]), of(rows, &["PFS_TREATMENT"]));
    let same = to == under;
    if !to.is_empty() {
        let mut cells = Cells::default();
        drugs(to, &mut cells, case, draft);
        draft.word(
            &mut cells,
            ("response", "best_response"),
            ("", response),
            case,
        );
        if same {
            progression(rows, months, &mut cells);
        }
        draft.row("treatments", case, source, cells);
    }
    if !same && !under.is_empty() {
        let mut cells = Cells::default();
        drugs(under, &mut cells, case, draft);
        progression(rows, months, &mut cells);
        draft.row("treatments", case, source, cells);
    }
}

fn progression(rows: &[Row], months: &str, cells: &mut Cells) {
    cells.set("pfs_months", months);
    match of(rows, &["PFS_STATUS"]).split(':').next() {
        Some("1") => cells.set("progressed", "yes"),
        Some("0") => cells.set("progressed", "no"),
        _ => {}
    }
}

/// Drugs that are given together, as `a + b`; words that no vocabulary has stay as they are.
fn drugs(text: &str, cells: &mut Cells, case: &str, draft: &mut Draft) {
    let parts: Vec<&str> = text
        .split([';', '+', ','])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let known: Vec<String> = parts
        .iter()
        .filter_map(|drug| draft.concept("drug", "", drug))
        .collect();
    if !parts.is_empty() && known.len() == parts.len() {
        cells.set("kind", "drug");
        cells.set("agent", known.join("; "));
    } else {
        for part in parts {
            draft.word(&mut Cells::default(), ("drug", "agent"), ("", part), case);
        }
        cells.in_words("agent", text);
    }
}

fn fusion(row: Row, case: &str, source: &Source, draft: &mut Draft) {
    let mut cells = Cells::default();
    cells.set("five_prime", row.get(&["SITE1_HUGO_SYMBOL"]));
    cells.set("three_prime", row.get(&["SITE2_HUGO_SYMBOL"]));
    if cells.is_empty() {
        return;
    }
    said_of_fusion(row.get(&["COMMENTS"]), &mut cells, draft);
    draft.row("fusions", case, source, cells);
}

fn treatment(row: Row, case: &str, source: &Source, draft: &mut Draft) {
    let mut cells = Cells::default();
    let agent = row.get(&["AGENT", "AGENTS", "TREATMENT", "DRUG"]);
    let kind = row.get(&["TREATMENT_TYPE"]).to_lowercase();
    let kind = match kind.as_str() {
        "radiation" | "radiation therapy" | "radiotherapy" => "radiation",
        "surgery" => "surgery",
        "procedure" => "procedure",
        "chemotherapy" => "chemotherapy",
        _ => "drug",
    };
    if matches!(kind, "drug" | "chemotherapy") {
        drugs(agent, &mut cells, case, draft);
    } else {
        cells.set("agent", agent);
    }
    cells.set("kind", kind);
    for (column, name) in [
        ("start_months", "START_DATE"),
        ("duration_months", "STOP_DATE"),
    ] {
        let day = |name: &str| row.get(&[name]).parse::<f64>().ok();
        let days = match column {
            "start_months" => day(name),
            _ => day(name)
                .zip(day("START_DATE"))
                .map(|(stop, start)| stop - start),
        };
        if let Some(days) = days {
            cells.set(column, plain(days / MONTH, 1));
        }
    }
    cells.set("line", row.get(&["LINE_OF_THERAPY", "LINE"]));
    cells.set("dose", row.get(&["DOSE"]));
    draft.word(
        &mut cells,
        ("response", "best_response"),
        ("", row.get(&["BEST_RESPONSE"])),
        case,
    );
    cells.set("stop_reason", row.get(&["STOP_REASON"]));
    draft.row("treatments", case, source, cells);
}

//! Mutations of a study folder (MAF) as alterations of its cases.

use std::collections::BTreeMap;

use super::super::draft::{Cells, Draft, Source};
use super::{Row, Table};

/// Most items that a sheet numbers in a case.
const MOST: usize = 999;

/// Classes of the MAF that change no protein; cBioPortal leaves them out as well.
const SILENT: [&str; 10] = [
    "Silent",
    "Intron",
    "IGR",
    "3'UTR",
    "5'UTR",
    "3'Flank",
    "5'Flank",
    "RNA",
    "lincRNA",
    "Targeted_Region",
];
/// The class of a fusion in folders of old.
const FUSION: &str = "Fusion";

/// A finding, which several samples of a patient may have.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding<'t> {
    gene: &'t str,
    change: &'t str,
    class: &'t str,
    coding: &'t str,
}

/// What is left out, and why.
#[derive(Default)]
struct Left {
    silent: usize,
    fusions: usize,
    nobody: usize,
    germline: usize,
}

/// Takes mutations of the samples of patients; `patients` are by sample.
pub(super) fn read(
    tables: &[Table],
    patients: &BTreeMap<&str, &str>,
    source: &Source,
    draft: &mut Draft,
) {
    let mut found: BTreeMap<&str, BTreeMap<Finding, Vec<&str>>> = BTreeMap::new();
    let mut left = Left::default();
    let rows = tables
        .iter()
        .flat_map(|table| table.rows.iter().map(|cells| table.row(cells)));
    for row in rows {
        let sample = row.get(&["TUMOR_SAMPLE_BARCODE"]);
        let class = row.get(&["VARIANT_CLASSIFICATION"]);
        let finding = finding(row, class);
        let nothing = class.is_empty() && finding.change.is_empty() && finding.coding.is_empty();
        let Some(patient) = patients.get(sample) else {
            left.nobody += 1;
            continue;
        };
        if class == FUSION {
            left.fusions += 1;
        } else if nothing || SILENT.contains(&class) {
            left.silent += 1;
        } else {
            let germline = row.get(&["MUTATION_STATUS"]);
            left.germline += usize::from(germline.eq_ignore_ascii_case("germline"));
            let samples = found.entry(patient).or_default().entry(finding);
            let samples = samples.or_default();
            if !samples.contains(&sample) {
                samples.push(sample);
            }
        }
    }
    let mut taken = 0;
    for (patient, findings) in found {
        if findings.len() > MOST {
            let rule = format!(
                "has {} mutations, more than a case may have items ({MOST}): they stay out",
                findings.len()
            );
            draft.warn(patient, rule);
            continue;
        }
        let case = draft.case(patient, source);
        for (finding, samples) in findings {
            taken += 1;
            row_of(&finding, &samples, &case, source, draft);
        }
    }
    say(taken, &left, draft);
}

fn finding<'t>(row: Row<'t>, class: &'t str) -> Finding<'t> {
    let change = row.get(&["HGVSP_SHORT", "AMINO_ACID_CHANGE", "PROTEIN_CHANGE"]);
    Finding {
        gene: row.get(&["HUGO_SYMBOL"]),
        change: change.strip_prefix("p.").unwrap_or(change),
        class,
        coding: row.get(&["HGVSC"]),
    }
}

fn row_of(finding: &Finding, samples: &[&str], case: &str, source: &Source, draft: &mut Draft) {
    let mut cells = Cells::default();
    cells.set("gene", finding.gene);
    let said = [finding.change, finding.coding, finding.class];
    let change = said.into_iter().find(|text| !text.is_empty());
    cells.set("alteration", change.unwrap_or_default());
    for (column, text) in [("class", finding.class), ("coding", finding.coding)] {
        if change != Some(text) {
            cells.in_words(column, text);
        }
    }
    cells.in_words("sample", &samples.join(", "));
    draft.row("alterations", case, source, cells);
}

/// Says what became of the mutations, and what of them is lost.
fn say(taken: usize, left: &Left, draft: &mut Draft) {
    if taken > 0 {
        let rule = "mutations are taken as alterations: gene and change; position, alleles, read counts and annotations have no column and stay out, and no time of finding is stated";
        draft.warn(&taken.to_string(), rule);
    }
    for (count, rule) in [
        (
            left.silent,
            "mutations are silent or outside of proteins, and stay out",
        ),
        (
            left.fusions,
            "rows of mutations are fusions, whose partner no column names: they stay out",
        ),
        (
            left.nobody,
            "mutations are of samples that the clinical data do not have, and stay out",
        ),
        (
            left.germline,
            "mutations are of the germline: no column says so, and they stand among the others",
        ),
    ] {
        if count > 0 {
            draft.warn(&count.to_string(), rule);
        }
    }
}

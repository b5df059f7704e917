//! Cases and references in the formats of others. The first byte of the input says in which file it stands: a phenopacket,
//! one file of a study folder of cBioPortal whose others are as they should be, a table of cases, or references. What is read
//! becomes rows of sheets. Nothing may panic; refusals are good.

use casegraph::case::Schema;
use casegraph::import::{
    CaseTable, Dialect, Files, Limits, Others, are_references, read, screened,
};

use crate::ontology;

const META: &str = "type_of_cancer: sarc\ncancer_study_identifier: s\nname: n\ndescription: d\n";
const PATIENTS: &str = "#Patient\tAge\n#Patient\tAge\n#STRING\tNUMBER\n#1\t1\nPATIENT_ID\tAGE\nP1\t40\n";
const SAMPLES: &str = "#P\tS\n#P\tS\n#STRING\tSTRING\n#1\t1\nPATIENT_ID\tSAMPLE_ID\nP1\tS1\n";
const VARIANTS: &str = "Sample_Id\tSV_Status\tSite1_Hugo_Symbol\tSite2_Hugo_Symbol\nS1\tSOMATIC\tTPM3\tALK\n";
const MUTATIONS: &str = "Hugo_Symbol\tVariant_Classification\tTumor_Sample_Barcode\tHGVSp_Short\nALK\tMissense_Mutation\tS1\tp.F1174L\n";
const TREATMENTS: &str = "PATIENT_ID\tSTART_DATE\tSTOP_DATE\tEVENT_TYPE\tAGENT\nP1\t0\t30\tTREATMENT\tcrizotinib\n";
/// The files of a study folder, with what its meta file says of each.
const FOLDER: [(&str, &str, &str); 6] = [
    ("meta_study.txt", "", META),
    ("data_clinical_patient.txt", "CLINICAL\ndatatype: PATIENT_ATTRIBUTES", PATIENTS),
    ("data_clinical_sample.txt", "CLINICAL\ndatatype: SAMPLE_ATTRIBUTES", SAMPLES),
    ("data_sv.txt", "STRUCTURAL_VARIANT\ndatatype: SV", VARIANTS),
    ("data_mutations.txt", "MUTATION_EXTENDED\ndatatype: MAF", MUTATIONS),
    ("data_timeline_treatment.txt", "CLINICAL\ndatatype: TIMELINE", TREATMENTS),
];

pub fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    let mut files = Files::new();
    if let Some((fuzzed, ..)) = FOLDER.get(usize::from(*kind)) {
        for (name, alteration, text) in FOLDER {
            files.insert(name.to_owned(), text.as_bytes().to_vec());
            if !alteration.is_empty() {
                let meta = format!("genetic_alteration_type: {alteration}\ndata_filename: {name}\n");
                files.insert(format!("meta_{name}"), meta.into_bytes());
            }
        }
        files.insert((*fuzzed).to_owned(), rest.to_vec());
    } else {
        files.insert("one".to_owned(), rest.to_vec());
    }
    if are_references(&files) {
        ontology::with(|ontology| {
            let _ = screened(&files, |_| None, ontology);
        });
    }
    if let Ok(input) = read(rest, &Dialect::default(), Limits::default())
        && let Some((table, tab)) = CaseTable::of(&input.tabs, Schema::shipped())
    {
        ontology::with(|ontology| {
            let _ = table.sheets(tab, ("file", "cohort"), (Schema::shipped(), ontology));
        });
    }
    if let Some(format) = Others::of(&files) {
        let _ = format.words(&files);
        ontology::with(|ontology| format.sheets(&files, "file", "cohort", ontology));
    }
}

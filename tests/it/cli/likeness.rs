//! `duplicates` and `similar`.

use super::snapshots;
use crate::support::Tiny;

#[test]
fn pairs_in_every_format() {
    snapshots(&[
        ("duplicates", &["duplicates"]),
        (
            "duplicates-table",
            &["duplicates", "--min=-2", "--limit", "3"],
        ),
        (
            "duplicates-csv",
            &["duplicates", "--min=-2", "--format", "csv", "--limit", "3"],
        ),
        (
            "duplicates-json",
            &["duplicates", "--min=-2", "--format", "json", "--limit", "1"],
        ),
        ("duplicates-model", &["duplicates", "--model"]),
        (
            "duplicates-prior",
            &["duplicates", "--second-reports", "100"],
        ),
    ]);
}

const LIKE: [&str; 9] = [
    "similar",
    "--histology",
    "IMT",
    "--partner",
    "RANBP2",
    "--age",
    "30",
    "--limit",
    "2",
];

#[test]
fn like_a_patient_in_every_format() {
    let with =
        |more: &[&'static str]| -> Vec<&'static str> { LIKE.iter().chain(more).copied().collect() };
    snapshots(&[
        ("similar", &with(&["--drug", "crizotinib"])),
        ("similar-every-drug", &with(&[])),
        ("similar-md", &with(&["--format", "md"])),
        (
            "similar-json",
            &with(&["--format", "json", "--drug", "crizotinib"]),
        ),
        (
            "similar-html",
            &with(&["--format", "html", "--drug", "crizotinib"]),
        ),
        (
            "similar-weight",
            &with(&["--weight", "partner=0", "--min", "0.5"]),
        ),
        (
            "similar-tied",
            &["similar", "--sex", "male", "--limit", "1"],
        ),
    ]);
}

#[test]
fn a_patient_described_wrongly() {
    snapshots(&[
        ("similar-nobody", &["similar"]),
        (
            "similar-histology",
            &["similar", "--histology", "leiomiosarcoma"],
        ),
        ("similar-partner", &["similar", "--partner", "RANBP3"]),
        ("similar-far", &["similar", "--site", "zzzzzz"]),
        (
            "similar-prior",
            &["similar", "--prior", "crizotinib,alectinob"],
        ),
        ("similar-prior-none", &["similar", "--prior", "none"]),
        ("similar-sex", &["similar", "--sex", "m"]),
        ("similar-age", &["similar", "--age", "340"]),
        (
            "similar-weights",
            &["similar", "--age", "34", "--weight", "ages=2"],
        ),
        (
            "similar-weight-number",
            &["similar", "--age", "34", "--weight", "age=-2"],
        ),
        (
            "similar-no-weight",
            &["similar", "--age", "34", "--weight", "age=0"],
        ),
        ("similar-min", &["similar", "--age", "34", "--min", "50"]),
    ]);
}

#[test]
fn the_page_needs_no_other_file() {
    let tiny = Tiny::new();
    let page = tiny
        .run(&["similar", "--histology", "IMT", "--format", "html"])
        .ok();
    assert!(page.trim_end().ends_with("</html>") && page.contains("SYNTHETIC DATA"));
    for outside in ["<script", "<link ", "<img ", "@import", "url(http"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

//! What cells hold that is no text to read: control characters that a terminal obeys, and formulas that a spreadsheet
//! computes.

use std::fs;

use crate::support::{Ran, Tiny};

/// Writes to the clipboard, clears the screen, colours, and turns text round.
const OBEYED: &str = "x\u{1b}]52;c;eA==\u{7}\u{1b}[2J\u{9b}31m\u{202e}\u{2066}y";
/// Headings of cells that hold any text.
const FREE: [&str; 22] = [
    "locator",
    "verbatim",
    "note",
    "first_author",
    "title",
    "journal",
    "volume_pages",
    "review_ref",
    "reason",
    "curator",
    "number_in_source",
    "measure",
    "group",
    "subgroup",
    "refs",
    "histology_verbatim",
    "breakpoint",
    "alteration",
    "timing",
    "appraiser",
    "dose",
    "counted_from",
];

/// Puts a text into every cell of the study that takes any.
fn fill(tiny: &Tiny, with: &str) {
    let folder = fs::read_dir(tiny.home()).expect("a study");
    for file in folder.map(|entry| entry.expect("a file").path()) {
        if file.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let mut reader = csv::Reader::from_path(&file).expect("a sheet");
        let headings = reader.headers().expect("headings").clone();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&headings).expect("written");
        for row in reader.records() {
            let row = row.expect("a row");
            let cells = row.iter().zip(&headings).map(|(cell, heading)| {
                if FREE.contains(&heading) {
                    with.replace('#', cell)
                } else {
                    cell.to_owned()
                }
            });
            writer.write_record(cells).expect("written");
        }
        fs::write(&file, writer.into_inner().expect("bytes")).expect("a sheet");
    }
    let quoted = serde_json::to_string(with)
        .expect("a text")
        .replace('#', "");
    let path = tiny.sheet("study.toml");
    let text = fs::read_to_string(&path).expect("a file");
    let text: String = text
        .lines()
        .map(|line| match line.split_once(" = ") {
            Some((key @ ("title" | "description"), _)) => format!("{key} = {quoted}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    fs::write(path, text).expect("written");
}

fn is_obeyed(c: char) -> bool {
    (c.is_control() && !"\n\t".contains(c)) || "\u{202e}\u{2066}".contains(c)
}

#[track_caller]
fn harmless(ran: &Ran, command: &[&str]) {
    for said in [&ran.out, &ran.err] {
        let found = said.lines().find(|line| line.contains(is_obeyed));
        assert!(found.is_none(), "{command:?}: {found:?}");
    }
}

#[test]
fn no_command_gives_a_terminal_what_it_obeys() {
    let tiny = Tiny::project();
    let study = tiny.home().join("data/tiny");
    // The sheets are those of the project.
    let inner = Tiny::new();
    fill(&inner, &format!("#{OBEYED}"));
    for file in fs::read_dir(inner.home()).expect("a study") {
        let file = file.expect("a file").path();
        fs::copy(&file, study.join(file.file_name().expect("a name"))).expect("copied");
    }
    let broken = format!("#+ summary: {OBEYED}\n#+ nonsense: {OBEYED}\nSELECT {OBEYED}");
    fs::write(
        tiny.home()
            .join("queries")
            .join(format!("broken{OBEYED}.rq").replace('/', "")),
        broken,
    )
    .expect("written");
    let obo = format!(
        "format-version: 1.4\nontology: x\n\n[Term]\nid: X:1\nname: {OBEYED}\n\n[Term]\n{OBEYED}\n"
    );
    fs::write(tiny.dir().join("broken.obo"), obo).expect("written");
    let update = format!("\"{OBEYED}\"");
    let unknown = format!("nobody{OBEYED}");
    let build = tiny.run(&["build"]);
    harmless(&build, &["build"]);
    build.ok();
    let mut seen = 0;
    for command in [
        &["build"][..],
        &["check", "--details"],
        &["claims", "check", "--all"],
        &["query", "SELECT ?s ?title { ?s dcterms:title ?title }"],
        &[
            "query",
            "SELECT ?s ?title { ?s dcterms:title ?title }",
            "--format",
            "md",
        ],
        &["query", &format!("SELECT {update} {{")],
        &["list"],
        &["show", "cohort/cases"],
        &["run", "evidence/publications"],
        &["run", "evidence/publications", "--format", "md"],
        &["run", "evidence/reports", "--set", "case=case-1", "--rows"],
        &["run", "evidence/conflicts"],
        &["run", "response/overall", "--ledger"],
        &["run", "response/overall", "--methods"],
        &[
            "run",
            "response/overall",
            "--set",
            &format!("cohort={unknown}"),
        ],
        &["report", "--format", "md", "--output", "-"],
        &["report", "--output", "report.html"],
        &["release", "release-1"],
        &[
            "stats",
            "survival",
            "--input",
            "no\u{1b}file",
            "--time",
            "a",
            "--event",
            "b",
        ],
        &["case", "case-1"],
        &["case", "case-8"],
        &["case", &unknown],
        &["conflicts"],
        &["diff", "release-1", "release-1"],
        &["letter"],
        &["letter", "invented-1"],
        &["letter", &unknown],
        &["link", "broken.obo"],
        &["link", "--lenient", "broken.obo"],
        &["resolve", "ALK", &unknown],
        &["duplicates"],
        &["similar", "--histology", "IMT", "--sex", &unknown],
        &["similar", "--histology", "IMT"],
        &["similar", "--histology", "IMT", "--format", "md"],
        &["info", "--graphs"],
        &["init", &unknown],
        &["generate", "--cases", "5", "--output", &unknown],
        &["completions", "bash"],
        &[&unknown],
    ] {
        let ran = Ran::of(tiny.command(command).env_remove("CASEGRAPH_LOCATION"));
        harmless(&ran, command);
        seen += usize::from(ran.out.contains("]52;") || ran.err.contains("]52;"));
    }
    assert!(seen > 20, "{seen} commands show what the cells hold");
    let written = fs::read_to_string(tiny.dir().join("report.html")).expect("a report");
    assert!(written.contains("]52;"));
    let md = [
        &["report", "--format", "md"],
        &["--output", "report.md"][..],
    ]
    .concat();
    Ran::of(tiny.command(&md).env_remove("CASEGRAPH_LOCATION"));
    let written = fs::read_to_string(tiny.dir().join("report.md")).expect("a report");
    assert!(written.contains("]52;") && !written.contains(is_obeyed));
    // What is wrong with a cell repeats it.
    fs::write(
        study.join("follow_up.csv"),
        format!("case,source,status\n{OBEYED},{OBEYED},\"{OBEYED}\"\n"),
    )
    .expect("written");
    let checked = tiny.run(&["check"]);
    harmless(&checked, &["check"]);
    assert_eq!(checked.status, 1, "{}", checked.out);
}

#[test]
fn programs_get_every_character() {
    let tiny = Tiny::new();
    fill(&tiny, &format!("#{OBEYED}"));
    let titles = "SELECT ?title { ?s a cg:Publication ; dcterms:title ?title }";
    for command in [
        &["query", titles, "--format", "csv"][..],
        &["query", titles, "--format", "json"],
        &[
            "query",
            "CONSTRUCT { ?s dcterms:title ?t } { ?s dcterms:title ?t }",
            "--format",
            "ntriples",
        ],
        &["run", "evidence/publications", "--format", "csv"],
        &["run", "evidence/publications", "--format", "json"],
    ] {
        let out = tiny.run(command).ok();
        assert!(
            out.contains('\u{202e}') || out.contains("\\u202E"),
            "{command:?}: {out}"
        );
        assert!(!out.contains('\u{FFFD}'), "{command:?}");
    }
}

#[test]
fn what_a_spreadsheet_would_compute_is_marked() {
    let tiny = Tiny::new();
    fill(&tiny, "=HYPERLINK(\"http://example.org/\")#");
    let cells = |arguments: &[&str]| -> Vec<String> {
        let out = tiny.run(arguments).ok();
        let delimiter = if arguments.contains(&"tsv") {
            b'\t'
        } else {
            b','
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .from_reader(out.as_bytes());
        let rows = reader.records().map(|row| row.expect("a row"));
        rows.flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    };
    for command in [
        &["run", "evidence/publications", "--format", "csv"][..],
        &[
            "run",
            "evidence/reports",
            "--set",
            "case=case-1",
            "--format",
            "tsv",
        ],
        &["claims", "check", "--all", "--format", "csv"],
    ] {
        let all = cells(command);
        assert!(
            all.iter().any(|cell| cell.starts_with("'=HYPERLINK")),
            "{command:?}: {all:?}"
        );
        assert!(!all.iter().any(|cell| cell.starts_with('=')), "{command:?}");
        let raw = cells(&[command, &["--raw-cells"]].concat());
        assert!(
            raw.iter().any(|cell| cell.starts_with("=HYPERLINK")),
            "{command:?}"
        );
        assert!(!raw.iter().any(|cell| cell.starts_with("'=")));
    }
    // The results of SPARQL are those of its recommendation, and numbers are numbers.
    let titles = "SELECT ?title (-5.5 AS ?n) { ?s a cg:Publication ; dcterms:title ?title }";
    let all = cells(&["query", titles, "--format", "csv"]);
    assert!(
        all.iter().any(|cell| cell.starts_with("=HYPERLINK")) && all.contains(&"-5.5".to_owned())
    );
}

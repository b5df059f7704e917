//! Pages that the program writes: they must be what it would write now.
//!
//! `UPDATE_PAGES=1 cargo test --release pages` renews them.

use std::fs;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a command prints about the shipped study.
fn print(store: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_casegraph"))
        .args(["--quiet", "--project"])
        .arg(root())
        .arg("--location")
        .arg(store)
        .args(arguments)
        .output()
        .expect("the program runs");
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

/// Compares a page, or the part of it between two marks, with what it should hold.
fn compare(page: &Path, mark: Option<&str>, wanted: &str) {
    let found = fs::read_to_string(page).unwrap_or_default();
    let whole = match mark {
        None => wanted.to_owned(),
        Some(mark) => {
            let (start, end) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
            let (before, rest) = found
                .split_once(&start)
                .expect("the page has its first mark");
            let (_, after) = rest.split_once(&end).expect("the page has its second mark");
            format!("{before}{start}{wanted}{end}{after}")
        }
    };
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(page, whole).expect("the page can be written");
    } else {
        assert!(
            found == whole,
            "{} is not what the program writes: run UPDATE_PAGES=1 cargo test --release pages",
            page.display()
        );
    }
}

/// The first table of a Markdown output, without its caption.
fn first_table(markdown: &str) -> String {
    let rows = markdown.lines().skip_while(|line| !line.starts_with('|'));
    let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    format!("{}\n", rows.join("\n"))
}

#[test]
fn the_completeness_of_the_study_is_current() {
    let store = tempfile::tempdir().expect("a folder");
    let mut wanted = String::new();
    for cohort in ["wu-2021", "further"] {
        let set = format!("cohort=cohort:{cohort}");
        let arguments = [
            "run",
            "cohort/completeness",
            "--set",
            &set,
            "--format",
            "md",
        ];
        let table = first_table(&print(store.path(), &arguments));
        let arguments = ["run", "response/overall", "--set", &set, "--format", "md"];
        let response = first_table(&print(store.path(), &arguments));
        wanted.push_str(&format!(
            "\n### Cohort `{cohort}`\n\n{table}\nResponse to crizotinib: strict rates count stated categories only.\n\n{response}\n"
        ));
    }
    compare(
        &root().join("data/alk-sarcoma/README.md"),
        Some("completeness"),
        &wanted,
    );
}

#[test]
fn the_list_of_analyses_is_current() {
    let store = tempfile::tempdir().expect("a folder");
    let list = print(store.path(), &["list", "--format", "md"]);
    compare(
        &root().join("docs/ANALYSES.md"),
        Some("analyses"),
        &format!("\n{}\n", first_table(&list)),
    );
}

#[test]
fn the_picture_of_the_readme_is_current() {
    let store = tempfile::tempdir().expect("a folder");
    let svg = print(
        store.path(),
        &["run", "partner/by-histology", "--format", "svg"],
    );
    compare(&root().join("docs/partner-by-histology.svg"), None, &svg);
}

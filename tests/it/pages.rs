//! Pages that the program writes: they must be what it would write now.
//!
//! `UPDATE_PAGES=1 cargo test --release pages` renews them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use casegraph::case::Schema;
use casegraph::ingest;
use casegraph::ontology::Ontology;

use crate::study::sheet;
use crate::support::SHIPPED;

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
pub fn compare(page: &Path, mark: Option<&str>, wanted: &str) {
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

/// A number with a comma after the thousands.
fn thousands(n: usize) -> String {
    match n {
        0..1000 => n.to_string(),
        _ => format!("{},{:03}", n / 1000, n % 1000),
    }
}

/// How many patients, sources and values the sheets hold.
fn counts() -> String {
    let mut values: BTreeMap<String, usize> = BTreeMap::new();
    for facts in Schema::shipped().facts() {
        for row in sheet(facts.name()) {
            let filled = facts
                .columns()
                .iter()
                .filter(|column| row.get(column.name).is_some_and(|cell| !cell.is_empty()));
            *values.entry(row["certainty"].clone()).or_default() += filled.count();
        }
    }
    let cohorts = sheet("cohorts");
    let mut text = format!(
        "{} published patients, {} sources, {} values: {} stated, {} derived, {} weak. {} statements on groups, {} claims of the review.\n\n\
         | cohort | cases | counted | what |\n|---|---:|---|---|\n",
        cohorts.len(),
        sheet("publications").len(),
        thousands(values.values().sum()),
        thousands(values["stated"]),
        values["derived"],
        values["weak"],
        sheet("series").len(),
        sheet("claims").len(),
    );
    let ontology = Ontology::read(SHIPPED.project.vocabularies()).expect("an ontology");
    let (study, _) = ingest::read_study(SHIPPED.project.study(), &ontology).expect("a study");
    for cohort in &study.cohorts {
        let cases = cohorts.iter().filter(|row| row["cohort"] == cohort.name);
        text.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            cohort.name,
            cases.count(),
            if cohort.counted { "yes" } else { "no" },
            cohort.description,
        ));
    }
    text
}

#[test]
fn the_counts_and_the_completeness_of_the_study_are_current() {
    let readme = root().join("data/alk-sarcoma/README.md");
    compare(&readme, Some("counts"), &counts());
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
    compare(&readme, Some("completeness"), &wanted);
}

#[test]
fn the_readme_says_of_how_many_a_response_is_known() {
    let store = tempfile::tempdir().expect("a folder");
    let found = print(
        store.path(),
        &["run", "response/overall", "--format", "json"],
    );
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    let all = &found["result"]["overall"];
    let words = format!(
        "a response *category* is known for {} of {}.",
        all["objective_response"]["n"], all["units"]
    );
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    assert!(readme.contains(&words), "README.md does not say: {words}");
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

/// The rules in `docs/checks.md` are those of `queries/checks/`.
#[test]
fn the_list_of_rules_is_current() {
    let mut page = "\n| level | rule | what it finds |\n|---|---|---|\n".to_owned();
    for rule in crate::checks::checks().iter() {
        let (level, slug) = (rule.level.word(), &rule.slug);
        page.push_str(&format!("| {level} | `{slug}` | {} |\n", rule.problem));
    }
    page.push('\n');
    compare(&root().join("docs/checks.md"), Some("rules"), &page);
}

/// The kinds in `docs/ANALYSES.md` are those of the program, with what each is told.
#[test]
fn the_list_of_kinds_is_current() {
    use casegraph::kinds::{Key, Statistic};

    const COMMON: [&str; 4] = ["level", "match", "seed", "draws"];
    let row = |key: &Key| {
        let default = key.default.map(|column| format!(" (`{column}`)"));
        let values = match key.values.join(", ") {
            none if none.is_empty() => none,
            values => format!(": {values}"),
        };
        let (name, help) = (&key.name, &key.help);
        format!(
            "| `{name}`{} | {help}{values} |\n",
            default.unwrap_or_default()
        )
    };
    let head = "|---|---|\n";
    let kinds = Statistic::described();
    let common = kinds
        .iter()
        .find(|kind| !kind.options.is_empty())
        .expect("options");
    let common = common
        .options
        .iter()
        .filter(|key| COMMON.contains(&key.name.as_str()));
    let mut page = format!("\n| option of every kind that has options | |\n{head}");
    page.extend(common.map(row));
    for kind in &kinds {
        page.push_str(&format!("\n### `{}`: {}\n\n", kind.name, kind.about));
        if !kind.more.is_empty() {
            page.push_str(&format!("{}\n\n", kind.more));
        }
        page.push_str(&format!("| key | |\n{head}"));
        page.extend(kind.keys.iter().map(row));
        let own = kind
            .options
            .iter()
            .filter(|key| !COMMON.contains(&key.name.as_str()));
        let own: String = own.map(row).collect();
        if !own.is_empty() {
            page.push_str(&format!("\n| option | |\n{head}{own}"));
        }
    }
    page.push('\n');
    compare(&root().join("docs/ANALYSES.md"), Some("kinds"), &page);
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

/// `docs/conventions.md` lists what the program knows of other packages.
#[test]
fn the_conventions_page_is_what_the_program_knows() {
    use casegraph::stats::conventions::{Area, Conventions, Package};

    let mut page = "# Conventions of other packages\n\n\
        What `--match PACKAGE` follows, what is only named because nothing here does it, and what could not be found out. Each\n\
        with the document, source or run from which it is known. `UPDATE_PAGES=1 cargo test --release pages` renews this page.\n"
        .to_owned();
    for package in Package::ALL.iter().copied() {
        let conventions = Conventions::of(package);
        page.push_str(&format!("\n## {}\n\n", package.title()));
        page.push_str("| area | what it does | here | source |\n|---|---|---|---|\n");
        let mut open = Vec::new();
        for area in Area::ALL.iter().copied() {
            for difference in conventions.differences(area) {
                let here = match &difference.rule {
                    Some(rule) => format!("followed: {}, not {}", rule.followed, rule.own),
                    None => "named only".to_owned(),
                };
                let sentence = difference.sentence.trim_end_matches('.');
                page.push_str(&format!(
                    "| {area} | {sentence} | {here} | {} |\n",
                    difference.source
                ));
            }
            for question in conventions.open_questions(area) {
                if !open.contains(&question) {
                    open.push(question);
                }
            }
        }
        if !open.is_empty() {
            page.push_str("\nNot known:\n\n");
        }
        for question in open {
            page.push_str(&format!("- {question}\n"));
        }
    }
    compare(&root().join("docs/conventions.md"), None, &page);
}

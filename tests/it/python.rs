//! The packages for Python and R, tested on this build of the program where these languages are.

use std::path::Path;
use std::process::Command;

use crate::support::{read, root};

/// Whether a command ends well.
fn works(program: &str, arguments: &[&str]) -> bool {
    let output = Command::new(program).args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}

/// Runs a command with the program of this build.
#[track_caller]
fn passes(program: &str, arguments: &[&str], at: &Path, environment: &[(&str, &Path)]) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(at)
        .env("CASEGRAPH_PROGRAM", env!("CARGO_BIN_EXE_casegraph"))
        .env_remove("CASEGRAPH_PROJECT")
        .env_remove("CASEGRAPH_LOCATION")
        .envs(environment.iter().copied())
        .output()
        .expect("it starts");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{out}\n{err}");
}

/// The code of R in a document.
fn chunks(text: &str) -> String {
    let mut code = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = matches!(line, "```r" | "```{r}");
        } else if inside {
            code.push_str(line);
            code.push('\n');
        }
    }
    assert!(!code.is_empty());
    code
}

#[test]
fn the_python_package_says_what_the_program_says() {
    let python = std::env::var("CASEGRAPH_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !works(&python, &["-c", "import pandas, pytest"]) {
        eprintln!(
            "LEFT OUT: the tests of python/, for {python} with pandas and pytest is not there (CASEGRAPH_TEST_PYTHON names another)"
        );
        return;
    }
    let package = root().join("python");
    let tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"];
    let environment = [
        ("PYTHONPATH", package.as_path()),
        ("PYTHONDONTWRITEBYTECODE", Path::new("1")),
    ];
    passes(&python, &tests, &package, &environment);
}

#[test]
fn the_r_package_gives_what_is_printed() {
    if !works("Rscript", &["-e", "library(jsonlite)"]) {
        eprintln!(
            "LEFT OUT: the tests of r/, for R with jsonlite is not there (r-base-core, r-cran-jsonlite)"
        );
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let library = dir.path().to_string_lossy();
    let library = format!("--library={library}");
    let install = ["CMD", "INSTALL", "--no-docs", &library, "r"];
    passes("R", &install, root(), &[]);
    let environment = [("R_LIBS", dir.path())];
    passes("Rscript", &["r/tests/casegraph.R"], root(), &environment);
    for document in ["docs/r.md", "docs/survival.qmd"] {
        let script = dir.path().join("document.R");
        std::fs::write(&script, chunks(&read(document))).expect("a script");
        let (script, state) = (script.to_string_lossy(), dir.path().join("state"));
        let environment = [("R_LIBS", dir.path()), ("XDG_STATE_HOME", state.as_path())];
        passes("Rscript", &[&script], dir.path(), &environment);
    }
}

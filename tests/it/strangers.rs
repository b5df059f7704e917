//! Folders and files of strangers: what is looked at is safe to look at, and answered soon.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Ran, Tiny};

/// What is told of a command that must fail, and soon.
#[track_caller]
fn refused(tiny: &Tiny, arguments: &[&str]) -> String {
    let begun = Instant::now();
    let told = tiny.run(arguments).fails(2);
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}: {told}");
    told
}

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo").success());
}

#[test]
fn only_regular_files_of_the_project_are_read() {
    let tiny = Tiny::new();
    tiny.run(&["info"]).ok();
    let outside = tiny.dir().join("mine.csv");
    fs::write(&outside, "a secret").expect("written");
    let mut sockets = Vec::new();
    for name in ["cases.csv", "study.toml", "imports/x.ttl"] {
        let path = tiny.home().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let kept = fs::read(&path).ok();
        let mut told = Vec::new();
        for what in 0..6 {
            let _ = fs::remove_file(&path);
            match what {
                0 => pipe(&path),
                1 => symlink("/dev/zero", &path).expect("a link"),
                2 => symlink(&outside, &path).expect("a link"),
                3 => symlink("nowhere", &path).expect("a link"),
                4 => symlink(path.file_name().expect("a name"), &path).expect("a link"),
                _ => sockets.push(UnixListener::bind(&path).expect("a socket")),
            }
            told.push(refused(&tiny, &["info"]));
        }
        fs::remove_file(&path).expect("removed");
        for (told, words) in told.iter().zip([
            "is a pipe and is not read",
            "leads by a link to /dev/zero, which lies outside of",
            "mine.csv, which lies outside of",
            "is a link to nowhere, where nothing is",
            "cannot read",
            "is a socket and is not read",
        ]) {
            assert!(told.contains(words) && told.contains(name), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
        if let Some(kept) = kept {
            fs::write(&path, kept).expect("as it was");
        }
    }
    tiny.run(&["info"]).ok();
}

#[test]
fn a_link_within_the_project_is_followed() {
    let tiny = Tiny::new();
    let moved = tiny.home().join("shared");
    fs::create_dir(&moved).expect("a folder");
    fs::rename(tiny.sheet("cases.csv"), moved.join("cases.csv")).expect("moved");
    symlink("shared/cases.csv", tiny.sheet("cases.csv")).expect("a link");
    assert!(tiny.run(&["info"]).ok().contains("Cases:        10"));
}

#[test]
fn what_no_name_leads_to_costs_nothing() {
    let tiny = Tiny::new();
    let before = tiny.run(&["info"]).ok();
    let raw = tiny.home().join("raw");
    fs::create_dir(&raw).expect("a folder");
    for large in [raw.join("export.csv"), tiny.home().join("export.csv")] {
        let file = fs::File::create(large).expect("a file");
        file.set_len(64 << 30).expect("a sparse file");
    }
    pipe(&tiny.home().join("stray.csv"));
    symlink("/usr", tiny.home().join("usr")).expect("a link");
    for name in ["a", "b"] {
        symlink(".", tiny.home().join(name)).expect("a link");
    }
    let begun = Instant::now();
    let ran = tiny.run(&["info"]);
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(!ran.err.contains("rebuilding"), "{}", ran.err);
    assert_eq!(ran.ok(), before);
    assert!(
        tiny.run(&["check"])
            .out
            .contains("export.csv: is no sheet and is not read")
    );
}

#[test]
fn folders_of_the_ontology_and_of_analyses_are_not_left_by_links() {
    let tiny = Tiny::project();
    let ontology = tiny.home().join("ontology");
    crate::support::copy(&crate::support::root().join("ontology"), &ontology);
    tiny.run(&["info"]).ok();
    for folder in ["ontology", "queries"] {
        for target in [".", "/usr"] {
            let link = tiny.home().join(folder).join("more");
            symlink(target, &link).expect("a link");
            let told = refused(&tiny, &["report", "--output", "-"]);
            let words = format!("more is a link to the folder {target}, and such links");
            assert!(told.contains(&words), "{told}");
            fs::remove_file(&link).expect("removed");
        }
    }
    let told = refused(&tiny, &["list", "--max-files", "20"]);
    assert!(
        told.contains("holds more than 20 files") && told.contains("--max-files"),
        "{told}"
    );
    let deep = ontology.join("a/".repeat(40));
    fs::create_dir_all(deep).expect("folders");
    assert!(refused(&tiny, &["info"]).contains("folders deep"));
}

#[test]
fn a_file_without_measure_is_not_read() {
    let tiny = Tiny::new();
    let sheet = fs::OpenOptions::new()
        .append(true)
        .open(tiny.sheet("cases.csv"));
    sheet
        .expect("a sheet")
        .set_len(2 << 30)
        .expect("a sparse file");
    let told = refused(&tiny, &["info"]);
    assert!(
        told.contains("cases.csv has more than 1024 MB") && told.contains("--max-file"),
        "{told}"
    );
    let tiny = Tiny::new();
    let heading: Vec<String> = (0..100_000).map(|at| format!("h{at}")).collect();
    fs::write(tiny.sheet("cases.csv"), heading.join(",")).expect("written");
    assert!(refused(&tiny, &["build"]).contains("has 100000 columns"));
    let mut rows = fs::read_to_string(tiny.sheet("follow_up.csv")).expect("a sheet");
    rows.push_str(&format!("\"{}\"", "x".repeat(100 << 20)));
    let tiny = Tiny::new();
    fs::write(tiny.sheet("follow_up.csv"), rows).expect("written");
    let told = tiny.run(&["check"]);
    assert!(
        told.out.contains("the cell holds 104857600 bytes") || told.out.contains("has 1 cells"),
        "{}",
        told.out
    );
    let told = refused(&tiny, &["info", "--max-file", "50"]);
    assert!(told.contains("follow_up.csv has more than 50 MB"), "{told}");
}

/// An ontology of so many terms.
fn terms(n: usize, header: &str) -> String {
    let mut text = format!("format-version: 1.4\n{header}\n\n");
    for at in 0..n {
        text.push_str(&format!(
            "[Term]\nid: PP:{at:07}\nname: term {at} {}\n\n",
            "x".repeat(60)
        ));
    }
    text
}

/// The program with this at its standard input.
fn piped(tiny: &Tiny, arguments: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_casegraph"))
        .current_dir(tiny.dir())
        .env("CASEGRAPH_PROJECT", tiny.home())
        .env("CASEGRAPH_LOCATION", tiny.store())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut to = child.stdin.take().expect("a pipe");
    // Who refuses may not read to the end.
    let _ = to.write_all(input.as_bytes());
    drop(to);
    let output = child.wait_with_output().expect("an end");
    Ran {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

#[test]
fn a_pipe_is_read_once_and_whole() {
    let tiny = Tiny::new();
    let text = terms(5_000, "ontology: piped");
    for named in ["-", "/dev/stdin"] {
        let told = piped(&tiny, &["link", "--whole", named], &text).ok();
        assert!(
            told.contains("piped") && told.contains("5000 terms"),
            "{told}"
        );
    }
    let nameless = terms(5, "");
    let told = piped(&tiny, &["link", "-"], &nameless).fails(2);
    assert!(told.contains("give one with --name"), "{told}");
    let told = piped(&tiny, &["link", "-", "--name", "mine"], &nameless).ok();
    assert!(told.contains("mine") && told.contains("5 terms"), "{told}");
    let told = piped(
        &tiny,
        &["stats", "proportion", "--input", "-", "--event", "x"],
        "x\n1\n0\n",
    );
    assert!(told.ok().contains("\"1\" (1)"));
}

#[test]
fn what_is_named_and_no_file_is_refused_at_once() {
    let tiny = Tiny::new();
    tiny.run(&["info"]).ok();
    let silent = tiny.dir().join("silent");
    pipe(&silent);
    let silent = silent.to_str().expect("a path");
    for (path, words) in [
        (silent, "is a pipe that gives nothing"),
        ("/dev/zero", "is a device"),
        (".", "is a folder"),
    ] {
        for command in [
            &["link", path][..],
            &["query", "--file", path],
            &[
                "stats", "survival", "--input", path, "--time", "a", "--event", "b",
            ],
            &["generate", "--scenario", path, "--output", "made"],
            &["resolve", "ALK", "--table", path],
        ] {
            let told = refused(&tiny, command);
            assert!(told.contains(words), "{command:?}: {told}");
        }
    }
}

#[test]
fn a_source_of_any_script_is_read_back_and_none_takes_the_place_of_another() {
    let tiny = Tiny::new();
    let file = tiny.dir().join("日本語.obo");
    fs::write(&file, terms(3, "")).expect("written");
    let file = file.to_str().expect("a path");
    let graphs = || {
        let query = "SELECT DISTINCT ?g { GRAPH ?g { ?a ?b ?c } FILTER(CONTAINS(STR(?g), '/external/')) } ORDER BY ?g";
        let ran = tiny.run(&["query", query, "--format", "csv"]).ok();
        let names = ran.lines().skip(1).filter_map(|iri| iri.rsplit('/').next());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    tiny.run(&["link", file]).ok();
    assert!(tiny.home().join("imports/日本語.ttl").is_file());
    tiny.run(&["link", file, "--name", "Ελληνικά", "--whole"])
        .ok();
    tiny.run(&["link", file, "--name", "my terms"]).ok();
    assert_eq!(graphs(), ["my-terms", "ελληνικά", "日本語"]);
    // A newer file of the same source replaces it.
    tiny.run(&["link", file, "--name", "my terms"]).ok();
    for whole in [&[][..], &["--whole"]] {
        let other = [&["link", file, "--name", "My_Terms"], whole].concat();
        let told = refused(&tiny, &other);
        assert!(
            told.contains("\"My_Terms\" would take the place of \"my terms\""),
            "{told}"
        );
    }
    tiny.run(&["link", file, "--name", "My_Terms", "--force"])
        .ok();
    for none in ["…", "..", "🙂", &"x".repeat(200)] {
        assert!(refused(&tiny, &["link", file, "--name", none]).contains("cannot be kept"));
    }
    assert_eq!(graphs().len(), 3);
    fs::rename(
        tiny.home().join("imports/my-terms.ttl"),
        tiny.home().join("imports/my terms.ttl"),
    )
    .expect("renamed");
    assert!(refused(&tiny, &["info"]).contains("my terms.ttl is named as no source can be"));
}

#[test]
fn xml_that_would_keep_the_parser_busy_is_not_given_to_it() {
    const OPEN: &str = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:e="http://example.org/""#;
    let tiny = Tiny::new();
    tiny.run(&["info"]).ok();
    let class = |inside: &str| {
        format!(
            r#"{OPEN}><owl:Class rdf:about="http://example.org/a"{inside}</owl:Class></rdf:RDF>"#
        )
    };
    let attributes: String = (0..80_000).map(|at| format!(" e:a{at}='x'")).collect();
    let namespaces: String = (0..400_000)
        .map(|at| format!("<e:a xmlns:n{at}='u:'>"))
        .collect();
    let entities: String = (1..11)
        .map(|at| {
            format!(
                "<!ENTITY a{at} \"{}\">",
                format!("&a{};", at - 1).repeat(10)
            )
        })
        .collect();
    for (text, words) in [
        (class(&format!("{attributes}>")), "more than 256 attributes"),
        (
            class(&format!(">{namespaces}")),
            "more than 1024 namespaces",
        ),
        (
            class(&format!(">{}", "<e:a>".repeat(100_000))),
            "more than 1024 deep",
        ),
        (
            class(&format!(
                "><rdfs:label>{}</rdfs:label>",
                "x".repeat(20 << 20)
            )),
            "more than 16 MB",
        ),
        (
            format!(
                "<!DOCTYPE a [<!ENTITY a0 'ha'>{entities}]>{}",
                class("><rdfs:label>&a10;</rdfs:label>")
            ),
            "an entity is declared",
        ),
    ] {
        fs::write(tiny.dir().join("hostile.owl"), text).expect("written");
        let told = refused(&tiny, &["link", "hostile.owl"]);
        assert!(
            told.contains(words) && told.contains("hostile.owl cannot be read: line 1"),
            "{told}"
        );
    }
    fs::write(
        tiny.dir().join("good.owl"),
        class("><rdfs:label>a</rdfs:label>"),
    )
    .expect("written");
    assert!(tiny.run(&["link", "good.owl"]).ok().contains("1 term"));
}

#[test]
fn json_that_lies_too_deep_is_not_given_to_the_parser() {
    let tiny = Tiny::new();
    let deep = format!("{}1{}", "{\"@graph\":".repeat(5_000), "}".repeat(5_000));
    fs::write(tiny.dir().join("hostile.jsonld"), deep).expect("written");
    for whole in [&[][..], &["--whole"]] {
        let told = refused(&tiny, &[&["link", "hostile.jsonld"], whole].concat());
        assert!(
            told.contains("hostile.jsonld cannot be read: line 1") && told.contains("256 deep"),
            "{told}"
        );
    }
}

#[test]
fn headers_and_circles_without_end_are_told_shortly() {
    let tiny = Tiny::new();
    let header = "#  a: http://example.org/aaaaaaaaaaaaaaaaa\n".repeat(200_000);
    let text = format!("#curie_map:\n{header}subject_id\tpredicate_id\tobject_id\n");
    fs::write(tiny.dir().join("h.sssom.tsv"), text).expect("written");
    assert!(refused(&tiny, &["link", "h.sssom.tsv"]).contains("more than 4 MB"));
    let circle: String = (0..2_000)
        .map(|at| {
            format!(
                "[Term]\nid: PP:{at}\nname: t\nis_a: PP:{}\n\n",
                (at + 1) % 2_000
            )
        })
        .collect();
    let text = format!("format-version: 1.4\nontology: circle\n\n{circle}");
    fs::write(tiny.dir().join("circle.obo"), text).expect("written");
    let ran = tiny.run(&["link", "circle.obo"]);
    let told = ran
        .err
        .lines()
        .find(|line| line.contains("lies above itself"));
    let told = told.expect("a circle");
    assert!(told.contains("1993 more") && told.len() < 300, "{told}");
}

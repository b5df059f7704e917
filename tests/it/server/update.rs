//! SPARQL Update, for servers that take it.

use super::Served;
use crate::support::Tiny;

const INSERT: &str = "INSERT DATA { GRAPH <http://example.org/g> { <http://example.org/s> <http://example.org/p> 42 } }";
const ADDED: &str = "SELECT ?o { GRAPH <http://example.org/g> { ?s ?p ?o } }";

fn update(served: &Served, token: Option<&str>, text: &str) -> super::Got {
    let mut headers = vec![("Content-Type", "application/sparql-update")];
    let bearer = token.map(|token| format!("Bearer {token}"));
    if let Some(bearer) = &bearer {
        headers.push(("Authorization", bearer));
    }
    served.send("POST", "/update", &headers, text.as_bytes())
}

#[test]
fn only_who_knows_the_token_changes_the_study() {
    let served = Served::tiny(&["--writable"]);
    assert_eq!(served.csv(ADDED), "o\r\n");
    update(&served, None, INSERT).problem(401, "token");
    update(&served, Some("open sesam"), INSERT).problem(401, "token");
    assert_eq!(served.csv(ADDED), "o\r\n");
    let done = update(&served, Some("open sesame"), INSERT);
    assert_eq!(done.status, 204, "{}", done.text());
    assert_eq!(served.csv(ADDED), "o\r\n42\r\n");
    update(&served, Some("open sesame"), "INSERT nonsense").problem(400, "query");
    assert_eq!(served.csv(ADDED), "o\r\n42\r\n");
    // What is there is changed as a whole.
    let moved = "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH ?g { ?s ?p 43 } } WHERE { GRAPH ?g { ?s ?p ?o FILTER(?o = 42) } }";
    assert_eq!(update(&served, Some("open sesame"), moved).status, 204);
    assert_eq!(served.csv(ADDED), "o\r\n43\r\n");
}

#[test]
fn a_server_for_reading_takes_no_update() {
    let served = Served::tiny(&[]);
    update(&served, Some("open sesame"), INSERT).problem(403, "read-only");
}

#[test]
fn an_update_asks_what_queries_see_and_writes_nothing_that_they_do_not() {
    let served = Served::tiny(&["--writable"]);
    let token = Some("open sesame");
    let cases = served.csv("SELECT (COUNT(*) AS ?n) { ?c a cg:Case }");
    let mark = "INSERT { GRAPH <http://example.org/g> { ?c <http://example.org/seen> 1 } } WHERE { ?c a cg:Case }";
    assert_eq!(update(&served, token, mark).status, 204);
    let marked = "SELECT (COUNT(*) AS ?n) { GRAPH <http://example.org/g> { ?c <http://example.org/seen> 1 } }";
    assert_eq!(served.csv(marked), cases);
    let unseen = "INSERT DATA { <http://example.org/s> <http://example.org/p> 1 }";
    update(&served, token, unseen).problem(400, "bad-request");
    let unseen = "INSERT { ?c <http://example.org/p> 1 } WHERE { ?c a cg:Case }";
    update(&served, token, unseen).problem(400, "bad-request");
    // What stands outside of named graphs nobody sees, and to delete there deletes nothing.
    for nowhere in [
        "DELETE DATA { ?s <http://example.org/p> 1 }",
        "DELETE DATA { <http://example.org/s> <http://example.org/p> 1 }",
        "DELETE WHERE { <http://example.org/s> <http://example.org/p> ?o }",
        "DELETE { ?s ?p ?o } INSERT { GRAPH <http://example.org/g> { ?s ?p 1 } } WHERE { ?s ?p ?o }",
        "CLEAR DEFAULT",
        "CLEAR SILENT DEFAULT",
        "DROP DEFAULT",
        "MOVE DEFAULT TO <http://example.org/g>",
        "COPY SILENT DEFAULT TO GRAPH <http://example.org/g>",
        "ADD DEFAULT TO <http://example.org/g>",
        "COPY <http://example.org/g> TO DEFAULT",
    ] {
        let refused = update(&served, token, nowhere);
        let kind = if nowhere.contains("{ ?s <") {
            "query"
        } else {
            "bad-request"
        };
        refused.problem(400, kind);
        assert_eq!(served.csv(marked), cases, "{nowhere}");
    }
    for none in [
        "CLEAR GRAPH <http://example.org/none>",
        "DROP GRAPH <http://example.org/none>",
    ] {
        update(&served, token, none).problem(400, "query");
    }
    let elsewhere = "SERVICE <http://127.0.0.1:1/> { ?c ?p ?o }";
    for pattern in [
        elsewhere.to_owned(),
        format!("?c a cg:Case FILTER EXISTS {{ {elsewhere} }}"),
        format!(
            "?c a cg:Case MINUS {{ {} }}",
            elsewhere.replace("SERVICE", "SERVICE SILENT")
        ),
    ] {
        let text = format!(
            "DELETE {{ GRAPH ?g {{ ?c ?x ?y }} }} WHERE {{ GRAPH ?g {{ ?c ?x ?y }} {pattern} }}"
        );
        update(&served, token, &text).problem(501, "not-supported");
    }
    let with = "WITH <http://example.org/g> DELETE { ?c ?p 1 } WHERE { ?c ?p 1 }";
    assert_eq!(update(&served, token, with).status, 204);
    assert_eq!(served.csv(marked), "n\r\n0\r\n");
    assert_eq!(update(&served, token, mark).status, 204);
    assert_eq!(served.csv(marked), cases);
    update(&served, token, "LOAD <http://127.0.0.1:1/x>").problem(501, "not-supported");
    let refused = update(&served, None, mark);
    assert_eq!(refused.header("www-authenticate"), "Bearer");
}

#[test]
fn a_token_comes_from_a_file_or_a_variable_and_stands_in_no_list_of_processes() {
    let tiny = Tiny::new();
    let file = tiny.dir().join("token.txt");
    std::fs::write(&file, "another\n").expect("written");
    let file = file.to_string_lossy().into_owned();
    let served = Served::of(&tiny, &["--writable", "--token-file", &file]);
    // Others can read it.
    assert!(served.told.iter().any(|line| line.contains("chmod 600")));
    assert_eq!(update(&served, Some("another"), INSERT).status, 204);
    update(&served, Some("open sesame"), INSERT).problem(401, "token");
    drop(served);
    for (arguments, told) in [
        (&["--token", "another"][..], "--token-file"),
        (
            &["--token-file", "none.txt"],
            "cannot read the token in none.txt",
        ),
        (&["--token-file", "/dev/null"], "has no token"),
        (&["--token-file", "/dev/zero"], "is no token"),
    ] {
        let refused =
            tiny.run(&[&["serve", "--bind", "127.0.0.1:0", "--writable"], arguments].concat());
        let error = refused.fails(2);
        assert!(error.contains(told), "{error}");
    }
}

/// Workers have no need to know it.
#[cfg(target_os = "linux")]
#[test]
fn workers_do_not_know_the_token() {
    let served = Served::tiny(&["--writable", "--workers", "1"]);
    let gate = served.child.id().to_string();
    let children = format!("/proc/{gate}/task/{gate}/children");
    let children = std::fs::read_to_string(children).unwrap_or_default();
    for worker in children.split_whitespace() {
        for part in ["cmdline", "environ"] {
            let text = std::fs::read(format!("/proc/{worker}/{part}")).expect("a process");
            let text = String::from_utf8_lossy(&text);
            assert!(!text.contains("open sesame"), "{text}");
        }
    }
    assert_eq!(update(&served, Some("open sesame"), INSERT).status, 204);
}

#[test]
fn who_guesses_at_the_token_has_to_wait() {
    let served = Served::tiny(&["--writable"]);
    for guess in 0..5 {
        update(&served, Some(&format!("guess {guess}")), INSERT).problem(401, "token");
    }
    for _ in 0..20 {
        let refused = update(&served, Some("a sixth"), INSERT);
        assert!(["1", "2", "3"].contains(&refused.header("retry-after")));
        refused.problem(429, "token");
    }
    // The right one too, or one would go on to guess.
    update(&served, Some("open sesame"), INSERT).problem(429, "token");
    assert_eq!(served.csv(ADDED), "o\r\n");
    std::thread::sleep(std::time::Duration::from_millis(2500));
    assert_eq!(update(&served, Some("open sesame"), INSERT).status, 204);
}

#[test]
fn updates_at_once_wait_for_each_other() {
    let served = Served::tiny(&["--writable"]);
    let add = |number: u32| {
        let text = INSERT.replace("42", &number.to_string());
        update(&served, Some("open sesame"), &text).status
    };
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let adding: Vec<_> = (0..12)
            .map(|number| scope.spawn(move || add(number)))
            .collect();
        let statuses = adding.into_iter().map(|one| one.join().expect("an answer"));
        statuses.collect()
    });
    assert_eq!(statuses, [204; 12]);
    let count = "SELECT (COUNT(*) AS ?n) { GRAPH <http://example.org/g> { ?s ?p ?o } }";
    assert_eq!(served.csv(count), "n\r\n12\r\n");
}

#[test]
fn after_an_update_everything_says_so_and_nothing_loses_it() {
    let tiny = Tiny::new();
    let served = Served::of(&tiny, &["--writable"]);
    let token = Some("open sesame");
    assert!(
        !served
            .get("/", &[])
            .ok()
            .contains("updated since the sheets")
    );
    assert_eq!(update(&served, token, INSERT).status, 204);
    let once = "updated since the sheets by a SPARQL update, at 20";
    assert!(served.get("/", &[]).ok().contains(once));
    assert_eq!(
        update(&served, token, &INSERT.replace("42", "43")).status,
        204
    );
    let twice = "updated since the sheets by 2 SPARQL updates, the last at 20";
    for page in [
        "/",
        "/openapi.json",
        "/cases/case-1",
        "/analyses/response/overall",
    ] {
        let text = served.get(page, &[]).ok();
        assert!(text.contains(twice), "{page}: {text}");
    }
    let void = served
        .get("/.well-known/void", &[("Accept", "text/turtle")])
        .ok();
    assert!(
        void.contains("Updated since the sheets, by 2 SPARQL updates"),
        "{void}"
    );
    drop(served);

    let query = ["query", "--format", "csv", ADDED];
    let asked = tiny.run(&query);
    let said = "The store was updated since it was built from the sheets, by 2 SPARQL updates";
    assert!(asked.err.contains(said), "{}", asked.err);
    assert_eq!(asked.out.lines().count(), 3);
    assert!(
        tiny.run(&["info"])
            .ok()
            .contains("Updated:      since the sheets, by 2")
    );
    assert!(
        tiny.run(&["check"])
            .out
            .contains("Store: updated since the sheets, by 2")
    );
    assert!(
        tiny.run(&["report", "--only", "cohort"])
            .ok()
            .contains(twice)
    );
    let methods = tiny.run(&["run", "response/overall", "--methods"]).ok();
    assert!(methods.contains(twice), "{methods}");
    tiny.run(&["release", "one"]).ok();
    let about = std::fs::read_to_string(tiny.dir().join("one/README.md")).expect("a file");
    assert!(about.contains(twice), "{about}");
    assert!(
        about.contains("It cannot be made again from the sheets alone"),
        "{about}"
    );
    tiny.run(&["release", "verify", "one"]).ok();

    // Nothing builds it anew unless that is asked for by name.
    tiny.edit("cases.csv", "stated,34,", "stated,35,");
    let sources = tiny.dir().join("go.obo");
    std::fs::write(
        &sources,
        "format-version: 1.2\nontology: go\n\n[Term]\nid: GO:1\nname: a\n",
    )
    .expect("written");
    for command in [
        &query[..],
        &["build"],
        &["info"],
        &["link", "go.obo"],
        &["link", "--whole", "go.obo"],
    ] {
        let said = tiny.run(command).fails(2);
        assert!(said.contains("has changes by 2 SPARQL updates"), "{said}");
        assert!(
            said.contains("--frozen") && said.contains("build --anew"),
            "{said}"
        );
    }
    assert!(!tiny.sheet("imports").exists());
    let frozen = [&["--frozen"], &query[..]].concat();
    assert_eq!(tiny.run(&frozen).ok(), asked.out);
    let anew = tiny.run(&["build", "--anew"]);
    assert!(
        anew.err.contains("had changes by 2 SPARQL updates"),
        "{}",
        anew.err
    );
    assert_eq!(tiny.run(&query).ok(), "o\r\n");
}

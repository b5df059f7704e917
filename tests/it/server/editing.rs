//! Curation in the browser, as a browser does it: signed in, forms sent, sheets looked at.

use std::fs;
use std::process::Command;

use super::{Got, Served, encoded};
use crate::support::{Ran, Tiny};

/// A browser with who is signed in.
struct Browser<'s> {
    served: &'s Served,
    cookies: String,
}

impl<'s> Browser<'s> {
    fn of(served: &'s Served, curator: &str) -> Self {
        let form = format!("token=open+sesame&curator={}", encoded(curator));
        let got = post(served, "/edit/sign-in", "", &form);
        assert_eq!(
            (got.status, got.header("location")),
            (303, "/edit"),
            "{}",
            got.text()
        );
        let set = got.headers.iter().filter(|(name, _)| name == "set-cookie");
        let cookies: Vec<&str> = set
            .map(|(_, cookie)| {
                assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
                cookie.split(';').next().expect("a cookie")
            })
            .collect();
        assert_eq!(cookies.len(), 2);
        Self {
            served,
            cookies: cookies.join("; "),
        }
    }

    fn get(&self, target: &str) -> Got {
        self.served.get(target, &[("Cookie", &self.cookies)])
    }

    fn post(&self, target: &str, fields: &[(&str, &str)]) -> Got {
        let pairs = fields
            .iter()
            .map(|(name, text)| format!("{}={}", encoded(name), encoded(text)));
        post(
            self.served,
            target,
            &self.cookies,
            &pairs.collect::<Vec<_>>().join("&"),
        )
    }

    /// A new treatment of case-2, with more cells.
    fn treatment(&self, wish: &str, more: &[(&str, &str)]) -> Got {
        let mut fields = vec![
            ("c.case", "case-2"),
            ("c.source", "invented-2"),
            ("c.locator", "abstract"),
            ("c.certainty", "stated"),
            ("c.kind", "drug"),
            ("do", wish),
        ];
        fields.extend(more);
        self.post("/edit/sheet/treatments", &fields)
    }
}

fn post(served: &Served, target: &str, cookies: &str, form: &str) -> Got {
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Cookie", cookies),
    ];
    served.send("POST", target, &headers, form.as_bytes())
}

fn sheet(tiny: &Tiny, name: &str) -> String {
    fs::read_to_string(tiny.sheet(&format!("{name}.csv"))).expect("a sheet")
}

#[track_caller]
fn written(got: &Got) {
    assert_eq!(got.status, 303, "{}", got.text());
    let to = got.header("location");
    assert!(
        to.starts_with("/edit?told=") && to != "/edit?told=stale",
        "{to}"
    );
}

const EPISODES: &str =
    "SELECT ?drug { ?e cg:ofCase/cg:caseKey 'case-2' ; cg:drug/rdfs:label ?drug } ORDER BY ?drug";

#[test]
fn only_who_signed_in_edits() {
    let tiny = Tiny::new();
    let before = sheet(&tiny, "cases");
    let served = Served::of(&tiny, &["--edit"]);
    let page = served.get("/edit/sheet/cases", &[]).ok();
    assert!(page.contains("id=\"sign-in\""), "{page}");
    let form = "c.case=case-99&c.source=invented-1&c.locator=p.+1&c.certainty=stated&do=write";
    assert_eq!(post(&served, "/edit/sheet/cases", "", form).status, 401);
    for forged in [
        "casegraph-token-80=open%20sesame",
        "casegraph-token=open sesame",
    ] {
        assert_eq!(post(&served, "/edit/sheet/cases", forged, form).status, 401);
    }
    let wrong = post(
        &served,
        "/edit/sign-in",
        "",
        "token=open+sesam&curator=Anna",
    );
    assert_eq!(wrong.header("location"), "/edit?refused=token");
    let nobody = post(
        &served,
        "/edit/sign-in",
        "",
        "token=open+sesame&curator=%3Cb%3E",
    );
    assert_eq!(nobody.header("location"), "/edit?refused=name");
    // A page of another site has no cookie, and is told so before that.
    let browser = Browser::of(&served, "Anna");
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Cookie", browser.cookies.as_str()),
        ("Origin", "https://evil.example"),
    ];
    assert_eq!(
        served
            .send("POST", "/edit/sheet/cases", &headers, form.as_bytes())
            .status,
        403
    );
    assert_eq!(sheet(&tiny, "cases"), before);
    let reading = Served::of(&tiny, &[]);
    reading.get("/edit", &[]).problem(403, "read-only");
    let all = tiny
        .run(&["serve", "--edit", "--bind", "0.0.0.0:0"])
        .fails(2);
    assert!(all.contains("for this machine alone"), "{all}");
}

#[test]
fn a_row_is_tried_written_and_undone() {
    let tiny = Tiny::new();
    let sheets = ["treatments", "cases", "fusions", "publications"];
    let before = sheets.map(|name| sheet(&tiny, name));
    let served = Served::of(&tiny, &["--edit"]);
    let anna = Browser::of(&served, "Anna Berg");
    // What is wrong is told at its field, and nothing is written.
    let wrong = anna
        .treatment(
            "write",
            &[("c.agent", "alectinb"), ("c.best_response", "PR")],
        )
        .ok();
    assert!(
        wrong.contains("Not yet right") && wrong.contains("nearest known: alectinib"),
        "{wrong}"
    );
    assert!(
        !wrong.contains("value=\"write\""),
        "what is wrong cannot be written"
    );
    // What it would do: the row, and what moves.
    let tried = anna
        .treatment(
            "try",
            &[("c.agent", "alectinib"), ("c.best_response", "PR")],
        )
        .ok();
    for told in [
        "What it would do",
        "What would move",
        "response/by-drug",
        "value=\"write\"",
    ] {
        assert!(tried.contains(told), "{told}: {tried}");
    }
    assert_eq!(sheets.map(|name| sheet(&tiny, name)), before);
    assert!(!tiny.sheet("curation.csv").exists());
    let drugs = served.csv(EPISODES);
    written(&anna.treatment(
        "write",
        &[("c.agent", "alectinib"), ("c.best_response", "PR")],
    ));
    let after = sheet(&tiny, "treatments");
    let line = after
        .strip_prefix(&before[0])
        .expect("the sheet as it was, and a row");
    assert_eq!(
        line,
        "case-2,2,invented-2,abstract,stated,,drug,alectinib,,,,,,PR,,,,,,,,\n"
    );
    assert_eq!(
        sheets[1..]
            .iter()
            .map(|name| sheet(&tiny, name))
            .collect::<Vec<_>>(),
        before[1..]
    );
    assert!(served.csv(EPISODES).contains("alectinib"));
    // Who and when is kept, and shown on the page and by the program.
    let start = anna.get("/edit?told=1").ok();
    assert!(
        start.contains("Written as change 1") && start.contains("Anna Berg"),
        "{start}"
    );
    let past = tiny
        .run(&["history", "case-2", "best_response", "--format", "csv"])
        .ok();
    assert!(
        past.contains("Anna Berg,change 1,treatments,\"item 2, invented-2\",best_response,,PR"),
        "{past}"
    );
    written(&anna.post("/edit/undo", &[("number", "1")]));
    assert_eq!(sheets.map(|name| sheet(&tiny, name)), before);
    assert_eq!(served.csv(EPISODES), drugs);
    assert_eq!(anna.post("/edit/undo", &[("number", "1")]).status, 409);
}

#[test]
fn nothing_is_written_over_what_somebody_else_did() {
    let tiny = Tiny::new();
    let served = Served::of(&tiny, &["--edit"]);
    let anna = Browser::of(&served, "Anna");
    let ben = Browser::of(&served, "Ben");
    let seen = r#"{"row":2,"cells":{"case":"case-1","source":"invented-1","locator":"p. 1","certainty":"stated","age_years":"34","sex":"male","histology":"inflammatory myofibroblastic tumor","histology_verbatim":"IMT","primary_site":"lung","stage":"metastatic","metastatic_sites":"brain; liver","multifocal":"no"}}"#;
    let change = [("seen", seen), ("c.age_years", "35"), ("do", "write")];
    // The sheet is edited outside, first elsewhere and then in this row.
    tiny.edit(
        "cases.csv",
        "case-2,invented-2,abstract,stated,,pediatric,female",
        "case-2,invented-2,abstract,stated,,pediatric,male",
    );
    let outside = sheet(&tiny, "cases");
    written(&anna.post("/edit/sheet/cases", &change));
    assert_eq!(
        sheet(&tiny, "cases"),
        outside.replacen("stated,34,", "stated,35,", 1)
    );
    tiny.edit("cases.csv", "stated,35,", "stated,36,");
    let outside = sheet(&tiny, "cases");
    let again = seen.replace("\"34\"", "\"35\"");
    let got = anna.post(
        "/edit/sheet/cases",
        &[("seen", &again), ("c.age_years", "40"), ("do", "write")],
    );
    assert_eq!(got.status, 409);
    assert!(
        got.text().contains("age_years: 36") && got.text().contains("value=\"40\""),
        "{}",
        got.text()
    );
    // One writes at a time; the other sees who, and may take over.
    let refused = ben.treatment("write", &[("c.agent", "alectinib")]).ok();
    assert!(
        refused.contains("Anna is writing") && refused.contains("value=\"alectinib\""),
        "{refused}"
    );
    assert!(ben.get("/edit").ok().contains("Anna"));
    assert_eq!(ben.post("/edit/pen", &[("do", "take")]).status, 303);
    written(&ben.treatment("write", &[("c.agent", "alectinib")]));
    assert_eq!(sheet(&tiny, "cases"), outside);
}

#[test]
fn rows_that_need_each_other_are_written_together() {
    let tiny = Tiny::new();
    let served = Served::of(&tiny, &["--edit"]);
    let anna = Browser::of(&served, "Anna");
    let publication = [
        ("c.key", "invented-99"),
        ("c.first_author", "Nobody Z"),
        ("c.year", "2020"),
        ("c.title", "Invented case 99"),
        ("c.kind", "case-report"),
        ("c.read", "full-text"),
        ("c.note", "does not exist"),
        ("do", "more"),
        ("next", "cases"),
    ];
    let page = anna.post("/edit/sheet/publications", &publication).ok();
    assert!(page.contains("A row of cases"), "{page}");
    let waiting = page
        .split("name=\"waiting\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let waiting = waiting.expect("rows that wait").replace("&quot;", "\"");
    let case = [
        ("waiting", waiting.as_str()),
        ("c.case", "case-99"),
        ("c.source", "invented-99"),
        ("c.locator", "p. 1"),
        ("c.certainty", "stated"),
        ("c.sex", "female"),
        ("m.age_years", "NR"),
        ("do", "write"),
    ];
    written(&anna.post("/edit/sheet/cases", &case));
    assert!(sheet(&tiny, "publications").ends_with(
        "invented-99,,Nobody Z,2020,Invented case 99,,,,,,case-report,full-text,does not exist\n"
    ));
    assert!(
        sheet(&tiny, "cases").ends_with("case-99,invented-99,p. 1,stated,NR,,female,,,,,,,,\n")
    );
    // Both are one change, and undone as one.
    let before = Tiny::new();
    written(&anna.post("/edit/undo", &[("number", "1")]));
    for name in ["publications", "cases"] {
        assert_eq!(sheet(&tiny, name), sheet(&before, name));
    }
}

#[test]
fn hostile_cells_hurt_nobody() {
    let tiny = Tiny::new();
    let before = sheet(&tiny, "treatments");
    let served = Served::of(&tiny, &["--edit", "--body-limit", "256"]);
    let anna = Browser::of(&served, "Anna");
    let formula = anna
        .treatment(
            "write",
            &[("c.agent", "alectinib"), ("c.note", "=cmd|' /C calc'!A0")],
        )
        .ok();
    assert!(formula.contains("begins as a formula does"), "{formula}");
    let long = "x".repeat(100_000);
    let long = anna
        .treatment("write", &[("c.agent", "alectinib"), ("c.note", &long)])
        .ok();
    assert!(long.contains("holds 100000 bytes"), "the cell is too long");
    let larger = "x".repeat(1 << 20);
    assert_eq!(anna.treatment("write", &[("c.note", &larger)]).status, 413);
    assert_eq!(sheet(&tiny, "treatments"), before);
    // What is text stays text.
    let note = "<script>alert(1)</script> \u{202e}txt, \"quoted\"\r\nsecond line";
    written(&anna.treatment("write", &[("c.agent", "alectinib"), ("c.note", note)]));
    let after = sheet(&tiny, "treatments");
    assert!(
        after.starts_with(&before)
            && after.ends_with(
                "\"<script>alert(1)</script> \u{202e}txt, \"\"quoted\"\"\nsecond line\"\n"
            ),
        "{after}"
    );
    for page in [
        "/edit/case/case-2",
        "/edit/history/case-2",
        "/cases/case-2",
        "/edit",
    ] {
        assert!(!anna.get(page).ok().contains("<script>alert"), "{page}");
    }
    let broken = anna.post(
        "/edit/sheet/treatments",
        &[("seen", "{"), ("c.case", "case-2")],
    );
    broken.problem(400, "bad-request");
    anna.get("/edit/sheet/curation").problem(404, "not-found");
}

#[test]
fn two_curators_extract_the_same_and_drafts_do_not_count() {
    let tiny = Tiny::new();
    let served = Served::of(&tiny, &["--edit"]);
    let anna = Browser::of(&served, "Anna");
    let before = sheet(&tiny, "treatments");
    assert_eq!(anna.post("/edit/columns", &[]).status, 303);
    let widened = sheet(&tiny, "treatments");
    assert_eq!(widened.lines().count(), before.lines().count());
    for (old, new) in before.lines().zip(widened.lines()) {
        let more = new.strip_prefix(old).expect("the row as it was");
        assert!(
            more == ",curator,curated_on,curation_state" || more == ",,,",
            "{more}"
        );
    }
    let item = |response: &'static str| {
        [
            ("c.item", "7"),
            ("c.agent", "alectinib"),
            ("c.best_response", response),
            ("c.curation_state", "draft"),
        ]
    };
    let drugs = served.csv(EPISODES);
    written(&anna.treatment("write", &item("PR")));
    assert_eq!(anna.post("/edit/pen", &[("do", "lay-down")]).status, 303);
    let ben = Browser::of(&served, "Ben");
    written(&ben.treatment("write", &item("SD")));
    assert!(
        sheet(&tiny, "treatments").contains(",Anna,")
            && sheet(&tiny, "treatments").contains(",Ben,")
    );
    // A draft is kept and shown, and in no result.
    assert_eq!(served.csv(EPISODES), drugs);
    assert!(
        served
            .get("/cases/case-2", &[])
            .ok()
            .contains("draft, not weighed, by Anna")
    );
    let beside = ben.get("/edit/source/invented-2").ok();
    assert!(
        beside.contains("column=best_response") && beside.contains(">agree<"),
        "{beside}"
    );
    let agreement = tiny
        .run(&["run", "curation/agreement", "--format", "json"])
        .ok();
    let agreement: serde_json::Value = serde_json::from_str(&agreement).expect("JSON");
    let all = &agreement["result"]["overall"];
    assert_eq!(
        (&all["n"], &all["agreed"]),
        (&3.into(), &2.into()),
        "{agreement:#}"
    );
}

#[test]
fn what_git_keeps_is_told_with_who_and_when() {
    let tiny = Tiny::new();
    let git = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::new("git");
        command
            .current_dir(tiny.home())
            .args(["-c", "user.name=Anna", "-c", "user.email=anna@example.org"])
            .args(arguments);
        Ran::of(&mut command).ok()
    };
    if Command::new("git").arg("--version").output().is_err() {
        // A machine without git: that it is told is all that can be seen.
        let past = tiny.run(&["history", "case-1"]).ok();
        assert!(past.contains("not known"), "{past}");
        return;
    }
    git(&["init", "--quiet"]);
    // What a stranger's configuration names is not run.
    git(&["config", "core.fsmonitor", "touch hurt; false"]);
    git(&["config", "gpg.program", "touch"]);
    git(&["config", "log.showSignature", "true"]);
    git(&["-c", "core.fsmonitor=false", "add", "."]);
    git(&[
        "-c",
        "core.fsmonitor=false",
        "commit",
        "--quiet",
        "--message",
        "begin",
    ]);
    tiny.edit("cases.csv", "stated,34,", "stated,35,");
    git(&[
        "-c",
        "core.fsmonitor=false",
        "commit",
        "--quiet",
        "--all",
        "--message",
        "correct the age",
    ]);
    let past = tiny
        .run(&["history", "case-1", "age_years", "--format", "csv"])
        .ok();
    let lines: Vec<&str> = past.lines().collect();
    assert_eq!(lines.len(), 3, "{past}");
    assert!(
        lines[1].contains(": correct the age,cases,invented-1,age_years,34,35"),
        "{past}"
    );
    assert!(
        lines[2].contains(": begin,cases,invented-1,age_years,,34"),
        "{past}"
    );
    assert!(!tiny.home().join("hurt").exists());
    let none = tiny.run(&["history", "case-1001"]).fails(2);
    assert!(none.contains("there is no case"), "{none}");
}

#[test]
fn a_long_list_is_searched_by_the_server() {
    let tiny = Tiny::project();
    let file = tiny.sheet("data/tiny/cases.csv");
    let mut cases = fs::read_to_string(&file).expect("a sheet");
    let first = cases.lines().nth(1).expect("a row").to_owned();
    for number in 0..120 {
        let (_, rest) = first.split_once(',').expect("cells");
        cases.push_str(&format!("many-{number:03},{rest}\n"));
    }
    fs::write(&file, cases).expect("written");
    let served = Served::of(&tiny, &["--edit"]);
    let browser = Browser::of(&served, "Ada");
    let form = browser.get("/edit/sheet/treatments").ok();
    let list = form
        .split("<datalist id=\"keys-cases\"")
        .nth(1)
        .expect("a list");
    let list = list.split("</datalist>").next().expect("its end");
    assert!(
        list.contains("data-more=\"/edit/words/keys-cases\""),
        "{list}"
    );
    assert_eq!(list.matches("<option").count(), 50);
    let found = browser.get("/edit/words/keys-cases?q=MANY-11").json();
    let found = found.as_array().expect("a list");
    assert_eq!(found.len(), 10);
    assert_eq!(found[0]["value"], "many-110");
    let drugs = browser.get("/edit/words/words-drug?q=xalkori").json();
    assert_eq!(drugs[0]["value"], "crizotinib");
    assert_eq!(browser.get("/edit/words/keys-nothing?q=x").status, 404);
    let stranger = served.get("/edit/words/keys-cases?q=x", &[]).text();
    assert!(stranger.contains("Sign in") && !stranger.contains("case-1"));
}

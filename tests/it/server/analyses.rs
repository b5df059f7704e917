//! Saved analyses over HTTP.

use casegraph::report::{FORMATS, Format, Holds, Reader};

use super::Served;
use crate::support::Tiny;

#[test]
fn an_analysis_is_what_the_command_line_says_in_every_format() {
    let tiny = Tiny::new();
    let served = Served::of(&tiny, &[]);
    let run = |format: &str| {
        tiny.run(&["run", "response/by-partner", "--format", format])
            .ok()
    };
    let got = |target: &str, accept: &str| served.get(target, &[("Accept", accept)]);
    let path = "/analyses/response/by-partner";
    // The page of an analysis stands for its result as HTML.
    let is_text = |format: &&&Format| format.reader != Reader::Bytes && format.name != "html";
    for format in FORMATS.iter().filter(is_text) {
        if matches!(format.holds, Holds::Triples | Holds::References) {
            continue;
        }
        let (ending, media) = (format.ending, format.media_type());
        let expected = run(format.name);
        assert_eq!(
            got(&format!("{path}.{ending}"), "*/*").ok().trim_end(),
            expected.trim_end(),
            "{ending}"
        );
        assert_eq!(
            got(path, media).ok().trim_end(),
            expected.trim_end(),
            "{media}"
        );
    }
    let ledger = tiny
        .run(&["run", "response/by-partner", "--ledger", "--format", "csv"])
        .ok();
    assert_eq!(got(&format!("{path}.csv?ledger=true"), "*/*").ok(), ledger);
    let ledger = got(&format!("{path}?ledger=true"), "text/turtle").ok();
    assert!(ledger.contains("LedgerEntry"), "{ledger}");
    got(&format!("{path}.svg?ledger=true"), "*/*").problem(404, "not-found");
    assert_eq!(got(&format!("{path}.png"), "*/*").body[..4], *b"\x89PNG");
    assert_eq!(got(&format!("{path}.pdf"), "*/*").body[..5], *b"%PDF-");
    for (ending, begins) in [
        ("xlsx", b"PK\x03\x04"),
        ("docx", b"PK\x03\x04"),
        ("parquet", b"PAR1"),
    ] {
        let Some(format) = FORMATS.iter().find(|format| format.ending == ending) else {
            continue;
        };
        assert_eq!(got(&format!("{path}.{ending}"), "*/*").body[..4], *begins);
        assert_eq!(got(path, format.media_type()).body[..4], *begins);
        let ledger = got(&format!("{path}.{ending}?ledger=true"), "*/*");
        assert_eq!(ledger.body[..4], *begins);
    }
    // A figure looks as it does on the command line.
    let options = ["--width", "85mm", "--palette", "grey", "--title", ""];
    let expected = tiny.run(
        &[
            &["run", "response/by-partner", "--format", "svg"],
            &options[..],
        ]
        .concat(),
    );
    let look = "width=85mm&palette=grey&title=";
    assert_eq!(
        got(&format!("{path}.svg?{look}"), "*/*").ok().trim_end(),
        expected.ok().trim_end()
    );
    got(&format!("{path}.svg?palette=rainbow"), "*/*").problem(400, "parameter");
    got(&format!("{path}.svg?height=26mm"), "*/*").problem(422, "parameter");
    // It is the query that is run, with what is set and the defaults standing in it.
    let rows = |csv: String| csv.lines().count();
    for set in ["", "?drug=drug:alectinib"] {
        let query = got(&format!("{path}.rq{set}"), "*/*").ok();
        assert!(query.starts_with("# response/by-partner: "), "{query}");
        assert_eq!(query.contains("alectinib"), !set.is_empty(), "{query}");
        assert_eq!(
            rows(served.csv(&query)),
            rows(got(&format!("{path}.csv{set}"), "*/*").ok())
        );
    }
}

#[test]
fn parameters_are_bound_and_wrong_ones_are_named() {
    let served = Served::tiny(&[]);
    let path = "/analyses/response/by-partner.json";
    let result = served
        .get(&format!("{path}?drug=drug:alectinib"), &[])
        .json();
    assert_eq!(result["parameters"]["drug"], "drug:alectinib");
    let level = served.get("/analyses/survival/overall.json?with.level=0.9", &[]);
    assert_eq!(level.json()["level"], 0.9);
    let none = served.get(&format!("{path}?with.level=0.9"), &[]);
    assert_eq!(none.problem(400, "parameter")["parameter"], "with.level");
    let wrong = |query: &str| {
        served
            .get(&format!("{path}?{query}"), &[])
            .problem(400, "parameter")
    };
    assert_eq!(wrong("drog=drug:alectinib")["parameter"], "drog");
    let near = wrong("drug=drug:alectinip");
    assert_eq!(near["parameter"], "drug");
    assert_eq!(near["nearest"][0], "drug:alectinib", "{near}");
    assert!(
        wrong("drug=%22%7D%20DROP")["detail"]
            .as_str()
            .expect("text")
            .contains("drug")
    );
    served
        .get("/analyses/response/by-partnr", &[])
        .problem(404, "not-found");
    served
        .get("/analyses/evidence/claims.svg", &[])
        .problem(404, "not-found");
}

/// What a client is told that is made from the description.
#[test]
fn openapi_knows_the_statuses_that_come() {
    let served = Served::tiny(&["--writable", "--body-limit", "1"]);
    let told = served.get("/openapi.json", &[]).json();
    let text = [("Content-Type", "text/plain")];
    let query = [("Content-Type", "application/sparql-query")];
    let update = [
        ("Content-Type", "application/sparql-update"),
        ("Authorization", "Bearer open sesame"),
    ];
    let elsewhere = [("Host", "evil.example")];
    let foreign = [("Origin", "https://evil.example")];
    let long = "x".repeat(2000);
    for (method, target, headers, body, status) in [
        ("GET", "/sparql", &[][..], "", 200),
        ("GET", "/sparql", &[("Accept", "text/html")], "", 303),
        ("GET", "/sparql?query=x", &[], "", 400),
        (
            "GET",
            "/sparql?query=ASK+%7B%7D",
            &[("Accept", "image/png")],
            "",
            406,
        ),
        ("POST", "/sparql", &text, "ASK {}", 415),
        ("POST", "/sparql", &elsewhere, "ASK {}", 421),
        ("POST", "/sparql", &foreign, "ASK {}", 403),
        ("POST", "/sparql", &query, &long, 413),
        (
            "POST",
            "/sparql",
            &query,
            "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
            501,
        ),
        ("POST", "/update", &update[..1], "x", 401),
        (
            "POST",
            "/update",
            &update,
            "LOAD <http://127.0.0.1:1/>",
            501,
        ),
        (
            "POST",
            "/update",
            &update,
            "CREATE GRAPH <http://example.org/new>",
            204,
        ),
        (
            "GET",
            "/graph-store?graph=http://example.org/none",
            &[],
            "",
            404,
        ),
        ("GET", "/cases.json", &[], "", 200),
        ("GET", "/cases.json", &[("If-None-Match", "*")], "", 304),
        ("GET", "/.well-known/void", &foreign, "", 403),
        ("GET", "/analyses/response/by-partner?x=1", &[], "", 400),
        (
            "GET",
            "/analyses/response/by-partner?raw-cells=null",
            &[],
            "",
            400,
        ),
        (
            "GET",
            "/analyses/response/by-partner?ledger=yes",
            &[],
            "",
            400,
        ),
        (
            "GET",
            "/analyses/response/by-partner?raw-cells=true",
            &[],
            "",
            200,
        ),
        ("GET", "/analyses/response/by-partner.none", &[], "", 404),
    ] {
        let got = served.send(method, target, headers, body.as_bytes());
        assert_eq!(got.status, status, "{method} {target}: {}", got.text());
        let path = target.split('?').next().expect("a path");
        let path = path.trim_end_matches(".none");
        let known = &told["paths"][path][method.to_ascii_lowercase()]["responses"];
        assert!(
            known[status.to_string()].is_object(),
            "{method} {target}: {status}"
        );
    }
}

#[test]
fn openapi_says_what_can_be_asked() {
    let served = Served::tiny(&[]);
    let told = served.get("/openapi.json", &[]).json();
    assert_eq!(told["openapi"], "3.1.0");
    let parameters = &told["paths"]["/analyses/response/by-partner"]["get"]["parameters"];
    let drug = parameters
        .as_array()
        .expect("parameters")
        .iter()
        .find(|parameter| parameter["name"] == "drug")
        .expect("the drug");
    assert_eq!(drug["schema"]["default"], "drug:crizotinib");
    assert_eq!(drug["required"], false);
    for path in told["paths"].as_object().expect("paths").keys() {
        if path.starts_with("/analyses/") {
            let got = served.get(&format!("{path}.json"), &[]);
            let missing = got.status == 400 && got.text().contains("has no value");
            assert!(got.status == 200 || missing, "{path}: {}", got.text());
        }
    }
}

#[test]
fn a_misspelt_property_is_told_on_the_page_of_the_analysis() {
    let tiny = Tiny::project();
    let folder = tiny.home().join("queries/mine");
    std::fs::create_dir_all(&folder).expect("a folder");
    let text = "#+ summary: x\n#+ description: x\n#+ tags: [t]\n#+ casegraph:\n#+   unit: case\n#+   columns: {case: text}\nSELECT ?case { ?c cg:casesKey ?case }\n";
    std::fs::write(folder.join("own.rq"), text).expect("written");
    let served = Served::of(&tiny, &[]);
    let page = served.get("/analyses/mine/own", &[("Accept", "text/html")]);
    assert_eq!(page.status, 422);
    let told = "nothing in the store has cg:casesKey; nearest: cg:caseKey";
    assert!(page.text().contains(told), "{}", page.text());
    let problem = served
        .get("/analyses/mine/own.json", &[])
        .problem(422, "analysis");
    assert!(problem["detail"].as_str().expect("a detail").contains(told));
}

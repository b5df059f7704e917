//! What pages of other sites can have a browser do.

use super::Served;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

#[test]
fn a_request_names_this_server() {
    let served = Served::tiny(&["--host", "study.example"]);
    let asked = |host: &str| served.get("/query", &[("Host", host)]);
    for host in ["localhost", "127.0.0.1:9", "[::1]:9", "study.example"] {
        assert_eq!(asked(host).status, 200, "{host}");
    }
    for host in [
        "rebound.example:80",
        "[::1]evil.com",
        "[localhost]",
        "[::1",
        "localhost:evil.com",
        "192.0.2.1",
    ] {
        let refused = asked(host).problem(421, "host");
        let detail = refused["detail"].as_str().expect("a detail");
        assert!(detail.contains("study.example") && detail.contains("--host"));
    }
    assert_eq!(served.get("http://evil.com/query", &[]).status, 421);
}

#[test]
fn a_server_for_other_machines_is_asked_by_its_address_or_a_name_it_has() {
    let served = Served::tiny(&["--bind", "0.0.0.0:0"]);
    let asked = |host: &str| served.get("/query", &[("Host", host)]);
    assert!(served.told.join("\n").contains("--host NAME"));
    assert_eq!(asked("192.0.2.1:7878").status, 200);
    asked("rebound.example").problem(421, "host");
}

#[test]
fn a_page_of_another_site_can_link_here_and_no_more() {
    let served = Served::tiny(&[]);
    let from = [
        ("Origin", "https://evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
        FORM,
    ];
    let post =
        |target: &str, from: &[(&str, &str)]| served.send("POST", target, from, b"query=ASK+{}");
    for target in ["/sparql", "/query", "/update"] {
        post(target, &from).problem(403, "cross-site");
        post(target, &from[..2]).problem(403, "cross-site");
        post(target, &[from[0], FORM]).problem(403, "cross-site");
    }
    let figure = "/analyses/response/overall.svg";
    let image = [
        from[1],
        ("Sec-Fetch-Mode", "no-cors"),
        ("Sec-Fetch-Dest", "image"),
    ];
    served.get(figure, &image).problem(403, "cross-site");
    let link = [
        from[1],
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "document"),
    ];
    let seen = served.get(figure, &link);
    assert_eq!(seen.status, 200, "{}", seen.text());
    for of_other_sites in [
        seen,
        served.get("/query", &[]),
        served.get("/nothing", &[]),
        post("/sparql", &[FORM]),
    ] {
        assert_eq!(
            of_other_sites.header("cross-origin-resource-policy"),
            "same-origin"
        );
    }
    let own = format!("http://{}", served.address);
    assert_eq!(post("/query", &[("Origin", &own), FORM]).status, 200);
}

#[test]
fn an_endpoint_that_is_opened_is_used_from_other_sites() {
    let post = |served: &Served, origin: &str| {
        let headers = [("Origin", origin), ("Sec-Fetch-Site", "cross-site"), FORM];
        served.send("POST", "/sparql", &headers, b"query=ASK+{}")
    };
    let one = Served::tiny(&["--cors", "https://page.example"]);
    let got = post(&one, "https://page.example");
    assert_eq!(
        got.header("access-control-allow-origin"),
        "https://page.example"
    );
    assert!(got.ok().contains("true"));
    post(&one, "https://page.example.evil.com").problem(403, "cross-site");
    let asked = [
        ("Origin", "https://page.example"),
        ("Access-Control-Request-Method", "POST"),
    ];
    let before = one.send("OPTIONS", "/sparql", &asked, b"");
    assert_eq!(before.status, 204);
    assert!(
        before
            .header("access-control-allow-methods")
            .contains("POST")
    );
    let all = Served::tiny(&["--cors", "*"]);
    let got = post(&all, "https://any.example");
    assert_eq!(got.header("access-control-allow-origin"), "*");
    assert_eq!(got.header("cross-origin-resource-policy"), "cross-origin");
    assert!(got.ok().contains("true"));
}

#[test]
fn only_a_shared_file_is_kept_by_who_stands_between() {
    let served = Served::tiny(&[]);
    let kept = |target: &str| served.get(target, &[]).header("cache-control").to_owned();
    assert_eq!(kept("/cases"), "private, no-cache");
    assert_eq!(kept("/analyses/response/overall.json"), "private, no-cache");
    assert_eq!(kept("/nothing"), "no-store");
    assert_eq!(kept("/assets/site.css"), "max-age=600");
}

#[test]
fn whatever_a_client_has_is_as_good_only_as_what_is_there() {
    let served = Served::tiny(&[]);
    let any = [("If-None-Match", "*")];
    for _ in 0..2 {
        assert_eq!(served.get("/cases", &any).status, 304);
        assert_eq!(served.get("/cases", &[]).status, 200);
        assert_eq!(served.get("/cases/nobody", &any).status, 404);
        assert_eq!(served.get("/sparql?query=nonsense", &any).status, 400);
    }
}

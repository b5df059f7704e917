//! The pages, as they are sent; `tests/browser` looks at them in a browser.

use super::{Served, encoded};
use crate::support::Tiny;

/// What a browser takes.
const HTML: [(&str, &str); 1] = [(
    "Accept",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
)];

/// Addresses that a page leads to on this server.
fn links(page: &str) -> Vec<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| link.starts_with('/'))
        .map(|link| link.replace("&amp;", "&"))
        .collect()
}

#[test]
fn every_link_leads_somewhere_and_no_page_is_large() {
    let served = Served::tiny(&[]);
    let mut waiting = vec!["/".to_owned()];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(link) = waiting.pop() {
        // One query of the editor is like another.
        let known = link.split("?query=").next().unwrap_or_default().to_owned();
        if !seen.insert(known) {
            continue;
        }
        let got = served.get(&link, &HTML);
        assert_eq!(got.status, 200, "{link}: {}", got.text());
        if got.header("content-type").starts_with("text/html") {
            let page = got.ok();
            assert!(page.len() <= 100_000, "{link} has {} bytes", page.len());
            // The policy lets no inline script run, and none is meant to.
            assert!(
                !page.contains("<script>") && !page.contains("onclick="),
                "{link}"
            );
            waiting.extend(links(&page));
        }
    }
    for part in [
        "/cases",
        "/partners",
        "/histologies",
        "/drugs",
        "/events",
        "/claims",
        "/patient",
        "/query",
    ] {
        assert!(seen.contains(part), "{part}");
    }
    assert!(seen.len() > 100, "{}", seen.len());
}

#[test]
fn text_of_a_sheet_is_shown_and_not_run() {
    let tiny = Tiny::new();
    let hostile = "<script>document.title='run'</script><img src=x onerror=alert(1)>";
    let cases = std::fs::read_to_string(tiny.sheet("cases.csv")).expect("a sheet");
    let header: Vec<&str> = cases.lines().next().expect("headings").split(',').collect();
    let column = header
        .iter()
        .position(|name| *name == "histology_verbatim")
        .expect("a column");
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(cases.as_bytes());
    for row in reader.records() {
        rows.push(row.expect("a row").iter().map(str::to_owned).collect());
    }
    rows[1][column] = hostile.to_owned();
    let key = rows[1][0].clone();
    let mut writer = csv::Writer::from_path(tiny.sheet("cases.csv")).expect("a sheet");
    for row in &rows {
        writer.write_record(row).expect("a row");
    }
    writer.flush().expect("written");
    drop(writer);
    let served = Served::of(&tiny, &[]);
    let page = served.get(&format!("/cases/{key}"), &HTML).ok();
    assert!(
        page.contains("&lt;script&gt;document.title"),
        "the text is shown"
    );
    assert!(!page.contains("<script>document") && !page.contains("<img src=x"));
    // What an address holds is text too.
    for target in [
        "/cases?search=%3Cscript%3Ealert(1)%3C/script%3E",
        "/query?query=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/drugs/%3Cscript%3E",
        "/analyses/%22%3E%3Cscript%3E",
    ] {
        assert!(
            !served.get(target, &HTML).text().contains("<script>alert"),
            "{target}"
        );
        assert!(
            !served.get(target, &HTML).text().contains("\"><script>"),
            "{target}"
        );
    }
}

#[test]
fn cases_are_filtered_and_sorted_by_the_address() {
    let served = Served::tiny(&[]);
    let all = served.get("/cases.json", &[]).json();
    let rows = all["rows"].as_array().expect("rows");
    let partner = rows
        .iter()
        .filter_map(|row| row[5].as_str())
        .find(|cell| !cell.is_empty() && !cell.contains(';'))
        .expect("a partner");
    let partner = partner.split(" (").next().expect("a partner");
    let with = rows
        .iter()
        .filter(|row| {
            row[5].as_str().is_some_and(|cell| {
                cell.split("; ")
                    .any(|one| one.split(" (").next() == Some(partner))
            })
        })
        .count();
    let page = served
        .get(
            &format!("/cases?partner={partner}&sort=age&order=descending"),
            &HTML,
        )
        .ok();
    assert!(
        page.contains(&format!("{with} of {} cases", rows.len())),
        "{partner}"
    );
    assert!(page.contains("aria-sort=\"descending\""));
    // Those that do not count stand last and say so.
    let counted: Vec<&str> = rows.iter().filter_map(|row| row[11].as_str()).collect();
    let (yes, no) = counted.split_at(counted.iter().take_while(|word| **word == "yes").count());
    assert_eq!(counted.len(), rows.len());
    assert!(!yes.is_empty() && !no.is_empty() && no.iter().all(|word| *word == "no"));
    let ages: Vec<f64> = page
        .split("<tr><td")
        .skip(1)
        .filter_map(|row| {
            row.split("<td")
                .nth(1)?
                .split(['>', '<'])
                .nth(1)?
                .parse()
                .ok()
        })
        .collect();
    assert!(ages.windows(2).all(|two| two[0] >= two[1]), "{ages:?}");
}

/// A class has the cases of what lies below it, each once: on its page, in the list, and in the filter.
#[test]
fn a_class_counts_what_lies_below_it() {
    let served = Served::tiny(&[]);
    let all = served.get("/cases.json", &[]).json();
    let rows = all["rows"].as_array().expect("rows");
    let having = |column: usize, names: &[&str]| {
        let has = |row: &&serde_json::Value| {
            let cell = row[column].as_str().unwrap_or_default();
            cell.split("; ").any(|one| names.contains(&one))
        };
        rows.iter().filter(has).count()
    };
    let tumor = "inflammatory myofibroblastic tumor";
    let variant = "epithelioid inflammatory myofibroblastic sarcoma";
    let (both, own) = (having(4, &[tumor, variant]), having(4, &[tumor]));
    assert!(both > own, "the invented study has the variant");
    let inhibitors = having(6, &["crizotinib", "alectinib", "ceritinib"]);
    for (page, number) in [
        ("/histologies/inflammatory-myofibroblastic-tumor", both),
        (
            "/histologies/mesenchymal-neoplasm",
            having(
                4,
                &[tumor, variant, "leiomyosarcoma", "spindle cell sarcoma"],
            ),
        ),
        ("/drugs/alk-inhibitor", inhibitors),
        ("/drugs/crizotinib", having(6, &["crizotinib"])),
    ] {
        let text = served.get(page, &HTML).ok();
        assert!(
            [")", ","]
                .iter()
                .any(|end| text.contains(&format!("Cases ({number}{end}"))),
            "{page}: {number}"
        );
    }
    let list = served.get("/drugs", &HTML).ok();
    assert!(list.contains("ALK inhibitor"), "{list}");
    for (filter, number) in [
        ("histology=inflammatory+myofibroblastic+tumor", both),
        ("drug=ALK+inhibitor", inhibitors),
    ] {
        let text = served.get(&format!("/cases?{filter}"), &HTML).ok();
        assert!(
            text.contains(&format!("{number} of {} cases", rows.len())),
            "{filter}: {number}"
        );
    }
    // The classes stand in the forms too.
    let form = served.get("/analyses/response/overall", &HTML).ok();
    assert!(form.contains("value=\"drug:alk-inhibitor\""));
}

#[test]
fn a_misspelt_name_is_told_over_http() {
    let served = Served::tiny(&[]);
    let kind = "application/sparql-query";
    let ask = |query: &str| served.post(query, kind, "text/csv");
    let wrong = ask("SELECT ?c { ?c cg:bestRespons ?r }");
    assert_eq!(wrong.status, 200);
    let told = wrong.header("casegraph-unknown");
    assert!(
        told.contains("cg:bestRespons; nearest: cg:bestResponse"),
        "{told}"
    );
    let right = ask("SELECT ?c { ?c cg:bestResponse ?r }");
    assert_eq!(right.header("casegraph-unknown"), "");
}

#[test]
fn a_problem_is_a_page_for_a_person() {
    let served = Served::tiny(&[]);
    let page = served.get("/cases/nobody", &HTML);
    assert_eq!(page.status, 404);
    assert!(page.text().contains("there is no case"));
    let wrong = served.get("/analyses/response/by-partner?drug=drug:alectinip", &HTML);
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("did you mean") && wrong.text().contains("<form"));
}

#[test]
fn the_page_of_a_case_has_its_course_its_sources_its_like_and_its_neighbours() {
    let served = Served::tiny(&[]);
    let all = served.get("/cases.json", &[]).json();
    let rows = all["rows"].as_array().expect("rows");
    // A case that had drugs.
    let case = rows
        .iter()
        .find(|row| row[6].as_str().is_some_and(|drugs| !drugs.is_empty()))
        .expect("a case with a drug");
    let (key, drug) = (
        case[0].as_str().expect("a key"),
        case[6].as_str().expect("drugs"),
    );
    let drug = drug.split("; ").next().expect("a drug");
    let page = served.get(&format!("/cases/{key}"), &HTML).ok();
    assert!(page.contains("SYNTHETIC DATA") && page.contains("cg-swimmer"));
    let section = |id: &str| {
        let from = page.split(&format!("id=\"{id}\"")).nth(1);
        let from = from.unwrap_or_else(|| panic!("no section {id}"));
        from.split("</section>")
            .next()
            .expect("a section")
            .to_owned()
    };
    assert!(section("timeline").contains(drug));
    assert!(section("sources").contains("<strong>"));
    let similar = section("similar");
    assert!(similar.contains("href=\"/cases/") && !similar.contains(&format!("/cases/{key}\"")));
    let near = section("neighbourhood");
    assert!(near.contains("data-graph") && near.contains(&format!(">{drug}</a>")));
    assert!(near.contains("data-centre"), "{near}");
}

#[test]
fn the_page_of_a_partner_has_what_became_of_its_cases_on_each_drug() {
    let served = Served::tiny(&[]);
    let page = served.get("/analyses/response/by-partner.json", &[]).json();
    let groups = page["result"]["groups"].as_array().expect("groups");
    let partner = groups[0]["group"].as_str().expect("a partner");
    let page = served.get(&format!("/partners/{partner}"), &HTML).ok();
    assert!(
        page.contains("id=\"drugs\""),
        "no section of drugs for {partner}"
    );
    assert!(page.contains("/analyses/response/by-partner?drug=drug%3Acrizotinib"));
    assert!(page.contains("id=\"neighbourhood\""));
}

#[test]
fn what_a_new_build_changed_is_told() {
    let tiny = Tiny::new();
    let served = Served::of(&tiny, &[]);
    let overview = |served: &Served| served.get("/", &HTML).ok();
    assert!(overview(&served).contains("no earlier build here"));
    let cases = std::fs::read_to_string(tiny.sheet("cases.csv")).expect("a sheet");
    let changed = cases.replacen(",female,", ",male,", 1);
    assert_ne!(cases, changed);
    std::fs::write(tiny.sheet("cases.csv"), changed).expect("written");
    tiny.run(&["build"]).ok();
    let page = overview(&served);
    assert!(
        page.contains("href=\"/changes\"") && page.contains("facts added"),
        "{page}"
    );
    let page = served.get("/changes", &HTML).ok();
    assert!(
        page.contains(">sex</td>") && page.contains("female"),
        "{page}"
    );
    // A build again from the same sheets does not hide it.
    tiny.run(&["build"]).ok();
    assert!(overview(&served).contains("href=\"/changes\""));
}

#[test]
fn a_word_leads_to_what_it_stands_for() {
    let served = Served::tiny(&[]);
    let found = |asked: &str| {
        served
            .get(&format!("/search?q={}", encoded(asked)), &[])
            .ok()
    };
    for (asked, to, why) in [
        ("EIMS", "/histologies/", "synonym"),
        ("Xalkori", "/drugs/crizotinib", "synonym"),
        ("RANBP2::ALK", "/cases/case%2D1", "fusion"),
        ("G1269A", "/cases/case%2D1", "alteration"),
        ("ORR", "/analyses/response/by-partner", "also called"),
        ("side effects", "/analyses/safety/events", "also called"),
        ("invented-1", "/cases?search=invented%2D1", "Publications"),
        ("crizotinb", "/drugs/crizotinib", "one slip away"),
    ] {
        let page = found(asked);
        assert!(page.contains(to) && page.contains(why), "{asked}: {page}");
    }
    let none = found("<b>zzz");
    assert!(
        none.contains("Nothing is called") && none.contains("&lt;b&gt;zzz"),
        "{none}"
    );
    assert!(served.get("/", &[]).ok().contains("action=\"/search\""));
}

/// What happened to patients like one who progressed on crizotinib, and what was tried next.
#[test]
fn a_patient_is_answered_on_a_page_and_in_files() {
    let served = Served::tiny(&[]);
    assert!(served.get("/", &[]).ok().contains("href=\"/patient\""));
    let empty = served.get("/patient", &HTML).ok();
    assert!(
        empty.contains("Earlier lines") && !empty.contains("class=\"sheet\""),
        "{empty}"
    );
    // An earlier line left empty is none.
    let asked = "histology=IMT&partner=RANBP2&sex=male&prior=&outcome=&prior=Xalkori&outcome=progressed&alteration=G1269A";
    let page = served.get(&format!("/patient?{asked}"), &HTML).ok();
    for part in [
        "What was tried next after progression on crizotinib",
        "ALK G1269A, which the patient has",
        "href=\"/cases/case%2D1\"",
        "faint",
        "Asked on",
        "[1] ",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let first = page.find("/cases/case%2D1").expect("case-1");
    assert!(first < page.find("/cases/case%2D7").expect("case-7"));
    let json = served.get(&format!("/patient.json?{asked}"), &[]).ok();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["next"][0]["drug"], "alectinib");
    assert_eq!(json["not_counted"][0]["counted"], false);
    let wrong = served.get("/patient?partner=%3Cb%3ERANB2", &HTML).ok();
    assert!(
        wrong.contains("is no known gene") && !wrong.contains("<b>RANB2"),
        "{wrong}"
    );
    assert_eq!(served.get("/patient.json?age=200", &[]).status, 400);
    assert_eq!(served.get("/patient.exe?age=20", &[]).status, 404);
}

/// Each question to begin with is one that the study answers.
#[test]
fn the_questions_to_begin_with_have_answers() {
    let served = Served::tiny(&[]);
    let page = served.get("/query", &HTML).ok();
    let list = page.split("ul class=\"starters\"").nth(1).expect("a list");
    let list = list.split("</ul>").next().unwrap_or_default();
    let questions = links(list);
    assert_eq!(questions.len(), 10);
    for question in questions {
        let answer = served.get(&question, &[("Accept", "text/csv")]).ok();
        assert!(answer.lines().count() > 1, "{question}: {answer}");
    }
}

#[test]
fn what_is_derived_is_marked_in_the_short_course_of_a_case() {
    let served = Served::tiny(&[]);
    let page = served.get("/cases/case-5", &HTML).ok();
    let short = page.split("ol class=\"timeline\"").nth(1).expect("a list");
    let short = short.split("</ol>").next().unwrap_or_default();
    assert!(
        short.contains("5 months without progression (derived)"),
        "{short}"
    );
    assert!(
        !short.contains("crizotinib (derived)"),
        "what is stated: {short}"
    );
}

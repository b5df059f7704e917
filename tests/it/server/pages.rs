//! The pages, as they are sent; `tests/browser` looks at them in a browser.

use super::Served;
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
    let with = rows
        .iter()
        .filter(|row| {
            row[5]
                .as_str()
                .is_some_and(|cell| cell.split("; ").any(|one| one == partner))
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
    let ages: Vec<f64> = page
        .split("<tr><td")
        .skip(1)
        .filter_map(|row| {
            row.split("<td")
                .nth(2)?
                .split(['>', '<'])
                .nth(1)?
                .parse()
                .ok()
        })
        .collect();
    assert!(ages.windows(2).all(|two| two[0] >= two[1]), "{ages:?}");
}

#[test]
fn a_problem_is_a_page_for_a_person() {
    let served = Served::tiny(&[]);
    let page = served.get("/cases/nobody", &HTML);
    assert_eq!(page.status, 404);
    assert!(page.text().contains("there is no case called"));
    let wrong = served.get("/analyses/response/by-partner?drug=drug:alectinip", &HTML);
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("did you mean") && wrong.text().contains("<form"));
}

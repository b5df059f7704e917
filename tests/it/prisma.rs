//! The flow of PRISMA: what a study says of its search, and what nobody recorded.

use crate::support::Tiny;

/// The number of a box; none if it is not recorded.
fn number(rows: &str, what: &str) -> Option<u32> {
    let row = rows.lines().find(|row| row.contains(what));
    let row = row.unwrap_or_else(|| panic!("no row of {what}: {rows}"));
    row.rsplit(',')
        .next()
        .and_then(|cell| cell.trim().parse().ok())
}

fn rows(tiny: &Tiny) -> String {
    tiny.run(&["run", "cohort/prisma", "--format", "csv"]).ok()
}

fn drawn(tiny: &Tiny) -> String {
    tiny.run(&["run", "cohort/prisma", "--format", "svg"]).ok()
}

#[test]
fn what_nobody_recorded_has_a_box_and_no_number() {
    let tiny = Tiny::new();
    let rows = rows(&tiny);
    for what in [
        "Records identified",
        "Records screened",
        "reports not retrieved",
    ] {
        assert_eq!(number(&rows, what), None, "{what}");
    }
    assert_eq!(number(&rows, "Counted cases"), Some(8));
    let drawn = drawn(&tiny);
    for stage in ["Identification", "Screening", "Eligibility", "Included"] {
        assert_eq!(drawn.matches(&format!(">{stage}<")).count(), 1, "{stage}");
    }
    assert!(drawn.contains("n = not recorded"), "{drawn}");
}

#[test]
fn numbers_of_the_search_stand_where_the_study_says_them() {
    let tiny = Tiny::new();
    let path = tiny.sheet("study.toml");
    let text = std::fs::read_to_string(&path).expect("a file");
    let with = |search: &str| {
        std::fs::write(&path, format!("{text}\n[search]\n{search}\n")).expect("written");
    };
    with("databases = 412\nelsewhere = 17\nduplicates = 96\nscreened = 333\nexcluded = 0");
    let rows = rows(&tiny);
    for (what, n) in [
        ("Records identified", Some(429)),
        ("duplicates", Some(96)),
        ("for other reasons", None),
        ("Records screened", Some(333)),
        ("records excluded", Some(0)),
        ("Reports sought", None),
    ] {
        assert_eq!(number(&rows, what), n, "{what}: {rows}");
    }
    assert!(
        rows.contains("databases and registers: 412; other sources: 17"),
        "{rows}"
    );
    assert!(drawn(&tiny).contains("n = 429"));
    for (wrong, told) in [
        ("databases = -1", "is no whole number of records"),
        ("databases = \"many\"", "is no whole number of records"),
        ("database = 4", "nearest known: databases"),
    ] {
        with(wrong);
        let checked = tiny.run(&["check"]);
        assert_eq!(checked.status, 1, "{wrong}");
        assert!(checked.out.contains(told), "{wrong}: {}", checked.out);
    }
}

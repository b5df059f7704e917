//! What is no sample is refused, with the line, the column and the value, and never answered.

use super::{result, stats};

/// A table, the call, and what the message must say.
const REFUSED: &[(&str, &str, &[&str])] = &[
    ("t,e\n1,1\n-2,0\n", SURVIVAL, &["line 3", "column t", "-2"]),
    (
        "t,e\n1,1\ninf,0\n",
        SURVIVAL,
        &["line 3", "column t", "inf"],
    ),
    (
        "t,e\n1,1\n2 years,0\n",
        SURVIVAL,
        &["line 3", "column t", "2 years"],
    ),
    ("t,e\n12 months,1\n1 year,0\n", SURVIVAL, &["year", "month"]),
    ("t,e\n1,1\n2,3\n", SURVIVAL, &["line 3", "column e", "3"]),
    (
        "t,e\n1,1\n2,maybe\n",
        SURVIVAL,
        &["line 3", "column e", "maybe"],
    ),
    ("t,e\n", SURVIVAL, &["no row"]),
    ("", SURVIVAL, &["data.csv"]),
    ("t,dead\n1,1\n", SURVIVAL, &["no column", "\"e\"", "dead"]),
    ("t,e\n,1\n2,\n", SURVIVAL, &["none of the 2 rows"]),
    (
        "t,e,x\n1,1,5\n2,1,5\n3,1,5\n4,1,5\n5,1,5\n6,0,5\n",
        COX,
        &["x does not vary"],
    ),
    ("t,e,x\n1,0,5\n2,0,4\n3,0,5\n", COX, &["event"]),
    (
        "t,e,x\n1,1,5\n2,1,4\n3,0,5\n",
        COX,
        &["events: 2", "fewer than 5", "Firth"],
    ),
    (
        "t,e,x\n1,1,1\n2,1,1\n3,1,1\n4,1,1\n5,1,1\n6,0,0\n7,0,0\n8,0,0\n9,0,0\n",
        COX,
        &["x grows without end", "Firth"],
    ),
    ("a,b\nx,y\n", "proportion --event b", &["y"]),
    ("r,x,n\na,5,3\n", POOLED, &["5", "3"]),
    ("r,x,n\na,-1,3\n", POOLED, &["-1"]),
    ("r,x,n\na,1.5,3\n", POOLED, &["1.5"]),
];

const SURVIVAL: &str = "survival --time t --event e";
const COX: &str = "cox --time t --event e --covariates x";
const POOLED: &str = "pooled --event x --count n --report r";

#[test]
fn bad_tables_are_refused_with_their_cell() {
    for (csv, arguments, wanted) in REFUSED {
        let done = stats(csv, arguments);
        let what = format!("{arguments}\n{csv}\n{}{}", done.out, done.err);
        assert_eq!(done.status, 2, "{what}");
        assert!(done.out.is_empty(), "{what}");
        assert!(!done.err.contains("panicked"), "{what}");
        for part in *wanted {
            assert!(done.err.contains(part), "no {part:?} in:\n{what}");
        }
    }
}

#[test]
fn collinear_columns_are_named() {
    let mut csv = String::from("t,e,x,y\n");
    for row in 1..=12 {
        csv.push_str(&format!("{row},1,{},{}\n", row % 5, 3 * (row % 5) + 1));
    }
    let done = stats(&csv, "cox --time t --event e --covariates x,y");
    let message = done.fails(2);
    assert!(
        message.contains("y is, but for a constant, 3 × x"),
        "{message}"
    );
}

#[test]
fn nonsense_choices_are_refused() {
    for (choice, wanted) in [
        ("--level 95", "95"),
        ("--level 0", "0"),
        ("--quantiles 1.5", "1.5"),
        ("--at -1", "-1"),
        ("--tau 0", "0"),
        ("--match stata", "lifelines"),
        ("--level nan", "finite"),
        ("--tau inf", "finite"),
        ("--rho 1 --test log-rank", "fleming-harrington"),
    ] {
        let done = stats("t,e\n1,1\n2,0\n3,1\n", &format!("{SURVIVAL} {choice}"));
        assert!(done.status == 2, "{choice}: {}", done.out);
        assert!(done.err.contains(wanted), "{choice}: {}", done.err);
    }
}

#[test]
fn values_named_must_be_there() {
    let two = "t,e,g\n1,dead,a\n2,alive,b\n3,lost,a\n4,dead,b\n";
    for (arguments, wanted) in [
        (
            "competing-risks --time t --event e --censored Alive",
            ["Alive", "alive"],
        ),
        (
            "contingency --rows g --columns e --event Dead",
            ["Dead", "dead"],
        ),
        (
            "contingency --rows g --columns e --exposed c",
            ["exposed", "c"],
        ),
        (
            "survival --time t --event e --event-value Dead",
            ["Dead", "dead"],
        ),
        (
            "proportion --event e --event-value dead --by g --reference c",
            ["\"c\"", "a, b"],
        ),
    ] {
        let message = stats(two, arguments).fails(2);
        assert!(
            wanted.iter().all(|part| message.contains(part)),
            "{arguments}: {message}"
        );
    }
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let csv = "t,e,g\n5,1,a\n\n\n6,0,\"b\nc\"\nx7,1,a\n";
    let message = stats(csv, SURVIVAL).fails(2);
    assert!(message.contains("line 7"), "{message}");
}

#[test]
fn identifiers_that_look_like_numbers_stay_apart() {
    let csv = "r,x,n\n007,1,2\n7,0,2\n12345678901234567,1,1\n12345678901234568,1,1\n";
    let found = result(csv, POOLED);
    assert_eq!(found["result"]["reports"].as_array().map(Vec::len), Some(3));
    let labels = found.to_string();
    assert!(
        labels.contains("\"007\"") && labels.contains("2 single cases"),
        "{labels}"
    );
}

/// Two intervals of one case: its follow-up ends once, at 9.
#[test]
fn follow_up_ends_with_the_last_interval_of_a_case() {
    let csv = "id,s,t,e\na,0,4,0\na,4,9,0\nb,0,6,1\n";
    let found = result(csv, "survival --start s --time t --event e --case id");
    let overall = &found["result"]["overall"];
    assert_eq!(
        (
            overall["n"].as_u64(),
            overall["median_follow_up"]["time"].as_f64()
        ),
        (Some(3), Some(9.0))
    );
    let no_id = result(
        "id,t,e\na,4,0\n,9,0\nNA,6,1\n",
        "survival --time t --event e --case id",
    );
    assert_eq!(no_id["counted"], 1);
    let reasons = no_id["excluded"].as_array().expect("reasons");
    let why: Vec<&str> = reasons
        .iter()
        .filter_map(|r| r["reason"].as_str())
        .collect();
    assert_eq!(why, ["no value of id", "no value of id (\"NA\")"]);
}

/// Rows without a value are left out, counted and named by line.
#[test]
fn missing_cells_are_left_out_and_named() {
    let table = stats("t,e\n1,1\nNA,0\n3,\n4,0\n", SURVIVAL).ok();
    assert!(table.contains("Counted: 2 of 4"), "{table}");
    assert!(
        table.contains("line 3") && table.contains("line 4"),
        "{table}"
    );
}

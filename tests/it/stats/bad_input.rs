//! What is no sample is refused, with the line, the column and the value, and never answered.

use super::stats;

/// A table, the call, and what the message must say.
const REFUSED: &[(&str, &str, &[&str])] = &[
    ("t,e\n1,1\n-2,0\n", SURVIVAL, &["line 3", "column t", "-2"]),
    (
        "t,e\n1,1\ninf,0\n",
        SURVIVAL,
        &["line 3", "column t", "inf"],
    ),
    (
        "t,e\n1,1\nNaN,0\n",
        SURVIVAL,
        &["line 3", "column t", "NaN"],
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
        &["x", "same value"],
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
        &["x", "separat"],
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
        assert_eq!(done.status, 1, "{what}");
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
    let message = done.fails(1);
    assert!(
        message.contains('y') && message.contains("combination"),
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
    ] {
        let done = stats("t,e\n1,1\n2,0\n3,1\n", &format!("{SURVIVAL} {choice}"));
        assert!(
            done.status == 1 || done.status == 2,
            "{choice}: {}",
            done.out
        );
        assert!(done.err.contains(wanted), "{choice}: {}", done.err);
    }
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

//! What is read is read whole, or refused: rows, words for no value, codes of the event.

use casegraph::delimited::Reader;
use serde_json::Value;

use super::{result, stats};

const SURVIVAL: &str = "survival --time t --event e";

fn cautions(found: &Value) -> String {
    found["cautions"].to_string()
}

/// 40 rows, in one of which a quotation mark is opened; a mark further below, or none, closes it.
#[test]
fn a_stray_quotation_mark_swallows_no_row() {
    let rows = |below: &str| -> String {
        let row = |n: i32| match n {
            10 => "10,15.0,0,\"5 cm mass".to_owned(),
            25 => format!("25,37.5,1,{below}"),
            n => format!("{n},{},{},note {n}", f64::from(n) * 1.5, n % 2),
        };
        let rows: Vec<String> = (1..=40).map(row).collect();
        format!("id,t,e,note\n{}\n", rows.join("\n"))
    };
    for below in [
        "ok",
        "a 3\" nail",
        "a nail of 3\"",
        "\"quoted\"",
        "\"quoted, with a comma\"",
    ] {
        let err = stats(&rows(below), &format!("{SURVIVAL} --case id")).fails(2);
        for part in ["data.csv line 11 (D11)", "\\\"5 cm mass", "mark"] {
            assert!(err.contains(part), "{below}: no {part:?} in {err}");
        }
    }
}

/// Pseudo-random numbers below a bound.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % bound
    }
}

/// Rows with numbers, words and free text, which has commas, marks and line breaks.
fn random_rows(draw: &mut Draw) -> Vec<[String; 4]> {
    const TEXTS: [&str; 8] = [
        "",
        "plain",
        "5\" wide",
        "a, b",
        "two\nlines",
        "he said \"no\", then\nleft",
        "\"",
        "x,\ny",
    ];
    let rows = 4 + draw.below(12);
    (0..rows)
        .map(|row| {
            [
                row.to_string(),
                format!("{}.5", draw.below(90)),
                ["alive", "dead"][draw.below(2)].to_owned(),
                TEXTS[draw.below(TEXTS.len())].to_owned(),
            ]
        })
        .collect()
}

/// The rows of a text; nothing if it is refused.
fn strictly(text: &[u8]) -> Option<Vec<Vec<String>>> {
    let mut reader = Reader::new(text, b',').ok()?;
    let rows = reader.by_ref();
    let rows = rows.map(|row| row.map(|row| row.cells.iter().map(ToString::to_string).collect()));
    let rows: Result<Vec<Vec<String>>, _> = rows.collect();
    rows.ok().filter(|_| reader.swallowed().is_empty())
}

/// What a writer of CSV writes is read as it was; with a mark too many it is refused, and with two it
/// is refused or has the same rows.
#[test]
fn whatever_is_read_has_all_rows() {
    let mut draw = Draw(20_211_123);
    let (mut accepted, mut wrong) = (0, Vec::new());
    for _ in 0..400 {
        let rows = random_rows(&mut draw);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer
            .write_record(["id", "t", "s", "note"])
            .expect("written");
        for row in &rows {
            writer.write_record(row).expect("written");
        }
        let text = writer.into_inner().expect("text");
        let found = strictly(&text).expect("a legal table");
        assert_eq!(found, rows, "{}", String::from_utf8_lossy(&text));
        for _ in 0..20 {
            let mut one = text.clone();
            one.insert(draw.below(one.len()), b'"');
            assert_eq!(strictly(&one), None, "{}", String::from_utf8_lossy(&one));
            one.insert(draw.below(one.len()), b'"');
            if let Some(found) = strictly(&one) {
                accepted += 1;
                let same = |(found, row): (&Vec<String>, &[String; 4])| found[..3] == row[..3];
                if found.len() != rows.len() || !found.iter().zip(&rows).all(same) {
                    wrong.push(String::from_utf8_lossy(&one).into_owned());
                }
            }
        }
    }
    let some: Vec<&String> = wrong.iter().take(5).collect();
    assert!(wrong.is_empty(), "{} of {accepted}: {some:#?}", wrong.len());
    assert!(accepted > 0);
}

#[test]
fn a_cell_may_have_several_lines() {
    let csv = "t,e,note\n5,1,\"first, second\nthird\"\n7,0,\"one\n\ntwo, three, four\"\nx,1,\n";
    let err = stats(csv, SURVIVAL).fails(2);
    assert!(err.contains("line 7, column t: \"x\""), "{err}");
}

#[test]
fn what_is_no_table_is_refused() {
    for (csv, arguments, wanted) in [
        (
            "t;e\n1,5;1\n2,5;0\n",
            SURVIVAL,
            "by semicolons: say so with --delimiter ';'",
        ),
        (
            "t\te\n1\t1\n",
            SURVIVAL,
            "by tabs: say so with --delimiter tab",
        ),
        (
            "t,e\n1,1,0\n",
            SURVIVAL,
            "line 2 (C2): the row has 3 cells and the headings have 2",
        ),
        (
            "t,e,g\n1,1\n",
            SURVIVAL,
            "line 2 (C2): the row has 2 cells and the headings have 3",
        ),
        (
            "t;e\n1,5;1\n",
            "survival --time t --event e --delimiter ;",
            "\"1,5\" is no",
        ),
        ("t,e\n1,\u{FFFD}\n", SURVIVAL, "line 2 (B2), column e"),
        ("PK\u{3}\u{4}", SURVIVAL, "is a workbook"),
    ] {
        let err = stats(csv, arguments).fails(2);
        assert!(err.contains(wanted), "{csv:?}: {err}");
    }
}

/// Words for no value are left out, counted and named; they are no groups.
#[test]
fn words_for_no_value_are_no_groups() {
    let csv = "t,e,g,x\n1,1,a,1\n2,0,,2\n3,1,b,3\n4,1,NA,4\n5,0,a,5\n6,1,b,6\n7,1,N/A,7\n8,0,unknown,8\n\
               9,1,NaN,9\n10,0,.,1\n11,1,NULL,2\n12,1,-,3\n13,1,[Not Available],4\n14,\u{A0}na\u{A0},a,5\n";
    let groups = |found: &Value| -> Vec<String> {
        let groups = found["result"]["groups"].as_array().expect("groups");
        groups
            .iter()
            .map(|g| g["group"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let found = result(csv, "survival --time t --event e --by g");
    assert_eq!(groups(&found), ["a", "b", "unknown"]);
    assert!(
        cautions(&found).contains("option missing: unknown"),
        "{found}"
    );
    assert_eq!(found["counted"], 5);
    let told = found["excluded"].to_string();
    for word in ["NA", "N/A", "NaN", ".", "NULL", "-", "[Not Available]"] {
        assert!(
            told.contains(&format!("no value of g (\\\"{word}\\\")")),
            "{word}: {told}"
        );
    }
    assert!(told.contains("no value of e (\\\"na\\\")"), "{told}");
    let found = result(
        csv,
        "survival --time t --event e --by g --missing Unknown --missing -99",
    );
    assert_eq!(groups(&found), ["a", "b"]);
    assert!(
        cautions(&found).contains("No cell that was read holds \\\"-99\\\""),
        "{found}"
    );
    for arguments in [
        "contingency --rows g --columns e",
        "cox --time t --event e --covariates g --penalty firth",
        "competing-risks --time t --event e --by g",
        "proportion --event e --by g",
        "ranks --value x --by g",
        "survival --time t --event e --strata g",
    ] {
        let found = result(csv, arguments);
        assert!(
            found["excluded"].to_string().contains("(\\\"NULL\\\")"),
            "{arguments}: {found}"
        );
        assert!(
            cautions(&found).contains("option missing: unknown"),
            "{arguments}: {found}"
        );
    }
    let err = stats(
        csv.replace("5,0,a,5", "5,0,a,unknown").as_str(),
        "ranks --value x --by g",
    )
    .fails(2);
    assert!(err.contains("line 6, column x: \"unknown\""), "{err}");
}

#[test]
fn a_minus_beside_a_plus_is_a_value() {
    let csv = "r,alk\nyes,+\nno,-\nyes,+\nno,-\nyes,NA\n";
    let found = result(csv, "contingency --rows alk --columns r");
    assert_eq!(found["counted"], 4);
}

#[test]
fn a_word_among_numbers_makes_no_categories() {
    let csv = "t,e,age\n1,1,34\n2,1,50\n3,0,61\n4,1,unk\n5,1,20\n6,1,33\n7,1,44\n";
    let err = stats(csv, "cox --time t --event e --covariates age").fails(2);
    assert!(
        err.contains("line 5, column age: \"unk\" is no number"),
        "{err}"
    );
    let found = result(csv, "cox --time t --event e --covariates age --missing unk");
    assert_eq!(found["counted"], 6);
}

const STATUS: &str = "t,s\n5,DECEASED\n8,LIVING\n12,DECEASED\n20,Living\n7,deceased\n";

#[test]
fn values_that_differ_in_case_are_never_taken_for_censored() {
    let survival = |choices: &str| format!("survival --time t --event s {choices}");
    let err = stats(STATUS, &survival("--event-value DECEASED")).fails(2);
    assert!(
        err.contains("line 6, column s: \"deceased\" differs from \"DECEASED\""),
        "{err}"
    );
    for choices in [
        "--event-value DECEASED,deceased",
        "--event-value DECEASED --event-value deceased",
        "--censored LIVING,Living",
    ] {
        let found = result(STATUS, &survival(choices));
        assert_eq!(found["result"]["overall"]["events"], 3, "{choices}");
        let without = &found["coded"]["without"];
        assert_eq!(without[0]["value"], "LIVING");
        assert_eq!(without[1]["cases"], 1);
    }
    let told = stats(STATUS, &survival("--event-value DECEASED,deceased")).ok();
    let line =
        "Event, by s: \"DECEASED\" (2), \"deceased\" (1); censored: \"LIVING\" (1), \"Living\" (1)";
    assert!(told.contains(line), "{told}");
    for kind in [
        "cox --time t --event s --covariates t --event-value DECEASED",
        "proportion --event s --event-value DECEASED",
        "pooled --event s --report t --event-value DECEASED",
        "competing-risks --time t --event s --censored LIVING",
        "contingency --rows t --columns s --event Deceased",
        "contingency --rows t --columns s --event DECEASED",
    ] {
        assert_eq!(stats(STATUS, kind).status, 2, "{kind}");
    }
    for (choices, wanted) in [
        ("--event-value DECESED", "no row has \"DECESED\""),
        ("--event-value 1:DECEASED", "no row has \"1:DECEASED\""),
        ("--event-value died", "--censored"),
        (
            "--event-value DECEASED --censored LIVING",
            "\"Living\" differs from \"LIVING\"",
        ),
        (
            "--event-value DECEASED,deceased --censored LIVING,DECEASED",
            "both for the event",
        ),
    ] {
        let err = stats(STATUS, &survival(choices)).fails(2);
        assert!(err.contains(wanted), "{choices}: {err}");
    }
}

#[test]
fn what_may_be_a_misprint_of_the_event_is_told() {
    let csv = "t,s\n5,DECEASED\n8,LIVING\n12,decesed\n20,not deceased\n";
    let found = result(csv, "survival --time t --event s --event-value DECEASED");
    assert!(
        cautions(&found).contains("\\\"decesed\\\" (1) of s is censored"),
        "{found}"
    );
    assert_eq!(cautions(&found).matches("misprint").count(), 1, "{found}");
}

#[test]
fn codes_of_packages_and_portals_are_read() {
    for (csv, choices, events) in [
        ("t,e\n1,1\n2,0\n", "", 1),
        ("t,e\n1,1.0\n2,0.0\n", "", 1),
        ("t,e\n1,TRUE\n2,FALSE\n3,true\n", "", 2),
        ("t,e\n1,1:DECEASED\n2,0:LIVING\n", "", 1),
        ("t,e\n1,1\n2,2\n", "--match r", 1),
        ("t,e\n1,1\n2,2\n3,0\n", "--event-value 1,2", 2),
        ("t,e\n1,1\n2,0\n", "--event-value 1,2", 1),
        (
            "t,e\n1,dead\n2,\"dead, of disease\"\n3,alive\n",
            "--event-value dead,,of",
            1,
        ),
        ("t,e\n1,0:LIVING\n2,0:LIVING\n", "", 0),
        (
            "t,e\n1,0:LIVING\n2,0:LIVING\n",
            "--event-value 1:DECEASED",
            0,
        ),
        ("t,e\n1,0\n2,0\n", "--event-value 1", 0),
        (
            "t,e\n1,well\n2,ill\n",
            "--event-value dead --censored well,ill",
            0,
        ),
    ] {
        let found = result(csv, &format!("{SURVIVAL} {choices}"));
        assert_eq!(
            found["result"]["overall"]["events"], events,
            "{csv:?} {choices}"
        );
        if events == 0 {
            assert!(cautions(&found).contains("No row has"), "{found}");
        }
    }
    let err = stats("t,e\n1,yes\n2,no\n", SURVIVAL).fails(2);
    assert!(err.contains("--event-value"), "{err}");
}

/// R: `cmprsk::cuminc` with `cencode = 0` gives these P.
#[test]
fn competing_risks_without_a_censored_row() {
    let csv = "t,ev,g\n1,1,a\n3,2,a\n4,2,a\n6,1,a\n2,1,b\n5,1,b\n7,2,b\n9,1,b\n";
    let found = result(
        csv,
        "competing-risks --time t --event ev --by g --censored 0",
    );
    let p = |test: usize| found["result"]["tests"][test]["test"]["p_value"].as_f64();
    assert!(
        p(0).is_some_and(|p| (p - 0.979_994_9).abs() < 1e-6),
        "{found}"
    );
    assert!(
        p(1).is_some_and(|p| (p - 0.142_049_4).abs() < 1e-6),
        "{found}"
    );
    assert!(cautions(&found).contains("nobody counts as censored"));
    let both = "t,ev\n1,relapse\n2,well\n3,lost\n4,death\n";
    let found = result(
        both,
        "competing-risks --time t --event ev --censored well,lost",
    );
    assert_eq!(found["coded"]["event"].as_array().map(Vec::len), Some(2));
    let nobody = result("t,ev\n1,0\n3,0\n", "competing-risks --time t --event ev");
    assert!(cautions(&nobody).contains("No one has an event"));
    let err = stats(
        "t,ev\n1,relapse\n2,Relapse\n3,0\n",
        "competing-risks --time t --event ev",
    )
    .fails(2);
    assert!(
        err.contains("line 2, column ev: \"relapse\" differs"),
        "{err}"
    );
}

/// 0 of 105 against 0 of 101: at a difference d > 0 the score of Miettinen and Nurminen is d over the root
/// of d (1 - d) / 101 · 206 / 205, so that the limit is c / (1 + c) with c = 1.96² · 206 / 205 / 101.
#[test]
fn an_event_that_nobody_has_has_its_column() {
    for (csv, choices) in [
        ("g,e,n\na,no,105\nb,no,101\n", "--count n"),
        (
            "g,e,n,s\na,no,55,x\na,no,50,y\nb,no,101,x\n",
            "--count n --strata s",
        ),
    ] {
        let found = result(
            csv,
            &format!("contingency --rows g --columns e --event yes {choices}"),
        );
        let difference = &found["result"]["risk_difference"];
        assert_eq!(difference["estimate"], 0.0, "{found}");
        let interval = difference["miettinen_nurminen"]
            .as_object()
            .expect("an interval");
        let limit = |end: &str| (interval[end].as_f64().unwrap_or(9.0) * 1000.0).round();
        assert_eq!((limit("lower"), limit("upper")), (-35.0, 37.0), "{found}");
        assert!(cautions(&found).contains("No one has the event \\\"yes\\\""));
    }
    let err = stats(
        "g,e\na,no\nb,No\n",
        "contingency --rows g --columns e --event yes",
    )
    .fails(2);
    assert!(err.contains("no row has \"yes\""), "{err}");
}

/// A row that stands for n cases is the same as the row n times.
#[test]
fn a_count_is_the_row_repeated() {
    let (mut counted, mut repeated) = ("t,e,k,g,n\n".to_owned(), "t,e,k,g\n".to_owned());
    for row in 0_u32..24 {
        let (t, e, n) = (1 + row * 7 % 11, row % 3 % 2, row % 4);
        let kind = ["0", "relapse", "death"][row as usize % 3];
        let cells = format!("{t},{e},{kind},{}", ["a", "b"][row as usize / 3 % 2]);
        counted.push_str(&format!("{cells},{n}\n"));
        for _ in 0..n {
            repeated.push_str(&format!("{cells}\n"));
        }
    }
    for arguments in [
        "survival --time t --event e --by g --at 5",
        "survival --time t --event e --by g --strata k",
        "cox --time t --event e --covariates g",
        "competing-risks --time t --event k --by g",
        "proportion --event e --by g",
        "ranks --value t --by g",
        "contingency --rows g --columns k",
    ] {
        let found = result(&counted, &format!("{arguments} --count n"));
        let wanted = result(&repeated, arguments);
        assert_eq!(found["result"], wanted["result"], "{arguments}");
        assert!(
            cautions(&found).contains("24 rows stand for 36 cases"),
            "{arguments}"
        );
    }
    for (count, wanted) in [
        ("1.5", "is no count"),
        ("-1", "is no count"),
        ("100000000000", "at most"),
    ] {
        let err = stats(
            &format!("t,e,n\n5,1,{count}\n"),
            &format!("{SURVIVAL} --count n"),
        )
        .fails(2);
        assert!(err.contains(wanted), "{count}: {err}");
    }
}

#[test]
fn groups_that_differ_in_case_are_told() {
    let csv = "e,g\n1,Male\n0,male\n1,female\n0,female \n";
    let found = result(csv, "proportion --event e --by g");
    assert!(
        cautions(&found).contains("\\\"Male\\\" and \\\"male\\\" of g differ in case"),
        "{found}"
    );
    assert!(!cautions(&found).contains("\\\"female\\\" and"));
}

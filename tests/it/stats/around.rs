//! What stands around the estimators: who is compared with whom, when a test holds, what is refused.

use serde_json::Value;

use super::{result, stats};

fn text(csv: &str, arguments: &str) -> String {
    let done = stats(csv, arguments);
    assert_eq!(done.status, 0, "{arguments}\n{}", done.err);
    done.out
}

fn refused(csv: &str, arguments: &str) -> String {
    let done = stats(csv, arguments);
    assert_ne!(done.status, 0, "{arguments}\n{}", done.out);
    done.err
}

fn close(found: &Value, wanted: f64) {
    let found = found.as_f64().expect("a number");
    assert!(
        (found - wanted).abs() < 1e-9 * wanted.abs(),
        "{found} {wanted}"
    );
}

fn rows(heading: &str, groups: &[(&str, usize)]) -> String {
    let mut csv = format!("{heading}\n");
    for (row, times) in groups {
        csv.push_str(&format!("{row}\n").repeat(*times));
    }
    csv
}

/// 1 of 20 against 0 of 3 and 20 unknown. R's fisher.test: 1/20 against 3/6 has P = 0.0278, no table
/// of two further outcomes has less than 0.05.
#[test]
fn a_tipping_point_is_looked_for_in_every_direction() {
    let csv = rows("g,e", &[("a,1", 1), ("a,0", 19), ("b,0", 3), ("b,", 20)]);
    let found = result(&csv, "contingency --rows g --columns e --event 1");
    let test = &found["bounds"]["difference"]["test"];
    assert_eq!(test["unknown"], 3);
    assert_eq!(test["second"]["events"], 3);
    let shown = text(&csv, "contingency --rows g --columns e --event 1");
    assert!(
        shown.contains("3 unknown: 3 of b with the event"),
        "{shown}"
    );
    // A group of which nothing is known is there all the same.
    let csv = rows("g,e", &[("a,1", 4), ("a,0", 4), ("b,", 2)]);
    let found = result(&csv, "contingency --rows g --columns e --event 1");
    let groups = found["bounds"]["groups"].as_array().expect("groups");
    assert!(
        groups
            .iter()
            .any(|group| group["group"] == "b" && group["unknown"] == 2)
    );
}

/// 0.3 and 0.1 + 0.2 are one time, or two: the curve of the known then is at a half at one or passes
/// it at the other.
#[test]
fn bounds_of_the_median_follow_near_ties() {
    let csv = "t,e\n0.3,1\n0.30000000000000004,1\n0.5,1\n0.7,1\n0.9,\n";
    let keep = result(csv, "survival --time t --event e --near-ties keep");
    let merge = result(csv, "survival --time t --event e");
    for (found, name) in [(keep, "keep"), (merge, "merge")] {
        let (bounds, median) = (
            &found["bounds"],
            &found["result"]["overall"]["median"]["time"],
        );
        assert_eq!(bounds["median"], *median, "{name}");
        // All six had the event: the third of five is the median.
        close(&bounds["lowest_median"], 0.5);
    }
}

/// Case 1 stands three times in one cell, and counts once there: in the table, in the strata, in
/// the numbers of cases.
#[test]
fn repeats_are_left_out_of_every_table() {
    let csv = "id,arm,died,site,n\n1,a,y,s,2\n1,a,y,s,2\n1,a,y,s,2\n2,a,n,s,1\n3,b,y,s,1\n4,b,n,s,1\n5,b,n,s,1\n6,a,y,t,1\n7,a,n,t,1\n8,b,n,t,1\n9,b,y,t,1\n";
    let found = result(
        csv,
        "contingency --rows arm --columns died --case id --strata site",
    );
    let table = &found["result"];
    assert_eq!(
        table["counts"]["counts"],
        serde_json::json!([[2, 2], [3, 2]])
    );
    let events = |cell: &str| -> u64 {
        let tables = table["stratified"]["tables"].as_array().expect("strata");
        tables
            .iter()
            .map(|stratum| stratum[cell].as_u64().expect("a count"))
            .sum()
    };
    assert_eq!((events("unexposed_event"), events("exposed_event")), (2, 2));
    let counted = result(
        csv,
        "contingency --rows arm --columns died --case id --strata site --count n",
    );
    assert_eq!(
        counted["result"]["counts"]["counts"],
        serde_json::json!([[2, 3], [3, 2]])
    );
    let shown = text(
        csv,
        "contingency --rows arm --columns died --case id --strata site",
    );
    assert!(shown.contains("2 rows repeat a case in a cell"), "{shown}");
}

const DOSES: &str = "g,c,n\nlow,yes,2\nlow,no,23\nmid,yes,8\nmid,no,17\nhigh,yes,15\nhigh,no,10\n";

/// R: prop.trend.test(c(2, 8, 15), c(25, 25, 25), score = 0:2).
#[test]
fn scores_belong_to_named_rows() {
    let of = |scores: &str| {
        let arguments = format!("contingency --rows g --columns c --count n --event yes {scores}");
        result(DOSES, &arguments)["result"]["trend"]["p_value"].clone()
    };
    close(&of("--order low,mid,high"), 9.619_268_803_52e-5);
    close(&of("--order high,mid,low"), 9.619_268_803_52e-5);
    close(&of("--scores mid=1,high=2,low=0"), 9.619_268_803_52e-5);
    close(
        &of("--order low,mid,high --scores 5,6,7"),
        9.619_268_803_52e-5,
    );
    // The order of the alphabet, if somebody says that it is the order.
    close(&of("--order high,low,mid"), 0.035_728_841_125_6);
    let shown = text(
        DOSES,
        "contingency --rows g --columns c --count n --event yes --order low,mid,high",
    );
    assert!(
        shown.contains("scores low = 0, mid = 1, high = 2"),
        "{shown}"
    );
    for (scores, why) in [
        ("--scores 0,1,2", "--order high,low,mid"),
        ("--scores low=0,mid=1", "\"high\" has no score"),
        ("--scores low=0,mid=1,hihg=2", "\"hihg\""),
        ("--order low,mid", "\"high\" is not in the order"),
        ("--order low,mid,low", "stands twice"),
        ("--order low,mid,high --scores 1,2", "2 scores"),
        (
            "--order low,mid,high --scores low=1,mid=2,high=3",
            "one of the two",
        ),
        ("--scores low=x", "GROUP=NUMBER"),
    ] {
        let arguments = format!("contingency --rows g --columns c --count n --event yes {scores}");
        let error = refused(DOSES, &arguments);
        assert!(error.contains(why), "{scores}\n{error}");
    }
}

#[test]
fn an_order_that_names_state_is_said() {
    let numbers = DOSES
        .replace("low", "9")
        .replace("mid", "10")
        .replace("high", "100");
    let arguments = "contingency --rows g --columns c --count n --event yes --scores 0,1,2";
    let shown = text(&numbers, arguments);
    assert!(shown.contains("groups in numerical order"), "{shown}");
    assert!(shown.contains("scores 9 = 0, 10 = 1, 100 = 2"), "{shown}");
    let arguments = "contingency --rows g --columns c --count n --event yes --scores 0,1";
    let ages = "g,c,n\nadult,yes,2\nadult,no,23\npediatric,yes,8\npediatric,no,17\n";
    let shown = text(ages, arguments);
    assert!(shown.contains("scores pediatric = 0, adult = 1"), "{shown}");
    assert!(shown.contains("in the order of the vocabulary"), "{shown}");
}

/// Fifteen cases in three groups; R's survdiff with scores 0, 1, 2 for low, mid, high.
#[test]
fn scores_belong_to_named_curves() {
    let csv = "g,t,e\nlow,9,1\nlow,12,1\nlow,15,0\nlow,18,1\nlow,20,0\nmid,5,1\nmid,8,1\nmid,10,1\nmid,14,0\nmid,16,1\nhigh,1,1\nhigh,2,1\nhigh,4,1\nhigh,6,1\nhigh,11,1\n";
    let of = |trend: &str| {
        let arguments = format!("survival --time t --event e --by g {trend}");
        result(csv, &arguments)["result"]["trend_test"].clone()
    };
    let found = of("--trend low=0,mid=1,high=2");
    close(&found["statistic"], 8.468_252_637_786);
    close(&found["p_value"], 0.003_613_984_287);
    assert_eq!(of("--order low,mid,high")["p_value"], found["p_value"]);
    assert_eq!(found["group_scores"][2]["group"], "high");
    let error = refused(csv, "survival --time t --event e --by g --trend 0,1,2");
    assert!(error.contains("--order high,low,mid"), "{error}");
}

/// One case that dies first of 297: exact P = 1/297. Three that die first of 64: P by all 41,664 ways.
#[test]
fn the_smallest_group_decides_on_the_exact_test() {
    let mut csv = "t,e,mut\n0.1,1,yes\n".to_owned();
    for case in 0..296 {
        csv.push_str(&format!("{},{},no\n", 1 + case, u8::from(case % 12 == 0)));
    }
    let found = result(&csv, "survival --time t --event e --by mut");
    assert!(found["result"]["test"]["p_value"].as_f64().expect("P") < 1e-10);
    close(&found["result"]["permutation_test"]["p_value"], 1.0 / 297.0);
    let shown = text(&csv, "survival --time t --event e --by mut");
    assert!(shown.contains("Few in yes (1 case, 1 event)"), "{shown}");
    assert!(
        shown.contains("Restricted means go up to 0.1 only"),
        "{shown}"
    );
    let late = csv
        .replace("t,e,mut\n", "t,e,mut,s\n")
        .replace(",yes\n", ",yes,0\n")
        .replace(",no\n", ",no,0\n");
    let shown = text(&late, "survival --time t --event e --by mut --start s");
    assert!(
        shown.contains("none by permutation where cases enter late"),
        "{shown}"
    );
}

/// Groups of one and of forty, in which the one has its event first; and by ranks, where an exact
/// test stands beside the one that SAS has.
#[test]
fn other_tests_of_small_groups_have_an_exact_one_beside_them() {
    let mut csv = "t,c,g,v\n1,a,one,99\n".to_owned();
    for case in 2..=40 {
        let cause = match case {
            _ if case % 5 == 0 => "a",
            _ if case % 7 == 0 => "b",
            _ => "cens",
        };
        csv.push_str(&format!("{case},{cause},rest,{case}\n"));
    }
    let found = result(
        &csv,
        "competing-risks --time t --event c --censored cens --by g",
    );
    let gray = &found["result"]["tests"][0];
    assert!(gray["test"]["p_value"].as_f64().expect("P") < 0.001);
    let p = gray["permutation"]["p_value"].as_f64().expect("P");
    assert!((p - 0.025).abs() < 0.01, "{p}");
    let found = result(&csv, "ranks --value v --by g --match sas");
    assert_eq!(found["result"]["rank_sum"]["method"], "normal");
    close(&found["result"]["exact"]["p_value"], 2.0 / 40.0);
    // R: wilcox.test(exact = FALSE, correct = FALSE) and correct = TRUE; SPSS has no correction.
    let normal = |package: &str| {
        let mut csv = "v,g\n".to_owned();
        for v in [1, 2, 2, 3, 5, 8] {
            csv.push_str(&format!("{v},a\n").repeat(4));
        }
        for v in [2, 3, 3, 4, 9, 10] {
            csv.push_str(&format!("{v},b\n").repeat(4));
        }
        result(&csv, &format!("ranks --value v --by g {package}"))["result"]["rank_sum"]["p_value"]
            .clone()
    };
    close(&normal("--match spss"), 0.018_770_387_553_86);
    close(&normal("--match sas"), 0.019_306_025_047_09);
}

/// A rate that rises over rows too few for a chi-squared distribution. R: prop.trend.test, and coin's
/// exact test of the scores in the two columns.
#[test]
fn few_rows_have_an_exact_trend() {
    let csv = rows("g,e", &[("1,n", 3), ("2,n", 2), ("2,y", 1), ("3,y", 4)]);
    let found = result(
        &csv,
        "contingency --rows g --columns e --event y --scores 0,1,2",
    );
    let trend = &found["result"]["trend"];
    close(&trend["p_value"], 0.007_702_164_914_13);
    close(&trend["exact"]["p_value"], 0.023_809_523_809_5);
}

/// One case that has its event first, among 60, as a covariate: 1/60 by all ways to choose it.
#[test]
fn few_events_of_a_covariate_have_a_test_by_permutation() {
    let mut csv = "t,e,x\n1,1,1\n".to_owned();
    for case in 2..=60 {
        csv.push_str(&format!("{case},{},0\n", u8::from(case % 6 == 0)));
    }
    let found = result(
        &csv,
        "cox --time t --event e --covariates x --penalty firth",
    );
    let p = found["result"]["permutation"]["p_value"].as_f64();
    assert!((p.expect("P") - 1.0 / 60.0).abs() < 0.005, "{p:?}");
    let shown = text(
        &csv,
        "cox --time t --event e --covariates x --penalty firth",
    );
    assert!(shown.contains("Few in x = 1 (1 case, 1 event)"), "{shown}");
}

#[test]
fn a_curve_that_begins_with_one_case_says_so() {
    let csv = "s,t,e\n0,1,1\n2,5,0\n2,6,1\n3,9,0\n3,8,1\n";
    let shown = text(csv, "survival --start s --time t --event e");
    assert!(
        shown.contains("1 case was at risk, later up to 4"),
        "{shown}"
    );
}

#[test]
fn numbers_have_the_digits_that_their_size_needs() {
    let mut csv = "t,e,g\n".to_owned();
    for case in 1..=9 {
        csv.push_str(&format!("0.0{case}1,1,a\n0.1{case},1,b\n"));
    }
    let shown = text(&csv, "survival --time t --event e --by g");
    assert!(shown.contains("0.051"), "{shown}");
    assert!(!shown.contains("0.0–"), "{shown}");
    let shown = text(&rows("e", &[("1", 4), ("0", 9996)]), "proportion --event e");
    assert!(shown.contains(" 0.04 "), "{shown}");
}

#[test]
fn contrasts_say_what_is_minus_what() {
    let csv = rows("g,e", &[("a,1", 5), ("a,0", 7), ("b,1", 8), ("b,0", 3)]);
    let shown = text(&csv, "contingency --rows g --columns e --event 1");
    for words in ["b minus a", "b over a"] {
        assert!(shown.contains(words), "{shown}");
    }
    let shown = text(&csv, "proportion --event e --by g");
    assert!(shown.contains("risk difference, b minus a"), "{shown}");
    let times = "t,e,g\n1,1,a\n2,1,b\n3,0,a\n4,1,b\n5,1,a\n6,1,b\n";
    let shown = text(times, "survival --time t --event e --by g");
    assert!(shown.contains("difference, b minus a"), "{shown}");
    let shown = text(times, "cox --time t --event e --covariates g");
    assert!(shown.contains("g: b over a"), "{shown}");
    let shown = text(times, "ranks --value t --by g");
    assert!(shown.contains("Hodges-Lehmann shift, a minus b"), "{shown}");
}

#[test]
fn overlapping_intervals_of_a_case_are_refused() {
    let csv = "id,s,t,e\n1,0,5,0\n1,3,8,1\n2,0,6,1\n2,6,9,1\n3,0,4,0\n4,0,7,1\n";
    for arguments in [
        "survival --start s --time t --event e --case id",
        "cox --start s --time t --event e --case id --covariates s",
    ] {
        let error = refused(csv, arguments);
        assert!(error.contains("intervals of 1 overlap"), "{error}");
        assert!(
            error.contains("line 2") && error.contains("line 3"),
            "{error}"
        );
    }
    // The longer interval holds a later one, and another case lies between them in the file.
    let held = "id,s,t,e\n1,0,9,0\n2,0,6,1\n1,2,3,1\n3,1,7,1\n";
    let error = refused(held, "survival --start s --time t --event e --case id");
    assert!(
        error.contains("line 2") && error.contains("line 4"),
        "{error}"
    );
    let apart = csv.replace("1,3,8,1", "1,5,8,1");
    text(&apart, "survival --start s --time t --event e --case id");
}

/// Quantiles by R's quantile, type 6 (SPSS), 2 (SAS) and 7.
#[test]
fn quantiles_are_those_of_the_package() {
    let csv = "v\n1\n2\n4\n7\n11\n16\n22\n";
    let of = |package: &str| -> Vec<f64> {
        let found = result(
            csv,
            &format!("ranks --value v --quantiles 0.1,0.25,0.9 {package}"),
        );
        let quantiles = found["result"]["overall"]["quantiles"]
            .as_array()
            .expect("quantiles")
            .clone();
        quantiles
            .iter()
            .map(|q| q["estimate"].as_f64().expect("a number"))
            .collect()
    };
    assert_eq!(of("--match spss"), [7.0, 1.0, 2.0, 22.0]);
    assert_eq!(of("--match sas"), [7.0, 1.0, 2.0, 22.0]);
    let own = of("");
    assert_eq!(own[..1], [7.0]);
    assert!((own[1] - 1.6).abs() < 1e-12 && (own[2] - 3.0).abs() < 1e-12);
    assert_eq!(of("--match r"), own);
    let csv = "v\n1\n2\n4\n7\n11\n16\n22\n30\n";
    let spss = result(csv, "ranks --value v --quantiles 0.25 --match spss");
    close(&spss["result"]["overall"]["quantiles"][1]["estimate"], 2.5);
    let sas = result(csv, "ranks --value v --quantiles 0.25 --match sas");
    close(&sas["result"]["overall"]["quantiles"][1]["estimate"], 3.0);
}

/// Ten cases of two causes. R survival 3.5-3, survfit(Surv(t, c) ~ 1): 0.4625, error 0.1754533, log
/// interval 0.2198879 to 0.972797; cmprsk's variance of the same 0.04077381; lifelines'
/// `AalenJohansenFitter` 0.132331 to 0.745273 by log-log.
#[test]
fn incidences_are_those_of_the_package() {
    let csv = "t,c\n1,a\n2,a\n3,b\n4,cens\n5,a\n6,cens\n7,b\n8,a\n9,cens\n10,cens\n";
    let at = |options: &str| {
        let arguments = format!("competing-risks --time t --event c --censored cens {options}");
        result(csv, &arguments)["result"]["overall"]["summary"]["at"][0]["causes"][0].clone()
    };
    let near = |found: &Value, wanted: f64| {
        let found = found.as_f64().expect("a number");
        assert!((found - wanted).abs() < 1e-6, "{found} {wanted}");
    };
    for options in ["--match r", "--band log"] {
        near(&at(options)["interval"]["lower"], 0.219_887_9);
        near(&at(options)["interval"]["upper"], 0.972_797);
        near(&at(options)["std_error"], 0.175_453_3);
    }
    near(&at("--match lifelines")["interval"]["lower"], 0.132_331);
    near(&at("--match lifelines")["interval"]["upper"], 0.745_273);
    near(&at("--match sas")["std_error"], 0.040_773_81_f64.sqrt());
    near(
        &at("--variance aalen")["std_error"],
        0.040_773_81_f64.sqrt(),
    );
    let shown = text(
        csv,
        "competing-risks --time t --event c --censored cens --match spss",
    );
    assert!(shown.contains("could not be found out"), "{shown}");
}

/// 1 of 20 by hand: 0.05 ± 1.96 √(0.05 × 0.95 / 20), cut at 0.
#[test]
fn the_interval_of_wald_is_there_where_it_is_said_to_be() {
    let csv = rows("e", &[("1", 1), ("0", 19)]);
    let of = |package: &str| {
        let found = result(&csv, &format!("proportion --event e {package}"));
        found["result"]["overall"]["intervals"][0].clone()
    };
    let sas = of("--match sas");
    assert_eq!(
        (sas["method"].as_str(), sas["lower"].as_f64()),
        (Some("Wald"), Some(0.0))
    );
    close(
        &sas["upper"],
        0.05 + 1.959_963_984_540_054 * (0.05_f64 * 0.95 / 20.0).sqrt(),
    );
    assert_eq!(of("--match spss")["method"], "Agresti-Coull");
    assert_eq!(of("")["method"], "Clopper-Pearson");
}

/// R's fisher.test and chisq.test of 8/10 against 1/19, and the cross product with Woolf's limits.
#[test]
fn tables_are_shown_as_the_package_has_them() {
    let csv = rows("g,e", &[("a,1", 8), ("a,0", 2), ("b,1", 1), ("b,0", 18)]);
    let of = |package: &str| {
        text(
            &csv,
            &format!("contingency --rows g --columns e --event 1 --exposed a {package}"),
        )
    };
    let r = of("--match r");
    assert!(
        r.contains("conditional odds ratio") && !r.contains("cross-product"),
        "{r}"
    );
    assert!(
        !r.contains("\n Pearson chi-squared (") && r.contains("with Yates"),
        "{r}"
    );
    for package in ["--match sas", "--match spss"] {
        let shown = of(package);
        assert!(
            !shown.contains("conditional odds") && shown.contains("cross-product"),
            "{shown}"
        );
        assert!(shown.contains("72.00"), "{shown}");
    }
    let cox = "t,e,x\n1,1,0\n1,1,1\n1,0,1\n2,1,1\n2,1,0\n3,1,0\n3,0,1\n4,1,0\n5,1,1\n5,1,0\n6,0,0\n7,1,0\n";
    let of = |options: &str| {
        result(
            cox,
            &format!("cox --time t --event e --covariates x {options}"),
        )["result"]["fit"]["coefficients"][0]["estimate"]
            .clone()
    };
    // R: coef(coxph(Surv(t, e) ~ x, ties = "breslow")).
    close(&of("--match spss"), 0.293_819_918_114);
    assert_eq!(of("--match spss"), of("--match sas"));
    assert_ne!(of("--match spss"), of("--ties efron"));
}

/// The report in the middle and the mean of all reports are two numbers, and both are shown.
#[test]
fn a_pooled_median_is_not_called_the_mean() {
    let csv = "r,k,n\na,19,20\nb,2,12\nc,15,15\nd,1,9\ne,20,20\nf,6,7\ng,1,1\nh,1,1\n";
    let shown = text(csv, "pooled --event k --count n --report r");
    assert!(shown.contains("mean of all reports"), "{shown}");
    assert!(shown.contains("report in the middle"), "{shown}");
}

/// Three responders, with progression at 3 and 6 and censored at 5: 2 of 3 respond beyond 3, none beyond 6.
#[test]
fn responses_last_as_long_as_those_of_the_responders() {
    let csv = "best,months,event\nCR,3,1\nPR,5,0\nPR,6,1\nSD,4,1\nPD,1,1\n,2,0\n";
    let arguments =
        "duration-of-response --response best --success CR,PR --time months --event event";
    let found = result(csv, arguments);
    let all = &found["result"]["overall"];
    assert_eq!((&all["n"], &all["events"]), (&3.into(), &2.into()));
    assert_eq!(all["median"]["time"], 6.0);
    close(&all["curve"]["survival"][0], 2.0 / 3.0);
    let left_out = found["excluded"].as_array().expect("a list");
    let reasons: Vec<_> = left_out.iter().map(|one| one["reason"].as_str()).collect();
    let none = |code: &str| format!("no objective response ({code})");
    let (pd, sd) = (none("PD"), none("SD"));
    assert_eq!(
        reasons,
        [Some(pd.as_str()), Some(&sd), Some("no value of best")]
    );
}

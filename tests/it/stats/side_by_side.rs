//! The same table through R, whose figures are in `crates/stats/tests/reference/`, and through the program.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::result;
use crate::support::{Ran, program, read};

fn reference(name: &str) -> Value {
    serde_json::from_str(&read(&format!("crates/stats/tests/reference/{name}.json"))).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Columns of equal length as a CSV; nothing is written for what is missing.
fn table(columns: &[(&str, &Value)]) -> String {
    let cell = |value: &Value| match value {
        Value::String(text) => format!("\"{text}\""),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut csv = format!("{}\n", names.join(","));
    for row in 0..list(columns[0].1).len() {
        let cells: Vec<String> = columns.iter().map(|(_, c)| cell(&c[row])).collect();
        csv.push_str(&format!("{}\n", cells.join(",")));
    }
    csv
}

/// Both numbers, within the relative difference; a missing one only where the other is missing.
fn same(what: &str, found: &Value, wanted: &Value, within: f64) {
    let (Some(a), Some(b)) = (found.as_f64(), wanted.as_f64()) else {
        assert_eq!((found, wanted), (&Value::Null, &Value::Null), "{what}");
        return;
    };
    let apart = (a - b).abs() / b.abs().max(1e-12);
    assert!(
        apart <= within || (a - b).abs() < 1e-13,
        "{what}: {a} is not {b}"
    );
}

fn same_all(what: &str, found: &Value, wanted: &Value, within: f64) {
    let (found, wanted) = (list(found), list(wanted));
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (number, (a, b)) in found.iter().zip(wanted).enumerate() {
        same(&format!("{what}, number {number}"), a, b, within);
    }
}

#[test]
fn survival() {
    let reference = reference("survival");
    for name in ["lung", "ovarian", "veteran", "aml", "all_tied"] {
        let sample = &reference["samples"][name];
        let columns = ["time", "event", "group"].map(|column| (column, &sample[column]));
        let arguments = "survival --time time --event event --by group";
        let found = result(&table(&columns), arguments);
        let found = &found["result"];
        let wanted = &sample["group_curves"];
        for group in list(&found["groups"]) {
            let label = group["group"].as_str().expect("a label");
            let (curve, wanted) = (&group["curve"], &wanted[label]);
            let what = format!("{name}, {label}");
            same_all(&what, &curve["time"], &wanted["time"], 0.0);
            same_all(&what, &curve["at_risk"], &wanted["n_risk"], 0.0);
            same_all(&what, &curve["events"], &wanted["n_event"], 0.0);
            same_all(&what, &curve["survival"], &wanted["survival"], 1e-12);
            same_all(&what, &curve["std_error"], &wanted["std_error"], 1e-12);
            let band = &wanted["bands"]["log-log"];
            same_all(&what, &curve["lower"], &band["lower"], 1e-10);
        }
        let (test, wanted) = (&found["test"], &sample["logrank"]);
        same(name, &test["statistic"], &wanted["chi_squared"], 1e-10);
        same(name, &test["p_value"], &wanted["p"], 1e-10);
    }
}

#[test]
fn cox() {
    let reference = reference("cox");
    let plain =
        |fit: &&Value| fit["entry"] == 0 && fit["strata"].is_null() && fit["cluster"].is_null();
    let mut compared = 0;
    for fit in list(&reference["fits"]).iter().filter(plain) {
        let covariates: Vec<&str> = match &fit["covariates"] {
            Value::String(one) => vec![one],
            many => list(many).iter().filter_map(Value::as_str).collect(),
        };
        let data = fit["data"].as_str().expect("a name");
        let columns: Vec<(&str, &Value)> = ["time", "event"]
            .into_iter()
            .chain(covariates.iter().copied())
            .map(|column| (column, &reference["data"][data][column]))
            .collect();
        let ties = fit["ties"].as_str().expect("a word");
        let mut arguments = format!(
            "cox --time time --event event --covariates {} --ties {ties} --few-events allow",
            covariates.join(",")
        );
        for (name, values) in &columns {
            if values[0].is_string() {
                arguments.push_str(&format!(" --categorical {name}"));
            }
        }
        let found = result(&table(&columns), &arguments);
        let coefficients = list(&found["result"]["fit"]["coefficients"]);
        let wanted = list(&fit["coefficient"]);
        assert_eq!(coefficients.len(), wanted.len(), "{data} {covariates:?}");
        // The first category is the reference here, as in the script of the reference.
        for (found, wanted) in coefficients.iter().zip(wanted) {
            same(&format!("{data}, {ties}"), &found["estimate"], wanted, 1e-8);
            compared += 1;
        }
    }
    assert!(compared > 60, "only {compared} coefficients compared");
}

#[test]
fn competing_risks() {
    let colon = &reference("competing_risks")["samples"]["colon"];
    let columns = [
        ("t", &colon["time"]),
        ("e", &colon["cause"]),
        ("g", &colon["group"]),
    ];
    let csv = table(&columns).replace("\"\"", "alive");
    let found = result(
        &csv,
        "competing-risks --time t --event e --by g --censored alive",
    );
    let tests = list(&found["result"]["tests"]);
    for test in tests {
        let same_cause = |wanted: &&Value| wanted["cause"] == test["cause"];
        let wanted = list(&colon["gray"])
            .iter()
            .find(same_cause)
            .expect("R's test");
        same(
            "Gray",
            &test["test"]["chi_squared"],
            &wanted["chi_squared"],
            1e-10,
        );
        same("Gray", &test["test"]["p_value"], &wanted["p"], 1e-10);
    }
    assert_eq!(tests.len(), 2);
}

#[test]
fn ranks() {
    let wanted = &reference("ranks")["kruskal_wallis"]["airquality"];
    let csv = table(&[("value", &wanted["value"]), ("group", &wanted["group"])]);
    let found = result(&csv, "ranks --value value --by group");
    let test = &found["result"]["kruskal_wallis"];
    same(
        "Kruskal-Wallis",
        &test["statistic"],
        &wanted["statistic"],
        1e-11,
    );
    same("Kruskal-Wallis", &test["p_value"], &wanted["p"], 1e-11);
}

#[test]
fn pooled() {
    let wanted = &reference("pooling")["samples"]["pritz"];
    let mut csv = String::from("report,x,n\n");
    for (row, (x, n)) in list(&wanted["x"])
        .iter()
        .zip(list(&wanted["n"]))
        .enumerate()
    {
        csv.push_str(&format!("report {row},{x},{n}\n"));
    }
    let found = result(&csv, "pooled --event x --count n --report report");
    let random = &found["result"]["random"];
    let direct = &wanted["direct"];
    same(
        "tau squared",
        &random["between_reports"]["tau_squared"],
        &direct["tau2"],
        1e-6,
    );
    same(
        "logit",
        &random["logit"]["estimate"],
        &direct["logit"],
        1e-6,
    );
}

/// What an analysis of the study shows is what its rows give as a plain table.
#[test]
fn a_saved_analysis_and_its_rows_agree() {
    let dir = TempDir::new().expect("a folder");
    let run = |format: &str| {
        let done =
            Ran::of(program(dir.path()).args(["run", "survival/overall", "--format", format]));
        assert_eq!(done.status, 0, "{}", done.err);
        done.out
    };
    let analysis: Value = serde_json::from_str(&run("json")).expect("JSON");
    fs::write(dir.path().join("rows.csv"), run("csv")).expect("a table");
    let arguments =
        "stats survival --input rows.csv --time months --event event --case case --format json";
    let done = Ran::of(program(dir.path()).args(arguments.split(' ')));
    assert_eq!(done.status, 0, "{}", done.err);
    let plain: Value = serde_json::from_str(&done.out).expect("JSON");
    assert_eq!(plain["result"], analysis["result"]);
    assert_eq!(plain["counted"], 7);
}

/// The few of each sample among all ways to choose them, by coin's scores.
#[test]
fn small_groups() {
    let reference = reference("small_groups");
    for (number, sample) in list(&reference["few"]).iter().enumerate() {
        let csv = table(&[
            ("time", &sample["time"]),
            ("event", &sample["event"]),
            ("group", &sample["group"]),
        ]);
        let found = result(&csv, "survival --time time --event event --by group");
        let what = format!("sample {number}");
        let exact = &found["result"]["permutation_test"];
        same(&what, &exact["p_value"], &sample["exact"], 1e-9);
        assert_eq!(exact["method"], "exact", "{what}");
        let test = &found["result"]["test"]["p_value"];
        same(&what, test, &sample["chi_squared"], 1e-6);
    }
}

/// Trends over groups by name, whatever their alphabetical order.
#[test]
fn trends_over_named_groups() {
    let reference = reference("small_groups");
    for sample in list(&reference["trends"]) {
        let csv = table(&[
            ("time", &sample["time"]),
            ("event", &sample["event"]),
            ("group", &sample["group"]),
        ]);
        let joined = |value: &Value| {
            let words = list(value).iter().map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            words.collect::<Vec<_>>().join(",")
        };
        let (order, scores) = (joined(&sample["order"]), joined(&sample["scores"]));
        let found = result(
            &csv,
            &format!(
                "survival --time time --event event --by group --order {order} --trend {scores}"
            ),
        );
        let trend = &found["result"]["trend_test"];
        same(
            &order,
            &trend["statistic"],
            &sample["curves"]["statistic"],
            1e-9,
        );
        same(&order, &trend["p_value"], &sample["curves"]["p"], 1e-9);
        let found = result(
            &csv,
            &format!(
                "contingency --rows group --columns event --event 1 --order {order} --scores {scores}"
            ),
        );
        same(
            &order,
            &found["result"]["trend"]["p_value"],
            &sample["table"],
            1e-9,
        );
    }
}

#[test]
fn quantiles_of_samples_by_package() {
    let reference = reference("small_groups");
    for sample in list(&reference["quantiles"]) {
        let csv = table(&[("x", &sample["x"])]);
        for package in ["spss", "sas", "r"] {
            let found = result(
                &csv,
                &format!("ranks --value x --quantiles 0.1,0.25,0.5,0.75,0.9 --match {package}"),
            );
            let quantiles = list(&found["result"]["overall"]["quantiles"]);
            for (found, wanted) in quantiles[1..].iter().zip(list(&sample[package])) {
                same(package, &found["estimate"], wanted, 1e-12);
            }
        }
    }
}

//! Likelihood ratio, linear-by-linear association and exact tests against R's coin and enumeration in R.

use casegraph_stats::contingency::{SameMargins, Table};
use serde_json::Value;

use super::{SPECIAL_FUNCTION, count, list, read, same};

/// Relative difference allowed to statistics of coin, which rest on a matrix inverse.
const COIN: f64 = 1e-10;

#[test]
fn tables() {
    let reference = read(include_str!("../../reference/association.json"));
    for case in list(&reference["tables"]) {
        let rows: Vec<Vec<u64>> = list(&case["rows"])
            .iter()
            .map(|row| list(row).iter().map(count).collect())
            .collect();
        let table = Table::new(rows).expect("valid");
        let what = &case["rows"];

        let test = table.likelihood_ratio();
        let wanted = &case["likelihood_ratio"];
        same(what, test.statistic, &wanted[0], SPECIAL_FUNCTION);
        same(what, test.p_value, &wanted[1], SPECIAL_FUNCTION);

        let scores =
            |totals: &[u64]| -> Vec<f64> { (1..=totals.len()).map(|score| score as f64).collect() };
        let test = table
            .linear_by_linear(&scores(table.row_totals()), &scores(table.column_totals()))
            .expect("scores differ");
        let wanted = &case["linear_by_linear"];
        same(what, test.statistic, &wanted[0], COIN);
        same(what, test.p_value, &wanted[1], COIN);

        if case["exact"] != Value::Null {
            let all =
                SameMargins::new(table.row_totals(), table.column_totals(), 100_000).expect("few");
            let at = all
                .tables()
                .iter()
                .position(|other| *other == table)
                .expect("it is one of them");
            let tests = all.tests()[at];
            let wanted = &case["exact"];
            for (name, test) in [
                ("probability", tests.probability),
                ("pearson", tests.pearson),
                ("likelihood_ratio", tests.likelihood_ratio),
                ("linear_by_linear", tests.linear_by_linear),
                ("one_sided", tests.one_sided),
            ] {
                same(what, test.p_value, &wanted[name][0], SPECIAL_FUNCTION);
                same(what, test.mid_p, &wanted[name][1], SPECIAL_FUNCTION);
            }
        }
    }
}

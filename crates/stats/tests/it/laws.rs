//! Laws that the estimators obey for any data.

mod competing_risks;
mod conventions;
mod cox;
mod pooling;
mod proportions;
mod ranks;
mod survival;
mod tables;

use casegraph_stats::contingency::{Cells, Continuity, FisherExact, Table, Table2x2};
use casegraph_stats::estimate::Level;
use casegraph_stats::proportion::Proportion;
use proptest::prelude::*;

/// Two ways to one number may differ by this much from the order of operations.
const ROUNDING: f64 = 1e-10;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs()).max(1.0)
}

/// Closeness of values that may not exist.
fn both_close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => close(a, b),
        (None, None) => true,
        _ => false,
    }
}

fn levels() -> impl Strategy<Value = Level> {
    (0.5..0.999).prop_map(|value| Level::new(value).expect("between 0 and 1"))
}

fn proportions() -> impl Strategy<Value = Proportion> {
    (1_u64..3_000)
        .prop_flat_map(|n| (0..=n, Just(n)))
        .prop_map(|(k, n)| Proportion::new(k, n).expect("valid"))
}

fn tables() -> impl Strategy<Value = Cells> {
    let cell = || prop_oneof![0_u64..6, 0_u64..60];
    (cell(), cell(), cell(), cell())
        .prop_map(|(a, b, c, d)| Cells {
            exposed_event: a,
            exposed_no_event: b,
            unexposed_event: c,
            unexposed_no_event: d,
        })
        .prop_filter("an empty margin", |cells| Table2x2::new(*cells).is_ok())
}

fn fisher(cells: Cells) -> FisherExact {
    Table2x2::new(cells)
        .expect("valid")
        .fisher_exact(Level::P95)
}

fn transposed(cells: Cells) -> Cells {
    Cells {
        exposed_no_event: cells.unexposed_event,
        unexposed_event: cells.exposed_no_event,
        ..cells
    }
}

fn groups_swapped(cells: Cells) -> Cells {
    Cells {
        exposed_event: cells.unexposed_event,
        exposed_no_event: cells.unexposed_no_event,
        unexposed_event: cells.exposed_event,
        unexposed_no_event: cells.exposed_no_event,
    }
}

proptest! {
    #[test]
    fn proportion_intervals_contain_the_estimate(proportion in proportions(), level in levels()) {
        let found = proportion.estimate(level);
        for interval in [found.clopper_pearson, found.wilson] {
            prop_assert!(interval.contains(found.estimate), "{interval:?}");
            prop_assert!(0.0 <= interval.lower && interval.upper <= 1.0, "{interval:?}");
        }
    }

    #[test]
    fn proportion_intervals_mirror(proportion in proportions(), level in levels()) {
        let (k, n) = (proportion.successes(), proportion.n());
        let found = proportion.estimate(level);
        let mirror = Proportion::new(n - k, n).expect("valid").estimate(level);
        prop_assert!(close(found.clopper_pearson.lower, 1.0 - mirror.clopper_pearson.upper));
        prop_assert!(close(found.clopper_pearson.upper, 1.0 - mirror.clopper_pearson.lower));
        prop_assert!(close(found.wilson.lower, 1.0 - mirror.wilson.upper));
    }

    #[test]
    fn proportion_intervals_narrow_with_more_cases(
        proportion in proportions(),
        level in levels(),
        factor in 2_u64..50,
    ) {
        let (successes, n) = (proportion.successes() * factor, proportion.n() * factor);
        let more = Proportion::new(successes, n).expect("valid");
        let (few, many) = (proportion.estimate(level), more.estimate(level));
        prop_assert!(many.clopper_pearson.width() < few.clopper_pearson.width());
        prop_assert!(many.wilson.width() < few.wilson.width());
    }

    #[test]
    fn proportion_intervals_widen_with_the_level(
        proportion in proportions(),
        level in 0.5..0.99,
        wider in 1e-6..0.009,
    ) {
        let [low, high] = [level, level + wider].map(|value| Level::new(value).expect("valid"));
        let width = |level| proportion.clopper_pearson(level).width();
        prop_assert!(width(low) < width(high));
        let width = |level| proportion.wilson(level).width();
        prop_assert!(width(low) < width(high));
    }

    #[test]
    fn fisher_is_the_same_under_transposition(cells in tables()) {
        let (one, other) = (fisher(cells), fisher(transposed(cells)));
        prop_assert!(close(one.p_value, other.p_value));
        prop_assert!(both_close(one.odds_ratio.estimate, other.odds_ratio.estimate));
        prop_assert!(both_close(one.odds_ratio.interval.upper, other.odds_ratio.interval.upper));
    }

    #[test]
    fn swapping_the_groups_inverts_the_odds_ratio(cells in tables()) {
        let (one, other) = (fisher(cells), fisher(groups_swapped(cells)));
        prop_assert!(close(one.p_value, other.p_value));
        // Unbounded is the inverse of zero.
        let inverse = |value: Option<f64>| match value {
            None => Some(0.0),
            Some(value) => (value > 0.0).then(|| value.recip()),
        };
        let (one, other) = (one.odds_ratio, other.odds_ratio);
        prop_assert!(both_close(inverse(other.estimate), one.estimate));
        prop_assert!(both_close(inverse(other.interval.upper), one.interval.lower));
        prop_assert!(both_close(inverse(other.interval.lower), one.interval.upper));
    }

    #[test]
    fn fisher_is_a_probability_and_its_interval_contains_the_estimate(cells in tables()) {
        let found = fisher(cells);
        prop_assert!(found.p_value > 0.0 && found.p_value <= 1.0);
        let interval = found.odds_ratio.interval;
        let lower = interval.lower.expect("odds ratios have a lower limit");
        prop_assert_eq!(found.odds_ratio.estimate.is_none(), interval.upper.is_none());
        if let (Some(estimate), Some(upper)) = (found.odds_ratio.estimate, interval.upper) {
            prop_assert!(lower <= estimate && estimate < upper);
        }
    }

    #[test]
    fn the_walk_over_tables_agrees_with_fisher(cells in tables()) {
        let rows = vec![
            vec![cells.exposed_event, cells.exposed_no_event],
            vec![cells.unexposed_event, cells.unexposed_no_event],
        ];
        let table = Table::new(rows).expect("valid");
        prop_assert!(close(table.freeman_halton().expect("small").p_value, fisher(cells).p_value));
        let pearson = Table2x2::new(cells).expect("valid").chi_squared(Continuity::Uncorrected);
        prop_assert_eq!(table.chi_squared(), pearson);
    }

    #[test]
    fn freeman_halton_is_the_same_under_transposition(
        rows in prop::collection::vec(prop::collection::vec(0_u64..4, 3), 2..4),
    ) {
        let columns = (0..3).map(|column| rows.iter().map(|row| row[column]).collect()).collect();
        if let (Ok(table), Ok(turned)) = (Table::new(rows), Table::new(columns)) {
            let [one, other] = [&table, &turned].map(|table| table.freeman_halton().expect("small"));
            prop_assert_eq!(one.tables, other.tables);
            prop_assert!(close(one.p_value, other.p_value));
            prop_assert!(close(table.chi_squared().statistic, turned.chi_squared().statistic));
        }
    }

    #[test]
    fn yates_is_never_larger(cells in tables()) {
        let table = Table2x2::new(cells).expect("valid");
        prop_assert!(
            table.chi_squared(Continuity::Yates).statistic
                <= table.chi_squared(Continuity::Uncorrected).statistic
        );
    }
}

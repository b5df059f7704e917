//! Laws of tables, trends and strata.

use casegraph_stats::contingency::{
    Cells, Continuity, FisherOptions, MantelHaenszelOptions, Simulation, Strata, Table, Table2x2,
    TrendGroups, TwoSided,
};
use casegraph_stats::estimate::{Alternative, Level, ObservedShare};
use casegraph_stats::proportion::{Comparison, Proportion};
use proptest::prelude::*;

use super::{both_close, close, fisher, levels, tables};

fn fisher_form(
    cells: Cells,
    level: Level,
    alternative: Alternative,
    observed: ObservedShare,
) -> f64 {
    let options = FisherOptions {
        level,
        alternative,
        observed,
        two_sided: TwoSided::Central,
    };
    Table2x2::new(cells)
        .expect("valid")
        .fisher_exact_with(options)
        .p_value
}

/// Any counts, margins empty or not.
fn any_cells() -> impl Strategy<Value = Cells> {
    let cell = || prop_oneof![Just(0_u64), 0_u64..6, 0_u64..60];
    (cell(), cell(), cell(), cell()).prop_map(|(a, b, c, d)| Cells {
        exposed_event: a,
        exposed_no_event: b,
        unexposed_event: c,
        unexposed_no_event: d,
    })
}

fn groups() -> impl Strategy<Value = Vec<Proportion>> {
    let group = (1_u64..9)
        .prop_flat_map(|n| (0..=n, Just(n)))
        .prop_map(|(k, n)| Proportion::new(k, n).expect("valid"));
    prop::collection::vec(group, 2..5)
}

/// All tables with the margins of `rows` one by one: the share of weight in those no more probable.
fn by_brute_force(rows: &[Vec<u64>]) -> (f64, u64) {
    let factorial = |count: u64| (1..=count).map(|i| i as f64).product::<f64>();
    let weight = |cells: &[u64]| {
        cells
            .iter()
            .map(|cell| 1.0 / factorial(*cell))
            .product::<f64>()
    };
    let width = rows[0].len();
    let observed = weight(&rows.concat());
    let row_totals: Vec<u64> = rows.iter().map(|row| row.iter().sum()).collect();
    let column_totals: Vec<u64> = (0..width)
        .map(|j| rows.iter().map(|row| row[j]).sum())
        .collect();
    let (mut counted, mut all, mut tables) = (0.0, 0.0, 0);
    let mut open = vec![Vec::new()];
    while let Some(cells) = open.pop() {
        if cells.len() == rows.len() * width {
            let sums =
                |step: usize, from: usize| cells.iter().skip(from).step_by(step).sum::<u64>();
            let fits = (0..width).all(|j| sums(width, j) == column_totals[j])
                && cells
                    .chunks(width)
                    .zip(&row_totals)
                    .all(|(row, sum)| row.iter().sum::<u64>() == *sum);
            if fits {
                tables += 1;
                all += weight(&cells);
                if weight(&cells) <= observed * (1.0 + 1e-7) {
                    counted += weight(&cells);
                }
            }
            continue;
        }
        let (i, j) = (cells.len() / width, cells.len() % width);
        for cell in 0..=row_totals[i].min(column_totals[j]) {
            let mut longer = cells.clone();
            longer.push(cell);
            open.push(longer);
        }
    }
    (counted / all, tables)
}

proptest! {
    #[test]
    fn one_sided_and_mid_p_values_add_up(cells in tables()) {
        use Alternative::{Greater, Less};
        use ObservedShare::{Half, Whole};
        let found = |alternative, observed| fisher_form(cells, Level::P95, alternative, observed);
        prop_assert!(close(found(Less, Half) + found(Greater, Half), 1.0));
        let observed = found(Less, Whole) + found(Greater, Whole) - 1.0;
        prop_assert!(close(found(Less, Whole) - observed / 2.0, found(Less, Half)));
        prop_assert!(fisher(cells).p_value >= f64::min(found(Less, Whole), found(Greater, Whole)) - 1e-12);
    }

    #[test]
    fn central_p_values_agree_with_the_interval(cells in tables(), level in levels()) {
        for observed in [ObservedShare::Whole, ObservedShare::Half] {
            let options = FisherOptions {
                level,
                observed,
                two_sided: TwoSided::Central,
                ..FisherOptions::default()
            };
            let found = Table2x2::new(cells).expect("valid").fisher_exact_with(options);
            prop_assume!((found.p_value - (1.0 - level.value())).abs() > 1e-9);
            let interval = found.odds_ratio.interval;
            let contains = interval.lower.is_none_or(|lower| lower <= 1.0)
                && interval.upper.is_none_or(|upper| 1.0 <= upper);
            prop_assert_eq!(contains, found.p_value > 1.0 - level.value(), "{:?}", found);
        }
    }

    #[test]
    fn woolfs_interval_contains_the_odds_ratio(cells in tables(), level in levels()) {
        let found = Table2x2::new(cells).expect("valid").woolf(level);
        prop_assert_eq!(found.interval.lower.is_none(), found.undefined.is_some());
        if let (Some(lower), Some(upper)) = (found.interval.lower, found.interval.upper) {
            let estimate = found.estimate.expect("has an interval");
            prop_assert!(lower <= estimate && estimate <= upper);
        }
    }

    #[test]
    fn two_groups_have_the_trend_of_their_table(cells in tables(), scores in (-5.0..5.0, 6.0..9.0)) {
        let table = Table2x2::new(cells).expect("valid");
        let exposed = cells.exposed_event + cells.exposed_no_event;
        let unexposed = cells.unexposed_event + cells.unexposed_no_event;
        let groups = vec![
            Proportion::new(cells.unexposed_event, unexposed).expect("valid"),
            Proportion::new(cells.exposed_event, exposed).expect("valid"),
        ];
        let groups = TrendGroups::with_scores(groups, vec![scores.0, scores.1]).expect("valid");
        let (trend, pearson) =
            (groups.test(Alternative::TwoSided), table.chi_squared(Continuity::Uncorrected));
        prop_assert!(close(trend.statistic, pearson.statistic));
        prop_assert!(close(trend.p_value, pearson.p_value));
        prop_assert_eq!(trend.approximation, pearson.approximation);
        for alternative in [Alternative::Less, Alternative::Greater] {
            let exact = groups.exact_test(alternative).expect("small").p_value;
            prop_assert!(close(exact, fisher_form(cells, Level::P95, alternative, ObservedShare::Whole)));
        }
    }

    #[test]
    fn trends_turn_with_the_scores(groups in groups(), shift in -9.0..9.0, stretch in 0.1..9.0) {
        let scores: Vec<f64> = (0..groups.len()).map(|group| group as f64).collect();
        let Ok(trend) = TrendGroups::new(groups.clone()) else {
            return Ok(());
        };
        let other = |scores: Vec<f64>| {
            TrendGroups::with_scores(groups.clone(), scores).expect("valid")
        };
        let z = |groups: &TrendGroups| groups.test(Alternative::TwoSided).z;
        let moved = other(scores.iter().map(|score| shift + stretch * score).collect());
        let turned = other(scores.iter().map(|score| -score).collect());
        prop_assert!(close(z(&trend), z(&moved)) && close(z(&trend), -z(&turned)));
        let exact = |groups: &TrendGroups, alternative| {
            groups.exact_test(alternative).expect("small").p_value
        };
        prop_assert!(close(
            exact(&trend, Alternative::TwoSided),
            exact(&moved, Alternative::TwoSided)
        ));
        prop_assert!(close(exact(&trend, Alternative::Less), exact(&turned, Alternative::Greater)));
    }

    #[test]
    fn one_stratum_is_its_table(cells in tables(), level in levels()) {
        let (strata, table) =
            (Strata::new([cells]).expect("valid"), Table2x2::new(cells).expect("valid"));
        let n = table.total() as f64;
        let test = strata.mantel_haenszel(MantelHaenszelOptions::default()).expect("full");
        let pearson = table.chi_squared(Continuity::Uncorrected).statistic;
        prop_assert!(close(test.statistic, pearson * (n - 1.0) / n));
        let (odds, woolf) = (strata.odds_ratio(level).expect("full"), table.woolf(level));
        prop_assert!(both_close(odds.estimate, woolf.estimate));
        prop_assert!(both_close(odds.log_std_error, woolf.log_std_error));
        prop_assert!(both_close(odds.interval.upper, woolf.interval.upper));
        let exposed = cells.exposed_event + cells.exposed_no_event;
        let unexposed = cells.unexposed_event + cells.unexposed_no_event;
        let comparison = Comparison::new(
            Proportion::new(cells.exposed_event, exposed).expect("valid"),
            Proportion::new(cells.unexposed_event, unexposed).expect("valid"),
        );
        let (ratio, wanted) = (strata.risk_ratio(level).expect("full"), comparison.ratio(level));
        prop_assert!(both_close(ratio.estimate, wanted.estimate));
        prop_assert!(both_close(ratio.interval.lower, wanted.wald_log.lower));
        let difference = strata.risk_difference(level).expect("full");
        prop_assert!(close(difference.estimate, comparison.difference(level).estimate));
        let exact = strata.exact(FisherOptions::default()).expect("small").test;
        prop_assert_eq!(exact, table.fisher_exact(Level::P95));
    }

    #[test]
    fn strata_that_carry_nothing_change_nothing(
        tables in prop::collection::vec(any_cells(), 1..6),
        level in levels(),
    ) {
        let strata = Strata::new(tables.clone()).expect("valid");
        let unexposed = Cells {
            exposed_event: 0,
            exposed_no_event: 0,
            unexposed_event: 3,
            unexposed_no_event: 4,
        };
        let more = Strata::new([unexposed].into_iter().chain(tables.iter().rev().copied())).expect("valid");
        match (strata.odds_ratio(level), more.odds_ratio(level)) {
            (Ok(one), Ok(other)) => {
                prop_assert_eq!(one.strata + one.skipped.len(), tables.len());
                prop_assert_eq!(one.skipped.len() + 1, other.skipped.len());
                prop_assert!(both_close(one.estimate, other.estimate));
                prop_assert!(both_close(one.interval.lower, other.interval.lower));
                prop_assert_eq!((one.n, one.events), (other.n, other.events));
            }
            (one, other) => prop_assert!(one.is_err() && other.is_err()),
        }
        match (strata.breslow_day(), more.breslow_day()) {
            (Ok(one), Ok(other)) => {
                prop_assert!(close(one.statistic, other.statistic));
                prop_assert!(one.tarone_statistic <= one.statistic && one.tarone_statistic >= 0.0);
                prop_assert!((0.0..=1.0).contains(&one.p_value));
            }
            (one, other) => prop_assert!(one.is_err() && other.is_err()),
        }
        if let Ok(found) = strata.risk_difference(level) {
            prop_assert!(found.std_error.is_finite() && found.interval.contains(found.estimate));
        }
        if let Ok(found) = strata.risk_ratio(level) {
            prop_assert_eq!(found.undefined.is_some(), found.interval.lower.is_none());
            prop_assert!(found.interval.upper.is_none_or(f64::is_finite));
        }
        if let Ok(found) = strata.exact(FisherOptions::default()) {
            prop_assert!(found.test.p_value > 0.0 && found.test.p_value <= 1.0);
        }
    }

    /// Doubling every stratum doubles the evidence and leaves the common effects.
    #[test]
    fn strata_counted_twice(tables in prop::collection::vec(any_cells(), 1..5), level in levels()) {
        let once = Strata::new(tables.clone()).expect("valid");
        let twice = Strata::new(tables.iter().chain(&tables).copied()).expect("valid");
        if let (Ok(one), Ok(two)) = (once.odds_ratio(level), twice.odds_ratio(level)) {
            prop_assert!(both_close(one.estimate, two.estimate));
            let halved = one.log_std_error.map(|error| error / 2_f64.sqrt());
            prop_assert!(both_close(halved, two.log_std_error));
        }
        let options = MantelHaenszelOptions::default();
        if let (Ok(one), Ok(two)) = (once.mantel_haenszel(options), twice.mantel_haenszel(options)) {
            prop_assert!(close(2.0 * one.statistic, two.statistic));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn the_network_agrees_with_brute_force(
        rows in prop_oneof![
            prop::collection::vec(prop::collection::vec(0_u64..3, 3), 3),
            prop::collection::vec(prop::collection::vec(0_u64..4, 4), 2),
            prop::collection::vec(prop::collection::vec(0_u64..4, 2), 4),
        ],
    ) {
        if let Ok(table) = Table::new(rows.clone()) {
            let found = table.freeman_halton().expect("small");
            let (p_value, tables) = by_brute_force(&rows);
            prop_assert_eq!(found.tables, tables);
            prop_assert!(close(found.p_value, p_value), "{} {}", found.p_value, p_value);
        }
    }

    #[test]
    fn the_order_of_rows_and_columns_does_not_matter(
        rows in prop::collection::vec(prop::collection::vec(0_u64..8, 4), 2..5),
        order in Just(vec![0, 1, 2, 3]).prop_shuffle(),
    ) {
        let moved = rows.iter().rev().map(|row| order.iter().map(|j| row[*j]).collect()).collect();
        if let (Ok(table), Ok(moved)) = (Table::new(rows), Table::new(moved)) {
            match (table.freeman_halton(), moved.freeman_halton()) {
                (Ok(one), Ok(other)) => {
                    prop_assert_eq!(one.tables, other.tables);
                    prop_assert!(close(one.p_value, other.p_value));
                    prop_assert!(one.p_value > 0.0);
                }
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }

    #[test]
    fn random_tables_agree_with_the_exact_test(
        rows in prop::collection::vec(prop::collection::vec(0_u64..9, 3), 2..4),
        seed in any::<u64>(),
    ) {
        if let Ok(table) = Table::new(rows) {
            let exact = table.freeman_halton().expect("small").p_value;
            let simulation = Simulation { seed, ..Simulation::default() };
            let found = table.freeman_halton_simulated(simulation);
            let error = (exact * (1.0 - exact) / found.draws.get() as f64).sqrt();
            prop_assert!((found.p_value - exact).abs() <= 5.0 * error + 1e-4, "{found:?} {exact}");
        }
    }
}

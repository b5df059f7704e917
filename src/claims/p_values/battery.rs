//! Every P value that an honest reading of a table can have.

use crate::case::printed::{PrintedNumber, p_values};
use crate::stats::contingency::{
    Cells, Continuity, ExactP, ExactTests, FisherOptions, SameMargins, Table, Table2x2, TrendGroups,
};
use crate::stats::estimate::{Alternative, ObservedShare};
use crate::stats::proportion::Proportion;

use super::super::Claim;

/// Of a table that shares its margins with more than this many, the only exact test tried is that of
/// Fisher, Freeman and Halton.
const MOST_ALIKE: usize = 20_000;

/// A P value by a named test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tested {
    /// Name of the test.
    pub test: &'static str,
    /// P value, two-sided.
    pub p: f64,
    /// Whether SPSS, R or SAS print it for such a table unasked, or by the name that papers give.
    pub usual: bool,
}

/// How a P value fits what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is the number printed.
    Rounded,
    /// It is the number printed with further digits cut off.
    Cut,
}

/// The P value that a claim prints; more than one where it can be read in two ways.
pub(super) fn printed(claim: &Claim) -> Vec<PrintedNumber> {
    p_values(&claim.p_operator, claim.p.as_str())
}

/// How a P value fits what is printed, if it does.
pub(super) fn fit(printed: &[PrintedNumber], p: f64) -> Option<Fit> {
    if printed.iter().any(|number| number.holds(p)) {
        Some(Fit::Rounded)
    } else {
        printed
            .iter()
            .any(|number| number.is_cut(p))
            .then_some(Fit::Cut)
    }
}

/// The tests of a table; `exact` are those that need all tables with its margins.
pub(super) fn of_table(table: &Table, exact: Option<ExactTests>) -> Vec<Tested> {
    let mut tests = Tests::default();
    let pearson = table.chi_squared();
    let square = square(table);
    tests.usual("Pearson's chi-squared", pearson.p_value);
    if let Some(square) = &square {
        tests.usual(
            "chi-squared with Yates's correction",
            square.chi_squared(Continuity::Yates).p_value,
        );
    }
    tests.usual("likelihood ratio", table.likelihood_ratio().p_value);
    let (rows, columns) = (scores(table.row_totals()), scores(table.column_totals()));
    let linear = table.linear_by_linear(&rows, &columns);
    if let Some(linear) = linear {
        tests.usual("linear-by-linear association", linear.p_value);
    }
    match (&square, exact) {
        (Some(square), _) => of_square(square, exact, &mut tests),
        (None, Some(exact)) => {
            tests.usual("Fisher-Freeman-Halton", exact.probability.p_value);
            tests.other("Fisher-Freeman-Halton, mid-P", exact.probability.mid_p);
        }
        (None, None) => {
            if let Ok(test) = table.freeman_halton() {
                tests.usual("Fisher-Freeman-Halton", test.p_value);
            }
        }
    }
    if square.is_none() {
        if let Some(trend) = trend(table) {
            tests.usual("Cochran-Armitage trend", trend);
            tests.other("Cochran-Armitage trend, one-sided", trend / 2.0);
        }
        if let Some(linear) = linear {
            tests.other(
                "linear-by-linear association, one-sided",
                linear.p_value / 2.0,
            );
        }
        if let Some(ranks) =
            table.linear_by_linear(&ranks(table.row_totals()), &ranks(table.column_totals()))
        {
            tests.other(
                "linear-by-linear association of ranks, as Mann-Whitney",
                ranks.p_value,
            );
        }
    }
    if let (Some(exact), None) = (exact, &square) {
        tests.other("exact Pearson", exact.pearson.p_value);
        tests.other("exact Pearson, mid-P", exact.pearson.mid_p);
        tests.other("exact likelihood ratio", exact.likelihood_ratio.p_value);
        tests.other(
            "exact likelihood ratio, mid-P",
            exact.likelihood_ratio.mid_p,
        );
        tests.other(
            "exact linear-by-linear association",
            exact.linear_by_linear.p_value,
        );
        tests.other(
            "exact linear-by-linear association, mid-P",
            exact.linear_by_linear.mid_p,
        );
    }
    tests.0
}

/// The tests of a table on its own.
pub(super) fn of_one(table: &Table) -> Vec<Tested> {
    let exact =
        SameMargins::new(table.row_totals(), table.column_totals(), MOST_ALIKE).and_then(|all| {
            let at = all.tables().iter().position(|other| other == table)?;
            all.tests().get(at).copied()
        });
    of_table(table, exact)
}

#[derive(Default)]
struct Tests(Vec<Tested>);

impl Tests {
    fn usual(&mut self, test: &'static str, p: f64) {
        self.0.push(Tested {
            test,
            p,
            usual: true,
        });
    }

    fn other(&mut self, test: &'static str, p: f64) {
        self.0.push(Tested {
            test,
            p,
            usual: false,
        });
    }
}

fn square(table: &Table) -> Option<Table2x2> {
    let [first, second] = table.rows() else {
        return None;
    };
    let ([a, b], [c, d]) = (&first[..], &second[..]) else {
        return None;
    };
    Table2x2::new(Cells {
        exposed_event: *a,
        exposed_no_event: *b,
        unexposed_event: *c,
        unexposed_no_event: *d,
    })
    .ok()
}

fn of_square(table: &Table2x2, exact: Option<ExactTests>, tests: &mut Tests) {
    // The one-sided tests are of the side on which the table lies: nobody prints the other.
    let (both, one_sided) = match exact {
        Some(exact) => (exact.probability, exact.one_sided),
        None => {
            let fisher = |alternative, observed| {
                let options = FisherOptions {
                    alternative,
                    observed,
                    ..FisherOptions::default()
                };
                table.fisher_exact_with(options).p_value
            };
            let of = |alternative| ExactP {
                p_value: fisher(alternative, ObservedShare::Whole),
                mid_p: fisher(alternative, ObservedShare::Half),
            };
            let (less, greater) = (of(Alternative::Less), of(Alternative::Greater));
            (
                of(Alternative::TwoSided),
                if less.p_value < greater.p_value {
                    less
                } else {
                    greater
                },
            )
        }
    };
    tests.usual("Fisher's exact test", both.p_value);
    tests.usual("Fisher's exact test, one-sided", one_sided.p_value);
    tests.other("Fisher's exact test, mid-P", both.mid_p);
    tests.other("Fisher's exact test, one-sided, mid-P", one_sided.mid_p);
    tests.other(
        "Fisher's exact test, one-sided and doubled",
        (2.0 * one_sided.p_value).min(1.0),
    );
    tests.other(
        "Fisher's exact test, one-sided and doubled, mid-P",
        (2.0 * one_sided.mid_p).min(1.0),
    );
    let pearson = table.chi_squared(Continuity::Uncorrected).p_value;
    tests.other("Pearson's chi-squared, one-sided", pearson / 2.0);
    let yates = table.chi_squared(Continuity::Yates).p_value;
    tests.other(
        "chi-squared with Yates's correction, one-sided",
        yates / 2.0,
    );
    if let Some(wald) = table.unpooled_difference() {
        tests.other("z of unpooled proportions", wald.p_value);
    }
}

/// The test of trend of a table of two rows or two columns, over the other ones in their order.
fn trend(table: &Table) -> Option<f64> {
    let by_column = table.rows().len() == 2;
    if !by_column && table.column_totals().len() != 2 {
        return None;
    }
    let pairs: Vec<(u64, u64)> = if by_column {
        table.rows()[0]
            .iter()
            .copied()
            .zip(table.column_totals().iter().copied())
            .collect()
    } else {
        table
            .rows()
            .iter()
            .map(|row| row[0])
            .zip(table.row_totals().iter().copied())
            .collect()
    };
    let groups = pairs
        .into_iter()
        .map(|(events, n)| Proportion::new(events, n).ok())
        .collect::<Option<Vec<_>>>()?;
    Some(
        TrendGroups::new(groups)
            .ok()?
            .test(Alternative::TwoSided)
            .p_value,
    )
}

fn scores(totals: &[u64]) -> Vec<f64> {
    (1..=totals.len()).map(|score| score as f64).collect()
}

/// The mean rank of each category.
fn ranks(totals: &[u64]) -> Vec<f64> {
    let mut before = 0.0;
    totals
        .iter()
        .map(|total| {
            let total = *total as f64;
            let rank = before + f64::midpoint(total, 1.0);
            before += total;
            rank
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p_of(rows: &[&[u64]], test: &str) -> f64 {
        let table = Table::new(rows.iter().map(|row| row.to_vec()).collect()).expect("valid");
        let found = of_one(&table);
        let tested = found.iter().find(|tested| tested.test == test);
        tested.unwrap_or_else(|| panic!("no {test}: {found:?}")).p
    }

    /// R: prop.trend.test(c(3, 1, 6), c(10, 9, 9)), coin's `lbl_test`, fisher.test, wilcox.test without
    /// correction.
    #[test]
    fn tests_are_those_of_r() {
        let arms: [&[u64]; 3] = [&[3, 7], &[1, 8], &[6, 3]];
        for (test, wanted) in [
            ("Fisher-Freeman-Halton", 0.052_516_362),
            ("linear-by-linear association", 0.114_132_583),
            ("Pearson's chi-squared", 0.043_486_33),
            ("Cochran-Armitage trend", 0.107_642_824),
        ] {
            let found = p_of(&arms, test);
            assert!((found - wanted).abs() < 1e-7, "{test}: {found}");
        }
        let ordered: [&[u64]; 2] = [&[2, 8, 1, 0], &[7, 9, 2, 1]];
        let found = p_of(
            &ordered,
            "linear-by-linear association of ranks, as Mann-Whitney",
        );
        assert!((found - 0.577_856_527).abs() < 1e-7, "{found}");
    }

    #[test]
    fn a_p_value_fits_what_is_printed() {
        let fits = |text: &str, p: f64| fit(&p_values("", text), p);
        assert_eq!(fits("0.053", 0.0525), Some(Fit::Rounded));
        assert_eq!(fits("0.052", 0.0528), Some(Fit::Cut));
        assert_eq!(fits("0.052", 0.0531), None);
        assert_eq!(fits(".000", 0.0004), Some(Fit::Rounded));
        assert_eq!(fits("ns", 0.06), Some(Fit::Rounded));
        assert_eq!(fits("ns", 0.04), None);
    }
}

//! All tables that share their margins, and exact tests by them.

use serde::Serialize;

use super::PROBABILITY_TIE;
use super::network::{ln_factorials, log_weight};
use super::table::Table;

/// Statistics this close, relative to their size, are equal.
const SAME: f64 = 1e-11;

/// What rounding leaves of a statistic that is 0.
const ZERO: f64 = 1e-13;

/// Every table with given totals of rows and columns, each with its probability if rows and columns are
/// independent.
///
/// For small tables: all of them are kept. [`Table::freeman_halton`] takes far larger ones.
#[derive(Debug, Clone)]
pub struct SameMargins {
    tables: Vec<Table>,
    tests: Vec<ExactTests>,
}

/// An exact P value, and the same with half of what is as extreme as observed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExactP {
    /// The probability of tables at least as extreme.
    pub p_value: f64,
    /// The mid-P value. Lancaster HO. J Am Stat Assoc 1961;56:223-34.
    pub mid_p: f64,
}

/// Exact tests of one table; they differ in what they call extreme.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExactTests {
    /// Improbable tables: the test of Fisher, Freeman and Halton.
    pub probability: ExactP,
    /// A large Pearson statistic.
    pub pearson: ExactP,
    /// A large likelihood ratio.
    pub likelihood_ratio: ExactP,
    /// A large linear-by-linear statistic of the scores 1, 2, 3, …
    pub linear_by_linear: ExactP,
    /// A first cell at least as far out on the side where it lies: the one-sided test of a 2×2 table.
    pub one_sided: ExactP,
}

impl SameMargins {
    /// All tables with these totals; `None` where they are more than `most`, where a total is 0, or where
    /// totals of rows and of columns do not sum to the same.
    ///
    /// ```
    /// use casegraph_stats::contingency::SameMargins;
    ///
    /// let all = SameMargins::new(&[2, 2], &[2, 1, 1], 100).expect("few");
    /// assert_eq!(all.tables().len(), 4);
    /// ```
    #[must_use]
    pub fn new(rows: &[u64], columns: &[u64], most: usize) -> Option<Self> {
        let total: u64 = rows.iter().sum();
        let fits = total == columns.iter().sum::<u64>() && rows.len() > 1 && columns.len() > 1;
        if !fits || rows.contains(&0) || columns.contains(&0) {
            return None;
        }
        let mut found = Vec::new();
        let mut so_far = Vec::with_capacity(rows.len());
        fill(rows, columns, &mut so_far, &mut found, most)?;
        let tables: Vec<Table> = found
            .into_iter()
            .filter_map(|rows| Table::new(rows).ok())
            .collect();
        let factorials = ln_factorials(total);
        let of = |totals: &[u64]| -> f64 {
            totals.iter().map(|count| factorials[*count as usize]).sum()
        };
        let constant = of(rows) + of(columns) - factorials[total as usize];
        let probabilities: Vec<f64> = tables
            .iter()
            .map(|table| (constant + log_weight(table, &factorials)).exp())
            .collect();
        let scores =
            |totals: &[u64]| -> Vec<f64> { (0..totals.len()).map(|score| score as f64).collect() };
        let (row_scores, column_scores) = (scores(rows), scores(columns));
        let by = |extreme: &dyn Fn(&Table) -> f64| {
            exact(
                &tables.iter().map(extreme).collect::<Vec<f64>>(),
                &probabilities,
                SAME,
            )
        };
        let improbable: Vec<f64> = probabilities.iter().map(|p| -p).collect();
        let probability = exact(&improbable, &probabilities, PROBABILITY_TIE);
        let pearson = by(&|table| table.chi_squared().statistic);
        let likelihood_ratio = by(&|table| table.likelihood_ratio().statistic);
        let linear = by(&|table| {
            let test = table.linear_by_linear(&row_scores, &column_scores);
            test.map_or(0.0, |test| test.statistic)
        });
        let first = |table: &Table| table.rows()[0][0] as f64;
        let (low, high) = (by(&|table| -first(table)), by(&first));
        let smaller = |low: ExactP, high: ExactP| {
            if low.p_value < high.p_value {
                low
            } else {
                high
            }
        };
        let tests = (0..tables.len())
            .map(|at| ExactTests {
                probability: probability[at],
                pearson: pearson[at],
                likelihood_ratio: likelihood_ratio[at],
                linear_by_linear: linear[at],
                one_sided: smaller(low[at], high[at]),
            })
            .collect();
        Some(Self { tables, tests })
    }

    /// All tables with the margins.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The exact tests of each of [`Self::tables`], in that order.
    #[must_use]
    pub fn tests(&self) -> &[ExactTests] {
        &self.tests
    }
}

/// For each outcome the probability of one at least as extreme; outcomes closer than `same`, relative to
/// their size, are as extreme.
fn exact(extreme: &[f64], probabilities: &[f64], same: f64) -> Vec<ExactP> {
    let mut order: Vec<usize> = (0..extreme.len()).collect();
    order.sort_by(|one, other| extreme[*other].total_cmp(&extreme[*one]));
    let mut found = vec![
        ExactP {
            p_value: 1.0,
            mid_p: 1.0
        };
        extreme.len()
    ];
    let (mut beyond, mut from) = (0.0, 0);
    while from < order.len() {
        let head = extreme[order[from]];
        let near = same * head.abs() + ZERO;
        let to = order[from..]
            .iter()
            .position(|at| head - extreme[*at] > near)
            .map_or(order.len(), |length| from + length);
        let tied: f64 = order[from..to].iter().map(|at| probabilities[*at]).sum();
        for at in &order[from..to] {
            found[*at] = ExactP {
                p_value: f64::min(beyond + tied, 1.0),
                mid_p: f64::min(beyond + tied / 2.0, 1.0),
            };
        }
        beyond += tied;
        from = to;
    }
    found
}

/// Fills row after row in every way; the last row takes what is left.
fn fill(
    rows: &[u64],
    left: &[u64],
    so_far: &mut Vec<Vec<u64>>,
    found: &mut Vec<Vec<Vec<u64>>>,
    most: usize,
) -> Option<()> {
    let Some((total, rest)) = rows.split_first() else {
        return Some(());
    };
    if rest.is_empty() {
        if found.len() >= most {
            return None;
        }
        let mut table = so_far.clone();
        table.push(left.to_vec());
        found.push(table);
        return Some(());
    }
    let mut row = vec![0; left.len()];
    spread(*total, left, 0, &mut row, &mut |row| {
        let after: Vec<u64> = left
            .iter()
            .zip(row)
            .map(|(left, here)| left - here)
            .collect();
        so_far.push(row.to_vec());
        let done = fill(rest, &after, so_far, found, most);
        so_far.pop();
        done
    })
}

/// Every way to spread `total` over the columns from `at` on, no column taking more than it has room for.
fn spread(
    total: u64,
    room: &[u64],
    at: usize,
    row: &mut Vec<u64>,
    each: &mut dyn FnMut(&[u64]) -> Option<()>,
) -> Option<()> {
    let behind: u64 = room[at + 1..].iter().sum();
    if at + 1 == room.len() {
        row[at] = total;
        return each(row);
    }
    for here in total.saturating_sub(behind)..=total.min(room[at]) {
        row[at] = here;
        spread(total - here, room, at + 1, row, each)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tables_are_found_and_no_more() {
        let all = SameMargins::new(&[2, 2], &[2, 1, 1], 4).expect("few");
        assert_eq!(all.tables().len(), 4);
        assert!(SameMargins::new(&[2, 2], &[2, 1, 1], 3).is_none());
        assert!(SameMargins::new(&[2, 2], &[2, 1], 9).is_none());
        assert!(SameMargins::new(&[4, 0], &[2, 2], 9).is_none());
        let ones = SameMargins::new(&[1; 5], &[1; 5], 200).expect("few");
        assert_eq!(ones.tables().len(), 120);
    }

    /// The same as the network algorithm, for every table of some margins.
    #[test]
    fn probabilities_are_those_of_freeman_and_halton() {
        let all = SameMargins::new(&[5, 4, 3], &[6, 4, 2], 1000).expect("few");
        for (table, test) in all.tables().iter().zip(all.tests()) {
            let exact = table.freeman_halton().expect("small").p_value;
            assert!((test.probability.p_value - exact).abs() < 1e-12);
            assert!(test.probability.mid_p < exact);
        }
    }
}

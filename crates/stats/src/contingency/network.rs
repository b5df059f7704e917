//! The distribution behind the exact test of a table of any size.
//!
//! All tables with the observed margins are paths through a network: column after column is filled,
//! and what is left of the row totals is the node reached. Tables that reach a node along different
//! paths have the same ways on, so only the probabilities of the paths so far are kept there, equal
//! ones together. Row totals in another order are the same node. Mehta CR, Patel NR. A network
//! algorithm for performing Fisher's exact test in r×c contingency tables. J Am Stat Assoc
//! 1983;78:427-34.

use std::collections::HashMap;
use std::iter::once;

use super::PROBABILITY_TIE;
use super::table::Table;

/// The work after which the exact test gives up, about a second's.
pub const MAX_STEPS: u64 = 150_000_000;

/// The number of different partial probabilities kept at one time.
const MAX_KEPT: usize = 2_000_000;

/// Logarithms of partial probabilities this close are one value: rounding of a few dozen logarithms of
/// factorials stays below it, and what it can do to a p-value is as small.
const SAME: f64 = 1e-11;

/// What a way to fill a column costs in steps.
const FILLING: u64 = 16;

/// What a way to fill the last two columns costs in steps.
const LAST_FILLING: u64 = 3;

/// What putting a value in its place costs in steps.
const SORTING: u64 = 4;

/// More than the bounds on weights can be off by rounding.
const ROUNDING: f64 = 1e-9;

/// Paths to a node are brought together when there are at least so many.
const WORTH_MERGING: usize = 256;

/// More steps are needed than are allowed.
#[derive(Debug)]
pub(super) struct OutOfReach;

/// The exact p-value, and the number of tables with the margins.
pub(super) struct Answer {
    pub p_value: f64,
    pub tables: u64,
}

/// The logarithms of the factorials of 0, 1, … `largest`.
pub(super) fn ln_factorials(largest: u64) -> Vec<f64> {
    // The sum carries its rounding error along (Kahan).
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    let next = |i: u64| {
        let term = (i as f64).ln() - lost;
        let new = sum + term;
        lost = (new - sum) - term;
        sum = new;
        sum
    };
    once(0.0).chain((1..=largest).map(next)).collect()
}

/// −Σ ln x! over the cells, which is the logarithm of a table's probability up to a constant.
pub(super) fn log_weight(table: &Table, ln_factorials: &[f64]) -> f64 {
    let cells = table.rows().iter().flatten();
    -cells
        .map(|count| ln_factorials[*count as usize])
        .sum::<f64>()
}

/// Sums the probabilities of all tables that are no more probable than the observed one.
pub(super) fn p_value(table: &Table) -> Result<Answer, OutOfReach> {
    let (rows, columns) = (table.row_totals(), table.column_totals());
    // Filling is least work with few long rows, and with the largest columns left for the end.
    let (rows, columns) = if rows.len() <= columns.len() {
        (rows, columns)
    } else {
        (columns, rows)
    };
    let mut columns = columns.to_vec();
    columns.sort_unstable();
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    let base = u128::from(rows[rows.len() - 1]) + 1;
    if u32::try_from(rows.len()).map_or(true, |places| base.checked_pow(places).is_none()) {
        return Err(OutOfReach);
    }
    let ln_factorials = ln_factorials(table.total());
    let sum = |counts: &[u64]| {
        counts
            .iter()
            .map(|count| ln_factorials[*count as usize])
            .sum::<f64>()
    };
    let mut network = Network {
        limit: log_weight(table, &ln_factorials) + PROBABILITY_TIE.ln_1p(),
        log_total: ln_factorials[table.total() as usize] - sum(&rows) - sum(&columns),
        ln_factorials,
        base,
        counted: 0.0,
        steps: 0,
    };
    let mut layer = vec![Node {
        paths: 1,
        values: vec![Value {
            log: 0.0,
            paths: 1.0,
        }],
        merged: 1,
        rows,
    }];
    let last = columns.len() - 2;
    for column in 0..last {
        layer = network.advance(layer, &columns[column..])?;
    }
    let tables = network.finish(layer, &columns[last..])?;
    Ok(Answer {
        p_value: network.counted.min(1.0),
        tables,
    })
}

/// Paths of one probability.
#[derive(Clone, Copy)]
struct Value {
    log: f64,
    paths: f64,
}

/// What can be left of the row totals after some columns.
struct Node {
    /// The totals left, in order of size.
    rows: Vec<u64>,
    /// The number of paths that lead here, counted on or not.
    paths: u64,
    /// Those whose probabilities are still needed.
    values: Vec<Value>,
    /// How many values there were when they were last brought together.
    merged: usize,
}

impl Node {
    /// Puts the values in order and equal ones together; gives the effort in steps.
    fn merge(&mut self) -> u64 {
        let effort = self.values.len() as u64 * SORTING;
        self.values.sort_unstable_by(|a, b| a.log.total_cmp(&b.log));
        self.values.dedup_by(|next, kept| {
            let same = next.log - kept.log <= SAME;
            if same {
                kept.paths += next.paths;
            }
            same
        });
        self.merged = self.values.len();
        effort
    }
}

struct Network {
    ln_factorials: Vec<f64>,
    /// The largest logarithm of a weight that counts.
    limit: f64,
    /// The logarithm of the sum of all weights.
    log_total: f64,
    /// One more than any row total: the base in which row totals are digits of a node's number.
    base: u128,
    /// The probability counted so far.
    counted: f64,
    steps: u64,
}

impl Network {
    fn step(&mut self, steps: u64) -> Result<(), OutOfReach> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > MAX_STEPS {
            return Err(OutOfReach);
        }
        Ok(())
    }

    fn sum(&self, counts: &[u64]) -> f64 {
        counts
            .iter()
            .map(|count| self.ln_factorials[*count as usize])
            .sum()
    }

    /// At least the logarithm of the weight of any way to fill all `columns` into `rows`.
    ///
    /// Were the cells fractions, the weights would be largest about where each cell plus a half is the
    /// product of its margins so enlarged. With the multipliers of that point the margins are no
    /// longer binding, and each cell can be as good as it likes by itself (Lagrangian duality).
    #[expect(clippy::cast_sign_loss, reason = "a product of totals is not negative")]
    fn at_most(&self, rows: &[u64], columns: &[u64]) -> f64 {
        let (height, width) = (rows.len() as f64, columns.len() as f64);
        let total = rows.iter().sum::<u64>() as f64 + height * width / 2.0;
        let mut bound = 0.0;
        let share = |column: &u64| (*column as f64 + height / 2.0) / total;
        for column in columns {
            bound -= *column as f64 * share(column).ln();
        }
        for row in rows {
            let row_part = *row as f64 + width / 2.0;
            bound -= *row as f64 * row_part.ln();
            for column in columns {
                let cell = row_part * share(column);
                // The best cell is the last whose next one would weigh less.
                let best = (cell as usize).min(self.ln_factorials.len() - 1);
                bound += best as f64 * cell.ln() - self.ln_factorials[best];
            }
        }
        bound + ROUNDING
    }

    /// Takes out of a node what needs no further columns: paths all of whose ways on count, and paths
    /// none of whose ways on count.
    fn prune(&mut self, node: &mut Node, columns: &[u64]) -> Result<(), OutOfReach> {
        let most = self.at_most(&node.rows, columns);
        let (rows, columns_sum) = (self.sum(&node.rows), self.sum(columns));
        let least = -f64::min(rows, columns_sum);
        let left = node.rows.iter().sum::<u64>() as usize;
        // The sum of the weights of all ways on.
        let onward = self.ln_factorials[left] - rows - columns_sum;
        self.step(node.merge())?;
        let all = node
            .values
            .partition_point(|value| value.log + most <= self.limit);
        let some = node
            .values
            .partition_point(|value| value.log + least <= self.limit);
        for value in &node.values[..all] {
            self.counted += value.paths * (value.log + onward - self.log_total).exp();
        }
        node.values.truncate(some);
        node.values.drain(..all.min(some));
        Ok(())
    }

    /// The nodes after the first of `columns` is filled.
    fn advance(&mut self, mut layer: Vec<Node>, columns: &[u64]) -> Result<Vec<Node>, OutOfReach> {
        for node in &mut layer {
            self.prune(node, columns)?;
            let each = FILLING + node.values.len() as u64;
            self.plan(node, columns[0], each)?;
        }
        let mut next: Vec<Node> = Vec::new();
        let mut known: HashMap<u128, usize> = HashMap::new();
        let mut kept = 0_usize;
        for node in layer {
            let mut filling = Filling::of(&node.rows, columns[0]);
            let mut rows = Vec::with_capacity(node.rows.len());
            loop {
                let log = -self.sum(&filling.cells);
                rows.clear();
                rows.extend(
                    node.rows
                        .iter()
                        .zip(&filling.cells)
                        .map(|(row, cell)| row - cell),
                );
                rows.sort_unstable();
                let number = rows
                    .iter()
                    .fold(0, |number, row| number * self.base + u128::from(*row));
                let place = *known.entry(number).or_insert_with(|| {
                    next.push(Node {
                        rows: rows.clone(),
                        paths: 0,
                        values: Vec::new(),
                        merged: 0,
                    });
                    next.len() - 1
                });
                let target = &mut next[place];
                target.paths = target.paths.saturating_add(node.paths);
                kept += node.values.len();
                target.values.extend(node.values.iter().map(|value| Value {
                    log: value.log + log,
                    paths: value.paths,
                }));
                if target.values.len() > WORTH_MERGING.max(2 * target.merged) {
                    let before = target.values.len();
                    let effort = target.merge();
                    kept -= before - target.values.len();
                    self.step(effort)?;
                }
                if kept > MAX_KEPT {
                    return Err(OutOfReach);
                }
                if !filling.next() {
                    break;
                }
            }
        }
        Ok(next)
    }

    /// Makes sure, before it is begun, that filling a column from a node is within reach; gives the number
    /// of ways to do it.
    fn plan(&mut self, node: &Node, column: u64, each: u64) -> Result<u64, OutOfReach> {
        self.step((column + 1).saturating_mul(node.rows.len() as u64))?;
        let ways = ways(&node.rows, column);
        self.step(ways.saturating_mul(each))?;
        Ok(ways)
    }

    /// Fills the last two columns; gives the number of tables.
    fn finish(&mut self, mut layer: Vec<Node>, columns: &[u64]) -> Result<u64, OutOfReach> {
        let mut tables = 0_u64;
        for node in &mut layer {
            self.prune(node, columns)?;
            let each = if node.values.is_empty() {
                0
            } else {
                LAST_FILLING
            };
            let ways = self.plan(node, columns[0], each)?;
            tables = tables.saturating_add(node.paths.saturating_mul(ways));
        }
        for node in layer.iter().filter(|node| !node.values.is_empty()) {
            self.fill_last(node, columns[0]);
        }
        Ok(tables)
    }

    /// Goes through the ways to fill the last two columns from a node, the first of which is `column`.
    fn fill_last(&mut self, node: &Node, column: u64) {
        let highest = node.values.last().map_or(0.0, |value| value.log);
        let mut sums = vec![0.0];
        let mut sum = 0.0;
        for value in &node.values {
            sum += value.paths * (value.log - highest).exp();
            sums.push(sum);
        }
        let mut filling = Filling::of(&node.rows, column);
        loop {
            let pairs = node.rows.iter().zip(&filling.cells);
            let log: f64 = -pairs
                .map(|(row, cell)| {
                    self.ln_factorials[*cell as usize] + self.ln_factorials[(row - cell) as usize]
                })
                .sum::<f64>();
            let counted = node
                .values
                .partition_point(|value| value.log + log <= self.limit);
            if counted > 0 {
                self.counted += sums[counted] * (log + highest - self.log_total).exp();
            }
            if !filling.next() {
                return;
            }
        }
    }
}

/// The number of ways to spread a column over rows with these totals, or the largest number there is.
fn ways(rows: &[u64], column: u64) -> u64 {
    let mut ways = vec![0_u128; column as usize + 1];
    ways[0] = 1;
    for row in rows {
        // Sums over a window of row + 1 numbers.
        let window = *row as usize + 1;
        let mut sum = 0_u128;
        let before = ways.clone();
        for (i, number) in ways.iter_mut().enumerate() {
            let Some(wider) = sum.checked_add(before[i]) else {
                return u64::MAX;
            };
            sum = wider;
            if i >= window {
                sum -= before[i - window];
            }
            *number = sum;
        }
    }
    u64::try_from(ways[column as usize]).unwrap_or(u64::MAX)
}

/// A way to spread a column over the rows, each taking no more than its total.
struct Filling<'a> {
    rows: &'a [u64],
    cells: Vec<u64>,
}

impl<'a> Filling<'a> {
    /// The first way: as much as possible in the last rows.
    fn of(rows: &'a [u64], column: u64) -> Self {
        let mut filling = Self {
            rows,
            cells: vec![0; rows.len()],
        };
        filling.place(0, column);
        filling
    }

    /// Puts `count` into the rows from `from` on, as far back as they have room.
    fn place(&mut self, from: usize, mut count: u64) {
        for i in (from..self.rows.len()).rev() {
            self.cells[i] = count.min(self.rows[i]);
            count -= self.cells[i];
        }
    }

    /// Goes to the next way in lexicographic order; false when there is none.
    fn next(&mut self) -> bool {
        // The last row that can take one more from the rows behind it.
        let mut behind = 0;
        for i in (0..self.rows.len()).rev() {
            if behind > 0 && self.cells[i] < self.rows[i] {
                self.cells[i] += 1;
                self.place(i + 1, behind - 1);
                return true;
            }
            behind += self.cells[i];
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillings_are_all_there_once_and_in_order() {
        let rows = [1, 2, 2];
        let mut filling = Filling::of(&rows, 3);
        let mut all = vec![filling.cells.clone()];
        while filling.next() {
            all.push(filling.cells.clone());
        }
        let wanted: [[u64; 3]; 5] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 1, 1], [1, 2, 0]];
        assert_eq!(all, wanted);
        assert_eq!(ways(&rows, 3), 5);
    }

    #[test]
    fn factorials_by_hand() {
        let found = ln_factorials(4);
        assert_eq!(found.len(), 5);
        assert!((found[4] - 24_f64.ln()).abs() < 1e-15 && found[1] == 0.0);
    }
}

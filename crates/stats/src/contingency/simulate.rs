//! Tables with given margins at random.

use std::num::NonZeroU64;

use serde::Serialize;

use super::PROBABILITY_TIE;
use super::network::{ln_factorials, log_weight};
use super::table::Table;
use crate::random::{Random, SEED};

/// The draws where no number is given.
const DRAWS: NonZeroU64 = NonZeroU64::new(100_000).expect("not zero");

/// Seed and number of random tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Simulation {
    /// Tables to draw.
    pub draws: NonZeroU64,
    /// Seed of the random numbers.
    pub seed: u64,
}

impl Default for Simulation {
    fn default() -> Self {
        Self {
            draws: DRAWS,
            seed: SEED,
        }
    }
}

/// The Fisher-Freeman-Halton test by random tables.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Simulated {
    /// (1 + tables counted) / (1 + tables drawn).
    pub p_value: f64,
    /// Monte Carlo standard error of the p-value, √(p (1 − p) / draws).
    pub std_error: f64,
    /// Tables drawn that are no more probable than the observed one.
    pub counted: u64,
    /// Tables drawn.
    pub draws: NonZeroU64,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Cases counted.
    pub n: u64,
}

impl Table {
    /// The Fisher-Freeman-Halton test by drawing tables with the observed margins.
    ///
    /// Under independence each table comes up with its conditional probability. The p-value counts the
    /// observed table as one of those drawn, so it is never 0 and the test never errs more often than
    /// it says. As R's `fisher.test(simulate.p.value = TRUE)`, with other random numbers.
    ///
    /// Patefield WM. Algorithm AS 159. An efficient method of generating random R×C tables with given
    /// row and column totals. Appl Stat 1981;30:91-7.
    #[must_use]
    pub fn freeman_halton_simulated(&self, simulation: Simulation) -> Simulated {
        let ln_factorials = ln_factorials(self.total());
        let limit = log_weight(self, &ln_factorials) + PROBABILITY_TIE.ln_1p();
        let mut urn = Urn {
            random: Random::new(simulation.seed),
            ln_factorials: &ln_factorials,
        };
        let mut left = vec![0; self.column_totals().len()];
        let mut counted = 0;
        for _ in 0..simulation.draws.get() {
            left.copy_from_slice(self.column_totals());
            if urn.draw(self.row_totals(), &mut left, self.total()) <= limit {
                counted += 1;
            }
        }
        let draws = simulation.draws.get() as f64;
        let p_value = (1.0 + counted as f64) / (1.0 + draws);
        Simulated {
            p_value,
            std_error: (p_value * (1.0 - p_value) / draws).sqrt(),
            counted,
            draws: simulation.draws,
            seed: simulation.seed,
            n: self.total(),
        }
    }
}

struct Urn<'a> {
    random: Random,
    ln_factorials: &'a [f64],
}

impl Urn<'_> {
    /// Draws a table row by row, `columns` being what is left of the column totals and `left` their
    /// sum; gives −Σ ln x!.
    fn draw(&mut self, rows: &[u64], columns: &mut [u64], mut left: u64) -> f64 {
        let mut log_weight = 0.0;
        for row in &rows[..rows.len() - 1] {
            let (mut to_place, mut behind) = (*row, left);
            for column in columns.iter_mut() {
                // Of the cases in this column and behind it, so many go to this row.
                let cell = self.hypergeometric(*column, behind - *column, to_place);
                behind -= *column;
                *column -= cell;
                to_place -= cell;
                log_weight -= self.ln_factorials[cell as usize];
            }
            left -= row;
        }
        // The last row takes what is left.
        let rest = columns
            .iter()
            .map(|cell| self.ln_factorials[*cell as usize]);
        log_weight - rest.sum::<f64>()
    }

    /// How many of `marked` are among `drawn` of `marked` + `others`.
    ///
    /// The distribution function is inverted from its mode outwards, so it takes about as many steps
    /// as its standard deviation.
    fn hypergeometric(&mut self, marked: u64, others: u64, drawn: u64) -> u64 {
        let smallest = drawn.saturating_sub(others);
        let largest = drawn.min(marked);
        if smallest == largest {
            return smallest;
        }
        let mode = (u128::from(drawn + 1) * u128::from(marked + 1)
            / u128::from(marked + others + 2)) as u64;
        let mode = mode.clamp(smallest, largest);
        let ln = |count: u64| self.ln_factorials[count as usize];
        let at_mode = (ln(marked) - ln(mode) - ln(marked - mode) + ln(others)
            - ln(drawn - mode)
            - ln(others - (drawn - mode))
            - ln(marked + others)
            + ln(drawn)
            + ln(marked + others - drawn))
        .exp();
        let mut share = self.random.unit() - at_mode;
        let (mut low, mut high) = (mode, mode);
        let (mut at_low, mut at_high) = (at_mode, at_mode);
        while share >= 0.0 && (low > smallest || high < largest) {
            if high < largest {
                at_high *= (marked - high) as f64 * (drawn - high) as f64
                    / ((high + 1) as f64 * (others + high + 1 - drawn) as f64);
                high += 1;
                share -= at_high;
                if share < 0.0 {
                    return high;
                }
            }
            if low > smallest {
                at_low *= low as f64 * (others + low - drawn) as f64
                    / ((marked - low + 1) as f64 * (drawn - low + 1) as f64);
                low -= 1;
                share -= at_low;
                if share < 0.0 {
                    return low;
                }
            }
        }
        // Either the mode was drawn, or rounding left a rest that belongs to no count.
        mode
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2 of 4 marked, 3 of 6 drawn: 0 to 2 marked among them with chances 4, 12, 4 of 20.
    #[test]
    fn counts_come_up_as_often_as_they_should() {
        let ln_factorials = ln_factorials(6);
        let mut urn = Urn {
            random: Random::new(SEED),
            ln_factorials: &ln_factorials,
        };
        let mut counts = [0; 3];
        for _ in 0..20_000 {
            counts[urn.hypergeometric(2, 4, 3) as usize] += 1;
        }
        for (count, wanted) in counts.iter().zip([4_000_i32, 12_000, 4_000]) {
            assert!((count - wanted).abs() < 250, "{counts:?}");
        }
    }

    #[test]
    fn a_seed_gives_one_answer() {
        let table = Table::new(vec![vec![3, 1, 0], vec![1, 2, 4]]).expect("valid");
        let simulation = Simulation {
            draws: NonZeroU64::new(1_000).expect("not zero"),
            seed: 7,
        };
        let found = table.freeman_halton_simulated(simulation);
        assert_eq!(found, table.freeman_halton_simulated(simulation));
        assert_eq!(
            (found.seed, found.draws, found.n),
            (7, simulation.draws, 11)
        );
        let counted = found.counted as f64;
        assert!((found.p_value - (1.0 + counted) / 1_001.0).abs() < 1e-15);
    }
}

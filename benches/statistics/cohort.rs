//! A synthetic cohort: exponential times whose hazard depends on five covariates.

use std::fmt;
use std::io::{BufWriter, Write};
use std::path::Path;

use casegraph::stats::factor::Factor;
use casegraph::stats::survival::Outcome;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const SEED: u64 = 20_211_123;
const COEFFICIENTS: [f64; 5] = [0.5, -0.3, 0.2, 0.0, 0.1];

/// How finely times are known.
#[derive(Clone, Copy, PartialEq)]
pub enum Times {
    /// To a tenth of a month, as publications give them: many ties.
    Months,
    /// Without ties.
    Continuous,
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Months => "times in tenths of a month",
            Self::Continuous => "continuous times",
        })
    }
}

pub struct Cohort {
    pub times: Vec<f64>,
    pub outcomes: Vec<Outcome>,
    pub groups: Factor,
    pub covariates: [Vec<f64>; 5],
}

impl Cohort {
    pub fn new(subjects: usize, times: Times) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let mut uniform = move || (random.next_u64() >> 11) as f64 * 2_f64.powi(-53);
        let mut cohort = Self {
            times: Vec::with_capacity(subjects),
            outcomes: Vec::with_capacity(subjects),
            groups: Factor::new([""; 0]),
            covariates: Default::default(),
        };
        let mut arms = Vec::with_capacity(subjects);
        for _ in 0..subjects {
            let arm = uniform() < 0.5;
            let mut log_hazard = if arm { 0.2 } else { 0.0 };
            for (column, coefficient) in cohort.covariates.iter_mut().zip(COEFFICIENTS) {
                // A sum of three is near enough to normal.
                let value = (uniform() + uniform() + uniform() - 1.5) * 2.0;
                log_hazard += coefficient * value;
                column.push(value);
            }
            let event = -(1.0 - uniform()).ln() * 24.0 / log_hazard.exp();
            let censored = uniform() * 60.0;
            let mut time = event.min(censored);
            if times == Times::Months {
                time = (time * 10.0).ceil() / 10.0;
            }
            cohort.times.push(time);
            cohort.outcomes.push((event <= censored).into());
            arms.push(if arm { "b" } else { "a" });
        }
        cohort.groups = Factor::new(arms);
        cohort
    }

    /// The columns with every digit, so that all programs work on the same numbers.
    pub fn write(&self, path: &Path) {
        let file = std::fs::File::create(path).expect("the folder is writable");
        let mut file = BufWriter::new(file);
        writeln!(file, "time,event,group,x1,x2,x3,x4,x5").expect("room for the CSV");
        for case in 0..self.times.len() {
            let event = u8::from(self.outcomes[case] == Outcome::Event);
            let group = &self.groups.labels()[self.groups.codes()[case] as usize];
            write!(file, "{},{event},{group}", self.times[case]).expect("room for the CSV");
            for column in &self.covariates {
                write!(file, ",{}", column[case]).expect("room for the CSV");
            }
            writeln!(file).expect("room for the CSV");
        }
    }
}

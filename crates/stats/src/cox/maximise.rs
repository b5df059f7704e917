//! Newton-Raphson with step halving.

use super::likelihood::Evaluation;
use crate::linear::Cholesky;

/// The estimate is found when another step would move it by less than this share of its standard
/// errors (squared).
const FOUND: f64 = 1e-20;

/// Good enough where rounding forbids more.
const ROUNDED: f64 = 1e-12;

/// A likelihood that can rise by no more than this (twice over), although steps still move the
/// linear predictor by [`STEP_LEFT`], rises for ever.
const RISE_LEFT: f64 = 1e-8;
const STEP_LEFT: f64 = 0.1;

/// The largest change of a linear predictor by one column in one step.
const LONGEST_STEP: f64 = 20.0;

/// By what share of a standard error the slope is moved to see its change.
const DIFFERENCE: f64 = 1e-6;

const HALVINGS: i32 = 40;

/// Losses of likelihood up to this, relative to its size, are rounding.
const LOSS: f64 = 1e-12;

/// A pivot of the information below this share of its variance counts as zero. Collinear columns
/// were refused before; this is for information that vanished on the way.
const SINGULAR: f64 = 1e-14;

/// What is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// A likelihood, which may have no maximum.
    Likelihood,
    /// A penalised likelihood: the information is not its second derivative, which is taken from
    /// differences of the slope.
    Penalised,
}

impl Rule {
    fn iterations(self) -> usize {
        match self {
            Self::Likelihood => 100,
            Self::Penalised => 500,
        }
    }
}

/// Where a likelihood is largest.
#[derive(Debug, Clone)]
pub(super) struct Maximum {
    pub b: Vec<f64>,
    pub evaluation: Evaluation,
    pub root: Cholesky,
    pub iterations: usize,
}

/// Why there is no maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// The likelihood rises for ever along a direction in which this column moves most.
    Rising(usize),
    /// None was found within this many iterations.
    NotFound(usize),
}

/// Climbs from `start`, where the likelihood is `at_start`. `ranges` are those of the columns.
pub(super) fn maximise(
    rule: Rule,
    start: Vec<f64>,
    at_start: Evaluation,
    ranges: &[f64],
    evaluate: impl Fn(&[f64]) -> Option<Evaluation>,
) -> Result<Maximum, Failure> {
    let width = start.len();
    let (mut b, mut evaluation) = (start, at_start);
    for iterations in 0..rule.iterations() {
        let root =
            Cholesky::new(&evaluation.information, width, SINGULAR).map_err(Failure::Rising)?;
        let curvature = match rule {
            Rule::Likelihood => None,
            Rule::Penalised => curvature(&b, &evaluation, &evaluate),
        };
        let mut step = curvature.as_ref().unwrap_or(&root).solve(&evaluation.score);
        let gain: f64 = step.iter().zip(&evaluation.score).map(|(s, u)| s * u).sum();
        let reach = |column: usize| (step[column] * ranges[column]).abs();
        let farthest = (0..width)
            .max_by(|a, b| reach(*a).total_cmp(&reach(*b)))
            .filter(|column| reach(*column) > 0.0);
        let Some(farthest) = farthest.filter(|_| gain > FOUND) else {
            return Ok(Maximum {
                b,
                evaluation,
                root,
                iterations,
            });
        };
        let length = reach(farthest);
        if rule == Rule::Likelihood && gain < RISE_LEFT && length > STEP_LEFT {
            return Err(Failure::Rising(farthest));
        }
        if length > LONGEST_STEP {
            for part in &mut step {
                *part *= LONGEST_STEP / length;
            }
        }
        let floor = evaluation.log_likelihood - LOSS * (1.0 + evaluation.log_likelihood.abs());
        let next = (0..HALVINGS).find_map(|halvings| {
            let share = 0.5_f64.powi(halvings);
            let next: Vec<f64> = b.iter().zip(&step).map(|(b, s)| b + share * s).collect();
            let evaluation = evaluate(&next)?;
            (evaluation.log_likelihood >= floor).then_some((next, evaluation))
        });
        match next {
            Some(next) => (b, evaluation) = next,
            None if gain < ROUNDED => {
                return Ok(Maximum {
                    b,
                    evaluation,
                    root,
                    iterations,
                });
            }
            None => return Err(Failure::NotFound(iterations)),
        }
    }
    // Rounding may keep the steps just above the smallest.
    let root = Cholesky::new(&evaluation.information, width, SINGULAR).map_err(Failure::Rising)?;
    if root.quadratic_form(&evaluation.score) < ROUNDED {
        return Ok(Maximum {
            b,
            evaluation,
            root,
            iterations: rule.iterations(),
        });
    }
    Err(Failure::NotFound(rule.iterations()))
}

/// The negative second derivative from differences of the slope; `None` where the likelihood is not
/// concave.
fn curvature(
    b: &[f64],
    at: &Evaluation,
    evaluate: impl Fn(&[f64]) -> Option<Evaluation>,
) -> Option<Cholesky> {
    let width = b.len();
    let mut matrix = vec![0.0; width * width];
    let mut moved = b.to_vec();
    for i in 0..width {
        moved[i] += DIFFERENCE / at.information[i * width + i].sqrt();
        let difference = moved[i] - b[i];
        let score = evaluate(&moved)?.score;
        moved[i] = b[i];
        for (j, (there, here)) in score.iter().zip(&at.score).enumerate() {
            let change = (here - there) / difference / 2.0;
            matrix[i * width + j] += change;
            matrix[j * width + i] += change;
        }
    }
    Cholesky::new(&matrix, width, SINGULAR).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// −(b − 3)⁴ − (b − 3)²: steps must be many, but find 3.
    #[test]
    fn the_top_of_a_hill_is_found() {
        let hill = |b: &[f64]| {
            let d = b[0] - 3.0;
            Some(Evaluation {
                log_likelihood: -d.powi(4) - d * d,
                score: vec![-4.0 * d.powi(3) - 2.0 * d],
                information: vec![12.0 * d * d + 2.0],
            })
        };
        let start = hill(&[-50.0]).expect("finite");
        let found = maximise(Rule::Likelihood, vec![-50.0], start, &[1.0], hill).expect("a top");
        assert!((found.b[0] - 3.0).abs() < 1e-9);
    }

    /// b − ln(1 + eᵇ) rises for ever.
    #[test]
    fn a_slope_without_a_top_is_told() {
        let slope = |b: &[f64]| {
            let p = 1.0 / (1.0 + b[0].exp());
            Some(Evaluation {
                log_likelihood: -(-b[0]).exp().ln_1p(),
                score: vec![p],
                information: vec![p * (1.0 - p)],
            })
        };
        let start = slope(&[0.0]).expect("finite");
        let found = maximise(Rule::Likelihood, vec![0.0], start, &[1.0], slope);
        assert_eq!(found.err(), Some(Failure::Rising(0)));
    }

    #[test]
    fn nowhere_to_go_is_told() {
        let start = Evaluation {
            log_likelihood: 0.0,
            score: vec![1.0],
            information: vec![1.0],
        };
        let found = maximise(Rule::Likelihood, vec![0.0], start, &[1.0], |_| None);
        assert_eq!(found.err(), Some(Failure::NotFound(0)));
    }
}

//! The little linear algebra that tests and regressions need: symmetric positive definite systems.

/// The lower triangular root L of a symmetric positive definite matrix A = L Lᵀ.
#[derive(Debug, Clone)]
pub(crate) struct Cholesky {
    size: usize,
    /// Row by row, `size` × `size`, zero above the diagonal.
    root: Vec<f64>,
}

impl Cholesky {
    /// Decomposes a matrix given row by row, of which the lower triangle is read.
    ///
    /// # Errors
    ///
    /// The number of the first column that is, to within `tolerance` of its own variance, a
    /// combination of the columns before it.
    pub fn new(matrix: &[f64], size: usize, tolerance: f64) -> Result<Self, usize> {
        let mut root = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                let known: f64 = (0..j)
                    .map(|k| root[i * size + k] * root[j * size + k])
                    .sum();
                let rest = matrix[i * size + j] - known;
                root[i * size + j] = if i != j {
                    rest / root[j * size + j]
                } else if rest > tolerance * matrix[i * size + i] && rest > 0.0 {
                    rest.sqrt()
                } else {
                    return Err(i);
                };
            }
        }
        Ok(Self { size, root })
    }

    /// L⁻¹ x, the vector in which the quadratic form xᵀ A⁻¹ x is a sum of squares.
    pub fn whiten(&self, x: &[f64]) -> Vec<f64> {
        let mut solved: Vec<f64> = Vec::with_capacity(self.size);
        for (i, value) in x.iter().enumerate().take(self.size) {
            let known: f64 = (0..i)
                .map(|k| self.root[i * self.size + k] * solved[k])
                .sum();
            solved.push((value - known) / self.root[i * self.size + i]);
        }
        solved
    }

    /// xᵀ A⁻¹ x.
    pub fn quadratic_form(&self, x: &[f64]) -> f64 {
        self.whiten(x).iter().map(|value| value * value).sum()
    }

    /// A⁻¹ x.
    pub fn solve(&self, x: &[f64]) -> Vec<f64> {
        let mut solved = self.whiten(x);
        for i in (0..self.size).rev() {
            let known: f64 = (i + 1..self.size)
                .map(|k| self.root[k * self.size + i] * solved[k])
                .sum();
            solved[i] = (solved[i] - known) / self.root[i * self.size + i];
        }
        solved
    }

    /// A⁻¹, row by row.
    pub fn inverse(&self) -> Vec<f64> {
        let mut inverse = vec![0.0; self.size * self.size];
        for column in 0..self.size {
            let mut unit = vec![0.0; self.size];
            unit[column] = 1.0;
            for (row, value) in self.solve(&unit).into_iter().enumerate() {
                inverse[row * self.size + column] = value;
            }
        }
        inverse
    }

    /// ln det A.
    pub fn ln_determinant(&self) -> f64 {
        (0..self.size)
            .map(|i| 2.0 * self.root[i * self.size + i].ln())
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 4, 2 / 2, 5 has determinant 16 and inverse 5, −2 / −2, 4 over 16.
    #[test]
    fn two_by_two_by_hand() {
        let root = Cholesky::new(&[4.0, 2.0, 2.0, 5.0], 2, 1e-12).expect("positive definite");
        assert_eq!(
            root.inverse(),
            [5.0 / 16.0, -2.0 / 16.0, -2.0 / 16.0, 4.0 / 16.0]
        );
        assert_eq!(root.solve(&[6.0, 7.0]), [1.0, 1.0]);
        assert!((root.quadratic_form(&[6.0, 7.0]) - 13.0).abs() < 1e-14);
        assert!((root.ln_determinant() - 16_f64.ln()).abs() < 1e-14);
    }

    #[test]
    fn a_column_that_says_nothing_new_is_named() {
        let same = [1.0, 1.0, 2.0, 1.0, 1.0, 2.0, 2.0, 2.0, 8.0];
        assert_eq!(Cholesky::new(&same, 3, 1e-12).err(), Some(1));
        assert_eq!(Cholesky::new(&[0.0], 1, 1e-12).err(), Some(0));
    }
}

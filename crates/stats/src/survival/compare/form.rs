//! The quadratic form of differences between groups by their covariance.

use crate::linear::Cholesky;

/// The groups whose differences are compared, and the root of their covariance.
///
/// Differences of all groups sum to zero, and so do those of any set of groups that never varies
/// together with another: one of each such set is implied by the others and left out. Which sets
/// there are shows in the covariances themselves: at each event time any two groups at risk get a
/// negative one, so they never cancel to zero.
pub(super) struct Form {
    /// The groups compared, as positions among all.
    pub groups: Vec<usize>,
    root: Cholesky,
}

impl Form {
    /// Takes the covariance of groups `i` and `j` below `groups`; `None` when nothing varies.
    pub fn new(groups: usize, covariance: impl Fn(usize, usize) -> f64) -> Option<Self> {
        let mut groups = independent(groups, &covariance);
        loop {
            let pairs = groups.iter().flat_map(|i| groups.iter().map(|j| (*i, *j)));
            let matrix: Vec<f64> = pairs.map(|(i, j)| covariance(i, j)).collect();
            match Cholesky::new(&matrix, groups.len(), 0.0) {
                // Only where some variances are beyond rounding of others.
                Err(implied) => {
                    groups.remove(implied);
                }
                Ok(_) if groups.is_empty() => return None,
                Ok(root) => return Some(Self { groups, root }),
            }
        }
    }

    /// xᵀ V⁻¹ x of the differences x of all groups.
    pub fn of(&self, x: impl Fn(usize) -> f64) -> f64 {
        let x: Vec<f64> = self.groups.iter().map(|group| x(*group)).collect();
        self.root.quadratic_form(&x)
    }

    /// V⁻¹ of the groups compared, row by row.
    pub fn inverse(&self) -> Vec<f64> {
        self.root.inverse()
    }
}

/// The groups, without the most variable one of each set of groups that vary together. Leaving out
/// the most variable one leaves the best-conditioned covariance.
fn independent(groups: usize, covariance: impl Fn(usize, usize) -> f64) -> Vec<usize> {
    let mut set_of: Vec<usize> = (0..groups).collect();
    for i in 0..groups {
        for j in 0..i {
            let (one, other) = (set_of[i], set_of[j]);
            if one != other && covariance(i, j) != 0.0 {
                for set in &mut set_of {
                    if *set == one {
                        *set = other;
                    }
                }
            }
        }
    }
    let mut implied: Vec<Option<usize>> = vec![None; groups];
    for group in 0..groups {
        let most = &mut implied[set_of[group]];
        if most.is_none_or(|most| covariance(group, group) > covariance(most, most)) {
            *most = Some(group);
        }
    }
    (0..groups)
        .filter(|group| implied[set_of[*group]] != Some(*group))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two sets, 0 with 2 and 1 with 3, and 4 alone.
    #[test]
    fn one_group_of_each_set_is_implied() {
        let covariance = |i: usize, j: usize| match (i, j) {
            (0, 0) | (2, 2) => 1.0,
            (1, 1) | (3, 3) => 4.0,
            (0, 2) | (2, 0) => -1.0,
            (1, 3) | (3, 1) => -4.0,
            _ => 0.0,
        };
        let form = Form::new(5, covariance).expect("two sets vary");
        assert_eq!(form.groups, [2, 3]);
        assert_eq!(form.of(|group| group as f64), 4.0 + 9.0 / 4.0);
        assert!(Form::new(3, |_, _| 0.0).is_none());
    }

    /// Groups 0 and 1 share variance 1, group 2 next to none: left to rounding, the pivot of one of
    /// the three would decide whether it counts.
    #[test]
    fn a_group_that_hardly_varies_counts_once() {
        for tiny in [1e-3, 1e-9, 1e-15] {
            let off = [[0.0, 1.0, tiny], [1.0, 0.0, tiny], [tiny, tiny, 0.0]];
            let covariance = |i: usize, j: usize| {
                if i == j {
                    off[i].iter().sum()
                } else {
                    -off[i][j]
                }
            };
            let form = Form::new(3, covariance).expect("all vary");
            assert_eq!(form.groups.len(), 2, "{tiny}");
        }
    }
}

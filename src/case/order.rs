//! Which episode of treatment came before which, as far as it is stated.
//!
//! Three columns of `treatments.csv` state it: the place in the order of time, the line of therapy,
//! and the months at which an episode starts. The number of an item states nothing. Two episodes
//! that are equal in a column are not placed by it, and where columns contradict each other,
//! directly or by way of a third episode, the order is not known.

/// An episode of a case, with what is taken of its place in time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Placed {
    /// Place in the order of time.
    pub order: Option<f64>,
    /// Line of therapy.
    pub line: Option<f64>,
    /// Start, in months from any one time.
    pub start: Option<f64>,
}

impl Placed {
    fn is_before(&self, other: &Self) -> bool {
        let less = |own: Option<f64>, other: Option<f64>| {
            own.zip(other).is_some_and(|(own, other)| own < other)
        };
        less(self.order, other.order)
            || less(self.line, other.line)
            || less(self.start, other.start)
    }
}

/// The pairs of episodes of one case, by their places in the list, of which the first is known to
/// have begun before the second.
#[must_use]
pub fn before(episodes: &[Placed]) -> Vec<(usize, usize)> {
    let n = episodes.len();
    let mut before: Vec<Vec<bool>> = episodes
        .iter()
        .map(|one| episodes.iter().map(|other| one.is_before(other)).collect())
        .collect();
    // What comes before the middle one comes before all that the middle one comes before.
    for middle in 0..n {
        let after = before[middle].clone();
        for own in &mut before {
            if own[middle] {
                own.iter_mut()
                    .zip(&after)
                    .for_each(|(to, then)| *to |= then);
            }
        }
    }
    let pairs = (0..n).flat_map(|first| (0..n).map(move |second| (first, second)));
    pairs
        .filter(|&(first, second)| before[first][second] && !before[second][first])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(order: Option<f64>, line: Option<f64>, start: Option<f64>) -> Placed {
        Placed { order, line, start }
    }

    #[test]
    fn order_months_or_line_tell() {
        let by_order = [placed(Some(2.0), None, None), placed(Some(1.0), None, None)];
        assert_eq!(before(&by_order), [(1, 0)]);
        let by_months = [
            placed(None, None, Some(0.0)),
            placed(None, None, Some(-6.0)),
        ];
        assert_eq!(before(&by_months), [(1, 0)]);
        let by_line = [placed(None, Some(1.0), None), placed(None, Some(2.0), None)];
        assert_eq!(before(&by_line), [(0, 1)]);
    }

    #[test]
    fn items_and_equal_places_tell_nothing() {
        let nothing = Placed::default();
        assert_eq!(before(&[nothing, nothing]), []);
        let equal = placed(Some(1.0), None, Some(3.0));
        assert_eq!(before(&[equal, equal]), []);
        // One has an order and the other a start: they are not comparable.
        let mixed = [placed(Some(1.0), None, None), placed(None, None, Some(2.0))];
        assert_eq!(before(&mixed), []);
        // Of equal order, but begun at different times.
        let refined = [
            placed(Some(1.0), None, Some(3.0)),
            placed(Some(1.0), None, Some(0.0)),
        ];
        assert_eq!(before(&refined), [(1, 0)]);
    }

    #[test]
    fn a_third_episode_joins_two() {
        let episodes = [
            placed(Some(1.0), None, None),
            placed(Some(2.0), None, Some(4.0)),
            placed(None, None, Some(9.0)),
        ];
        assert_eq!(before(&episodes), [(0, 1), (0, 2), (1, 2)]);
    }

    #[test]
    fn what_contradicts_itself_is_not_known() {
        let episodes = [
            placed(Some(1.0), None, Some(5.0)),
            placed(Some(2.0), None, Some(0.0)),
            placed(Some(3.0), None, Some(9.0)),
        ];
        assert_eq!(before(&episodes), [(0, 2), (1, 2)]);
    }
}

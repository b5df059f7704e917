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
    /// Line of therapy, counted from 1.
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

/// What is known of the order of the episodes of one case, by their places in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// Whether the episode of the row began before that of the column.
    before: Vec<Vec<bool>>,
}

/// What came next after an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// No episode.
    Nothing,
    /// The episode with this index.
    One(usize),
    /// The order does not tell.
    NotKnown,
}

impl Order {
    /// The order of episodes, as far as their places in time tell.
    #[must_use]
    pub fn of(episodes: &[Placed]) -> Self {
        let n = episodes.len();
        let mut told: Vec<Vec<bool>> = episodes
            .iter()
            .map(|one| episodes.iter().map(|other| one.is_before(other)).collect())
            .collect();
        // What comes before the middle one comes before all that the middle one comes before.
        for middle in 0..n {
            let after = told[middle].clone();
            for own in &mut told {
                if own[middle] {
                    own.iter_mut()
                        .zip(&after)
                        .for_each(|(to, then)| *to |= then);
                }
            }
        }
        let before = (0..n)
            .map(|one| {
                (0..n)
                    .map(|other| told[one][other] && !told[other][one])
                    .collect()
            })
            .collect();
        Self { before }
    }

    /// Whether one episode is known to have begun before another.
    #[must_use]
    pub fn is_before(&self, one: usize, other: usize) -> bool {
        self.before[one][other]
    }

    /// Whether two episodes are different ones of which it is not known which began first.
    #[must_use]
    pub fn is_open(&self, one: usize, other: usize) -> bool {
        one != other && !self.is_before(one, other) && !self.is_before(other, one)
    }

    /// Those of some episodes that may have begun first: no other of them is known to come before.
    #[must_use]
    pub fn firsts(&self, among: &[usize]) -> Vec<usize> {
        let earlier = |at: usize| among.iter().any(|&other| self.is_before(other, at));
        among.iter().copied().filter(|&at| !earlier(at)).collect()
    }

    /// The place of an episode, counted from 1, if it is known to come before or after each other one.
    #[must_use]
    pub fn position(&self, at: usize) -> Option<usize> {
        let mut all = 0..self.before.len();
        let earlier = all.clone().filter(|&other| self.is_before(other, at));
        let position = earlier.count() + 1;
        (!all.any(|other| self.is_open(at, other))).then_some(position)
    }

    /// Which of some episodes came next after one.
    #[must_use]
    pub fn next(&self, at: usize, among: &[usize]) -> Next {
        if among.iter().any(|&other| self.is_open(at, other)) {
            return Next::NotKnown;
        }
        let later = among.iter().copied().filter(|&to| self.is_before(at, to));
        match *self.firsts(&later.collect::<Vec<_>>()) {
            [] => Next::Nothing,
            [next] => Next::One(next),
            _ => Next::NotKnown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(episodes: &[Placed]) -> Vec<(usize, usize)> {
        let (order, n) = (Order::of(episodes), episodes.len());
        let pairs = (0..n).flat_map(|first| (0..n).map(move |second| (first, second)));
        pairs
            .filter(|&(first, second)| order.is_before(first, second))
            .collect()
    }

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

    #[test]
    fn firsts_and_what_came_next() {
        // 0 and 1 begin together, then 2 and then 3; of 4 nothing is stated.
        let mut episodes: Vec<Placed> = [1.0, 1.0, 2.0, 3.0]
            .map(|order| placed(Some(order), None, None))
            .to_vec();
        let order = Order::of(&episodes);
        assert_eq!(order.firsts(&[0, 1, 2]), [0, 1]);
        assert_eq!(order.firsts(&[3, 2]), [2]);
        assert_eq!(order.next(2, &[0, 1, 3]), Next::One(3));
        assert_eq!(order.next(3, &[0, 2]), Next::Nothing);
        assert_eq!(order.next(0, &[2, 3]), Next::One(2));
        assert_eq!(order.next(0, &[1, 2]), Next::NotKnown);
        assert_eq!(
            [order.position(1), order.position(2), order.position(3)],
            [None, Some(3), Some(4)]
        );
        episodes.push(Placed::default());
        let order = Order::of(&episodes);
        assert_eq!(order.next(2, &[3, 4]), Next::NotKnown);
        assert_eq!(order.position(2), None);
        // Two that come after, of which it is not known which is nearer.
        let fork = [Some(1.0), Some(2.0), Some(2.0)].map(|line| placed(None, line, None));
        assert_eq!(Order::of(&fork).next(0, &[1, 2]), Next::NotKnown);
    }
}

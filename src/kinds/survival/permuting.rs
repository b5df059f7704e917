//! Tests between curves by permutation, where groups are small.

use super::Extent;
use crate::kinds::few::{self, MOST_DEALT, Size};
use crate::stats::survival::{
    LogRank, LogRankError, PermutationOptions, PermutationTest, Sample, cases_dealt,
    permutation_test,
};

/// Up to this many cases the log-rank test is also done by permutation.
const SMALL: usize = 60;

/// Whether and how a test between curves is also made by permutation.
#[derive(Clone, Copy)]
pub(super) struct Permuting {
    pub extent: Extent,
    pub options: PermutationOptions,
}

impl Permuting {
    /// The test by permutation, where it is wanted: of a small sample, or of one with a small group.
    pub fn of(
        self,
        sample: &Sample,
        test: Option<&LogRank>,
    ) -> Option<Result<PermutationTest, LogRankError>> {
        let wanted = self.is_wanted(sample, test);
        wanted.then(|| permutation_test(sample, self.options))
    }

    pub fn is_wanted(self, sample: &Sample, test: Option<&LogRank>) -> bool {
        let small =
            || sample.n() <= SMALL || test.is_some_and(|test| !small_groups(test).is_empty());
        let dealt = || cases_dealt(sample) as u64 * u64::from(self.options.draws);
        match self.extent {
            Extent::Always => true,
            Extent::Never => false,
            Extent::Auto => !sample.is_left_truncated() && small() && dealt() <= MOST_DEALT,
        }
    }
}

/// The groups of a test that are small, in words.
fn small_groups(test: &LogRank) -> Vec<String> {
    few::small(test.groups.iter().map(|group| Size {
        label: &group.label,
        cases: group.n,
        events: group.observed,
        expected: group.expected,
    }))
}

/// What a reader must know where the groups of a test are small.
pub(super) fn few_in_groups(
    test: &LogRank,
    permutation: Option<&Result<PermutationTest, LogRankError>>,
    entered_late: bool,
) -> Option<String> {
    let small = small_groups(test);
    let p = format!("the chi-squared P of the {} test", test.weights);
    let instead = match permutation {
        Some(Ok(_)) => "read the one by permutation beside it",
        _ if entered_late => "there is none by permutation where cases enter late",
        _ => "there is none by permutation beside it (option permutation: always)",
    };
    (!small.is_empty()).then(|| few::caution(&small, &p, instead))
}

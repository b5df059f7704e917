//! The reports to pool, checked once.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use thiserror::Error;

use crate::proportion::{MAX_CASES, Proportion};

/// One report: so many events among so many cases. A case report has one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    label: String,
    events: u64,
    n: u64,
}

impl Report {
    /// A report of `events` among `n` cases under a label of its own.
    #[must_use]
    pub fn new(label: impl Into<String>, events: u64, n: u64) -> Self {
        Self {
            label: label.into(),
            events,
            n,
        }
    }

    /// What the report is called.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The cases with the event.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Cases of all reports together.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Whether the report has cases with and cases without the event.
    pub(super) fn is_mixed(&self) -> bool {
        self.events > 0 && self.events < self.n
    }
}

/// Why reports cannot be pooled as they are. Reports are numbered from 0 in the order given.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StudiesError {
    /// No report was given.
    #[error("there is no report to pool")]
    Empty,
    /// A report without cases.
    #[error("report {report} ({label:?}) has no cases; leave it out")]
    NoCases {
        /// Number of the report.
        report: usize,
        /// Label of the report.
        label: String,
    },
    /// More events than cases.
    #[error("report {report} ({label:?}) has {events} events among {n} cases")]
    TooManyEvents {
        /// Number of the report.
        report: usize,
        /// Label of the report.
        label: String,
        /// Number of events in the report.
        events: u64,
        /// Number of cases in the report.
        n: u64,
    },
    /// Two reports of one name, perhaps one report entered twice.
    #[error(
        "reports {first} and {report} are both called {label:?}; drop the one that repeats the \
         other or tell them apart by name"
    )]
    SameLabel {
        /// Number of the earlier report.
        first: usize,
        /// Number of the later report.
        report: usize,
        /// The label of both.
        label: String,
    },
    /// The reports together have more cases than [`MAX_CASES`].
    #[error("with report {report} ({label:?}) there are more than {MAX_CASES} cases")]
    TooManyCases {
        /// Number of the report at which the total is passed.
        report: usize,
        /// Label of the report.
        label: String,
    },
}

/// Reports of one proportion, such as response to one treatment: single cases, series, single arms
/// of trials. The cases of different reports are taken to be different people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Studies {
    reports: Vec<Report>,
    crude: Proportion,
}

impl Studies {
    /// Takes the reports to pool.
    ///
    /// # Errors
    ///
    /// [`StudiesError`] when there is no report, a report has no cases or more events than cases,
    /// two have one label, or all together have too many cases.
    ///
    /// ```
    /// use casegraph_stats::pooling::{CommonEffectOptions, Report, Studies, common_effect};
    ///
    /// let studies = Studies::new([
    ///     Report::new("Ito 2004", 1, 1),
    ///     Report::new("Berg 2011", 0, 1),
    ///     Report::new("Rossi 2019", 7, 18),
    /// ])?;
    /// let crude = common_effect(&studies, CommonEffectOptions::default());
    /// assert_eq!(crude.estimate, 8.0 / 20.0);
    /// assert_eq!(crude.counts.single_case_share, 2.0 / 20.0);
    /// # Ok::<(), casegraph_stats::pooling::StudiesError>(())
    /// ```
    pub fn new(reports: impl IntoIterator<Item = Report>) -> Result<Self, StudiesError> {
        let reports: Vec<Report> = reports.into_iter().collect();
        let mut known: HashMap<&str, usize> = HashMap::with_capacity(reports.len());
        let (mut cases, mut events) = (0_u64, 0_u64);
        for (number, report) in reports.iter().enumerate() {
            let label = || report.label.clone();
            if report.n == 0 {
                return Err(StudiesError::NoCases {
                    report: number,
                    label: label(),
                });
            }
            if report.events > report.n {
                return Err(StudiesError::TooManyEvents {
                    report: number,
                    label: label(),
                    events: report.events,
                    n: report.n,
                });
            }
            if let Some(first) = known.insert(&report.label, number) {
                return Err(StudiesError::SameLabel {
                    first,
                    report: number,
                    label: label(),
                });
            }
            cases = cases.saturating_add(report.n);
            events = events.saturating_add(report.events);
            if cases > MAX_CASES {
                return Err(StudiesError::TooManyCases {
                    report: number,
                    label: label(),
                });
            }
        }
        // Only a total of no cases is left to refuse.
        let crude = Proportion::new(events, cases).map_err(|_| StudiesError::Empty)?;
        Ok(Self { reports, crude })
    }

    /// The reports in the order given.
    #[must_use]
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }

    /// All events among all cases.
    #[must_use]
    pub fn crude(&self) -> Proportion {
        self.crude
    }

    /// How many reports, cases and events there are, and how much of them single cases make up.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let single = self.reports.iter().filter(|report| report.n == 1).count();
        let n = self.crude.n();
        Counts {
            reports: self.reports.len(),
            n,
            events: self.crude.successes(),
            single_case_reports: single,
            single_case_share: single as f64 / n as f64,
        }
    }

    /// The reports of which `keep` is true; `None` when that leaves none.
    #[must_use]
    pub fn filtered(&self, mut keep: impl FnMut(&Report) -> bool) -> Option<Self> {
        let kept = self.reports.iter().filter(|report| keep(report)).cloned();
        Self::new(kept).ok()
    }

    /// How many reports there are of each pair of counts, (events, n), in order of the pairs.
    /// Reports with the same counts have the same likelihood, and single cases have but two.
    pub(super) fn tally(&self) -> BTreeMap<(u64, u64), u64> {
        let mut tally = BTreeMap::new();
        for report in &self.reports {
            *tally.entry((report.events, report.n)).or_insert(0) += 1;
        }
        tally
    }

    /// Refuses data under which a model of variation between reports has no maximum of its
    /// likelihood.
    pub(super) fn check_estimable(&self) -> Result<(), PoolingError> {
        let counts = self.counts();
        if counts.events == 0 {
            Err(PoolingError::NoEvents { n: counts.n })
        } else if counts.events == counts.n {
            Err(PoolingError::AllEvents { n: counts.n })
        } else if counts.single_case_reports == counts.reports {
            Err(PoolingError::SingleCasesOnly {
                reports: counts.reports,
            })
        } else if !self.reports.iter().any(Report::is_mixed) {
            Err(PoolingError::NoMixedReport {
                reports: counts.reports,
            })
        } else {
            Ok(())
        }
    }
}

/// What a pooled estimate rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Counts {
    /// Reports, single cases included.
    pub reports: usize,
    /// Cases in all reports.
    pub n: u64,
    /// Cases with the event.
    pub events: u64,
    /// Reports of one case.
    pub single_case_reports: usize,
    /// Cases in single case reports as a share of all cases.
    pub single_case_share: f64,
}

/// Why variation between reports cannot be estimated.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PoolingError {
    /// No case had the event, so the pooled logit is minus infinity.
    #[error(
        "none of {n} cases had the event, so a logit model has no estimate; report the crude \
         proportion with its exact interval, or shrink towards a stated prior"
    )]
    NoEvents {
        /// All cases.
        n: u64,
    },
    /// Every case had the event, so the pooled logit is infinity.
    #[error(
        "all of {n} cases had the event, so a logit model has no estimate; report the crude \
         proportion with its exact interval, or shrink towards a stated prior"
    )]
    AllEvents {
        /// All cases.
        n: u64,
    },
    /// One case a report tells nothing of variation between reports: every variance fits as well.
    #[error(
        "all {reports} reports are single cases, which cannot show variation between reports; \
         report the crude proportion with its exact interval"
    )]
    SingleCasesOnly {
        /// All reports.
        reports: usize,
    },
    /// The likelihood grows with the variance between reports without end.
    #[error(
        "in each of {reports} reports either all or no cases had the event, so the variance \
         between reports has no finite estimate; report the crude proportion with its exact \
         interval, or shrink towards a stated prior"
    )]
    NoMixedReport {
        /// All reports.
        reports: usize,
    },
    /// The variance between reports has an estimate too large to compute.
    #[error(
        "the variance between reports is too large to estimate: nearly all reports have either \
         all or no cases with the event; report the crude proportion, or shrink towards a stated \
         prior"
    )]
    VarianceTooLarge,
    /// Student's t needs a degree of freedom.
    #[error("an interval by Student's t needs two reports or more; choose Wald's")]
    OneReport,
    /// More cases than the beta-binomial likelihood is summed over.
    #[error("{n} cases are more than the {limit} an estimated prior handles; state a prior")]
    TooManyCases {
        /// All cases.
        n: u64,
        /// How many are handled.
        limit: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_pooled_is_refused_by_name() {
        assert_eq!(Studies::new([]), Err(StudiesError::Empty));
        let error = Studies::new([Report::new("a", 1, 1), Report::new("b", 0, 0)]);
        let error = error.expect_err("no cases");
        assert_eq!(
            error.to_string(),
            "report 1 (\"b\") has no cases; leave it out"
        );
        let error = Studies::new([Report::new("a", 2, 1)]).expect_err("too many");
        assert_eq!(
            error.to_string(),
            "report 0 (\"a\") has 2 events among 1 cases"
        );
        let error = Studies::new([Report::new("a", 1, 1), Report::new("a", 0, 1)]);
        assert!(matches!(
            error,
            Err(StudiesError::SameLabel {
                first: 0,
                report: 1,
                ..
            })
        ));
        let error = Studies::new([
            Report::new("a", 1, MAX_CASES),
            Report::new("b", 1, u64::MAX),
        ]);
        assert!(matches!(
            error,
            Err(StudiesError::TooManyCases { report: 1, .. })
        ));
    }

    #[test]
    fn single_cases_are_counted() {
        let studies = Studies::new([
            Report::new("a", 1, 1),
            Report::new("b", 0, 1),
            Report::new("c", 3, 6),
        ]);
        let counts = studies.expect("valid").counts();
        assert_eq!((counts.reports, counts.n, counts.events), (3, 8, 4));
        assert_eq!(counts.single_case_reports, 2);
        assert_eq!(counts.single_case_share, 0.25);
    }

    #[test]
    fn data_without_a_maximum_say_which_kind_they_are() {
        let check = |pairs: &[(u64, u64)]| {
            let reports = pairs.iter().enumerate();
            Studies::new(reports.map(|(i, (x, n))| Report::new(i.to_string(), *x, *n)))
                .expect("valid")
                .check_estimable()
        };
        assert_eq!(
            check(&[(0, 1), (0, 4)]),
            Err(PoolingError::NoEvents { n: 5 })
        );
        assert_eq!(check(&[(3, 3)]), Err(PoolingError::AllEvents { n: 3 }));
        assert_eq!(
            check(&[(0, 1), (1, 1)]),
            Err(PoolingError::SingleCasesOnly { reports: 2 })
        );
        assert_eq!(
            check(&[(0, 2), (1, 1)]),
            Err(PoolingError::NoMixedReport { reports: 2 })
        );
        assert_eq!(check(&[(0, 2), (1, 1), (1, 2)]), Ok(()));
    }
}

//! The conventions of other packages, where they differ from the project's own.
//!
//! R, SAS, SPSS and lifelines compute the same quantities by different rules: another scale for the
//! band of a survival curve, another approximation for tied times. [`Conventions::of`] gives the
//! rules of a package as values that the estimators take, and [`Conventions::differences`] says in
//! plain sentences what they change, and from which document or run that is known. Only what was
//! read in documentation or source, or seen by running the package, is claimed; what could not be
//! found out stays as the project has it and is listed by [`Conventions::open_questions`].
//!
//! R and lifelines were run: `tests/reference/conventions.R` and `tests/reference/lifelines.py`.
//! SAS and SPSS were not; for them the sources are their manuals and published runs.

mod known;
mod points;

pub use points::{
    ChiSquaredReport, OddsRatioEstimate, PlainQuantile, RankContinuity, RankDistribution,
    RankMethod, WilcoxonWeights,
};

use std::fmt;

use serde::Serialize;

use crate::choice::choices;
use crate::competing_risks::Variance;
use crate::cox::{Ties, TimeScale};
use crate::estimate::{IntervalMethod, Level};
use crate::survival::{Band, BandEnds, CurveOptions, IdleGroups, NearTies, QuantileRule};

choices! {
    /// A package whose conventions can be followed.
    pub enum Package {
        /// R: its packages stats 4.2.2 and survival 3.5-3.
        R = "r",
        /// SAS: the procedures FREQ, LIFETEST, NPAR1WAY, PHREG and UNIVARIATE.
        Sas = "sas",
        /// IBM SPSS Statistics.
        Spss = "spss",
        /// lifelines 0.30.3, a package for Python.
        Lifelines = "lifelines",
    }
}

impl Package {
    /// Its name as written in a sentence.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::R => "R",
            Self::Sas => "SAS",
            Self::Spss => "SPSS",
            Self::Lifelines => "lifelines",
        }
    }
}

choices! {
    /// A part of statistics in which packages differ.
    pub enum Area {
        /// Single proportions.
        Proportions = "proportions",
        /// Contingency tables.
        Tables = "tables",
        /// Survival curves and tests between them.
        Survival = "survival",
        /// Cox models.
        Cox = "cox",
        /// Cumulative incidence of competing events.
        CompetingRisks = "competing-risks",
        /// Proportions pooled over reports.
        Pooling = "pooling",
        /// Tests by ranks.
        Ranks = "ranks",
        /// Summaries of plain numbers.
        Summaries = "summaries",
    }
}

choices! {
    /// A rule in which packages differ and which can be followed.
    pub enum Point {
        /// [`Conventions::proportion_intervals`].
        ProportionIntervals = "proportion-intervals",
        /// [`Conventions::chi_squared`].
        ChiSquared = "chi-squared",
        /// [`Conventions::odds_ratio`].
        OddsRatio = "odds-ratio",
        /// [`Conventions::survival_band`].
        SurvivalBand = "survival-band",
        /// [`Conventions::band_ends`].
        BandEnds = "band-ends",
        /// [`Conventions::quantile_rule`].
        QuantileRule = "quantile-rule",
        /// [`Conventions::near_ties`].
        NearTies = "near-ties",
        /// [`Conventions::idle_groups`].
        IdleGroups = "idle-groups",
        /// [`Conventions::wilcoxon_weights`].
        WilcoxonWeights = "wilcoxon-weights",
        /// [`Conventions::incidence_band`].
        IncidenceBand = "incidence-band",
        /// [`Conventions::incidence_variance`].
        IncidenceVariance = "incidence-variance",
        /// [`Conventions::cox_ties`].
        CoxTies = "cox-ties",
        /// [`Conventions::hazards_transform`].
        HazardsTransform = "hazards-transform",
        /// [`Conventions::rank_method`].
        RankMethod = "rank-method",
        /// [`Conventions::rank_continuity`].
        RankContinuity = "rank-continuity",
        /// [`Conventions::plain_quantile`].
        PlainQuantile = "plain-quantile",
    }
}

/// The rules followed. The default is the project's own; a field may be set apart from its package,
/// and is then no longer named as the package's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Conventions {
    /// The package followed; `None` for the project's own rules.
    pub package: Option<Package>,
    /// Intervals shown for a proportion, the first one foremost.
    pub proportion_intervals: &'static [IntervalMethod],
    /// Chi-squared statistic of a 2×2 table.
    pub chi_squared: ChiSquaredReport,
    /// Odds ratio of a 2×2 table.
    pub odds_ratio: OddsRatioEstimate,
    /// Band of a survival curve.
    pub survival_band: Band,
    /// What the band has where survival is 0 or 1.
    pub band_ends: BandEnds,
    /// Quantile of a curve that is level at its height.
    pub quantile_rule: QuantileRule,
    /// Times that differ by rounding.
    pub near_ties: NearTies,
    /// Groups never at risk in a log-rank test.
    pub idle_groups: IdleGroups,
    /// Weights of the test called Wilcoxon's.
    pub wilcoxon_weights: WilcoxonWeights,
    /// Scale of the interval of a cumulative incidence.
    pub incidence_band: Band,
    /// Standard error of a cumulative incidence.
    pub incidence_variance: Variance,
    /// Tied events in a Cox model.
    pub cox_ties: Ties,
    /// Function of time in the test of proportional hazards.
    pub hazards_transform: TimeScale,
    /// When the Mann-Whitney test is exact.
    pub rank_method: RankMethod,
    /// Correction of the normal approximation of ranks.
    pub rank_continuity: RankContinuity,
    /// Quantile of plain numbers.
    pub plain_quantile: PlainQuantile,
}

impl Default for Conventions {
    fn default() -> Self {
        Self {
            package: None,
            proportion_intervals: &[IntervalMethod::ClopperPearson],
            chi_squared: ChiSquaredReport::default(),
            odds_ratio: OddsRatioEstimate::default(),
            survival_band: Band::default(),
            band_ends: BandEnds::default(),
            quantile_rule: QuantileRule::default(),
            near_ties: NearTies::default(),
            idle_groups: IdleGroups::default(),
            wilcoxon_weights: WilcoxonWeights::default(),
            incidence_band: Band::default(),
            incidence_variance: Variance::default(),
            cox_ties: Ties::default(),
            hazards_transform: TimeScale::default(),
            rank_method: RankMethod::default(),
            rank_continuity: RankContinuity::default(),
            plain_quantile: PlainQuantile::default(),
        }
    }
}

impl Conventions {
    /// The rules of a package, as it has them when nothing is asked for. The source of each is in
    /// [`Self::differences`].
    ///
    /// ```
    /// use casegraph_stats::conventions::{Conventions, Package};
    /// use casegraph_stats::survival::Band;
    /// assert_eq!(Conventions::of(Package::R).survival_band, Band::Log);
    /// ```
    #[must_use]
    pub fn of(package: Package) -> Self {
        let own = Self {
            package: Some(package),
            ..Self::default()
        };
        match package {
            Package::R => Self {
                chi_squared: ChiSquaredReport::Yates,
                odds_ratio: OddsRatioEstimate::Conditional,
                survival_band: Band::Log,
                incidence_band: Band::Log,
                wilcoxon_weights: WilcoxonWeights::Survival,
                rank_method: RankMethod::ExactBelow50,
                ..own
            },
            Package::Sas => Self {
                proportion_intervals: &[IntervalMethod::Wald, IntervalMethod::ClopperPearson],
                odds_ratio: OddsRatioEstimate::Sample,
                quantile_rule: QuantileRule::MidpointBetweenEvents,
                incidence_variance: Variance::Aalen,
                cox_ties: Ties::Breslow,
                rank_method: RankMethod::Normal,
                plain_quantile: PlainQuantile::Type2,
                ..own
            },
            Package::Spss => Self {
                proportion_intervals: &[
                    IntervalMethod::AgrestiCoull,
                    IntervalMethod::Jeffreys,
                    IntervalMethod::Wilson,
                ],
                odds_ratio: OddsRatioEstimate::Sample,
                cox_ties: Ties::Breslow,
                rank_method: RankMethod::ExactTo40,
                rank_continuity: RankContinuity::Uncorrected,
                plain_quantile: PlainQuantile::Type6,
                ..own
            },
            Package::Lifelines => Self {
                band_ends: BandEnds::Collapsed,
                quantile_rule: QuantileRule::FirstBelow,
                near_ties: NearTies::Keep,
                idle_groups: IdleGroups::Counted,
                hazards_transform: TimeScale::Rank,
                ..own
            },
        }
    }

    /// How a survival curve is made and read by these rules.
    #[must_use]
    pub fn curve_options(&self, level: Level) -> CurveOptions {
        CurveOptions {
            level,
            band: self.survival_band,
            band_ends: self.band_ends,
            quantile_rule: self.quantile_rule,
        }
    }

    /// The word for the rule followed at a point.
    #[must_use]
    pub fn rule(&self, point: Point) -> String {
        match point {
            Point::ProportionIntervals => {
                let names: Vec<_> = self.proportion_intervals.iter().map(|m| m.name()).collect();
                return names.join(", ");
            }
            Point::ChiSquared => self.chi_squared.name(),
            Point::OddsRatio => self.odds_ratio.name(),
            Point::SurvivalBand => self.survival_band.name(),
            Point::BandEnds => self.band_ends.name(),
            Point::QuantileRule => self.quantile_rule.name(),
            Point::NearTies => self.near_ties.name(),
            Point::IdleGroups => self.idle_groups.name(),
            Point::WilcoxonWeights => self.wilcoxon_weights.name(),
            Point::IncidenceBand => self.incidence_band.name(),
            Point::IncidenceVariance => self.incidence_variance.name(),
            Point::CoxTies => self.cox_ties.name(),
            Point::HazardsTransform => self.hazards_transform.name(),
            Point::RankMethod => self.rank_method.name(),
            Point::RankContinuity => self.rank_continuity.name(),
            Point::PlainQuantile => self.plain_quantile.name(),
        }
        .to_owned()
    }

    /// What the package followed has otherwise than the project, in one area: first what is
    /// followed, then what is only named because nothing here computes it. A rule that was set apart
    /// from the package's is left out. Empty when no package is followed.
    #[must_use]
    pub fn differences(&self, area: Area) -> Vec<Difference> {
        let Some(package) = self.package else {
            return Vec::new();
        };
        let (own, theirs) = (Self::default(), Self::of(package));
        let followed = known::FOLLOWED
            .iter()
            .filter(|known| (known.package, known.area) == (package, area))
            .filter(|known| self.rule(known.point) == theirs.rule(known.point))
            .map(|known| Difference {
                package,
                area,
                rule: Some(Rule {
                    point: known.point,
                    own: own.rule(known.point),
                    followed: theirs.rule(known.point),
                }),
                sentence: known.sentence,
                source: known.source,
            });
        let named = known::NAMED
            .iter()
            .filter(|known| (known.package, known.area) == (package, area))
            .map(|known| Difference {
                package,
                area,
                rule: None,
                sentence: known.sentence,
                source: known.source,
            });
        followed.chain(named).collect()
    }

    /// What could not be found out about the package followed, in one area, and is therefore as the
    /// project has it.
    #[must_use]
    pub fn open_questions(&self, area: Area) -> Vec<&'static str> {
        known::OPEN
            .iter()
            .filter(|open| Some(open.package) == self.package && open.areas.contains(&area))
            .map(|open| open.sentence)
            .collect()
    }
}

/// The rule at one point, by its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Where the packages differ.
    pub point: Point,
    /// What the project does by itself.
    pub own: String,
    /// What is done instead.
    pub followed: String,
}

/// Something that a package has otherwise than the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Package that does it so.
    pub package: Package,
    /// The part of statistics.
    pub area: Area,
    /// The rule followed; `None` when the difference is only named, not followed.
    pub rule: Option<Rule>,
    /// What the package does.
    pub sentence: &'static str,
    /// The document, source or run from which that is known.
    pub source: &'static str,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = self.package.title();
        match self.rule {
            Some(_) => write!(f, "As {title} has it: ")?,
            None => write!(f, "Not as {title} has it: ")?,
        }
        write!(f, "{} ({})", self.sentence, self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_projects_own() {
        let own = Conventions::default();
        assert_eq!(own.package, None);
        assert_eq!(own.rule(Point::SurvivalBand), "log-log");
        assert_eq!(own.rule(Point::QuantileRule), "midpoint");
        assert_eq!(own.rule(Point::NearTies), "merge");
        assert_eq!(own.rule(Point::CoxTies), "efron");
        assert_eq!(own.rule(Point::ProportionIntervals), "Clopper-Pearson");
        assert_eq!(own.rule(Point::OddsRatio), "both");
        assert_eq!(own.rule(Point::ChiSquared), "both");
        assert_eq!(own.rule(Point::RankMethod), "exact-when-feasible");
        for area in Area::ALL {
            assert!(own.differences(*area).is_empty() && own.open_questions(*area).is_empty());
        }
    }

    /// A rule that differs without a word about it would change numbers silently; a word about a
    /// rule that does not differ would be untrue.
    #[test]
    fn every_rule_that_differs_is_named_once_and_no_other() {
        let own = Conventions::default();
        for package in Package::ALL.iter().copied() {
            let theirs = Conventions::of(package);
            let named: Vec<Point> = Area::ALL
                .iter()
                .flat_map(|area| theirs.differences(*area))
                .filter_map(|difference| difference.rule.map(|rule| rule.point))
                .collect();
            for point in Point::ALL.iter().copied() {
                let times = named.iter().filter(|named| **named == point).count();
                let differs = own.rule(point) != theirs.rule(point);
                assert_eq!(times, usize::from(differs), "{package} {point}");
            }
        }
    }

    #[test]
    fn every_difference_has_a_sentence_and_a_source() {
        for package in Package::ALL.iter().copied() {
            let mut told = 0;
            for area in Area::ALL.iter().copied() {
                for difference in Conventions::of(package).differences(area) {
                    assert_eq!((difference.package, difference.area), (package, area));
                    assert!(
                        difference.sentence.ends_with('.'),
                        "{}",
                        difference.sentence
                    );
                    assert!(difference.source.len() > 20, "{}", difference.source);
                    told += 1;
                }
            }
            assert!(told > 0, "{package}");
        }
    }

    #[test]
    fn a_rule_set_apart_is_no_longer_named_as_the_packages() {
        let mut conventions = Conventions::of(Package::R);
        let band = |conventions: &Conventions| {
            conventions
                .differences(Area::Survival)
                .into_iter()
                .find(|d| {
                    d.rule
                        .as_ref()
                        .is_some_and(|r| r.point == Point::SurvivalBand)
                })
        };
        let named = band(&conventions).expect("R has the log band");
        let rule = named.rule.clone().expect("followed");
        assert_eq!(
            (rule.own.as_str(), rule.followed.as_str()),
            ("log-log", "log")
        );
        assert!(named.to_string().starts_with("As R has it: "), "{named}");
        conventions.survival_band = Band::Plain;
        assert_eq!(band(&conventions), None);
    }

    #[test]
    fn what_is_not_followed_says_so() {
        let named = Conventions::of(Package::Spss)
            .differences(Area::Survival)
            .into_iter()
            .find(|difference| difference.rule.is_none())
            .expect("SPSS has no band");
        assert!(
            named.to_string().starts_with("Not as SPSS has it: "),
            "{named}"
        );
    }

    #[test]
    fn words_are_those_of_the_command_line() {
        let words: Vec<_> = Package::ALL.iter().map(|package| package.name()).collect();
        assert_eq!(words, ["r", "sas", "spss", "lifelines"]);
        assert_eq!("lifelines".parse(), Ok(Package::Lifelines));
    }
}

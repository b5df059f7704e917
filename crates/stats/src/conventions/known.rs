//! What is known of other packages, each with its source.

use super::{Area, Package, Point};

/// A rule of a package that can be followed.
pub(super) struct Followed {
    pub package: Package,
    pub area: Area,
    pub point: Point,
    pub sentence: &'static str,
    pub source: &'static str,
}

/// Something that a package does and nothing here does.
pub(super) struct Named {
    pub package: Package,
    pub area: Area,
    pub sentence: &'static str,
    pub source: &'static str,
}

/// Something about a package that could not be found out.
pub(super) struct Open {
    pub package: Package,
    pub areas: &'static [Area],
    pub sentence: &'static str,
}

pub(super) const FOLLOWED: &[Followed] = &[
    Followed {
        package: Package::R,
        area: Area::Tables,
        point: Point::ChiSquared,
        sentence: "the chi-squared test of a 2×2 table has Yates's correction.",
        source: "R 4.2.2 stats, chisq.test, default correct = TRUE; run",
    },
    Followed {
        package: Package::R,
        area: Area::Tables,
        point: Point::OddsRatio,
        sentence: "the odds ratio of a 2×2 table is the conditional maximum-likelihood estimate, with \
                   the exact interval.",
        source: "R 4.2.2 stats, help page of fisher.test; run",
    },
    Followed {
        package: Package::R,
        area: Area::CompetingRisks,
        point: Point::IncidenceBand,
        sentence: "the interval of a cumulative incidence is symmetric in its logarithm.",
        source: "R survival 3.5-3, survfit, default conf.type = \"log\"; run",
    },
    Followed {
        package: Package::R,
        area: Area::Survival,
        point: Point::SurvivalBand,
        sentence: "the band of a survival curve is symmetric in the logarithm of survival and cut at 1.",
        source: "R survival 3.5-3, survfit, default conf.type = \"log\"; run on lung",
    },
    Followed {
        package: Package::R,
        area: Area::Survival,
        point: Point::WilcoxonWeights,
        sentence: "the test like Wilcoxon's that survdiff offers (rho = 1) weighs each time by the \
                   Kaplan-Meier survival (Peto and Peto).",
        source: "R survival 3.5-3, help page of survdiff",
    },
    Followed {
        package: Package::R,
        area: Area::Ranks,
        point: Point::RankMethod,
        sentence: "the Mann-Whitney test is exact with fewer than 50 cases in each group and no \
                   ties, and else normal with continuity correction.",
        source: "R 4.2.2 stats, help page of wilcox.test, Details; run at 49 and 50 cases and with a tie",
    },
    Followed {
        package: Package::Sas,
        area: Area::Proportions,
        point: Point::ProportionIntervals,
        sentence: "a proportion has Wald's interval and the exact one of Clopper and Pearson.",
        source: "SAS/STAT User's Guide (statug 67523), FREQ, Details: Binomial Proportion",
    },
    Followed {
        package: Package::Sas,
        area: Area::Tables,
        point: Point::OddsRatio,
        sentence: "the odds ratio is the cross product of the sample, with asymptotic limits on the \
                   log scale; exact limits come only when asked for.",
        source: "Base SAS Procedures Guide: Statistical Procedures (procstat 65543), FREQ, Odds Ratio and \
                 Relative Risks for 2 x 2 Tables",
    },
    Followed {
        package: Package::Sas,
        area: Area::Survival,
        point: Point::QuantileRule,
        sentence: "a quantile of survival is where the curve falls below its height, or the middle \
                   when it is level there between two event times; when no event follows there is \
                   none.",
        source: "SAS/STAT User's Guide (statug 63347), LIFETEST, Computational Formulas; run of SAS in CAMIS of \
                 PSI, Comp/r-sas_survival (1998401): no median after five events among ten cases",
    },
    Followed {
        package: Package::Sas,
        area: Area::CompetingRisks,
        point: Point::IncidenceVariance,
        sentence: "the standard error of a cumulative incidence is Aalen's.",
        source: "SAS/survival_cif and Comp/r-sas_survival_cif in CAMIS of PSI (5fd660ac6): PROC LIFETEST, \
                 default ERROR=AALEN, with CONFTYPE=LOGLOG",
    },
    Followed {
        package: Package::Sas,
        area: Area::Cox,
        point: Point::CoxTies,
        sentence: "tied events of a Cox model are treated by Breslow's method.",
        source: "runs of PROC PHREG in CAMIS of PSI, Comp/r-sas_survival (1998401), Comp/r-sas_recurrent_events \
                 (8ee3ec2) and SAS/survival_csh (111bcca)",
    },
    Followed {
        package: Package::Sas,
        area: Area::Ranks,
        point: Point::RankMethod,
        sentence: "the Mann-Whitney test is normal with continuity correction at any size, unless an \
                   exact test is asked for.",
        source: "SAS/STAT User's Guide (statug 63033), NPAR1WAY, option CORRECT=NO; run of SAS 9.4 in CAMIS of \
                 PSI, SAS/ranksum (0b2c921)",
    },
    Followed {
        package: Package::Sas,
        area: Area::Summaries,
        point: Point::PlainQuantile,
        sentence: "quantiles of plain numbers come from the empirical distribution with averaging \
                   (PCTLDEF=5).",
        source: "Base SAS Procedures Guide: Statistical Procedures (procstat 66703), UNIVARIATE, Calculating \
                 Percentiles; run in CAMIS of PSI, Comp/r-sas-summary-stats (0d74d2b)",
    },
    Followed {
        package: Package::Spss,
        area: Area::Proportions,
        point: Point::ProportionIntervals,
        sentence: "a proportion has the intervals of Agresti and Coull, Jeffreys, and Wilson.",
        source: "IBM SPSS Statistics documentation (SSLVMB_sub), PROPORTIONS, ONESAMPLE, default CITYPES",
    },
    Followed {
        package: Package::Spss,
        area: Area::Tables,
        point: Point::OddsRatio,
        sentence: "the odds ratio of a 2×2 table is the cross product of the sample, with asymptotic \
                   limits on the log scale.",
        source: "IBM SPSS Statistics Algorithms, CROSSTABS, Relative Risk (case-control); IBM documentation, \
                 CROSSTABS, STATISTICS=RISK; not run",
    },
    Followed {
        package: Package::Spss,
        area: Area::Cox,
        point: Point::CoxTies,
        sentence: "tied events of a Cox model are treated by Breslow's method.",
        source: "IBM SPSS Statistics Algorithms, COXREG, Estimation: partial likelihood of Breslow (1974); R \
                 survival 3.5-3, help page of coxph: nearly all programs have it by default; not run",
    },
    Followed {
        package: Package::Spss,
        area: Area::Ranks,
        point: Point::RankContinuity,
        sentence: "the normal approximation of the Mann-Whitney test has no continuity correction.",
        source: "IBM SPSS Statistics Algorithms, NPAR TESTS, Mann-Whitney: Z with tie correction only; \
                 Bergmann R, Ludbrook J, Spooren WPJM. Am Stat 2000;54:72-7; not run",
    },
    Followed {
        package: Package::Spss,
        area: Area::Ranks,
        point: Point::RankMethod,
        sentence: "the Mann-Whitney test is exact with 40 cases or fewer in all, and else normal.",
        source: "IBM SPSS Statistics 30.0.0 documentation, NPAR TESTS, M-W subcommand",
    },
    Followed {
        package: Package::Spss,
        area: Area::Summaries,
        point: Point::PlainQuantile,
        sentence: "quantiles of plain numbers are weighted averages at (n + 1)p (HAVERAGE).",
        source: "IBM SPSS Statistics documentation (SSLVMB_sub), EXAMINE, PERCENTILES subcommand",
    },
    Followed {
        package: Package::Lifelines,
        area: Area::Survival,
        point: Point::BandEnds,
        sentence: "where survival is 1 or 0 both limits of the band equal it.",
        source: "lifelines 0.30.3, KaplanMeierFitter._bounds; run",
    },
    Followed {
        package: Package::Lifelines,
        area: Area::Survival,
        point: Point::QuantileRule,
        sentence: "a quantile of survival is the smallest time with survival at or below its height, \
                   also where the curve is level there.",
        source: "lifelines 0.30.3, utils.qth_survival_time; run",
    },
    Followed {
        package: Package::Lifelines,
        area: Area::Survival,
        point: Point::NearTies,
        sentence: "times that differ only by rounding stay different times.",
        source: "lifelines 0.30.3, run with times 0.3 and 0.1 + 0.2",
    },
    Followed {
        package: Package::Lifelines,
        area: Area::Survival,
        point: Point::IdleGroups,
        sentence: "a group with nobody at risk at any event costs the log-rank test a degree of \
                   freedom.",
        source: "lifelines 0.30.3, statistics.multivariate_logrank_test; run",
    },
    Followed {
        package: Package::Lifelines,
        area: Area::Cox,
        point: Point::HazardsTransform,
        sentence: "proportional hazards are tested against the rank of time.",
        source: "lifelines 0.30.3, statistics.proportional_hazard_test, default time_transform",
    },
];

pub(super) const NAMED: &[Named] = &[
    Named {
        package: Package::R,
        area: Area::Tables,
        sentence: "the difference of two proportions has Wald's interval with continuity correction \
                   (prop.test); here it is Miettinen and Nurminen's.",
        source: "R 4.2.2 stats, prop.test, default correct = TRUE; run",
    },
    Named {
        package: Package::Sas,
        area: Area::Tables,
        sentence: "the difference and the ratio of two proportions have Wald's intervals; here they are \
                   Miettinen and Nurminen's.",
        source: "Comp/r-sas_ci_for_2indep_prop in CAMIS of PSI (74a06c1)",
    },
    Named {
        package: Package::R,
        area: Area::CompetingRisks,
        sentence: "cuminc of cmprsk has Aalen's standard error and no interval, cuminc of tidycmprsk \
                   makes a log-log interval of it; here both are as survfit has them.",
        source: "R cmprsk 2.2-11, cuminc and timepoints; run. R/survival_cif in CAMIS of PSI (5fd660ac6)",
    },
    Named {
        package: Package::Lifelines,
        area: Area::CompetingRisks,
        sentence: "tied times are moved apart at random before the incidence is estimated, and there \
                   is no test between groups; here ties stay.",
        source: "lifelines 0.30.3, AalenJohansenFitter, documentation and source; run without ties",
    },
    Named {
        package: Package::Sas,
        area: Area::Tables,
        sentence: "likelihood-ratio and Mantel-Haenszel chi-squared stand beside Pearson's.",
        source: "Base SAS Procedures Guide: Statistical Procedures (procstat 65543), FREQ, Chi-Square Tests \
                 and Statistics",
    },
    Named {
        package: Package::Spss,
        area: Area::Tables,
        sentence: "likelihood-ratio chi-squared and linear-by-linear association stand beside Pearson's.",
        source: "IBM SPSS Statistics documentation, CROSSTABS, STATISTICS subcommand, CHISQ",
    },
    Named {
        package: Package::Spss,
        area: Area::Ranks,
        sentence: "its exact Mann-Whitney test takes no account of ties; here it does.",
        source: "IBM SPSS Statistics documentation, NPAR TESTS, M-W subcommand: exact significance not \
                 corrected for ties",
    },
    Named {
        package: Package::Lifelines,
        area: Area::Cox,
        sentence: "the test of proportional hazards is the approximation from scaled residuals, which R \
                   had before survival 3.0; here it is the score test.",
        source: "lifelines 0.30.3, statistics.proportional_hazard_test, documentation and source; R \
                 survival 3.5-3, help page of cox.zph, Note",
    },
    Named {
        package: Package::Sas,
        area: Area::Survival,
        sentence: "the mean survival of each group is taken to its own last event; here all groups are taken to one time.",
        source: "R survival 3.5-3, help page of print.survfit, on SAS 9.3",
    },
    Named {
        package: Package::R,
        area: Area::Proportions,
        sentence: "prop.test gives Wilson's interval with continuity correction, where binom.test \
                   gives the one of Clopper and Pearson.",
        source: "R 4.2.2 stats, prop.test, default correct = TRUE; run",
    },
    Named {
        package: Package::R,
        area: Area::Survival,
        sentence: "printing a curve that ends level at a half gives the start of that stretch as the \
                   median, where quantile() gives the middle between it and the longest follow-up, as \
                   here.",
        source: "R survival 3.5-3, print.survfit and quantile.survfit; run",
    },
    Named {
        package: Package::Sas,
        area: Area::Ranks,
        sentence: "a p-value from Student's t distribution stands beside the normal one of a rank test.",
        source: "run of SAS 9.4 in CAMIS of PSI, SAS/ranksum (0b2c921)",
    },
    Named {
        package: Package::Spss,
        area: Area::Survival,
        sentence: "a survival curve has standard errors but no confidence limits; the band here is the \
                   project's own.",
        source: "IBM Support, page can-spss-produce-confidence-intervals-estimated-survival-function",
    },
    Named {
        package: Package::Spss,
        area: Area::Survival,
        sentence: "the interval of the median survival is the median ± z times a standard error from a \
                   density estimate between the 45th and 55th percentile; here it is read off the \
                   band.",
        source: "SPSS Statistics Algorithms, KM, as quoted on Cross Validated, with Klein and Moeschberger, \
                 Survival Analysis, 2nd ed. 2003, p. 122",
    },
    Named {
        package: Package::Lifelines,
        area: Area::Survival,
        sentence: "survival is the exponential of a sum of logarithms, so that rounding may put it just \
                   above a half and the median one step later: 4 for six events at 1 to 6.",
        source: "lifelines 0.30.3, KaplanMeierFitter; run",
    },
    Named {
        package: Package::Lifelines,
        area: Area::Cox,
        sentence: "events at one time have different ranks, in the order of the cases, in the test of \
                   proportional hazards; here they share one.",
        source: "lifelines 0.30.3, statistics.TimeTransformers; run on lung and rossi",
    },
];

pub(super) const OPEN: &[Open] = &[
    Open {
        package: Package::Sas,
        areas: &[Area::Survival],
        sentence: "whether SAS merges times that differ by rounding, what its band has where survival \
                   is 0 or 1, and how it counts groups never at risk could not be found out.",
    },
    Open {
        package: Package::Sas,
        areas: &[Area::Cox],
        sentence: "which transform of time and which form of the test SAS takes for proportional \
                   hazards (PHREG, ZPH) could not be found out.",
    },
    Open {
        package: Package::Spss,
        areas: &[Area::Survival],
        sentence: "how SPSS reads a quantile off a curve that is level at its height, whether it merges \
                   times that differ by rounding, and how far it takes the mean could not be found out.",
    },
    Open {
        package: Package::Spss,
        areas: &[Area::CompetingRisks],
        sentence: "whether and how SPSS estimates cumulative incidences could not be found out; all \
                   here is the project's own.",
    },
    Open {
        package: Package::R,
        areas: &[Area::Pooling],
        sentence: "pooling follows no convention of R: the model is the project's own.",
    },
    Open {
        package: Package::Sas,
        areas: &[Area::Pooling],
        sentence: "pooling follows no convention of SAS: the model is the project's own.",
    },
    Open {
        package: Package::Spss,
        areas: &[Area::Pooling],
        sentence: "pooling follows no convention of SPSS: the model is the project's own.",
    },
    Open {
        package: Package::Lifelines,
        areas: &[
            Area::Proportions,
            Area::Tables,
            Area::Pooling,
            Area::Ranks,
            Area::Summaries,
        ],
        sentence: "lifelines has survival analysis only; all else is the project's own.",
    },
];

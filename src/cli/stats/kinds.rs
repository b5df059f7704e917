//! The arguments of each kind of statistic: its columns and its choices, by the names that a header
//! has for them.

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use serde::Serialize;

use super::super::Exit;
use super::super::printer::Printer;
use super::super::session::Place;
use super::{Common, Shared, Shown, given, of_file, print};
use crate::analysis::{Extent, Penalty, WILCOXON, adjust, proportion_of_counts};
use crate::query::header::statistic::Options;
use crate::stats::competing_risks::Variance;
use crate::stats::cox::{FewEvents, Ties, TimeScale};
use crate::stats::pooling::{PooledInterval, PredictionMethod};
use crate::stats::survival::{Band, NearTies, QuantileRule, Weights};

/// Takes one of the words of a choice, in any case, with hyphens or spaces.
pub(super) fn words<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> PossibleValuesParser {
    PossibleValuesParser::new(all.iter().map(|choice| {
        let word = name(*choice);
        let argument = word.to_lowercase().replace(' ', "-");
        PossibleValue::new(argument).alias(word)
    }))
}

/// Takes a number that is one: neither NaN nor infinite.
pub(super) fn finite(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("not a finite number".to_owned()),
    }
}

/// Takes a character between cells; a tab may be written `\t` or `tab`.
pub(super) fn delimiter(text: &str) -> Result<char, String> {
    match text {
        "\\t" | "tab" => Ok('\t'),
        text => text.parse().map_err(|_| "not one character".to_owned()),
    }
}

/// Takes the name of a test between survival curves.
fn tests() -> PossibleValuesParser {
    PossibleValuesParser::new(
        Weights::ALL
            .iter()
            .map(|weights| weights.name())
            .chain([WILCOXON]),
    )
}

/// Declares a kind: what it does, its columns, its choices.
macro_rules! kind {
    (
        $(#[$about:meta])* $name:ident
        $columns:ident { $($(#[$column_meta:meta])* $column:ident: $column_type:ty,)* }
        $options:ident { $($(#[$option_meta:meta])* $option:ident: $option_type:ty,)* }
    ) => {
        #[derive(Debug, Args)]
        $(#[$about])*
        pub(super) struct $name {
            #[command(flatten)]
            pub shared: Shared,
            #[command(flatten)]
            pub columns: $columns,
            #[command(flatten)]
            pub options: $options,
        }

        #[derive(Debug, Args, Serialize)]
        pub(super) struct $columns {
            $($(#[$column_meta])* $column: $column_type,)*
        }

        #[derive(Debug, Args, Serialize)]
        pub(super) struct $options {
            $($(#[$option_meta])* $option: $option_type,)*
        }
    };
}

kind! {
    /// Compare two columns of categories
    ///
    /// Counts, Fisher's exact test (with its mid-P), chi-squared without and with Yates's
    /// correction, risk difference and ratio, odds ratios; larger tables by the exact test or, out
    /// of its reach, by seeded random tables; a test for trend over ordered rows; Mantel-Haenszel
    /// with Breslow-Day over strata.
    #[command(after_help = "Examples:
  casegraph stats contingency --input cases.csv --rows partner --columns response
  casegraph stats contingency --input counts.csv --rows arm --columns died --count n --strata site
  casegraph stats contingency --input cases.csv --rows dose --columns died --order low,mid,high")]
    Contingency
    ContingencyColumns {
        /// Column whose values are the rows
        #[arg(long, value_name = "COLUMN")]
        rows: String,
        /// Column whose values are the columns
        #[arg(long, value_name = "COLUMN")]
        columns: String,
        /// Value of the second column that is the event
        #[arg(long, value_name = "VALUE")]
        event: Option<String>,
        /// Column of the stratum
        #[arg(long, value_name = "COLUMN")]
        strata: Option<String>,
        /// Column of the number of cases in a row
        #[arg(long, value_name = "COLUMN")]
        count: Option<String>,
    }
    ContingencyOptions {
        /// Value of the first column that is the exposed group; the last one by name if not told
        #[arg(long, value_name = "VALUE")]
        exposed: Option<String>,
        /// Test for trend over the rows, in this order; with scores 0, 1, 2 … if not told
        #[arg(long, value_name = "VALUES", value_delimiter = ',')]
        order: Vec<String>,
        /// Test for trend over the rows, with the score of each as ROW=NUMBER; or bare numbers for rows in
        /// the order given, or in one that their names state
        #[arg(long, value_name = "SCORES", value_delimiter = ',', allow_hyphen_values = true)]
        scores: Vec<String>,
    }
}

kind! {
    /// Time to an event: curves, medians, restricted means, tests between groups
    ///
    /// Kaplan-Meier curves with their band, quantiles, survival at given times, restricted mean,
    /// follow-up by the reverse curve, and a test between groups, by permutation too where groups
    /// are small.
    #[command(after_help = "Examples:
  casegraph stats survival --input cases.csv --time months --event died --by partner
  casegraph stats survival --input lung.csv --time time --event status --event-value 2 --by sex
  casegraph stats survival --input os.csv --time months --event status --event-value 'dead,dead of disease' --missing unknown
  casegraph stats survival --input cases.csv --time t --event e --at 6,12,24 --tau 24 --band log
  casegraph stats survival --input cases.csv --time t --event e --by surgery --begins surgery_at --landmarks 3,6
  casegraph stats survival --input cases.csv --time t --event e --by dose --trend low=0,mid=1,high=3")]
    Survival
    SurvivalColumns {
        /// Column of the time at which observation begins, where that is not 0
        #[arg(long, value_name = "COLUMN")]
        start: Option<String>,
        /// Column of the time
        #[arg(long, value_name = "COLUMN")]
        time: String,
        /// Column that says whether the event came: 1 or true, 0 or false
        #[arg(long, value_name = "COLUMN")]
        event: String,
        /// Column of the groups
        #[arg(long, value_name = "COLUMN")]
        by: Option<String>,
        /// Column of the time at which a case came into its group, where that may be after time 0; empty
        /// for those who never did
        #[arg(long, value_name = "COLUMN", requires = "by")]
        begins: Option<String>,
        /// Column of the stratum within which groups are compared
        #[arg(long, value_name = "COLUMN")]
        strata: Option<String>,
        /// Column of the number of cases in a row, where a row is not one case
        #[arg(long, value_name = "COLUMN")]
        count: Option<String>,
    }
    SurvivalOptions {
        /// Times from which survival is compared where groups begin after time 0; that by which half of them
        /// had begun if not told
        #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = finite)]
        landmarks: Vec<f64>,
        /// Draw the curves of groups that begin after time 0, marked as misleading
        #[arg(long)]
        allow_immortal_time: bool,
        /// Values of the event column that mean the event, where these are not 1 or true; may be given several
        /// times
        #[arg(long, value_name = "VALUES")]
        event_value: Vec<String>,
        /// Values of the event column that mean censored; any other value that is not the event is then refused
        #[arg(long, value_name = "VALUES")]
        censored: Vec<String>,
        /// Scale on which the band is symmetric
        #[arg(long, value_parser = words(Band::ALL, Band::name))]
        band: Option<String>,
        /// Fractions with the event whose times are given, beside the median
        #[arg(long, value_name = "FRACTIONS", value_delimiter = ',', value_parser = finite)]
        quantiles: Vec<f64>,
        /// What a quantile is where the curve is level at its height
        #[arg(long, value_parser = words(QuantileRule::ALL, QuantileRule::name))]
        quantile_rule: Option<String>,
        /// Times at which survival is given
        #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = finite)]
        at: Vec<f64>,
        /// Time up to which the restricted mean goes; the shortest of the groups' last times if
        /// not told
        #[arg(long, value_name = "TIME", value_parser = finite)]
        tau: Option<f64>,
        /// Test between groups
        #[arg(long, value_parser = tests())]
        test: Option<String>,
        /// Exponent of survival in the weights of the Fleming-Harrington test
        #[arg(long, value_name = "NUMBER", value_parser = finite)]
        rho: Option<f64>,
        /// Exponent of one minus survival in those weights
        #[arg(long, value_name = "NUMBER", value_parser = finite)]
        gamma: Option<f64>,
        /// Test for trend over the groups, in this order; with scores 0, 1, 2 … if not told
        #[arg(long, value_name = "VALUES", value_delimiter = ',', requires = "by")]
        order: Vec<String>,
        /// Test for trend over the groups, with the score of each as GROUP=NUMBER; or bare numbers for groups
        /// in the order given, or in one that their names state
        #[arg(long, value_name = "SCORES", value_delimiter = ',', allow_hyphen_values = true, requires = "by")]
        trend: Vec<String>,
        /// Whether the log-rank test is also done by permutation
        #[arg(long, value_parser = words(Extent::ALL, Extent::name))]
        permutation: Option<String>,
        /// Whether times that differ by rounding are one time
        #[arg(long, value_parser = words(NearTies::ALL, NearTies::name))]
        near_ties: Option<String>,
    }
}

kind! {
    /// Regression of the hazard on covariates
    ///
    /// Cox's proportional hazards: hazard ratios with intervals, likelihood-ratio, Wald and score
    /// tests, concordance, and the test of proportional hazards. Columns of words are categories,
    /// the first by name being the reference.
    #[command(after_help = "Examples:
  casegraph stats cox --input cases.csv --time months --event died --covariates age,partner
  casegraph stats cox --input heart.csv --start start --time stop --event event --covariates transplant,age
  casegraph stats cox --input small.csv --time t --event e --covariates g --penalty firth")]
    Cox
    CoxColumns {
        /// Column of the time at which the interval begins, where that is not 0
        #[arg(long, value_name = "COLUMN")]
        start: Option<String>,
        /// Column of the time
        #[arg(long, value_name = "COLUMN")]
        time: String,
        /// Column that says whether the event came: 1 or true, 0 or false
        #[arg(long, value_name = "COLUMN")]
        event: String,
        /// Columns of the covariates
        #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
        covariates: Vec<String>,
        /// Column of the stratum; each has its own baseline hazard
        #[arg(long, value_name = "COLUMN")]
        strata: Option<String>,
        /// Column of the cluster within which rows are not independent
        #[arg(long, value_name = "COLUMN")]
        cluster: Option<String>,
        /// Column of the number of cases in a row, where a row is not one case
        #[arg(long, value_name = "COLUMN")]
        count: Option<String>,
    }
    CoxOptions {
        /// Values of the event column that mean the event, where these are not 1 or true; may be given several
        /// times
        #[arg(long, value_name = "VALUES")]
        event_value: Vec<String>,
        /// Values of the event column that mean censored; any other value that is not the event is then refused
        #[arg(long, value_name = "VALUES")]
        censored: Vec<String>,
        /// How tied event times are handled
        #[arg(long, value_parser = words(Ties::ALL, Ties::name))]
        ties: Option<String>,
        /// Penalty of the likelihood
        #[arg(long, value_parser = words(Penalty::ALL, Penalty::name))]
        penalty: Option<String>,
        /// What to do with fewer than five events without a penalty
        #[arg(long, value_parser = words(FewEvents::ALL, FewEvents::name))]
        few_events: Option<String>,
        /// Covariates whose numbers are the names of categories
        #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
        categorical: Vec<String>,
        /// Reference category of a covariate; may be given for several
        #[arg(long, value_name = "COLUMN=VALUE")]
        reference: Vec<String>,
        /// Scale of time in the test of proportional hazards
        #[arg(long, value_parser = words(TimeScale::ALL, TimeScale::name))]
        transform: Option<String>,
        /// Whether times that differ by rounding are one time
        #[arg(long, value_parser = words(NearTies::ALL, NearTies::name))]
        near_ties: Option<String>,
    }
}

kind! {
    /// Time to the first of several kinds of event
    ///
    /// Aalen-Johansen cumulative incidence of each kind, with its interval, and Gray's test between
    /// groups.
    #[command(after_help = "Examples:
  casegraph stats competing-risks --input cases.csv --time months --event outcome --censored alive
  casegraph stats competing-risks --input cases.csv --time t --event status --by arm --at 12,24")]
    CompetingRisks
    CompetingRisksColumns {
        /// Column of the time
        #[arg(long, value_name = "COLUMN")]
        time: String,
        /// Column that says which event came first
        #[arg(long, value_name = "COLUMN")]
        event: String,
        /// Column of the groups
        #[arg(long, value_name = "COLUMN")]
        by: Option<String>,
        /// Column of the stratum within which groups are compared
        #[arg(long, value_name = "COLUMN")]
        strata: Option<String>,
        /// Column of the number of cases in a row, where a row is not one case
        #[arg(long, value_name = "COLUMN")]
        count: Option<String>,
    }
    CompetingRisksOptions {
        /// Values of the event column for those in whom none came; 0 if nobody was censored
        #[arg(long, value_name = "VALUES")]
        censored: Vec<String>,
        /// Times at which incidences are given
        #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = finite)]
        at: Vec<f64>,
        /// Scale on which the band is symmetric
        #[arg(long, value_parser = words(Band::ALL, Band::name))]
        band: Option<String>,
        /// Formula of the standard error
        #[arg(long, value_parser = words(Variance::ALL, Variance::name))]
        variance: Option<String>,
        /// Exponent of the weights in Gray's test
        #[arg(long, value_name = "NUMBER", value_parser = finite)]
        rho: Option<f64>,
    }
}

kind! {
    /// Pool a proportion over reports
    ///
    /// A random intercept per report on the logit scale with the exact binomial likelihood, which
    /// stands single case reports; never inverse variance. With heterogeneity, prediction interval,
    /// what each report moves, and shrunken rates of subgroups.
    #[command(after_help = "Examples:
  casegraph stats pooled --input reports.csv --event responders --count evaluable --report pmid
  casegraph stats pooled --input cases.csv --event responded --report pmid --by partner")]
    Pooled
    PooledColumns {
        /// Column of the outcome of a case, or of the number of events in a row
        #[arg(long, value_name = "COLUMN")]
        event: String,
        /// Column of the number of cases in a row
        #[arg(long, value_name = "COLUMN")]
        count: Option<String>,
        /// Column of the report
        #[arg(long, value_name = "COLUMN")]
        report: String,
        /// Column of the subgroup whose rates are shrunk towards each other
        #[arg(long, value_name = "COLUMN")]
        by: Option<String>,
    }
    PooledOptions {
        /// Values of the event column that mean the event, where these are not 1 or true; may be given several
        /// times
        #[arg(long, value_name = "VALUES")]
        event_value: Vec<String>,
        /// Values of the event column that mean that it did not come; any other value is then refused
        #[arg(long, value_name = "VALUES")]
        no_event: Vec<String>,
        /// How the interval of the pooled proportion is made
        #[arg(long, value_parser = words(PooledInterval::ALL, PooledInterval::name))]
        interval: Option<String>,
        /// Distribution behind the prediction interval
        #[arg(long, value_parser = words(PredictionMethod::ALL, PredictionMethod::name))]
        prediction: Option<String>,
        /// Prior of subgroup rates as a,b of a beta distribution; from the data if not told
        #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = finite)]
        prior: Vec<f64>,
    }
}

kind! {
    /// Compare a measurement between groups by ranks
    ///
    /// Medians with exact intervals; of two groups the Mann-Whitney test with the Hodges-Lehmann
    /// shift, of more the Kruskal-Wallis test.
    #[command(after_help = "Examples:
  casegraph stats ranks --input cases.csv --value age --by partner")]
    Ranks
    RanksColumns {
        /// Column of the measurement
        #[arg(long, value_name = "COLUMN")]
        value: String,
        /// Column of the groups
        #[arg(long, value_name = "COLUMN")]
        by: Option<String>,
        /// Column of the number of cases in a row, where a row is not one case
        #[arg(long, value_name = "COLUMN")]
        count: Option<String>,
    }
    RanksOptions {
        /// Fractions below the quantiles that are given, beside the median
        #[arg(long, value_name = "FRACTIONS", value_delimiter = ',', value_parser = finite)]
        quantiles: Vec<f64>,
    }
}

/// One or more proportions
///
/// With every interval; two groups with their risk difference, risk ratio and odds ratio. From
/// counts, or from a column of a file.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph stats proportion --successes 26 --cases 30
  casegraph stats proportion --input cases.csv --event responded --by partner")]
pub(super) struct Proportion {
    /// Number of successes
    #[arg(long, value_name = "NUMBER", requires = "cases")]
    successes: Option<u64>,
    /// Number of cases
    #[arg(long, value_name = "NUMBER", requires = "successes")]
    cases: Option<u64>,
    /// CSV file with headings; - for standard input
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "successes",
        requires = "event",
        required_unless_present = "successes"
    )]
    input: Option<std::path::PathBuf>,
    /// Character between cells
    #[arg(long, value_name = "CHARACTER", default_value = ",", value_parser = delimiter)]
    delimiter: char,
    /// Column that identifies the unit; without it each row is one
    #[arg(long, value_name = "COLUMN")]
    case: Option<String>,
    /// Word that stands for no value, beside NA, N/A, NaN, NULL, . and -; may be given several times
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    missing: Vec<String>,
    #[command(flatten)]
    columns: ProportionColumns,
    #[command(flatten)]
    options: ProportionOptions,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args, Serialize)]
struct ProportionColumns {
    /// Column of the outcome: 1 or true, 0 or false
    #[arg(long, value_name = "COLUMN")]
    event: Option<String>,
    /// Column of the groups
    #[arg(long, value_name = "COLUMN", conflicts_with = "successes")]
    by: Option<String>,
    /// Column of the number of cases in a row, where a row is not one case
    #[arg(long, value_name = "COLUMN", conflicts_with = "successes")]
    count: Option<String>,
}

#[derive(Debug, Args, Serialize)]
struct ProportionOptions {
    /// Values of the outcome that count, where these are not 1 or true; may be given several times
    #[arg(long, value_name = "VALUES")]
    event_value: Vec<String>,
    /// Values of the outcome that do not count; any other value is then refused
    #[arg(long, value_name = "VALUES")]
    no_event: Vec<String>,
    /// Group that the others are compared with; the first by name if not told
    #[arg(long, value_name = "VALUE")]
    reference: Option<String>,
}

impl Proportion {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        if let (Some(successes), Some(cases)) = (self.successes, self.cases) {
            let options = Options(given(&self.common)?.into_iter().collect());
            let computed = proportion_of_counts(successes, cases, &options)?;
            return print(&computed, self.shown.format, place.printer());
        }
        let shared = Shared {
            input: self.input.unwrap_or_else(|| "-".into()),
            delimiter: self.delimiter,
            case: self.case,
            missing: self.missing,
            shown: self.shown,
            common: self.common,
        };
        of_file("proportion", &shared, &self.columns, &self.options, place)
    }
}

/// Adjust P values for how many there are
///
/// Holm (family-wise error), Benjamini-Hochberg (false discovery rate) and Bonferroni.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph stats adjust --p 0.01,0.04,0.2
  casegraph stats adjust --p response=0.01,survival=0.04")]
pub(super) struct Adjust {
    /// P values, each with or without a name
    #[arg(
        long = "p",
        value_name = "[NAME=]P",
        value_delimiter = ',',
        required = true
    )]
    p_values: Vec<String>,
    #[command(flatten)]
    shown: Shown,
}

impl Adjust {
    pub(super) fn run(self, printer: Printer) -> Result<Exit> {
        let tests =
            self.p_values
                .iter()
                .enumerate()
                .map(|(number, given)| match given.split_once('=') {
                    Some((name, p)) => (name.to_owned(), p.to_owned()),
                    None => (format!("test {}", number + 1), given.clone()),
                });
        let computed = adjust(tests)?;
        print(&computed, self.shown.format, printer)
    }
}

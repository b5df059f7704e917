//! Tests between groups, left truncation, follow-up, restricted means and permutation tests.

use casegraph_stats::factor::Factor;
use casegraph_stats::survival::{
    Columns, CompareOptions, Contrast, Curve, CurveOptions, LogRank, Outcome, PermutationMethod,
    PermutationOptions, RestrictedMeanOptions, Sample, Step, Trend, Weights, compare,
    compare_restricted_means, kaplan_meier, kaplan_meier_by_group, permutation_test,
    restricted_mean, restricted_mean_by_group, reverse_kaplan_meier, trend_test,
};
use serde_json::Value;

use super::{count, fields, list, number, read, same, same_all, text};

/// Relative difference allowed; both sides evaluate closed forms.
const CLOSED_FORM: f64 = 1e-11;

/// Relative difference allowed where a small P value or a nearly singular covariance magnifies
/// rounding.
const MAGNIFIED: f64 = 1e-10;

/// Columns of a reference sample.
struct Read {
    times: Vec<f64>,
    outcomes: Vec<Outcome>,
    entries: Option<Vec<f64>>,
    groups: Factor,
    strata: Option<Factor>,
}

impl Read {
    fn new(case: &Value) -> Self {
        let numbers = |column: &Value| -> Vec<f64> { list(column).iter().map(number).collect() };
        let factor = |column: &Value| Factor::new(list(column).iter().map(text));
        Self {
            times: numbers(&case["time"]),
            outcomes: list(&case["event"])
                .iter()
                .map(|event| (count(event) == 1).into())
                .collect(),
            entries: case["entry"].is_array().then(|| numbers(&case["entry"])),
            groups: factor(&case["group"]),
            strata: case["stratum"].is_array().then(|| factor(&case["stratum"])),
        }
    }

    fn columns(&self) -> Columns<'_> {
        let columns = Columns::new(&self.times, &self.outcomes).grouped(&self.groups);
        match &self.entries {
            Some(entries) => columns.entered(entries),
            None => columns,
        }
    }

    fn sample(&self) -> Sample {
        self.columns().sample().expect("valid")
    }

    fn stratified(&self) -> Option<Sample> {
        let strata = self.strata.as_ref()?;
        Some(self.columns().stratified(strata).sample().expect("valid"))
    }
}

fn samples(reference: &Value) -> impl Iterator<Item = (&String, &Value, Read)> {
    fields(&reference["samples"]).map(|(name, case)| (name, case, Read::new(case)))
}

fn reference() -> Value {
    read(include_str!("../../reference/survival_compare.json"))
}

#[track_caller]
fn same_test(what: (&str, &str), found: &LogRank, wanted: &Value) {
    same_all(
        (what, "observed"),
        found.groups.iter().map(|g| Some(g.weighted_observed)),
        &wanted["observed"],
        CLOSED_FORM,
    );
    same_all(
        (what, "expected"),
        found.groups.iter().map(|g| Some(g.weighted_expected)),
        &wanted["expected"],
        CLOSED_FORM,
    );
    if !wanted["variance"].is_null() {
        let variance = found.covariance[0][0];
        same(
            (what, "variance"),
            variance,
            &wanted["variance"],
            CLOSED_FORM,
        );
    }
    same(
        (what, "statistic"),
        found.statistic,
        &wanted["statistic"],
        MAGNIFIED,
    );
    same((what, "p"), found.p_value, &wanted["p"], MAGNIFIED);
}

#[track_caller]
fn same_trend(what: &str, found: &Trend, wanted: &Value) {
    same(
        (what, "difference"),
        found.difference,
        &wanted["difference"],
        MAGNIFIED,
    );
    same(
        (what, "variance"),
        found.variance,
        &wanted["variance"],
        MAGNIFIED,
    );
    same(
        (what, "statistic"),
        found.statistic,
        &wanted["statistic"],
        MAGNIFIED,
    );
    same((what, "p"), found.p_value, &wanted["p"], MAGNIFIED);
}

fn same_tests(name: &str, sample: &Sample, wanted: &Value) {
    let by = |weights, rho, gamma| {
        compare(
            sample,
            CompareOptions {
                weights,
                rho,
                gamma,
                ..CompareOptions::default()
            },
        )
        .unwrap_or_else(|error| panic!("{name} {weights}: {error}"))
    };
    for (word, wanted) in fields(&wanted["weighted"]) {
        let weights: Weights = word.parse().expect("a name of weights");
        let found = by(weights, 0.0, 0.0);
        same_test((name, word), &found, wanted);
        assert_eq!(found.degrees_of_freedom as u64, count(&wanted["df"]));
    }
    let fleming = list(&wanted["fleming_harrington"]);
    let survdiff = wanted["survdiff"].as_array().map_or(&[][..], Vec::as_slice);
    for wanted in fleming.iter().chain(survdiff) {
        let gamma = wanted["gamma"].as_f64().unwrap_or_default();
        let found = by(Weights::FlemingHarrington, number(&wanted["rho"]), gamma);
        same_test((name, "Fleming-Harrington"), &found, wanted);
    }
    for (wanted, weights) in [
        (&wanted["trend"], Weights::LogRank),
        (&wanted["trend_gehan"], Weights::GehanBreslow),
    ] {
        let scores: Vec<f64> = list(&wanted["scores"]).iter().map(number).collect();
        let options = CompareOptions {
            weights,
            ..CompareOptions::default()
        };
        let found = trend_test(sample, Some(&scores), options).expect("comparable");
        same_trend(name, &found, wanted);
    }
}

#[test]
fn weighted_and_stratified_tests_and_trends() {
    let (mut compared, mut stratified) = (0, 0);
    for (name, case, read) in samples(&reference()) {
        same_tests(name, &read.sample(), &case["tests"]);
        compared += 1;
        if let Some(sample) = read.stratified() {
            same_tests(name, &sample, &case["stratified"]);
            stratified += 1;
        }
    }
    assert!(compared >= 11 && stratified >= 7, "{compared} {stratified}");
}

/// Klein JP, Moeschberger ML. Survival Analysis. 2nd ed. 2003, table 7.3: time to infection with
/// catheters for dialysis.
#[test]
fn published_tests_of_the_dialysis_catheters() {
    let reference = reference();
    let sample = Read::new(&reference["samples"]["dialysis"]).sample();
    let published = [
        (Weights::LogRank, 0.0, 0.0, 2.53),
        (Weights::GehanBreslow, 0.0, 0.0, 0.002),
        (Weights::TaroneWare, 0.0, 0.0, 0.40),
        (Weights::PetoPeto, 0.0, 0.0, 1.40),
        (Weights::ModifiedPetoPeto, 0.0, 0.0, 1.28),
        (Weights::FlemingHarrington, 0.0, 1.0, 9.67),
        (Weights::FlemingHarrington, 1.0, 0.0, 1.39),
        (Weights::FlemingHarrington, 1.0, 1.0, 9.83),
        (Weights::FlemingHarrington, 0.5, 2.0, 8.18),
    ];
    for (weights, rho, gamma, statistic) in published {
        let found = compare(
            &sample,
            CompareOptions {
                weights,
                rho,
                gamma,
                ..CompareOptions::default()
            },
        )
        .expect("two groups");
        assert!(
            (found.statistic - statistic).abs() < 0.006,
            "{weights} {}",
            found.statistic
        );
    }
}

fn same_curve(what: (&str, &str), curve: &Curve, wanted: &Value) {
    let steps: Vec<Step> = list(&wanted["steps"])
        .iter()
        .map(|number| curve.step(count(number) as usize).expect("a step"))
        .collect();
    let column = |name, of: &dyn Fn(&Step) -> Option<f64>| {
        same_all(
            (what, name),
            steps.iter().map(of),
            &wanted[name],
            CLOSED_FORM,
        );
    };
    column("time", &|s| Some(s.time));
    column("n_risk", &|s| Some(s.at_risk as f64));
    column("n_event", &|s| Some(s.events as f64));
    column("n_censor", &|s| Some(s.censored as f64));
    column("survival", &|s| Some(s.survival));
    column("std_error", &|s| s.std_error);
    column("lower", &|s| s.interval.map(|i| i.lower));
    column("upper", &|s| s.interval.map(|i| i.upper));
    let quantiles = [0.25, 0.5, 0.75].map(|p| curve.quantile(p).expect("valid").time);
    same_all(
        (what, "quantile"),
        quantiles,
        &wanted["quantile"],
        CLOSED_FORM,
    );
}

#[test]
fn curves_of_truncated_cases_and_of_follow_up() {
    for (name, case, read) in samples(&reference()) {
        let (sample, options) = (read.sample(), CurveOptions::default());
        same_curve(
            (name, "all"),
            &kaplan_meier(&sample, options),
            &case["curve"],
        );
        let reverse = reverse_kaplan_meier(&sample, options);
        same_curve((name, "follow-up"), &reverse, &case["follow_up"]);
        for curve in kaplan_meier_by_group(&sample, options) {
            let group = curve.group().expect("a group's curve");
            same_curve((name, group), &curve, &case["group_curves"][group]);
        }
    }
}

fn same_contrast(what: (&str, &str), found: &Contrast, wanted: &Value) {
    let found = [
        found.estimate,
        found.interval.lower,
        found.interval.upper,
        found.p_value,
    ];
    same_all(what, found.map(Some), wanted, MAGNIFIED);
}

#[test]
fn restricted_means_and_their_contrasts() {
    let mut contrasts = 0;
    for (name, case, read) in samples(&reference()) {
        let sample = read.sample();
        for wanted in list(&case["restricted"]) {
            let options = RestrictedMeanOptions {
                tau: Some(number(&wanted["tau"])),
                ..RestrictedMeanOptions::default()
            };
            let mut means = vec![restricted_mean(&sample, options).expect("known so far")];
            means.extend(restricted_mean_by_group(&sample, options).expect("known so far"));
            same_all(
                (name, "estimate"),
                means.iter().map(|mean| Some(mean.estimate)),
                &wanted["estimate"],
                CLOSED_FORM,
            );
            same_all(
                (name, "error"),
                means.iter().map(|mean| Some(mean.std_error)),
                &wanted["std_error"],
                CLOSED_FORM,
            );
            if wanted["difference"].is_null() {
                continue;
            }
            let found = compare_restricted_means(&sample, options).expect("two groups");
            same_contrast(
                (name, "difference"),
                &found.difference,
                &wanted["difference"],
            );
            for (ratio, word) in [
                (found.ratio, "ratio"),
                (found.time_lost_ratio, "time_lost_ratio"),
            ] {
                if let Some(ratio) = ratio {
                    same_contrast((name, word), &ratio, &wanted[word]);
                    contrasts += 1;
                }
            }
        }
    }
    assert!(contrasts >= 20, "{contrasts}");
}

#[test]
fn exact_permutation_tests() {
    let reference = reference();
    for (name, tests) in fields(&reference["exact"]) {
        for wanted in list(tests) {
            let weights = match text(&wanted["type"]) {
                "logrank" => Weights::LogRank,
                word => word.parse().expect("a name of weights"),
            };
            let options = PermutationOptions {
                compare: CompareOptions {
                    weights,
                    ..CompareOptions::default()
                },
                ..PermutationOptions::default()
            };
            let found = permutation_test(&Read::new(wanted).sample(), options).expect("small");
            let what = (name, weights);
            same(what, found.statistic, &wanted["statistic"], CLOSED_FORM);
            same(what, found.p_value, &wanted["p"], CLOSED_FORM);
            assert_eq!(found.method, PermutationMethod::Exact);
        }
    }
}

#[test]
fn permutation_tests_of_several_groups() {
    let reference = reference();
    let few = PermutationOptions {
        draws: 9,
        ..PermutationOptions::default()
    };
    for (name, wanted) in fields(&reference["quadratic"]) {
        let sample = Read::new(&reference["samples"][name]).sample();
        let found = permutation_test(&sample, few).expect("comparable");
        same(name, found.statistic, &wanted["plain"], CLOSED_FORM);
    }
    let wanted = &reference["three_groups"];
    let sample = Read::new(&reference["samples"]["short"]).sample();
    let found = permutation_test(&sample, few).expect("small");
    same("short", found.statistic, &wanted["statistic"], CLOSED_FORM);
    same("short", found.p_value, &wanted["p"], CLOSED_FORM);
    assert_eq!(found.assignments, Some(count(&wanted["assignments"])));
}

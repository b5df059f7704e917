//! Pooled proportions: metafor and lme4, and where these stop early the likelihood itself.

use casegraph_stats::estimate::{Level, OpenInterval};
use casegraph_stats::pooling::{
    BetaParameters, CommonEffectOptions, PooledInterval, PredictionMethod, Prior, PriorOrigin,
    RandomEffects, RandomEffectsOptions, Report, ShrinkageOptions, Studies, common_effect,
    leave_one_out, random_effects, shrink,
};
use serde_json::Value;

use super::{
    CLOSED_FORM, SPECIAL_FUNCTION, count, fields, level, list, number, read, same, same_all,
};

/// Relative difference allowed to maxima of the likelihood found by Newton's method on scores
/// from Gauss-Legendre quadrature.
const DIRECT: f64 = 1e-8;

/// Relative difference allowed to metafor, whose optimiser compares log-likelihoods and so cannot
/// find a maximum more closely than to the square root of their rounding.
const METAFOR: f64 = 1e-6;

/// Relative difference allowed to metafor's standard errors and what rests on them, for which lme4
/// differentiates numerically.
const METAFOR_ERROR: f64 = 1e-4;

/// With nearly all reports all or nothing τ is 13, and a hundred points of Gauss-Hermite quadrature
/// are too few: metafor's estimates are a hundredth off, and its likelihood is lower than ours.
const QUADRATURE_FAILS: &str = "all_or_nothing";

fn reference() -> Value {
    read(include_str!("../../reference/pooling.json"))
}

fn studies(case: &Value) -> Studies {
    let counts = list(&case["x"]).iter().zip(list(&case["n"]));
    Studies::new(
        counts
            .enumerate()
            .map(|(i, (x, n))| Report::new(i.to_string(), count(x), count(n))),
    )
    .expect("valid")
}

fn fit(studies: &Studies, interval: PooledInterval, prediction: PredictionMethod) -> RandomEffects {
    let options = RandomEffectsOptions {
        interval,
        prediction,
        ..RandomEffectsOptions::default()
    };
    random_effects(studies, options).expect("the likelihood has a maximum")
}

fn ends(interval: OpenInterval) -> [Option<f64>; 2] {
    [interval.lower, interval.upper]
}

#[test]
fn random_effects_have_the_maximum_of_the_likelihood() {
    let reference = reference();
    assert!(fields(&reference["samples"]).count() >= 14);
    for (name, case) in fields(&reference["samples"]) {
        let studies = studies(case);
        let wanted = &case["direct"];
        let found = fit(
            &studies,
            PooledInterval::ProfileLikelihood,
            PredictionMethod::Normal,
        );
        let between = found.between_reports;
        same(
            (name, "logit"),
            found.logit.estimate,
            &wanted["logit"],
            DIRECT,
        );
        same(
            (name, "error"),
            found.logit.std_error,
            &wanted["std_error"],
            DIRECT,
        );
        same((name, "tau²"), between.tau_squared, &wanted["tau2"], DIRECT);
        same(
            (name, "mean"),
            found.mean_proportion,
            &wanted["mean"],
            DIRECT,
        );
        same(
            (name, "log-likelihood"),
            found.log_likelihood,
            &wanted["log_likelihood"],
            1e-11,
        );
        same(
            (name, "without variance"),
            found.common_effect_log_likelihood,
            &wanted["none"],
            1e-11,
        );
        let tau_limits = ends(between.tau_squared_interval).map(|end| end.map(f64::sqrt));
        same_all(
            (name, "tau limits"),
            tau_limits,
            &wanted["tau_limits"],
            DIRECT,
        );
        same_all(
            (name, "profile limits"),
            ends(found.logit.interval),
            &wanted["logit_limits"],
            DIRECT,
        );
    }
}

#[test]
fn random_effects_agree_with_metafor() {
    let reference = reference();
    let mut compared = 0;
    for (name, case) in fields(&reference["samples"]) {
        let wanted = &case["metafor"];
        if wanted.is_null() {
            continue;
        }
        let studies = studies(case);
        let wald = fit(&studies, PooledInterval::Wald, PredictionMethod::Normal);
        // The log-likelihood at metafor's estimates, computed by a third way, is never higher.
        assert!(
            number(&wanted["at"]) <= wald.log_likelihood + 1e-10,
            "{name}"
        );
        if name == QUADRATURE_FAILS {
            assert!(number(&wanted["at"]) < wald.log_likelihood - 1e-5, "{name}");
            continue;
        }
        compared += 1;
        let between = wald.between_reports;
        same(
            (name, "logit"),
            wald.logit.estimate,
            &wanted["logit"],
            METAFOR,
        );
        same(
            (name, "error"),
            wald.logit.std_error,
            &wanted["std_error"],
            METAFOR_ERROR,
        );
        same(
            (name, "tau²"),
            between.tau_squared,
            &wanted["tau2"],
            METAFOR,
        );
        same((name, "I²"), between.i_squared, &wanted["i2"], METAFOR);
        same((name, "H²"), between.h_squared, &wanted["h2"], METAFOR);
        let typical = between.typical_variance;
        same(
            (name, "typical"),
            typical,
            &wanted["typical_variance"],
            CLOSED_FORM,
        );
        same(
            (name, "log-likelihood"),
            wald.log_likelihood,
            &wanted["log_likelihood"],
            1e-9,
        );
        let likelihood_ratio = wald.heterogeneity.likelihood_ratio;
        same(
            (name, "LRT"),
            likelihood_ratio.statistic,
            &wanted["lrt"],
            1e-7,
        );
        same(
            (name, "LRT p"),
            likelihood_ratio.p_value,
            &wanted["lrt_p"],
            1e-6,
        );
        let q = wald.heterogeneity.wald;
        same(
            (name, "Q"),
            q.map(|q| q.statistic),
            &wanted["wald_q"],
            METAFOR,
        );
        same(
            (name, "Q p"),
            q.map(|q| q.p_value),
            &wanted["wald_q_p"],
            METAFOR,
        );
        assert_eq!(
            likelihood_ratio.degrees_of_freedom as u64,
            count(&wanted["df"])
        );
        same_all(
            (name, "Wald"),
            ends(wald.logit.interval),
            &wanted["wald"],
            METAFOR_ERROR,
        );

        for (interval, method, field) in [
            (
                PooledInterval::Wald,
                PredictionMethod::Normal,
                "predict_normal",
            ),
            (
                PooledInterval::StudentT,
                PredictionMethod::StudentT,
                "predict_student",
            ),
            (
                PooledInterval::StudentT,
                PredictionMethod::Riley,
                "predict_riley",
            ),
        ] {
            let found = fit(&studies, interval, method);
            if interval == PooledInterval::StudentT {
                let limits = ends(found.logit.interval);
                same_all((name, "t"), limits, &wanted["student"], METAFOR_ERROR);
            }
            match found.prediction {
                Some(range) => same_all(
                    (name, field),
                    [Some(range.logit_lower), Some(range.logit_upper)],
                    &wanted[field],
                    METAFOR_ERROR,
                ),
                None => assert!(wanted[field].is_null(), "{name} {field}"),
            }
        }
        let common = common_effect(&studies, CommonEffectOptions::default());
        let logit = common.logit.expect("neither all nor none");
        let wanted = &wanted["common"];
        same((name, "common"), logit.estimate, &wanted["logit"], 1e-9);
        same(
            (name, "common error"),
            logit.std_error,
            &wanted["std_error"],
            1e-6,
        );
        same_all(
            (name, "common"),
            ends(logit.interval),
            &wanted["limits"],
            1e-6,
        );
        same(
            (name, "common log-likelihood"),
            common.log_likelihood,
            &wanted["log_likelihood"],
            1e-10,
        );
    }
    assert!(
        compared >= 12,
        "only {compared} samples compared with metafor"
    );
}

#[test]
fn estimated_priors_and_shrunk_rates() {
    let reference = reference();
    let mut estimated = 0;
    for (name, case) in fields(&reference["samples"]) {
        let studies = studies(case);
        let wanted = &case["beta_binomial"];
        let found = shrink(&studies, ShrinkageOptions::default()).expect("has a maximum");
        if wanted.is_null() {
            assert_eq!(found.prior.origin, PriorOrigin::NoOverdispersion, "{name}");
            assert_eq!(found.prior.mean, studies.crude().value(), "{name}");
            continue;
        }
        estimated += 1;
        same((name, "a"), found.prior.a, &wanted["a"], 1e-8);
        same((name, "b"), found.prior.b, &wanted["b"], 1e-8);
        same(
            (name, "log-likelihood"),
            found.log_likelihood,
            &wanted["log_likelihood"],
            1e-10,
        );
        let of = |what: fn(&casegraph_stats::pooling::ShrunkRate) -> f64| {
            found.rates.iter().map(move |rate| Some(what(rate)))
        };
        same_all((name, "mean"), of(|r| r.estimate), &wanted["mean"], 1e-8);
        same_all(
            (name, "lower"),
            of(|r| r.interval.lower),
            &wanted["lower"],
            1e-7,
        );
        same_all(
            (name, "upper"),
            of(|r| r.interval.upper),
            &wanted["upper"],
            1e-7,
        );
    }
    assert!(estimated >= 9, "only {estimated} priors estimated");
}

#[test]
fn rates_under_a_stated_prior() {
    let reference = reference();
    for (name, case) in fields(&reference["samples"]) {
        let studies = studies(case);
        for wanted in list(&case["stated"]) {
            let prior = BetaParameters::new(number(&wanted["a"]), number(&wanted["b"]));
            let options = ShrinkageOptions {
                level: level(&wanted["level"]),
                prior: Prior::Stated(prior.expect("valid")),
            };
            let found = shrink(&studies, options).expect("always works");
            for (i, rate) in found.rates.iter().enumerate() {
                same((name, i), rate.estimate, &wanted["mean"][i], CLOSED_FORM);
                let limits = rate.interval;
                same(
                    (name, i, "lower"),
                    limits.lower,
                    &wanted["lower"][i],
                    SPECIAL_FUNCTION,
                );
                same(
                    (name, i, "upper"),
                    limits.upper,
                    &wanted["upper"][i],
                    SPECIAL_FUNCTION,
                );
            }
        }
    }
}

/// Quantiles of beta distributions with odd parameters, through posteriors that have them, and of
/// Student's t, through intervals.
#[test]
fn quantiles() {
    let reference = reference();
    let beta = &reference["beta"];
    for (i, a) in list(&beta["a"]).iter().enumerate() {
        // A prior that one case without the event turns into the distribution wanted.
        let (a, b) = (number(a), number(&beta["b"][i]));
        let (Ok(prior), true) = (BetaParameters::new(a, b - 1.0), b > 1.0) else {
            continue;
        };
        let options = ShrinkageOptions {
            level: Level::P95,
            prior: Prior::Stated(prior),
        };
        let studies = Studies::new([Report::new("one", 0, 1)]).expect("valid");
        let found = shrink(&studies, options).expect("always works").rates[0].interval;
        same(
            (a, b, "lower"),
            found.lower,
            &beta["lower"][i],
            SPECIAL_FUNCTION,
        );
        same(
            (a, b, "upper"),
            found.upper,
            &beta["upper"][i],
            SPECIAL_FUNCTION,
        );
    }
    let student = &reference["student"];
    for (i, df) in list(&student["df"])
        .iter()
        .enumerate()
        .filter(|(_, df)| count(df) < 200)
    {
        let what = (count(df), number(&student["level"][i]));
        let reports = (0..=what.0).map(|i| Report::new(i.to_string(), 1, 2));
        let options = RandomEffectsOptions {
            level: level(&student["level"][i]),
            interval: PooledInterval::StudentT,
            ..RandomEffectsOptions::default()
        };
        let found = random_effects(&Studies::new(reports).expect("valid"), options)
            .expect("the likelihood has a maximum")
            .logit;
        let factor = found.interval.upper.map(|upper| upper / found.std_error);
        same(what, factor, &student["t"][i], SPECIAL_FUNCTION);
    }
}

#[test]
fn pooled_logits_without_each_report() {
    let reference = reference();
    for (name, wanted) in fields(&reference["without_each"]) {
        let studies = studies(&reference["samples"][name]);
        let options = RandomEffectsOptions::default();
        let found = leave_one_out(&studies, |reports| {
            random_effects(reports, options).map(|pooled| pooled.logit.estimate)
        });
        let found = found.expect("the likelihood has a maximum").without;
        let found = found.iter().map(|report| report.estimate);
        same_all(name, found, wanted, DIRECT);
    }
}

//! Cox regressions.

use casegraph_stats::cox::{
    BaselineError, ChiSquaredTest, Columns, Covariate, CoxError, CoxFit, CoxOptions, FewEvents,
    FirthOptions, Sample, TimeScale, baseline_hazard, cox, firth, proportional_hazards,
};
use casegraph_stats::factor::Factor;
use casegraph_stats::survival::Outcome;
use serde_json::Value;

use super::{count, fields, list, number, read, same, same_all, text};

/// Relative difference allowed to estimates and what follows from them, both sides having iterated
/// until rounding.
const ITERATED: f64 = 1e-9;

/// R's Fortran-like sums of a test of proportional hazards lose digits in a 2p × 2p matrix.
const INVERTED: f64 = 1e-8;

/// The reference for Firth's fit comes from numerical derivatives.
const NUMERICAL: f64 = 1e-8;

fn numbers(values: &Value) -> Vec<f64> {
    list(values).iter().map(number).collect()
}

fn factor(values: &Value) -> Factor {
    let label = |value: &Value| match value {
        Value::String(label) => label.clone(),
        number => number.to_string(),
    };
    Factor::new(list(values).iter().map(label)).sorted()
}

fn covariate(data: &Value, name: &Value) -> Covariate {
    let name = text(name);
    let values = &data[name];
    assert!(!values.is_null(), "no column {name}");
    if values[0].is_string() {
        Covariate::categorical(name, factor(values))
    } else {
        Covariate::numeric(name, numbers(values))
    }
}

fn columns(data: &Value, covariates: &Value) -> Columns {
    let outcomes = list(&data["event"])
        .iter()
        .map(|event| match count(event) {
            1 => Outcome::Event,
            _ => Outcome::Censored,
        })
        .collect();
    let covariates = match covariates {
        Value::Array(names) => names.iter().map(|name| covariate(data, name)).collect(),
        name => vec![covariate(data, name)],
    };
    Columns::new(numbers(&data["time"]), outcomes, covariates)
}

fn sample(data: &Value, model: &Value) -> Sample {
    let of = |role: &str| model[role].as_str().map(|name| factor(&data[name]));
    Sample::new(Columns {
        entries: (number(&model["entry"]) == 1.0).then(|| numbers(&data["entry"])),
        strata: of("strata"),
        clusters: of("cluster"),
        ..columns(data, &model["covariates"])
    })
    .expect("valid")
}

fn each<T>(values: &[T], of: impl Fn(&T) -> f64) -> Vec<Option<f64>> {
    values.iter().map(|value| Some(of(value))).collect()
}

fn same_fit(what: &str, fit: &CoxFit, model: &Value) {
    let coefficients = &fit.coefficients;
    let compare = |name: &str, found: Vec<Option<f64>>| {
        same_all((what, name), found, &model[name], ITERATED);
    };
    compare("coefficient", each(coefficients, |found| found.estimate));
    compare("std_error", each(coefficients, |found| found.std_error));
    if !model["robust_std_error"].is_null() {
        let robust = coefficients.iter().map(|found| found.robust_std_error);
        compare("robust_std_error", robust.collect());
    }
    compare("lower", each(coefficients, |found| found.interval.lower));
    compare("upper", each(coefficients, |found| found.interval.upper));
    compare("z", each(coefficients, |found| found.z));
    compare("p", each(coefficients, |found| found.p_value));
    let likelihood = fit.log_likelihood;
    compare(
        "log_likelihood",
        vec![Some(likelihood.null), Some(likelihood.fitted)],
    );
    for (row, wanted) in fit.covariance.iter().zip(list(&model["covariance"])) {
        for (found, wanted) in row.iter().zip(list(wanted)) {
            // Near zero it is the rounding of its neighbours.
            let found = if (found - number(wanted)).abs() < 1e-11 * row[0].abs() {
                number(wanted)
            } else {
                *found
            };
            same((what, "covariance"), found, wanted, ITERATED);
        }
    }
    let statistic = |test: ChiSquaredTest| test.statistic;
    same(
        (what, "ratio"),
        fit.likelihood_ratio.statistic,
        &model["likelihood_ratio"],
        ITERATED,
    );
    same(
        (what, "ratio p"),
        fit.likelihood_ratio.p_value,
        &model["likelihood_ratio_p"],
        ITERATED,
    );
    same(
        (what, "score"),
        fit.score.statistic,
        &model["score"],
        ITERATED,
    );
    same(
        (what, "wald"),
        fit.wald.map(statistic),
        &model["wald"],
        ITERATED,
    );
    same(
        (what, "robust"),
        fit.robust_score.map(statistic),
        &model["robust_score"],
        ITERATED,
    );
    let concordance = fit.concordance.as_ref();
    same(
        (what, "C"),
        concordance.map(|c| c.estimate),
        &model["concordance"],
        ITERATED,
    );
    let error = concordance.map(|c| c.std_error);
    same(
        (what, "error of C"),
        error,
        &model["concordance_error"],
        ITERATED,
    );
    assert_eq!(fit.n as u64, count(&model["n"]), "{what}");
    assert_eq!(fit.events as u64, count(&model["events"]), "{what}");
}

/// Each fit of the reference, with its sample and a description.
fn fits() -> impl Iterator<Item = (String, Sample, Result<CoxFit, CoxError>, Value)> {
    let reference = read(include_str!("../../reference/cox.json"));
    let models = list(&reference["fits"]).to_vec();
    models.into_iter().map(move |model| {
        let sample = sample(&reference["data"][text(&model["data"])], &model);
        let ties = text(&model["ties"]);
        let what = ["data", "covariates", "strata", "cluster", "ties", "entry"]
            .map(|part| model[part].to_string())
            .join(" ");
        let options = CoxOptions {
            ties: ties.parse().expect("a way to treat ties"),
            few_events: FewEvents::Allow,
            ..CoxOptions::default()
        };
        let fit = cox(&sample, options);
        (what, sample, fit, model)
    })
}

#[test]
fn regressions() {
    let mut compared = 0;
    for (what, _, fit, model) in fits() {
        if number(&model["std_error"][0]) > 100.0 {
            // R warns that the coefficient may be infinite.
            assert!(
                matches!(fit, Err(CoxError::Separation { .. })),
                "{what}: {fit:?}"
            );
            continue;
        }
        same_fit(
            &what,
            &fit.unwrap_or_else(|error| panic!("{what}: {error}")),
            &model,
        );
        compared += 1;
    }
    assert!(compared > 55, "only {compared}");
}

#[test]
fn proportional_hazards_tests() {
    let mut compared = 0;
    for (what, sample, fit, model) in fits() {
        let Ok(fit) = fit else { continue };
        let wanted = &model["proportional_hazards"];
        if wanted.is_null() {
            continue;
        }
        for (scale, wanted) in fields(wanted) {
            let what = (&what, scale);
            let scale: TimeScale = scale.parse().expect("a scale of time");
            let found = proportional_hazards(&sample, &fit, scale).expect("tests");
            let tests: Vec<Option<ChiSquaredTest>> = found
                .covariates
                .iter()
                .map(|term| term.test)
                .chain([found.global])
                .collect();
            let of = |value: fn(ChiSquaredTest) -> f64| {
                tests.iter().map(|test| test.map(value)).collect::<Vec<_>>()
            };
            same_all(
                what,
                of(|test| test.statistic),
                &wanted["statistic"],
                INVERTED,
            );
            same_all(what, of(|test| test.p_value), &wanted["p"], INVERTED);
            let degrees = of(|test| test.degrees_of_freedom as f64);
            same_all(what, degrees, &wanted["df"], 0.0);
            compared += 1;
        }
    }
    assert!(compared > 150, "only {compared}");
}

#[test]
fn baseline_hazards() {
    let mut compared = 0;
    for (what, sample, fit, model) in fits() {
        let Ok(fit) = fit else { continue };
        if model["baseline"].is_null() {
            continue;
        }
        let found = baseline_hazard(&sample, &fit);
        if text(&model["data"]) == "large" {
            // With a covariate around a million, a case at zero has a hazard beyond all numbers.
            assert_eq!(found, Err(BaselineError::OutOfRange));
            continue;
        }
        let found = found.unwrap_or_else(|error| panic!("{what}: {error}"));
        for (label, wanted) in fields(&model["baseline"]) {
            let one = |stratum: &Option<String>| stratum.as_deref().unwrap_or("all") == label;
            let Some(stratum) = found.iter().find(|baseline| one(&baseline.stratum)) else {
                // R gives one of zeros where there is no event.
                continue;
            };
            for (time, hazard) in list(&wanted["time"]).iter().zip(list(&wanted["hazard"])) {
                let time = number(time);
                let step = stratum
                    .steps
                    .iter()
                    .rfind(|step| step.time <= time * (1.0 + 1e-9));
                let step = step.map(|step| step.cumulative_hazard);
                same((&what, label, time), step, hazard, ITERATED);
                compared += 1;
            }
        }
    }
    assert!(compared > 150, "only {compared}");
}

/// Heinze & Schemper's fit, against a maximum found by numerical derivatives of the penalised
/// likelihood, itself summed event by event.
#[test]
fn firth_regressions() {
    let reference = read(include_str!("../../reference/firth.json"));
    let models = list(&reference["fits"]);
    assert!(models.len() >= 12);
    for model in models {
        let data = text(&model["data"]);
        let options = FirthOptions {
            ties: text(&model["ties"]).parse().expect("a way to treat ties"),
            ..FirthOptions::default()
        };
        let what = (data, options.ties);
        let sample = sample(&reference["data"][data], model);
        let fit = firth(&sample, options).unwrap_or_else(|error| panic!("{what:?}: {error}"));
        let found = &fit.coefficients;
        let compare = |name: &str, found: Vec<Option<f64>>, tolerance| {
            same_all((what, name), found, &model[name], tolerance);
        };
        compare(
            "coefficient",
            each(found, |found| found.estimate),
            NUMERICAL,
        );
        compare("std_error", each(found, |found| found.std_error), NUMERICAL);
        let lower = found.iter().map(|found| found.interval.lower.map(f64::ln));
        compare("lower", lower.collect(), NUMERICAL);
        let upper = found.iter().map(|found| found.interval.upper.map(f64::ln));
        compare("upper", upper.collect(), NUMERICAL);
        let tests = each(found, |found| found.likelihood_ratio.statistic);
        compare("statistic", tests, NUMERICAL);
        compare(
            "p",
            each(found, |found| found.likelihood_ratio.p_value),
            NUMERICAL,
        );
        let likelihood = fit.penalised_log_likelihood;
        let likelihoods = vec![Some(likelihood.null), Some(likelihood.fitted)];
        compare("log_likelihood", likelihoods, NUMERICAL);
        let p_value = fit.likelihood_ratio.p_value;
        same((what, "global"), p_value, &model["global_p"], NUMERICAL);
    }
}

"""Kaplan-Meier curves, log-rank tests and Cox models as lifelines computes them by default.

Run in this folder, in an environment with lifelines: python lifelines.py
"""

import json
import math
import sys
import warnings

# The folder of this script comes first on the path, where its own name would hide the package.
sys.path.pop(0)

import lifelines
import numpy
import pandas
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.datasets import load_lung, load_rossi
from lifelines.statistics import multivariate_logrank_test, proportional_hazard_test
from lifelines.utils import median_survival_times, qth_survival_times

warnings.filterwarnings("ignore")

PROBABILITIES = [0.25, 0.5, 0.75]


def plain(value):
    """The value as JSON has it: no numpy, no infinity."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray, pandas.Series)):
        return [plain(item) for item in list(value)]
    if isinstance(value, (numpy.integer, int)) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, (numpy.floating, float)):
        return None if math.isnan(value) or math.isinf(value) else float(value)
    return value


def text(value, indent=""):
    """One line for each list of numbers."""
    deeper = indent + " "
    if isinstance(value, dict):
        items = [f"{deeper}{json.dumps(key)}: {text(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + "\n" + indent + "}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        return "[\n" + ",\n".join(deeper + text(item, deeper) for item in value) + "\n" + indent + "]"
    return json.dumps(value)


def curve(time, event):
    fit = KaplanMeierFitter().fit(time, event)
    limits = fit.confidence_interval_
    heights = [1 - p for p in PROBABILITIES]
    band = [[qth_survival_times(height, limits.iloc[:, [side]]) for height in heights] for side in (0, 1)]
    return {
        "time": list(fit.survival_function_.index),
        "survival": fit.survival_function_.to_numpy().ravel(),
        "lower": limits.iloc[:, 0],
        "upper": limits.iloc[:, 1],
        "median": fit.median_survival_time_,
        "median_limits": median_survival_times(limits).to_numpy().ravel(),
        "quantiles": [fit.percentile(height) for height in heights],
        "quantile_lower": band[0],
        "quantile_upper": band[1],
    }


def logrank(time, event, group, weightings=None):
    test = multivariate_logrank_test(time, group, event, weightings=weightings)
    return {"chi_squared": test.test_statistic, "df": test.degrees_of_freedom, "p": test.p_value}


def cox(data, duration, event):
    fit = CoxPHFitter().fit(data, duration, event, fit_options={"precision": 1e-12})
    zph = proportional_hazard_test(fit, data)
    return {
        "covariates": list(fit.params_.index),
        "coefficients": fit.params_,
        "std_errors": fit.standard_errors_,
        "log_likelihood": fit.log_likelihood_,
        "concordance": fit.concordance_index_,
        "hazards_test": {"transform": "rank", "statistic": zph.test_statistic, "p": zph.p_value},
    }


lung, rossi = load_lung(), load_rossi()
samples = {
    "lung": (lung["time"], lung["status"], [str(sex) for sex in lung["sex"]]),
    "level_half": ([1, 2, 4, 5], [1, 1, 1, 1], ["a", "b", "a", "b"]),
    "level_half_at_end": ([1, 2, 3, 6], [1, 1, 0, 0], ["a", "b", "a", "b"]),
    # The survival at 3 is a half, which lifelines has as 0.5000000000000001.
    "level_half_by_rounding": ([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], ["a", "b", "b", "a", "b", "a"]),
    "half_then_censored": (
        [54, 75, 77, 84, 87, 92, 103, 105, 112, 118],
        [1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
        ["a", "b", "a", "b", "a", "b", "a", "b", "a", "b"],
    ),
    "near_ties": ([0.1 + 0.2, 0.3, 0.7, 0.1 * 7, 1.1, 1.3], [1, 1, 1, 0, 1, 1], ["a", "b", "a", "b", "a", "b"]),
    "all_tied": ([5, 5, 5, 5], [1, 0, 1, 1], ["a", "a", "b", "b"]),
    "group_gone_early": ([1, 2, 3, 4, 5, 6], [0, 0, 1, 1, 1, 0], ["a", "a", "b", "b", "c", "c"]),
}
result = {
    "versions": {"python": sys.version.split()[0], "lifelines": lifelines.__version__, "numpy": numpy.__version__},
    "probabilities": PROBABILITIES,
    "samples": {
        name: {
            "time": time,
            "event": event,
            "group": group,
            "curve": curve(time, event),
            "logrank": logrank(time, event, group),
            "wilcoxon": logrank(time, event, group, "wilcoxon"),
        }
        for name, (time, event, group) in samples.items()
    },
    "cox": {
        "lung": cox(lung[["time", "status", "age", "sex"]], "time", "status"),
        "rossi": cox(rossi, "week", "arrest"),
    },
    "data": {
        "lung": {name: lung[name] for name in ["time", "status", "age", "sex"]},
        "rossi": {name: rossi[name] for name in rossi.columns},
    },
}
with open("lifelines.json", "w", encoding="utf-8") as file:
    file.write(text(plain(result)) + "\n")

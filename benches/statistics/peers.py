"""Times lifelines on a CSV with the columns time, event, group and x1 to x5.

Prints a line of JSON for each task: the median of the runs, reading the file not included, and the answer.
"""

import json
import statistics
import sys
import time

import lifelines
import pandas
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test


def kaplan_meier():
    fit = KaplanMeierFitter().fit(data["time"], data["event"])
    fallen = fit.survival_function_["KM_estimate"] < 1
    return float(fit.confidence_interval_["KM_estimate_lower_0.95"][fallen].sum())


def log_rank():
    return float(multivariate_logrank_test(data["time"], data["group"], data["event"]).test_statistic)


def cox():
    return float(CoxPHFitter().fit(regression, "time", "event").params_["x1"])


data = pandas.read_csv(sys.argv[1])
regression = data[["time", "event", "x1", "x2", "x3", "x4", "x5"]]
for task, run in {"kaplan-meier": kaplan_meier, "log-rank": log_rank, "cox": cox}.items():
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        answer = run()
        seconds.append(time.perf_counter() - start)
    line = {"task": task, "seconds": statistics.median(seconds), "answer": answer, "peer": f"lifelines {lifelines.__version__}"}
    print(json.dumps(line), flush=True)

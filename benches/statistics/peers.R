# Times R's survival on a CSV with the columns time, event, group and x1 to x5. Prints a line of JSON for each task: the
# median of the runs, reading the file not included, and the answer.
suppressPackageStartupMessages(library(survival))
data <- read.csv(commandArgs(trailingOnly = TRUE)[1])
data$group <- factor(data$group)
tasks <- list(
  "kaplan-meier" = function() {
    fit <- survfit(Surv(time, event) ~ 1, data = data, conf.type = "log-log")
    # Before the first event R gives limits of 1 where the band does not exist.
    sum(fit$lower[fit$surv < 1], na.rm = TRUE)
  },
  "log-rank" = function() survdiff(Surv(time, event) ~ group, data = data)$chisq,
  "cox" = function() coxph(Surv(time, event) ~ x1 + x2 + x3 + x4 + x5, data = data)$coefficients[["x1"]]
)
for (task in names(tasks)) {
  seconds <- replicate(3, {
    gc()
    start <- proc.time()[["elapsed"]]
    answer <<- tasks[[task]]()
    proc.time()[["elapsed"]] - start
  })
  cat(sprintf('{"task": "%s", "seconds": %.6f, "answer": %.17g, "peer": "R survival %s"}\n', task, median(seconds), answer,
              packageVersion("survival")))
}

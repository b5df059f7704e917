# Kaplan-Meier curves, quantiles and log-rank tests. Run in this folder: Rscript survival.R
source("write_json.R")
library(survival)

month <- 30.4375
days <- c(7, 14, 28, 61, 61, 103, 120, 122, 206, 244)
samples <- list(
  lung = with(lung, list(time = time, event = status - 1, group = as.character(sex))),
  ovarian = with(ovarian, list(time = futime, event = fustat, group = as.character(rx))),
  veteran = with(veteran, list(time = time, event = status, group = as.character(celltype))),
  aml = with(aml, list(time = time, event = status, group = as.character(x))),
  # Days turned to months by division and by multiplication: ties that rounding breaks.
  months = list(time = c(days / month, days * (1 / month)), event = rep(c(1, 1, 0, 1, 1), 4), group = rep(c("a", "b"), each = 10)),
  rounded = list(time = c(0.1 + 0.2, 0.3, 0.7, 0.1 * 7, 1.1, 0.1 * 11), event = c(1, 1, 1, 0, 1, 1), group = c("a", "b", "a", "b", "a", "b")),
  all_tied = list(time = c(5, 5, 5, 5), event = c(1, 0, 1, 1), group = c("a", "a", "b", "b")),
  all_censored = list(time = c(1, 2, 3), event = c(0, 0, 0), group = NULL),
  one_event = list(time = 2, event = 1, group = NULL),
  one_censored = list(time = 2, event = 0, group = NULL),
  level_half = list(time = c(1, 2, 4, 5), event = c(1, 1, 1, 1), group = NULL),
  level_half_at_end = list(time = c(1, 2, 3, 6), event = c(1, 1, 0, 0), group = NULL),
  at_time_zero = list(time = c(0, 0, 3, 5), event = c(1, 0, 1, 1), group = c("a", "b", "a", "b")),
  group_gone_early = list(time = c(1, 2, 3, 4, 5, 6), event = c(0, 0, 1, 1, 1, 0), group = c("a", "a", "b", "b", "c", "c"))
)
bands <- c("plain", "log", "log-log", "logit", "arcsin")
probabilities <- c(0.1, 0.25, 0.5, 0.75, 0.9)

# The limit of a band may rise again where few are at risk, and quantile.survfit, which sorts it, then misses its first
# crossing: in aml with the log band it says 48 where printing the same fit says 45. A running minimum keeps the first.
falling <- function(x) { known <- !is.na(x); x[known] <- cummin(x[known]); x }

curve <- function(surv, level, bands) {
  one <- function(band) {
    f <- survfit(surv ~ 1, conf.type = band, conf.int = level)
    printed <- unname(summary(f)$table[8:9])
    shown <- f
    shown$lower <- falling(f$lower)
    shown$upper <- falling(f$upper)
    q <- quantile(shown, probabilities)
    list(printed_median_limits = printed, lower = I(as.numeric(f$lower)), upper = I(as.numeric(f$upper)),
         quantile_lower = as.numeric(q$lower), quantile_upper = as.numeric(q$upper))
  }
  f <- survfit(surv ~ 1, conf.type = "log-log", conf.int = level)
  list(level = level, n = f$n, time = I(f$time), n_risk = I(f$n.risk), n_event = I(f$n.event), n_censor = I(f$n.censor),
       survival = I(f$surv), std_error = I(f$surv * f$std.err), quantile = as.numeric(quantile(f, probabilities)$quantile),
       bands = setNames(lapply(bands, one), bands))
}
summaries <- lapply(samples, function(s) {
  # Near-ties are merged over the whole sample, as in a formula with groups.
  surv <- aeqSurv(Surv(s$time, s$event))
  times <- seq(0, max(s$time), length.out = 7)
  read <- summary(survfit(surv ~ 1), times = times, extend = TRUE)
  result <- list(time = I(s$time), event = I(s$event), group = if (is.null(s$group)) NULL else I(s$group),
                 curves = list(curve(surv, 0.95, bands), curve(surv, 0.9, "log-log")),
                 read = list(times = times, n_risk = read$n.risk, survival = read$surv))
  if (!is.null(s$group)) {
    groups <- unique(s$group)
    result$group_curves <- setNames(lapply(groups, function(g) curve(surv[s$group == g], 0.95, "log-log")), groups)
    test <- try(survdiff(Surv(s$time, s$event) ~ factor(s$group, levels = groups)), silent = TRUE)
    if (!inherits(test, "try-error") && is.finite(test$chisq))
      result$logrank <- list(groups = groups, n = as.numeric(test$n), observed = test$obs, expected = test$exp,
                             chi_squared = test$chisq, p = test$pvalue, df = sum(test$exp > 0) - 1)
  }
  result
})
write_reference("survival", "survival", list(probabilities = probabilities, samples = summaries))

# Cumulative incidences and Gray's test. Run in this folder: Rscript competing_risks.R
source("write_json.R")
library(survival)
library(cmprsk)

set.seed(20211123)
month <- 30.4375
days <- c(7, 14, 28, 61, 61, 103, 120, 122, 206, 244)
# mgus2: progression to a plasma cell malignancy, or death before it.
gammopathy <- with(mgus2, list(time = ifelse(pstat == 0, futime, ptime), cause = ifelse(pstat == 1, "pcm", ifelse(death == 1, "death", NA)),
                               group = as.character(sex)))
first <- merge(subset(colon, etype == 1), subset(colon, etype == 2), by = "id")
recurrence <- with(first, list(time = pmin(time.x, time.y), cause = ifelse(status.x == 1, "recurrence", ifelse(status.y == 1, "death", NA)),
                               group = as.character(rx.x), stratum = as.character(node4.x)))
simulated <- list(time = ceiling(rexp(60, 0.1)), cause = sample(c("a", "b", "c", NA), 60, TRUE), group = sample(c("x", "y", "z"), 60, TRUE),
                  stratum = sample(c("s", "t"), 60, TRUE))
samples <- list(
  mgus2 = gammopathy, colon = recurrence, simulated = simulated,
  # Days turned to months by division and by multiplication: ties that rounding breaks.
  months = list(time = c(days / month, days * (1 / month)), cause = rep(c("a", "b", NA, "a", "a"), 4), group = rep(c("x", "y"), each = 10)),
  one_cause = with(aml, list(time = time, cause = ifelse(status == 1, "a", NA), group = as.character(x))),
  no_censoring = list(time = c(1, 2, 2, 3, 4, 4, 5, 6), cause = c("a", "b", "a", "a", "b", "b", "a", "a"), group = rep(c("x", "y"), 4)),
  all_tied = list(time = c(5, 5, 5, 5), cause = c("a", NA, "a", "b"), group = c("x", "x", "y", "y")),
  one_case = list(time = 2, cause = "a"),
  at_time_zero = list(time = c(0, 0, 3, 5), cause = c("a", "b", "a", NA)),
  group_gone_early = list(time = c(1, 2, 3, 4, 5, 6, 7, 8), cause = c("b", "b", "a", "a", "a", NA, "a", NA), group = c("x", "x", "y", "y", "z", "z", "y", "z"))
)

bands <- c("log-log", "plain", "log", "logit", "arcsin")
# The curves of cases whose near-ties are merged already; all of them, or some to keep the file small.
curves <- function(time, cause, causes) {
  kept <- function(n) if (n <= 30) seq_len(n) else unique(round(seq(1, n, length.out = 20)))
  ends <- factor(ifelse(is.na(cause), "censored", cause), levels = c("censored", causes))
  fit <- lapply(bands, function(b) survfit(Surv(time, ends) ~ 1, conf.type = b))
  f <- fit[[1]]
  # With a single time survfit drops the dimensions.
  table <- function(x) matrix(x, nrow = length(f$time))
  at <- kept(length(f$time))
  result <- list(n = length(time), time = I(f$time[at]), n_risk = I(table(f$n.risk)[at, 1]), event_free = I(table(f$pstate)[at, 1]),
                 event_free_std_error = I(table(f$std.err)[at, 1]), causes = list())
  aalen <- cuminc(time, ifelse(is.na(cause), 0, match(cause, causes)))
  for (k in seq_along(causes)) {
    one <- list(cause = causes[k], events = I(cumsum(table(f$n.event)[, k + 1])[at]), estimate = I(table(f$pstate)[at, k + 1]), std_error = I(table(f$std.err)[at, k + 1]),
                bands = setNames(lapply(fit, function(g) list(lower = I(table(g$lower)[at, k + 1]), upper = I(table(g$upper)[at, k + 1]))), bands))
    # cmprsk's curve is a list of corners; the last corner not after a time holds. It has no curve for a cause without events.
    corner <- aalen[[paste("1", k)]]
    if (!is.null(corner)) {
      last <- findInterval(f$time[at], corner$time)
      one$aalen_estimate <- I(corner$est[last])
      one$aalen_std_error <- I(sqrt(corner$var[last]))
    }
    result$causes[[k]] <- one
  }
  result
}
summaries <- lapply(samples, function(s) {
  causes <- unique(s$cause[!is.na(s$cause)])
  time <- aeqSurv(Surv(s$time, rep(1, length(s$time))))[, 1]
  shown <- s
  shown$time <- I(s$time); shown$cause <- I(ifelse(is.na(s$cause), "", s$cause))
  result <- c(shown, list(whole = curves(time, s$cause, causes)))
  if (!is.null(s$group)) {
    groups <- unique(s$group)
    result$groups <- setNames(lapply(groups, function(g) curves(time[s$group == g], s$cause[s$group == g], causes)), groups)
    status <- ifelse(is.na(s$cause), 0, match(s$cause, causes))
    result$gray <- list()
    for (rho in c(0, 1, -0.5)) for (stratified in c(FALSE, if (!is.null(s$stratum)) TRUE)) {
      strata <- if (stratified) s$stratum else rep(1, length(time))
      tests <- cuminc(time, status, factor(s$group, levels = groups), strata, rho = rho)$Tests
      for (k in seq_len(nrow(tests))) {
        test <- tests[k, ]
        # cmprsk has no test (-1) when a group has nobody at risk at any event of the cause; without that group it has one.
        if (test["stat"] < 0) {
          there <- s$group %in% s$group[time >= min(time[status == k])]
          test <- cuminc(time[there], status[there], factor(s$group[there]), strata[there], rho = rho)$Tests[paste(k), ]
        }
        result$gray[[length(result$gray) + 1]] <-
          list(cause = causes[k], rho = rho, stratified = as.numeric(stratified), chi_squared = test[["stat"]],
               p = pchisq(test[["stat"]], test[["df"]], lower.tail = FALSE), df = test[["df"]])
      }
    }
  }
  result
})
write_reference("competing_risks", c("survival", "cmprsk"), list(samples = summaries))

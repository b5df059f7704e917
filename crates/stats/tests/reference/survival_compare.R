# Tests between groups, left truncation, follow-up, restricted means, permutation tests. Run in this folder: Rscript survival_compare.R
source("write_json.R")
suppressPackageStartupMessages({library(survival); library(coin)})

deaths <- subset(colon, etype == 2)
trial <- subset(pbc, !is.na(trt))
first <- subset(bladder2, enum <= 2)
# Klein & Moeschberger 2003, table 1.2: catheters placed by surgery or through the skin; their tests are in table 7.3.
kidney_event <- list(c(1.5, 3.5, 4.5, 4.5, 5.5, 8.5, 8.5, 9.5, 10.5, 11.5, 15.5, 16.5, 18.5, 23.5, 26.5), c(rep(0.5, 6), 2.5, 2.5, 3.5, 6.5, 15.5))
kidney_censored <- list(c(2.5, 2.5, 3.5, 3.5, 3.5, 4.5, 5.5, 6.5, 6.5, 7.5, 7.5, 7.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12.5, 12.5, 13.5, 14.5, 14.5, 21.5, 21.5, 22.5, 22.5, 25.5, 27.5),
                        c(rep(0.5, 10), rep(1.5, 4), rep(2.5, 5), rep(3.5, 5), rep(4.5, 3), rep(5.5, 5), 6.5, rep(7.5, 3), rep(8.5, 3), 9.5, 9.5, rep(10.5, 3), 11.5, 11.5, rep(12.5, 4), 14.5, 14.5, 16.5, 16.5, 18.5, rep(19.5, 3), 20.5, 22.5, 24.5, 25.5, 26.5, 26.5, 28.5))
dialysis <- list(time = c(kidney_event[[1]], kidney_censored[[1]], kidney_event[[2]], kidney_censored[[2]]),
                 event = rep(c(1, 0, 1, 0), c(length(kidney_event[[1]]), length(kidney_censored[[1]]), length(kidney_event[[2]]), length(kidney_censored[[2]]))),
                 group = rep(c("surgical", "percutaneous"), c(length(kidney_event[[1]]) + length(kidney_censored[[1]]), length(kidney_event[[2]]) + length(kidney_censored[[2]]))))
cat("dialysis:", table(dialysis$group), "\n")
set.seed(3)
short <- list(time = c(1, 1, 2, 3, 3, 3, 5, 6, 6, 8), event = c(1, 0, 1, 1, 1, 0, 1, 1, 0, 1), group = c("a", "b", "a", "b", "a", "c", "b", "c", "c", "b"))
samples <- list(
  lung = with(lung, list(time = time, event = status - 1, group = as.character(sex), stratum = ifelse(is.na(ph.ecog), "none", as.character(ph.ecog)))),
  ovarian = with(ovarian, list(time = futime, event = fustat, group = as.character(rx), stratum = as.character(resid.ds))),
  veteran = with(veteran, list(time = time, event = status, group = as.character(celltype), stratum = as.character(prior))),
  colon = with(deaths, list(time = time, event = status, group = as.character(rx), stratum = as.character(extent))),
  pbc = with(trial, list(time = time, event = as.numeric(status == 2), group = as.character(trt), stratum = as.character(stage))),
  aml = with(aml, list(time = time, event = status, group = as.character(x))),
  dialysis = dialysis,
  heart = with(heart, list(entry = start, time = stop, event = event, group = as.character(transplant), stratum = as.character(surgery))),
  bladder = with(first, list(entry = start, time = stop, event = event, group = as.character(rx), stratum = as.character(enum))),
  short = short,
  # Entry nearly tied with an event, and an early risk set of one.
  late = list(entry = c(0, 0, 0.3, 1, 0.1, 0.7), time = c(0.1 + 0.2, 2, 2, 3, 0.1 * 7, 3), event = c(1, 1, 0, 1, 1, 0), group = c("a", "b", "a", "b", "b", "a"))
)
samples$bladder <- within(samples$bladder, { keep <- entry < time; entry <- entry[keep]; time <- time[keep]; event <- event[keep]; group <- group[keep]; stratum <- stratum[keep]; rm(keep) })

# The weighted tests from their formulas, one risk set after the other.
weigh <- list(
  "log-rank" = function(n, d, before, peto) 1,
  "Gehan-Breslow" = function(n, d, before, peto) n,
  "Tarone-Ware" = function(n, d, before, peto) sqrt(n),
  "Peto-Peto" = function(n, d, before, peto) peto,
  "modified Peto-Peto" = function(n, d, before, peto) peto * n / (n + 1)
)
fleming <- function(rho, gamma) function(n, d, before, peto) before^rho * (1 - before)^gamma
sums <- function(entry, time, event, group, stratum, weight) {
  groups <- unique(group); g <- length(groups)
  O <- E <- numeric(g); V <- matrix(0, g, g)
  for (s in unique(stratum)) {
    before <- peto <- 1
    for (t in sort(unique(time[event == 1 & stratum == s]))) {
      risk <- stratum == s & time >= t & entry < t
      ni <- sapply(groups, function(k) sum(risk & group == k))
      di <- sapply(groups, function(k) sum(risk & group == k & time == t & event == 1))
      n <- sum(ni); d <- sum(di)
      peto <- peto * (1 - d / (n + 1))
      w <- weight(n, d, before, peto)
      before <- before * (n - d) / n
      O <- O + w * di; E <- E + w * d * ni / n
      if (n > 1) V <- V + w^2 * d * (n - d) / (n - 1) * (diag(ni / n, g) - outer(ni, ni) / n^2)
    }
  }
  list(O = O, E = E, V = V)
}
result <- function(s) {
  keep <- s$E > 0
  d <- (s$O - s$E)[keep][-1]; v <- s$V[keep, keep][-1, -1, drop = FALSE]
  chi <- sum(solve(v, d) * d); df <- length(d)
  list(observed = I(s$O), expected = I(s$E), variance = s$V[1, 1], statistic = chi, df = df, p = pchisq(chi, df, lower.tail = FALSE))
}
trend <- function(s, a) {
  d <- sum(a * (s$O - s$E)); v <- sum(outer(a, a) * s$V)
  list(scores = I(a), difference = d, variance = v, statistic = d^2 / v, p = pchisq(d^2 / v, 1, lower.tail = FALSE))
}
tests <- function(s, stratum) {
  groups <- unique(s$group)
  entry <- if (is.null(s$entry)) rep(-1, length(s$time)) else s$entry
  # Near ties merged as survdiff does.
  merged <- if (is.null(s$entry)) aeqSurv(Surv(s$time, s$event)) else aeqSurv(Surv(s$entry, s$time, s$event))
  time <- merged[, if (is.null(s$entry)) "time" else "stop"]
  if (!is.null(s$entry)) entry <- merged[, "start"]
  by <- function(weight) sums(entry, time, s$event, s$group, stratum, weight)
  weighted <- lapply(weigh, function(weight) result(by(weight)))
  powers <- list(c(1, 0), c(0.5, 0), c(0, 1), c(1, 1), c(0.5, 2))
  fh <- lapply(powers, function(p) c(list(rho = p[1], gamma = p[2]), result(by(fleming(p[1], p[2])))))
  out <- list(weighted = weighted, fleming_harrington = fh, trend = trend(by(weigh[[1]]), seq_along(groups)),
              trend_gehan = trend(by(weigh[[2]]), seq_along(groups)^2))
  if (is.null(s$entry)) {
    g <- factor(s$group, levels = groups)
    out$survdiff <- lapply(c(0, 1, 0.5), function(rho) {
      fit <- survdiff(Surv(s$time, s$event) ~ g + strata(stratum), rho = rho)
      total <- function(x) if (is.matrix(x)) rowSums(x) else x
      list(rho = rho, observed = I(unname(total(fit$obs))), expected = I(unname(total(fit$exp))), statistic = fit$chisq, p = fit$pvalue)
    })
  }
  out
}
# Curves of the left-truncated, and the reverse curves of all.
curve <- function(surv) {
  f <- survfit(surv ~ 1, conf.type = "log-log")
  q <- quantile(f, c(0.25, 0.5, 0.75))
  keep <- unique(round(seq(1, length(f$time), length.out = min(length(f$time), 40))))
  list(steps = I(keep - 1), time = I(f$time[keep]), n_risk = I(f$n.risk[keep]), n_event = I(f$n.event[keep]), n_censor = I(f$n.censor[keep]),
       survival = I(f$surv[keep]), std_error = I((f$surv * f$std.err)[keep]), lower = I(f$lower[keep]), upper = I(f$upper[keep]),
       quantile = as.numeric(q$quantile))
}
# The restricted mean and its standard error from R, the contrasts from them as survRM2 has them.
restricted <- function(s, tau) {
  groups <- unique(s$group)
  one <- function(keep) {
    surv <- if (is.null(s$entry)) Surv(s$time, s$event)[keep] else Surv(s$entry, s$time, s$event)[keep]
    if (tau < min(s$time[keep])) return(c(tau, 0)) # R refuses
    m <- summary(survfit(surv ~ 1), rmean = tau)$table
    c(m[["rmean"]], m[["se(rmean)"]])
  }
  m <- lapply(c(list(rep(TRUE, length(s$time))), lapply(groups, function(g) s$group == g)), one)
  out <- list(tau = tau, estimate = I(sapply(m, `[`, 1)), std_error = I(sapply(m, `[`, 2)))
  if (length(groups) == 2) {
    a <- m[[2]]; b <- m[[3]]; z <- qnorm(0.975)
    logs <- function(x, y) { l <- log(y / x); se <- sqrt(a[2]^2 / x^2 + b[2]^2 / y^2); c(exp(c(l, l - z * se, l + z * se)), 2 * pnorm(-abs(l) / se)) }
    d <- b[1] - a[1]; se <- sqrt(a[2]^2 + b[2]^2)
    out$difference <- c(d, d - z * se, d + z * se, 2 * pnorm(-abs(d) / se))
    out$ratio <- logs(a[1], b[1]); out$time_lost_ratio <- logs(tau - a[1], tau - b[1])
  }
  out
}
summaries <- lapply(samples, function(s) {
  n <- length(s$time)
  out <- list(entry = if (is.null(s$entry)) NULL else I(s$entry), time = I(s$time), event = I(s$event), group = I(s$group),
              stratum = if (is.null(s$stratum)) NULL else I(s$stratum), tests = tests(s, rep("all", n)))
  if (!is.null(s$stratum)) out$stratified <- tests(s, s$stratum)
  surv <- if (is.null(s$entry)) aeqSurv(Surv(s$time, s$event)) else aeqSurv(Surv(s$entry, s$time, s$event))
  out$curve <- curve(surv)
  out$group_curves <- setNames(lapply(unique(s$group), function(g) curve(surv[s$group == g])), unique(s$group))
  reversed <- if (is.null(s$entry)) Surv(surv[, 1], 1 - s$event) else Surv(surv[, 1], surv[, 2], 1 - s$event)
  out$follow_up <- curve(reversed)
  ends <- tapply(s$time, s$group, max)
  out$restricted <- lapply(min(ends) * c(1, 0.5), function(tau) restricted(s, tau))
  out
})
# Exact permutation tests of the same scores.
exact <- lapply(samples[c("ovarian", "aml", "short")], function(s) {
  groups <- unique(s$group); two <- s$group %in% groups[1:2]
  d <- data.frame(time = s$time, event = s$event, group = factor(s$group, levels = groups))[two, ]; d$group <- droplevels(d$group)
  lapply(c("logrank", "Gehan-Breslow", "Tarone-Ware"), function(type) {
    t <- logrank_test(Surv(time, event) ~ group, data = d, distribution = "exact", type = type)
    list(type = type, time = I(d$time), event = I(d$event), group = I(as.character(d$group)), statistic = as.numeric(statistic(t))^2, p = as.numeric(pvalue(t)))
  })
})
# Three groups and strata: coin has the statistic; all assignments are gone through one by one for P.
asymptotic <- lapply(samples[c("veteran", "short", "colon", "ovarian")], function(s) {
  d <- data.frame(time = s$time, event = s$event, group = factor(s$group), stratum = factor(if (is.null(s$stratum)) rep(1, length(s$time)) else s$stratum))
  list(plain = as.numeric(statistic(independence_test(Surv(time, event) ~ group, data = d, ytrafo = function(data) trafo(data, surv_trafo = logrank_trafo), teststat = "quadratic"))))
})
brute <- local({
  s <- samples$short; groups <- unique(s$group)
  time <- s$time; event <- s$event
  a <- -as.numeric(logrank_trafo(Surv(time, event)))
  stat <- function(x) { N <- length(a); v <- sum((a - mean(a))^2) / (N - 1); n <- sapply(groups, function(g) sum(x == g)); T <- sapply(groups, function(g) sum(a[x == g]))
    V <- v * (diag(n) - outer(n, n) / N); d <- T[-1]; sum(solve(V[-1, -1], d) * d) }
  found <- stat(s$group); n <- length(a); k <- table(s$group)[groups]; count <- all <- 0
  for (i in combn(n, k[1], simplify = FALSE)) { rest <- setdiff(seq_len(n), i)
    for (j in combn(rest, k[2], simplify = FALSE)) { x <- rep(groups[3], n); x[i] <- groups[1]; x[j] <- groups[2]; all <- all + 1; count <- count + (stat(x) >= found - 1e-9) } }
  list(statistic = found, assignments = all, p = count / all)
})
write_reference("survival_compare", c("survival", "coin"), list(samples = summaries, exact = exact, quadratic = asymptotic, three_groups = brute))

# Chi-squared and exact tests of contingency tables. Run in this folder: Rscript contingency.R
source("write_json.R")

# fisher.test finds the odds ratio and its limits to four digits only. The same equations, solved on the logarithm of the
# odds ratio to the last digits, are what is compared; fisher.test's own values are kept beside them.
precise <- function(x, level) {
  m <- sum(x[, 1]); n <- sum(x[, 2]); k <- sum(x[1, ]); a <- x[1, 1]
  lo <- max(0, k - n); hi <- min(k, m); support <- lo:hi
  logdc <- dhyper(support, m, n, k, log = TRUE)
  density <- function(theta) { d <- logdc + theta * support; d <- exp(d - max(d)); d / sum(d) }
  solve_for <- function(f) exp(uniroot(f, c(-60, 60), tol = 1e-14, maxiter = 10000)$root)
  tail <- (1 - level) / 2
  list(
    estimate = if (a == lo) 0 else if (a == hi) NA else solve_for(function(t) sum(support * density(t)) - a),
    lower = if (a == lo) 0 else solve_for(function(t) sum(density(t)[support >= a]) - tail),
    upper = if (a == hi) NA else solve_for(function(t) tail - sum(density(t)[support <= a]))
  )
}

# Other forms of the same test: one-sided, and with half of the observed table (mid-P).
forms <- function(x, level) {
  m <- sum(x[, 1]); n <- sum(x[, 2]); k <- sum(x[1, ]); a <- x[1, 1]
  lo <- max(0, k - n); hi <- min(k, m); support <- lo:hi
  logdc <- dhyper(support, m, n, k, log = TRUE)
  density <- function(theta) { d <- logdc + theta * support; d <- exp(d - max(d)); d / sum(d) }
  solve_for <- function(f) exp(uniroot(f, c(-60, 60), tol = 1e-14, maxiter = 10000)$root)
  tail <- (1 - level) / 2
  d <- density(0); here <- d[support == a]
  tied <- abs(d / here - 1) <= 1e-7
  less <- fisher.test(x, alternative = "less")$p.value
  greater <- fisher.test(x, alternative = "greater")$p.value
  list(
    less = less, greater = greater, central = min(1, 2 * min(less, greater)), mid_less = less - here / 2, mid_greater = greater - here / 2,
    mid_central = min(1, 2 * (min(less, greater) - here / 2)), mid_two_sided = fisher.test(x)$p.value - sum(d[tied]) / 2,
    mid_interval = c(if (a == lo) 0 else solve_for(function(t) { d <- density(t); sum(d[support > a]) + d[support == a] / 2 - tail }),
                     if (a == hi) NA else solve_for(function(t) { d <- density(t); tail - sum(d[support < a]) - d[support == a] / 2 })),
    lower_alone = if (a == lo) 0 else solve_for(function(t) sum(density(t)[support >= a]) - 2 * tail),
    upper_alone = if (a == hi) NA else solve_for(function(t) 2 * tail - sum(density(t)[support <= a]))
  )
}
woolf <- function(x, level) {
  if (any(x == 0)) return(c(NA, NA))
  exp(log(x[1, 1] * x[2, 2] / x[1, 2] / x[2, 1]) + c(-1, 1) * qnorm((1 + level) / 2) * sqrt(sum(1 / x)))
}

tables <- list(
  c(8, 2, 1, 18), c(3, 1, 1, 3), c(1, 0, 0, 1), c(0, 1, 1, 0), c(0, 5, 4, 3), c(7, 0, 2, 9), c(10, 20, 30, 40),
  c(5, 5, 5, 6), c(5, 5, 5, 5), c(1, 9, 11, 3), c(12, 5, 29, 2), c(2, 98, 30, 870), c(150, 350, 90, 410), c(1, 999, 3, 20000)
)
two_by_two <- list()
for (cells in tables) for (level in c(0.95, 0.9)) {
  x <- matrix(cells, 2, byrow = TRUE)
  fisher <- fisher.test(x, conf.level = level)
  plain <- suppressWarnings(chisq.test(x, correct = FALSE))
  yates <- suppressWarnings(chisq.test(x, correct = TRUE))
  two_by_two[[length(two_by_two) + 1]] <- list(
    cells = cells, level = level, fisher_p = fisher$p.value, odds_ratio = precise(x, level),
    fisher_test = list(estimate = unname(fisher$estimate), lower = fisher$conf.int[1], upper = fisher$conf.int[2]),
    expected = as.numeric(t(plain$expected)), chi_squared = unname(plain$statistic), p = plain$p.value,
    yates_chi_squared = unname(yates$statistic), yates_p = yates$p.value,
    forms = forms(x, level), woolf = woolf(x, level)
  )
}

larger <- list(
  rbind(c(3, 1, 0), c(1, 2, 4)), rbind(c(2, 0, 1), c(0, 2, 1)), rbind(c(4, 0, 2, 1), c(1, 5, 0, 3)),
  rbind(c(5, 3, 1), c(2, 6, 2), c(0, 1, 7)), rbind(c(10, 7), c(4, 12), c(9, 3), c(2, 8)), rbind(c(8, 2), c(1, 18)),
  rbind(c(1, 0, 0), c(0, 1, 1)), rbind(c(30, 14, 6), c(21, 19, 10)),
  # Job satisfaction by income (Agresti 2002, p. 57), from the help of fisher.test.
  rbind(c(1, 3, 10, 6), c(2, 3, 10, 7), c(1, 6, 14, 12), c(0, 1, 9, 11)),
  rbind(c(2, 0, 1, 2, 6), c(1, 3, 1, 1, 1), c(1, 0, 3, 1, 0), c(1, 2, 1, 2, 0), c(1, 0, 1, 2, 0)),
  rbind(c(5, 3, 1, 2, 4, 1, 0, 3, 2), c(2, 6, 2, 1, 1, 4, 5, 2, 1), c(0, 1, 7, 1, 2, 3, 1, 1, 1)),
  rbind(c(20, 30, 25, 41), c(32, 18, 24, 50), c(20, 25, 24, 31)), rbind(c(9, 0, 0, 0), c(0, 9, 0, 0), c(0, 0, 9, 0), c(0, 0, 0, 9))
)
rectangular <- lapply(larger, function(x) {
  chi <- suppressWarnings(chisq.test(x, correct = FALSE))
  list(rows = x, chi_squared = unname(chi$statistic), df = unname(chi$parameter), p = chi$p.value, expected = unname(chi$expected),
       fisher_p = fisher.test(x, workspace = 2e7)$p.value)
})

# Trends. The exact distribution of the sum of scores is gone through group by group.
exact_trend <- function(k, n, score) {
  grid <- expand.grid(lapply(n, function(size) 0:size))
  grid <- grid[rowSums(grid) == sum(k), , drop = FALSE]
  weight <- apply(grid, 1, function(x) exp(sum(lchoose(n, x))))
  weight <- weight / sum(weight)
  value <- as.numeric(as.matrix(grid) %*% score)
  mean <- sum(k) * sum(n * score) / sum(n)
  here <- sum(k * score) - mean
  list(two_sided = sum(weight[abs(value - mean) >= abs(here) - 1e-9]), greater = sum(weight[value - mean >= here - 1e-9]),
       less = sum(weight[value - mean <= here + 1e-9]))
}
trend <- function(k, n, score) {
  fit <- suppressWarnings(prop.trend.test(k, n, score))
  list(events = k, n = n, scores = score, statistic = unname(fit$statistic), p = fit$p.value,
       exact = if (prod(n + 1) < 3e5) exact_trend(k, n, score))
}
trends <- list(
  trend(c(83, 90, 129, 70), c(86, 93, 136, 82), 1:4), trend(c(83, 90, 129, 70), c(86, 93, 136, 82), c(0, 0, 0, 1)),
  trend(c(0, 2, 5), c(10, 10, 10), 0:2), trend(c(0, 1, 2), c(2, 2, 2), c(-1, 0, 1)), trend(c(4, 1, 3, 0), c(6, 5, 9, 8), c(0, 0.5, 2, 7.3)),
  trend(c(1, 0), c(1, 1), 0:1), trend(c(5, 2, 7), c(9, 9, 9), c(3, 1, 2)), trend(c(3, 3, 3), c(9, 9, 9), 1:3)
)
# The permutation test of the coin package is the same exact test where groups can be told apart by their scores.
library(coin)
for (t in trends[3:5]) {
  score <- rep(rep(t$scores, 2), c(t$events, t$n - t$events))
  event <- factor(rep(c("yes", "no"), c(sum(t$events), sum(t$n) - sum(t$events))), levels = c("yes", "no"))
  stopifnot(abs(as.numeric(pvalue(independence_test(score ~ event, distribution = exact()))) - t$exact$two_sided) < 1e-9)
}

# Strata. rma.mh gives the Mantel-Haenszel risk ratio and difference, and the tests of Breslow and Day and of Tarone.
library(metafor)
strata <- list(
  berkeley = UCBAdmissions[c(1, 2), c(1, 2), ],
  # Penicillin given at once or late to rabbits, from the help of mantelhaen.test.
  rabbits = array(c(0, 0, 6, 5, 3, 0, 3, 6, 6, 2, 0, 4, 5, 6, 1, 0, 2, 5, 0, 0), c(2, 2, 5)),
  bcg = with(dat.bcg, array(rbind(tpos, cpos, tneg, cneg), c(2, 2, 13))),
  with_empty = array(c(3, 1, 5, 7, 0, 0, 4, 4, 2, 6, 0, 0, 4, 2, 1, 5, 0, 3, 0, 4), c(2, 2, 5)),
  one = array(c(8, 1, 2, 18), c(2, 2, 1)), extreme = array(c(4, 0, 0, 5, 3, 0, 0, 4), c(2, 2, 2)), none_exposed = array(c(0, 3, 6, 4, 0, 2, 3, 3), c(2, 2, 2))
)
# The sum of exposed events over strata, with its distribution by convolution.
stratified <- function(x, level) {
  log_weights <- 0; low <- 0
  for (i in seq_len(dim(x)[3])) {
    t <- x[, , i]; m <- sum(t[, 1]); n <- sum(t[, 2]); k <- sum(t[1, ])
    support <- max(0, k - n):min(k, m)
    d <- dhyper(support, m, n, k)
    new <- numeric(length(log_weights) + length(d) - 1)
    for (j in seq_along(d)) new[j - 1 + seq_along(log_weights)] <- new[j - 1 + seq_along(log_weights)] + d[j] * exp(log_weights)
    log_weights <- log(new); low <- low + support[1]
  }
  a <- sum(x[1, 1, ]); support <- low + seq_along(log_weights) - 1
  density <- function(theta) { d <- log_weights + theta * support; d <- exp(d - max(d)); d / sum(d) }
  solve_for <- function(f) exp(uniroot(f, c(-60, 60), tol = 1e-14, maxiter = 10000)$root)
  tail <- (1 - level) / 2; lo <- min(support); hi <- max(support)
  list(estimate = if (a == lo) 0 else if (a == hi) NA else solve_for(function(t) sum(support * density(t)) - a),
       lower = if (a == lo) 0 else solve_for(function(t) sum(density(t)[support >= a]) - tail),
       upper = if (a == hi) NA else solve_for(function(t) tail - sum(density(t)[support <= a])))
}
stratify <- function(x, level) {
  full <- apply(x, 3, function(t) all(rowSums(t) > 0) && all(colSums(t) > 0))
  both <- apply(x, 3, function(t) all(rowSums(t) > 0))
  # mantelhaen.test wants at least two strata: one without exposed cases adds nothing.
  used <- array(c(x[, , full], 0, 1, 0, 1), c(2, 2, sum(full) + 1))
  plain <- mantelhaen.test(used, correct = FALSE, conf.level = level)
  corrected <- mantelhaen.test(used, conf.level = level)
  difference <- abs(sum(used[1, 1, ] - apply(used, 3, function(t) sum(t[1, ]) * sum(t[, 1]) / sum(t))))
  mh <- function(measure, which) suppressWarnings(rma.mh(ai = x[1, 1, which], bi = x[1, 2, which], ci = x[2, 1, which], di = x[2, 2, which],
                                                         measure = measure, level = 100 * level, digits = 10, correct = FALSE))
  or <- mh("OR", full); rr <- mh("RR", both); rd <- mh("RD", both)
  finite <- is.finite(plain$estimate) && plain$estimate > 0
  greater <- mantelhaen.test(used, correct = FALSE, alternative = "greater")
  list(
    tables = lapply(seq_len(dim(x)[3]), function(i) I(c(x[1, 1, i], x[1, 2, i], x[2, 1, i], x[2, 2, i]))), level = level, skipped = I(which(!full) - 1),
    odds_ratio = unname(plain$estimate), odds_ratio_interval = if (finite) as.numeric(plain$conf.int) else c(NA, NA),
    statistic = unname(plain$statistic), p = plain$p.value, greater = greater$p.value,
    # Below a half R leaves the correction out.
    corrected_statistic = if (difference < 0.5) 0 else unname(corrected$statistic), corrected_p = if (difference < 0.5) 1 else corrected$p.value,
    breslow_day = if (finite && sum(full) > 1) c(or$BD, or$BDp, or$TA, or$TAp),
    risk_ratio = if (finite) exp(as.numeric(rr$beta)), risk_ratio_interval = if (finite) exp(c(rr$ci.lb, rr$ci.ub)),
    risk_difference = as.numeric(rd$beta), risk_difference_std_error = rd$se,
    exact_p = mantelhaen.test(used, exact = TRUE)$p.value,
    exact_less = mantelhaen.test(used, exact = TRUE, alternative = "less")$p.value,
    exact = stratified(x[, , full, drop = FALSE], level)
  )
}
stratifications <- list()
for (x in strata) for (level in c(0.95, 0.9)) stratifications[[length(stratifications) + 1]] <- stratify(x, level)
write_reference("contingency", c("stats", "coin", "metafor"), list(two_by_two = two_by_two, rectangular = rectangular, trends = trends, strata = stratifications))

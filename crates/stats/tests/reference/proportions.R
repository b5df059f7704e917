# Intervals and exact tests of one proportion, intervals of two. Run in this folder: Rscript proportions.R
source("write_json.R")

# To the last digits of the root, whatever its size: uniroot's tolerance is absolute.
solve_for <- function(f, low, high) {
  for (i in 1:2000) {
    middle <- low + (high - low) / 2
    if (middle <= low || middle >= high) break
    if (f(middle) < 0) low <- middle else high <- middle
  }
  middle
}

cases <- list()
for (n in c(1, 5, 10, 33)) for (k in 0:n) cases[[length(cases) + 1]] <- c(k, n)
cases <- c(cases, list(c(13, 16), c(0, 1000), c(1, 1000), c(500, 1000), c(999, 1000), c(37, 12345), c(50000, 100000), c(3, 1e6), c(400000, 1e6)))
one <- function(k, n, level) {
  tail <- (1 - level) / 2
  z <- qnorm(1 - tail)
  exact <- binom.test(k, n, conf.level = level)$conf.int
  score <- suppressWarnings(prop.test(k, n, conf.level = level, correct = FALSE))$conf.int
  # The correction of prop.test depends on its null hypothesis; 0.5 / n further off than the estimate it is always whole.
  null <- if (k / n < 0.5) (k / n + 1) / 2 + 0.25 / n else (k / n) / 2 - 0.25 / n
  null <- min(max(null, 1e-9), 1 - 1e-9)
  corrected <- suppressWarnings(prop.test(k, n, p = null, conf.level = level))$conf.int
  if (abs(k - n * null) < 0.5) corrected <- NULL
  centre <- (k + z^2 / 2) / (n + z^2)
  half <- z * sqrt(centre * (1 - centre) / (n + z^2))
  more <- function(p) pbinom(k, n, p, lower.tail = FALSE) + dbinom(k, n, p) / 2
  fewer <- function(p) pbinom(k - 1, n, p) + dbinom(k, n, p) / 2
  list(
    successes = k, n = n, level = level, estimate = k / n,
    clopper_pearson = as.numeric(exact), wilson = as.numeric(score), wilson_continuity = as.numeric(corrected),
    agresti_coull = c(max(0, centre - half), min(1, centre + half)),
    jeffreys = c(if (k == 0) 0 else qbeta(tail, k + 0.5, n - k + 0.5), if (k == n) 1 else qbeta(tail, k + 0.5, n - k + 0.5, lower.tail = FALSE)),
    mid_p = c(if (k == 0) 0 else solve_for(function(p) more(p) - tail, 0, 1), if (k == n) 1 else solve_for(function(p) tail - fewer(p), 0, 1))
  )
}
rows <- list()
for (case in cases) for (level in c(0.95, 0.9, 0.99)) rows[[length(rows) + 1]] <- one(case[1], case[2], level)

# Mid-P values: one-sided half of the observed outcome is taken off, two-sided half of all outcomes as probable as it.
binomial <- function(k, n, p) {
  d <- dbinom(0:n, n, p)
  tied <- abs(d / d[k + 1] - 1) <= 1e-7
  value <- function(alternative) binom.test(k, n, p, alternative = alternative)$p.value
  list(
    successes = k, n = n, null = p, two_sided = value("two.sided"), less = value("less"), greater = value("greater"),
    mid_two_sided = value("two.sided") - sum(d[tied]) / 2, mid_less = value("less") - d[k + 1] / 2, mid_greater = value("greater") - d[k + 1] / 2
  )
}
tests <- list()
for (p in c(0.2, 0.5, 0.77)) for (case in list(c(0, 1), c(1, 1), c(0, 7), c(3, 7), c(7, 7), c(2, 10), c(5, 10), c(13, 16), c(40, 200), c(61, 200), c(154, 200)))
  tests[[length(tests) + 1]] <- binomial(case[1], case[2], p)
tests <- c(tests, list(binomial(2, 1000, 1e-4), binomial(4900, 10000, 0.5), binomial(100200, 200000, 0.5)))

# Two proportions, from the formulas of the papers. The likeliest proportions under a difference are found by optimising the
# likelihood's derivative, not by the trigonometric solution of its cubic.
two <- function(k1, n1, k2, n2, level) {
  z <- qnorm(1 - (1 - level) / 2)
  p1 <- k1 / n1; p2 <- k2 / n2; N <- n1 + n2
  wilson <- function(k, n) suppressWarnings(prop.test(k, n, conf.level = level, correct = FALSE))$conf.int
  w1 <- wilson(k1, n1); w2 <- wilson(k2, n2)
  wald <- z * sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
  over <- function(count, p) if (count == 0) 0 else count / p
  likeliest <- function(d) {
    low <- max(0, -d); high <- min(1, 1 - d)
    score <- function(p) over(k1, max(0, p + d)) - over(n1 - k1, max(0, 1 - p - d)) + over(k2, p) - over(n2 - k2, 1 - p)
    if (low >= high || score(low) <= 0) return(low)
    if (score(high) >= 0) return(high)
    solve_for(function(p) -score(p), low, high)
  }
  reach <- function(d) {
    q2 <- likeliest(d); q1 <- min(max(q2 + d, 0), 1)
    z * sqrt((q1 * (1 - q1) / n1 + q2 * (1 - q2) / n2) * N / (N - 1))
  }
  D <- p1 - p2
  score <- c(if (D <= -1) -1 else solve_for(function(d) reach(d) - (D - d), -1, D),
             if (D >= 1) 1 else solve_for(function(d) (d - D) - reach(d), D, 1))
  ratio <- p1 / p2
  error <- sqrt(1 / k1 - 1 / n1 + 1 / k2 - 1 / n2)
  katz <- if (k1 == 0 || k2 == 0 || error == 0) c(NA, NA) else ratio * exp(c(-z, z) * error)
  # The likeliest second proportion under a ratio, again from the derivative of the likelihood.
  excess <- function(log_ratio, z) {
    r <- exp(log_ratio)
    high <- min(1, 1 / r)
    f <- function(p) (k1 + k2) / p - over(n1 - k1, max(0, 1 - r * p) / r) - over(n2 - k2, 1 - p)
    q2 <- if (f(high) >= 0) high else solve_for(function(p) -f(p), 0, high)
    q1 <- min(1, r * q2)
    r * p2 - p1 - z * sqrt((q1 * (1 - q1) / n1 + r^2 * q2 * (1 - q2) / n2) * N / (N - 1))
  }
  start <- if (k1 > 0 && k2 > 0) log(ratio) else 0
  lower <- if (k1 == 0) 0 else exp(solve_for(function(t) excess(t, -z), -30, if (k2 > 0) start else 30))
  upper <- if (k2 == 0) NA else exp(solve_for(function(t) excess(t, z), if (k1 > 0) start else -30, 30))
  list(
    counts = c(k1, n1, k2, n2), level = level, difference = D, std_error = sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2),
    wald = c(max(-1, D - wald), min(1, D + wald)), miettinen_nurminen = score,
    newcombe = c(max(-1, D - sqrt((p1 - w1[1])^2 + (w2[2] - p2)^2)), min(1, D + sqrt((w1[2] - p1)^2 + (p2 - w2[1])^2))),
    ratio = if (k2 == 0) NA else ratio, ratio_log_std_error = if (k1 == 0 || k2 == 0) NA else error, katz = katz, ratio_score = c(lower, upper)
  )
}
pairs <- list(
  c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29), c(0, 10, 0, 20), c(0, 10, 0, 10), c(10, 10, 0, 20), c(10, 10, 0, 10),
  c(7, 34, 1, 34), c(0, 16, 15, 72), c(1, 1, 0, 1), c(0, 1, 0, 1), c(1, 1, 1, 1), c(0, 10, 10, 10), c(10, 10, 20, 20), c(3, 10, 5, 5), c(500, 1000, 480, 1000), c(12, 5000, 3, 70)
)
compared <- list()
for (counts in pairs) for (level in c(0.95, 0.8)) compared[[length(compared) + 1]] <- do.call(two, as.list(c(counts, level)))
write_reference("proportions", "stats", list(cases = rows, tests = tests, pairs = compared))

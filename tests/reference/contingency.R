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
    yates_chi_squared = unname(yates$statistic), yates_p = yates$p.value
  )
}

larger <- list(
  rbind(c(3, 1, 0), c(1, 2, 4)), rbind(c(2, 0, 1), c(0, 2, 1)), rbind(c(4, 0, 2, 1), c(1, 5, 0, 3)),
  rbind(c(5, 3, 1), c(2, 6, 2), c(0, 1, 7)), rbind(c(10, 7), c(4, 12), c(9, 3), c(2, 8)), rbind(c(8, 2), c(1, 18)),
  rbind(c(1, 0, 0), c(0, 1, 1)), rbind(c(30, 14, 6), c(21, 19, 10))
)
rectangular <- lapply(larger, function(x) {
  chi <- suppressWarnings(chisq.test(x, correct = FALSE))
  list(rows = x, chi_squared = unname(chi$statistic), df = unname(chi$parameter), p = chi$p.value, expected = unname(chi$expected),
       fisher_p = fisher.test(x)$p.value)
})
write_reference("contingency", "stats", list(two_by_two = two_by_two, rectangular = rectangular))

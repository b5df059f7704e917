# Clopper-Pearson and Wilson intervals. Run in this folder: Rscript proportions.R
source("write_json.R")
cases <- list()
for (n in c(1, 5, 10, 30, 33)) for (k in 0:n) cases[[length(cases) + 1]] <- c(k, n)
cases <- c(cases, list(c(1, 1000), c(500, 1000), c(999, 1000), c(37, 12345), c(50000, 100000), c(3, 1e6), c(400000, 1e6)))
one <- function(k, n, level) {
  exact <- binom.test(k, n, conf.level = level)$conf.int
  score <- suppressWarnings(prop.test(k, n, conf.level = level, correct = FALSE))$conf.int
  list(successes = k, n = n, level = level, estimate = k / n, clopper_pearson = as.numeric(exact), wilson = as.numeric(score))
}
rows <- list()
for (case in cases) for (level in c(0.95, 0.9, 0.99)) rows[[length(rows) + 1]] <- one(case[1], case[2], level)
write_reference("proportions", "stats", list(cases = rows))

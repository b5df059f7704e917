# Likelihood ratio, linear-by-linear association and exact tests of contingency tables. Run in this folder: Rscript association.R
source("write_json.R")
library(coin)

tables <- list(
  review = rbind(c(2, 8, 1, 0), c(7, 9, 2, 1)), three_arms = rbind(c(3, 7), c(1, 8), c(6, 3)), two = rbind(c(8, 2), c(1, 18)),
  empty_cells = rbind(c(0, 4, 2), c(5, 0, 3)), square = rbind(c(3, 1, 2), c(2, 5, 1), c(0, 2, 6)), large = rbind(c(30, 25, 10, 4), c(12, 28, 22, 9)),
  level = rbind(c(4, 4, 4), c(4, 4, 4)), wide = rbind(c(1, 0, 2, 3, 1), c(2, 2, 0, 1, 4))
)
likelihood_ratio <- function(x) {
  e <- outer(rowSums(x), colSums(x)) / sum(x)
  2 * sum(ifelse(x > 0, x * log(x / e), 0))
}
pearson <- function(x) unname(suppressWarnings(chisq.test(x, correct = FALSE))$statistic)
# The permutation test of two columns of scores; lbl_test refuses factors of two levels.
linear <- function(x) {
  scores <- as.data.frame(as.table(x))
  rows <- rep(as.integer(scores$Var1), scores$Freq); columns <- rep(as.integer(scores$Var2), scores$Freq)
  test <- independence_test(columns ~ rows, teststat = "quadratic")
  c(statistic(test, "test"), pvalue(test))
}
# Exact tests of two rows: every first row with these margins, with its probability.
exact <- function(x) {
  if (nrow(x) != 2 || sum(x) > 40) return(NULL)
  columns <- colSums(x)
  first <- as.matrix(expand.grid(lapply(columns, function(n) 0:n)))
  first <- first[rowSums(first) == sum(x[1, ]), , drop = FALSE]
  p <- apply(first, 1, function(r) exp(sum(lchoose(columns, r)) - lchoose(sum(x), sum(x[1, ]))))
  by <- function(statistic) {
    all <- apply(first, 1, function(r) statistic(rbind(r, columns - r)))
    here <- statistic(x); near <- 1e-9 * max(1, abs(here))
    c(sum(p[all >= here - near]), sum(p[all > here + near]) + sum(p[abs(all - here) <= near]) / 2)
  }
  correlation <- function(t) {
    n <- sum(t); scores <- seq_len(ncol(t)); mean <- sum(colSums(t) * scores) / n
    abs(sum(t[1, ] * (scores - mean)))
  }
  probability <- function(t) -sum(lchoose(columns, t[1, ]))
  # The smaller tail of the first cell.
  low <- by(function(t) -t[1, 1]); high <- by(function(t) t[1, 1])
  list(one_sided = if (low[1] < high[1]) low else high, probability = by(probability), pearson = by(pearson), likelihood_ratio = by(likelihood_ratio), linear_by_linear = by(correlation))
}
found <- lapply(tables, function(x) {
  g <- likelihood_ratio(x); df <- (nrow(x) - 1) * (ncol(x) - 1)
  list(rows = lapply(seq_len(nrow(x)), function(i) I(x[i, ])), likelihood_ratio = c(g, pchisq(g, df, lower.tail = FALSE)),
       linear_by_linear = linear(x), fisher = fisher.test(x, workspace = 2e7)$p.value, exact = exact(x))
})
write_reference("association", c("stats", "coin"), list(tables = unname(found)))

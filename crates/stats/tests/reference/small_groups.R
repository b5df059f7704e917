# Tests of small groups, and trends over named groups. Run in this folder: Rscript small_groups.R
source("write_json.R")
library(survival)
suppressMessages(library(coin))
set.seed(20211123)

# All ways to choose the few among all, by the sum of log-rank scores (coin: ties share one risk set, "mid-ranks").
exact <- function(d) {
  scores <- logrank_trafo(Surv(d$time, d$event), ties.method = "mid-ranks")
  few <- which(d$group == "few")
  sums <- combn(length(scores), length(few), function(i) sum(scores[i])) - length(few) * mean(scores)
  observed <- sum(scores[few]) - length(few) * mean(scores)
  mean(abs(sums) >= abs(observed) - 1e-9)
}
few <- lapply(list(c(1, 40), c(1, 296), c(2, 80), c(3, 61)), function(size) {
  n <- sum(size)
  d <- data.frame(time = round(c(runif(size[1], 0, 20), runif(size[2], 1, 100)), 1),
                  event = c(rep(1, size[1]), as.numeric(runif(size[2]) < 0.3)),
                  group = rep(c("few", "others"), size))
  list(time = I(d$time), event = I(d$event), group = I(d$group), exact = exact(d),
       chi_squared = survdiff(Surv(time, event) ~ group, d)$pvalue)
})

trend <- function(d, scores) {
  f <- survdiff(Surv(time, event) ~ group, d)
  a <- scores[sub("group=", "", names(f$n))]
  u <- sum(a * (f$obs - f$exp))
  v <- as.numeric(t(a) %*% f$var %*% a)
  list(statistic = u^2 / v, p = pchisq(u^2 / v, 1, lower.tail = FALSE))
}
names_of <- list(c("none", "some", "all"), c("low", "mid", "high", "extreme"), c("z", "y", "x"))
trends <- lapply(names_of, function(names) {
  scores <- setNames(cumsum(sample(1:3, length(names), TRUE)), names)
  d <- data.frame(group = rep(names, each = 12), time = round(rexp(12 * length(names), rep(seq_along(names), each = 12) / 20), 1))
  d$event <- as.numeric(runif(nrow(d)) < 0.8)
  counts <- table(factor(d$group, names), d$event)
  list(order = I(names), scores = I(unname(scores)), group = I(d$group), time = I(d$time), event = I(d$event),
       curves = trend(d, scores),
       table = prop.trend.test(counts[, "1"], rowSums(counts), score = scores)$p.value)
})

quantiles <- lapply(1:20, function(i) {
  x <- round(rlnorm(sample(2:25, 1)), 1)
  p <- c(0.1, 0.25, 0.5, 0.75, 0.9)
  list(x = I(x), p = I(p), spss = I(unname(quantile(x, p, type = 6))), sas = I(unname(quantile(x, p, type = 2))),
       r = I(unname(quantile(x, p))))
})
write_reference("small_groups", c("survival", "coin"), list(few = few, trends = trends, quantiles = quantiles))

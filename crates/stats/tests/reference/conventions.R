# What R's functions do when nothing is asked for, and what other choices give. Run in this folder, after lifelines.py, whose
# data it reads: Rscript conventions.R
source("write_json.R")
library(survival)
data <- jsonlite::fromJSON("lifelines.json")$data
lung2 <- as.data.frame(data$lung)
rossi <- as.data.frame(data$rossi)

curve <- function(time, event) {
  f <- survfit(Surv(time, event) ~ 1)
  q <- quantile(f, c(0.25, 0.5, 0.75))
  list(band = f$conf.type, level = f$conf.int, time = I(f$time), survival = I(f$surv), lower = I(f$lower), upper = I(f$upper),
       quantiles = as.numeric(q$quantile), median = unname(summary(f)$table["median"]))
}
samples <- list(
  lung = list(time = lung2$time, event = lung2$status, group = as.character(lung2$sex)),
  level_half = list(time = c(1, 2, 4, 5), event = c(1, 1, 1, 1), group = c("a", "b", "a", "b")),
  level_half_at_end = list(time = c(1, 2, 3, 6), event = c(1, 1, 0, 0), group = c("a", "b", "a", "b")),
  level_half_by_rounding = list(time = 1:6, event = rep(1, 6), group = c("a", "b", "b", "a", "b", "a")),
  half_then_censored = list(time = c(54, 75, 77, 84, 87, 92, 103, 105, 112, 118), event = rep(1:0, each = 5), group = rep(c("a", "b"), 5)),
  near_ties = list(time = c(0.1 + 0.2, 0.3, 0.7, 0.1 * 7, 1.1, 1.3), event = c(1, 1, 1, 0, 1, 1), group = c("a", "b", "a", "b", "a", "b")),
  group_gone_early = list(time = 1:6, event = c(0, 0, 1, 1, 1, 0), group = c("a", "a", "b", "b", "c", "c"))
)
curves <- lapply(samples, function(s) {
  test <- survdiff(Surv(s$time, s$event) ~ s$group)
  list(time = I(s$time), event = I(s$event), group = I(s$group), curve = curve(s$time, s$event),
       logrank = list(chi_squared = test$chisq, df = sum(test$exp > 0) - 1, p = test$pvalue))
})

model <- function(formula, frame) {
  one <- function(...) {
    f <- coxph(formula, frame, control = coxph.control(eps = 1e-11, iter.max = 50), ...)
    list(coefficients = unname(coef(f)), std_errors = unname(sqrt(diag(vcov(f)))), log_likelihood = f$loglik[2])
  }
  f <- coxph(formula, frame, model = TRUE)
  zph <- cox.zph(f)
  # The approximation of Grambsch and Therneau, with ranks of time that tied events share or do not share.
  residuals <- resid(f, "schoenfeld")
  events <- nrow(residuals)
  scaled <- events * residuals %*% vcov(f)
  approximate <- function(g) unname(drop((g - mean(g)) %*% scaled)^2 / (events * diag(vcov(f)) * sum((g - mean(g))^2)))
  list(covariates = names(coef(f)), default = c(list(ties = f$method), one()), breslow = one(ties = "breslow"),
       efron = one(ties = "efron"), concordance = unname(f$concordance["concordance"]),
       hazards_test = list(transform = zph$transform, statistic = unname(zph$table[, "chisq"]), p = unname(zph$table[, "p"]),
                           scaled_residuals = list(shared_ranks = approximate(rank(as.numeric(rownames(residuals)))),
                                                   ranks_in_order = approximate(seq_len(events)))))
}

# Which distribution wilcox.test uses by default, by the sizes of the samples and by ties.
set.seed(20211123)
methods <- lapply(list(c(5, 5, 0), c(49, 49, 0), c(50, 3, 0), c(3, 50, 0), c(10, 10, 1)), function(case) {
  x <- rnorm(case[1]); y <- rnorm(case[2])
  if (case[3] == 1) y[1] <- x[1]
  test <- suppressWarnings(wilcox.test(x, y))
  list(sizes = case[1:2], tied = case[3], method = test$method)
})

bronchitis <- matrix(c(26, 247, 44, 1002), ncol = 2)
smoke <- list(non = c(3.99, 3.89, 3.6, 3.73, 3.31, 3.7, 4.08, 3.61, 3.83, 3.41, 4.13, 3.36, 3.54, 3.51, 2.71),
              smoker = c(3.18, 2.74, 2.9, 3.27, 3.65, 3.42, 3.23, 2.86, 3.6, 3.65, 3.69, 3.53, 2.38, 2.34))
aval <- c(10, 20, 30, 40, 150, 160, 170, 180, 190, 200)
probabilities <- c(0, 0.01, 0.1, 0.25, 0.4, 0.5, 0.75, 0.9, 0.99, 1)
quantiles <- function(x) lapply(c("type-2" = 2, "type-6" = 6, "type-7" = 7), function(type) as.numeric(quantile(x, probabilities, type = type)))

write_reference("conventions", c("stats", "survival"), list(
  samples = curves,
  cox = list(lung = model(Surv(time, status) ~ age + sex, lung2),
             rossi = model(Surv(week, arrest) ~ fin + age + race + wexp + mar + paro + prio, rossi)),
  rank_tests = list(
    methods = methods, non = smoke$non, smoker = smoke$smoker,
    default = suppressWarnings(wilcox.test(smoke$non, smoke$smoker))$p.value,
    corrected = wilcox.test(smoke$non, smoke$smoker, exact = FALSE, correct = TRUE)$p.value,
    uncorrected = wilcox.test(smoke$non, smoke$smoker, exact = FALSE, correct = FALSE)$p.value),
  tables = list(cells = c(26, 44, 247, 1002), default = unname(chisq.test(bronchitis)$statistic),
                uncorrected = unname(chisq.test(bronchitis, correct = FALSE)$statistic),
                odds_ratio = unname(fisher.test(bronchitis)$estimate)),
  proportions = list(successes = 36, n = 154, binom_test = as.numeric(binom.test(36, 154)$conf.int),
                     prop_test = as.numeric(prop.test(36, 154)$conf.int)),
  quantiles = list(probabilities = probabilities, default = as.numeric(quantile(aval, probabilities)),
                   samples = lapply(list(aval, c(3, 1, 2), 7, c(2, 4, 1, 3), c(5, 5, 1, 1, 1)), function(x) list(values = I(x), quantiles = quantiles(x))))
))

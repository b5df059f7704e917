# Cox regression by Firth's penalised likelihood (Heinze G, Schemper M. Biometrics 2001;57:114-9), without a package: the
# penalised likelihood is summed event by event as its definition has it, and climbed with numerical derivatives.
# Run in this folder: Rscript firth.R
source("write_json.R")
library(survival)

# One row for each event: how much of each case is at risk in its term.
terms <- function(d, ties) {
  rows <- list()
  for (s in unique(d$stratum)) for (t in sort(unique(d$time[d$event == 1 & d$stratum == s]))) {
    at_risk <- d$stratum == s & d$entry < t & d$time >= t
    failing <- d$stratum == s & d$time == t & d$event == 1
    m <- sum(failing)
    for (l in seq_len(m) - 1) rows[[length(rows) + 1]] <- at_risk * (if (ties == "efron") ifelse(failing, 1 - l / m, 1) else 1)
  }
  do.call(rbind, rows)
}
plain <- function(beta, d, x, at_risk) {
  predictor <- drop(x %*% beta)
  w <- at_risk * rep(exp(predictor), each = nrow(at_risk))
  w <- w / rowSums(w)
  mean <- w %*% x
  # The variance of the covariates in each term, from deviations.
  information <- Reduce(`+`, lapply(seq_len(nrow(w)), function(k) { z <- x - rep(mean[k, ], each = nrow(x)); crossprod(z, w[k, ] * z) }))
  list(loglik = sum(predictor[d$event == 1]) - sum(log(at_risk %*% exp(predictor))), information = information)
}
penalised <- function(beta, ...) { p <- plain(beta, ...); p$loglik + 0.5 * as.numeric(determinant(p$information)$modulus) }

# Central differences of the sixth order: their error is below 1e-10 of a standard error.
slope <- function(f, b, h) vapply(seq_along(b), function(i) {
  e <- replace(numeric(length(b)), i, h[i])
  (45 * (f(b + e) - f(b - e)) - 9 * (f(b + 2 * e) - f(b - 2 * e)) + (f(b + 3 * e) - f(b - 3 * e))) / (60 * h[i])
}, 0)
# Newton's method with a slope of that accuracy and a Hessian that need not have it.
climb <- function(f, b, h) {
  if (length(b) == 0) return(b)
  value <- f(b)
  for (round in 1:60) {
    u <- slope(f, b, h)
    if (round < 6) {
      hessian <- matrix(vapply(seq_along(b), function(i) {
        e <- replace(numeric(length(b)), i, h[i])
        vapply(seq_along(b), function(j) {
          g <- replace(numeric(length(b)), j, h[j])
          (f(b + e + g) - f(b + e - g) - f(b - e + g) + f(b - e - g)) / (4 * h[i] * h[j])
        }, 0)
      }, numeric(length(b))), length(b))
      ascent <- eigen(-(hessian + t(hessian)) / 2 * outer(h, h), symmetric = TRUE)
    }
    step <- h * drop(ascent$vectors %*% ((t(ascent$vectors) %*% (u * h)) / pmax(abs(ascent$values), 1e-3 * max(abs(ascent$values)))))
    while (max(abs(step / h)) > 1e-6 && f(b + step) < value - 1e-12) step <- step / 2
    b <- b + step
    value <- f(b)
    if (max(abs(step / h)) < 1e-8) break
  }
  b
}
firth <- function(d, x, ties) {
  if (is.null(d$entry)) d$entry <- -1
  if (is.null(d$stratum)) d$stratum <- 1
  x <- scale(x, scale = FALSE)
  at_risk <- terms(d, ties)
  f <- function(b) penalised(b, d, x, at_risk)
  h <- 0.02 * sqrt(diag(solve(plain(numeric(ncol(x)), d, x, at_risk)$information)))
  b <- climb(f, numeric(ncol(x)), h)
  profile <- function(i, value, start) {
    whole <- function(part) { all <- numeric(length(b)); all[i] <- value; all[-i] <- part; all }
    f(whole(climb(function(part) f(whole(part)), start[-i], h[-i])))
  }
  error <- sqrt(diag(solve(plain(b, d, x, at_risk)$information)))
  top <- f(b)
  limit <- function(i, sign) {
    gap <- function(v) profile(i, v, b) - top + qchisq(0.95, 1) / 2
    far <- b[i] + sign * 2 * error[i]
    while (gap(far) > 0) far <- far + sign * error[i]
    near <- uniroot(gap, sort(c(b[i], far)), tol = 1e-3 * error[i])$root
    # The secant sees to the last digits.
    before <- near + 1e-2 * error[i]
    values <- c(gap(before), gap(near))
    for (round in 1:6) {
      if (values[1] == values[2] || abs(near - before) < 1e-10 * error[i]) break
      following <- near - values[2] * (near - before) / (values[2] - values[1])
      before <- near; near <- following
      values <- c(values[2], gap(near))
    }
    near
  }
  each <- seq_along(b)
  statistic <- vapply(each, function(i) 2 * (top - profile(i, 0, b)), 0)
  null <- f(numeric(length(b)))
  list(coefficient = I(b), std_error = I(error), lower = I(vapply(each, limit, 0, sign = -1)), upper = I(vapply(each, limit, 0, sign = 1)),
       statistic = I(statistic), p = I(pchisq(statistic, 1, lower.tail = FALSE)), log_likelihood = c(null, top),
       global_p = pchisq(2 * (top - null), length(b), lower.tail = FALSE))
}

# Nobody in grade 0 had the event: breast cancer data of Heinze & Schemper.
codes <- strsplit(paste(
  "1010 0011 1111 1011 1110 1111 1010 1111 1010 1111 1111 0110 0110 1011 1111 0000 0110 1010 1011 0000 1010 1010 1010 0011 1010",
  "1011 0000 0010 0110 0110 0110 1111 1010 1111 1000 1000 1111 0010 0110 1010 1111 0010 1110 0010 1010 0000 0001 0010 0110 1000",
  "0010 0100 1110 0011 0010 1111 0011 0000 0000 0011 0010 0000 0010 0010 0000 0010 0010 0100 0110 0110 0110 0001 0010 1000 1010",
  "0001 0000 1010 1010 0110 1011 0000 0000 1010 0011 0010 0000 0110 0011 1010 1011 1111 1000 0000 0100 1010 0011 0001 0010 0100"), " ")[[1]]
digit <- function(i) as.numeric(substr(codes, i, i))
breast <- data.frame(
  time = c(1.546053, 3.519737, 8.059211, 8.651316, 12.138158, 12.368421, 13.059211, 14.769737, 18.848684, 20.032895, 20.723684,
           21.644737, 23.355263, 23.684211, 26.611842, 27.960526, 28.355263, 30.427632, 30.526316, 30.921053, 33.092105, 36.907895,
           37.269737, 39.901316, 40.164474, 41.25, 41.611842, 44.934211, 47.467105, 47.467105, 47.960526, 49.046053, 50, 55.263158,
           56.776316, 58.026316, 58.355263, 58.717105, 59.671053, 60.230263, 60.592105, 62.368421, 62.565789, 63.486842, 64.177632,
           64.901316, 67.302632, 70.098684, 70.328947, rep(72, 51)),
  event = as.numeric(1:100 %in% c(1:12, 14, 15, 25, 26, 30, 32, 34, 37, 39, 40, 41, 43, 49)),
  T = digit(1), N = digit(2), G = digit(3), CD = digit(4))
data <- list(
  breast = breast,
  ovarian = with(ovarian, data.frame(time = futime, event = fustat, age, residual = resid.ds, rx)),
  aml = with(aml, data.frame(time, event = status, x = as.numeric(x == "Maintained"))),
  heart = with(heart[1:60, ], data.frame(entry = start, time = stop, event, age, surgery, transplant = as.numeric(as.character(transplant)))),
  strata = with(ovarian, data.frame(time = round(futime / 100), event = fustat, age, ecog = ecog.ps, rx)),
  separated = data.frame(time = c(1, 2, 3, 4, 5, 6, 7, 8), event = c(1, 1, 1, 1, 0, 0, 0, 0), x = c(1, 1, 1, 1, 0, 0, 0, 0), y = c(2, 1, 4, 3, 2, 5, 1, 3)),
  tied = data.frame(time = c(5, 5, 5, 5, 6, 6), event = c(1, 0, 1, 1, 0, 1), x = c(1, 2, 4, 3, 2.5, 0)),
  one_event = data.frame(time = c(2, 3, 4), event = c(1, 0, 0), x = c(1, 0, 2)))
covariates <- list(breast = c("T", "N", "G", "CD"), ovarian = c("age", "residual", "rx"), aml = "x", heart = c("age", "surgery", "transplant"),
                   strata = c("age", "ecog"), separated = c("x", "y"), tied = "x", one_event = "x")
fits <- list()
for (name in names(data)) for (ties in c("breslow", "efron")) {
  d <- data[[name]]
  stratum <- if (name == "strata") "rx"
  if (!is.null(stratum)) d$stratum <- d[[stratum]]
  fits[[length(fits) + 1]] <- c(list(data = name, covariates = I(covariates[[name]]), strata = stratum, cluster = NULL,
    entry = as.numeric(name == "heart"), ties = ties), firth(d, as.matrix(d[covariates[[name]]]), ties))
}
write_reference("firth", "survival", list(data = lapply(data, function(d) lapply(as.list(d), I)), fits = fits))

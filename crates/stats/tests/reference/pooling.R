# Pooled single-arm proportions. Run in this folder: Rscript pooling.R
source("write_json.R")
suppressMessages(library(metafor))

expit <- plogis
single <- function(events, none) list(x = c(rep(1, events), rep(0, none)), n = rep(1, events + none))
join <- function(...) list(x = unlist(lapply(list(...), `[[`, "x")), n = unlist(lapply(list(...), `[[`, "n")))
samples <- list(
  pritz = with(dat.pritz1997, list(x = xi, n = ni)),
  bcg = with(dat.bcg, list(x = tpos, n = tpos + tneg)),
  nielweise = with(dat.nielweise2007, list(x = ai, n = n1i)),
  case_reports = join(single(57, 33), list(x = c(3, 1, 5, 2, 7, 0, 4, 18, 9, 31), n = c(4, 5, 6, 2, 9, 3, 11, 40, 35, 52))),
  mostly_failures = join(single(3, 40), list(x = c(0, 0, 1, 2, 0), n = c(2, 3, 12, 30, 9))),
  few = list(x = c(1, 7, 9), n = c(3, 18, 10)),
  two = list(x = c(2, 9), n = c(12, 11)),
  alike = list(x = c(1, 2, 3, 4, 1), n = c(3, 6, 9, 12, 1)),
  all_or_nothing = join(single(4, 2), list(x = c(0, 0, 0, 12, 9, 3), n = c(10, 8, 14, 12, 9, 6))),
  one_series = join(single(11, 5), list(x = 4, n = 9)),
  one_report = list(x = 3, n = 8),
  unequal = list(x = c(1, 4000, 180, 0, 2, 33), n = c(1, 5000, 260, 2, 7, 90)),
  rare = list(x = c(0, 1, 0, 2, 12, 0), n = c(150, 400, 1, 90, 2100, 35)),
  slight = list(x = c(8, 11, 14, 9, 17), n = c(30, 30, 31, 29, 33))
)

# The direct way: composite Gauss-Legendre quadrature, Newton's method on the scores.
rule <- statmod::gauss.quad(20)
# Panels of a tenth of a standard deviation, or of one logit where that is less.
grid <- function(tau) {
  panels <- seq(-13, 13, length.out = 1 + ceiling(260 * max(1, tau / 10)))
  width <- panels[2] - panels[1]
  list(offsets = as.vector(outer(rule$nodes / 2 * width, (head(panels, -1) + tail(panels, -1)) / 2, `+`)),
       ln_weights = log(rep(rule$weights, length(panels) - 1) * width / 2))
}
cells <- function(s) {
  key <- paste(s$x, s$n)
  first <- !duplicated(key)
  list(x = s$x[first], n = s$n[first], times = as.numeric(table(key)[key[first]]))
}
scores <- function(cell, mu, tau) {
  sums <- c(0, 0, 0)
  grid <- grid(tau)
  for (i in seq_along(cell$x)) {
    x <- cell$x[i]; n <- cell$n[i]
    height <- function(u) { eta <- mu + tau * u; x * plogis(eta, log.p = TRUE) + (n - x) * plogis(-eta, log.p = TRUE) - u^2 / 2 }
    mode <- optimize(height, c(-40, 40), maximum = TRUE)$maximum
    u <- mode + grid$offsets
    e <- height(u) + grid$ln_weights
    top <- max(e)
    w <- exp(e - top)
    g <- x - n * expit(mu + tau * u)
    sums <- sums + cell$times[i] * c(top + log(sum(w)) - log(2 * pi) / 2 + lchoose(n, x), sum(w * g) / sum(w), sum(w * u * g) / sum(w))
  }
  sums
}
jacobian <- function(cell, at) {
  one <- function(h) sapply(1:2, function(j) {
    d <- c(0, 0); d[j] <- h
    (scores(cell, at[1] + d[1], at[2] + d[2])[-1] - scores(cell, at[1] - d[1], at[2] - d[2])[-1]) / (2 * h)
  })
  h <- 2e-3
  a <- (4 * one(h / 2) - one(h)) / 3
  b <- (4 * one(h / 4) - one(h / 2)) / 3
  (16 * b - a) / 15
}
inner <- function(cell, tau, near) {
  f <- function(mu) scores(cell, mu, tau)[2]
  uniroot(f, near + c(-1, 1), extendInt = "downX", tol = 1e-14)$root
}
direct <- function(s, level, profile_location) {
  cell <- cells(s)
  crude <- qlogis(sum(s$x) / sum(s$n))
  p <- sum(s$x) / sum(s$n)
  none <- scores(cell, crude, 0)[1]
  fits <- lapply(c(0.2, 1, 4), function(tau)
    optim(c(crude, log(tau)), function(v) -scores(cell, v[1], exp(v[2]))[1],
          function(v) { f <- scores(cell, v[1], exp(v[2])); -c(f[2], f[3] * exp(v[2])) },
          method = "L-BFGS-B", lower = c(-30, log(1e-3)), upper = c(30, log(200)), control = list(factr = 10)))
  best <- fits[[which.min(sapply(fits, `[[`, "value"))]]
  at <- c(best$par[1], exp(best$par[2]))
  if (-best$value <= none + 1e-7 && sum((s$x - s$n * p)^2 - s$n * p * (1 - p)) <= 0) {
    at <- c(crude, 0)
    se <- 1 / sqrt(sum(s$n) * p * (1 - p))
  } else {
    for (i in 1:8) at <- at - solve(jacobian(cell, at), scores(cell, at[1], at[2])[-1])
    se <- sqrt(solve(-jacobian(cell, at))[1, 1])
  }
  top <- scores(cell, at[1], at[2])[1]
  drop <- qnorm((1 + level) / 2)^2 / 2
  profile <- function(tau) scores(cell, inner(cell, tau, at[1]), tau)[1] - top + drop
  lower <- if (at[2] == 0 || profile(0) >= 0) 0 else uniroot(profile, c(0, at[2]), tol = 1e-14)$root
  far <- max(2 * at[2], 0.5)
  while (profile(far) > 0) far <- 2 * far
  upper <- uniroot(profile, c(at[2], far), tol = 1e-14)$root
  result <- list(logit = at[1], std_error = se, tau2 = at[2]^2, log_likelihood = top, none = none, tau_limits = c(lower, upper),
                 mean = exp(scores(list(x = 1, n = 1, times = 1), at[1], at[2])[1]))
  if (profile_location) {
    height <- function(mu) {
      f <- optimize(function(tau) scores(cell, mu, tau)[1], c(0, 10 + 30 * at[2]), maximum = TRUE, tol = 1e-9)
      max(f$objective, scores(cell, mu, 0)[1]) - top + drop
    }
    wide <- 8 + 4 * at[2]
    result$logit_limits <- c(uniroot(height, at[1] - c(wide, 0), tol = 1e-13)$root, uniroot(height, at[1] + c(0, wide), tol = 1e-13)$root)
  }
  result
}
# The inner iterations of lme4 do not always get as close as they are asked to.
tight <- function(inner) list(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.05, rhoend = 1e-10, maxfun = 1e6), tolPwrss = inner)
by_metafor <- function(s, level) {
  fit <- function(test) {
    for (inner in c(1e-13, 1e-11, 1e-9, 1e-7)) {
      r <- try(suppressWarnings(rma.glmm(measure = "PLO", xi = s$x, ni = s$n, nAGQ = 100, test = test, level = 100 * level,
                                         control = list(glmerCtrl = tight(inner)), retfit = TRUE)), silent = TRUE)
      if (!inherits(r, "try-error")) { r$inner <- inner; return(r) }
    }
    r
  }
  r <- fit("z")
  if (inherits(r, "try-error")) return(NULL)
  # What lme4 calls deviance is conditional on the random effects, so logLik of rma.glmm is no log-likelihood. That of glmer
  # lacks the part of the saturated model.
  saturated <- sum(dbinom(s$x, s$n, s$x / s$n, log = TRUE))
  t <- fit("t")
  common <- suppressWarnings(rma.glmm(measure = "PLO", xi = s$x, ni = s$n, method = "EE", level = 100 * level,
                                       control = list(glmCtrl = list(epsilon = 1e-14, maxit = 100))))
  limits <- function(p) c(p$pi.lb, p$pi.ub)
  list(logit = as.numeric(r$beta), std_error = r$se, tau2 = r$tau2, log_likelihood = saturated + as.numeric(logLik(r$res.ML)),
       inner = r$inner, at = scores(cells(s), as.numeric(r$beta), sqrt(r$tau2))[1], wald = c(r$ci.lb, r$ci.ub),
       student = c(t$ci.lb, t$ci.ub), i2 = r$I2 / 100, h2 = r$H2, typical_variance = r$vt, lrt = r$QE.LRT, lrt_p = r$QEp.LRT,
       wald_q = if (all(s$x > 0 & s$x < s$n)) r$QE.Wld, wald_q_p = if (all(s$x > 0 & s$x < s$n)) r$QEp.Wld, df = r$QE.df,
       predict_normal = limits(predict(r)), predict_student = limits(predict(t)),
       predict_riley = if (length(s$x) > 2) limits(predict(t, pi.type = "riley")),
       common = list(logit = as.numeric(common$beta), std_error = common$se, limits = c(common$ci.lb, common$ci.ub), log_likelihood = as.numeric(logLik(common))))
}

# Beta-binomial: Newton's method on the digamma scores of (log a, log b).
beta_binomial <- function(s) {
  x <- s$x; m <- s$n - s$x
  value <- function(v) { a <- exp(v[1]); b <- exp(v[2]); sum(lbeta(a + x, b + m) - lbeta(a, b)) }
  slope <- function(v) {
    a <- exp(v[1]); b <- exp(v[2])
    both <- digamma(a + b) - digamma(a + b + s$n)
    c(a * sum(digamma(a + x) - digamma(a) + both), b * sum(digamma(b + m) - digamma(b) + both))
  }
  curve <- function(v) {
    a <- exp(v[1]); b <- exp(v[2]); g <- slope(v)
    both <- sum(trigamma(a + b) - trigamma(a + b + s$n))
    h <- matrix(both * c(a * a, a * b, a * b, b * b), 2)
    h[1, 1] <- h[1, 1] + a * a * sum(trigamma(a + x) - trigamma(a)) + g[1]
    h[2, 2] <- h[2, 2] + b * b * sum(trigamma(b + m) - trigamma(b)) + g[2]
    h
  }
  p <- sum(x) / sum(s$n)
  fits <- lapply(c(0.5, 5, 50), function(w) optim(log(w * c(p, 1 - p)), function(v) -value(v), function(v) -slope(v), method = "BFGS", control = list(reltol = 1e-15, maxit = 1e4)))
  v <- fits[[which.min(sapply(fits, `[[`, "value"))]]$par
  if (any(v > 9)) return(NULL)
  for (i in 1:10) v <- v - solve(curve(v), slope(v))
  a <- exp(v[1]); b <- exp(v[2])
  list(a = a, b = b, log_likelihood = value(v), mean = I((a + x) / (a + b + s$n)), lower = I(qbeta(0.025, a + x, b + m)), upper = I(qbeta(0.975, a + x, b + m)))
}
stated <- function(s, a, b, level) {
  tail <- (1 - level) / 2
  list(a = a, b = b, level = level, mean = I((a + s$x) / (a + b + s$n)), lower = I(qbeta(tail, a + s$x, b + s$n - s$x)),
       upper = I(qbeta(tail, a + s$x, b + s$n - s$x, lower.tail = FALSE)))
}
without_each <- function(s) sapply(seq_along(s$x), function(i) {
  f <- direct(list(x = s$x[-i], n = s$n[-i]), 0.95, FALSE)
  f$logit
})

results <- lapply(names(samples), function(name) {
  s <- samples[[name]]
  message(name)
  list(x = I(s$x), n = I(s$n), metafor = by_metafor(s, 0.95), direct = direct(s, 0.95, TRUE), beta_binomial = beta_binomial(s),
       stated = list(stated(s, 1, 1, 0.95), stated(s, 0.5, 0.5, 0.9), stated(s, 30, 2.5, 0.99)))
})
names(results) <- names(samples)
students <- expand.grid(df = c(1, 2, 3, 7, 30, 99, 12345), level = c(0.5, 0.9, 0.95, 0.999))
write_reference("pooling", c("metafor", "lme4", "metadat", "statmod"),
                list(samples = results, without_each = list(few = without_each(samples$few), pritz = without_each(samples$pritz)),
                     beta = list(a = c(0.01, 3, 0.5, 1e5, 12, 2e6), b = c(5, 0.2, 0.5, 30, 11, 1e6),
                                 lower = qbeta(0.025, c(0.01, 3, 0.5, 1e5, 12, 2e6), c(5, 0.2, 0.5, 30, 11, 1e6)),
                                 upper = qbeta(0.025, c(0.01, 3, 0.5, 1e5, 12, 2e6), c(5, 0.2, 0.5, 30, 11, 1e6), lower.tail = FALSE)),
                     student = list(df = students$df, level = students$level, t = qt((1 + students$level) / 2, students$df))))

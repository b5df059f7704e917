# Cox regression: fits with all ties, strata, intervals and clusters, concordance, tests of proportional hazards, baseline
# hazards. Run in this folder: Rscript cox.R
source("write_json.R")
library(survival)

# The usual settings stop iterating after six or seven digits.
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60, timefix = TRUE)
complete <- function(d) { d <- d[complete.cases(d), ]; rownames(d) <- NULL; d }
set.seed(20211123)
many <- local({
  n <- 60
  x <- rnorm(n); y <- rnorm(n); group <- sample(c("a", "b", "c"), n, TRUE); site <- sample(c("p", "q"), n, TRUE)
  entry <- round(runif(n, 0, 5)); stop <- entry + ceiling(rexp(n, exp(0.5 * x - (group == "b")) / 4))
  data.frame(entry, time = stop, event = rbinom(n, 1, 0.7), x, y, group, site, id = rep(1:20, 3))
})
month <- 30.4375
days <- c(7, 14, 28, 61, 61, 103, 120, 122, 206, 244)
data <- list(
  lung = complete(with(lung, data.frame(time, event = status - 1, age, sex, ecog = ph.ecog, karno = ph.karno, weight = wt.loss, inst = as.character(inst)))),
  ovarian = with(ovarian, data.frame(time = futime, event = fustat, age, residual = resid.ds, rx)),
  veteran = with(veteran, data.frame(time, event = status, trt, cell = as.character(celltype), karno, age, prior)),
  colon = complete(with(colon[colon$etype == 2, ], data.frame(time, event = status, rx = as.character(rx), age, nodes, differ = as.character(differ), surg))),
  pbc = complete(with(pbc, data.frame(time, event = as.numeric(status == 2), age, edema, bili, albumin, protime, sex = as.character(sex)))),
  heart = with(heart, data.frame(entry = start, time = stop, event, age, year, surgery, transplant = as.numeric(as.character(transplant)), id)),
  bladder = with(bladder2, data.frame(entry = start, time = stop, event, rx, number, size, enum = as.character(enum), id)),
  aml = with(aml, data.frame(time, event = status, x = as.character(x))),
  many = many,
  # Days turned to months by division and by multiplication: ties that rounding breaks.
  months = data.frame(time = c(days / month, days * (1 / month)), event = rep(c(1, 1, 0, 1, 1), 4), x = c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4)),
  four = data.frame(time = c(1, 2, 3, 4), event = c(1, 1, 0, 1), x = c(0, 1, 1, 0)),
  tied = data.frame(time = c(5, 5, 5, 5, 6), event = c(1, 0, 1, 1, 0), x = c(1, 2, 4, 3, 2.5)),
  one_event = data.frame(time = c(2, 3, 4), event = c(1, 0, 0), x = c(1, 0, 2)),
  large = data.frame(time = c(4, 1, 3, 2, 5, 6), event = c(1, 1, 1, 1, 1, 0), x = 1e6 + c(1, 3, 2, 2, 3, 1) / 8)
)
# covariates, strata, clusters, whether there are intervals, ties
model <- function(data, covariates, strata = NULL, cluster = NULL, entry = FALSE, ties = c("efron", "breslow"))
  lapply(ties, function(t) list(data = data, covariates = covariates, strata = strata, cluster = cluster, entry = entry, ties = t))
all_ties <- c("efron", "breslow", "exact")
models <- c(
  model("lung", c("age", "sex", "ecog", "weight"), ties = all_ties),
  model("lung", c("age", "sex", "ecog", "karno"), strata = "inst"),
  model("lung", c("age", "sex"), cluster = "inst"),
  model("ovarian", c("age", "residual", "rx"), ties = all_ties),
  model("ovarian", "age", strata = "rx"),
  model("veteran", c("trt", "cell", "karno", "age", "prior"), ties = all_ties),
  model("veteran", c("karno", "trt"), strata = "cell", ties = all_ties),
  model("veteran", c("karno", "cell"), cluster = "age"),
  model("colon", c("rx", "age", "nodes", "differ", "surg")),
  model("colon", c("rx", "age"), strata = "differ", ties = all_ties),
  model("pbc", c("age", "edema", "bili", "albumin", "protime", "sex")),
  model("heart", c("age", "year", "surgery", "transplant"), entry = TRUE, ties = all_ties),
  model("heart", c("age", "year", "transplant"), entry = TRUE, strata = "surgery", cluster = "id"),
  model("bladder", c("rx", "number", "size"), entry = TRUE, cluster = "id"),
  model("bladder", c("rx", "number", "size"), entry = TRUE, strata = "enum", cluster = "id"),
  model("aml", "x", ties = all_ties),
  model("many", c("x", "y", "group"), ties = all_ties),
  model("many", c("x", "y", "group"), entry = TRUE, ties = all_ties),
  model("many", c("x", "y", "group"), entry = TRUE, strata = "site", ties = all_ties),
  model("many", c("x", "y", "group"), entry = TRUE, strata = "site", cluster = "id"),
  model("months", "x", ties = all_ties),
  model("four", "x", ties = all_ties),
  model("tied", "x", ties = all_ties),
  model("one_event", "x", ties = all_ties),
  model("large", "x", ties = all_ties))

results <- lapply(models, function(m) {
  d <- data[[m$data]]
  for (name in names(d)) if (is.character(d[[name]])) d[[name]] <- factor(d[[name]], levels = sort(unique(d[[name]]), method = "radix"))
  surv <- if (m$entry) "Surv(entry, time, event)" else "Surv(time, event)"
  terms <- c(m$covariates, if (!is.null(m$strata)) paste0("strata(", m$strata, ")"))
  formula <- as.formula(paste(surv, "~", paste(terms, collapse = " + ")))
  call <- list(formula, data = d, ties = m$ties, control = tight, x = TRUE)
  if (!is.null(m$cluster)) call$cluster <- as.name(m$cluster)
  fit <- suppressWarnings(do.call(coxph, call))
  if (all(is.na(coef(fit)) | diag(as.matrix(fit$var)) < 1e-12)) return(c(m, list(failed = TRUE)))
  # The fit of exact ties in intervals has no class, and so no summary.
  beta <- unname(coef(fit))
  naive <- as.matrix(if (is.null(fit$naive.var)) fit$var else fit$naive.var)
  used <- sqrt(diag(as.matrix(fit$var)))
  lr <- 2 * diff(fit$loglik)
  result <- c(m, list(
    n = fit$n, events = fit$nevent, coefficient = I(beta), std_error = I(sqrt(diag(naive))),
    robust_std_error = if (is.null(fit$naive.var)) NULL else I(used),
    lower = I(exp(beta - qnorm(0.975) * used)), upper = I(exp(beta + qnorm(0.975) * used)), z = I(beta / used),
    p = I(pchisq((beta / used)^2, 1, lower.tail = FALSE)), log_likelihood = fit$loglik,
    likelihood_ratio = lr, likelihood_ratio_p = pchisq(lr, length(beta), lower.tail = FALSE), wald = unname(fit$wald.test),
    score = fit$score, robust_score = fit$rscore, concordance = unname(fit$concordance["concordance"]),
    concordance_error = unname(fit$concordance["std"]), covariance = naive))
  if (m$ties != "exact") {
    distinct <- length(unique(aeqSurv(fit$y)[fit$y[, "status"] == 1, if (m$entry) 2 else 1]))
    if (distinct > 2) {
      zph <- lapply(setNames(nm = c("km", "rank", "identity", if (min(d$time[d$event == 1]) > 0) "log")), function(transform) {
        z <- cox.zph(fit, transform)
        list(statistic = I(unname(z$table[, 1])), df = I(unname(z$table[, 2])), p = I(unname(z$table[, 3])))
      })
      result$proportional_hazards <- zph
    }
    base <- basehaz(fit, centered = FALSE)
    strata <- if (is.null(base$strata)) rep("all", nrow(base)) else sub("^[a-z]*=", "", as.character(base$strata))
    result$baseline <- lapply(split(base, factor(strata, levels = unique(strata))), function(b) {
      rise <- c(TRUE, diff(b$hazard) > 0) & b$hazard > 0
      # A few points suffice.
      rise <- which(rise); rise <- rise[unique(round(seq(1, length(rise), length.out = min(4, length(rise)))))]
      list(time = I(b$time[rise]), hazard = I(b$hazard[rise]))
    })
  }
  result
})
write_reference("cox", "survival", list(data = lapply(data, function(d) lapply(as.list(d), I)), fits = results))

# Against the shipped study: types, attributes, errors, and the medians of the survival package.
library(casegraph)

if (!nzchar(Sys.getenv("CASEGRAPH_PROGRAM", Sys.which("casegraph")))) {
  message("LEFT OUT: the program casegraph is not there, and nothing was tested")
  quit(status = 0)
}

study <- cg_open(location = Sys.getenv("CASEGRAPH_TEST_STORE", tempfile("store")))

rows <- cg_run(study, "survival/overall", drug = "drug:crizotinib")
stopifnot(
  is.logical(rows$event), anyNA(rows$event),
  is.numeric(rows$months), anyNA(rows$months),
  attr(rows, "analysis") == "survival/overall",
  attr(rows, "parameters")$drug == "drug:crizotinib",
  length(attr(rows, "cautions")) > 0,
  nzchar(attr(rows, "method")), grepl("@", attr(rows, "cite")),
  grepl("^[0-9a-f]{16}$", attr(rows, "snapshot"))
)
ledger <- attr(rows, "ledger")
stopifnot(
  nrow(ledger) == nrow(unique(ledger["unit"])),
  sum(ledger$counted) == attr(rows, "result")$overall$n,
  all(is.na(ledger$reason) == ledger$counted)
)

wrong <- tryCatch(cg_run(study, "survival/overall", drugg = "x"), casegraph_error = identity)
stopifnot(inherits(wrong, "casegraph_error"), wrong$kind == "parameter", wrong$parameter == "drugg",
          wrong$nearest == "drug")
none <- tryCatch(cg_run(study, "survival/overal"), casegraph_error = identity)
stopifnot(none$kind == "not-found", "survival/overall" %in% none$nearest)
nobody <- tryCatch(cg_case(study, "rao-2081"), casegraph_error = identity)
stopifnot(nobody$kind == "not-found", "rao-2018" %in% nobody$nearest)
stopifnot(cg_case(study, "rao-2018")$case == "rao-2018")

ages <- cg_query(study, "SELECT ?case ?age ?sex WHERE { ?case a cg:Case OPTIONAL { ?case cg:ageYears ?age } }")
stopifnot(is.numeric(ages$age), anyNA(ages$age), is.character(ages$case), all(is.na(ages$sex)))
stopifnot(isTRUE(cg_query(study, "ASK { ?case a cg:Case }")))
stopifnot("response/overall" %in% cg_analyses(study)$analysis)

# survfit on the rows gives what is printed.
if (!requireNamespace("survival", quietly = TRUE)) {
  message("LEFT OUT: the package survival is not there, and no median was compared")
} else {
  compare <- function(name, drug) {
    rows <- cg_run(study, name, drug = drug)
    if (is.null(attr(rows, "result"))) {
      return(0)
    }
    ledger <- attr(rows, "ledger")
    medians <- attr(rows, "table")
    medians <- medians[medians$table == "Median" & grepl("^median, months", medians$column), ]
    stopifnot(nrow(medians) > 0)
    rows <- rows[rows$case %in% ledger$unit[ledger$counted], ]
    for (at in seq_len(nrow(medians))) {
      group <- medians$of[[at]]
      is_of <- vapply(rows, function(column) any(as.character(column) == group, na.rm = TRUE), NA)
      own <- if (any(is_of)) rows[which(as.character(rows[[which(is_of)[[1]]]]) == group), ] else rows
      fit <- survival::survfit(survival::Surv(own$months, own$event) ~ 1, conf.type = "log-log")
      # print and summary of survfit take the first time where a curve is level at one half to its end; quantile takes
      # the middle, and so does casegraph.
      found <- unname(quantile(fit, 0.5, conf.int = FALSE))
      printed <- if (medians$text[[at]] == "NR") NA else medians$number[[at]]
      cat(name, drug, group, nrow(own), found, printed, "\n")
      stopifnot(identical(is.na(found), is.na(printed)), is.na(found) || abs(found - printed) < 1e-9)
    }
    sum(!is.na(medians$number))
  }
  compared <- 0
  for (name in c("survival/overall", "survival/by-histology", "survival/progression-free", "survival/time-on-treatment")) {
    for (drug in c("drug:crizotinib", "drug:alectinib", "drug:alk-inhibitor")) {
      compared <- compared + compare(name, drug)
    }
  }
  # Medians that are reached, not only those that are not.
  stopifnot(compared >= 3)
}
cat("all tests of the R package passed\n")

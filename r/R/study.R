#' Open a study
#'
#' A folder of sheets, a release, or the URL of a server; without one, the study that the program carries.
#' @param study Path or URL; `NULL` for the shipped study.
#' @param location Folder of the store; `NULL` for the user's own.
#' @return A study for [cg_run()] and the others.
#' @export
cg_open <- function(study = NULL, location = NULL) {
  place <- if (is.null(location)) character() else c("--location", path.expand(location))
  opened <- if (is.null(study)) {
    list(place = place)
  } else if (grepl("^https?://", study)) {
    list(url = sub("/+$", "", study))
  } else if (file.exists(file.path(study, "release.snapshot"))) {
    list(place = c("--release", path.expand(study)))
  } else {
    list(place = c("--project", path.expand(study), place))
  }
  structure(opened, class = "cg_study")
}

#' @export
print.cg_study <- function(x, ...) {
  where <- if (is.null(x$url)) paste(x$place, collapse = " ") else x$url
  cat("<casegraph study: ", if (nzchar(where)) where else "the shipped study", ">\n", sep = "")
  invisible(x)
}

#' Run a saved analysis
#'
#' @param study A study of [cg_open()].
#' @param name Name of the analysis, such as `"survival/overall"`.
#' @param ... Parameters by name, such as `drug = "drug:alectinib"`.
#' @param choices Choices of method by name, such as `list(band = "log")`.
#' @return The rows as a data frame. Its attributes are `result`, `table` (the printed tables, tidy), `ledger`,
#'   `cautions`, `method`, `cite`, `parameters`, `analysis` and `snapshot`. Booleans with gaps are logical, months
#'   numeric with `NA`, codes factors. An error is a `casegraph_error` with `kind`, `parameter` and `nearest`.
#' @export
cg_run <- function(study, name, ..., choices = list()) {
  set <- lapply(list(...), spoken)
  choices <- lapply(choices, spoken)
  text <- if (is.null(study$url)) {
    ask_program(study, c("run", given("--set", set), given("--with", choices), "--format=json", "--", name))
  } else {
    if (length(choices)) names(choices) <- paste0("with.", names(choices))
    ask_server(study, paste0("/analyses/", name, ".json"), c(set, choices))
  }
  answer <- data_of(text)
  rows <- frame_of(answer$rows, answer$columns)
  snapshot <- regmatches(answer$made_from, regexpr("snapshot sha256 [0-9a-f]+", answer$made_from))
  structure(rows,
    analysis = answer$analysis,
    parameters = answer$parameters,
    result = answer$result,
    table = printed(answer$tables),
    ledger = ledger_of(answer),
    cautions = as.character(answer$cautions),
    method = answer$method,
    cite = paste(vapply(answer$references, `[[`, "", "bibtex"), collapse = "\n"),
    snapshot = sub(".* ", "", snapshot)
  )
}

#' Ask in SPARQL
#'
#' @param study A study of [cg_open()].
#' @param sparql A SELECT or ASK query; the study's prefixes need no declaration.
#' @return The rows as a data frame, or the truth value of an ASK.
#' @export
cg_query <- function(study, sparql) {
  text <- if (is.null(study$url)) {
    ask_program(study, c("query", "--format=json", "--", sparql))
  } else {
    ask_server(study, "/sparql", list(query = sparql))
  }
  found <- data_of(text)
  if (is.null(found$boolean)) sparql_frame(found) else found$boolean
}

#' Show a case
#'
#' @param study A study of [cg_open()].
#' @param case Key of the case.
#' @return All that is known of it, who reported it, and what was chosen why, as a list.
#' @export
cg_case <- function(study, case) {
  data_of(if (is.null(study$url)) {
    ask_program(study, c("case", "--format=json", "--", case))
  } else {
    ask_server(study, paste0("/cases/", URLencode(case, TRUE), ".json"))
  })
}

#' List the saved analyses
#'
#' @param study A study of [cg_open()] that is no server.
#' @return A data frame with a row an analysis.
#' @export
cg_analyses <- function(study) {
  if (!is.null(study$url)) stop("a server lists its analyses at its page /analyses", call. = FALSE)
  found <- data_of(ask_program(study, c("list", "--format=json")))
  rows <- lapply(found, function(one) {
    one$parameters <- paste(unlist(one$parameters), collapse = ", ")
    one
  })
  frame_of(rows, c(analysis = "text", statistic = "code", parameters = "text", summary = "text"))
}

spoken <- function(value) if (is.logical(value)) tolower(as.character(value)) else as.character(value)

given <- function(option, values) {
  vapply(names(values), function(name) paste0(option, "=", name, "=", values[[name]]), "", USE.NAMES = FALSE)
}

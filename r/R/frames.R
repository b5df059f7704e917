# Data frames with right types.

# The values of a column, with NA where there is none.
typed <- function(values, kind) {
  gap <- vapply(values, is.null, NA)
  values[gap] <- NA
  is_number <- all(vapply(values[!gap], is.numeric, NA))
  switch(kind,
    boolean = as.logical(unlist(values)),
    integer = if (is_number) as.integer(unlist(values)) else texts(values),
    decimal = if (is_number) as.numeric(unlist(values)) else texts(values),
    date = as.Date(texts(values)),
    code = factor(texts(values)),
    texts(values)
  )
}

texts <- function(values) {
  vapply(values, function(value) if (is.na(value)) NA_character_ else as.character(value), "")
}

# Rows, which are lists by name, as a data frame.
frame_of <- function(rows, kinds) {
  columns <- lapply(names(kinds), function(name) typed(lapply(rows, `[[`, name), kinds[[name]]))
  names(columns) <- names(kinds)
  structure(columns, class = "data.frame", row.names = seq_along(rows))
}

# The printed tables, tidy: one row a cell.
printed <- function(tables) {
  rows <- list()
  for (table in tables) {
    for (line in seq_along(table$rows)) {
      cells <- table$rows[[line]]
      for (at in seq_along(cells)) {
        rows[[length(rows) + 1]] <- c(
          list(table = table$title, row = line, of = cells[[1]]$text, column = table$columns[[at]]$name),
          cells[[at]]
        )
      }
    }
  }
  frame_of(rows, c(
    table = "text", row = "integer", of = "text", column = "text", text = "text",
    number = "decimal", lower = "decimal", upper = "decimal", successes = "integer", n = "integer"
  ))
}

# Who was counted, who has the event, and who was left out and why.
ledger_of <- function(answer) {
  with_event <- unlist(answer$numerator)
  counted <- lapply(answer$counted, function(unit) {
    list(unit = unit, counted = TRUE, numerator = if (!is.null(answer$numerator)) unit %in% with_event)
  })
  left_out <- lapply(answer$excluded, function(exclusion) {
    lapply(exclusion$units, function(unit) list(unit = unit, counted = FALSE, reason = exclusion$reason))
  })
  frame_of(c(counted, unlist(left_out, recursive = FALSE)),
           c(unit = "text", counted = "boolean", numerator = "boolean", reason = "code"))
}

# The results of a query, whose columns are of the type that all of their values have.
sparql_frame <- function(found) {
  names <- unlist(found$head$vars)
  rows <- found$results$bindings
  kinds <- vapply(names, function(name) kind_of(lapply(rows, `[[`, name)), "")
  values <- lapply(rows, function(row) {
    cells <- lapply(names, function(name) value_of(row[[name]], kinds[[name]]))
    structure(cells, names = names)
  })
  frame_of(values, kinds)
}

kind_of <- function(terms) {
  terms <- Filter(Negate(is.null), terms)
  kinds <- unique(vapply(terms, function(term) {
    name <- if (is.null(term$datatype)) "" else sub("http://www.w3.org/2001/XMLSchema#", "", term$datatype)
    switch(name, boolean = "boolean", integer = "integer", decimal = , double = , float = "decimal",
           date = "date", "text")
  }, ""))
  if (length(kinds) == 1) kinds
  else if (length(kinds) == 2 && all(kinds %in% c("integer", "decimal"))) "decimal"
  else "text"
}

value_of <- function(term, kind) {
  if (is.null(term)) return(NULL)
  switch(kind,
    boolean = term$value %in% c("true", "1"),
    integer = , decimal = as.numeric(term$value),
    term$value
  )
}

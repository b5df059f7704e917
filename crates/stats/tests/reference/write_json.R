# Writes a reference file: one line per list of numbers, each number with all its digits, NA and infinities as null.
number <- function(x) {
  short <- sprintf("%.15g", x)
  # Rounding to 15 digits would undo near-ties of times.
  ifelse(is.finite(x), ifelse(suppressWarnings(as.numeric(short)) == x, short, sprintf("%.17g", x)), "null")
}
quoted <- function(x) encodeString(x, quote = "\"")
json <- function(x, indent = "") {
  deeper <- paste0(indent, " ")
  if (is.null(x)) return("null")
  if (is.matrix(x)) x <- lapply(seq_len(nrow(x)), function(i) I(unname(x[i, ])))
  if (is.list(x)) {
    items <- vapply(x, json, "", indent = deeper)
    if (!is.null(names(x))) items <- paste0(quoted(names(x)), ": ", items)
    ends <- if (is.null(names(x))) c("[", "]") else c("{", "}")
    return(paste0(ends[1], "\n", paste0(deeper, items, collapse = ",\n"), "\n", indent, ends[2]))
  }
  items <- if (is.character(x)) quoted(x) else number(x)
  # A vector of one is a bare value, unless I() says that it is a list that happens to be short.
  if (length(x) == 1 && !inherits(x, "AsIs")) items else paste0("[", paste(items, collapse = ", "), "]")
}
write_reference <- function(name, packages, content) {
  versions <- list(R = as.character(getRversion()))
  for (p in packages) versions[[p]] <- as.character(packageVersion(p))
  writeLines(json(c(list(versions = versions), content)), paste0(name, ".json"))
}

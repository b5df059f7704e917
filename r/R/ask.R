# Who is asked: the program on this machine, or a server.

# The program: what the variable names, else the one on the PATH.
program <- function() {
  path <- Sys.getenv("CASEGRAPH_PROGRAM", Sys.which("casegraph"))
  if (!nzchar(path)) {
    stop("the program casegraph is not on the PATH: install it, or name it in the variable CASEGRAPH_PROGRAM",
         call. = FALSE)
  }
  path
}

# What the program answers, as one text.
ask_program <- function(study, arguments) {
  out <- tempfile("casegraph")
  err <- tempfile("casegraph")
  on.exit(unlink(c(out, err)))
  command <- c(study$place, "--quiet", "--errors", "json", arguments)
  status <- system2(program(), shQuote(command), stdout = out, stderr = err, stdin = nothing())
  if (status > 1) {
    refuse(readLines(err, encoding = "UTF-8", warn = FALSE), status)
  }
  text_of(out)
}

nothing <- function() if (.Platform$OS.type == "windows") "" else "/dev/null"

text_of <- function(file) {
  text <- readLines(file, encoding = "UTF-8", warn = FALSE)
  paste(text, collapse = "\n")
}

# Ends with a condition that a program can read: kind, parameter, nearest.
refuse <- function(lines, status) {
  last <- if (length(lines)) lines[[length(lines)]] else ""
  problem <- tryCatch(fromJSON(last, simplifyVector = TRUE), error = function(e) NULL)
  if (is.null(problem)) {
    stop(paste(c(lines, paste("casegraph ended with", status)), collapse = "\n"), call. = FALSE)
  }
  stop(structure(
    class = c("casegraph_error", "error", "condition"),
    list(
      message = paste(c(problem$detail, lines[-length(lines)]), collapse = "\n"),
      call = NULL,
      kind = sub(".*#", "", problem$type),
      parameter = problem$parameter,
      nearest = as.character(problem$nearest)
    )
  ))
}

# What a server answers, as one text. Base R does not show what a server says of an error.
ask_server <- function(study, path, parameters = list()) {
  pairs <- vapply(names(parameters), function(name) {
    paste0(URLencode(name, TRUE), "=", URLencode(parameters[[name]], TRUE))
  }, "")
  address <- paste0(study$url, path, if (length(pairs)) "?", paste(pairs, collapse = "&"))
  from <- url(address, headers = c(Accept = "application/sparql-results+json, application/json"))
  on.exit(close(from))
  paste(readLines(from, encoding = "UTF-8", warn = FALSE), collapse = "\n")
}

data_of <- function(text) fromJSON(text, simplifyVector = FALSE)

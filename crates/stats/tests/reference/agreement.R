# Cohen's kappa with its large-sample standard error. Run in this folder: Rscript agreement.R
source("write_json.R")
suppressMessages(library(vcd))

set.seed(20261130)
tables <- list(
  # Fleiss (1981), as vcd's SexualFun and MSPatients are in help(Kappa).
  sexual_fun = unclass(SexualFun),
  winnipeg = unclass(MSPatients[, , 1]),
  new_orleans = unclass(MSPatients[, , 2]),
  two = matrix(c(20, 10, 5, 15), 2),
  rare = matrix(c(95, 2, 2, 1), 2),
  below = matrix(c(1, 9, 8, 2), 2),
  all_alike = diag(c(4, 3, 2)),
  random3 = matrix(rpois(9, 6), 3),
  random5 = matrix(rpois(25, 3), 5)
)
result <- lapply(tables, function(t) {
  t <- matrix(as.numeric(t), nrow(t))
  k <- Kappa(t)
  p <- t / sum(t)
  list(table = t, observed = sum(diag(p)), expected = sum(rowSums(p) * colSums(p)),
       kappa = unname(k$Unweighted["value"]), standard_error = unname(k$Unweighted["ASE"]))
})
write_reference("agreement", "vcd", list(tables = result))

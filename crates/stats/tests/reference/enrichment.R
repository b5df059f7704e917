# Enrichment: the hypergeometric upper tail, and the one-sided Fisher exact test of the same counts. Run in this folder:
# Rscript enrichment.R
source("write_json.R")

counts <- list(
  c(1, 5, 10, 100), c(3, 20, 300, 20000), c(12, 38, 488, 19000), c(5, 5, 5, 20000),
  c(0, 10, 10, 100), c(30, 30, 15000, 20000), c(22, 40, 40, 60), c(35, 40, 40, 60),
  c(7, 33, 1200, 18500), c(38, 38, 4000, 19500)
)
one <- function(x) {
  k <- x[1]; n <- x[2]; with <- x[3]; all <- x[4]
  table <- matrix(c(k, n - k, with - k, all - with - n + k), nrow = 2)
  list(
    drawn_with = k, drawn = n, with = with, population = all,
    p_value = phyper(k - 1, with, all - with, n, lower.tail = FALSE),
    fisher = fisher.test(table, alternative = "greater")$p.value
  )
}
write_reference("enrichment", "stats", list(overlaps = lapply(counts, one)))

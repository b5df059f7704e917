-- Views over the files of this folder, in SQL that DuckDB, DataFusion and Spark run as it stands. First make each file a table of
-- its name (for cases, fusions, alterations, treatments, adverse_events, follow_up, several, missing, derived, first_of, concept,
-- identifier and within):
--   DuckDB       CREATE TABLE cases AS SELECT * FROM 'cases.parquet'   (or CREATE VIEW, which reads the file each time)
--   DataFusion   CREATE EXTERNAL TABLE cases STORED AS PARQUET LOCATION 'cases.parquet'
--   Spark        CREATE TABLE cases USING parquet LOCATION '/path/to/cases.parquet'
-- Counts and estimators take the same cases as the analyses that are named here; casegraph has their intervals and cautions.

-- Rows of response/overall, for every drug and class: the best response to the first episode with it.
CREATE VIEW response_rows AS
SELECT DISTINCT
  f.drug,
  t.case_key,
  t.item,
  COALESCE(k.code, k.label, t.best_response) AS response,
  COALESCE(k.uncategorised, FALSE) AS in_words,
  d.field IS NOT NULL AS is_derived
FROM first_of f
JOIN treatments t ON t.case_key = f.case_key AND t.item = f.item
JOIN cases c ON c.case_key = t.case_key AND c.counted
LEFT JOIN concept k ON k.term = t.best_response
LEFT JOIN derived d ON d.case_key = t.case_key AND d.sheet = 'treatments' AND d.item = t.item AND d.field = 'best_response';

-- Objective response and disease control, as response/overall has them: of stated categories alone.
CREATE VIEW response_rates AS
SELECT
  drug,
  SUM(CASE WHEN response IN ('CR', 'PR') THEN 1 ELSE 0 END) AS objective,
  SUM(CASE WHEN response IN ('CR', 'PR', 'SD') THEN 1 ELSE 0 END) AS controlled,
  COUNT(*) AS evaluated
FROM response_rows
WHERE response IN ('CR', 'PR', 'SD', 'PD') AND NOT is_derived
GROUP BY drug;

-- Which status means that the patient died, and which that he or she lived.
CREATE VIEW status_means AS
SELECT DISTINCT w.term AS status, k.means_death AS died
FROM within w
JOIN concept k ON k.term = w.above AND k.means_death IS NOT NULL;

-- Rows of survival/overall, for every drug and class: months to the last known status, and whether that is death.
CREATE VIEW survival_rows AS
SELECT DISTINCT
  w.above AS drug,
  c.case_key,
  u.months,
  m.died,
  COALESCE(u.counted_from, 'not stated') AS time_zero
FROM cases c
JOIN several s ON s.case_key = c.case_key AND s.sheet = 'treatments' AND s.field = 'agent'
JOIN within w ON w.term = s.member
LEFT JOIN follow_up u ON u.case_key = c.case_key
LEFT JOIN status_means m ON m.status = u.status
WHERE c.counted;

-- What a Kaplan-Meier estimate needs: how many died and how many were censored at each time. `casegraph stats survival --count n`
-- reads it.
CREATE VIEW survival_counts AS
SELECT drug, months, died, COUNT(*) AS n
FROM survival_rows
WHERE months IS NOT NULL AND died IS NOT NULL
GROUP BY drug, months, died;

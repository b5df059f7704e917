//! Tables as CSV, TSV and JSON: plain values, full IRIs, empty where unbound.

mod survival;

use serde_json::{Map, Value, json};

use super::cells::Cells;
use crate::analysis::{Analysis, Computed, Outcome, ResponseGroup};
use crate::graph::model::{Term, xsd};
use crate::query::{Statistic, Table};
use crate::stats::proportion::ProportionEstimate;

/// A table as RFC 4180 CSV.
#[must_use]
pub fn csv(table: &Table, cells: Cells) -> String {
    separated(table, b',', cells)
}

/// A table as tab-separated values.
#[must_use]
pub fn tsv(table: &Table, cells: Cells) -> String {
    separated(table, b'\t', cells)
}

fn separated(table: &Table, delimiter: u8, cells: Cells) -> String {
    let texts =
        |row| (0..table.columns.len()).map(move |column| table.text(row, column).unwrap_or(""));
    records(
        &table.columns,
        (0..table.rows()).map(texts),
        delimiter,
        cells,
    )
}

/// Headings and rows, each as wide as the headings, with this character between cells.
pub(super) fn records<H, R, C>(
    headings: impl IntoIterator<Item = H>,
    rows: impl IntoIterator<Item = R>,
    delimiter: u8,
    cells: Cells,
) -> String
where
    H: AsRef<str>,
    R: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut writer = ::csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    // Writing to memory cannot fail, and every row is as wide as the headings.
    let mut written = Ok(());
    let mut write = |texts: &mut dyn Iterator<Item = String>| {
        let record = texts.collect::<::csv::StringRecord>();
        let next = writer.write_record(&record);
        if written.is_ok() {
            written = next;
        }
    };
    let text = |cell: &str| cells.write(cell).into_owned();
    write(&mut headings.into_iter().map(|cell| text(cell.as_ref())));
    for row in rows {
        write(&mut row.into_iter().map(|cell| text(cell.as_ref())));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    drop(written);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An analysis as JSON: the result, who was left out, the rows and the method.
#[must_use]
pub fn json(analysis: &Analysis, made_from: &str) -> String {
    let value = json!({
        "analysis": analysis.slug,
        "summary": analysis.header.summary,
        "parameters": parameters(analysis),
        "statistic": analysis.header.statistic.kind(),
        "result": outcome(&analysis.outcome),
        "bounds": analysis.bounds,
        "numerator": analysis.ledger.numerator(),
        "counted": analysis.ledger.counted(),
        "excluded": exclusions(analysis),
        "method": analysis.method,
        "level": (!analysis.method.is_empty()).then_some(analysis.level),
        "cautions": analysis.cautions,
        "rows": rows(&analysis.table),
        "made_from": made_from,
    });
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

/// What an analysis found, to be compared with what it finds elsewhere: neither its words nor where
/// it comes from, and its rows only where they are the result.
#[must_use]
pub fn comparable(analysis: &Analysis) -> Value {
    let result = outcome(&analysis.outcome);
    let is_table = matches!(analysis.header.statistic, Statistic::Table(_));
    let rows = if is_table {
        rows(&analysis.table)
    } else {
        Vec::new()
    };
    // Where there is no result, the cautions say why.
    let without: &[String] = if result.is_null() && !is_table {
        &analysis.cautions
    } else {
        &[]
    };
    json!({
        "parameters": parameters(analysis),
        "result": result,
        "bounds": analysis.bounds,
        "numerator": analysis.ledger.numerator(),
        "counted": analysis.ledger.counted(),
        "excluded": exclusions(analysis),
        "level": (!analysis.method.is_empty()).then_some(analysis.level),
        "no result": without,
        "rows": rows,
    })
}

fn parameters(analysis: &Analysis) -> Map<String, Value> {
    let parameters = analysis.parameters.iter();
    parameters
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect()
}

fn exclusions(analysis: &Analysis) -> Vec<Value> {
    let exclusions = analysis.ledger.exclusions().into_iter();
    exclusions
        .map(|exclusion| json!({"reason": exclusion.reason, "units": exclusion.units}))
        .collect()
}

/// A statistic of columns as JSON, every figure at full precision.
#[must_use]
pub fn computed_json(computed: &Computed) -> String {
    let left_out: Vec<Value> = computed
        .left_out
        .iter()
        .map(|(reason, rows)| json!({"reason": reason, "n": rows.len(), "rows": rows}))
        .collect();
    let value = json!({
        "statistic": computed.kind,
        "counted": computed.counted,
        "excluded": left_out,
        "coded": computed.coded,
        "result": outcome(&computed.outcome),
        "bounds": computed.bounds,
        "method": computed.method,
        "level": computed.level,
        "cautions": computed.cautions,
        "conventions": computed.differences,
        "conventions_not_known": computed.open_questions,
    });
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

fn rows(table: &Table) -> Vec<Value> {
    let row = |row: usize| {
        let cells = table.columns.iter().zip(table.row(row));
        let object: Map<String, Value> = cells
            .map(|(name, cell)| (name.clone(), cell.map_or(Value::Null, term)))
            .collect();
        Value::Object(object)
    };
    (0..table.rows()).map(row).collect()
}

fn term(term: &Term) -> Value {
    let Term::Literal(literal) = term else {
        return json!(crate::query::plain(term));
    };
    let (text, datatype) = (literal.value(), literal.datatype());
    match datatype {
        xsd::INTEGER => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), Value::from),
        xsd::DECIMAL | xsd::DOUBLE => text
            .parse::<f64>()
            .map_or_else(|_| json!(text), Value::from),
        xsd::BOOLEAN => json!(text == "true" || text == "1"),
        _ => json!(text),
    }
}

fn rate(estimate: Option<&ProportionEstimate>) -> Value {
    estimate.map_or(Value::Null, |e| {
        json!({
            "successes": e.successes,
            "n": e.n,
            "estimate": e.estimate,
            "clopper_pearson": [e.clopper_pearson.lower, e.clopper_pearson.upper],
            "wilson": [e.wilson.lower, e.wilson.upper],
            "level": e.clopper_pearson.level.value(),
        })
    })
}

fn response_group(group: &ResponseGroup) -> Value {
    json!({
        "group": group.label,
        "units": group.units,
        "counts": group.counts,
        "objective_response": rate(group.objective.as_ref()),
        "disease_control": rate(group.control.as_ref()),
        "objective_response_with_words": rate(group.objective_with_words.as_ref()),
        "disease_control_with_words": rate(group.control_with_words.as_ref()),
        "responders": group.responders,
        "derived": group.derived,
    })
}

fn outcome(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Table => Value::Null,
        Outcome::Response(rates) => json!({
            "overall": response_group(&rates.overall),
            "groups": rates.groups.iter().map(response_group).collect::<Vec<_>>(),
            "exact_p": match &rates.comparison {
                Some(crate::analysis::Comparison::Exact { p_value, .. }) => json!(p_value),
                _ => Value::Null,
            },
        }),
        Outcome::Contingency(found) => json!(found),
        Outcome::Survival(result) => survival::survival(result),
        Outcome::Proportion(result) => json!(result),
        Outcome::Cox(result) => json!(result),
        Outcome::CompetingRisks(result) => json!(result),
        Outcome::Pooled(result) => json!(result),
        Outcome::Ranks(result) => json!(result),
        Outcome::Adjusted(result) => json!(result),
        Outcome::Incidence(result) => json!({
            "exposed": result.exposed,
            "informed": result.informed,
            "known": result.known,
            "exposure": result.exposure,
            "without_event": result.without_event,
            "terms": result.terms.iter().map(|term| json!({
                "term": term.term,
                "group": term.group,
                "cases": term.cases,
                "worst_grades": term.worst_grades.iter().map(|(grade, count)| json!({
                    "grade": grade, "cases": count,
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        }),
        Outcome::Sequence(found) => json!(found),
        Outcome::Waterfall(found) => json!(found),
        Outcome::Enrichment(found) => json!(found),
        Outcome::Matrix(counts) => json!({
            "rows": counts.rows,
            "columns": counts.columns,
            "counts": counts.counts,
            "row_units": counts.row_units,
            "units": counts.units,
        }),
        Outcome::Completeness(result) => json!(
            result
                .fields
                .iter()
                .map(|field| json!({
                    "field": field.field,
                    "known": field.known,
                    "of": field.units(),
                    "missing": field.missing,
                }))
                .collect::<Vec<_>>()
        ),
        Outcome::Swimmer(result) => json!(
            result
                .lanes
                .iter()
                .map(|lane| json!({
                    "case": lane.case,
                    "status": lane.status,
                    "died": lane.died,
                    "months": lane.months,
                    "order_known": lane.ordered,
                    "episodes": lane.episodes.iter().map(|episode| json!({
                        "label": episode.label,
                        "kind": episode.kind,
                        "start": episode.start,
                        "duration": episode.duration,
                        "response": episode.response,
                        "to_response": episode.to_response,
                        "progression": episode.progression,
                        "ongoing": episode.ongoing,
                    })).collect::<Vec<_>>(),
                }))
                .collect::<Vec<_>>()
        ),
    }
}

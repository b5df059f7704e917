//! Tables as CSV, TSV and JSON: plain values, full IRIs, empty where unbound.

use serde_json::{Map, Value, json};

use super::cells::Cells;
use crate::analysis::Analysis;
use crate::graph::model::{Term, xsd};
use crate::kinds::{Computed, Finding};
use crate::query::{Statistic, Table};

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
        "result": result(&analysis.finding),
        "bounds": analysis.finding.bounds,
        "numerator": analysis.finding.ledger.numerator(),
        "counted": analysis.finding.ledger.counted(),
        "excluded": exclusions(analysis),
        "method": analysis.finding.method,
        "level": (!analysis.finding.method.is_empty()).then_some(analysis.finding.level),
        "cautions": analysis.finding.cautions,
        "rows": rows(&analysis.table),
        "made_from": made_from,
    });
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

/// What an analysis found, to be compared with what it finds elsewhere: neither its words nor where
/// it comes from, and its rows only where they are the result.
#[must_use]
pub fn comparable(analysis: &Analysis) -> Value {
    let result = result(&analysis.finding);
    let is_table = matches!(analysis.header.statistic, Statistic::Table(_));
    let rows = if is_table {
        rows(&analysis.table)
    } else {
        Vec::new()
    };
    // Where there is no result, the cautions say why.
    let without: &[String] = if result.is_null() && !is_table {
        &analysis.finding.cautions
    } else {
        &[]
    };
    json!({
        "parameters": parameters(analysis),
        "result": result,
        "bounds": analysis.finding.bounds,
        "numerator": analysis.finding.ledger.numerator(),
        "counted": analysis.finding.ledger.counted(),
        "excluded": exclusions(analysis),
        "level": (!analysis.finding.method.is_empty()).then_some(analysis.finding.level),
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
    let exclusions = analysis.finding.ledger.exclusions().into_iter();
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
        "result": result(&computed.finding),
        "bounds": computed.finding.bounds,
        "method": computed.finding.method,
        "level": computed.finding.level,
        "cautions": computed.finding.cautions,
        "conventions": computed.finding.differences,
        "conventions_not_known": computed.finding.open_questions,
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

/// The result at full precision; null where the rows speak for themselves.
fn result(finding: &Finding) -> Value {
    finding
        .found
        .as_ref()
        .map_or(Value::Null, |found| found.json())
}

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field as Read;

use super::*;

fn field(name: &str, datatype: Datatype) -> Field {
    Field {
        name: name.to_owned(),
        datatype,
    }
}

fn read(bytes: Vec<u8>) -> SerializedFileReader<bytes::Bytes> {
    SerializedFileReader::new(bytes::Bytes::from(bytes)).expect("a file")
}

#[test]
fn types_gaps_and_what_belongs_to_it_are_read_back() {
    let fields = [
        field("case", Datatype::Text),
        field("n", Datatype::Integer),
        field("months", Datatype::Decimal),
        field("event", Datatype::Boolean),
        field("day", Datatype::Date),
    ];
    let told = vec![(
        "casegraph:analysis".to_owned(),
        "survival/overall".to_owned(),
    )];
    let mut writer = ColumnsWriter::begin(Vec::new(), &fields, told).expect("begun");
    let row = [
        Some(Value::Text("a, \"b\"\nc")),
        Some(Value::Integer(3)),
        Some(Value::Text("12.50")),
        Some(Value::Boolean(false)),
        Some(Value::Text("1969-12-31")),
    ];
    writer.push(row).expect("a row");
    writer.push([None; 5]).expect("a row");
    let file = read(writer.finish().expect("a file"));
    let metadata = file.metadata().file_metadata();
    let told = metadata.key_value_metadata().expect("keys");
    assert_eq!(told[0].value.as_deref(), Some("survival/overall"));
    let rows: Vec<_> = file.get_row_iter(None).expect("rows").collect();
    let cells = |at: usize| -> Vec<Read> {
        let row = rows[at].as_ref().expect("a row");
        row.get_column_iter()
            .map(|(_, cell)| cell.clone())
            .collect()
    };
    assert_eq!(
        cells(0),
        [
            Read::Str("a, \"b\"\nc".to_owned()),
            Read::Long(3),
            Read::Double(12.5),
            Read::Bool(false),
            Read::Date(-1),
        ]
    );
    assert_eq!(cells(1), vec![Read::Null; 5]);
    assert_eq!(rows.len(), 2);
}

#[test]
fn many_rows_make_groups() {
    let fields = [field("n", Datatype::Integer)];
    let mut writer = ColumnsWriter::begin(Vec::new(), &fields, Vec::new()).expect("begun");
    let count = i64::try_from(2 * GROUP + 1).expect("a number");
    for n in 0..count {
        writer.push([Some(Value::Integer(n))]).expect("a row");
    }
    let file = read(writer.finish().expect("a file"));
    assert_eq!(file.num_row_groups(), 3);
    let last = file.get_row_iter(None).expect("rows").last();
    let last = last.expect("a row").expect("a row");
    let cell = last.get_column_iter().next().expect("a cell").1.clone();
    assert_eq!(cell, Read::Long(count - 1));
}

#[test]
fn what_is_of_another_type_is_refused() {
    let fields = [field("day", Datatype::Date)];
    let mut writer = ColumnsWriter::begin(Vec::new(), &fields, Vec::new()).expect("begun");
    let refused = writer.push([Some(Value::Text("in May"))]);
    assert!(matches!(refused, Err(ColumnarError::Type { column, .. }) if column == "day"));
}

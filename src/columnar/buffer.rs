//! The values of one column until their group is written.

use jiff::civil::Date;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;

use super::Value;
use crate::document::Datatype;

/// The values of a column, and which rows have one.
pub(super) struct Buffer {
    /// 1 where a row has a value, and 0 where it has none.
    has: Vec<i16>,
    values: Values,
}

enum Values {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Decimal(Vec<f64>),
    Boolean(Vec<bool>),
    /// Days since 1970-01-01.
    Date(Vec<i32>),
}

impl Buffer {
    pub(super) fn of(datatype: Datatype) -> Self {
        let values = match datatype {
            Datatype::Text => Values::Text(Vec::new()),
            Datatype::Integer => Values::Integer(Vec::new()),
            Datatype::Decimal => Values::Decimal(Vec::new()),
            Datatype::Boolean => Values::Boolean(Vec::new()),
            Datatype::Date => Values::Date(Vec::new()),
        };
        Self {
            has: Vec::new(),
            values,
        }
    }

    /// Adds the value of a row; false if it is of another type.
    pub(super) fn push(&mut self, value: Option<Value<'_>>) -> bool {
        let Some(value) = value else {
            self.has.push(0);
            return true;
        };
        let is_taken = match (&mut self.values, value) {
            (Values::Text(all), Value::Text(text)) => add(all, Some(text.into())),
            (Values::Integer(all), Value::Integer(number)) => add(all, Some(number)),
            (Values::Integer(all), Value::Text(text)) => add(all, text.parse().ok()),
            (Values::Decimal(all), Value::Integer(number)) => add(all, Some(number as f64)),
            (Values::Decimal(all), Value::Decimal(number)) => add(all, Some(number)),
            (Values::Decimal(all), Value::Text(text)) => add(all, text.parse().ok()),
            (Values::Boolean(all), Value::Boolean(yes)) => add(all, Some(yes)),
            (Values::Date(all), Value::Text(text)) => add(all, day(text)),
            _ => false,
        };
        if is_taken {
            self.has.push(1);
        }
        is_taken
    }

    /// Writes the values into their column of the file, and forgets them.
    pub(super) fn write(
        &mut self,
        column: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        let has = &self.has;
        match &mut self.values {
            Values::Text(all) => write::<ByteArrayType>(column, all, has),
            Values::Integer(all) => write::<Int64Type>(column, all, has),
            Values::Decimal(all) => write::<DoubleType>(column, all, has),
            Values::Boolean(all) => write::<BoolType>(column, all, has),
            Values::Date(all) => write::<Int32Type>(column, all, has),
        }?;
        self.has.clear();
        Ok(())
    }
}

fn add<T>(all: &mut Vec<T>, value: Option<T>) -> bool {
    let is_taken = value.is_some();
    all.extend(value);
    is_taken
}

fn write<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    all: &mut Vec<T::T>,
    has: &[i16],
) -> Result<(), ParquetError> {
    column.typed::<T>().write_batch(all, Some(has), None)?;
    all.clear();
    Ok(())
}

/// Days from 1970-01-01 to a day.
fn day(text: &str) -> Option<i32> {
    let day: Date = text.parse().ok()?;
    let span = Date::constant(1970, 1, 1).until(day).ok()?;
    Some(span.get_days())
}

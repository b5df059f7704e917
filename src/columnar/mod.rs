//! Typed columns as Parquet, a group of rows at a time: memory holds one group, however many rows there are.

mod buffer;

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use thiserror::Error;

use self::buffer::Buffer;
use crate::document::Datatype;

/// Rows of a group: few enough to be held, and enough to be read quickly.
const GROUP: usize = 65_536;

/// Why columns cannot be kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ColumnarError {
    /// The file cannot be written.
    #[error(transparent)]
    Parquet(#[from] ParquetError),
    /// A value is not of the type of its column.
    #[error("{value:?} in the column {column} is no {datatype:?}")]
    Type {
        /// The column.
        column: String,
        /// The value, as text.
        value: String,
        /// The type that the column has.
        datatype: Datatype,
    },
}

/// A column: its name, which is unique in the file, and the type of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The type of its values, any of which may be missing.
    pub datatype: Datatype,
}

/// A value of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Text; in a column of days `YYYY-MM-DD`, in one of numbers a number.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A number.
    Decimal(f64),
    /// Yes or no.
    Boolean(bool),
}

/// Writes the rows of one file.
pub struct ColumnsWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    buffers: Vec<(Field, Buffer)>,
    rows: usize,
}

impl<W: Write + Send> ColumnsWriter<W> {
    /// Begins a file of rows with these columns, and what belongs to it by key.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn begin(
        sink: W,
        fields: &[Field],
        metadata: Vec<(String, String)>,
    ) -> Result<Self, ColumnarError> {
        let columns = fields.iter().map(|field| Ok(Arc::new(column(field)?)));
        let columns: Result<Vec<_>, ParquetError> = columns.collect();
        let schema = Type::group_type_builder("rows")
            .with_fields(columns?)
            .build()?;
        let metadata = metadata.into_iter();
        let metadata = metadata.map(|(key, value)| KeyValue::new(key, value));
        let properties = WriterProperties::builder()
            .set_created_by(concat!("casegraph ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::GZIP(Default::default()))
            .set_key_value_metadata(Some(metadata.collect()))
            .build();
        let buffers = fields.iter().cloned();
        Ok(Self {
            file: SerializedFileWriter::new(sink, Arc::new(schema), Arc::new(properties))?,
            buffers: buffers
                .map(|field| {
                    let buffer = Buffer::of(field.datatype);
                    (field, buffer)
                })
                .collect(),
            rows: 0,
        })
    }

    /// Adds a row; what it has no value for is missing.
    ///
    /// # Errors
    /// A value is not of the type of its column, or the file cannot be written.
    pub fn push<'v>(
        &mut self,
        row: impl IntoIterator<Item = Option<Value<'v>>>,
    ) -> Result<(), ColumnarError> {
        let mut row = row.into_iter();
        for (field, buffer) in &mut self.buffers {
            let value = row.next().flatten();
            if !buffer.push(value) {
                return Err(ColumnarError::Type {
                    column: field.name.clone(),
                    value: format!("{value:?}"),
                    datatype: field.datatype,
                });
            }
        }
        self.rows += 1;
        if self.rows == GROUP {
            self.write_group()?;
        }
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), ColumnarError> {
        let mut group = self.file.next_row_group()?;
        let mut buffers = self.buffers.iter_mut();
        while let Some(mut column) = group.next_column()? {
            if let Some((_, buffer)) = buffers.next() {
                buffer.write(&mut column)?;
            }
            column.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    /// Writes what is left, and gives back where it was written to.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> Result<W, ColumnarError> {
        if self.rows > 0 {
            self.write_group()?;
        }
        Ok(self.file.into_inner()?)
    }
}

/// A column as the schema of a file has it.
fn column(field: &Field) -> Result<Type, ParquetError> {
    let (physical, logical) = match field.datatype {
        Datatype::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Datatype::Integer => (Physical::INT64, None),
        Datatype::Decimal => (Physical::DOUBLE, None),
        Datatype::Boolean => (Physical::BOOLEAN, None),
        Datatype::Date => (Physical::INT32, Some(LogicalType::Date)),
    };
    Type::primitive_type_builder(&field.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

#[cfg(test)]
mod tests;

//! Reads Parquet row by row, and only the wanted columns. Without the feature `parquet` such files are refused with an
//! error that names the format.

#[cfg(not(feature = "parquet"))]
pub(crate) use off::Columnar;
#[cfg(feature = "parquet")]
pub(crate) use on::Columnar;

#[cfg(feature = "parquet")]
mod on {
    use std::fs::File;
    use std::io::Write;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use csv::ByteRecord;
    use parquet::basic::{LogicalType, TimeUnit};
    use parquet::errors::ParquetError;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use parquet::record::reader::RowIter;
    use parquet::schema::types::Type;
    use serde_json::Value;

    use crate::error::IntakeError;
    use crate::format::objects::{Found, Objects};
    use crate::format::open::Packing;
    use crate::format::table::{Cells, RowSink, SAMPLE_ROWS};
    use crate::progress::Progress;
    use crate::time::DAY_MS;

    /// Rows between two progress reports.
    const PROGRESS_ROWS: u64 = 65_536;

    /// A Parquet file of flat columns whose metadata has been read.
    pub(crate) struct Columnar<'p> {
        path: PathBuf,
        reader: SerializedFileReader<File>,
        fields: Vec<Arc<Type>>,
        bytes: u64,
        progress: &'p dyn Progress,
    }

    impl<'p> Columnar<'p> {
        /// Opens the file again, because Parquet is read from its end.
        pub(crate) fn open(path: &Path, packing: Packing, progress: &'p dyn Progress) -> Result<Self, IntakeError> {
            if packing != Packing::Plain {
                return Err(IntakeError::WrongKind {
                    path: path.to_owned(),
                    looks_like: "Parquet inside a compressed file",
                    advice: "unpack it; Parquet compresses by itself".into(),
                });
            }
            if path == Path::new(crate::files::STANDARD_INPUT) {
                return Err(IntakeError::WrongKind {
                    path: path.to_owned(),
                    looks_like: "Parquet on standard input",
                    advice: "give the file, because Parquet is read from its end".into(),
                });
            }
            let fail = |source| IntakeError::Io {
                path: path.to_owned(),
                source,
            };
            let file = File::open(crate::addresses::on_disk(path)?).map_err(fail)?;
            let bytes = file.metadata().map_err(fail)?.len();
            let reader = SerializedFileReader::new(file).map_err(|error| refusal(path, 0, &error))?;
            let root = reader.metadata().file_metadata().schema();
            let fields = root.get_fields().to_vec();
            Ok(Self {
                path: path.to_owned(),
                reader,
                fields,
                bytes,
                progress,
            })
        }

        pub(crate) fn columns(&self) -> Vec<String> {
            self.fields.iter().map(|field| field.name().to_owned()).collect()
        }

        /// Returns whether a column holds lists or groups: then rows are read as objects.
        pub(crate) fn is_nested(&self) -> bool {
            self.fields.iter().any(|field| !field.is_primitive())
        }

        /// Turns the file into a source of objects.
        pub(crate) fn objects(self) -> Box<dyn Objects + 'p> {
            let total = self.reader.metadata().file_metadata().num_rows().max(1) as u64;
            Box::new(NestedRows {
                scales: self.fields.iter().map(|field| Scale::of(field)).collect(),
                share: self.bytes.saturating_mul(PROGRESS_ROWS) / total,
                rows: RowIter::from_file_into(Box::new(self.reader)),
                path: self.path,
                row: 0,
                progress: self.progress,
            })
        }

        pub(crate) fn sample(&self, column: usize) -> Result<Vec<Vec<u8>>, IntakeError> {
            let mut values = Vec::new();
            self.for_each(&[column], SAMPLE_ROWS, &mut |cells| {
                values.push(cells.get(Some(0)).to_vec());
                Ok(())
            })?;
            Ok(values)
        }

        pub(crate) fn read(self, wanted: &[usize], sink: &mut dyn RowSink) -> Result<(), IntakeError> {
            let total = self.reader.metadata().file_metadata().num_rows().max(1) as u64;
            let share = self.bytes.saturating_mul(PROGRESS_ROWS) / total;
            self.for_each(wanted, usize::MAX, &mut |cells| {
                if cells.line.is_multiple_of(PROGRESS_ROWS) {
                    self.progress.advance(share);
                }
                sink.row(cells)
            })
        }

        /// Calls a function for each row. The row reader yields fields in file order, so each wanted column is looked
        /// up by its position.
        fn for_each(
            &self,
            wanted: &[usize],
            limit: usize,
            take: &mut dyn FnMut(Cells<'_>) -> Result<(), IntakeError>,
        ) -> Result<(), IntakeError> {
            let mut chosen = wanted.to_vec();
            chosen.sort_unstable();
            chosen.dedup();
            let places: Vec<usize> = wanted
                .iter()
                .map(|column| chosen.partition_point(|other| other < column))
                .collect();
            let scales: Vec<Scale> = chosen.iter().map(|&column| Scale::of(&self.fields[column])).collect();
            let mut record = ByteRecord::new();
            let mut text = Vec::new();
            for (row, number) in self.rows(&chosen)?.take(limit).zip(1..) {
                let row = row.map_err(|error| refusal(&self.path, number, &error))?;
                record.clear();
                for ((_, field), scale) in row.get_column_iter().zip(&scales) {
                    text.clear();
                    write(&mut text, field, *scale);
                    record.push_field(&text);
                }
                take(Cells::new(number, &record, &places))?;
            }
            Ok(())
        }

        fn rows(&self, chosen: &[usize]) -> Result<RowIter<'_>, IntakeError> {
            let root = self.reader.metadata().file_metadata().schema();
            let fields = chosen.iter().map(|&column| Arc::clone(&self.fields[column])).collect();
            let projection = Type::group_type_builder(root.name()).with_fields(fields).build();
            let rows = projection.and_then(|projection| self.reader.get_row_iter(Some(projection)));
            rows.map_err(|error| refusal(&self.path, 0, &error))
        }
    }

    /// The rows of a file with nested columns, as objects.
    struct NestedRows<'p> {
        path: PathBuf,
        rows: RowIter<'static>,
        /// For each column.
        scales: Vec<Scale>,
        row: u64,
        /// Bytes that [`PROGRESS_ROWS`] rows stand for.
        share: u64,
        progress: &'p dyn Progress,
    }

    impl Objects for NestedRows<'_> {
        fn next(&mut self) -> Result<Option<Found>, IntakeError> {
            let Some(row) = self.rows.next() else {
                return Ok(None);
            };
            self.row += 1;
            if self.row.is_multiple_of(PROGRESS_ROWS) {
                self.progress.advance(self.share);
            }
            let row = row.map_err(|error| refusal(&self.path, self.row, &error))?;
            let columns = row.get_column_iter().zip(&self.scales);
            let fields = columns.map(|((name, field), scale)| (name.clone(), value(field, *scale)));
            Ok(Some(Found::Object(self.row, Value::Object(fields.collect()))))
        }
    }

    /// Returns a field as JSON; plain values as in flat columns.
    fn value(field: &Field, scale: Scale) -> Value {
        let inner = |field: &Field| value(field, Scale::AsItIs);
        match field {
            Field::Null => Value::Null,
            Field::Group(row) => {
                let fields = row.get_column_iter().map(|(name, field)| (name.clone(), inner(field)));
                Value::Object(fields.collect())
            }
            Field::ListInternal(list) => list.elements().iter().map(inner).collect(),
            Field::MapInternal(map) => {
                let entries = map.entries().iter().map(|(key, field)| {
                    let mut name = Vec::new();
                    write(&mut name, key, Scale::AsItIs);
                    (String::from_utf8_lossy(&name).into_owned(), inner(field))
                });
                Value::Object(entries.collect())
            }
            plain => {
                let mut text = Vec::new();
                write(&mut text, plain, scale);
                Value::String(String::from_utf8_lossy(&text).into_owned())
            }
        }
    }

    fn refusal(path: &Path, row: u64, error: &ParquetError) -> IntakeError {
        IntakeError::Parquet {
            path: path.to_owned(),
            row,
            reason: error.to_string(),
        }
    }

    /// Unit of a time column. The row reader has no type for nanoseconds, so the unit comes from the schema.
    #[derive(Clone, Copy)]
    enum Scale {
        AsItIs,
        NanosToMicros,
    }

    impl Scale {
        fn of(field: &Type) -> Self {
            match field.get_basic_info().logical_type_ref() {
                Some(LogicalType::Timestamp(stamp)) if stamp.unit == TimeUnit::NANOS => Self::NanosToMicros,
                _ => Self::AsItIs,
            }
        }
    }

    /// Writes a field as text; times become numbers since 1970, which are interpreted as in any other file format.
    fn write(text: &mut Vec<u8>, field: &Field, scale: Scale) {
        match (field, scale) {
            (Field::Null, _) => {}
            (Field::Str(value), _) => text.extend_from_slice(value.as_bytes()),
            (Field::Bytes(value), _) => text.extend_from_slice(value.data()),
            (Field::Long(nanos), Scale::NanosToMicros) => number(text, nanos.div_euclid(1_000)),
            (Field::TimestampMillis(value) | Field::TimestampMicros(value) | Field::Long(value), _) => {
                number(text, *value);
            }
            (Field::Date(days), _) => number(text, i64::from(*days) * DAY_MS),
            // A data frame makes such numbers of a column with gaps: an id `10001` is not `10001.0`.
            (Field::Double(value), _) if is_whole(*value) => number(text, *value as i64),
            (Field::Float(value), _) if is_whole(f64::from(*value)) => number(text, *value as i64),
            (other, _) => text.extend_from_slice(other.to_string().as_bytes()),
        }
    }

    /// Returns whether a number is whole, and so small that no digit of it was rounded.
    fn is_whole(value: f64) -> bool {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        value.fract() == 0.0 && value.abs() < EXACT
    }

    fn number(text: &mut Vec<u8>, value: i64) {
        // Writing to a vector cannot fail.
        let _ = write!(text, "{value}");
    }
}

#[cfg(not(feature = "parquet"))]
mod off {
    use std::path::Path;

    use crate::error::IntakeError;
    use crate::format::objects::Objects;
    use crate::format::open::Packing;
    use crate::format::table::RowSink;
    use crate::progress::Progress;

    /// An uninhabited type: without the feature, opening always fails.
    pub(crate) enum Columnar<'p> {
        /// Keeps the lifetime parameter; never constructed.
        #[expect(dead_code, reason = "a value of this type cannot exist, and that is its purpose")]
        Never(std::convert::Infallible, std::marker::PhantomData<&'p ()>),
    }

    impl<'p> Columnar<'p> {
        pub(crate) fn open(path: &Path, _: Packing, _: &dyn Progress) -> Result<Self, IntakeError> {
            Err(IntakeError::WrongKind {
                path: path.to_owned(),
                looks_like: "Parquet, which this build leaves out",
                advice: "build with the feature `parquet`, or give CSV".into(),
            })
        }

        pub(crate) fn columns(&self) -> Vec<String> {
            let Self::Never(never, _) = self;
            match *never {}
        }

        pub(crate) fn is_nested(&self) -> bool {
            let Self::Never(never, _) = self;
            match *never {}
        }

        pub(crate) fn objects(self) -> Box<dyn Objects + 'p> {
            let Self::Never(never, _) = self;
            match never {}
        }

        pub(crate) fn sample(&self, _: usize) -> Result<Vec<Vec<u8>>, IntakeError> {
            let Self::Never(never, _) = self;
            match *never {}
        }

        pub(crate) fn read(self, _: &[usize], _: &mut dyn RowSink) -> Result<(), IntakeError> {
            let Self::Never(never, _) = self;
            match never {}
        }
    }
}

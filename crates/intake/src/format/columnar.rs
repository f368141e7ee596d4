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

    use crate::error::IntakeError;
    use crate::format::open::Packing;
    use crate::format::table::{Cells, RowSink, SAMPLE_ROWS};
    use crate::progress::Progress;
    use crate::time::DAY_MS;

    /// Rows between two progress reports.
    const PROGRESS_ROWS: u64 = 65_536;

    /// A Parquet file whose metadata has been read. Flat columns are those of the table; nested ones are left out.
    pub(crate) struct Columnar<'p> {
        path: PathBuf,
        reader: SerializedFileReader<File>,
        fields: Vec<Arc<Type>>,
        nested: Vec<String>,
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
            let fail = |source| IntakeError::Io {
                path: path.to_owned(),
                source,
            };
            let file = File::open(path).map_err(fail)?;
            let bytes = file.metadata().map_err(fail)?.len();
            let reader = SerializedFileReader::new(file).map_err(|error| refusal(path, 0, &error))?;
            let root = reader.metadata().file_metadata().schema();
            let (fields, groups): (Vec<_>, Vec<_>) = root
                .get_fields()
                .iter()
                .cloned()
                .partition(|field| field.is_primitive());
            let nested = groups.iter().map(|group| group.name().to_owned()).collect();
            Ok(Self {
                path: path.to_owned(),
                reader,
                fields,
                nested,
                bytes,
                progress,
            })
        }

        pub(crate) fn columns(&self) -> Vec<String> {
            self.fields.iter().map(|field| field.name().to_owned()).collect()
        }

        /// Returns the columns that hold lists or groups, which are not read.
        pub(crate) fn nested(&self) -> Vec<String> {
            self.nested.clone()
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
            (other, _) => text.extend_from_slice(other.to_string().as_bytes()),
        }
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
    use crate::format::open::Packing;
    use crate::format::table::RowSink;
    use crate::progress::Progress;

    /// An uninhabited type: without the feature, opening always fails.
    pub(crate) enum Columnar<'p> {
        /// Keeps the lifetime parameter; never constructed.
        #[expect(dead_code, reason = "a value of this type cannot exist, and that is its purpose")]
        Never(std::convert::Infallible, std::marker::PhantomData<&'p ()>),
    }

    impl Columnar<'_> {
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

        pub(crate) fn nested(&self) -> Vec<String> {
            let Self::Never(never, _) = self;
            match *never {}
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

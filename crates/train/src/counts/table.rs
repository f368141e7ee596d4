//! Tables of integers as Parquet files.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnDescriptor, Type};

use super::CountsError;

/// Rows that are kept before they are written.
const GROUP: usize = 1 << 18;

/// Suffix of table files.
const SUFFIX: &str = "parquet";

/// Returns the file of a table.
pub(super) fn file_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension(SUFFIX)
}

/// Writes a table of integers, none of them missing.
pub(super) struct TableWriter {
    path: PathBuf,
    columns: Vec<Vec<i64>>,
    file: SerializedFileWriter<File>,
}

impl TableWriter {
    pub(super) fn create<const N: usize>(folder: &Path, name: &str, names: [&str; N]) -> Result<Self, CountsError> {
        let path = file_of(folder, name);
        let columns = names.map(|name| (name, Physical::INT64, None));
        let file = create(&path, name, &columns).map_err(|problem| CountsError::file(&path, problem))?;
        Ok(Self {
            path,
            columns: vec![Vec::new(); N],
            file,
        })
    }

    /// Adds a row; it has as many values as the table has columns.
    pub(super) fn add<const N: usize>(&mut self, row: [i64; N]) -> Result<(), CountsError> {
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value);
        }
        match self.columns.first() {
            Some(first) if first.len() == GROUP => self.flush(),
            _ => Ok(()),
        }
    }

    pub(super) fn finish(mut self) -> Result<(), CountsError> {
        self.flush()?;
        let closed = self.file.close();
        closed.map(|_| ()).map_err(|error| CountsError::file(&self.path, error))
    }

    fn flush(&mut self) -> Result<(), CountsError> {
        let mut write = || {
            let mut group = self.file.next_row_group()?;
            for column in &mut self.columns {
                write_column::<Int64Type>(&mut group, column)?;
                column.clear();
            }
            group.close().map(|_| ())
        };
        write().map_err(|error: ParquetError| CountsError::file(&self.path, error))
    }
}

/// Writes the ids of items: { item, id }.
pub(super) fn write_ids(folder: &Path, ids: &[String]) -> Result<(), CountsError> {
    let path = file_of(folder, "ids");
    let columns = [
        ("item", Physical::INT64, None),
        ("id", Physical::BYTE_ARRAY, Some(LogicalType::String)),
    ];
    let write = || -> Result<(), Box<dyn std::error::Error>> {
        let mut file = create(&path, "ids", &columns)?;
        let mut group = file.next_row_group()?;
        let numbers: Vec<i64> = (0..ids.len() as i64).collect();
        write_column::<Int64Type>(&mut group, &numbers)?;
        let texts: Vec<ByteArray> = ids.iter().map(|id| id.as_str().into()).collect();
        write_column::<ByteArrayType>(&mut group, &texts)?;
        group.close()?;
        file.close()?;
        Ok(())
    };
    write().map_err(|error| CountsError::file(&path, error))
}

fn write_column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    values: &[T::T],
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("the table has fewer columns than a row".into()));
    };
    column.typed::<T>().write_batch(values, None, None)?;
    column.close()
}

type Column<'a> = (&'a str, Physical, Option<LogicalType>);

fn create(
    path: &Path,
    name: &str,
    columns: &[Column<'_>],
) -> Result<SerializedFileWriter<File>, Box<dyn std::error::Error>> {
    let column = |(name, physical, logical): &Column<'_>| {
        let column = Type::primitive_type_builder(name, *physical).with_repetition(Repetition::REQUIRED);
        column.with_logical_type(logical.clone()).build().map(Arc::new)
    };
    let fields = columns.iter().map(column).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder(name).with_fields(fields).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let file = File::create(path)?;
    Ok(SerializedFileWriter::new(
        file,
        Arc::new(schema),
        Arc::new(properties.build()),
    )?)
}

/// A table that was read: its columns in the order in which they were asked for.
#[derive(Debug)]
pub(super) struct Table<const N: usize> {
    /// The file, or the folder of its parts.
    pub(super) path: PathBuf,
    /// The columns, of equal length.
    pub(super) columns: [Vec<i64>; N],
}

impl<const N: usize> Table<N> {
    /// Reads a table: a file, or a folder of parts in the order of their names. It has to have these columns and no
    /// others, of 32 or 64 bit integers, without a missing value.
    pub(super) fn read(folder: &Path, name: &str, names: [&str; N]) -> Result<Self, CountsError> {
        let mut table = Self {
            path: file_of(folder, name),
            columns: std::array::from_fn(|_| Vec::new()),
        };
        for path in parts(&table.path)? {
            let file = open(&path)?;
            let places = places(&file, &path, names)?;
            for (at, column) in table.columns.iter_mut().enumerate() {
                integers(&file, &path, places[at], names[at], column)?;
            }
        }
        Ok(table)
    }

    pub(super) fn rows(&self) -> usize {
        self.columns[0].len()
    }

    pub(super) fn row(&self, row: usize) -> [i64; N] {
        std::array::from_fn(|column| self.columns[column][row])
    }

    /// Returns the sum of a column.
    pub(super) fn sum(&self, column: usize) -> i128 {
        self.columns[column].iter().map(|value| i128::from(*value)).sum()
    }

    pub(super) fn refuse(&self, row: usize, problem: impl std::fmt::Display) -> CountsError {
        CountsError::row(&self.path, row, problem)
    }

    pub(super) fn refuse_all(&self, problem: impl std::fmt::Display) -> CountsError {
        CountsError::file(&self.path, problem)
    }
}

/// Reads the ids of items by number.
pub(super) fn read_ids(folder: &Path) -> Result<Vec<String>, CountsError> {
    let path = file_of(folder, "ids");
    let mut ids = Vec::new();
    for part in parts(&path)? {
        let file = open(&part)?;
        let places = places_of(&file, &part, &["item", "id"])?;
        let mut numbers = Vec::new();
        integers(&file, &part, places[0], "item", &mut numbers)?;
        for number in numbers {
            let row = ids.len();
            if number != row as i64 {
                return Err(CountsError::row(
                    &path,
                    row,
                    format_args!("item {number}: {row} was expected"),
                ));
            }
            ids.push(String::new());
        }
        let texts = texts(&file, &part, places[1])?;
        let own = ids.len() - texts.len();
        for (id, text) in ids[own..].iter_mut().zip(texts) {
            *id = text;
        }
    }
    Ok(ids)
}

fn parts(path: &Path) -> Result<Vec<PathBuf>, CountsError> {
    if !path.is_dir() {
        return Ok(vec![path.into()]);
    }
    let error = |error| CountsError::file(path, error);
    let mut parts = Vec::new();
    for entry in fs::read_dir(path).map_err(error)? {
        let part = entry.map_err(error)?.path();
        if part.extension().is_some_and(|suffix| suffix == SUFFIX) {
            parts.push(part);
        }
    }
    parts.sort();
    if parts.is_empty() {
        return Err(CountsError::file(path, "no part in this folder ends in .parquet"));
    }
    Ok(parts)
}

fn open(path: &Path) -> Result<SerializedFileReader<File>, CountsError> {
    let file = File::open(path).map_err(|error| CountsError::file(path, error))?;
    SerializedFileReader::new(file)
        .map_err(|error| CountsError::file(path, format_args!("no whole Parquet file: {error}")))
}

fn places<const N: usize>(
    file: &SerializedFileReader<File>,
    path: &Path,
    names: [&str; N],
) -> Result<[usize; N], CountsError> {
    let places = places_of(file, path, &names)?;
    Ok(std::array::from_fn(|at| places[at]))
}

/// Returns where the columns are; upper and lower case are the same, as for the engines.
fn places_of(file: &SerializedFileReader<File>, path: &Path, names: &[&str]) -> Result<Vec<usize>, CountsError> {
    let columns = file.metadata().file_metadata().schema_descr_ptr();
    let found: Vec<String> = columns
        .columns()
        .iter()
        .map(|own| own.path().string().to_lowercase())
        .collect();
    let place = |name: &&str| {
        let mut all = (0..found.len()).filter(|at| found[*at] == **name);
        match (all.next(), all.next()) {
            (Some(at), None) => Ok(at),
            (Some(_), Some(_)) => Err(format!("two columns are named {name}")),
            (None, _) => Err(format!("column {name} is missing: found {}", found.join(", "))),
        }
    };
    let places: Result<Vec<usize>, String> = names.iter().map(place).collect();
    let surplus = found.iter().find(|own| !names.contains(&own.as_str()));
    let places = places.and_then(|places| match surplus {
        Some(name) => Err(format!("column {name} is not known: only {} are", names.join(", "))),
        None => Ok(places),
    });
    places.map_err(|problem| CountsError::file(path, problem))
}

fn integers(
    file: &SerializedFileReader<File>,
    path: &Path,
    place: usize,
    name: &str,
    into: &mut Vec<i64>,
) -> Result<(), CountsError> {
    let own = file.metadata().file_metadata().schema_descr().column(place);
    if !is_integer(&own) {
        let problem = format!("column {name} is {}, not a 64 bit integer", own.physical_type());
        return Err(CountsError::file(path, problem));
    }
    each_group(file, path, |group| match group.get_column_reader(place)? {
        ColumnReader::Int64ColumnReader(column) => all_of(column, group.metadata().num_rows(), |value| value, into),
        ColumnReader::Int32ColumnReader(column) => all_of(column, group.metadata().num_rows(), i64::from, into),
        _ => Ok(0),
    })
    .and_then(|missing| match missing {
        0 => Ok(()),
        missing => Err(CountsError::file(
            path,
            format_args!("column {name} has {missing} missing values"),
        )),
    })
}

fn is_integer(column: &ColumnDescriptor) -> bool {
    let plain = match column.logical_type_ref() {
        None => true,
        Some(LogicalType::Integer(integer)) => integer.is_signed,
        Some(LogicalType::Decimal(decimal)) => decimal.scale == 0,
        Some(_) => false,
    };
    plain && column.max_rep_level() == 0 && matches!(column.physical_type(), Physical::INT32 | Physical::INT64)
}

fn texts(file: &SerializedFileReader<File>, path: &Path, place: usize) -> Result<Vec<String>, CountsError> {
    let mut all: Vec<ByteArray> = Vec::new();
    let missing = each_group(file, path, |group| match group.get_column_reader(place)? {
        ColumnReader::ByteArrayColumnReader(column) => {
            all_of(column, group.metadata().num_rows(), |value| value, &mut all)
        }
        _ => Err(ParquetError::General("column id is no text".into())),
    })?;
    if missing > 0 {
        return Err(CountsError::file(
            path,
            format_args!("column id has {missing} missing values"),
        ));
    }
    let text = |(row, id): (usize, ByteArray)| {
        let text = String::from_utf8(id.data().to_vec());
        text.map_err(|_| CountsError::row(path, row, "the id is not UTF-8"))
    };
    all.into_iter().enumerate().map(text).collect()
}

/// Returns the sum of what `read` returns for each row group.
fn each_group(
    file: &SerializedFileReader<File>,
    path: &Path,
    mut read: impl FnMut(&dyn RowGroupReader) -> Result<usize, ParquetError>,
) -> Result<usize, CountsError> {
    let groups = 0..file.metadata().num_row_groups();
    let mut read_group = |at| read(&*file.get_row_group(at)?);
    let read = groups.map(&mut read_group).sum::<Result<usize, ParquetError>>();
    read.map_err(|error| CountsError::file(path, error))
}

/// Appends all values of a column; returns how many rows have none.
fn all_of<T: DataType, V>(
    mut column: ColumnReaderImpl<T>,
    rows: i64,
    convert: impl Fn(T::T) -> V,
    into: &mut Vec<V>,
) -> Result<usize, ParquetError> {
    let (rows, before) = (rows as usize, into.len());
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    let mut read = 0;
    while read < rows {
        values.clear();
        levels.clear();
        let (records, ..) = column.read_records(GROUP.min(rows - read), Some(&mut levels), None, &mut values)?;
        if records == 0 {
            return Err(ParquetError::EOF(format!("{read} rows of {rows}")));
        }
        read += records;
        into.extend(values.drain(..).map(&convert));
    }
    Ok(rows.saturating_sub(into.len() - before))
}

//! What can go wrong while a log or a catalog is read: each error says where and what to do.

use std::path::PathBuf;

use super::report::BadRows;

/// Why reading stopped.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No pattern was given at all.
    #[error("no input was named; give at least one file or pattern")]
    NoPatterns,
    /// A pattern with unbalanced brackets or the like.
    #[error("`{pattern}` is not a pattern: {reason}")]
    BadPattern {
        /// The pattern as given.
        pattern: String,
        /// What the pattern's parser says.
        reason: String,
    },
    /// A path or pattern that leads to no file.
    #[error("`{pattern}` matches no file; check the path, and quote a pattern so that the shell leaves it alone")]
    NothingMatches {
        /// The pattern as given.
        pattern: String,
    },
    /// The operating system refused.
    #[error("{}: cannot be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// Reading broke off in the middle.
    #[error(
        "{}: line {line}: reading breaks off; the file is probably cut short, fetch it anew",
        path.display()
    )]
    BrokenOff {
        /// The file.
        path: PathBuf,
        /// The line that could not be read, from 1.
        line: u64,
        /// What the disk or the decompressor said.
        source: std::io::Error,
    },
    /// The file is of a kind that we do not read.
    #[error("{}: this looks like {looks_like}; {advice}", path.display())]
    WrongKind {
        /// The file.
        path: PathBuf,
        /// What its content looks like.
        looks_like: &'static str,
        /// What to do about it.
        advice: std::borrow::Cow<'static, str>,
    },
    /// A Parquet file that its reader refuses.
    #[error("{}: row {row}: the Parquet reader says: {reason}; write the file anew, or give CSV", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// Row, from 1; 0 where the file's frame itself is broken.
        row: u64,
        /// What the reader says.
        reason: String,
    },
    /// A line that holds far more than a row can.
    #[error(
        "{}: line {line}: a line of more than {limit} bytes begins here; write one row a line",
        path.display()
    )]
    EndlessRow {
        /// The file.
        path: PathBuf,
        /// Line where the row begins.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// A `--map` or `--kind` pair that makes no sense.
    #[error("`{pair}`: {reason}")]
    BadPair {
        /// The pair as given.
        pair: String,
        /// What is wrong and what is known.
        reason: String,
    },
    /// A column that the map names and the file has not.
    #[error(
        "{}: line 1: the map wants column `{column}` for {role}, but the columns are: {}{}",
        path.display(), columns.join(", "), unread(nested)
    )]
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// What the column was to mean.
        role: &'static str,
        /// The column asked for.
        column: String,
        /// The columns that there are.
        columns: Vec<String>,
        /// Lists of objects that are not read.
        nested: Vec<String>,
    },
    /// No column could be found for something that is needed.
    #[error(
        "{}: line 1: no column holds {what}; name it with {option} {role}=COLUMN. The columns are: {}{}",
        path.display(), columns.join(", "), unread(nested)
    )]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// What is missing, in words.
        what: &'static str,
        /// The option that names it: `--map` or `--map-catalog`.
        option: &'static str,
        /// The role's name in that option.
        role: &'static str,
        /// The columns that there are.
        columns: Vec<String>,
        /// Lists of objects that are not read.
        nested: Vec<String>,
    },
    /// No value of the time's column can be read as a time.
    #[error("{}: column {column}: `{example}` is no time that is known, nor is any other of the first rows; {advice}", path.display())]
    UnreadableTimes {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// Its first value.
        example: String,
        /// What to do about it.
        advice: String,
    },
    /// A person's events without a session's key, at times that have no dates.
    #[error(
        "{}: column {column}: `{example}` is too small a number to be a date, and without dates a person's events cannot be cut into sessions; name the session's column with --map session=COLUMN, or another time with --map time=COLUMN",
        path.display()
    )]
    CountsWithoutSessions {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// Its first value.
        example: String,
    },
    /// Files that do not belong together.
    #[error(
        "{} is {first_shape}, but {} is {other_shape}; train on one shape at a time",
        first.display(), other.display()
    )]
    MixedShapes {
        /// The first file.
        first: PathBuf,
        /// Its shape in words.
        first_shape: String,
        /// The file that differs.
        other: PathBuf,
        /// Its shape in words.
        other_shape: String,
    },
    /// More bad rows than the options allow.
    #[error(
        "{} of {rows} rows are bad, more than the share of {share} that is allowed; mend the file or raise the share:\n{bad}",
        bad.rows
    )]
    TooManyBadRows {
        /// The bad rows, with the first few in full.
        bad: Box<BadRows>,
        /// Rows read.
        rows: u64,
        /// The share allowed, as a fraction.
        share: f64,
    },
    /// Nothing is left to learn from.
    #[error("nothing to learn from: {reason}")]
    Empty {
        /// What happened to the rows.
        reason: String,
    },
    /// More rows than the indexes can count.
    #[error("more than {limit} rows; train on fewer files at a time")]
    TooManyRows {
        /// The limit.
        limit: u64,
    },
}

/// What is to be said of lists of objects that are not read.
fn unread(nested: &[String]) -> String {
    let Some(first) = nested.first() else {
        return String::new();
    };
    let last = first.rsplit('.').next().unwrap_or(first);
    format!(
        ". Lists inside of rows are not read ({}), unless they are called `items`: write one row for each entry first, for \
         instance with jq -c '. as $row | (.{first} // [])[] | $row + {{entry: .}}', or with UNNEST({last}) in a query",
        nested.join(", ")
    )
}

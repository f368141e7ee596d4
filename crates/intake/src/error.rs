//! Errors of reading logs and catalogs: each one names the place and what to do.

use std::path::PathBuf;

use super::report::BadRows;

/// Why reading stopped.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No pattern was given.
    #[error("no input was named; give at least one file or pattern")]
    NoPatterns,
    /// A pattern with invalid syntax, such as unbalanced brackets.
    #[error("`{pattern}` is not a pattern: {reason}")]
    BadPattern {
        /// The pattern as given.
        pattern: String,
        /// The message of the pattern's parser.
        reason: String,
    },
    /// A path or pattern that matches no file.
    #[error("`{pattern}` matches no file; check the path, and quote a pattern so that the shell leaves it alone")]
    NothingMatches {
        /// The pattern as given.
        pattern: String,
    },
    /// An address that could not be fetched.
    #[error("{address}: {reason}")]
    Fetch {
        /// The address or pattern as given.
        address: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// An I/O error reported by the operating system.
    #[error("{}: cannot be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// Reading failed in the middle of the file.
    #[error(
        "{}: line {line}: reading breaks off; the file is probably cut short, fetch it anew",
        path.display()
    )]
    BrokenOff {
        /// The file.
        path: PathBuf,
        /// The line that could not be read, from 1.
        line: u64,
        /// The error of the disk or the decompressor.
        source: std::io::Error,
    },
    /// The file's format is not supported.
    #[error("{}: this looks like {looks_like}; {advice}", path.display())]
    WrongKind {
        /// The file.
        path: PathBuf,
        /// The format detected from its content.
        looks_like: &'static str,
        /// What to do about it.
        advice: std::borrow::Cow<'static, str>,
    },
    /// A Parquet file that cannot be decoded.
    #[error("{}: row {row}: the Parquet reader says: {reason}; write the file anew, or give CSV", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// Row, from 1; 0 if the file's footer itself is damaged.
        row: u64,
        /// The decoder's message.
        reason: String,
    },
    /// An XML feed that cannot be parsed.
    #[error("{}: line {line}: {reason}; the feed is not read", path.display())]
    Xml {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// A row that is far longer than a row can be.
    #[error(
        "{}: line {line}: a row of more than {limit} bytes begins here; write one row a line, or one object for each row",
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
    /// An invalid `--map` or `--kind` pair.
    #[error("`{pair}`: {reason}")]
    BadPair {
        /// The pair as given.
        pair: String,
        /// What is wrong, and the known values.
        reason: String,
    },
    /// A mapped column that the file does not have.
    #[error(
        "{}: line 1: the map wants column `{column}` for {role}, but the columns are: {}",
        path.display(), columns.join(", ")
    )]
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// The role of the column.
        role: &'static str,
        /// The mapped column.
        column: String,
        /// The columns of the file.
        columns: Vec<String>,
    },
    /// A fact whose column the file does not have.
    #[error(
        "{}: line 1: fact `{fact}` is read from column `{column}`, but the columns are: {}; name one with `from = \"COLUMN\"` in its [[fact]]",
        path.display(), columns.join(", ")
    )]
    UnknownFactColumn {
        /// The file.
        path: PathBuf,
        /// The fact's name.
        fact: String,
        /// The column that it names.
        column: String,
        /// The columns of the file.
        columns: Vec<String>,
    },
    /// Amounts in more than one currency.
    #[error(
        "{}: line {line}, column {column}: an amount in {currency}, but line {first_line} has one in {first}; convert all amounts of the file to one currency",
        path.display()
    )]
    TwoCurrencies {
        /// The file.
        path: PathBuf,
        /// Line of the amount.
        line: u64,
        /// Its column.
        column: String,
        /// Its currency.
        currency: String,
        /// The currency of the first amount.
        first: String,
        /// Line of the first amount.
        first_line: u64,
    },
    /// Orders in more than one currency.
    #[error(
        "{place}: an order in {currency}, but {first_place} has one in {first}; convert all to one currency, or read the money of one alone with --currency CODE: the others then count as orders only"
    )]
    MixedCurrencies {
        /// File and line.
        place: String,
        /// The currency there.
        currency: String,
        /// The currency of the first order.
        first: String,
        /// File and line of the first order.
        first_place: String,
    },
    /// No column was found for a required role.
    #[error(
        "{}: line 1: no column holds {what}; name it with {option} {role}=COLUMN. The columns are: {}",
        path.display(), columns.join(", ")
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
        /// The columns of the file.
        columns: Vec<String>,
    },
    /// No value of the time column can be parsed as a time.
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
    /// A column of items that holds personal data.
    #[error(
        "{}: column {column} would be read as the item, but holds what belongs to a person, and ids of items are published; name another column with --map item=COLUMN",
        path.display()
    )]
    PersonalItems {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// Two columns of one name.
    #[error(
        "{}: line 1: two columns are called `{column}`, and one of them would be read as the {role}; rename one, or name another column with {role}=COLUMN",
        path.display()
    )]
    TwoColumns {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
        /// The role.
        role: &'static str,
    },
    /// Events of a person without a session key, at times without dates.
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
    /// Files of different shapes.
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
    /// The share of bad rows exceeds the limit.
    #[error(
        "{} of {rows} rows are bad, more than the {} % that are allowed; mend the file, or allow more (--bad-rows PERCENT):\n{bad}",
        bad.rows, 100.0 * share
    )]
    TooManyBadRows {
        /// The bad rows, with the first few in full.
        bad: Box<BadRows>,
        /// Rows read.
        rows: u64,
        /// The share allowed, as a fraction.
        share: f64,
    },
    /// No row is left after cleaning.
    #[error("nothing to learn from: {reason}")]
    Empty {
        /// The counts of dropped rows.
        reason: String,
    },
    /// More rows than the indexes can address.
    #[error("more than {limit} rows; train on fewer files at a time")]
    TooManyRows {
        /// The limit.
        limit: u64,
    },
}

//! What is wrong with counts, and where.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Counts that cannot be written or are refused.
#[derive(Debug, Error)]
pub struct CountsError {
    path: PathBuf,
    /// From 1, over all files of a table.
    row: Option<usize>,
    problem: String,
}

impl CountsError {
    /// Returns an error about a whole file.
    pub(super) fn file(path: &Path, problem: impl fmt::Display) -> Self {
        Self {
            path: path.into(),
            row: None,
            problem: problem.to_string(),
        }
    }

    /// Returns an error about a row, counted from 0 here and from 1 in its text.
    pub(super) fn row(path: &Path, row: usize, problem: impl fmt::Display) -> Self {
        Self {
            row: Some(row + 1),
            ..Self::file(path, problem)
        }
    }
}

impl fmt::Display for CountsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        if let Some(row) = self.row {
            write!(f, "row {row}: ")?;
        }
        f.write_str(&self.problem)
    }
}

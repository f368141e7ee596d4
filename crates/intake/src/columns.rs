//! Maps columns to roles: known names, and pairs such as `session=VisitId` that override them.

use std::path::Path;

use super::error::IntakeError;
use crate::format::json_path::is_usual;

/// A role that a column can have.
pub trait Role: Copy + Eq + 'static {
    /// Every role.
    const ALL: &'static [Self];

    /// Returns its name in `--map`.
    fn name(self) -> &'static str;

    /// Returns the usual names of columns of this role, best first; lower-case letters and digits only.
    fn synonyms(self) -> &'static [&'static str];

    /// Returns how many columns may share the role.
    fn most(self) -> usize;
}

/// Columns mapped by the caller, in the given order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap<R> {
    pairs: Vec<(R, String)>,
}

impl<R> Default for ColumnMap<R> {
    fn default() -> Self {
        Self { pairs: Vec::new() }
    }
}

impl<R: Role> ColumnMap<R> {
    /// Reads pairs such as `session=VisitId`.
    ///
    /// ```
    /// use shelfwise_intake::{ColumnMap, LogRole};
    ///
    /// let map = ColumnMap::parse(&["session=VisitId"])?;
    /// assert!(map.names(LogRole::Session) && !map.names(LogRole::Item));
    /// assert!(ColumnMap::<LogRole>::parse(&["visit=VisitId"]).is_err());
    /// # Ok::<(), shelfwise_intake::IntakeError>(())
    /// ```
    ///
    /// # Errors
    /// A pair without `=`, with an unknown role, without a column, or a role that is given too often.
    pub fn parse<S: AsRef<str>>(pairs: &[S]) -> Result<Self, IntakeError> {
        let mut map = Self::default();
        for pair in pairs {
            map.add(pair.as_ref())?;
        }
        Ok(map)
    }

    fn add(&mut self, pair: &str) -> Result<(), IntakeError> {
        let refuse = |reason: String| IntakeError::BadPair {
            pair: pair.to_owned(),
            reason,
        };
        let (name, column) = pair
            .split_once('=')
            .ok_or_else(|| refuse("write ROLE=COLUMN".to_owned()))?;
        let role = R::ALL
            .iter()
            .copied()
            .find(|role| role.name() == name.trim())
            .ok_or_else(|| {
                let known: Vec<_> = R::ALL.iter().map(|role| role.name()).collect();
                refuse(format!(
                    "no role is called `{}`; the roles are: {}",
                    name.trim(),
                    known.join(", ")
                ))
            })?;
        let column = column.trim();
        if column.is_empty() {
            return Err(refuse(format!("the column's name is missing after `{}=`", role.name())));
        }
        if self.columns(role).count() == role.most() {
            return Err(refuse(format!(
                "`{}` is given more than {} time(s)",
                role.name(),
                role.most()
            )));
        }
        self.pairs.push((role, column.to_owned()));
        Ok(())
    }

    /// Adds a column for a role, after those that are given.
    pub(crate) fn add_column(&mut self, role: R, column: String) {
        self.pairs.push((role, column));
    }

    /// Returns the columns mapped to a role.
    pub fn columns(&self, role: R) -> impl Iterator<Item = &str> {
        self.pairs
            .iter()
            .filter(move |(own, _)| *own == role)
            .map(|(_, column)| column.as_str())
    }

    /// Returns whether a column is mapped to this role.
    pub fn names(&self, role: R) -> bool {
        self.columns(role).next().is_some()
    }
}

/// Finds the columns of a role: those mapped by the caller, otherwise the first with a usual name.
pub(super) fn find<R: Role>(
    role: R,
    map: &ColumnMap<R>,
    columns: &[String],
    path: &Path,
) -> Result<Vec<usize>, IntakeError> {
    let mut found = Vec::new();
    for wanted in map.columns(role) {
        found.push(named(wanted, columns).ok_or_else(|| IntakeError::UnknownColumn {
            path: path.to_owned(),
            role: role.name(),
            column: wanted.to_owned(),
            columns: columns.to_vec(),
        })?);
    }
    if found.is_empty() {
        found = known(role, columns);
    }
    let is_twice = |index: &&usize| columns.iter().filter(|column| **column == columns[**index]).count() > 1;
    match found.iter().find(is_twice) {
        Some(&index) => Err(IntakeError::TwoColumns {
            path: path.to_owned(),
            column: columns[index].clone(),
            role: role.name(),
        }),
        None => Ok(found),
    }
}

/// Returns the column with exactly that name, otherwise one that differs in case or is nested in an object.
pub(super) fn named(wanted: &str, columns: &[String]) -> Option<usize> {
    let plain = plain(wanted);
    columns
        .iter()
        .position(|column| column == wanted)
        .or_else(|| {
            columns
                .iter()
                .position(|column| column.trim().eq_ignore_ascii_case(wanted))
        })
        .or_else(|| {
            if plain.is_empty() {
                None
            } else {
                bearing(&plain, columns)
            }
        })
}

fn known<R: Role>(role: R, columns: &[String]) -> Vec<usize> {
    let mut found = Vec::new();
    for synonym in role.synonyms() {
        if let Some(index) = bearing(synonym, columns).filter(|index| !found.contains(index)) {
            found.push(index);
        }
        if found.len() == role.most() {
            break;
        }
    }
    found
}

/// Returns the first column whose normalized name matches; a full match takes precedence over the last part of a nested
/// name. In lists that are not of items, such as those of variants, columns must be named in full.
fn bearing(plain_name: &str, columns: &[String]) -> Option<usize> {
    let is_nested = |column: &String| is_usual(column) && plain(leaf(column)) == plain_name;
    columns
        .iter()
        .position(|column| plain(column) == plain_name)
        .or_else(|| columns.iter().position(is_nested))
}

/// Returns the last part of a nested name: `item_id` for `ecommerce.items[].item_id`.
fn leaf(column: &str) -> &str {
    column.rsplit('.').next().unwrap_or(column)
}

/// Normalizes a name: removes case, spaces and punctuation, so that `Session ID`, `session_id` and `SessionId` are
/// equal. Letters beyond ASCII stay, so that a name in another script does not become empty.
pub(crate) fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

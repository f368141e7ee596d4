//! A list of imports that somebody reviewed, word for word, each with its reason.
//!
//! An entry is one line `name: body` and one indented line with the reason. Lines that start with `#` are comments.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// Imports that somebody read and found harmless.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AllowList {
    /// Which file it was read from.
    file: String,
    /// The line in the file and the reason, by entry.
    entries: BTreeMap<String, (usize, String)>,
}

impl AllowList {
    /// Reads the list of `file`, which messages name. Errs on an entry without a reason, a reason without an entry, and on
    /// entries that come twice.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let mut entries = BTreeMap::new();
        let mut open: Option<(usize, &str)> = None;
        for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
            let comment = line.starts_with('#') || line.trim().is_empty();
            match (line.starts_with(' '), open.take()) {
                (true, Some((entry_line, entry))) => add(file, &mut entries, entry, entry_line, line.trim())?,
                (_, Some((entry_line, _))) => bail!("{file}:{entry_line}: this entry has no reason on the next line"),
                _ if comment => {}
                (true, None) => bail!("{file}:{at}: a reason without an entry on the line before it"),
                (false, None) => open = Some((at, line)),
            }
        }
        match open {
            Some((at, _)) => bail!("{file}:{at}: this entry has no reason on the next line"),
            None => Ok(Self {
                file: file.to_owned(),
                entries,
            }),
        }
    }

    /// Returns the entries with their reasons, in the order of the names.
    pub fn reasons(&self) -> impl Iterator<Item = (&str, &str)> {
        let entries = self.entries.iter();
        entries.map(|(entry, (_, why))| (entry.as_str(), why.as_str()))
    }

    /// Returns what differs, as sentences: imports that are not listed, and entries that nothing imports any more.
    pub fn differences(&self, found: &[String]) -> Vec<String> {
        let strangers = found.iter().filter(|entry| !self.entries.contains_key(*entry));
        let strangers = strangers.map(|entry| format!("not on the list, to be read and given a reason:\n{entry}"));
        let stale = self.entries.iter().filter(|(entry, _)| !found.contains(entry));
        let file = &self.file;
        let stale = stale.map(|(entry, (line, _))| format!("{file}:{line}: no longer imported, remove it:\n{entry}"));
        strangers.chain(stale).collect()
    }
}

fn add(
    file: &str,
    entries: &mut BTreeMap<String, (usize, String)>,
    entry: &str,
    line: usize,
    reason: &str,
) -> Result<()> {
    if let Some((before, _)) = entries.insert(entry.to_owned(), (line, reason.to_owned())) {
        bail!("{file}:{line}: the same entry as on line {before}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<AllowList> {
        AllowList::parse("imports.allow", text)
    }

    const LIST: &str = "# comment\n\nlength: function(arg0) { return arg0.length; }\n  How long a list is.\n";

    #[test]
    fn what_is_on_the_list_passes() {
        let list = parse(LIST).unwrap();
        assert!(
            list.differences(&["length: function(arg0) { return arg0.length; }".into()])
                .is_empty()
        );
    }

    #[test]
    fn another_body_under_the_same_name_is_a_stranger_and_leaves_a_stale_entry() {
        let list = parse(LIST).unwrap();
        let found = list.differences(&["length: function(arg0) { return fetch(arg0); }".into()]);
        assert_eq!(found.len(), 2);
        assert!(
            found[0].contains("fetch") && found[1].contains("imports.allow:3"),
            "{found:?}"
        );
    }

    #[test]
    fn an_entry_needs_a_reason_and_comes_once() {
        assert!(parse("a: b\n").unwrap_err().to_string().contains(":1:"));
        assert!(parse("a: b\nc: d\n  why\n").unwrap_err().to_string().contains(":1:"));
        assert!(parse("  why\n").unwrap_err().to_string().contains(":1:"));
        assert!(
            parse("a: b\n  why\na: b\n  why\n")
                .unwrap_err()
                .to_string()
                .contains("line 1")
        );
    }
}

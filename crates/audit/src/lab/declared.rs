//! What the manifest declares of storage, as the steps compare it.

use serde_json::Value;

/// A key that a mode may keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The place, such as `sessionStorage`.
    pub place: String,
    /// The key.
    pub key: String,
    /// In which modes, read off the sentence that says when it exists.
    pub modes: Vec<String>,
    /// The most characters of its text.
    pub most_characters: usize,
    /// How long after the last event it ends, in milliseconds; none where events do not prolong it.
    pub idle_ms: Option<u64>,
    /// How long after it was first written it ends, in milliseconds; none where no time but `idle_ms` ends it.
    pub most_ms: Option<u64>,
}

/// What a manifest declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// The keys.
    pub kept: Vec<Kept>,
}

impl Declared {
    /// Reads a manifest.
    ///
    /// # Errors
    /// A sentence that names a row which says too little: it could be kept to nothing.
    pub fn of(manifest: &Value) -> Result<Self, String> {
        let rows = manifest
            .get("storage")
            .and_then(Value::as_array)
            .ok_or("the manifest has no list `storage`")?;
        Ok(Self {
            kept: rows.iter().map(kept).collect::<Result<_, _>>()?,
        })
    }

    /// The keys of a mode.
    pub fn of_mode(&self, mode: &str) -> impl Iterator<Item = &Kept> {
        self.kept
            .iter()
            .filter(move |kept| kept.modes.iter().any(|own| own == mode))
    }

    /// Every mode that keeps something.
    pub fn modes(&self) -> Vec<&str> {
        let mut modes: Vec<_> = self
            .kept
            .iter()
            .flat_map(|kept| kept.modes.iter().map(String::as_str))
            .collect();
        modes.sort_unstable();
        modes.dedup();
        modes
    }
}

fn kept(row: &Value) -> Result<Kept, String> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let number = |name: &str| row.get(name).and_then(Value::as_u64);
    let lacks = |name: &str| format!("a row of the manifest's list `storage` does not say `{name}`: {row}");
    let exists = text("exists").ok_or_else(|| lacks("exists"))?;
    let modes = modes(&exists);
    let (idle_ms, most_ms) = (number("idle_ms"), number("most_ms"));
    if modes.is_empty() {
        return Err(lacks("exists: in mode …"));
    }
    if idle_ms.is_none() && most_ms.is_none() {
        return Err(lacks("idle_ms or most_ms"));
    }
    Ok(Kept {
        place: text("place").ok_or_else(|| lacks("place"))?,
        key: text("key").ok_or_else(|| lacks("key"))?,
        modes,
        most_characters: usize::try_from(number("most_characters").ok_or_else(|| lacks("most_characters"))?)
            .unwrap_or(usize::MAX),
        idle_ms,
        most_ms,
    })
}

/// Reads `in mode session, where …` and `in modes session and remembered, where …`.
fn modes(exists: &str) -> Vec<String> {
    let named = exists.split(',').next().unwrap_or_default();
    let Some(list) = named
        .strip_prefix("in mode ")
        .or_else(|| named.strip_prefix("in modes "))
    else {
        return Vec::new();
    };
    list.split(" and ").map(|mode| mode.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::steps::Known;

    #[test]
    fn own_manifest_declares_lifetime_and_modes_of_every_key() {
        let declared = Declared::of(&Known::own().unwrap().manifest).unwrap();
        let session: Vec<_> = declared.of_mode("session").collect();
        assert_eq!(
            (session.len(), session[0].key.as_str(), session[0].idle_ms),
            (1, "shelfwise", Some(1_800_000))
        );
        assert_eq!(declared.of_mode("contextual").count(), 0);
    }

    #[test]
    fn modes_are_read_off_the_sentence() {
        assert_eq!(modes("in mode session, where the shop says mode x"), ["session"]);
        assert_eq!(
            modes("in modes session and remembered, where"),
            ["session", "remembered"]
        );
        assert_eq!(modes("always, in mode session"), [""; 0]);
    }

    #[test]
    fn a_row_without_a_lifetime_or_a_mode_is_refused() {
        let row = json!({ "place": "localStorage", "key": "k", "exists": "in mode remembered", "most_characters": 9 });
        let error = Declared::of(&json!({ "storage": [row] })).unwrap_err();
        assert!(error.contains("idle_ms or most_ms"), "{error}");
        let row =
            json!({ "place": "localStorage", "key": "k", "exists": "always", "most_characters": 9, "most_ms": 1 });
        assert!(Declared::of(&json!({ "storage": [row] })).is_err());
    }
}

//! The folder that browsers and edges load releases from: a copy of the origin's, as a content delivery network has one.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use shelfwise_sync::layout::RECORD_PATH;

/// Brings the copy to what the origin has: files first, the record last, and then what no release names any more goes.
pub fn follow(origin: &Path, live: &Path) -> Result<()> {
    let mut names = names(origin)?;
    names.sort_by_key(|name| name == RECORD_PATH);
    for name in &names {
        let path = origin.join(name);
        let bytes = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        put(live, name, &bytes)?;
    }
    let gone = self::names(live)?.into_iter().filter(|name| !names.contains(name));
    gone.into_iter().try_for_each(|name| remove(live, &name))
}

/// Lays a file there in one step: who reads finds what was there before, or all of this.
pub fn put(live: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let put = || -> std::io::Result<()> {
        fs::create_dir_all(live)?;
        let unfinished = live.join(format!(".{name}.unfinished"));
        fs::write(&unfinished, bytes)?;
        fs::rename(unfinished, live.join(name))
    };
    put().with_context(|| format!("could not write {name} to {}", live.display()))
}

/// Takes a file away, if it is there.
pub fn remove(live: &Path, name: &str) -> Result<()> {
    match fs::remove_file(live.join(name)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {name} from {}", live.display()))
        }
        _ => Ok(()),
    }
}

/// Files that a web server would find: no folder, and nothing that begins with a dot.
fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && !name.starts_with('.') {
            names.push(name);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_has_what_the_origin_has_and_nothing_of_its_history() {
        let root = tempfile::tempdir().unwrap();
        let (origin, live) = (root.path().join("origin"), root.path().join("live"));
        fs::create_dir_all(origin.join(".history")).unwrap();
        for name in ["release", "snapshot-1.swm", ".publish.lock", ".history/1.json"] {
            fs::write(origin.join(name), name).unwrap();
        }
        put(&live, "snapshot-1.swm", b"damaged").unwrap();
        put(&live, "snapshot-0.swm", b"of a bad release").unwrap();
        follow(&origin, &live).unwrap();
        let mut found = names(&live).unwrap();
        found.sort();
        assert_eq!(found, ["release", "snapshot-1.swm"]);
        assert_eq!(
            fs::read_to_string(live.join("snapshot-1.swm")).unwrap(),
            "snapshot-1.swm"
        );
        assert!(!live.join(".history").exists());
    }
}

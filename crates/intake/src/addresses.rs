//! Addresses such as `s3://shop/logs/*.csv` in place of paths: whoever embeds the intake says how they are fetched.
//!
//! A file is named by its address in every report and message, and read from its copy.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::error::IntakeError;

/// Fetches addresses.
pub trait Fetch: Send + Sync {
    /// Fetches what an address or pattern names: each file's address, and where its copy is.
    ///
    /// # Errors
    /// What is wrong and what to do, without the address.
    fn fetch(&self, address: &str) -> Result<Vec<(String, PathBuf)>, String>;
}

/// Schemes of addresses.
const SCHEMES: [&str; 5] = ["s3://", "gs://", "az://", "https://", "http://"];

static FETCH: OnceLock<Box<dyn Fetch>> = OnceLock::new();

/// Copies by address.
static COPIES: Mutex<BTreeMap<PathBuf, PathBuf>> = Mutex::new(BTreeMap::new());

/// Says how addresses are fetched: for the whole process, the first time counts.
pub fn fetch_with(fetch: impl Fetch + 'static) {
    _ = FETCH.set(Box::new(fetch));
}

/// Returns whether this names a file elsewhere.
#[must_use]
pub fn is_address(name: &str) -> bool {
    SCHEMES.iter().any(|scheme| name.starts_with(scheme))
}

/// Fetches an address or pattern, and returns the address of each file in it.
pub(super) fn list(pattern: &str) -> Result<Vec<PathBuf>, IntakeError> {
    let refuse = |reason| IntakeError::Fetch {
        address: pattern.to_owned(),
        reason,
    };
    let fetch = FETCH.get().ok_or_else(|| {
        let reason = "this program was built without reading addresses: fetch the file first";
        refuse(reason.to_owned())
    })?;
    let found = fetch.fetch(pattern).map_err(refuse)?;
    let mut copies = COPIES.lock().unwrap_or_else(PoisonError::into_inner);
    let named = found.into_iter().map(|(address, copy)| {
        copies.insert(PathBuf::from(&address), copy);
        PathBuf::from(address)
    });
    Ok(named.collect())
}

/// Returns where a file is on disk: that of an address is fetched, unless it is there.
pub(super) fn on_disk(path: &Path) -> Result<Cow<'_, Path>, IntakeError> {
    let Some(address) = path.to_str().filter(|name| is_address(name)) else {
        return Ok(Cow::Borrowed(path));
    };
    let copy = || {
        let copies = COPIES.lock().unwrap_or_else(PoisonError::into_inner);
        copies.get(path).cloned()
    };
    if copy().is_none() {
        list(address)?;
    }
    copy().map(Cow::Owned).ok_or_else(|| IntakeError::Fetch {
        address: address.to_owned(),
        reason: "this is a pattern, where one file belongs".to_owned(),
    })
}

/// Returns whether a file can be read again from its beginning, as a pipe cannot.
pub(super) fn is_file(path: &Path) -> bool {
    on_disk(path).is_ok_and(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::{LogOptions, read_log};

    /// Has one file of two visits in a folder, and nothing else.
    struct Shop(tempfile::TempDir);

    impl Fetch for Shop {
        fn fetch(&self, address: &str) -> Result<Vec<(String, PathBuf)>, String> {
            if !address.starts_with("s3://shop/") {
                return Err("there is no such bucket".to_owned());
            }
            let copy = self.0.path().join("copy");
            std::fs::write(
                &copy,
                "session,item,time\n1,tent,1600000000\n1,peg,1600000060\n2,tent,x\n",
            )
            .unwrap();
            Ok(vec![("s3://shop/log.csv".to_owned(), copy)])
        }
    }

    #[test]
    fn file_elsewhere_is_read_from_its_copy_and_named_by_its_address() {
        fetch_with(Shop(tempfile::tempdir().unwrap()));
        let mut options = LogOptions::new(vec!["s3://shop/*.csv".to_owned()]);
        let error = read_log(&options, &Silent).unwrap_err().to_string();
        assert!(error.contains("s3://shop/log.csv: line 4"), "{error}");
        options.bad_row_share = 0.5;
        let (log, report) = read_log(&options, &Silent).unwrap();
        assert_eq!((log.items.len(), &*report.files[0].path), (2, "s3://shop/log.csv"));
        let error = list("gs://other/log.csv").unwrap_err().to_string();
        assert_eq!(error, "gs://other/log.csv: there is no such bucket");
        assert!(on_disk(Path::new("s3://shop/*.tsv")).is_err(), "a catalog is one file");
    }
}

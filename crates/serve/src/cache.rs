//! In-memory cache of files, with their hashes and their compressed forms.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use axum::body::Bytes;
use sha2::{Digest as _, Sha256};

use crate::encoding::Encoding;

/// Capacity of the cache: 512 MiB. If a file would not fit, all others are evicted.
pub const MAX_CACHE_BYTES: u64 = 512 << 20;
/// Largest file that is served: 256 MiB.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// A file as of the time when it was read.
#[derive(Debug)]
pub struct CachedFile {
    path: PathBuf,
    changed: Option<SystemTime>,
    /// Its bytes.
    pub content: Bytes,
    /// Their SHA-256 in hexadecimal digits.
    pub sha256: String,
    compressed: [OnceLock<Option<Bytes>>; Encoding::ALL.len()],
}

impl CachedFile {
    fn read(path: &Path, changed: Option<SystemTime>) -> io::Result<Self> {
        let content = Bytes::from(fs::read(path)?);
        let digest = Sha256::digest(&content);
        Ok(Self {
            path: path.to_owned(),
            changed,
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            content,
            compressed: Default::default(),
        })
    }

    /// Returns its compressed form, if that is smaller: the precompressed file beside it, or compressed on the first
    /// request.
    pub fn compressed(&self, encoding: Encoding) -> Option<Bytes> {
        let made = self.compressed.get(encoding as usize)?;
        let make = || {
            self.precompressed(encoding)
                .or_else(|| encoding.compress(&self.content).map(Bytes::from))
        };
        made.get_or_init(make).clone()
    }

    /// Returns the precompressed file beside it, unless it has other content.
    fn precompressed(&self, encoding: Encoding) -> Option<Bytes> {
        let mut name = self.path.file_name()?.to_owned();
        name.push(encoding.ending());
        let path = self.path.with_file_name(name);
        let larger = fs::metadata(&path).ok()?.len() >= self.content.len() as u64;
        let compressed = (!larger).then(|| fs::read(&path).ok())??;
        encoding
            .is_of(&compressed, &self.content)
            .then(|| Bytes::from(compressed))
    }
}

/// Files that were requested recently.
#[derive(Debug, Default)]
pub struct FileCache(Mutex<BTreeMap<PathBuf, Arc<CachedFile>>>);

impl FileCache {
    /// Returns the current file; reads it again if its modification time or length changed.
    ///
    /// # Errors
    /// Any error of reading, and [`io::ErrorKind::FileTooLarge`] above [`MAX_FILE_BYTES`] bytes.
    pub fn file(&self, path: &Path) -> io::Result<Arc<CachedFile>> {
        let now = fs::metadata(path)?;
        if now.len() > MAX_FILE_BYTES {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let changed = now.modified().ok();
        let cache = self.files().get(path).cloned();
        let same = |file: &Arc<CachedFile>| file.changed == changed && file.content.len() as u64 == now.len();
        if let Some(file) = cache.filter(same) {
            return Ok(file);
        }
        let file = Arc::new(CachedFile::read(path, changed)?);
        let mut files = self.files();
        let bytes: u64 = files.values().map(|file| file.content.len() as u64).sum();
        if bytes + now.len() > MAX_CACHE_BYTES {
            files.clear();
        }
        files.insert(path.to_owned(), Arc::clone(&file));
        Ok(file)
    }

    fn files(&self) -> std::sync::MutexGuard<'_, BTreeMap<PathBuf, Arc<CachedFile>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_file_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("release");
        let cache = FileCache::default();
        fs::write(&path, "first").unwrap();
        let first = cache.file(&path).unwrap();
        assert!(Arc::ptr_eq(&first, &cache.file(&path).unwrap()), "held");
        fs::write(&path, "second one").unwrap();
        let second = cache.file(&path).unwrap();
        assert_eq!(second.content, "second one");
        assert_ne!(first.sha256, second.sha256);
    }

    #[test]
    fn precompressed_file_is_used_if_its_content_matches() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.swm");
        let content = b"tent, peg, lamp; ".repeat(100);
        fs::write(&path, &content).unwrap();
        let other = Encoding::Zstd.compress(&b"milk, oats; ".repeat(100)).unwrap();
        fs::write(folder.path().join("model.swm.zst"), &other).unwrap();
        let best = zstd::bulk::compress(&content, 1).unwrap();
        let cache = FileCache::default().file(&path).unwrap();
        assert_ne!(cache.compressed(Encoding::Zstd).unwrap(), other, "yesterday's is not");
        fs::write(folder.path().join("model.swm.zst"), &best).unwrap();
        let cache = FileCache::default().file(&path).unwrap();
        assert_eq!(cache.compressed(Encoding::Zstd).unwrap(), best);
    }
}

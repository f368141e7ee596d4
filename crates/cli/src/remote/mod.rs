//! Files at addresses: `s3://`, `gs://`, `az://` by `object_store`, `https://` and `http://` as they are. They are copied into
//! a folder that only this user can read, and that is deleted when the command ends.

mod http;
mod objects;

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, anyhow, bail};
use shelfwise_intake::addresses::{Fetch, fetch_with, is_address};
use shelfwise_intake::progress::{Amount, Progress};
use tempfile::TempDir;

use crate::bars::Bars;
use objects::{Bucket, Object};

/// The folder of the copies: there from the first one on.
static FOLDER: Mutex<Option<TempDir>> = Mutex::new(None);

/// Deletes the copies when it is dropped.
#[must_use]
pub struct Copies;

/// Lets every command read addresses where it reads files.
pub fn begin() -> Copies {
    fetch_with(Remote);
    Copies
}

impl Drop for Copies {
    fn drop(&mut self) {
        FOLDER.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Returns a folder of results of `shelfwise sql`: of an address the copy of what training reads of it.
#[cfg(feature = "parquet")]
pub fn counts(folder: &Path) -> Result<PathBuf> {
    match folder.to_str().filter(|name| is_address(name)) {
        Some(address) => counts_of(address).with_context(|| address.to_owned()),
        None => Ok(folder.to_owned()),
    }
}

#[cfg(feature = "parquet")]
fn counts_of(address: &str) -> Result<PathBuf> {
    let (bucket, folder) = Bucket::of(address)?;
    let prefix = format!("{}/", folder.trim_end_matches('/'));
    let within = |object: &Object| object.key.strip_prefix(&prefix).map(str::to_owned);
    let is_wanted = |object: &Object| within(object).is_some_and(|name| shelfwise_train::counts::is_read(&name));
    let objects: Vec<Object> = bucket.list(&folder)?.into_iter().filter(is_wanted).collect();
    if objects.is_empty() {
        bail!("there are no results of `shelfwise sql`: give the folder that has counts.json");
    }
    let into = place()?.join("counts");
    let all = objects
        .iter()
        .filter_map(|object| Some((object, into.join(within(object)?))));
    copy_all(&bucket, all.collect(), address)?;
    Ok(into)
}

struct Remote;

impl Fetch for Remote {
    fn fetch(&self, address: &str) -> Result<Vec<(String, PathBuf)>, String> {
        copies(address).map_err(|error| format!("{error:#}"))
    }
}

fn copies(address: &str) -> Result<Vec<(String, PathBuf)>> {
    if address.starts_with("http") {
        let copy = next()?;
        http::copy(address, &copy)?;
        return Ok(vec![(address.to_owned(), copy)]);
    }
    let (bucket, pattern) = Bucket::of(address)?;
    let objects = bucket.matching(&pattern)?;
    let copies = objects.iter().map(|_| next()).collect::<Result<Vec<_>>>()?;
    copy_all(&bucket, objects.iter().zip(copies.iter().cloned()).collect(), address)?;
    let named = objects.iter().map(|object| bucket.address(&object.key));
    Ok(named.zip(copies).collect())
}

/// Returns the path of the next copy.
fn next() -> Result<PathBuf> {
    static COPIES: AtomicUsize = AtomicUsize::new(0);
    let number = COPIES.fetch_add(1, Ordering::Relaxed);
    Ok(place()?.join(number.to_string()))
}

/// Returns the folder of the copies.
fn place() -> Result<PathBuf> {
    let mut folder = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    let made = match folder.take() {
        Some(made) => made,
        None => TempDir::with_prefix("shelfwise-").context("no folder for copies can be made: set TMPDIR")?,
    };
    Ok(folder.insert(made).path().to_owned())
}

/// Copies objects; `asked` is what was asked for.
fn copy_all(bucket: &Bucket, objects: Vec<(&Object, PathBuf)>, asked: &str) -> Result<()> {
    let bars = Bars::default();
    let bytes = objects.iter().map(|(object, _)| object.bytes).sum();
    bars.start("fetching", Amount::Bytes(bytes));
    for (object, copy) in objects {
        if let Some(folder) = copy.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut into = Copy::create(&copy, &bars)?;
        let copied = bucket.get(&object.key, &mut into);
        let address = bucket.address(&object.key);
        // Who asked for it alone is told its address anyway.
        let told = if address == asked {
            copied
        } else {
            copied.context(address)
        };
        told?;
    }
    bars.finish();
    Ok(())
}

/// A copy that is being written.
struct Copy<'b> {
    file: File,
    bytes: u64,
    bars: &'b Bars,
}

impl<'b> Copy<'b> {
    fn create(path: &Path, bars: &'b Bars) -> io::Result<Self> {
        let file = File::create(path)?;
        Ok(Self { file, bytes: 0, bars })
    }

    fn add(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.bytes += chunk.len() as u64;
        self.bars.advance(chunk.len() as u64);
        self.file.write_all(chunk)
    }

    /// Says that the rest does not come.
    fn broken_off(&self, why: &str) -> anyhow::Error {
        anyhow!("the connection broke off after {} bytes: try again ({why})", self.bytes)
    }

    /// Refuses a copy that has not as many bytes as were announced.
    fn check(&self, announced: u64) -> Result<()> {
        if self.bytes == announced {
            return Ok(());
        }
        bail!("{} of {announced} bytes came: try again", self.bytes)
    }
}

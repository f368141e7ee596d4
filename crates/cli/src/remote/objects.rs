//! Buckets of S3, Google Cloud Storage and Azure. Who is asking says the environment, as for their own tools.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use futures_util::TryStreamExt as _;
use glob::{MatchOptions, Pattern};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{Attribute, Error, ObjectStore, ObjectStoreExt as _, RetryConfig};
use tokio::runtime::{Builder, Runtime};

use super::Copy;
use super::http::Connector;

/// Tries after the first one.
const RETRIES: usize = 3;
const LONGEST: Duration = Duration::from_secs(60);

/// Characters that make a pattern of a key.
const PATTERN: [char; 3] = ['*', '?', '['];

/// A bucket or container.
pub(super) struct Bucket {
    /// `s3://shop`.
    root: String,
    store: Arc<dyn ObjectStore>,
    kind: Kind,
    runtime: Runtime,
}

/// Whose bucket it is.
#[derive(Clone, Copy)]
enum Kind {
    S3,
    Google,
    Azure,
}

/// A file in a bucket.
pub(super) struct Object {
    pub(super) key: String,
    pub(super) bytes: u64,
}

impl Kind {
    /// Where its credentials come from, first the variables without which there are none.
    const fn credentials(self) -> ([&'static str; 2], &'static str) {
        match self {
            Self::S3 => (
                ["AWS_ACCESS_KEY_ID", "AWS_SKIP_SIGNATURE"],
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_REGION, for instance by `aws configure \
                 export-credentials --format env`; for a public bucket set AWS_SKIP_SIGNATURE=true",
            ),
            Self::Google => (
                ["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_SKIP_SIGNATURE"],
                "set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account, or run `gcloud auth \
                 application-default login`; for a public bucket set GOOGLE_SKIP_SIGNATURE=true",
            ),
            Self::Azure => (
                ["AZURE_STORAGE_ACCOUNT_NAME", "AZURE_SKIP_SIGNATURE"],
                "set AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN",
            ),
        }
    }
}

impl Bucket {
    /// Opens the bucket of an address; returns it with the key or pattern.
    pub(super) fn of(address: &str) -> Result<(Self, String)> {
        let (scheme, path) = address.split_once("://").unwrap_or_default();
        let (name, key) = path.split_once('/').unwrap_or((path, ""));
        if name.is_empty() || key.is_empty() {
            bail!("give a bucket and a file or pattern in it, such as {scheme}://shop/logs/*.csv");
        }
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: LONGEST,
            ..RetryConfig::default()
        };
        let root = format!("{scheme}://{name}");
        let (kind, store): (_, Result<Arc<dyn ObjectStore>, Error>) = match scheme {
            "s3" => {
                let builder = AmazonS3Builder::from_env().with_bucket_name(name);
                let store = builder.with_retry(retry).with_http_connector(Connector).build();
                (Kind::S3, store.map(|store| Arc::new(store) as _))
            }
            "gs" => {
                let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(name);
                let store = builder.with_retry(retry).with_http_connector(Connector).build();
                (Kind::Google, store.map(|store| Arc::new(store) as _))
            }
            _ => {
                let builder = MicrosoftAzureBuilder::from_env().with_container_name(name);
                let store = builder.with_retry(retry).with_http_connector(Connector).build();
                (Kind::Azure, store.map(|store| Arc::new(store) as _))
            }
        };
        let runtime = Builder::new_current_thread().enable_time().build()?;
        let bucket = Self {
            root,
            store: store.map_err(|error| refused(kind, &error))?,
            kind,
            runtime,
        };
        Ok((bucket, key.to_owned()))
    }

    /// Returns the address of a key.
    pub(super) fn address(&self, key: &str) -> String {
        format!("{}/{key}", self.root)
    }

    /// Returns what a key or pattern names, in the order of keys. A key that exists is taken literally.
    pub(super) fn matching(&self, pattern: &str) -> Result<Vec<Object>> {
        if !pattern.contains(PATTERN) {
            if pattern.ends_with('/') {
                bail!(
                    "this is a folder: give the files in it, for instance as {}*",
                    self.address(pattern)
                );
            }
            let found = self.runtime.block_on(self.store.head(&path(pattern)?));
            let found = found.map_err(|error| refused(self.kind, &error))?;
            return Ok(vec![Object {
                key: pattern.to_owned(),
                bytes: found.size,
            }]);
        }
        let parsed = Pattern::new(pattern).map_err(|error| anyhow!("this is no pattern: {error}"))?;
        let options = MatchOptions {
            require_literal_separator: true,
            ..MatchOptions::new()
        };
        let fixed = pattern.split(PATTERN).next().unwrap_or_default();
        let folder = fixed.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut objects = self.list(folder)?;
        objects.retain(|object| parsed.matches_with(&object.key, options));
        if objects.is_empty() {
            bail!("no file of the bucket matches");
        }
        Ok(objects)
    }

    /// Returns everything below a folder, in the order of keys.
    pub(super) fn list(&self, folder: &str) -> Result<Vec<Object>> {
        let folder = path(folder.trim_end_matches('/'))?;
        let all = self.store.list(Some(&folder)).try_collect::<Vec<_>>();
        let all = self.runtime.block_on(all).map_err(|error| refused(self.kind, &error))?;
        let mut objects: Vec<Object> = all
            .into_iter()
            .map(|meta| Object {
                key: meta.location.to_string(),
                bytes: meta.size,
            })
            .collect();
        objects.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(objects)
    }

    /// Copies an object.
    pub(super) fn get(&self, key: &str, into: &mut Copy<'_>) -> Result<()> {
        let path = path(key)?;
        self.runtime.block_on(async {
            let found = self
                .store
                .get(&path)
                .await
                .map_err(|error| refused(self.kind, &error))?;
            let announced = found.meta.size;
            let is_packed = found.attributes.get(&Attribute::ContentEncoding).is_some();
            let mut chunks = found.into_stream();
            while let Some(chunk) = chunks
                .try_next()
                .await
                .map_err(|error| into.broken_off(&causes(&error)))?
            {
                into.add(&chunk)?;
            }
            if is_packed { Ok(()) } else { into.check(announced) }
        })
    }
}

fn path(key: &str) -> Result<Path> {
    Path::parse(key).map_err(|error| anyhow!("this is no key of a bucket: {error}"))
}

/// Says what a refusal means and what to do.
fn refused(kind: Kind, error: &Error) -> anyhow::Error {
    let (variables, how) = kind.credentials();
    let is_anonymous = variables.iter().all(|variable| std::env::var_os(variable).is_none());
    match error {
        Error::NotFound { .. } => anyhow!("there is no such file or bucket"),
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            anyhow!("access was refused: {how}")
        }
        _ if is_anonymous => anyhow!("there are no credentials: {how} ({})", causes(error)),
        _ => anyhow!("{}", causes(error)),
    }
}

/// Returns an error with its causes, each once: some repeat theirs.
fn causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        let own = next.to_string();
        if !text.contains(&own) {
            text = format!("{text}: {own}");
        }
        cause = next.source();
    }
    text
}

//! The file of a secret key: for its owner's eyes, and never repeated in an error.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use shelfwise_sync::{PublicKey, Role, SecretKey};

use super::passphrase;
use super::sealed::Sealed;

/// The file, as TOML.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    role: String,
    public: String,
    /// The secret in hexadecimal digits, for everybody who can read the file.
    secret: Option<String>,
    /// The secret, for whoever knows the passphrase.
    sealed: Option<Sealed>,
}

/// Writes a new key, under a passphrase if there is one; an old key is never overwritten.
pub fn create(path: &Path, key: &SecretKey, public: &PublicKey, passphrase: Option<&str>) -> Result<()> {
    let role = key.role().name();
    let secret = match passphrase {
        None => format!("secret = \"{}\"\n", key.digits()),
        Some(passphrase) => {
            let sealed = Sealed::seal(&key.digits(), &public.to_string(), passphrase)?;
            format!("\n[sealed]\n{}", toml::to_string(&sealed)?)
        }
    };
    let reader = if passphrase.is_some() {
        "Who reads this and knows its passphrase"
    } else {
        "Who reads this"
    };
    let text = format!(
        "# SECRET. {reader} can sign what your shop's {role} key signs. `shelfwise keys show` gives the public half.\n\
         role = \"{role}\"\npublic = \"{public}\"\n{secret}"
    );
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = new_file(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().with_context(|| {
        format!(
            "cannot make {}: give another name with --out, keys are never overwritten",
            path.display()
        )
    })
}

/// A file that its owner alone can read, from its first moment on.
fn new_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Reads a secret key of a role.
pub fn read(path: &Path, role: Role) -> Result<SecretKey> {
    let key = parse(path)?;
    if key.role() != role {
        bail!(
            "{} is a {} key: give the {} key here",
            path.display(),
            key.role().name(),
            role.name()
        );
    }
    Ok(key)
}

/// Reads a secret key of any role. The parser's own errors show the line they are about, so they are not passed on.
pub fn parse(path: &Path) -> Result<SecretKey> {
    check_mode(path)?;
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = toml::from_str::<KeyFile>(&text).ok();
    let key = match file
        .as_ref()
        .and_then(|file| file.sealed.as_ref().zip(Some(&file.public)))
    {
        Some((sealed, public)) => {
            let opened = sealed.open(public, &passphrase::of(path)?);
            Some(opened.with_context(|| format!("{}: another passphrase, or a damaged file", path.display()))?)
        }
        None => file.as_ref().and_then(|file| file.secret.clone()),
    };
    let key = file.zip(key).and_then(|(file, secret)| {
        let role = PublicKey::parse(&file.public).ok()?.role();
        let key = SecretKey::from_digits(role, &secret)?;
        let whole = key.public().ok()?.to_string() == file.public && role.name() == file.role;
        whole.then_some(key)
    });
    key.with_context(|| {
        format!(
            "{} is no key file, or a damaged one: give the file that `shelfwise keys new` wrote",
            path.display()
        )
    })
}

/// A secret that others can read is none.
#[cfg(unix)]
pub fn check_mode(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let meta = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if meta.permissions().mode() & 0o077 != 0 {
        bail!(
            "others can read {0}: run `chmod 600 {0}`, and make a new key if somebody did",
            path.display()
        );
    }
    Ok(())
}

#[cfg(not(unix))]
pub fn check_mode(_: &Path) -> Result<()> {
    Ok(())
}

/// The public half of a key file, without its passphrase.
pub fn public(path: &Path) -> Result<PublicKey> {
    check_mode(path)?;
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = toml::from_str::<KeyFile>(&text).ok();
    match file.filter(|file| file.sealed.is_some()) {
        Some(file) => PublicKey::parse(&file.public).with_context(|| path.display().to_string()),
        None => Ok(parse(path)?.public()?),
    }
}

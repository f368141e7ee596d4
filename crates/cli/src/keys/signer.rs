//! Who signs: a key in a file, or another program that holds one.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;
use shelfwise_sync::layout::SIGNATURE_BYTES;
use shelfwise_sync::{PublicKey, Role, SecretKey, UnsignedFrame};

use super::{file, public};

/// The environment variable by which a program learns which key shall sign.
const KEY_VARIABLE: &str = "SHELFWISE_KEY";

/// Another program, for keys that this one shall not see.
#[derive(Args, Clone)]
pub struct SignerArguments {
    /// A command that signs, for keys in a token or a service; --key is then the public key. It gets the message on
    /// standard input and the public key in SHELFWISE_KEY, and writes the Ed25519 signature: 64 bytes, or 128
    /// hexadecimal digits.
    #[arg(long, value_name = "COMMAND")]
    pub signer: Option<String>,
}

/// A key that signs.
pub enum Signer {
    /// Its file was read.
    Key(SecretKey),
    /// Another program has it.
    Program {
        /// The key's public half.
        public: PublicKey,
        /// The command, for a shell.
        command: String,
    },
}

impl Signer {
    /// The key of a role: a file with the secret half, or, with a command, the public half as text or file.
    pub fn of(key: &Path, arguments: &SignerArguments, role: Role) -> Result<Self> {
        let Some(command) = &arguments.signer else {
            return file::read(key, role).map(Self::Key);
        };
        let public = public::parse(key.to_str().context("--key: give the public key")?)?;
        if public.role() != role {
            bail!(
                "{} is a {} key: give the {} key here",
                key.display(),
                public.role().name(),
                role.name()
            );
        }
        let command = command.clone();
        Ok(Self::Program { public, command })
    }

    /// The key of whatever role, for what is no part of a release: a file with the secret half, or, with a command, the
    /// public half as text or file.
    #[cfg(feature = "audit")]
    pub fn of_any_role(key: &Path, arguments: &SignerArguments) -> Result<Self> {
        let Some(command) = &arguments.signer else {
            return file::parse(key).map(Self::Key);
        };
        let public = public::parse(key.to_str().context("give the public key")?)?;
        let command = command.clone();
        Ok(Self::Program { public, command })
    }

    /// Its public half.
    pub fn public(&self) -> Result<PublicKey> {
        match self {
            Self::Key(key) => Ok(key.public()?),
            Self::Program { public, .. } => Ok(*public),
        }
    }

    /// Signs a payload as what the key's role signs.
    pub fn seal(&self, payload: &[u8]) -> Result<Vec<u8>> {
        self.sign(&UnsignedFrame::new(self.public()?.role(), payload))
    }

    /// Adds a signature to a frame of the key's role.
    pub fn cosign(&self, frame: &[u8]) -> Result<Vec<u8>> {
        self.sign(&UnsignedFrame::of(self.public()?.role(), frame)?)
    }

    fn sign(&self, unsigned: &UnsignedFrame) -> Result<Vec<u8>> {
        let signature = self.sign_message(unsigned.message())?;
        Ok(unsigned.signed(&self.public()?, &signature)?)
    }

    /// Signs a message that says by its own beginning what it is.
    pub fn sign_message(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES]> {
        match self {
            Self::Key(key) => Ok(key.sign(message)),
            Self::Program { command, public } => {
                let signature = run_signer(command, public, message);
                signature.with_context(|| format!("--signer '{command}'"))
            }
        }
    }
}

/// Runs the command, and reads the signature that it writes.
fn run_signer(command: &str, public: &PublicKey, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES]> {
    let mut child = shell(command)
        .env(KEY_VARIABLE, public.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot be started")?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends before it has read everything says why by its exit code.
        let _ = stdin.write_all(message);
    }
    let output = child.wait_with_output().context("cannot be waited for")?;
    if !output.status.success() {
        bail!("ended with {}: nothing was signed", output.status);
    }
    let text = std::str::from_utf8(&output.stdout)
        .ok()
        .and_then(|text| parse_signature(text.trim()));
    let signature = text.or_else(|| output.stdout.as_slice().try_into().ok());
    signature.with_context(|| {
        format!(
            "wrote {} bytes: a signature has {SIGNATURE_BYTES} bytes, or twice as many hexadecimal digits",
            output.stdout.len()
        )
    })
}

/// A signature from its hexadecimal digits.
pub fn parse_signature(text: &str) -> Option<[u8; SIGNATURE_BYTES]> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect::<Option<Vec<_>>>()?.try_into().ok()
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]);
    shell
}

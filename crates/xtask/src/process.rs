//! Runs other programs, and says what failed in the words one would type.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context as _, Result, bail};

/// Runs a program with this terminal. Errs when it cannot start or does not succeed.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed: {status}", shown(command));
    }
    Ok(())
}

/// Runs a program and returns what it printed on stdout, without the last line break.
pub fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", shown(command), output.status);
    }
    let text = String::from_utf8(output.stdout).with_context(|| format!("`{}` printed no UTF-8", shown(command)))?;
    Ok(text.trim_end().to_owned())
}

/// The path of this program as it was started: a build of the workspace may put another file there, and the system then
/// calls this one deleted.
pub fn own() -> Result<PathBuf> {
    static OWN: OnceLock<PathBuf> = OnceLock::new();
    if let Some(path) = OWN.get() {
        return Ok(path.clone());
    }
    let path = std::env::current_exe().context("cannot find the path of xtask itself")?;
    Ok(OWN.get_or_init(|| path).clone())
}

/// Whether a program starts and succeeds, silently.
pub fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// What cargo tells a program that it starts of that program's package. Handed on to another cargo, some build scripts take
/// it for a change of their own package, and run again with all that depends on them.
const OF_OUR_PACKAGE: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

/// `cargo`, as if started from a terminal: for a workspace beside this one, whose builds must not depend on who starts
/// them.
pub fn cargo_from_outside() -> Command {
    let mut cargo = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        if OF_OUR_PACKAGE
            .iter()
            .any(|prefix| name.to_string_lossy().starts_with(prefix))
        {
            cargo.env_remove(name);
        }
    }
    cargo
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_names_the_command_and_its_status() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err().to_string();
        assert!(error.contains("sh -c exit 3") && error.contains('3'), "{error}");
    }

    #[test]
    fn missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err().to_string();
        assert!(error.contains("cannot start `no-such-program`"), "{error}");
    }

    #[test]
    fn cargo_from_outside_gets_no_variables_of_this_package() {
        assert!(std::env::var_os("CARGO_PKG_NAME").is_some() && std::env::var_os("CARGO_MANIFEST_DIR").is_some());
        let cargo = cargo_from_outside();
        let removed = |name: &str| cargo.get_envs().any(|entry| entry == (OsStr::new(name), None));
        assert!(removed("CARGO_PKG_NAME") && removed("CARGO_MANIFEST_DIR"));
        assert!(!removed("CARGO_HOME") && !removed("PATH"));
    }

    #[test]
    fn output_comes_without_its_last_line_break() {
        assert_eq!(read(Command::new("sh").args(["-c", "echo shelf"])).unwrap(), "shelf");
        assert!(read(Command::new("sh").args(["-c", "echo shelf; exit 1"])).is_err());
    }
}

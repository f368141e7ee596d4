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

/// Runs a program beside others, and prints what it printed when it has ended. Errs when it cannot start or does not succeed.
pub fn run_then_show(command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    for text in [&output.stdout, &output.stderr] {
        print!("{}", String::from_utf8_lossy(text));
    }
    if !output.status.success() {
        bail!("`{}` failed: {}", shown(command), output.status);
    }
    Ok(())
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
    fn output_comes_without_its_last_line_break() {
        assert_eq!(read(Command::new("sh").args(["-c", "echo shelf"])).unwrap(), "shelf");
        assert!(read(Command::new("sh").args(["-c", "echo shelf; exit 1"])).is_err());
    }
}

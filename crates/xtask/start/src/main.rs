//! Starts `xtask`. It has no dependency, so it is compiled in a second and can say at once what comes next, and about how
//! long it takes.

use std::ffi::OsString;
use std::process::{Command, ExitCode, ExitStatus};

/// What `cargo xtask demo` will do.
const DEMO: &str = "\
Building the demo shop. On a fresh checkout nearly all of the time goes into compiling: some six minutes on two idle cores.
  1. compile the build tool, then the engine for browsers and the command line;
  2. train a model on the grocer's baskets in www/storefront/data, and print what was measured;
  3. open the shop on 127.0.0.1, and build its edge worker while you look around.
";
/// What any other task has to wait for once.
const FIRST: &str = "Compiling the build tool first: about three minutes on two idle cores, once.\n";
/// What cargo tells this program of its own package. Another cargo would take it for a change of the packages that it
/// builds, and compile them anew.
const OF_THIS_PACKAGE: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

/// Beside the build tool: for whom it was built last.
const BUILT_FOR: &str = "xtask.built-for";

/// What the build tool is compiled for: other features of shared packages, hence other files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// With as little as can be: nothing of the demo needs a parser of JavaScript, for example.
    Demo,
    /// With the features that the whole workspace asks for, so that the tests compile no package a second time.
    Work,
}

impl Purpose {
    fn of(words: &[OsString]) -> Self {
        let is_demo = words.first().is_some_and(|task| task == "demo");
        if is_demo { Self::Demo } else { Self::Work }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Work => "work",
        }
    }

    fn selection(self) -> &'static [&'static str] {
        match self {
            Self::Demo => &["--package", "xtask"],
            Self::Work => &["--workspace", "--bin", "xtask"],
        }
    }
}

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    match run(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Builds the build tool, and hands over to it.
fn run(words: &[OsString]) -> Result<ExitCode, String> {
    let own = std::env::current_exe().map_err(|error| format!("cannot find the path of this program: {error}"))?;
    let tool = own
        .with_file_name("xtask")
        .with_extension(std::env::consts::EXE_EXTENSION);
    let (purpose, built_for) = (Purpose::of(words), own.with_file_name(BUILT_FOR));
    let is_built = tool.is_file() && std::fs::read_to_string(&built_for).is_ok_and(|last| last == purpose.name());
    eprint!("{}", announcement(words, is_built));
    let built = cargo(purpose, is_built)
        .status()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !built.success() {
        return Ok(code(built));
    }
    // Only what is announced depends on it.
    let _ = std::fs::write(&built_for, purpose.name());
    let ended = of_any_package(Command::new(&tool)).args(words).status();
    ended
        .map(code)
        .map_err(|error| format!("cannot start {}: {error}", tool.display()))
}

fn code(status: ExitStatus) -> ExitCode {
    ExitCode::from(status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1)))
}

fn announcement(words: &[OsString], is_built: bool) -> &'static str {
    let is_demo = words.first().is_some_and(|task| task == "demo");
    let requests = |word: &&OsString| {
        ["--help", "-h", "--publish", "--pages-only"]
            .iter()
            .any(|other| *word == other)
    };
    match (is_demo && words.iter().find(requests).is_none(), is_built) {
        (true, _) => DEMO,
        (false, false) => FIRST,
        (false, true) => "",
    }
}

/// Shows what cargo compiles while that takes minutes.
fn cargo(purpose: Purpose, is_built: bool) -> Command {
    let mut cargo = of_any_package(Command::new(
        std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
    ));
    cargo.arg("build");
    if is_built {
        cargo.arg("--quiet");
    }
    cargo.args(purpose.selection());
    cargo
}

/// The command without what cargo told this program of its own package.
fn of_any_package(mut command: Command) -> Command {
    let of_this_package = |name: &OsString| {
        let name = name.to_string_lossy();
        OF_THIS_PACKAGE.iter().any(|prefix| name.starts_with(prefix))
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| of_this_package(name)) {
        command.env_remove(name);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement_of(words: &[&str], is_built: bool) -> &'static str {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        announcement(&words, is_built)
    }

    #[test]
    fn demo_is_announced_whether_or_not_the_tool_is_built() {
        assert_eq!(
            [
                announcement_of(&["demo"], true),
                announcement_of(&["demo", "--port", "1"], false)
            ],
            [DEMO, DEMO]
        );
        assert_eq!(announcement_of(&["demo", "--help"], true), "");
        assert_eq!(announcement_of(&["demo", "--publish"], true), "");
    }

    #[test]
    fn only_the_demo_is_built_without_the_rest_of_the_workspace() {
        let purpose = |word: &str| Purpose::of(&[OsString::from(word)]);
        assert_eq!((purpose("demo"), purpose("test")), (Purpose::Demo, Purpose::Work));
        assert_eq!(Purpose::of(&[]), Purpose::Work);
    }

    #[test]
    fn other_tasks_announce_only_the_first_compilation() {
        assert_eq!(
            [
                announcement_of(&["tidy"], false),
                announcement_of(&[], false),
                announcement_of(&["tidy"], true)
            ],
            [FIRST, FIRST, ""]
        );
    }
}

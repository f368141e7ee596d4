//! Starts `xtask`. It has no dependency, so it is compiled in a second and can say at once what comes next, and about how
//! long it takes.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

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

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let is_built = std::env::current_exe().is_ok_and(|own| is_beside(&own));
    eprint!("{}", announcement(&words, is_built));
    let status = cargo(is_built).args(words).status();
    match status {
        Ok(status) => ExitCode::from(status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1))),
        Err(error) => {
            eprintln!("error: cannot start cargo: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the build tool was compiled before, into the folder of this program.
fn is_beside(own: &Path) -> bool {
    own.with_file_name("xtask")
        .with_extension(std::env::consts::EXE_EXTENSION)
        .is_file()
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
fn cargo(is_built: bool) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let of_this_package = |name: &OsString| {
        let name = name.to_string_lossy();
        OF_THIS_PACKAGE.iter().any(|prefix| name.starts_with(prefix))
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| of_this_package(name)) {
        cargo.env_remove(name);
    }
    cargo.arg("run");
    if is_built {
        cargo.arg("--quiet");
    }
    cargo.args(["--package", "xtask", "--"]);
    cargo
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

//! Maintains the golden vectors: `--write` recomputes the answers of every case, `--write-snapshots` the fixture
//! snapshots, good and bad, the fixture policy and the fixture facts. Without an option it compares and reports differences.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shelfwise_vectors::{Suite, defects, facts, policies, pretty, run, shops};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => suites(compare),
        ["--write"] => suites(write_if_changed),
        ["--write-snapshots"] => write_snapshots(),
        _ => Err("usage: shelfwise-vectors [--write | --write-snapshots]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Answers every case of every file and passes the new text to `keep`.
fn suites(keep: fn(&Path, &[u8]) -> Outcome<()>) -> Outcome<()> {
    let (mut files, mut cases) = (files("cases", "json")?, 0);
    files.sort();
    for file in files {
        let mut suite: Suite = serde_json::from_str(&fs::read_to_string(&file)?)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        for case in &mut suite {
            case.expect = Some(run(case).map_err(|error| format!("{}: {}: {error}", file.display(), case.name))?);
        }
        cases += suite.len();
        keep(&file, pretty::to_string(&suite)?.as_bytes())?;
    }
    println!("{cases} cases");
    Ok(())
}

fn compare(file: &Path, expected: &[u8]) -> Outcome<()> {
    if fs::read(file)? == expected {
        return Ok(());
    }
    Err(format!(
        "{} differs: look at the difference after `cargo xtask vectors`",
        file.display()
    )
    .into())
}

fn write_if_changed(file: &Path, content: &[u8]) -> Outcome<()> {
    if fs::read(file).is_ok_and(|old| old == content) {
        return Ok(());
    }
    println!("{} changed", file.display());
    Ok(fs::write(file, content)?)
}

fn write_snapshots() -> Outcome<()> {
    for (name, make) in shops::ALL {
        write_if_changed(&snapshot("good", name), &make()?)?;
    }
    let good = fs::read(snapshot("good", defects::MADE_FROM))?;
    for (name, damage) in defects::ALL {
        write_if_changed(&snapshot("bad", name), &damage(&good))?;
    }
    for (name, bytes) in policies::FILES.iter().zip(policies::files()?) {
        write_if_changed(&folder().join("../snapshots/policies").join(name), &bytes)?;
    }
    for (name, bytes) in facts::FILES.iter().zip(facts::files()?) {
        write_if_changed(&folder().join("../snapshots/facts").join(name), &bytes)?;
    }
    Ok(())
}

fn snapshot(kind: &str, name: &str) -> PathBuf {
    folder()
        .join("../snapshots/v1")
        .join(kind)
        .join(name)
        .with_extension("swm")
}

fn files(inside: &str, ending: &str) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder().join(inside))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let paths: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    Ok(paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|own| own == ending))
        .collect())
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

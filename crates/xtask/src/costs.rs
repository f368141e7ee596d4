//! Instructions of every operation, counted by callgrind: the same on a busy machine and an idle one, so that a change
//! which makes the engine slower is seen where times would drown it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use shelfwise_build::process;
use shelfwise_build::programs::SystemProgram;
use shelfwise_build::workspace::Workspace;

/// The counts that are held.
const FILE: &str = "tests/speed/costs.toml";
/// The log that every clone has.
const LOG: &str = "tests/data/bol_example";
/// The function whose instructions count.
const COUNTED: &str = "--toggle-collect=*counted_operation*";
/// The file's first lines.
const HEAD: &str = "\
# Instructions of one call, by callgrind, over visits of tests/data/bol_example on the snapshot that is trained from it.
# Written by `cargo xtask costs --write`; `cargo xtask test` fails where one grew by more than the tolerance.
";

/// What becomes of the counts.
#[derive(Debug, Args)]
pub struct CostOptions {
    /// Write the counts into tests/speed/costs.toml; review the difference.
    #[arg(long)]
    write: bool,
}

/// The file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Costs {
    /// The compiler that they were counted with: another one may write other instructions.
    compiler: String,
    /// Share by which a count may grow.
    tolerance: f64,
    /// Instructions of one call, by operation.
    instructions: BTreeMap<String, u64>,
    /// What operations may cost beside others, counted in one run: the same compiler and machine for both.
    #[serde(default)]
    ratios: BTreeMap<String, Ratio>,
}

/// The most that an operation may cost as a multiple of another one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ratio {
    of: String,
    most: f64,
}

/// Counts, and compares or writes.
pub fn run(workspace: &Workspace, options: &CostOptions) -> Result<()> {
    if !options.write {
        return check(workspace);
    }
    let before = read(workspace).ok();
    let held = Costs {
        compiler: compiler()?,
        tolerance: before.as_ref().map_or(0.02, |costs| costs.tolerance),
        instructions: count(workspace)?,
        ratios: before.map(|costs| costs.ratios).unwrap_or_default(),
    };
    let text = format!("{HEAD}\n{}", toml::to_string(&held)?);
    fs::write(workspace.path(FILE), text).with_context(|| format!("cannot write {FILE}"))
}

/// Counts, and fails where an operation costs more than the file holds.
pub fn check(workspace: &Workspace) -> Result<()> {
    let (held, own) = (read(workspace)?, compiler()?);
    let counted = count(workspace)?;
    if held.compiler != own {
        println!("The counts of {FILE} are those of {}; this is {own}.", held.compiler);
    }
    let findings = findings(&held, &counted);
    if findings.is_empty() {
        return Ok(());
    }
    bail!(
        "{}\nWhere that is meant: cargo xtask costs --write",
        findings.join("\n")
    )
}

fn findings(held: &Costs, counted: &BTreeMap<String, u64>) -> Vec<String> {
    let mut findings = Vec::new();
    for (operation, now) in counted {
        let Some(before) = held.instructions.get(operation) else {
            findings.push(format!("{operation} is not in {FILE}"));
            continue;
        };
        let (most, change) = (
            *before as f64 * (1.0 + held.tolerance),
            *now as f64 / (*before).max(1) as f64 - 1.0,
        );
        println!("{operation:<22}{before:>12}{now:>12}{:>9.2} %", 100.0 * change);
        if *now as f64 > most {
            findings.push(format!(
                "{operation} takes {now} instructions, {:.1} % more than {before}",
                100.0 * change
            ));
        }
    }
    let gone = held.instructions.keys().filter(|name| !counted.contains_key(*name));
    findings.extend(gone.map(|name| format!("{FILE} has {name}, which is no operation")));
    findings.extend(
        held.ratios
            .iter()
            .filter_map(|(name, ratio)| too_dear(name, ratio, counted)),
    );
    findings
}

/// Returns what is wrong with an operation that costs too many times another one.
fn too_dear(name: &str, ratio: &Ratio, counted: &BTreeMap<String, u64>) -> Option<String> {
    let Ratio { of, most } = ratio;
    let (Some(own), Some(other)) = (counted.get(name), counted.get(of)) else {
        return Some(format!(
            "{FILE} compares {name} with {of}, and one of them is no operation"
        ));
    };
    let times = *own as f64 / (*other).max(1) as f64;
    println!("{name:<22}{times:>12.2} times {of}, of at most {most}");
    (times > *most).then(|| format!("{name} takes {times:.2} times the instructions of {of}, at most {most} are held"))
}

fn read(workspace: &Workspace) -> Result<Costs> {
    let text = fs::read_to_string(workspace.path(FILE)).with_context(|| format!("cannot read {FILE}"))?;
    toml::from_str(&text).with_context(|| format!("{FILE} is not understood"))
}

fn compiler() -> Result<String> {
    let version = process::read(Command::new("rustc").arg("--version"))?;
    Ok(version.split(" (").next().unwrap_or_default().to_owned())
}

/// The measuring program, built optimized.
pub fn program(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--package",
        "shelfwise-speed",
    ]);
    process::run(cargo.current_dir(workspace.root()))?;
    Ok(workspace.cargo_target().join("release/shelfwise-speed"))
}

/// Trains on a log and takes visits from it. Returns the folder of both.
pub fn prepare(workspace: &Workspace, program: &Path, log: &Path) -> Result<PathBuf> {
    let name = log.file_name().context("the log has no name")?;
    let folder = workspace.out("speed").join(name);
    let mut prepare = Command::new(program);
    prepare.arg("prepare").arg("--data").arg(log).arg("--out").arg(&folder);
    process::run(&mut prepare)?;
    Ok(folder)
}

fn count(workspace: &Workspace) -> Result<BTreeMap<String, u64>> {
    let valgrind = SystemProgram::Valgrind.require()?;
    let program = program(workspace)?;
    let workload = prepare(workspace, &program, &workspace.path(LOG))?;
    let operations = process::read(Command::new(&program).arg("operations"))?;
    let one = |name: &str| Ok((name.to_owned(), count_one(&valgrind, &program, &workload, name)?));
    // A process each, of one thread: counts are the same whatever runs beside.
    let operations: Vec<&str> = operations.lines().collect();
    operations.into_par_iter().map(one).collect()
}

/// Instructions of one call, on average over the visits.
fn count_one(valgrind: &Path, program: &Path, workload: &Path, operation: &str) -> Result<u64> {
    let profile = workload.join(format!("callgrind.{operation}.out"));
    let mut command = Command::new(valgrind);
    command.args(["--tool=callgrind", "--collect-atstart=no", COUNTED]);
    command.arg(format!("--callgrind-out-file={}", profile.display()));
    command
        .arg(program)
        .args(["count", operation, "--workload"])
        .arg(workload);
    let output = command.output().context("cannot start valgrind")?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("counting {operation} failed:\n{text}");
    }
    let calls: u64 = String::from_utf8_lossy(&output.stdout).trim().parse()?;
    let all = collected(&text).with_context(|| format!("valgrind counted nothing for {operation}:\n{text}"))?;
    Ok(all / calls.max(1))
}

/// The total that callgrind prints when it ends; none where it is 0, because then the function was never met.
fn collected(text: &str) -> Option<u64> {
    let (_, total) = text.split_once("Collected :")?;
    let total = total.split_whitespace().next()?.parse().ok()?;
    (total > 0).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
        counts
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect()
    }

    fn held(counts: &[(&str, u64)]) -> Costs {
        Costs {
            compiler: "rustc".into(),
            tolerance: 0.02,
            instructions: costs(counts),
            ratios: BTreeMap::new(),
        }
    }

    #[test]
    fn operation_that_costs_more_is_named_and_one_that_costs_less_is_not() {
        let held = held(&[("apply", 100), ("open", 1000)]);
        assert_eq!(findings(&held, &costs(&[("apply", 102), ("open", 10)])).len(), 0);
        let findings = findings(&held, &costs(&[("apply", 103), ("open", 1000)]));
        assert_eq!(findings, ["apply takes 103 instructions, 3.0 % more than 100"]);
    }

    #[test]
    fn operation_missing_on_either_side_is_named() {
        assert_eq!(findings(&held(&[]), &costs(&[("apply", 1)])).len(), 1);
        assert_eq!(findings(&held(&[("apply", 1)]), &costs(&[])).len(), 1);
    }

    #[test]
    fn operation_dearer_than_its_multiple_of_another_is_named() {
        let counts = [("governed", 150), ("plain", 100)];
        let of = |of: &str, most| Costs {
            ratios: BTreeMap::from([("governed".into(), Ratio { of: of.into(), most })]),
            ..held(&counts)
        };
        assert!(findings(&of("plain", 1.5), &costs(&counts)).is_empty());
        let dear = findings(&of("plain", 1.4), &costs(&counts));
        assert_eq!(
            dear,
            ["governed takes 1.50 times the instructions of plain, at most 1.4 are held"]
        );
        assert_eq!(findings(&of("nothing", 1.5), &costs(&counts)).len(), 1);
    }

    #[test]
    fn total_of_valgrind_output_is_parsed() {
        assert_eq!(collected("==1== Collected : 1234\n==1==\n"), Some(1234));
        assert_eq!(collected("==1== Collected : 0"), None);
        assert_eq!(collected("no such line"), None);
    }

    #[test]
    fn committed_counts_are_parsed() {
        let costs = read(&Workspace::own()).unwrap();
        assert!(costs.tolerance < 0.05 && costs.compiler.starts_with("rustc "));
    }
}

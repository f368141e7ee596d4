//! Programs of this workspace that xtask runs, built without optimization.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// Builds a program and returns the command that runs it.
pub fn program(workspace: &Workspace, name: &str) -> Result<Command> {
    let mut program = Command::new(binary(workspace, name)?);
    program.current_dir(workspace.root());
    Ok(program)
}

/// Builds a program and returns its path.
///
/// The whole workspace is named, not the program's package: cargo then chooses the features of shared packages as for the tests,
/// and compiles none of them a second time.
pub fn binary(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--locked", "--workspace", "--bin", name]);
    process::run(cargo.current_dir(workspace.root()))?;
    let path = workspace.cargo_target().join("debug").join(name);
    Ok(path.with_extension(std::env::consts::EXE_EXTENSION))
}

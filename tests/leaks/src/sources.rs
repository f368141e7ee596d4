//! Leaks in Rust sources: what was built of patched checkouts, each audited by the step that must find it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::json;
use shelfwise_audit::report::Step;
use shelfwise_audit::steps::edge::{self, Edge, Inquiry, Reply};

use super::{Ground, browsers, models, read};

/// A grocer's model, for the edge.
const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/v1/good/grocer.swm");

/// What a patched checkout was built to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    /// The package, as it is shipped.
    Package,
    /// The trainer, as a program.
    Trainer,
    /// The edge worker's handler, as a program.
    Handler,
}

/// Runs a step on what was built of the leak's checkout. `built` is the folder of all of them.
pub fn planted(ground: &Ground, name: &str, step: &str, product: Product, built: &Path) -> Result<Step> {
    match product {
        Product::Package => {
            let package = built.join(name).join("target/shelfwise/package/shelfwise");
            browsers::run(ground, step, &read(&package)?)
        }
        Product::Trainer => models::trained_by(&example(built, "train")),
        Product::Handler => Ok(edge::step(&Program::start(&example(built, "answers"))?, "planted")),
    }
}

fn example(built: &Path, name: &str) -> PathBuf {
    let path = built.join("built/debug/examples").join(name);
    path.with_extension(std::env::consts::EXE_EXTENSION)
}

/// The handler as a program: a request a line, an answer a line.
struct Program {
    child: Child,
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
}

#[derive(Deserialize)]
struct Line {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Program {
    fn start(path: &Path) -> Result<Self> {
        let mut command = Command::new(path);
        command.args([MODEL, "on"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {}", path.display()))?;
        let stdin = child.stdin.take().context("it has no input")?;
        let stdout = child.stdout.take().context("it has no output")?;
        let pipes = RefCell::new((stdin, BufReader::new(stdout)));
        Ok(Self { child, pipes })
    }
}

impl Edge for Program {
    fn origin(&self) -> &str {
        "the handler as a program"
    }

    fn ask(&self, inquiry: &Inquiry) -> Result<Reply> {
        let question = json!({
            "method": inquiry.method, "uri": inquiry.target, "headers": inquiry.headers,
            "body": inquiry.body.as_deref().unwrap_or_default(), "now_ms": 1_767_225_601_000_i64,
        });
        let (stdin, stdout) = &mut *self.pipes.borrow_mut();
        writeln!(stdin, "{question}")?;
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let Line { status, headers, body } = serde_json::from_str(&line).context("the handler has ended")?;
        Ok(Reply {
            status,
            headers: headers.into_iter().collect(),
            body: body.into_bytes(),
        })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

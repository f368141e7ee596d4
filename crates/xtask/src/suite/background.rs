//! Stages that run beside those in the terminal: one after the other, in processes of their own at the lowest priority.
//!
//! What they print is kept in a file and shown when they have ended.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::report::Outcome;
use super::stage::Stage;
use crate::process;
use crate::workspace::Workspace;

/// Under `target/shelfwise`: what the stages print.
const OUT: &str = "log";
/// The lowest priority: tests in browsers have deadlines, and compilers do not.
const NICENESS: &str = "19";

/// How a stage ended.
#[derive(Debug)]
pub struct Finished {
    pub stage: Stage,
    pub outcome: Outcome,
    pub took: Duration,
    /// All that it printed.
    pub output: String,
}

/// The stages, not started or running.
#[derive(Debug)]
pub struct BackgroundStages {
    folder: PathBuf,
    waiting: Vec<Stage>,
    running: Option<Receiver<Result<Finished>>>,
    stopped: Arc<AtomicBool>,
}

impl BackgroundStages {
    /// Starts nothing yet.
    pub fn new(workspace: &Workspace, stages: Vec<Stage>) -> Self {
        Self {
            folder: workspace.out(OUT),
            waiting: stages,
            running: None,
            stopped: Arc::default(),
        }
    }

    /// Starts the stages, once.
    pub fn start(&mut self) -> Result<()> {
        let stages = std::mem::take(&mut self.waiting);
        if stages.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(&self.folder).with_context(|| format!("cannot make {}", self.folder.display()))?;
        let (folder, stopped) = (self.folder.clone(), Arc::clone(&self.stopped));
        let (sender, receiver) = channel();
        self.running = Some(receiver);
        std::thread::spawn(move || {
            for stage in stages {
                if stopped.load(Ordering::Relaxed) || sender.send(run(stage, &folder)).is_err() {
                    break;
                }
            }
        });
        Ok(())
    }

    /// Starts no further stage. The one that runs goes on to its end: a compiler that is killed leaves its lock behind.
    pub fn stop(&mut self) {
        self.waiting.clear();
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Returns the stages that have ended since the last call.
    pub fn finished(&mut self) -> Result<Vec<Finished>> {
        let mut all = Vec::new();
        while let Some(running) = &self.running {
            match running.try_recv() {
                Ok(finished) => all.push(finished?),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => self.running = None,
            }
        }
        Ok(all)
    }

    /// Waits for the next stage to end; none when all have.
    pub fn wait(&mut self) -> Result<Option<Finished>> {
        let next = self.running.as_ref().and_then(|running| running.recv().ok());
        next.transpose()
    }
}

/// Runs a stage in a process of its own.
fn run(stage: Stage, folder: &Path) -> Result<Finished> {
    let path = folder.join(stage.name()).with_extension("log");
    let log = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let start = Instant::now();
    let mut xtask = Command::new("nice");
    xtask.args(["-n", NICENESS]).arg(process::own()?);
    xtask.args(["test", "--only", &stage.name()]);
    xtask.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    let status = xtask.status().context("cannot start `nice`")?;
    let output = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Finished {
        stage,
        outcome: if status.success() {
            Outcome::Passed
        } else {
            Outcome::Failed
        },
        took: start.elapsed(),
        output: String::from_utf8_lossy(&output).trim_end().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_without_background_stages_returns_at_once() {
        let mut background = BackgroundStages::new(&Workspace::own(), Vec::new());
        background.start().unwrap();
        assert!(background.finished().unwrap().is_empty() && background.wait().unwrap().is_none());
    }

    #[test]
    fn stopped_stages_never_start() {
        let mut background = BackgroundStages::new(&Workspace::own(), vec![Stage::Fuzz]);
        background.stop();
        background.start().unwrap();
        assert!(background.wait().unwrap().is_none());
    }
}

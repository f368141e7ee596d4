//! Stages that run beside those in the terminal: lanes of processes, in each lane one after the other.
//!
//! What they print is kept in a file and shown when they have ended.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use shelfwise_build::process;
use shelfwise_build::workspace::Workspace;

use super::lane::Lane;
use super::report::Outcome;
use super::stage::Stage;

/// Under `target/shelfwise`: what the stages print.
const OUT: &str = "log";

/// How a stage ended.
#[derive(Debug)]
pub struct Finished {
    pub stage: Stage,
    pub outcome: Outcome,
    pub took: Duration,
    /// All that it printed.
    pub output: String,
}

/// The stages of all lanes, not started or running.
#[derive(Debug)]
pub struct BackgroundStages {
    folder: PathBuf,
    waiting: Vec<(Lane, Vec<Stage>)>,
    sender: Option<Sender<Result<Finished>>>,
    running: Receiver<Result<Finished>>,
    stopped: Arc<AtomicBool>,
}

impl BackgroundStages {
    /// Starts nothing yet.
    pub fn new(workspace: &Workspace, lanes: Vec<(Lane, Vec<Stage>)>) -> Self {
        let (sender, running) = channel();
        Self {
            folder: workspace.out(OUT),
            waiting: lanes,
            sender: Some(sender),
            running,
            stopped: Arc::default(),
        }
    }

    /// Starts the lanes whose turn it is once this stage has passed, each once.
    pub fn start_after(&mut self, passed: Stage) -> Result<()> {
        let is_due = |lane: &(Lane, Vec<Stage>)| lane.0.starts_after() <= passed;
        for (lane, stages) in self.waiting.extract_if(.., |lane| is_due(lane)).collect::<Vec<_>>() {
            self.start(lane, stages)?;
        }
        if self.waiting.is_empty() {
            self.sender = None;
        }
        Ok(())
    }

    fn start(&self, lane: Lane, stages: Vec<Stage>) -> Result<()> {
        fs::create_dir_all(&self.folder).with_context(|| format!("cannot make {}", self.folder.display()))?;
        let (folder, stopped) = (self.folder.clone(), Arc::clone(&self.stopped));
        let sender = self.sender.clone();
        std::thread::spawn(move || {
            for stage in stages {
                let is_over = stopped.load(Ordering::Relaxed);
                if is_over
                    || sender
                        .as_ref()
                        .is_none_or(|sender| sender.send(run(lane, stage, &folder)).is_err())
                {
                    break;
                }
            }
        });
        Ok(())
    }

    /// Starts no further stage. The one that runs goes on to its end: a compiler that is killed leaves its lock behind.
    pub fn stop(&mut self) {
        self.waiting.clear();
        self.sender = None;
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Returns the stages that have ended since the last call.
    pub fn finished(&mut self) -> Result<Vec<Finished>> {
        self.running.try_iter().collect()
    }

    /// Waits for the next stage to end; none when all have. Every lane has to be started or stopped before.
    pub fn wait(&mut self) -> Result<Option<Finished>> {
        self.running.recv().ok().transpose()
    }
}

/// Runs a stage in a process of its own.
fn run(lane: Lane, stage: Stage, folder: &Path) -> Result<Finished> {
    let path = folder.join(stage.name()).with_extension("log");
    let log = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let start = Instant::now();
    let mut xtask = Command::new("nice");
    xtask.args(["-n", lane.niceness()]).arg(process::own()?);
    xtask.args(["test", "--only", &stage.name()]);
    if lane.starts_after() >= Stage::Tarball {
        xtask.arg("--packaged");
    }
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
        background.start_after(Stage::Format).unwrap();
        assert!(background.finished().unwrap().is_empty() && background.wait().unwrap().is_none());
    }

    #[test]
    fn stopped_stages_never_start() {
        let lanes = vec![(Lane::Computing, vec![Stage::Fuzz])];
        let mut background = BackgroundStages::new(&Workspace::own(), lanes);
        background.start_after(Stage::Format).unwrap();
        background.stop();
        background.start_after(Stage::LAST).unwrap();
        assert!(background.wait().unwrap().is_none());
    }
}

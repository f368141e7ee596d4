//! Measures the stages of training: seconds, and the process's peak memory if the system reports it.

use std::time::Instant;

use serde::Serialize;

/// One finished stage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Seconds by the wall clock.
    pub seconds: f64,
    /// Peak memory of the process up to the stage's end in bytes, on Linux.
    pub peak_bytes: Option<u64>,
}

/// Measures consecutive stages.
#[derive(Debug)]
pub struct StageClock {
    stages: Vec<Stage>,
    begun: Instant,
}

impl Default for StageClock {
    fn default() -> Self {
        Self {
            stages: Vec::new(),
            begun: Instant::now(),
        }
    }
}

impl StageClock {
    /// Ends the current stage and begins the next one.
    pub fn end(&mut self, name: &str) {
        let seconds = self.begun.elapsed().as_secs_f64();
        self.stages.push(Stage {
            name: name.into(),
            seconds,
            peak_bytes: peak_bytes(),
        });
        self.begun = Instant::now();
    }

    /// Returns all stages so far.
    #[must_use]
    pub fn stages(self) -> Vec<Stage> {
        self.stages
    }
}

/// Returns the peak memory in bytes: `VmHWM` of `/proc/self/status`, which Linux reports in kB.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

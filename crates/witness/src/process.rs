//! A browser's process and its profile: both end with it, whatever happens.

use std::io::BufReader;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

/// How often it is looked whether something has come about.
const POLL: Duration = Duration::from_millis(20);
/// Lines that a browser wrote, kept for the error where it does not start.
const LINES_KEPT: usize = 30;

/// A running browser.
#[derive(Debug)]
pub struct Process {
    child: Child,
    profile: TempDir,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts the program with a fresh folder, of which `arguments` makes what it is told.
    ///
    /// # Errors
    /// If the folder cannot be made, or the program cannot be started.
    pub fn start(program: &Path, arguments: impl FnOnce(&Path, &mut Command) -> Result<()>) -> Result<Self> {
        let profile = tempfile::Builder::new()
            .prefix("shelfwise-browser-")
            .tempdir()
            .context("cannot make a folder for the browser's profile: set TMPDIR to a folder that can be written")?;
        let mut command = Command::new(program);
        arguments(profile.path(), &mut command)?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        // What a browser keeps outside of its profile goes into the same folder.
        command
            .env("HOME", profile.path())
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let lines = Arc::new(Mutex::new(Vec::new()));
        if let Some(stderr) = child.stderr.take() {
            let lines = Arc::clone(&lines);
            // Ends with the process, whose stream it reads.
            thread::spawn(move || keep_lines(BufReader::new(stderr), &lines));
        }
        Ok(Self { child, profile, lines })
    }

    /// The folder that was made for it.
    pub fn folder(&self) -> &Path {
        self.profile.path()
    }

    /// Waits until `look` returns something.
    ///
    /// # Errors
    /// If the browser ends before, or the time is over: with the last lines that it wrote.
    pub fn wait_for<T>(&mut self, limit: Duration, look: impl Fn(&Path) -> Option<T>) -> Result<T> {
        let start = Instant::now();
        loop {
            if let Some(found) = look(self.profile.path()) {
                return Ok(found);
            }
            if let Some(status) = self.child.try_wait().context("cannot ask for the browser's state")? {
                bail!(
                    "the browser ended with {status} before it could be driven: {}",
                    self.said()
                );
            }
            if start.elapsed() > limit {
                bail!(
                    "the browser cannot be driven after {} seconds: {}",
                    limit.as_secs(),
                    self.said()
                );
            }
            thread::sleep(POLL);
        }
    }

    /// Waits until it has ended by itself. Returns whether it has.
    pub fn has_ended_within(&mut self, limit: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < limit {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(POLL),
                Ok(Some(_)) | Err(_) => return true,
            }
        }
        false
    }

    fn said(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.is_empty() {
            "it wrote nothing".to_owned()
        } else {
            format!("it wrote\n{}", lines.join("\n"))
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already; the profile is deleted after this.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn keep_lines(stream: impl std::io::BufRead, lines: &Mutex<Vec<String>>) {
    for line in stream.lines().map_while(std::io::Result::ok) {
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LINES_KEPT {
            lines.remove(0);
        }
        lines.push(line);
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        let arguments = |_: &Path, command: &mut Command| {
            command.args(["-c", script]);
            Ok(())
        };
        Process::start(Path::new("/bin/sh"), arguments).unwrap()
    }

    #[test]
    fn browser_that_ends_at_once_says_its_last_words() {
        let mut process = shell("echo no display >&2; exit 3");
        let error = process.wait_for(Duration::from_secs(5), |_| None::<()>).unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
    }

    #[test]
    fn profile_is_gone_and_process_killed_when_dropped() {
        let process = shell("sleep 60");
        let (folder, id) = (process.folder().to_owned(), process.child.id());
        assert!(folder.is_dir());
        drop(process);
        assert!(!folder.exists() && !Path::new(&format!("/proc/{id}")).exists());
    }
}

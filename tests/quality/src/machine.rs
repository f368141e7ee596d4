//! The machine and the programs of a measurement.

use std::fmt;
use std::fs;
use std::process::Command;

/// Properties that a reader needs to compare times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Name of the processor.
    pub processor: String,
    /// Number of available cores.
    pub cores: usize,
    /// Memory in gigabytes, if the system reports it.
    pub memory_gb: Option<u64>,
    /// Operating system and architecture.
    pub system: String,
    /// The compiler.
    pub compiler: String,
}

impl Machine {
    /// Returns the properties of this machine.
    #[must_use]
    pub fn own() -> Self {
        Self {
            processor: field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into()),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            memory_gb: field("/proc/meminfo", "MemTotal").and_then(|text| gigabytes(&text)),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            compiler: compiler().unwrap_or_else(|| "unknown compiler".into()),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} cores", self.processor, self.cores)?;
        if let Some(memory) = self.memory_gb {
            write!(f, ", {memory} GB")?;
        }
        write!(f, ", {}; {}", self.system, self.compiler)
    }
}

/// Returns the value of the first line `name : value` of a file below `/proc`.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

/// Parses `16384 kB` to gigabytes.
fn gigabytes(text: &str) -> Option<u64> {
    let kilobytes: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some((kilobytes * 1024 + 500_000_000) / 1_000_000_000)
}

fn compiler() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    Some(version.split(" (").next()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_rounded_to_gigabytes() {
        assert_eq!(gigabytes("7812500 kB"), Some(8));
        assert_eq!(gigabytes("much"), None);
    }

    #[test]
    fn machine_reports_its_cores() {
        assert!(Machine::own().to_string().contains(" cores"));
    }
}

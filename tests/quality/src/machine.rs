//! The machine and the programs that a measurement was made with.

use std::fmt;
use std::fs;
use std::process::Command;

/// What a reader must know to compare times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The processor, by its own name.
    pub processor: String,
    /// How many of its cores may be used.
    pub cores: usize,
    /// Memory in gigabytes, where the system tells.
    pub memory_gb: Option<u64>,
    /// Operating system and architecture.
    pub system: String,
    /// The compiler.
    pub compiler: String,
}

impl Machine {
    /// This machine.
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

/// The value of the first line `name : value` of a file that Linux keeps.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

/// `16384 kB` in gigabytes.
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
    fn this_machine_says_how_many_cores_it_has() {
        assert!(Machine::own().to_string().contains(" cores"));
    }
}

//! The vectors as a module for every host of WebAssembly: no glue, no import, three exports over plain memory.
//!
//! A host asks for a case by its number, and reads the engine's answer as JSON out of the module's memory. It compares
//! with the committed answers itself, as `tests/packaging/hosts` does for Node, Chromium, Firefox and workerd.

use std::sync::{LazyLock, Mutex, PoisonError};

use serde::Serialize;
use shelfwise_vectors::{Answer, Case, SUITES, Suite, run};

/// One line for the host.
#[derive(Serialize)]
struct Line {
    file: &'static str,
    name: String,
    /// What the engine says here.
    answer: Option<Answer>,
    /// Why it says nothing.
    error: Option<String>,
}

/// Every case with its file's name, in the order of the files.
static CASES: LazyLock<Vec<(&str, Case)>> = LazyLock::new(|| {
    let suites = SUITES.iter().flat_map(|(file, text)| {
        let suite: Suite = serde_json::from_str(text).unwrap_or_default();
        suite.into_iter().map(|case| (*file, case))
    });
    suites.collect()
});
/// The last line; the host reads it before it asks again.
static LINE: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Runs the case of that number, counted over all files in their order, and gives the line's length in bytes; 0 where
/// there is no such case.
#[unsafe(no_mangle)]
pub extern "C" fn answer(number: usize) -> usize {
    let line = CASES.get(number).map(|(file, case)| line(file, case));
    let bytes = line.and_then(|line| serde_json::to_vec(&line).ok()).unwrap_or_default();
    let length = bytes.len();
    *LINE.lock().unwrap_or_else(PoisonError::into_inner) = bytes;
    length
}

/// Where the last line begins.
#[unsafe(no_mangle)]
pub extern "C" fn address() -> *const u8 {
    LINE.lock().unwrap_or_else(PoisonError::into_inner).as_ptr()
}

fn line(file: &'static str, case: &Case) -> Line {
    let (answer, error) = match run(case) {
        Ok(answer) => (Some(answer), None),
        Err(error) => (None, Some(error)),
    };
    Line {
        file,
        name: case.name.clone(),
        answer,
        error,
    }
}

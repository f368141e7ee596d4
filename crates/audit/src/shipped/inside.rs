//! What is inside of a script: modules in base64, and the files that it names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{ShippedModule, module};
use crate::syntax::Script;

/// How base64 of a WebAssembly module begins.
const WASM: &str = "AGFzb";

/// How many bytes of the script are modules in base64.
pub fn length(script: &Script) -> usize {
    let texts = script.words.iter().filter(|word| word.starts_with(WASM));
    texts.map(String::len).sum()
}

/// Modules that the script has inside as base64.
pub fn modules(path: &str, script: &Script) -> Vec<ShippedModule> {
    let texts = script.words.iter().filter(|word| word.starts_with(WASM));
    let bytes = texts.filter_map(|text| STANDARD.decode(text).ok());
    bytes.filter_map(|bytes| module(path, &bytes)).collect()
}

/// The path of a file that another one names, relative to the folder of both.
pub fn joined(from: &str, name: &str) -> String {
    let name = name.split(['?', '#']).next().unwrap_or(name);
    let mut names: Vec<&str> = match name.strip_prefix('/') {
        Some(rest) => return rest.to_owned(),
        None => from.split('/').collect(),
    };
    names.pop();
    for step in name.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(names.pop()),
            step => names.push(step),
        }
    }
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_from_the_folder_of_the_script_that_says_it() {
        assert_eq!(joined("a/b/c.js", "./d.js"), "a/b/d.js");
        assert_eq!(joined("a/b/c.js", "../d.js?x"), "a/d.js");
        assert_eq!(joined("c.js", "/assets/d.js"), "assets/d.js");
    }
}

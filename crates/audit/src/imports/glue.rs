//! What the glue hands to the module: the body of each import, and the functions those bodies lean on.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use super::script::{self, Kind, Token};

/// Where wasm-bindgen writes down the imports.
const IMPORTS_FUNCTION: &str = "__wbg_get_imports";
/// The object that holds them.
const IMPORTS_OBJECT: &str = "import0";
/// wasm-bindgen ends names with a hash of the crate's version: this many hexadecimal digits.
const HASH_DIGITS: usize = 16;

/// A generated script, taken apart.
#[derive(Debug)]
pub struct Glue {
    imports: BTreeMap<String, Vec<Token>>,
    helpers: BTreeMap<String, Vec<Token>>,
}

impl Glue {
    /// Errs when the script has no function that lists imports: another wasm-bindgen wrote it.
    pub fn parse(text: &str) -> Result<Self> {
        let tokens = script::tokens(text)?;
        let mut helpers = declarations(&tokens);
        let listing = helpers.remove(IMPORTS_FUNCTION);
        let listing = listing.with_context(|| format!("the glue has no function {IMPORTS_FUNCTION}"))?;
        let imports = entries(&listing).with_context(|| format!("the glue has no object {IMPORTS_OBJECT}"))?;
        Ok(Self { imports, helpers })
    }

    /// What the module gets under this name, without the function's parameters being renamed or reordered.
    pub fn import(&self, name: &str) -> Option<&[Token]> {
        self.imports.get(name).map(Vec::as_slice)
    }

    /// Every function and variable of the script that this code mentions, directly or through others.
    pub fn reached(&self, code: &[Token]) -> BTreeMap<&str, &[Token]> {
        let mut reached = BTreeMap::new();
        let mut open: Vec<&[Token]> = vec![code];
        while let Some(code) = open.pop() {
            for (name, helper) in self.mentioned(code) {
                if reached.insert(name, helper).is_none() {
                    open.push(helper);
                }
            }
        }
        reached
    }

    fn mentioned(&self, code: &[Token]) -> Vec<(&str, &[Token])> {
        let words: BTreeSet<&str> = code
            .iter()
            .filter(|token| token.kind == Kind::Word)
            .map(|t| t.text.as_str())
            .collect();
        let known = words.iter().filter_map(|word| self.helpers.get_key_value(*word));
        known.map(|(name, helper)| (name.as_str(), helper.as_slice())).collect()
    }
}

/// A name without the hash or the number that a new version or another order changes.
pub fn stable_name(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((stem, hash)) if hash.len() == HASH_DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit()) => stem,
        _ => name,
    }
}

/// Top-level statements by the first name that they declare; code that declares nothing is no helper.
fn declarations(tokens: &[Token]) -> BTreeMap<String, Vec<Token>> {
    let mut found = BTreeMap::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        let (statement, after) = rest.split_at(statement_length(rest));
        for name in declared(statement) {
            found.insert(name, statement.to_vec());
        }
        rest = after;
    }
    found
}

/// To the semicolon or closing brace at the outermost level that ends it.
fn statement_length(tokens: &[Token]) -> usize {
    let function = tokens.iter().take(3).any(|token| token.text == "function");
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        depth = depth_after(depth, token);
        let ends = token.text == ";" || (function && token.text == "}");
        if depth == 0 && ends {
            return at + 1;
        }
    }
    tokens.len()
}

fn depth_after(depth: usize, token: &Token) -> usize {
    match (token.kind, token.text.as_str()) {
        (Kind::Sign, "(" | "[" | "{") => depth + 1,
        (Kind::Sign, ")" | "]" | "}") => depth.saturating_sub(1),
        _ => depth,
    }
}

/// `function f`, `async function f`, `const a = …`, `let a, b`.
fn declared(statement: &[Token]) -> Vec<String> {
    let mut words = statement
        .iter()
        .skip_while(|token| matches!(token.text.as_str(), "export" | "async"));
    match words.next().map(|token| token.text.as_str()) {
        Some("function" | "class") => words.next().map(|token| token.text.clone()).into_iter().collect(),
        Some("const" | "let" | "var") => listed_names(words),
        _ => Vec::new(),
    }
}

fn listed_names<'a>(tokens: impl Iterator<Item = &'a Token>) -> Vec<String> {
    let names = tokens.take_while(|token| token.text != "=" && token.text != ";");
    names
        .filter(|token| token.kind == Kind::Word)
        .map(|token| token.text.clone())
        .collect()
}

/// `name: value` pairs of the imports' object.
fn entries(listing: &[Token]) -> Option<BTreeMap<String, Vec<Token>>> {
    let object = listing.iter().position(|token| token.text == IMPORTS_OBJECT)?;
    // The name, the equals sign and the opening brace.
    let mut rest = listing.get(object + 3..)?;
    let mut found = BTreeMap::new();
    while let [name, colon, ..] = rest
        && colon.text == ":"
    {
        let value = rest.get(2..)?;
        let length = value_length(value);
        found.insert(name.text.clone(), value.get(..length)?.to_vec());
        rest = value.get(length + 1..).unwrap_or_default();
    }
    Some(found)
}

/// To the comma or closing brace that ends the value.
fn value_length(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if depth == 0 && matches!(token.text.as_str(), "," | "}") {
            return at;
        }
        depth = depth_after(depth, token);
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "
        function __wbg_get_imports() {
            const import0 = {
                __proto__: null,
                __wbg_length_186163212ffe79c3: function(arg0) {
                    const ret = arg0.length;
                    return ret;
                },
                __wbg_text_186163212ffe79c4: function(arg0) { return decode(arg0); },
            };
            return { __proto__: null, './shelfwise_bg.js': import0 };
        }
        const decoder = new TextDecoder('utf-8');
        let first, second;
        function decode(bytes) { return decoder.decode(bytes); }
        async function load(url) { return fetch(url); }
        export { load as default };";

    #[test]
    fn an_import_is_found_with_its_body() {
        let glue = Glue::parse(GLUE).unwrap();
        let body = glue.import("__wbg_length_186163212ffe79c3").unwrap();
        assert_eq!(
            script::line(body),
            "function(arg0) { const ret = arg0.length; return ret; }"
        );
        assert!(glue.import("__wbg_other").is_none());
    }

    #[test]
    fn helpers_of_helpers_are_reached_and_others_are_not() {
        let glue = Glue::parse(GLUE).unwrap();
        let reached = glue.reached(glue.import("__wbg_text_186163212ffe79c4").unwrap());
        assert_eq!(reached.keys().copied().collect::<Vec<_>>(), ["decode", "decoder"]);
    }

    #[test]
    fn a_script_without_imports_is_an_error() {
        assert!(Glue::parse("function f() {}").is_err());
    }

    #[test]
    fn hashes_and_numbers_are_no_part_of_a_stable_name() {
        assert_eq!(stable_name("__wbg_length_186163212ffe79c3"), "__wbg_length");
        assert_eq!(stable_name("__wbindgen_generic_0000000000000001"), "__wbindgen_generic");
        assert_eq!(
            stable_name("__wbindgen_init_externref_table"),
            "__wbindgen_init_externref_table"
        );
    }
}

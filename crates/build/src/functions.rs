//! What takes a module's bytes: its functions with their names, and the crates that they come from.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::config::{Config, Host, ModuleConfig};
use crate::optimize::optimize_named;
use crate::slim::slim;
use crate::workspace::Workspace;
use crate::{files, wasm};

/// So many functions are shown.
const SHOWN: usize = 25;
/// The widest name that is shown whole.
const NAME_WIDTH: usize = 110;

/// Bytes of a module by the name of the function, or of the section, that they are in.
type Sizes = BTreeMap<String, u64>;

/// Builds the module with its names and prints what takes its bytes, before compression.
pub fn print(workspace: &Workspace, config: &Config, module: &ModuleConfig) -> Result<()> {
    let sizes = sizes(&named(workspace, config, module)?)?;
    let all: u64 = sizes.values().sum();
    println!("\n{}: {all} bytes by crate", module.package);
    let mut crates = Sizes::new();
    for (name, size) in &sizes {
        *crates.entry(crate_of(name)).or_default() += size;
    }
    largest(&crates, usize::MAX).for_each(|(name, size)| println!("{size:>8}{:>6.1} %  {name}", share(size, all)));
    println!("\n{}: its {SHOWN} largest functions", module.package);
    largest(&sizes, SHOWN).for_each(|(name, size)| println!("{size:>8}{:>6.1} %  {}", share(size, all), cut(name)));
    Ok(())
}

/// The module as it is shipped, but with the names of its functions.
fn named(workspace: &Workspace, config: &Config, module: &ModuleConfig) -> Result<Vec<u8>> {
    let compiled = wasm::compile(workspace, &module.package, &module.rustflags, &[])?;
    let folder = workspace.out("named");
    let wasm = folder.join(format!("{}_bg.wasm", module.name));
    if module.glue.is_empty() {
        files::empty(&folder)?;
        fs::create_dir_all(&folder)?;
        fs::copy(&compiled, &wasm).with_context(|| format!("cannot copy {}", compiled.display()))?;
    } else {
        wasm::write_glue(&compiled, &module.name, Host::Web, &folder)?;
        slim(&folder, &module.name)?;
    }
    optimize_named(workspace, config, &wasm)?;
    fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))
}

/// Reads the bytes of every function, and of every section that is not code.
fn sizes(wasm: &[u8]) -> Result<Sizes> {
    let mut sizes = Sizes::new();
    let (mut imported, mut bodies, mut names) = (0, Vec::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.context("this is no wasm module")? {
            Payload::ImportSection(section) => {
                let imports = section.clone().into_imports().filter_map(Result::ok);
                imported = imports.filter(|import| matches!(import.ty, TypeRef::Func(_))).count();
            }
            Payload::CodeSectionEntry(body) => bodies.push(length(&body.range())),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(subsections) = section.as_known() {
                    for subsection in subsections {
                        if let Name::Function(functions) = subsection? {
                            let functions = functions.into_iter().flatten();
                            names.extend(functions.map(|naming| (naming.index as usize, readable(naming.name))));
                        }
                    }
                }
            }
            Payload::DataSection(section) => {
                *sizes.entry("(data)".to_owned()).or_default() += length(&section.range());
            }
            _ => {}
        }
    }
    for (at, size) in bodies.into_iter().enumerate() {
        let name = names.remove(&(imported + at));
        *sizes.entry(name.unwrap_or_else(|| "(no name)".into())).or_default() += size;
    }
    Ok(sizes)
}

/// The name as it stands in the source, without the compiler's hash.
fn readable(name: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => path.to_owned(),
        _ => name,
    }
}

fn length(range: &std::ops::Range<u64>) -> u64 {
    range.end - range.start
}

/// The crate whose code it is: the first name of the path, of a method that of its type.
fn crate_of(function: &str) -> String {
    let path = function.trim_start_matches(['<', '&', '*', '[', '(']);
    let path = ["mut ", "dyn ", "const "]
        .iter()
        .fold(path, |path, word| path.strip_prefix(word).unwrap_or(path));
    match path.split_once("::") {
        Some((name, _)) if name.chars().all(|c| c.is_alphanumeric() || c == '_') => name.to_owned(),
        _ if function.starts_with('(') => function.to_owned(),
        _ => "(exports and others)".to_owned(),
    }
}

fn largest(sizes: &Sizes, most: usize) -> impl Iterator<Item = (&str, u64)> {
    let mut all: Vec<_> = sizes.iter().map(|(name, size)| (name.as_str(), *size)).collect();
    all.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), *name));
    all.into_iter().take(most)
}

fn share(size: u64, all: u64) -> f64 {
    100.0 * size as f64 / all.max(1) as f64
}

fn cut(name: &str) -> String {
    if name.chars().count() <= NAME_WIDTH {
        return name.to_owned();
    }
    name.chars().take(NAME_WIDTH).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(module (import "env" "now" (func)) (func (nop) (nop)) (func))` with the name `shop::shelve` for the first of its own.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x0b\x01\x03env\x03now\0\0\x03\x03\x02\0\0\
        \x0a\x09\x02\x04\0\x01\x01\x0b\x02\0\x0b\0\x16\x04name\x01\x0f\x01\x01\x0cshop::shelve";

    #[test]
    fn bytes_of_a_function_are_listed_by_name() {
        let sizes = sizes(MODULE).unwrap();
        assert_eq!(sizes.get("shop::shelve"), Some(&4));
        assert_eq!(sizes.get("(no name)"), Some(&2));
    }

    #[test]
    fn names_are_demangled_without_hashes() {
        assert_eq!(
            readable("_ZN14shelfwise_sync5frame4open17hdbfe635967f5d018E"),
            "shelfwise_sync::frame::open"
        );
        assert_eq!(
            readable("shelfwise_core::rank::h1184d5a7fe715b98"),
            "shelfwise_core::rank"
        );
        assert_eq!(readable("engine_new"), "engine_new");
    }

    #[test]
    fn method_belongs_to_the_crate_of_its_type() {
        assert_eq!(crate_of("shop::shelve"), "shop");
        assert_eq!(crate_of("<shop::Shelf as core::fmt::Display>::fmt"), "shop");
        assert_eq!(crate_of("<&mut shop::Shelf as core::iter::Iterator>::next"), "shop");
        assert_eq!(crate_of("(data)"), "(data)");
        assert_eq!(crate_of("memcpy"), "(exports and others)");
    }
}

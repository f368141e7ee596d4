//! The import section of a wasm module.

use anyhow::{Context as _, Result};
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// Something that a module asks its host for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// The module's name for the host's object.
    pub module: String,
    /// The name in that object.
    pub name: String,
    /// Function, memory, table, global or tag.
    pub kind: &'static str,
}

/// Everything that the module imports, in its own order. Errs when the bytes are no wasm module.
pub fn imports(wasm: &[u8]) -> Result<Vec<Import>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ImportSection(section) = payload.context("this is no wasm module")? {
            for import in section.into_imports() {
                let import = import.context("the import section is damaged")?;
                found.push(Import {
                    module: import.module.into(),
                    name: import.name.into(),
                    kind: kind(&import.ty),
                });
            }
        }
    }
    Ok(found)
}

/// Names of everything that the module exports. Errs when the bytes are no wasm module.
pub fn exports(wasm: &[u8]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ExportSection(section) = payload.context("this is no wasm module")? {
            for export in section {
                found.push(export.context("the export section is damaged")?.name.to_owned());
            }
        }
    }
    Ok(found)
}

/// Names of functions, as far as the module carries them for debuggers.
pub fn function_names(wasm: &[u8]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CustomSection(section) = payload.context("this is no wasm module")?
            && let KnownCustom::Name(subsections) = section.as_known()
        {
            for subsection in subsections {
                if let Name::Function(functions) = subsection? {
                    names.extend(functions.into_iter().flatten().map(|naming| naming.name.to_owned()));
                }
            }
        }
    }
    Ok(names)
}

fn kind(ty: &wasmparser::TypeRef) -> &'static str {
    match ty {
        wasmparser::TypeRef::Func(_) | wasmparser::TypeRef::FuncExact(_) => "function",
        wasmparser::TypeRef::Table(_) => "table",
        wasmparser::TypeRef::Memory(_) => "memory",
        wasmparser::TypeRef::Global(_) => "global",
        wasmparser::TypeRef::Tag(_) => "tag",
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn an_empty_module_imports_nothing() {
        assert_eq!(imports(samples::EMPTY).unwrap(), []);
    }

    #[test]
    fn an_import_is_found_by_both_its_names() {
        let now = Import {
            module: "env".into(),
            name: "now".into(),
            kind: "function",
        };
        assert_eq!(imports(samples::ONE_IMPORT).unwrap(), [now]);
    }

    #[test]
    fn bytes_that_are_no_module_are_refused() {
        assert!(imports(b"not wasm").is_err());
        assert!(imports(&samples::ONE_IMPORT[..20]).is_err());
    }
}

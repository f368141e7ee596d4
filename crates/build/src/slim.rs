//! Takes out of a module what nobody can read: the messages of panics, which have no output in WebAssembly, and the hashes
//! in the names of imports, which no compressor makes smaller.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use walrus::ir::Value;
use walrus::{ConstExpr, DataId, DataKind, FunctionBuilder, FunctionId, FunctionKind, Module};

/// Functions of the standard library that end in a panic, by their paths or what those begin with. `panic = "abort"` makes
/// each of them a trap in the end; what they do before that is to write a message.
const PANICS: [&str; 10] = [
    "core::panicking::",
    "<std::panicking::panic_handler::",
    "core::option::unwrap_failed",
    "core::option::expect_failed",
    "core::result::unwrap_failed",
    "core::cell::panic_already",
    "core::slice::index::slice_index_fail",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "alloc::alloc::handle_alloc_error",
];

/// What js-sys and wasm-bindgen bring for closures and futures of JavaScript, which nothing here makes: they are reached by
/// tables of functions that nobody reads.
const CLOSURES: [&str; 2] = ["js_sys::futures::", "wasm_bindgen::convert::closures::"];

/// What a glue has that makes closures.
const MAKES_CLOSURES: [&str; 2] = ["makeClosure", "makeMutClosure"];

/// Words of the standard library in messages of panics, whole.
const MESSAGES: [&str; 14] = [
    "attempt to divide by zero",
    "assertion `left ",
    " right` failed",
    "index out of bounds: the len is ",
    " but the index is ",
    "copy_from_slice: source slice length (",
    ") does not match destination slice length (",
    "removal index (is ",
    ") should be < len (is ",
    "RefCell already mutably borrowed",
    "RefCell already borrowed",
    "Hash table capacity overflow",
    "a Display implementation returned an error unexpectedly",
    "a formatting trait implementation returned an error when the underlying stream did not",
];

/// Digits of the hash behind the name of an import.
const HASH_DIGITS: usize = 16;

/// Slims a module and its glue, which wasm-bindgen wrote under this name, names of functions included. wasm-opt drops what is
/// not reached any more.
pub fn slim(folder: &Path, name: &str) -> Result<()> {
    let (wasm, glue) = (
        folder.join(format!("{name}_bg.wasm")),
        folder.join(format!("{name}.js")),
    );
    let read = |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let mut module = Module::from_buffer(&read(&wasm)?)?;
    let text = String::from_utf8(read(&glue)?)?;
    let trapped = trap(&mut module, &PANICS);
    ensure!(
        trapped > 0,
        "{}: no function of the standard library panics under a known name: see PANICS in slim.rs",
        wasm.display()
    );
    clear_locations(&mut module);
    clear_messages(&mut module);
    if !MAKES_CLOSURES.iter().any(|maker| text.contains(maker)) {
        trap(&mut module, &CLOSURES);
    }
    let text = number_imports(&mut module, text);
    fs::write(&glue, text).with_context(|| format!("cannot write {}", glue.display()))?;
    fs::write(&wasm, module.emit_wasm()).with_context(|| format!("cannot write {}", wasm.display()))
}

/// Makes a trap of every function whose path begins so. Returns how many there are.
fn trap(module: &mut Module, paths: &[&str]) -> usize {
    let is_meant = |name: &str| paths.iter().any(|begin| path(name).starts_with(begin));
    let named = module.funcs.iter_local().map(|(id, _)| id);
    let found: Vec<FunctionId> = named
        .filter(|id| module.funcs.get(*id).name.as_deref().is_some_and(is_meant))
        .collect();
    for id in &found {
        let kind = module.types.get(module.funcs.get(*id).ty());
        let (params, results) = (kind.params().to_vec(), kind.results().to_vec());
        let mut trap = FunctionBuilder::new(&mut module.types, &params, &results);
        trap.func_body().unreachable();
        let arguments = params.iter().map(|kind| module.locals.add(*kind)).collect();
        module.funcs.get_mut(*id).kind = FunctionKind::Local(trap.local_func(arguments));
    }
    found.len()
}

/// Returns the path of a function without the hashes of crates: `core[fd7cd05f7ffa3501]::panicking::panic_fmt`.
fn path(name: &str) -> String {
    let mut parts = name.split('[');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((hash, rest)) if hash.len() == HASH_DIGITS => path.push_str(rest),
            _ => path.extend(["[", part]),
        }
    }
    path
}

/// A place in the module's data.
type Place = (DataId, usize);

/// Zeroes places in the sources, which only the messages of panics had: records of the address and length of a path, a line
/// and a column, and the paths.
fn clear_locations(module: &mut Module) {
    let mut found = BTreeSet::new();
    for data in module.data.iter() {
        for at in (0..data.value.len().saturating_sub(15)).step_by(4) {
            let word = |index: usize| {
                let bytes = data.value.get(at + 4 * index..)?.first_chunk::<4>()?;
                Some(u32::from_le_bytes(*bytes) as usize)
            };
            let (Some(address), Some(length), Some(line), Some(column)) = (word(0), word(1), word(2), word(3)) else {
                continue;
            };
            let is_place = (1..100_000).contains(&line) && (1..1000).contains(&column) && (4..300).contains(&length);
            let path = is_place.then(|| find(module, address, length)).flatten();
            if let Some((id, start)) = path.filter(|path| is_path(module, *path, length)) {
                found.insert((data.id(), at, 16));
                found.insert((id, start, length));
            }
        }
    }
    for (id, start, length) in found {
        if let Some(bytes) = module.data.get_mut(id).value.get_mut(start..start + length) {
            bytes.fill(0);
        }
    }
}

/// Zeroes the words of the messages themselves.
fn clear_messages(module: &mut Module) {
    let ids: Vec<DataId> = module.data.iter().map(walrus::Data::id).collect();
    for id in ids {
        let data = module.data.get_mut(id);
        for message in MESSAGES.map(str::as_bytes) {
            let mut at = 0;
            while let Some(bytes) = data.value.get_mut(at..at + message.len()) {
                if bytes == message {
                    bytes.fill(0);
                }
                at += 1;
            }
        }
    }
}

/// Returns where the module's data has these bytes of memory.
fn find(module: &Module, address: usize, length: usize) -> Option<Place> {
    module.data.iter().find_map(|data| {
        let DataKind::Active {
            offset: ConstExpr::Value(Value::I32(offset)),
            ..
        } = data.kind
        else {
            return None;
        };
        let start = address.checked_sub(offset as u32 as usize)?;
        (start + length <= data.value.len()).then_some((data.id(), start))
    })
}

fn is_path(module: &Module, (id, start): Place, length: usize) -> bool {
    let bytes = module.data.get(id).value.get(start..start + length);
    bytes.is_some_and(|bytes| bytes.ends_with(b".rs"))
}

/// Numbers the imports in place of their hashes, in the module and in the text of its glue.
fn number_imports(module: &mut Module, mut glue: String) -> String {
    for (number, import) in (1..).zip(module.imports.iter_mut()) {
        let Some((stem, hash)) = import.name.rsplit_once('_') else {
            continue;
        };
        if hash.len() == HASH_DIGITS && hash.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            let numbered = format!("{stem}_{number:0HASH_DIGITS$}");
            glue = glue.replace(&import.name, &numbered);
            import.name = numbered;
        }
    }
    glue
}

#[cfg(test)]
mod tests {
    use walrus::{MemoryId, ModuleConfig, ValType};

    use super::*;

    fn module() -> Module {
        Module::with_config(ModuleConfig::new())
    }

    fn memory(module: &mut Module) -> MemoryId {
        module.memories.add_local(false, false, 1, None, None)
    }

    #[test]
    fn functions_that_panic_become_traps_and_others_stay() {
        let mut module = module();
        for name in ["core[fd7cd05f7ffa3501]::panicking::panic_fmt", "shop::shelve"] {
            let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
            builder.name(name.into()).func_body().i32_const(7);
            let argument = module.locals.add(ValType::I32);
            let id = builder.finish(vec![argument], &mut module.funcs);
            module.exports.add(name, id);
        }
        assert_eq!(trap(&mut module, &PANICS), 1);
        let first = |name: &str, module: &Module| {
            let id = module.funcs.by_name(name).unwrap();
            let function = module.funcs.get(id).kind.unwrap_local();
            format!("{:?}", function.block(function.entry_block()).instrs[0].0)
        };
        assert!(first("core[fd7cd05f7ffa3501]::panicking::panic_fmt", &module).starts_with("Unreachable"));
        assert!(first("shop::shelve", &module).starts_with("Const"));
    }

    #[test]
    fn places_in_the_sources_and_messages_are_zeroed_and_other_texts_stay() {
        let mut module = module();
        let memory = memory(&mut module);
        let mut bytes = b"a/b.rs, told".to_vec();
        let message = b"attempt to divide by zero or by one, ";
        module.data.add(
            DataKind::Active {
                memory,
                offset: ConstExpr::Value(Value::I32(4096)),
            },
            message.to_vec(),
        );
        for (address, length, line, column) in [(1024_u32, 6_u32, 12_u32, 5_u32), (1032, 4, 12, 5)] {
            for word in [address, length, line, column] {
                bytes.extend(word.to_le_bytes());
            }
        }
        let offset = ConstExpr::Value(Value::I32(1024));
        let id = module.data.add(DataKind::Active { memory, offset }, bytes.clone());
        clear_locations(&mut module);
        clear_messages(&mut module);
        let other = module
            .data
            .iter()
            .find(|data| data.value.len() == message.len())
            .unwrap();
        assert!(other.value.ends_with(b"\0 or by one, "));
        let kept = &module.data.get(id).value;
        assert!(kept.starts_with(b"\0\0\0\0\0\0, told"), "{kept:?}");
        assert!(kept[12..28].iter().all(|byte| *byte == 0));
        assert_eq!(kept[28..], bytes[28..]);
    }

    #[test]
    fn imports_have_numbers_in_place_of_hashes_in_module_and_glue() {
        let mut module = module();
        let kind = module.types.add(&[], &[]);
        for name in [
            "__wbg_set_0123456789abcdef",
            "__wbindgen_init",
            "__wbg_set_fedcba9876543210",
        ] {
            module.add_import_func("./glue.js", name, kind);
        }
        let glue = number_imports(
            &mut module,
            "{ __wbg_set_0123456789abcdef: a, __wbindgen_init: b, __wbg_set_fedcba9876543210: c }".into(),
        );
        let names: Vec<_> = module.imports.iter().map(|import| import.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "__wbg_set_0000000000000001",
                "__wbindgen_init",
                "__wbg_set_0000000000000003"
            ]
        );
        assert_eq!(
            glue,
            "{ __wbg_set_0000000000000001: a, __wbindgen_init: b, __wbg_set_0000000000000003: c }"
        );
    }
}

//! `cargo xtask audit-imports`: the module that sees cannot speak.
//!
//! A module can do nothing but compute and call its imports. So the names of the imports, the JavaScript behind
//! them and everything that JavaScript leans on are compared with a list that somebody read; and what opens a road
//! out is refused even if the list has it.

mod allowed;
mod bare;
mod forbidden;
mod glue;
mod module;
mod script;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use self::glue::Glue;
use self::module::Import;
use crate::config::Config;
use crate::wasm::{self, Built};
use crate::workspace::Workspace;

pub use self::allowed::{AllowList, FILE as ALLOWED};

/// Checks the built module against the committed list, and that the engine alone imports nothing.
pub fn audit(workspace: &Workspace, config: &Config) -> Result<()> {
    let built = Built::first(workspace, config)?;
    let module = fs::read(&built.wasm).with_context(|| format!("could not read {}", built.wasm.display()))?;
    let glue = fs::read_to_string(&built.glue).with_context(|| format!("could not read {}", built.glue.display()))?;
    let list = fs::read_to_string(workspace.path(allowed::FILE));
    let list = AllowList::parse(&list.with_context(|| format!("could not read {}", allowed::FILE))?)?;
    let imports = module::imports(&module)?;
    let findings = findings(&imports, &Glue::parse(&glue)?, &list);
    if !findings.is_empty() {
        bail!(
            "the module's imports are not as {} has them\n\n{}",
            allowed::FILE,
            findings.join("\n\n")
        );
    }
    println!(
        "module: {} imports, all on the list, none opens a road out",
        imports.len()
    );
    refuse_release_imports(&wasm::release(workspace, config))?;
    bare::check(workspace)
}

/// The module that reads signed releases is given nothing: its import section is empty.
fn refuse_release_imports(file: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("could not read {}", file.display()))?;
    bare::refuse_imports("the module for signed releases", &bytes)?;
    println!("signed releases: no import");
    Ok(())
}

fn findings(imports: &[Import], glue: &Glue, list: &AllowList) -> Vec<String> {
    let mut entries = Vec::new();
    let mut findings = Vec::new();
    for import in imports {
        match glue.import(&import.name) {
            Some(body) if import.kind == "function" => {
                entries.push(format!("{}: {}", glue::stable_name(&import.name), script::line(body)));
                findings.extend(roads_out(&import.name, glue));
            }
            _ => findings.push(format!(
                "{} {}.{} does not come from the glue",
                import.kind, import.module, import.name
            )),
        }
    }
    entries.sort();
    entries.dedup();
    findings.extend(list.differences(&entries));
    findings
}

/// The import's name, its body, and all code that the body can reach in the glue.
fn roads_out(name: &str, glue: &Glue) -> Vec<String> {
    let body = glue.import(name).unwrap_or_default();
    let reached = glue.reached(body);
    let helpers = reached.iter().flat_map(|(helper, code)| {
        let found = forbidden::in_code(code).into_iter();
        found.map(move |what| format!("in {helper}, {what}"))
    });
    let own = forbidden::in_name(name).into_iter().chain(forbidden::in_code(body));
    own.chain(helpers)
        .map(|what| format!("{name} is forbidden: {what}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glue(body: &str) -> Glue {
        let script = "function __wbg_get_imports() { const import0 = { __proto__: null, now: BODY, }; return {}; }
             const beacon = () => navigator.sendBeacon('/x');
             function harmless() { return 1; }";
        Glue::parse(&script.replace("BODY", body)).unwrap()
    }

    fn check(body: &str, list: &str) -> Vec<String> {
        let imports = module::imports(module::samples::ONE_IMPORT).unwrap();
        findings(&imports, &glue(body), &AllowList::parse(list).unwrap())
    }

    #[test]
    fn an_import_that_is_on_the_list_passes() {
        assert_eq!(
            check(
                "function() { return harmless(); }",
                "now: function() { return harmless(); }\n  why\n"
            ),
            [""; 0]
        );
    }

    #[test]
    fn an_import_that_is_not_on_the_list_fails() {
        let found = check("function() { return harmless(); }", "");
        assert!(found.len() == 1 && found[0].contains("not on the list"), "{found:?}");
    }

    #[test]
    fn the_list_cannot_permit_a_road_out_that_a_helper_hides() {
        let found = check(
            "function() { return beacon(); }",
            "now: function() { return beacon(); }\n  why\n",
        );
        assert!(
            found
                .iter()
                .any(|finding| finding.contains("in beacon") && finding.contains("navigator")),
            "{found:?}"
        );
    }

    #[test]
    fn an_import_without_glue_fails() {
        let imports = [Import {
            module: "env".into(),
            name: "elsewhere".into(),
            kind: "function",
        }];
        let found = findings(&imports, &glue("function() {}"), &AllowList::default());
        assert!(found[0].contains("env.elsewhere"), "{found:?}");
    }
}

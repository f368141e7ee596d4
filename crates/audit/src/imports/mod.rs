//! What a module or component asks of its host, against a reviewed list.
//!
//! A module can do nothing but compute and call its imports. So the names of the imports, the JavaScript behind them and
//! everything that this JavaScript uses are compared with a list that somebody reviewed; what gives access to network,
//! storage, page or global object is refused even if the list has it.

mod allowed;
pub mod component;
mod forbidden;
mod glue;
mod module;
#[cfg(test)]
mod samples;
mod script;

use anyhow::{Result, ensure};

use self::glue::Glue;

pub use self::allowed::AllowList;
pub use self::glue::stable_name;
pub use self::module::{Import, exports, function_names, imports};

/// Returns what differs between a module with its glue and the list, as sentences. Errs where module or glue cannot be
/// read.
pub fn findings(module: &[u8], glue: &str, list: &AllowList) -> Result<Vec<String>> {
    Ok(compare(&imports(module)?, &Glue::parse(glue)?, list))
}

/// Errs with the names of all imports of a module that must have none.
pub fn refuse_imports(who: &str, wasm: &[u8]) -> Result<()> {
    let imports = imports(wasm)?;
    let names: Vec<_> = imports
        .iter()
        .map(|import| format!("{}.{}", import.module, import.name))
        .collect();
    ensure!(
        names.is_empty(),
        "{who} must not import anything, but imports {}",
        names.join(", ")
    );
    Ok(())
}

fn compare(imports: &[Import], glue: &Glue, list: &AllowList) -> Vec<String> {
    let mut entries = Vec::new();
    let mut findings = Vec::new();
    for import in imports {
        match glue.import(&import.name) {
            Some(body) if import.kind == "function" => {
                entries.push(format!("{}: {}", stable_name(&import.name), script::line(body)));
                findings.extend(access(&import.name, glue));
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

/// What the import's name, its body, or code of the glue that the body can reach gives access to.
fn access(name: &str, glue: &Glue) -> Vec<String> {
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
        let imports = imports(samples::ONE_IMPORT).unwrap();
        compare(&imports, &glue(body), &AllowList::parse("imports.allow", list).unwrap())
    }

    #[test]
    fn a_listed_import_passes() {
        assert_eq!(
            check(
                "function() { return harmless(); }",
                "now: function() { return harmless(); }\n  why\n"
            ),
            [""; 0]
        );
    }

    #[test]
    fn an_unlisted_import_is_found() {
        let found = check("function() { return harmless(); }", "");
        assert!(found.len() == 1 && found[0].contains("not on the list"), "{found:?}");
    }

    #[test]
    fn access_through_a_helper_is_found_although_listed() {
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
    fn an_import_without_glue_is_found() {
        let imports = [Import {
            module: "env".into(),
            name: "elsewhere".into(),
            kind: "function",
        }];
        let found = compare(&imports, &glue("function() {}"), &AllowList::default());
        assert!(found[0].contains("env.elsewhere"), "{found:?}");
    }

    #[test]
    fn a_module_without_imports_passes_and_one_import_fails_by_its_name() {
        assert!(refuse_imports("core", samples::EMPTY).is_ok());
        let error = refuse_imports("core", samples::ONE_IMPORT).unwrap_err().to_string();
        assert!(error.contains("env.now"), "{error}");
    }
}

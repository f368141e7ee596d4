//! `imports`: what the modules can ask of their host.

use std::collections::{BTreeMap, BTreeSet};

use crate::imports::{AllowList, stable_name};
use crate::report::{Finding, Outcome, Step};
use crate::shipped::{ModuleKind, Shipped, ShippedModule};
use crate::syntax::{Script, is_computation};

const NAME: &str = "imports";
const CLAIM: &str = "The engine's module can ask its page for nothing but what a committed list permits; the module for releases for \
                     nothing at all.";

/// Runs the step.
pub fn step(shipped: &Shipped, list: &AllowList) -> Step {
    if shipped.modules.is_empty() {
        let reason = "no WebAssembly module of Shelfwise was found";
        return Step::without(NAME, CLAIM, Outcome::NotApplicable, reason);
    }
    let listed: BTreeSet<&str> = list
        .reasons()
        .map(|(entry, _)| entry.split_once(": ").map_or(entry, |(name, _)| name))
        .collect();
    let mut findings: Vec<_> = shipped
        .modules
        .iter()
        .flat_map(|module| in_module(module, &listed))
        .collect();
    findings.extend(in_glue(shipped, list));
    let counts = shipped
        .modules
        .iter()
        .map(|module| format!("{}: {} imports", module.path, module.imports.len()));
    let needs_glue = shipped.modules.iter().any(|module| module.kind == ModuleKind::Engine);
    let has_glue = shipped.scripts.iter().any(|script| !script.script.glue.is_empty());
    let open = (needs_glue && !has_glue).then(|| "no script with the engine's glue was found".to_owned());
    Step::tried(NAME, CLAIM, counts.collect(), findings).unless_proved(open)
}

fn in_module(module: &ShippedModule, listed: &BTreeSet<&str>) -> Vec<Finding> {
    let strangers = module.imports.iter().filter(|import| match module.kind {
        ModuleKind::Engine => import.kind != "function" || !listed.contains(stable_name(&import.name)),
        ModuleKind::Releases => true,
    });
    let findings = strangers.map(|import| {
        let what = format!(
            "the module imports the {} `{}.{}`",
            import.kind, import.module, import.name
        );
        Finding::new(
            "imports.unlisted",
            what,
            "Build the engine from its sources; what it may import stands in crates/web/imports.allow.",
        )
        .file(&module.path)
    });
    findings.collect()
}

/// Returns what the listed body of each import reaches: somebody has read it.
fn permitted(list: &AllowList) -> BTreeMap<&str, BTreeSet<String>> {
    let mut permitted = BTreeMap::<_, BTreeSet<_>>::new();
    for (name, body) in list.reasons().filter_map(|(entry, _)| entry.split_once(": ")) {
        let script = Script::parse(&format!("const listed = {{ {name}: {body} }};"));
        let reached = script.ok().and_then(|mut script| script.glue.remove(name));
        permitted.entry(name).or_default().extend(reached.into_iter().flatten());
    }
    permitted
}

/// Functions behind the imports that do more than compute, and than the listed one does.
fn in_glue(shipped: &Shipped, list: &AllowList) -> Vec<Finding> {
    let permitted = permitted(list);
    let mut findings = Vec::new();
    for script in &shipped.scripts {
        for (import, reached) in &script.script.glue {
            let may = |global: &String| {
                let listed = permitted.get(stable_name(import));
                is_computation(global) || listed.is_some_and(|listed| listed.contains(global))
            };
            for global in reached.iter().filter(|global| !may(global)) {
                let what = format!(
                    "the function behind the import `{}` reaches `{global}`",
                    stable_name(import)
                );
                let advice = "Take the glue of the package as it is: what the engine may reach is computation alone.";
                findings.push(Finding::new("imports.reaches-out", what, advice).file(&script.path));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::Known;

    #[test]
    fn listed_body_permits_what_it_reaches_to_its_import_alone() {
        let known = Known::own().unwrap();
        let permitted = permitted(&known.imports);
        let may = |import: &str| permitted.get(import).is_some_and(|reached| reached.contains("crypto"));
        assert!(may("__wbg_getRandomValues"));
        assert_eq!(permitted.keys().filter(|import| may(import)).count(), 1);
    }
}

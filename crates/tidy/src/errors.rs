//! Every error code has an address in the documents, and no address outlives its code.

use crate::tree::Tree;

/// The page with cause and remedy of every code.
const PAGE: &str = "docs/errors.md";
/// The page with the codes of the GA4 linter.
const LINTER_PAGE: &str = "docs/ga4.md";

/// Where one family of codes is declared, and how its documents name them.
struct Family {
    /// The declaration is in a file below this folder.
    folder: &'static str,
    /// A declaration starts with the line that contains this.
    start: &'static str,
    /// How codes are written in a declaration.
    syntax: Syntax,
    /// Prefix of the anchors in [`PAGE`]; codes without anchors are in [`LINTER_PAGE`].
    prefix: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    /// A union of TypeScript literals, to its semicolon.
    Union,
    /// The string literals of a Rust function, to its closing brace.
    Literals,
    /// The variants of a Rust enum, in kebab case.
    Variants,
}

const FAMILIES: &[Family] = &[
    family(
        "crates/web/js/src/",
        "export type ErrorCode =",
        Syntax::Union,
        "status-",
    ),
    family("crates/sync/src/", "const fn code(self)", Syntax::Literals, "release-"),
    family(
        "edge-worker/handler/src/model",
        "const fn name(self)",
        Syntax::Literals,
        "edge-",
    ),
    family(
        "crates/core/src/policy/",
        "pub enum SourceError {",
        Syntax::Variants,
        "policy-",
    ),
    family(
        "crates/core/src/policy/",
        "pub enum Warning {",
        Syntax::Variants,
        "policy-",
    ),
    family(
        "crates/core/src/policy/",
        "pub enum RuleError {",
        Syntax::Variants,
        "policy-",
    ),
    family(
        "crates/core/src/policy/",
        "pub enum RuleWarning {",
        Syntax::Variants,
        "policy-",
    ),
    family(
        "crates/core/src/policy/",
        "pub enum FactProblem {",
        Syntax::Variants,
        "policy-",
    ),
    family(
        "crates/core/src/policy/",
        "pub enum ExperimentProblem {",
        Syntax::Variants,
        "policy-",
    ),
    family(
        "crates/core/src/policy/",
        "pub enum ContentProblem {",
        Syntax::Variants,
        "policy-",
    ),
    family(
        "crates/core/src/policy/",
        "pub enum ExpressionProblem {",
        Syntax::Variants,
        "policy-",
    ),
    family(
        "crates/core/src/snapshot/",
        "pub enum SnapshotError {",
        Syntax::Variants,
        "snapshot-",
    ),
    Family {
        folder: "crates/web/js/src/auto/",
        start: "export type FindingCode =",
        syntax: Syntax::Union,
        prefix: None,
    },
];

const fn family(folder: &'static str, start: &'static str, syntax: Syntax, prefix: &'static str) -> Family {
    Family {
        folder,
        start,
        syntax,
        prefix: Some(prefix),
    }
}

/// Codes without an address, addresses without a code, and declarations that are no longer where they were.
pub fn documented(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    let mut known = Vec::new();
    for family in FAMILIES {
        let codes = declared(tree, family);
        if codes.is_empty() {
            found.push(format!(
                "{}: nothing declares `{}`: say in crates/tidy/src/errors.rs where these codes are now",
                family.folder, family.start
            ));
        }
        let page = if family.prefix.is_some() { PAGE } else { LINTER_PAGE };
        let text = tree.text(page).unwrap_or_default();
        let addresses = codes.iter().map(|code| address(family, code));
        let (there, missing): (Vec<_>, Vec<_>) = addresses.partition(|address| text.contains(address.as_str()));
        found.extend(
            missing.iter().map(|address| {
                format!("{page}: `{address}` is missing: document the error code, with cause and remedy")
            }),
        );
        known.extend(there);
    }
    found.extend(stale(tree.text(PAGE).unwrap_or_default(), &known));
    found
}

fn address(family: &Family, code: &str) -> String {
    match family.prefix {
        Some(prefix) => format!("id=\"{prefix}{code}\""),
        None => format!("`{code}`"),
    }
}

/// Anchors of the page that belong to a family and to none of its codes. Statuses and exit codes are numbers.
fn stale(page: &str, known: &[String]) -> Vec<String> {
    let anchors = page.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let gone = anchors.filter(|anchor| {
        let (family, code) = anchor.split_once('-').unwrap_or((anchor, ""));
        let is_number = family == "exit" || code.starts_with(|c: char| c.is_ascii_digit());
        !is_number && !known.contains(&format!("id=\"{anchor}\""))
    });
    gone.map(|anchor| format!("{PAGE}: no code has the address `{anchor}` any more: remove it"))
        .collect()
}

fn declared(tree: &Tree, family: &Family) -> Vec<String> {
    let files = tree.files().filter(|(path, _)| path.starts_with(family.folder));
    files
        .flat_map(|(_, text)| text.match_indices(family.start).map(|(at, _)| &text[at..]))
        .flat_map(|text| codes(text, family.syntax))
        .collect()
}

fn codes(text: &str, syntax: Syntax) -> Vec<String> {
    match syntax {
        Syntax::Union => {
            let code: Vec<_> = text
                .lines()
                .map(|line| line.split("//").next().unwrap_or(line))
                .collect();
            literals(code.join("\n").split(';').next().unwrap_or_default())
        }
        Syntax::Literals => literals(text.split("\n    }\n").next().unwrap_or_default()),
        Syntax::Variants => {
            let body = text.split("\n}\n").next().unwrap_or_default();
            body.lines().filter_map(variant).map(kebab).collect()
        }
    }
}

fn literals(text: &str) -> Vec<String> {
    text.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The name of a variant that this line declares: four spaces deep and with a capital.
fn variant(line: &str) -> Option<&str> {
    let name = line.strip_prefix("    ")?.split([',', '(', ' ']).next()?;
    name.starts_with(|c: char| c.is_ascii_uppercase()).then_some(name)
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(c.to_ascii_lowercase());
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_from_unions_functions_and_enums() {
        let union = "export type ErrorCode =\n    | \"a\" // why; \"not\" this\n    | \"b_c\"; // end\n\"d\"";
        assert_eq!(codes(union, Syntax::Union), ["a", "b_c"]);
        let function = "const fn code(self) -> X {\n        match self { A => \"a-b\" }\n    }\n    \"c\"";
        assert_eq!(codes(function, Syntax::Literals), ["a-b"]);
        let variants = "pub enum E {\n    /// One.\n    NotOne,\n    Two(u8),\n    Three {\n        Four: u8,\n    },\n}\n    Five";
        assert_eq!(codes(variants, Syntax::Variants), ["not-one", "two", "three"]);
    }

    #[test]
    fn code_without_an_anchor_is_found() {
        let source = ("crates/web/js/src/types.ts", "export type ErrorCode = \"new_code\";");
        let found = documented(&Tree::of(&[source, (PAGE, "")]));
        assert!(
            found.iter().any(|text| text.contains("id=\"status-new_code\"")),
            "{found:?}"
        );
        let page = (PAGE, "<a id=\"status-new_code\"></a>`new_code`");
        let found = documented(&Tree::of(&[source, page]));
        assert!(!found.iter().any(|text| text.contains("new_code")), "{found:?}");
    }

    #[test]
    fn anchor_without_a_code_is_found() {
        let found = stale(
            "<a id=\"status-old\"></a> <a id=\"edge-404\"></a> <a id=\"exit-1\"></a>",
            &[],
        );
        assert!(found.len() == 1 && found[0].contains("status-old"), "{found:?}");
    }

    #[test]
    fn declaration_that_moved_is_found() {
        let found = documented(&Tree::of(&[]));
        assert_eq!(
            found.iter().filter(|text| text.contains("nothing declares")).count(),
            FAMILIES.len()
        );
    }
}

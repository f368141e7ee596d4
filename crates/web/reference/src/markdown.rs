//! Renders declarations as a Markdown page.

use std::fmt::Write as _;

use super::declaration::{Declaration, Member, Shape};

/// The types listed first, because readers look for them: the handle, then its options.
const FIRST: [&str; 2] = ["Shelfwise", "Options"];
const HEAD: &str = "\
# API of the package `shelfwise`

Made from `types.ts` and `contract.ts` in `crates/web/js/src` by `cargo xtask reference`; what is changed here by hand is refused by
`cargo xtask tidy`.

```ts
import { createShelfwise } from \"shelfwise\";

const shelf: Shelfwise = await createShelfwise(options);
```

It never rejects, and no method throws: what fails ends in the shop's own order, with the reason in `status.error`.
";

/// Renders the page.
pub fn render(all: &[Declaration]) -> String {
    let first = FIRST.iter().filter_map(|name| all.iter().find(|one| one.name == *name));
    let rest = all.iter().filter(|one| !FIRST.contains(&one.name.as_str()));
    let mut page = HEAD.to_owned();
    for one in first.chain(rest) {
        // Writing to a string does not fail.
        let _ = write!(page, "\n## {}\n", one.name);
        if !one.about.is_empty() {
            let _ = write!(page, "\n{}\n", one.about);
        }
        let _ = write!(page, "\n{}", shape(&one.shape));
    }
    page
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Interface(members) => table("member", members.iter().map(row)),
        Shape::Words(words) if words.iter().any(|(_, about)| !about.is_empty()) => table(
            "value",
            words.iter().map(|(word, about)| (format!("\"{word}\""), about.clone())),
        ),
        Shape::Words(words) => {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("`\"{word}\"`")).collect();
            format!("{}\n", words.join(", "))
        }
        Shape::Other(code) => format!("```ts\n{code}\n```\n"),
    }
}

fn row(member: &Member) -> (String, String) {
    (member.signature.clone(), member.about.clone())
}

fn table(title: &str, rows: impl Iterator<Item = (String, String)>) -> String {
    let mut text = format!("| {title} | |\n| --- | --- |\n");
    for (code, about) in rows {
        let _ = writeln!(text, "| `{}` | {} |", cell(&code), cell(&about));
    }
    text
}

/// Escapes bars, which would end the cell even within code.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use crate::page;

    #[test]
    fn bar_in_a_type_is_escaped() {
        let page = page(
            "/** F. */\n/** A. */\nexport interface A {\n    /** Off or on. */\n    x: 1 | 2;\n}\n",
            "",
        )
        .unwrap();
        assert!(page.contains("## A\n\nA.\n\n| member | |"), "{page}");
        assert!(page.contains("| `x: 1 \\| 2` | Off or on. |"), "{page}");
    }

    #[test]
    fn page_begins_with_the_handle() {
        let page = page(
            "/** F. */\nexport type A = number;\nexport interface Shelfwise {\n    a: A;\n}\n",
            "",
        )
        .unwrap();
        assert!(page.find("## Shelfwise") < page.find("## A\n"), "{page}");
    }
}

//! Links to a section of a document lead to a heading or an anchor that is there.

use std::collections::BTreeSet;

use crate::documents::relative_links;
use crate::tree::Tree;

/// Fragments of links between Markdown files that nothing in the target has.
pub fn resolve(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree.ending(&["md"]) {
        for (at, target) in relative_links(text) {
            let Some((file, fragment)) = target.split_once('#') else {
                continue;
            };
            let file = if file.is_empty() {
                path.to_owned()
            } else {
                joined(path, file)
            };
            let page = tree.text(&file).filter(|_| file.ends_with(".md"));
            if page.is_some_and(|page| !anchors(page).contains(fragment)) {
                found.push(format!("{path}:{at}: {file} has no section or anchor `{fragment}`"));
            }
        }
    }
    found
}

/// The path of `link` from the root, as the file `from` writes it.
fn joined(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// What links can lead to: headings as GitHub names them, and `id` attributes.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut code = false;
    let mut anchors = BTreeSet::new();
    for line in page.lines() {
        code ^= line.trim_start().starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !code) {
            anchors.insert(slug(heading.trim_start_matches('#').trim()));
        }
        let ids = line.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next());
        anchors.extend(ids.map(str::to_owned));
    }
    anchors
}

/// Lower case, without punctuation, hyphens for spaces:
/// <https://github.com/gjtorikian/html-pipeline/blob/v2.14.3/lib/html/pipeline/toc_filter.rb>.
fn slug(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c })
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragment_without_a_section_is_found_with_its_line() {
        let page = "# Page\n## Package: `status.error`\n<a id=\"exit-1\"></a>\n```\n# no heading\n```\n";
        let links = "[a](page.md#package-statuserror) [b](page.md#exit-1)\n[c](page.md#no-heading) [d](#own)\n## Own";
        let found = resolve(&Tree::of(&[("docs/page.md", page), ("docs/links.md", links)]));
        assert_eq!(
            found,
            ["docs/links.md:2: docs/page.md has no section or anchor `no-heading`"]
        );
    }

    #[test]
    fn joined_path_leaves_the_folder_of_the_document() {
        assert_eq!(
            joined("www/examples/README.md", "../../docs/headers.md"),
            "docs/headers.md"
        );
        assert_eq!(joined("README.md", "./docs/a.md"), "docs/a.md");
    }
}

//! The page's own files.

/// Returns a file of the page by its name.
pub fn get(name: &str) -> Option<&'static [u8]> {
    let text = match name {
        "" => include_str!("page/index.html"),
        "page.css" => include_str!("page/page.css"),
        "catalog.js" => include_str!("page/catalog.js"),
        "main.js" => include_str!("page/main.js"),
        "engine.js" => include_str!("page/engine.js"),
        "compare.js" => include_str!("page/compare.js"),
        "shelf.js" => include_str!("page/shelf.js"),
        "visit.js" => include_str!("page/visit.js"),
        "rules.js" => include_str!("page/rules.js"),
        "dom.js" => include_str!("page/dom.js"),
        _ => return None,
    };
    Some(text.as_bytes())
}

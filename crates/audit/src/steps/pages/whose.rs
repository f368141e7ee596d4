//! Whose request it is: by the script that asked.

use std::collections::BTreeMap;

use crate::observed::{Request, Visit};
use crate::shipped::Shipped;

/// Scripts of Shelfwise, as a page asks for them.
pub struct Scripts {
    /// By path: whether code of the shop is in it too.
    paths: BTreeMap<String, Content>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Shelfwise,
    Mixed,
}

impl Scripts {
    pub fn of(shipped: &Shipped) -> Self {
        let content = |is_mixed| if is_mixed { Content::Mixed } else { Content::Shelfwise };
        let scripts = shipped.scripts.iter();
        Self {
            paths: scripts
                .map(|script| (script.path.clone(), content(script.is_mixed())))
                .collect(),
        }
    }

    /// Whether a script of Shelfwise asked, which holds no code of the shop.
    pub fn asked_for(&self, request: &Request, visit: &Visit) -> bool {
        self.asker(request, visit) == Some(Content::Shelfwise)
    }

    /// Whether Shelfwise and the shop share the script that asked.
    pub fn is_mixed(&self, request: &Request, visit: &Visit) -> bool {
        self.asker(request, visit) == Some(Content::Mixed)
    }

    /// Whether the request is for a script of Shelfwise.
    pub fn is_one(&self, request: &Request, visit: &Visit) -> bool {
        self.content(&request.url, visit).is_some()
    }

    /// The innermost call is whose request it is: further out are those who called it.
    fn asker(&self, request: &Request, visit: &Visit) -> Option<Content> {
        let initiator = request
            .initiator
            .as_ref()
            .filter(|initiator| initiator.kind != "parser")?;
        self.content(initiator.stack.first()?, visit)
    }

    fn content(&self, url: &str, visit: &Visit) -> Option<Content> {
        self.paths.get(&path(url, &visit.recording.origin)?).copied()
    }
}

/// The file of a URL of the audited origin, as it is named in the folder.
pub fn path(url: &str, origin: &str) -> Option<String> {
    let rest = url.strip_prefix(origin)?.strip_prefix('/')?;
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    Some(decoded(path))
}

/// Percent signs resolved; what is no UTF-8 then stays as it was.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .filter(|_| first == b'%');
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() {
            after.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_of_a_url_is_that_of_the_origin_alone() {
        let origin = "http://shop.example";
        assert_eq!(
            path("http://shop.example/a%20b/c.js?v=1#x", origin).as_deref(),
            Some("a b/c.js")
        );
        assert_eq!(path("http://shop.example/%zz", origin).as_deref(), Some("%zz"));
        for other in ["http://shop.example.evil/c.js", "https://shop.example/c.js", "c.js"] {
            assert_eq!(path(other, origin), None, "{other}");
        }
    }
}

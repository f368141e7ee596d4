//! What is audited: a folder, or the pages of an origin.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use shelfwise_audit::shipped::Files;
use shelfwise_witness::Subject;

use super::folder;

/// A folder, as the shop's server serves it, or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Folder(PathBuf),
    Url(String),
}

/// Names of a folder's start page, the usual ones first.
const START: &[&str] = &["index.html", "index.htm"];

impl Place {
    /// Of the argument on the command line.
    pub fn of(text: &str) -> Self {
        if text.starts_with("http://") || text.starts_with("https://") {
            Self::Url(text.to_owned())
        } else {
            Self::Folder(PathBuf::from(text))
        }
    }

    /// What the sink serves, or passes on to.
    pub fn subject(&self) -> Result<Subject> {
        match self {
            Self::Folder(folder) => Ok(Subject::Folder(folder.clone())),
            Self::Url(url) => Subject::origin_of(url).context("give a folder, or the address of a page"),
        }
    }

    /// The path of the page that is opened first; none if a folder has no page.
    pub fn start(&self, files: &Files) -> Option<String> {
        match self {
            Self::Url(url) => {
                let (_, rest) = url.split_once("://")?;
                Some(rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/").to_owned())
            }
            Self::Folder(_) => {
                if START.iter().any(|name| files.contains_key(*name)) {
                    return Some("/".to_owned());
                }
                // The page that lies highest, and the first of those.
                let pages = files
                    .keys()
                    .filter(|path| path.ends_with(".html") || path.ends_with(".htm"));
                let first = pages.min_by_key(|path| (path.matches('/').count(), path.as_str()))?;
                Some(format!("/{first}"))
            }
        }
    }

    /// Files of a folder; none of an origin, which is not asked before its pages are opened.
    pub fn files(&self) -> Result<Files> {
        match self {
            Self::Folder(folder) => folder::read(folder),
            Self::Url(_) => Ok(Files::new()),
        }
    }

    /// Refuses what needs a folder.
    pub fn require_folder(&self) -> Result<()> {
        if let Self::Url(url) = self {
            bail!(
                "{url}: --static looks at files: give their folder, or leave --static out to open the pages in a browser"
            );
        }
        Ok(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(f),
            Self::Url(url) => f.write_str(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Files {
        names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect()
    }

    #[test]
    fn start_page_is_the_index_or_the_highest_page() {
        let folder = Place::of("dist");
        assert_eq!(folder.start(&files(&["index.html", "a.html"])).as_deref(), Some("/"));
        assert_eq!(
            folder.start(&files(&["x/index.html", "z.html", "b.html"])).as_deref(),
            Some("/b.html")
        );
        assert_eq!(folder.start(&files(&["index.js"])), None);
    }

    #[test]
    fn start_page_of_an_address_is_its_own() {
        assert_eq!(
            Place::of("https://shop.example").start(&Files::new()).as_deref(),
            Some("/")
        );
        assert_eq!(
            Place::of("https://shop.example/de/?a#b")
                .start(&Files::new())
                .as_deref(),
            Some("/de/?a#b")
        );
    }
}

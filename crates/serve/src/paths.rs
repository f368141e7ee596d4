//! Maps the path of a request to a file in the folder, and to nothing outside of it.

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

/// Result of looking up a path.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A file.
    File(PathBuf),
    /// A folder requested without a trailing slash: its name with one.
    Folder(String),
    /// Nothing that may be served.
    Nothing,
}

/// Looks up the path below `root`, which must be canonical. A folder resolves to its `index.html`.
///
/// Names that begin with a dot and symbolic links that leave the folder are not found.
pub fn find(root: &Path, path: &str) -> Found {
    let Some(inside) = inside(path) else {
        return Found::Nothing;
    };
    let Ok(mut found) = root.join(&inside).canonicalize() else {
        return Found::Nothing;
    };
    if !found.starts_with(root) {
        return Found::Nothing;
    }
    if found.is_dir() {
        if let Some(name) = inside.file_name().filter(|_| !path.ends_with('/')) {
            // The header's writer percent-encodes it: folder names may contain anything.
            return Found::Folder(format!("{}/", name.to_string_lossy()));
        }
        match found.join("index.html").canonicalize() {
            Ok(index) => found = index,
            Err(_) => return Found::Nothing,
        }
    } else if path.ends_with('/') {
        return Found::Nothing;
    }
    if found.starts_with(root) && found.is_file() {
        Found::File(found)
    } else {
        Found::Nothing
    }
}

/// Returns the relative path, if every name in it may be requested.
fn inside(path: &str) -> Option<PathBuf> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let mut names = path.split('/').filter(|name| !name.is_empty());
    let refused = |name: &str| name.starts_with('.') || name.contains(['\\', ':', '\0']);
    names.try_fold(PathBuf::new(), |inside, name| {
        (!refused(name)).then(|| inside.join(name))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn path_outside_of_the_folder_or_hidden_is_not_found() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("public").canonicalize();
        assert!(root.is_err());
        fs::create_dir_all(folder.path().join("public/deep")).unwrap();
        let root = folder.path().join("public").canonicalize().unwrap();
        fs::write(folder.path().join("secret"), "s").unwrap();
        fs::write(root.join(".hidden"), "s").unwrap();
        fs::write(root.join("deep/model.swm"), "m").unwrap();
        for path in [
            "/../secret",
            "/%2e%2e/secret",
            "/deep/..%2f..%2fsecret",
            "/..\\secret",
            "/.hidden",
            "/%2ehidden",
            "/deep/",
            "/deep/model.swm/",
            "/%ff",
            "/a%00b",
        ] {
            assert_eq!(find(&root, path), Found::Nothing, "{path}");
        }
        assert_eq!(
            find(&root, "/deep//model.swm"),
            Found::File(root.join("deep/model.swm"))
        );
        assert_eq!(find(&root, "/deep"), Found::Folder("deep/".into()));
    }

    #[cfg(unix)]
    #[test]
    fn link_is_followed_inside_the_folder_only() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("public");
        fs::create_dir(&root).unwrap();
        let root = root.canonicalize().unwrap();
        fs::write(folder.path().join("secret"), "s").unwrap();
        fs::write(root.join("model-1.swm"), "m").unwrap();
        std::os::unix::fs::symlink("../secret", root.join("out")).unwrap();
        std::os::unix::fs::symlink("..", root.join("up")).unwrap();
        std::os::unix::fs::symlink("model-1.swm", root.join("model.swm")).unwrap();
        for path in ["/out", "/up", "/up/", "/up/secret"] {
            assert_eq!(find(&root, path), Found::Nothing, "{path}");
        }
        assert_eq!(find(&root, "/model.swm"), Found::File(root.join("model-1.swm")));
    }
}

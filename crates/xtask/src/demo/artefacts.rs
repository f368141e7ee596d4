//! What the shop's pages are told of model, rules and engine: where they are, and which bytes they have.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// The module that says it, in the folder that is served.
const MODULE: &str = "model/artefacts.js";
/// Its exports, each with the file that it names.
const NAMED: [(&str, &str); 3] = [
    ("snapshot", "model/model.swm"),
    ("policy", "model/policy.swp"),
    ("engine", "shelfwise/dist/shelfwise_bg.wasm"),
];

/// Writes the module into the folder that is served.
pub fn write(site: &Path) -> Result<()> {
    let mut module = String::from("/** Files with the hashes of their bytes. Written when the shop was built. */\n");
    for (name, file) in NAMED {
        let path = site.join(file);
        let bytes = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        let integrity = integrity(&bytes);
        module += &format!("export const {name} = {{ url: \"/{file}\", integrity: \"{integrity}\" }};\n");
    }
    let path = site.join(MODULE);
    fs::write(&path, module).with_context(|| format!("could not write {}", path.display()))
}

/// The hash in the words of Subresource Integrity.
fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", base64(&Sha256::digest(bytes)))
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |bits: u32| {
        LETTERS
            .get(bits as usize & 63)
            .map_or('=', |letter| char::from(*letter))
    };
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let letters = [18, 12, 6, 0].map(|shift| letter(bits >> shift));
        text.extend(letters.iter().take(chunk.len() + 1));
        text.extend(std::iter::repeat_n('=', 3 - chunk.len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn the_module_names_every_file_with_its_hash() {
        let site = tempfile::tempdir().unwrap();
        for (file, text) in NAMED.map(|(_, file)| file).into_iter().zip(["", "abc", ""]) {
            let path = site.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        write(site.path()).unwrap();
        let module = fs::read_to_string(site.path().join(MODULE)).unwrap();
        let empty = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(module.matches(empty).count(), 2);
        assert!(module.contains(
            "policy = { url: \"/model/policy.swp\", integrity: \"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\""
        ));
    }
}

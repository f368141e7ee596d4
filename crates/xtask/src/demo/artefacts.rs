//! What the shop's pages are told of model and rules: where they are, and which bytes they have.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// The module that says it, beside the files.
const MODULE: &str = "artefacts.js";
/// Its exports, each with the file that it names.
const NAMED: [(&str, &str); 2] = [("snapshot", "model.swm"), ("policy", "policy.swp")];

/// Writes the module into a folder that is served under `address`.
pub fn write(folder: &Path, address: &str) -> Result<()> {
    let mut module =
        String::from("/** Model and rules, with the hashes of their bytes. Written when the model was trained. */\n");
    for (name, file) in NAMED {
        let path = folder.join(file);
        let bytes = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        let integrity = integrity(&bytes);
        module += &format!("export const {name} = {{ url: \"{address}/{file}\", integrity: \"{integrity}\" }};\n");
    }
    let path = folder.join(MODULE);
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
    fn the_module_names_both_files_with_their_hashes() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("model.swm"), "").unwrap();
        fs::write(folder.path().join("policy.swp"), "abc").unwrap();
        write(folder.path(), "/model").unwrap();
        let module = fs::read_to_string(folder.path().join(MODULE)).unwrap();
        assert!(module.contains(
            "snapshot = { url: \"/model/model.swm\", integrity: \"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\""
        ));
        assert!(module.contains("integrity: \"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\""));
    }
}

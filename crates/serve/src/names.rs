//! File names with a meaning: the worker's script, and files named by their content's hash.

/// Content-Security-Policy of the worker's script: it may compile WebAssembly, nothing else; as in `docs/headers.md`.
pub const WORKER_POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'";

/// Hash digits that a name must contain for the file to be served as immutable.
const HASH_DIGITS: usize = 16;

/// Returns whether the name is that of the worker's script: `worker.js`, `worker-HASH.js` or `worker.HASH.js`.
pub fn is_worker(name: &str) -> bool {
    let Some(middle) = name.strip_prefix("worker").and_then(|rest| rest.strip_suffix(".js")) else {
        return false;
    };
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    middle.is_empty() || middle.strip_prefix(['.', '-']).is_some_and(is_word)
}

/// Returns whether the name contains at least 16 leading digits of the content's own SHA-256, so that other content
/// would have another name.
pub fn is_named_by_hash(name: &str, sha256: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_ascii_hexdigit());
    words.any(|word| word.len() >= HASH_DIGITS && sha256.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worker_is_recognized_by_the_names_of_bundlers() {
        for name in ["worker.js", "worker-D4f_9.js", "worker.0a1b.js"] {
            assert!(is_worker(name), "{name}");
        }
        for name in [
            "worker.js.map",
            "coworker.js",
            "workers.js",
            "worker-.js",
            "worker.mjs",
            "service-worker.js",
        ] {
            assert!(!is_worker(name), "{name}");
        }
    }

    #[test]
    fn name_with_another_hash_is_not_immutable() {
        let hash = "0123456789abcdef0123456789abcdef";
        assert!(is_named_by_hash("model-0123456789abcdef0123.swm", hash));
        assert!(
            !is_named_by_hash("model-0123456789abcdee0123.swm", hash),
            "another content's"
        );
        assert!(
            !is_named_by_hash("model-01234567.swm", hash),
            "too short to be no accident"
        );
        assert!(!is_named_by_hash("release", hash));
    }
}

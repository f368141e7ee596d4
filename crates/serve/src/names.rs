//! What a file's name says: which one is the worker, and which one never changes.

/// What the worker's script may do: compile, and nothing else. As docs/headers.md has it.
pub const WORKER_POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'";

/// Digits of its own hash that a name must carry before it is believed that its content never changes.
const HASH_DIGITS: usize = 16;

/// `worker.js`, `worker-HASH.js` and `worker.HASH.js`.
pub fn is_worker(name: &str) -> bool {
    let Some(middle) = name.strip_prefix("worker").and_then(|rest| rest.strip_suffix(".js")) else {
        return false;
    };
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    middle.is_empty() || middle.strip_prefix(['.', '-']).is_some_and(is_word)
}

/// Whether the name carries at least 16 leading digits of the content's own SHA-256, so that another content would
/// have another name.
pub fn is_named_by_hash(name: &str, sha256: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_ascii_hexdigit());
    words.any(|word| word.len() >= HASH_DIGITS && sha256.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_is_known_by_the_names_that_bundlers_give_it() {
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
    fn only_a_name_with_the_right_hash_is_believed() {
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

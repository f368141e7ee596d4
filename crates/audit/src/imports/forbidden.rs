//! What no entry of a list may permit: access to network, storage, page or global object, directly or through others.

use super::script::{Kind, Token};

/// Words that must not stand in the glue's code, each group with what it would open.
const WORDS: &[(&str, &[&str])] = &[
    (
        "the global object",
        &[
            "globalThis",
            "self",
            "window",
            "global",
            "frames",
            "top",
            "parent",
            "opener",
            "process",
        ],
    ),
    (
        "any object by name",
        &[
            "Reflect",
            "Proxy",
            "eval",
            "Function",
            "import",
            "require",
            "importScripts",
        ],
    ),
    (
        "the network",
        &[
            "fetch",
            "XMLHttpRequest",
            "WebSocket",
            "EventSource",
            "WebTransport",
            "RTCPeerConnection",
        ],
    ),
    (
        "the network",
        &[
            "navigator",
            "sendBeacon",
            "Request",
            "Image",
            "location",
            "history",
            "open",
        ],
    ),
    (
        "storage",
        &[
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "caches",
            "cookieStore",
            "cookie",
        ],
    ),
    (
        "the page",
        &["document", "customElements", "addEventListener", "dispatchEvent"],
    ),
    (
        "messages",
        &[
            "postMessage",
            "BroadcastChannel",
            "MessageChannel",
            "Worker",
            "SharedWorker",
            "serviceWorker",
        ],
    ),
    (
        "code at another time",
        &["setTimeout", "setInterval", "queueMicrotask", "requestAnimationFrame"],
    ),
];

/// Pieces of an import's own name that give it away even before its body is read.
const NAME_PIECES: &[&str] = &[
    "global",
    "window",
    "self",
    "reflect",
    "fetch",
    "document",
    "storage",
    "navigator",
    "eval",
    "accessor",
];

/// Ways to call what the module hands over.
const CALLERS: &[&str] = &["call", "apply", "bind", "construct"];

/// What is wrong with an import's name, in words.
pub fn in_name(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let piece = lower
        .split('_')
        .find_map(|piece| NAME_PIECES.iter().find(|bad| **bad == piece))?;
    Some(format!("its name says `{piece}`"))
}

/// What is wrong with code, in words: one sentence for each finding.
pub fn in_code(code: &[Token]) -> Vec<String> {
    let words = code
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .filter_map(|token| opened_by(&token.text));
    words.chain(calls_of_arguments(code)).collect()
}

fn opened_by(word: &str) -> Option<String> {
    let (what, _) = WORDS.iter().find(|(_, words)| words.contains(&word))?;
    Some(format!("`{word}` opens {what}"))
}

/// `arg0(…)`, `arg0.call(…)`, `new arg0(…)`: the module could call any function that it got hold of.
fn calls_of_arguments(code: &[Token]) -> impl Iterator<Item = String> {
    code.windows(4).filter_map(|window| {
        let [argument, dot, method, _] = window else {
            return None;
        };
        if !is_argument(argument) {
            return None;
        }
        let direct = dot.text == "(";
        let through = dot.text == "." && CALLERS.contains(&method.text.as_str());
        (direct || through).then(|| format!("`{}` is called, whatever function it is", argument.text))
    })
}

fn is_argument(token: &Token) -> bool {
    let number = token.text.strip_prefix("arg");
    number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::script;
    use super::*;

    fn findings(code: &str) -> Vec<String> {
        in_code(&script::tokens(code).unwrap())
    }

    #[test]
    fn every_road_out_is_found() {
        for code in [
            "function() { const ret = typeof globalThis === 'undefined' ? null : globalThis; return ret; }",
            "function() { const ret = typeof self === 'undefined' ? null : self; return ret; }",
            "function() { const ret = window; return ret; }",
            "function() { const ret = global; return ret; }",
            "function() { return handleError(function (arg0, arg1) { return Reflect.get(arg0, arg1); }, arguments); }",
            "function(arg0, arg1) { const ret = arg0.call(arg1); return ret; }",
            "function(arg0, arg1) { const ret = new Function(getStringFromWasm0(arg0, arg1)); return ret; }",
            "function(arg0, arg1) { const ret = eval(getStringFromWasm0(arg0, arg1)); return ret; }",
            "function(arg0) { const ret = arg0(1, 2); return ret; }",
            "function(arg0) { const ret = new arg0(1); return ret; }",
            "function(arg0) { const ret = fetch(arg0); return ret; }",
            "function(arg0) { const ret = arg0.localStorage; return ret; }",
            "function(arg0) { arg0.postMessage(1); }",
            "function() { const ret = document; return ret; }",
        ] {
            assert!(!findings(code).is_empty(), "{code}");
        }
    }

    #[test]
    fn reading_a_list_is_no_road_out() {
        assert_eq!(
            findings("function(arg0) { const ret = arg0.length; return ret; }"),
            Vec::<String>::new()
        );
        assert_eq!(
            findings("function(arg0) { throw new Error('fetch self'); }"),
            Vec::<String>::new()
        );
        assert_eq!(
            findings("Uint8Array.prototype.set.call(view(arg0, arg1), arg2);"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn names_give_themselves_away() {
        assert!(in_name("__wbg_static_accessor_GLOBAL_THIS_123").is_some());
        assert!(in_name("__wbg_fetch_123").is_some());
        assert!(in_name("__wbg_length_123").is_none());
    }
}

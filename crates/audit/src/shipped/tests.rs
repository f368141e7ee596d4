use super::*;

/// Whatever says this text is the package on the page.
const PAGE: &str = r#"const a = "the engine's answer is not of the agreed shape"; const n = () => navigator;
    n().globalPrivacyControl; n().doNotTrack;"#;

fn files(given: &[(&str, &str)]) -> Files {
    given
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect()
}

fn strangers_of(given: &[(&str, &str)]) -> Vec<String> {
    let shipped = Shipped::find(&files(given));
    let permitted = permitted().unwrap();
    let all = shipped.scripts.iter().flat_map(|script| strangers(script, &permitted));
    all.map(|stranger| stranger.what).collect()
}

#[test]
fn a_script_is_recognized_under_any_name_and_others_are_left_alone() {
    let shipped = Shipped::find(&files(&[
        ("assets/x1.js", PAGE),
        ("shop.js", "fetch('/cart')"),
        ("bad.js", "let let ("),
    ]));
    assert_eq!(shipped.scripts.len(), 1);
    assert_eq!(
        (
            shipped.scripts[0].path.as_str(),
            shipped.other_scripts,
            shipped.unreadable.len()
        ),
        ("assets/x1.js", 1, 1)
    );
}

#[test]
fn a_chunk_that_a_script_of_ours_imports_is_ours() {
    let page = format!("import './chunk.js';{PAGE}");
    assert_eq!(
        strangers_of(&[("a/page.js", &page), ("a/chunk.js", "navigator.sendBeacon('/x')")]),
        ["call navigator.sendBeacon(\"/x\")"]
    );
}

#[test]
fn a_listed_use_passes_and_one_more_than_listed_does_not() {
    assert_eq!(strangers_of(&[("p.js", PAGE)]), [""; 0]);
    let call = "fetch(u, {cache: c, credentials: 'same-origin', referrerPolicy: 'no-referrer', signal: s});";
    let once = format!("const u = 0, c = 0, s = 0; {call} {PAGE}");
    assert_eq!(strangers_of(&[("p.js", &once)]), [""; 0]);
    let twice = format!("const u = 0, c = 0, s = 0; {call} {call} {PAGE}");
    assert_eq!(strangers_of(&[("p.js", &twice)]).len(), 1);
}

#[test]
fn another_way_to_call_what_is_listed_is_a_stranger() {
    let page = format!("fetch('/p', {{ method: 'POST', body: 1 }}); {PAGE}");
    assert_eq!(
        strangers_of(&[("p.js", &page)]),
        ["call fetch(\"/p\", {body: _, method: \"POST\"})"]
    );
}

/// As Vite's preload helper does it.
const HELPER: &str = "const load = (names, nonce) => names.map(name => {
    const own = new URL(name, import.meta.url); own.pathname; document.querySelector('meta[property=csp-nonce]');
    document.getElementsByTagName('link'); const link = document.createElement('link'); link.href = own.href;
    link.setAttribute('nonce', nonce); document.head.appendChild(link); });
    dispatchEvent(new Event('vite:preloadError'));";

#[test]
fn helper_of_vite_passes_in_a_chunk_of_ours_and_one_use_more_does_not() {
    let chunk = format!("{HELPER}{PAGE}");
    assert_eq!(strangers_of(&[("p.js", &chunk)]), [""; 0]);
    let more = format!("{chunk} const a2 = document.createElement('a'); document.head.appendChild(a2);");
    assert_eq!(
        strangers_of(&[("p.js", &more)]),
        [
            "call document.createElement(\"a\")",
            "call document.head.appendChild(_)"
        ]
    );
    let imported = format!("import './vite.js';{PAGE}");
    assert_eq!(strangers_of(&[("p.js", &imported), ("vite.js", HELPER)]), [""; 0]);
    assert_eq!(Shipped::find(&files(&[("vite.js", HELPER)])).other_scripts, 1);
}

#[test]
fn a_manifest_is_recognized_by_its_schema() {
    let shipped = Shipped::find(&files(&[
        ("x.json", r#"{"schema":"shelfwise-dataflow/1"}"#),
        ("y.json", "{}"),
    ]));
    assert_eq!(shipped.manifests.len(), 1);
}

#[test]
fn every_entry_of_the_list_names_a_part() {
    for (part, what) in permitted().unwrap().keys() {
        assert!(Part::ALL.iter().any(|own| own.name() == part), "{part}: {what}");
    }
}

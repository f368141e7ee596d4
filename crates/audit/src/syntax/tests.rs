use super::*;

fn uses(text: &str) -> Vec<String> {
    Script::parse(text).unwrap().uses.into_keys().collect()
}

#[test]
fn a_global_is_found_under_every_name_that_a_script_gives_it() {
    for text in [
        "fetch(u)",
        "globalThis.fetch(u)",
        "window['fetch'](u)",
        "self['fe' + 'tch'](u)",
        "globalThis[`fe${'tch'}`](u)",
        "window[['fe', 'tch'].join('')](u)",
        "const f = fetch; f(u)",
        "const g = globalThis, h = g; h.fetch(u)",
        "const { fetch: f } = window; f(u)",
        "let f; f = fetch; f(u)",
        "(0, fetch)(u)",
        "(globalThis ?? window).fetch(u)",
        "window?.fetch?.(u)",
        "this.fetch(u)",
        "function f(g = window) { g.fetch(u) } f()",
    ] {
        assert!(
            uses(text).contains(&"call fetch(_)".to_owned()),
            "{text}: {:?}",
            uses(text)
        );
    }
}

#[test]
fn a_global_object_that_is_handed_on_escapes() {
    for text in [
        "f(globalThis)",
        "const a = [window]",
        "const f = () => self",
        "Reflect.get(globalThis, n)",
    ] {
        assert!(
            uses(text).contains(&"escape globalThis".to_owned()),
            "{text}: {:?}",
            uses(text)
        );
    }
    assert_eq!(uses("[navigator]"), ["escape navigator"]);
    assert_eq!(uses("typeof window !== 'undefined' && globalThis"), [""; 0]);
}

#[test]
fn a_name_computed_at_run_time_on_a_global_is_found() {
    assert_eq!(uses("window[name_](1)"), ["call [computed](_)", "use name_"]);
}

#[test]
fn a_telling_name_is_found_on_any_object() {
    assert_eq!(uses("function f(e) { e.view.fetch(1) }"), ["call .fetch(_)"]);
    assert_eq!(uses("function f(e) { e.src = 1 }"), ["write .src"]);
    assert_eq!(uses("function f(e) { e['coo' + 'kie'] = 1 }"), ["write .cookie"]);
    assert_eq!(uses("function f({ cookie }) { return cookie }"), ["use .cookie"]);
    assert_eq!(
        uses("[].constructor.constructor(1)()"),
        ["call .constructor(_)", "use .constructor"]
    );
}

#[test]
fn what_is_handed_over_is_written_as_far_as_it_is_constant() {
    assert!(uses("fetch(`${u}?${p}`, { body: b, ...c })").contains(&"call fetch(joined, {..., body: _})".to_owned()));
    assert_eq!(uses("setTimeout('x()', 1)"), ["call setTimeout(\"x()\", _)"]);
}

#[test]
fn computation_is_no_use() {
    assert_eq!(
        uses("JSON.parse(Math.max(1, 2)); new Map([[Object, 1]]); new URL('x', y_)"),
        ["use y_"]
    );
    assert_eq!(uses("Math.random()"), ["call Math.random()"]);
}

#[test]
fn imports_of_the_folder_are_followed_and_others_are_uses() {
    let script = Script::parse(
        "import './a.js'; export * from './b.js'; import('./c.js'); import('https://x/d.js'); import(e_)",
    )
    .unwrap();
    assert_eq!(script.imports, ["./a.js", "./b.js", "./c.js"]);
    let uses: Vec<_> = script.uses.keys().collect();
    assert_eq!(uses, ["import(\"https://x/d.js\")", "import(_)", "use e_"]);
}

#[test]
fn a_use_stands_with_line_and_column() {
    let script = Script::parse("let a;\n  fetch(a);").unwrap();
    assert_eq!(script.uses["call fetch(_)"], [Place { line: 2, column: 3 }]);
}

#[test]
fn globals_behind_the_glue_are_found_through_functions() {
    let text = "const a = () => navigator.sendBeacon('/x'); const o = { __wbg_now_1: function () { return a() } };";
    assert_eq!(Script::parse(text).unwrap().glue["__wbg_now_1"], ["navigator"]);
    for text in ["a(b)", "new a(b)", "a.call(b)"] {
        let text = format!("const o = {{ __wbg_call_1: function (a, b) {{ return {text} }} }}");
        assert_eq!(
            Script::parse(&text).unwrap().glue["__wbg_call_1"],
            ["(whatever function it is given)"]
        );
    }
}

#[test]
fn a_classic_script_is_parsed_too_and_what_is_no_script_is_refused() {
    assert!(Script::parse("with (a) b").is_ok());
    assert!(Script::parse("let let = (").is_err());
}

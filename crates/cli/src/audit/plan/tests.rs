use super::*;

const SCRIPT: &str = r##"
[[before]]
goto = "/login"
[[before]]
type_from = "SHOP_PASSWORD"
into = "#password"
[[before]]
press = "Enter"
[[before]]
wait = "#account"

[[shopper]]
name = "runner"
steps = [{ goto = "/shoes" }, { click = ".card >>> button" }, { wait = 500 }]
[[shopper]]
name = "cook"
steps = [{ goto = "/pans" }, { type = "wok", into = "#search" }]

[[last]]
goto = "/"
[[last]]
expect = "document.readyState === 'complete'"
"##;

fn error(text: &str) -> String {
    format!("{:#}", Plan::parse(text).unwrap_err())
}

#[test]
fn script_says_what_is_done_in_its_order() {
    let plan = Plan::parse(SCRIPT).unwrap();
    assert_eq!(plan.before.len(), 4);
    let password = Text::Variable("SHOP_PASSWORD".to_owned());
    assert_eq!(
        plan.before[1],
        Action::Type {
            into: "#password".to_owned(),
            text: password
        }
    );
    assert_eq!(plan.shoppers[0].steps[2], Action::Wait(500));
    assert_eq!(plan.shoppers[1].name, "cook");
    assert!(matches!(&plan.last[1], Action::Expect(_)));
}

#[test]
fn unknown_key_is_refused_with_its_line_and_the_known_ones() {
    let error = error(&SCRIPT.replace("press =", "pres ="));
    assert!(
        error.contains("line 8") && error.contains("`pres`") && error.contains("`press`"),
        "{error}"
    );
    assert!(self::error("[[last]]\ngoto = \"/\"\n[later]\n").contains("unknown field `later`"));
}

#[test]
fn step_that_does_nothing_or_two_things_is_refused_with_its_line() {
    let two = SCRIPT.replace("wait = \"#account\"", "wait = \"#account\"\nclick = \"a\"");
    assert!(
        error(&two).contains("line 9") && error(&two).contains("two things"),
        "{}",
        error(&two)
    );
    let untyped = SCRIPT.replace("into = \"#password\"\n", "");
    assert!(error(&untyped).contains("add into"), "{}", error(&untyped));
    for (find, replace, says) in [
        ("goto = \"/shoes\"", "goto = \"shoes\"", "begin the path with a slash"),
        ("wait = 500", "wait = 500000", "at most 60000 ms"),
        ("name = \"cook\"", "name = \"runner\"", "one name"),
        ("[[last]]\ngoto = \"/\"\n", "", "opens no page"),
    ] {
        let error = error(&SCRIPT.replace(find, replace));
        assert!(error.contains(says), "{error}");
    }
    assert!(error("").contains("two [[shopper]]"));
}

#[test]
fn shoppers_of_links_open_different_pages_and_end_on_the_same() {
    let plan = Plan::of_links("/", &["/a".into(), "/b".into(), "/c".into()]);
    let goto = |path: &str| Action::Goto(path.to_owned());
    assert_eq!(plan.shoppers[0].steps, [goto("/a"), goto("/c")]);
    assert_eq!(plan.shoppers[1].steps, [goto("/b")]);
    assert_eq!(plan.last, [goto("/")]);
    assert!(plan.has_pasts() && Plan::of_links("/", &["/a".into()]).has_pasts());
    assert!(!Plan::of_links("/", &[]).has_pasts());
}

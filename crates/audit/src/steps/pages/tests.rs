use super::*;
use crate::observed::{BrowserInfo, Initiator, Kept, Recording, Request, RequestKind};

const ORIGIN: &str = "http://shop.example";
/// Recognized as the package on the page.
const PAGE: &str = "const a = \"the engine's answer is not of the agreed shape\";";

fn files() -> Files {
    let files = [
        ("sw.js", PAGE),
        ("shop.js", "go()"),
        ("release", "x"),
        ("prices.json", "{}"),
    ];
    files
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into()
}

fn request(url: &str, by: &str) -> Request {
    let initiator = Initiator {
        kind: "script".to_owned(),
        stack: vec![format!("{ORIGIN}/{by}")],
    };
    Request {
        at_ms: 10,
        initiator: Some(initiator),
        ..Request::new(Witness::DevTools, RequestKind::Http, "GET", url)
    }
}

fn image(url: &str) -> Request {
    let initiator = Some(Initiator {
        kind: "parser".to_owned(),
        stack: Vec::new(),
    });
    Request {
        initiator,
        destination: Some("image".to_owned()),
        ..request(url, "")
    }
}

/// The page, with its own script of Shelfwise, and what else it asks for.
fn visit(shopper: &str, build: Build, requests: Vec<Request>) -> Visit {
    let parser = Initiator {
        kind: "parser".to_owned(),
        stack: vec![format!("{ORIGIN}/")],
    };
    let script = Request {
        initiator: Some(parser),
        ..request(&format!("{ORIGIN}/sw.js"), "")
    };
    Visit {
        shopper: shopper.to_owned(),
        build,
        from_ms: 1,
        last_from_ms: 5,
        pages: vec!["/".to_owned()],
        kept: Vec::new(),
        recording: Recording {
            browser: BrowserInfo {
                name: "chromium".to_owned(),
                version: String::new(),
            },
            origin: ORIGIN.to_owned(),
            requests: [vec![script], requests].concat(),
            ..Recording::default()
        },
    }
}

fn judged(visits: &[Visit]) -> Step {
    let manifest =
        serde_json::json!({ "storage": [{ "place": "sessionStorage", "key": "shelfwise", "most_characters": 9 }] });
    let files = files();
    step(visits, &Shipped::find(&files), &files, &manifest, &[])
}

/// Two shoppers, the first one twice, as the audit visits.
fn shoppers(first: &[Request], second: &[Request]) -> Vec<Visit> {
    let of = |name, requests: &[Request]| visit(name, Build::AsDeployed, requests.to_vec());
    vec![of("first", first), of("second", second), of("first", first)]
}

fn codes(step: &Step) -> Vec<&str> {
    step.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn shoppers_who_cause_the_same_pass() {
    let same = [
        request(&format!("{ORIGIN}/sw.js"), "sw.js"),
        request("http://cdn.example/x", "shop.js"),
    ];
    let step = judged(&shoppers(&same, &same));
    assert_eq!(step.outcome, Outcome::Passed, "{step:?}");
    assert!(
        step.tried[0].contains("3 visits opened 3 pages: 9 requests, 3 of them by Shelfwise"),
        "{:?}",
        step.tried
    );
}

#[test]
fn request_by_a_script_of_shelfwise_is_declared_or_found() {
    let post = Request {
        method: "POST".to_owned(),
        ..request(&format!("{ORIGIN}/sw.js"), "sw.js")
    };
    let body = Request {
        body: Some(vec![1]),
        ..request(&format!("{ORIGIN}/sw.js"), "sw.js")
    };
    let other = request(&format!("{ORIGIN}/prices.json"), "sw.js");
    let elsewhere = request("http://collector.example/sw.js", "sw.js");
    for (asked, says) in [
        (post, "method POST"),
        (body, "a body"),
        (other, "no file of"),
        (elsewhere, "another origin"),
    ] {
        let both = [asked.clone()];
        let step = judged(&shoppers(&both, &both));
        assert_eq!(codes(&step), ["pages.undeclared-request"], "{asked:?}");
        assert!(step.findings[0].message.contains(says), "{}", step.findings[0].message);
        // The same by a script of the shop's is none of ours.
        let initiator = request("", "shop.js").initiator;
        let both = [Request { initiator, ..asked }];
        assert_eq!(judged(&shoppers(&both, &both)).outcome, Outcome::Passed);
    }
}

#[test]
fn request_of_one_shopper_alone_is_found_and_chance_is_not() {
    let only = [request(&format!("{ORIGIN}/sw.js?visit=1"), "sw.js")];
    assert_eq!(codes(&judged(&shoppers(&only, &[]))), ["pages.depends-on-visit"]);
    let mut by_chance = shoppers(&only, &[]);
    by_chance[2].recording.requests.pop();
    assert_eq!(
        judged(&by_chance).outcome,
        Outcome::Passed,
        "the same shopper does not cause it twice"
    );
}

#[test]
fn images_of_one_shopper_alone_are_found_unless_they_are_the_shops_own() {
    let only = [image("http://img.example/a.png")];
    let without_control = judged(&shoppers(&only, &[]));
    assert_eq!(without_control.outcome, Outcome::NotProved, "{without_control:?}");
    let mut visits = shoppers(&only, &[]);
    let control = |name, requests: &[Request]| visit(name, Build::WithoutShelfwise, requests.to_vec());
    visits.extend([control("first", &[]), control("second", &[])]);
    assert_eq!(codes(&judged(&visits)), ["pages.rendering-depends-on-visit"]);
    let mut visits = shoppers(&only, &[]);
    visits.extend([control("first", &only), control("second", &[])]);
    assert_eq!(judged(&visits).outcome, Outcome::Passed);
}

#[test]
fn kept_keys_are_declared_or_found() {
    let kept = |place: &str, name: &str, characters| Kept {
        place: place.to_owned(),
        name: name.to_owned(),
        characters,
    };
    let with = |kept: Kept| {
        let mut visits = shoppers(&[], &[]);
        visits[0].kept = vec![kept];
        visits
    };
    assert_eq!(
        judged(&with(kept("sessionStorage", "shelfwise", 9))).outcome,
        Outcome::Passed
    );
    assert_eq!(judged(&with(kept("localStorage", "cart", 9))).outcome, Outcome::Passed);
    for kept in [
        kept("sessionStorage", "shelfwise", 10),
        kept("localStorage", "shelfwise", 1),
        kept("cookie", "Shelfwise-id", 1),
    ] {
        assert_eq!(codes(&judged(&with(kept))), ["pages.undeclared-key"]);
    }
    // A key under any name that is there with Shelfwise alone.
    let mut visits = with(kept("localStorage", "u", 1));
    visits.push(visit("first", Build::WithoutShelfwise, Vec::new()));
    assert_eq!(codes(&judged(&visits)), ["pages.undeclared-key"]);
}

#[test]
fn pages_without_shelfwise_or_without_visits_prove_nothing() {
    let mut visits = shoppers(&[], &[]);
    for visit in &mut visits {
        visit.recording.requests.clear();
    }
    assert_eq!(judged(&visits).outcome, Outcome::NotProved);
    let step = step(
        &[],
        &Shipped::default(),
        &Files::new(),
        &Value::Null,
        &["no chromium".to_owned()],
    );
    assert_eq!(
        (step.outcome, step.tried),
        (Outcome::NotProved, vec!["no chromium".to_owned()])
    );
}

#[test]
fn browser_that_does_not_say_who_asks_leaves_the_step_open() {
    let mut visits = shoppers(&[], &[]);
    for request in visits.iter_mut().flat_map(|visit| &mut visit.recording.requests) {
        request.initiator = Some(Initiator {
            kind: "other".to_owned(),
            stack: Vec::new(),
        });
    }
    let step = judged(&visits);
    assert!(
        step.outcome == Outcome::NotProved && step.tried[0].contains("does not say"),
        "{step:?}"
    );
}

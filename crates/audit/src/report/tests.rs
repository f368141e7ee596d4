use super::*;

fn report(steps: Vec<Step>) -> Report {
    Report {
        schema: SCHEMA.to_owned(),
        tool: "0.1.0".to_owned(),
        at: "2026-03-01T10:00:00Z".to_owned(),
        subject: "shop <b>".to_owned(),
        claim: "It adds no flow.".to_owned(),
        found: vec!["a script".to_owned()],
        steps,
        flow: vec!["use by page: call fetch(_)".to_owned()],
        changes: None,
        files: std::collections::BTreeMap::new(),
    }
}

fn failed() -> Step {
    let finding = Finding::new("shell.undeclared-use", "says `x`".to_owned(), "Take it out.")
        .file("a.js")
        .at(Place { line: 1, column: 9 });
    Step::tried("shell", "Nothing else.", vec![], vec![finding])
}

#[test]
fn nothing_passed_is_no_good_verdict() {
    let open = Step::without("contain", "0 of 10.", Outcome::NotProved, "no browser");
    assert!(report(vec![open]).verdict().starts_with("Nothing was proved"));
}

#[test]
fn an_open_step_is_told_in_the_verdict() {
    let passed = Step::tried("imports", "On the list.", vec![], vec![]);
    let open = Step::without("contain", "0 of 10.", Outcome::NotProved, "no browser");
    assert!(
        report(vec![passed.clone(), open])
            .verdict()
            .contains("a part was not tried")
    );
    assert!(report(vec![passed.clone()]).verdict().starts_with("The claim holds"));
    assert!(
        report(vec![passed, failed()])
            .verdict()
            .starts_with("The claim does not hold")
    );
}

#[test]
fn a_reason_that_something_is_open_never_hides_a_finding() {
    assert_eq!(failed().unless_proved(Some("x".to_owned())).outcome, Outcome::Failed);
}

#[test]
fn sarif_has_rule_place_and_what_is_open() {
    let open = Step::without("contain", "0 of 10.", Outcome::NotProved, "no browser");
    let run = &sarif(&report(vec![failed(), open]))["runs"][0];
    assert_eq!(run["results"][0]["ruleId"], "shell.undeclared-use");
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        (
            place["artifactLocation"]["uri"].as_str(),
            place["region"]["startColumn"].as_u64()
        ),
        (Some("a.js"), Some(9))
    );
    assert!(
        run["invocations"][0]["toolExecutionNotifications"][0]
            .to_string()
            .contains("no browser")
    );
}

#[test]
fn the_page_is_escaped_loads_nothing_and_says_what_is_left() {
    let page = html(&report(vec![failed()])).unwrap();
    assert!(page.contains("shop &lt;b&gt;") && page.contains("does not hold") && page.contains("What is left"));
    for loaded in ["<script", "src=", "href=", "url(\"", "@import"] {
        assert!(!page.contains(loaded), "{loaded}");
    }
}

#[test]
fn changes_of_the_flow_are_told_in_both_directions() {
    let mut last = report(vec![]);
    last.flow = vec!["use by page: new Image()".to_owned()];
    assert_eq!(
        changes(&last, &report(vec![])),
        ["+ use by page: call fetch(_)", "- use by page: new Image()"]
    );
}

#[test]
fn the_text_names_every_step_and_each_finding_with_its_place() {
    let text = text(&report(vec![failed()]));
    assert!(
        text.contains("shell        FAILED") && text.contains("a.js:1:9: says `x` [shell.undeclared-use]"),
        "{text}"
    );
}

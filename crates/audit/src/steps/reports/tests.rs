use shelfwise_core::allocation::tag::fold;

use super::*;
use crate::observed::{Header, RequestKind};

fn text(question: &str, bits: usize) -> String {
    let said = format!("sr1.{question}.{bits:02x}");
    let check = letters(fold(said.as_bytes()));
    format!("{said}.{check}")
}

fn request(method: &str, path: &str) -> Request {
    Request::new(
        Witness::Sink,
        RequestKind::Http,
        method,
        &format!("http://127.0.0.1:1{path}"),
    )
}

/// What is seen of a package that sends, in each case, the reports that `send` makes of its own.
fn codes(send: impl Fn(&Case, Vec<Request>) -> Vec<Request>) -> Vec<String> {
    let own = asked().concat();
    let mut visit = Visit::default();
    for (number, case) in cases().iter().enumerate() {
        visit.requests.push(request("GET", &format!("{MARK}case-{number}")));
        let reports = (0..case.reports).map(|number| {
            let mut report = request("POST", REPORT_PATH);
            report.body = Some(text(&own, 1 << (number % 2)).into_bytes());
            report
        });
        visit.requests.extend(send(case, reports.collect()));
    }
    visit.requests.push(request("GET", &format!("{MARK}end")));
    let judged = judge(&visit);
    assert!(judged.blind.is_empty(), "{:?}", judged.blind);
    let mut codes: Vec<String> = judged.findings.into_iter().map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

/// The same, with each report changed.
fn changed(change: impl Fn(&Case, &mut Request)) -> Vec<String> {
    codes(|case, mut reports| {
        reports.iter_mut().for_each(|report| change(case, report));
        reports
    })
}

#[test]
fn one_report_a_visit_passes() {
    assert_eq!(codes(|_, reports| reports), [""; 0]);
}

#[test]
fn second_report_and_one_that_nobody_wants_are_found() {
    let again = |reports: Vec<Request>| [reports.clone(), reports].concat();
    assert_eq!(codes(|_, reports| again(reports)), ["reports.twice"]);
    let everywhere = |case: &Case, reports: Vec<Request>| {
        let mut report = request("POST", REPORT_PATH);
        report.body = Some(text(&asked().concat(), 1).into_bytes());
        if case.reports == 0 { vec![report] } else { reports }
    };
    assert_eq!(codes(everywhere), ["reports.unasked"]);
}

#[test]
fn what_tells_more_than_the_answer_is_found() {
    let pad = |case: &Case, report: &mut Request| {
        if let Some(body) = report.body.as_mut().filter(|_| case.name.contains("answers")) {
            body.push(b' ');
        }
    };
    assert_eq!(changed(pad), ["reports.size", "reports.form"]);
    let same = |_: &Case, report: &mut Request| report.body = Some(text(&asked().concat(), 1).into_bytes());
    assert_eq!(changed(same), ["reports.no-noise"]);
    let other = |_: &Case, report: &mut Request| {
        let own = String::from_utf8(report.body.take().unwrap()).unwrap();
        let bits = if own.contains(".01.") { 1 } else { 2 };
        report.body = Some(text("other_007", bits).into_bytes());
    };
    assert_eq!(changed(other), ["reports.question"]);
    let cookie = |_: &Case, report: &mut Request| {
        report.headers.push(Header {
            name: "cookie".to_owned(),
            value: "visitor=1".to_owned(),
        });
    };
    assert_eq!(changed(cookie), ["reports.marked"]);
    let query = |_: &Case, report: &mut Request| report.url.push_str("?home");
    assert_eq!(changed(query), ["reports.address"]);
}

#[test]
fn missing_reports_prove_nothing() {
    let visit = Visit::default();
    assert!(!judge(&visit).blind.is_empty());
}

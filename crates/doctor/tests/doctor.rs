//! The doctor on logs with known faults.
#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

use shelfwise_doctor::contexts::{Contexts, Gain};
use shelfwise_doctor::findings::Severity;
use shelfwise_doctor::html::html;
use shelfwise_doctor::surfaces::Grade;
use shelfwise_doctor::{Input, Report, against, examine};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::progress::Silent;
use shelfwise_intake::{CatalogReport, ColumnMap, LogOptions, Parents, read_catalog, read_log, read_products};
use shelfwise_train::tune::context_gains::Verdict;

/// 2026-06-01.
const NOW_MS: i64 = 1_780_272_000_000;

/// A log of twenty days: `visits` a day, each of a person of its own, who views five of eight products; purchases end
/// on the twelfth day.
fn events(visits: usize) -> String {
    let mut text = "event_name,event_time,visitor_id,session_id,item_id\n".to_owned();
    for day in 1..=20 {
        for visit in 0..visits {
            let key = format!("{day}-{visit}");
            for step in 0..5 {
                let item = (visit + step) % 8;
                text += &format!(
                    "view_item,2026-03-{day:02}T10:{step:02}:{:02}Z,v{key},s{key},p{item}\n",
                    visit % 60
                );
            }
            if day <= 12 {
                text += &format!("purchase,2026-03-{day:02}T10:30:00Z,v{key},s{key},p{}\n", visit % 8);
            }
        }
    }
    text += "view_item,2026-03-02T11:00:00Z,v1-0,s1-0,(not set)\n";
    text
}

const CATALOG: &str = "id,title,category,brand,price,item_group_id,availability,image_link\n\
    p0,Tent,Camping,Fjord,99,g,in_stock,\np1,Peg,Camping,Fjord,0,g,,a.jpg\np2,Stove,Camping,,50,g,,b.jpg\n\
    p2,Stove,Camping,,50,g,,b.jpg\np3,Pot,Kitchen,Fjord,20,g,out_of_stock,N/A\np4,Pan,Kitchen,Fjord,20,g,,c.jpg\n\
    p5,Cup,Kitchen,Fjord,5,g,,d.jpg\nnew,Lamp,Light,Fjord,30,g,out_of_stock,e.jpg\n";

struct Examined {
    report: Report,
    _catalog: Option<(Catalog, CatalogReport)>,
}

fn examined(events: &str, catalog: Option<&str>) -> Examined {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("log.csv"), events).unwrap();
    let options = LogOptions::new(vec![at("log.csv").display().to_string()]);
    let (log, report) = read_log(&options, &Silent).unwrap();
    let mut parents = Parents::new();
    let catalog = catalog.map(|text| {
        std::fs::write(at("catalog.csv"), text).unwrap();
        let map = ColumnMap::default();
        parents = read_products(&at("catalog.csv"), &map, 1.0, &Silent).unwrap().parents;
        read_catalog(&at("catalog.csv"), &map, 1.0, &Silent).unwrap()
    });
    let input = Input {
        log: &log,
        report: &report,
        catalog: catalog.as_ref().map(|(catalog, _)| catalog),
        catalog_report: catalog.as_ref().map(|(_, report)| report),
        parents: &parents,
        contexts: None,
        now_ms: NOW_MS,
    };
    Examined {
        report: examine(&input),
        _catalog: catalog,
    }
}

fn grade(report: &Report, name: &str) -> Grade {
    report
        .surfaces
        .iter()
        .find(|surface| surface.name == name)
        .unwrap()
        .grade
}

#[test]
fn faults_of_a_log_and_a_catalog_are_found_with_counts_and_examples() {
    let Examined { report, .. } = examined(&events(20), Some(CATALOG));
    let finding = |id: &str| {
        report
            .findings
            .iter()
            .find(|finding| finding.id == id)
            .unwrap_or_else(|| panic!("{id}"))
    };
    assert_eq!(finding("stopped_purchase").examples, ["last seen on 2026-03-12"]);
    assert_eq!(finding("stopped_purchase").severity, Severity::Mend);
    assert_eq!(
        (
            finding("placeholder_items").count,
            &*finding("placeholder_items").examples[0]
        ),
        (1, "(not set) 1")
    );
    let unknown = finding("unknown_items");
    assert!(
        unknown.title.starts_with("2 products") && unknown.examples[0].starts_with('p'),
        "{unknown:?}"
    );
    assert_eq!(finding("unseen_items").examples, ["new"]);
    let sold_out = finding("sold_out_items");
    assert!(
        sold_out.title.starts_with("1 product"),
        "nobody saw the lamp: {sold_out:?}"
    );
    assert!(sold_out.examples[0].starts_with("p3: "), "{sold_out:?}");
    assert_eq!(finding("zero_prices").examples, ["p1"]);
    assert_eq!(finding("duplicate_ids").examples, ["p2"]);
    assert_eq!(finding("missing_brand").examples, ["Camping: 1 of 3"]);
    let pictures = finding("missing_picture");
    assert_eq!(
        (pictures.severity, pictures.count),
        (Severity::Look, 2),
        "no model needs them"
    );
    assert!(report.findings.iter().any(|finding| finding.id == "never_add_to_cart"));
    assert!(
        report
            .findings
            .iter()
            .all(|finding| finding.id != "missing_title" && finding.id != "future")
    );
}

#[test]
fn grades_follow_what_the_log_supports() {
    let Examined { report, .. } = examined(&events(20), None);
    assert_eq!(grade(&report, "Product page"), Grade::Ready);
    assert_eq!(grade(&report, "Lists"), Grade::Ready);
    assert_eq!(grade(&report, "Email"), Grade::NotYet, "no catalog");
    assert_eq!(grade(&report, "Search"), Grade::NotYet, "no searches");
    assert_eq!(
        grade(&report, "Home page"),
        Grade::NotWorthItYet,
        "eight products fill no shelf"
    );
    // One visitor is not enough for any pair.
    let one = "session,item,time\n1,a,2026-03-01T10:00:00Z\n1,b,2026-03-01T10:01:00Z\n";
    let Examined { report, .. } = examined(one, None);
    assert_eq!(grade(&report, "Product page"), Grade::NotWorthItYet);
    assert_eq!(grade(&report, "Cart"), Grade::NotYet, "no carts");
}

#[test]
fn later_report_says_what_is_new_and_what_was_mended() {
    let Examined { report: mut before, .. } = examined(&events(20), Some(CATALOG));
    let earlier: against::Earlier = serde_json::from_value(serde_json::to_value(&before).unwrap()).unwrap();
    assert_eq!(against::changes(&before, &earlier), []);
    assert!(!html(&before).unwrap().contains("Since the last time"));
    before.changes = Some(Vec::new());
    assert!(html(&before).unwrap().contains(against::UNCHANGED));
    let mended = CATALOG.replace("p1,Peg,Camping,Fjord,0", "p1,Peg,Camping,Fjord,1");
    let spoiled = mended.replace("Pan", "");
    let Examined { report: after, .. } = examined(&events(20), Some(&spoiled));
    let changes: Vec<_> = against::changes(&after, &earlier)
        .into_iter()
        .map(|change| change.text)
        .collect();
    assert_eq!(
        changes,
        ["New: Products without a title", "Mended: Products with a price of 0"]
    );
}

#[test]
fn report_does_not_name_the_visitor_with_most_events() {
    let mut log = events(3);
    for second in 0..59 {
        for minute in 0..3 {
            log += &format!("view_item,2026-03-05T12:{minute:02}:{second:02}Z,somebody,s{second},p1\n");
        }
    }
    let Examined { report, .. } = examined(&log, None);
    let said = serde_json::to_string(&report).unwrap();
    assert!(said.contains("one person has") && !said.contains("somebody"), "{said}");
}

#[test]
fn page_escapes_ids_and_names_every_place() {
    let events = events(5).replace(",p0\n", ",<script>alert(1)</script>\n");
    let Examined { report, .. } = examined(&events, Some(CATALOG));
    let page = html(&report).unwrap();
    assert!(!page.contains("<script"), "ids come from outside");
    for surface in ["Home page", "Lists", "Product page", "Cart", "Search", "Email"] {
        assert!(page.contains(surface), "{surface}");
    }
    assert!(page.contains("2026-03-01") && page.contains("view_item"));
}

#[test]
fn page_says_what_context_gains_and_what_training_makes_of_it() {
    let Examined { mut report, .. } = examined(&events(5), None);
    assert!(!html(&report).unwrap().contains("Where context earns"));
    let gain = |name: &str, verdict| Gain {
        name: name.to_owned(),
        visits: 25,
        hit_rate_without: 0.1,
        hit_rate_with: 0.123,
        verdict,
    };
    report.contexts = Some(Contexts {
        at: 20,
        visits: 100,
        taken: Some("time".to_owned()),
        facts: vec![gain("time", Verdict::Gains)],
        keys: vec![
            gain("evening, weekend", Verdict::Loses),
            gain("<night>", Verdict::Unclear),
        ],
    });
    let page = html(&report).unwrap();
    for part in [
        "a list of 20",
        "Training tells visits apart by these facts: time.",
        "evening, weekend",
        "&lt;night&gt;",
        "<strong>loses</strong>",
        "12.3 % in context",
        "<strong>25.0 %</strong> of the visits, 25",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

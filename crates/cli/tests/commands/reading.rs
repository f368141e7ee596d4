//! Options of the command line that decide what is read of a log, and how items are named.

use crate::shop::Shop;

/// A log of three days in March 2026: two views a day by each of twelve sessions.
fn three_days() -> String {
    let row = |day: u32, session: u32, item: &str, second: u32| {
        format!("s{day}-{session},{item},2026-03-{day:02}T10:{session:02}:{second:02}Z\n")
    };
    let rows = (1..=3)
        .flat_map(|day| (0..12).flat_map(move |session| [row(day, session, "tent", 0), row(day, session, "peg", 9)]));
    "session,item,time\n".to_owned() + &rows.collect::<String>()
}

/// First and last time, and rows left out, of a training with these options.
fn trained_on(shop: &Shop, options: &str) -> (serde_json::Value, serde_json::Value, serde_json::Value) {
    let report = shop.json(&format!(
        "train --events log.csv --out model --order tables --json {options}"
    ));
    let log = &report["log"];
    (
        log["first_ms"].clone(),
        log["last_ms"].clone(),
        log["dropped"]["outside_dates"].clone(),
    )
}

/// Milliseconds since 1970 of a time in March 2026.
fn ms(time: &str) -> i64 {
    format!("2026-03-{time}Z")
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_millisecond()
}

#[test]
fn since_and_until_days_count_from_the_first_and_not_the_last() {
    let shop = Shop::open();
    shop.write("log.csv", three_days());
    let all = trained_on(&shop, "");
    assert_eq!(all, (ms("01T10:00:00").into(), ms("03T10:11:09").into(), 0.into()));
    let one = trained_on(&shop, "--since 2026-03-02 --until 2026-03-03");
    assert_eq!(one, (ms("02T10:00:00").into(), ms("02T10:11:09").into(), 48.into()));
    let half = trained_on(&shop, "--since 2026-03-02T10:06:00Z");
    assert_eq!(half.0, ms("02T10:06:00"));
}

#[test]
fn since_day_begins_by_the_zone_of_the_log() {
    let shop = Shop::open();
    shop.write("log.csv", three_days());
    // Midnight of the 3rd in Auckland is 11:00 UTC of the 2nd: both views of that morning are before it.
    let (first, ..) = trained_on(&shop, "--since 2026-03-03 --zone Pacific/Auckland");
    assert_eq!(first, ms("03T10:00:00"));
    let (first, ..) = trained_on(&shop, "--since 2026-03-02 --zone Pacific/Auckland");
    assert_eq!(first, ms("02T10:00:00"));
    let (first, ..) = trained_on(&shop, "--since 2026-03-02T10:06:00 --zone UTC");
    assert_eq!(first, ms("02T10:06:00"));
}

#[test]
fn since_unreadable_date_is_refused_with_the_form_to_write() {
    let shop = Shop::open();
    shop.write("log.csv", three_days());
    for option in ["--since yesterday", "--until 01.03.2026", "--until 2026-02-30"] {
        let error = shop.stderr(&format!("train --events log.csv --out model {option}"));
        assert!(
            error.contains(option) && error.contains("2026-03-01T10:00:00Z"),
            "{error}"
        );
        assert!(!shop.path("model").exists(), "nothing is trained");
    }
}

#[test]
fn until_before_since_is_refused() {
    let shop = Shop::open();
    shop.write("log.csv", three_days());
    let error = shop.stderr("train --events log.csv --out model --since 2026-03-03 --until 2026-03-02");
    for words in ["--since 2026-03-03", "--until 2026-03-02", "later"] {
        assert!(error.contains(words), "{words} is missing: {error}");
    }
}

#[test]
fn unknown_events_are_named_with_the_option_that_maps_them() {
    let shop = Shop::open();
    let rows: String = (0..24)
        .map(|n| format!("s{n},tent,view_item,2026-03-01T10:00:{n:02}Z\ns{n},peg,zoom_in,2026-03-01T10:01:{n:02}Z\n"))
        .collect();
    shop.write("log.csv", format!("session,item,event,time\n{rows}"));
    let printed = shop.stdout("train --events log.csv --out model --order tables");
    for words in ["zoom_in 24", "--map-event NAME=view_item"] {
        assert!(printed.contains(words), "{words} is missing:\n{printed}");
    }
    let mapped = shop.stdout("train --events log.csv --out model --order tables --map-event zoom_in=view_item");
    assert!(!mapped.contains("zoom_in"), "{mapped}");
    let report = shop.json("train --events log.csv --out model --order tables --map-event zoom_in=view_item --json");
    assert_eq!(report["log"]["clicks"], 48);
}

#[test]
fn map_event_unknown_meaning_is_refused_with_the_names() {
    let shop = Shop::open();
    let error = shop.stderr("train --events train.tsv --out model --map-event click=klick");
    assert!(error.contains("klick") && error.contains("view_item"), "{error}");
}

#[test]
fn titles_of_a_catalog_stand_beside_ids() {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --out model");
    let shown = shop.stdout("inspect model/model.swm --item tent --catalog catalog.csv");
    assert!(shown.contains("item tent (Tent for two)"), "{shown}");
    let named = shop.json("inspect model/model.swm --item tent --catalog catalog.csv --json");
    assert_eq!(named["title"], "Tent for two");
    let bare = shop.stdout("inspect model/model.swm --item tent");
    assert!(bare.contains("item tent (index"), "{bare}");
}

#[test]
fn titles_warnings_of_the_catalog_are_told() {
    let shop = Shop::open();
    shop.stdout("train --events train.tsv --out model");
    shop.write("latin.csv", b"id,title\ntent,Gr\xfcnes Zelt\npeg,Hering\nnull,Nichts\n");
    let done = shop.run("inspect model/model.swm --item tent --catalog latin.csv");
    let (shown, printed) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    assert!(shown.contains("tent (Grünes Zelt)"), "{shown}");
    for words in ["warning: latin.csv", "Windows-1252", "placeholder"] {
        assert!(printed.contains(words), "{words} is missing:\n{printed}");
    }
}

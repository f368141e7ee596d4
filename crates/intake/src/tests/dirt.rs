//! Defects in exports of real shops: good rows are kept, the rest is counted and reported.

use std::fmt::Write;

use super::{Folder, error_of, log_of, sessions};
use crate::catalog::Catalog;
use crate::log::{Log, Support};
use crate::progress::Silent;
use crate::{BadReason, CatalogReport, ColumnMap, LogOptions, LogReport, read_catalog, read_log};

fn catalog_of(content: impl AsRef<[u8]>) -> (Catalog, CatalogReport) {
    let folder = Folder::with("catalog", content);
    read_catalog(folder.path("catalog").as_ref(), &ColumnMap::default(), 0.5, &Silent).unwrap()
}

/// Reads with changed options.
fn log_with(content: impl AsRef<[u8]>, change: impl FnOnce(&mut LogOptions)) -> (Log, LogReport) {
    let folder = Folder::with("log", content);
    let mut options = folder.options();
    change(&mut options);
    read_log(&options, &Silent).unwrap()
}

#[test]
fn quote_never_closed_loses_its_row_and_names_its_line() {
    let mut text = "order_id,sku,name,order_date\r\n".to_owned();
    for row in 0..200 {
        let name = if row == 100 { "\"19 inch rack" } else { "Thing" };
        write!(text, "o{row},a{},{name},2024-03-01T08:27:06Z\r\n", row % 7).unwrap();
    }
    for text in [text.clone(), text.replacen("Thing", "Rack 19\"", 150)] {
        let (log, report) = log_of(text);
        assert_eq!((log.clicks.len(), report.rows, report.bad.rows), (199, 200, 1));
        let bad = &report.bad.first[0];
        assert_eq!((bad.line, bad.reason), (102, BadReason::OpenQuote));
    }
    let (catalog, report) = catalog_of("id,title,brand\n1,\"19 inch,x\n2,b,x\n3,c,x\n");
    assert_eq!((catalog.items.len(), report.bad.first[0].line), (2, 2));
}

#[test]
fn placeholder_items_are_dropped_and_counted() {
    let (log, report) = log_of(
        "session,item,time\n1,a,1600000000\n1,(not set),1600000001\n1,UNDEFINED,1600000002\n1,NaN,1600000003\n\
         1,b,1600000004\n1,0,1600000005\n",
    );
    assert_eq!(sessions(&log), [["a", "b"]]);
    assert_eq!(report.dropped.placeholder_items, 4);
    assert_eq!(report.placeholders["item"].len(), 4);
    assert!(report.warnings[0].contains("`(not set)` 1"), "{:?}", report.warnings);
    let (log, _) = log_of("session,item,time\n1,0,1600000000\n1,1,1600000001\n1,2,1600000002\n");
    assert_eq!(log.items, ["0", "1", "2"], "a zero among numbers from 0 is an id");
    let (log, _) = log_with("session,item,time\n1,0,1600000000\n1,x,1600000001\n", |options| {
        options.known_items = vec!["0".to_owned()];
    });
    assert_eq!(log.items, ["0", "x"]);
}

#[test]
fn placeholder_persons_are_anonymous() {
    for nobody in ["NA", "null", "(not set)", "0", "guest"] {
        let mut text = "session,user,item,time\n".to_owned();
        for session in 0..20 {
            let user = if session < 15 {
                nobody.to_owned()
            } else {
                format!("u{session}")
            };
            write!(text, "s{session},{user},a,1600000000\ns{session},{user},b,1600000009\n").unwrap();
        }
        let (log, report) = log_of(text);
        assert_eq!((log.sessions.len(), log.support), (20, Support::People), "{nobody}");
        assert_eq!(report.sessions_without_person, 15, "{nobody}");
        assert_eq!(report.placeholders["person"][nobody], 30);
    }
}

#[test]
fn events_without_a_session_key_are_cut_by_person_and_inactivity() {
    let (log, report) = log_of(
        "event,session,user,item,time\nview_item,s1,u1,a,1600000000\nview_item,,u2,b,1600000000\n\
         view_item,(not set),u2,c,1600000060\nview_item,,u2,d,1600009000\nview_item,,,e,1600000000\n\
         view_item,,u3,f,1600000000\n",
    );
    let mut sessions = sessions(&log);
    sessions.sort();
    assert_eq!(sessions, [vec!["a"], vec!["b", "c"], vec!["d"], vec!["f"]]);
    assert_eq!((report.bad.rows, report.dropped.without_key, log.people), (0, 1, 3));
}

#[test]
fn late_columns_and_those_of_other_shards_are_found() {
    let page = "{\"event_name\":\"page_view\",\"event_timestamp\":1600000000000000,\"user_pseudo_id\":\"u\",\"event_params\":[{\"key\":\"ga_session_id\",\"value\":{\"int_value\":1}}]}\n";
    let product = page
        .replace("page_view", "view_item")
        .replace("}\n", ",\"items\":[{\"item_id\":\"a\"},{\"item_id\":\"b\"}]}\n");
    let late = page.repeat(3_000) + &product;
    for map in [&[][..], &["item=items[].item_id"]] {
        let (log, _) = log_with(&late, |options| options.map = ColumnMap::parse(map).unwrap());
        assert_eq!(sessions(&log), [["a", "b"]]);
    }
    let folder = Folder::with("0.json", page.repeat(5)).and("1.json", &product);
    assert_eq!(sessions(&folder.read().unwrap().0), [["a", "b"]]);
}

#[test]
fn id_lists_become_rows_in_json_and_are_refused_elsewhere() {
    let text = "{\"session\":1,\"objectIDs\":[\"a\",\"b\"],\"time\":1600000000}\n{\"session\":1,\"objectIDs\":[\"c\"],\"time\":1600000001}\n";
    let (log, _) = log_with(text, |options| {
        options.map = ColumnMap::parse(&["item=objectIDs"]).unwrap();
    });
    assert_eq!(sessions(&log), [["a", "b", "c"]]);
    let error = error_of("session,item,time\n1,\"[\"\"a\"\",\"\"b\"\"]\",1600000000\n");
    assert!(error.contains("is a list; write one row for each id"), "{error}");
    let error = error_of("{\"session\":[1,2],\"item\":\"a\",\"time\":1600000000}\n");
    assert!(error.contains("is a list"), "{error}");
}

#[test]
fn unknown_time_format_is_one_error_with_advice() {
    let error = error_of("session,item,time\n1,a,03/01/2024 8:27\n1,b,03/02/2024 8:27\n");
    assert!(
        error.contains("--time-format '%d/%m/%Y %H:%M'") && !error.contains("1970"),
        "{error}"
    );
    let (log, report) = log_with(
        "session,item,time\n1,a,03/02/2024 8:27\n1,b,03/01/2024 8:27\n",
        |options| {
            options.times.format = Some("%m/%d/%Y %H:%M".to_owned());
        },
    );
    assert_eq!(
        (sessions(&log), report.first_ms),
        (vec![vec!["b", "a"]], Some(1_709_281_620_000))
    );
    let error = error_of("user,item,date\nu,a,7\nu,b,8\n");
    assert!(error.contains("too small a number to be a date"), "{error}");
}

#[test]
fn relative_times_order_events_without_dates() {
    let (log, report) = log_of("session,item,time\n1,a,7\n1,b,5\n");
    assert_eq!((sessions(&log), report.first_ms), (vec![vec!["b", "a"]], None));
    assert!(
        report.warnings[0].contains("small numbers without dates"),
        "{:?}",
        report.warnings
    );
}

#[test]
fn calendar_digits_and_spreadsheet_days_are_dates() {
    for time in ["20240301", "45352", "2024-03-01", "01.03.2024"] {
        let (_, report) = log_of(format!("session,item,time\n1,a,{time}\n"));
        assert_eq!(report.first_ms, Some(1_709_251_200_000), "{time}");
    }
    let rows: String = (0..100).map(|row| format!("{row},a,1600000000\n")).collect();
    let (log, report) = log_of(format!("session,item,time\n{rows}x,b,0\n"));
    assert_eq!(
        (log.items.len(), report.bad.by_reason[&BadReason::TimeOutOfRange]),
        (1, 1),
        "a zero is no time"
    );
}

#[test]
fn rows_outside_the_wanted_dates_are_dropped() {
    let (log, report) = log_with(
        "session,item,time\n1,a,2024-03-01\n2,b,2024-03-02\n3,c,2024-03-03\n",
        |options| {
            options.since_ms = Some(1_709_337_600_000);
            options.until_ms = Some(1_709_424_000_000);
        },
    );
    assert_eq!((sessions(&log), report.dropped.outside_dates), (vec![vec!["b"]], 2));
}

#[test]
fn spreadsheet_exports_of_any_locale_are_read() {
    let text = "sep=;\r\nSession;Item;Time;Quantity\r\n1;a;01.03.2024 08:27;1,00\r\n1;b;01.03.2024 08:28;0,00\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes(), &utf16] {
        let (log, report) = log_of(bytes);
        assert_eq!(
            (sessions(&log), report.dropped.returns, report.bad.rows),
            (vec![vec!["a"]], 1, 0)
        );
    }
    let error = error_of("session,item,time\r\n1,4.00638E+12,2024-03-01\r\n");
    assert!(
        error.contains("line 2, column item") && error.contains("export the column as text"),
        "{error}"
    );
}

#[test]
fn repeated_headers_are_dropped() {
    let (log, report) = log_of("session,item\n1,a\nSession,Item\n2,b\n");
    assert_eq!(
        (log.items, report.dropped.repeated_headers),
        (vec!["a".to_owned(), "b".to_owned()], 1)
    );
    assert_eq!(catalog_of("id,title\na,A\nid,title\n").1.skipped, 1);
}

#[test]
fn cancelled_and_test_orders_are_not_purchases() {
    let (log, report) = log_of(
        "order_id,sku,order_date,financial status\n1,a,2024-03-01 03:27:06 -0500,paid\n1,b,,\n\
         2,a,2024-03-01 04:27:06 -0500,Refunded\n2,c,,\n3,b,2024-03-01 05:27:06 -0500,test\n",
    );
    assert_eq!(sessions(&log), [["a", "b"]]);
    assert_eq!(
        (report.dropped.cancelled, report.dropped.tests, report.bad.rows),
        (2, 1, 0)
    );
}

#[test]
fn blank_catalog_values_keep_earlier_ones() {
    let (catalog, report) = catalog_of("Handle,Title,Vendor,Type,Price\nx,Shoe,Acme,Shoes,5\nx,,,,6\nx,,,,\n");
    let item = &catalog.items[0];
    assert_eq!(
        (
            item.title.as_str(),
            item.brand.as_str(),
            item.category.as_str(),
            item.price
        ),
        ("Shoe", "Acme", "Shoes", Some(6.0))
    );
    assert_eq!(report.duplicates, 2);
}

#[test]
fn personal_ids_are_dropped_with_a_warning() {
    let (log, report) =
        log_of("customer,item,time\na@example.org,x,1600000000\nb@example.org,for-jane@example.org,1600000000\n");
    assert_eq!((log.items, report.dropped.personal_ids), (vec!["x".to_owned()], 1));
    assert_eq!(report.warnings.len(), 2, "{:?}", report.warnings);
}

#[test]
fn joined_ids_give_a_warning() {
    let rows = |ids: &[&str]| -> String {
        let row = |(n, id): (usize, &&str)| format!("{n}\t{id}\t{}\n", 1_600_000_000 + n);
        "session\titem\ttime\n".to_owned() + &ids.iter().enumerate().map(row).collect::<String>()
    };
    for ids in [
        ["a1|a2", "a2|a3", "a3|a1", "a1"],
        ["a1;a2", "a2;a3", "a3;a1", "a2"],
        ["a1, a2", "a2,a3", "a3, a1", "a3"],
    ] {
        let (log, report) = log_of(rows(&ids));
        assert_eq!(log.items.len(), 4, "nothing is left out for it");
        assert!(
            report.warnings[0].contains("look like lists of ids"),
            "{:?}",
            report.warnings
        );
    }
    let (_, report) = log_of(rows(&["shoe|red", "shirt|blue", "sock|green", "hat"]));
    assert_eq!(report.warnings, [""; 0], "ids with a mark in them are ids");
}

#[test]
fn lookalike_ids_give_a_warning() {
    let (log, report) =
        log_of("session,item,time\n1,sku1,1600000000\n2,sku1\u{200b},1600000001\n3,e\u{301}tui,1600000002\n");
    assert_eq!(log.items.len(), 3, "ids are compared byte by byte");
    let warning = &report.warnings[0];
    for words in ["2 of 3 item ids", "invisible characters", "`sku1\\u{200b}`"] {
        assert!(warning.contains(words), "{words} is missing: {warning}");
    }
}

#[test]
fn catalog_unknown_flags_count_as_sensitive_with_a_warning() {
    let (catalog, report) = catalog_of("id,title,adult\n1,a,WAHR\n2,b,FALSCH\n3,c,18+\n4,d,\n");
    let flags: Vec<_> = catalog.items.iter().map(|item| item.sensitive).collect();
    assert_eq!(flags, [true, false, true, false]);
    assert!(report.warnings[0].contains("`18+` in 1"), "{:?}", report.warnings);
}

#[test]
fn catalog_items_with_personal_ids_are_excluded_with_a_warning() {
    let (catalog, report) =
        catalog_of("id,title\nring,Ring\nengraved-for-jane@example.org,Ring\n+49 170 1234567,Ring\n");
    assert_eq!(catalog.items.len(), 3, "rules hide them as any other item");
    assert_eq!(
        catalog.sensitive_ids(),
        ["+49 170 1234567", "engraved-for-jane@example.org"]
    );
    assert!(report.warnings[0].contains("ids of 2 rows"), "{:?}", report.warnings);
}

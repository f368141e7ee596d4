//! Roles of columns.

use shelfwise_core::EventKind;

use super::{Folder, error_of, log_of, sessions};
use crate::log::{Order, Support};
use crate::progress::Silent;
use crate::{ColumnMap, KindNames, read_log};

#[test]
fn session_columns_are_recognized_by_many_names() {
    for header in [
        "SessionId\tItemId\tTime",
        "session_id,item_id,timestamp",
        "Session ID;Product ID;Date",
        "visit|sku|ts",
        "ga_session_id,productId,event_timestamp",
    ] {
        let delimiter = header.chars().find(|c| "\t,;|".contains(*c)).unwrap().to_string();
        let rows = [["s1", "b", "10"], ["s2", "a", "5"], ["s1", "a", "20"]].map(|row| row.join(&delimiter));
        let (log, report) = log_of(format!("{header}\n{}\n", rows.join("\n")));
        assert_eq!(sessions(&log), [vec!["a"], vec!["b", "a"]], "{header}");
        assert_eq!(
            (log.order, log.support, log.people),
            (Order::Sequence, Support::Sessions, 2)
        );
        assert!(log.clicks.iter().all(|click| click.kind == EventKind::ViewItem));
        assert!(report.files[0].shape.starts_with("sessions of views"));
        assert_eq!(
            log.sessions.iter().map(|session| session.last_ms).collect::<Vec<_>>(),
            [5_000, 20_000]
        );
    }
}

#[test]
fn log_of_events_has_kinds_and_people() {
    let (log, report) = log_of(
        "event_name,event_timestamp,user_pseudo_id,ga_session_id,item_id,price,quantity\n\
         view_item,1600000000000000,u1,1,a,9.5,\n\
         page_view,1600000001000000,u1,1,,,\n\
         search,1600000002000000,u1,1,,,\n\
         add_to_cart,1600000003000000,u1,1,a,9.5,1\n\
         view_item,1600000000000000,u2,1,b,9.5,\n\
         purchase,1600009000000000,u1,2,a,9.5,2\n",
    );
    assert_eq!(
        sessions(&log),
        [vec!["b"], vec!["a", "a"], vec!["a"]],
        "a session's number counts within its person"
    );
    assert_eq!((log.support, log.people), (Support::People, 2));
    assert_eq!(
        log.sessions.iter().map(|session| session.person).collect::<Vec<_>>(),
        [0, 1, 1]
    );
    let kinds: Vec<_> = log.clicks.iter().map(|click| click.kind).collect();
    assert_eq!(
        kinds,
        [
            EventKind::ViewItem,
            EventKind::ViewItem,
            EventKind::AddToCart,
            EventKind::Purchase
        ]
    );
    assert_eq!((report.dropped.other_events, report.dropped.without_item), (1, 1));
    assert_eq!(report.unknown_events.get("page_view"), Some(&1));
    assert_eq!(report.files[0].time_unit, "microseconds since 1970");
}

#[test]
fn inactivity_ends_a_session_only_without_a_session_key() {
    let rows = "p,a,1600000000\np,b,1600001800\np,c,1600003601\nq,a,1600000000\n";
    let (log, _) = log_of(format!("customer_id,item_id,time\n{rows}"));
    assert_eq!(sessions(&log), [vec!["a"], vec!["a", "b"], vec!["c"]]);
    assert_eq!((log.people, log.support), (2, Support::People));
    let (log, _) = log_of(format!("session_id,item_id,time\n{rows}"));
    assert_eq!(sessions(&log), [vec!["a"], vec!["a", "b", "c"]]);
}

#[test]
fn invoice_lines_become_unordered_baskets() {
    let (log, report) = log_of(
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
         536365,z,LANTERN,6,2010-12-01 08:26:00,2.55,17850.0,UK\n\
         536365,a,HEART,1,2010-12-01 08:26:00,2.55,17850.0,UK\n\
         536365,z,LANTERN,2,2010-12-01 08:26:00,2.55,17850.0,UK\n\
         C536379,a,HEART,-1,2010-12-01 09:00:00,2.55,17850.0,UK\n\
         536400,a,HEART,-3,2010-12-01 09:00:00,2.55,,UK\n\
         536401,a,HEART,1,2010-12-01 09:00:00,2.55,,UK\n\
         536402,a,HEART,1,2010-12-01 10:00:00,2.55,17850.0,UK\n",
    );
    assert_eq!(sessions(&log), [vec!["a", "z"], vec!["a"], vec!["a"]]);
    assert_eq!(
        (log.order, log.support, log.people),
        (Order::Basket, Support::People, 1)
    );
    assert_eq!(report.sessions_without_person, 1);
    let dropped = &report.dropped;
    assert_eq!((dropped.repeated_lines, dropped.cancelled, dropped.returns), (1, 1, 1));
    assert_eq!(report.clicks_by_kind.get("purchase"), Some(&4));
    assert!(report.files[0].columns.contains(&"basket=InvoiceNo".to_owned()));
}

#[test]
fn log_date_in_three_columns_is_read() {
    let (log, report) = log_of(
        "year,month,day,order,session_id,item_id\n\
         2008,4,1,2,1,b\n2008,4,1,1,1,a\n2008,4,1,3,1,b\n2008,4,2,1,2,a\n",
    );
    assert_eq!(sessions(&log), [vec!["a", "b", "b"], vec!["a"]]);
    assert_eq!(report.files[0].time_unit, "year, month and day");
    assert_eq!(report.first_ms, Some(1_207_008_000_000));
}

#[test]
fn log_without_times_keeps_the_row_order() {
    let (log, report) = log_of("session,item\n2,x\n1,b\n2,a\n1,b\n");
    assert_eq!(sessions(&log), [vec!["x", "a"], vec!["b", "b"]]);
    assert_eq!((report.first_ms, log.sessions[0].last_ms), (None, 0));
    assert!(error_of("user_id,item_id\nu,a\n").contains("--map time=COLUMN"));
}

#[test]
fn mapped_columns_and_kinds_take_precedence() {
    let folder = Folder::with(
        "log.csv",
        "session_id,Besuch,item_id,Ware,Wann,was\nx,1,x,ä,7,klick\nx,1,x,b,8,kauf\n",
    );
    let mut options = folder.options();
    options.map = ColumnMap::parse(&["session=Besuch", "item=ware", "time = Wann", "event=was"]).unwrap();
    options.kinds = KindNames::parse(&["klick=select_item", "Kauf=purchase"]).unwrap();
    let (log, _) = read_log(&options, &Silent).unwrap();
    assert_eq!(sessions(&log), [vec!["ä", "b"]]);
    assert_eq!(
        log.clicks.iter().map(|click| click.kind).collect::<Vec<_>>(),
        [EventKind::SelectItem, EventKind::Purchase]
    );

    options.map = ColumnMap::parse(&["session=Visite"]).unwrap();
    let error = read_log(&options, &Silent).unwrap_err().to_string();
    assert!(error.contains("`Visite`") && error.contains("Besuch"), "{error}");
}

#[test]
fn invalid_pairs_give_a_reason() {
    for (pairs, part) in [
        (&["session"][..], "ROLE=COLUMN"),
        (&["sesion=a"], "the roles are: session, person"),
        (&["item="], "missing"),
        (&["item=a", "item=b"], "more than 1"),
    ] {
        let error = ColumnMap::<crate::LogRole>::parse(pairs).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    for (pair, part) in [
        ("click", "NAME=KIND"),
        ("click=klick", "the kinds are: view_item_list"),
        ("=purchase", "missing"),
    ] {
        let error = KindNames::parse(&[pair]).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn event_usual_names_are_known() {
    let kinds = KindNames::default();
    for (name, kind) in [
        ("view", EventKind::ViewItem),
        ("VIEW_ITEM", EventKind::ViewItem),
        ("detail-page-view", EventKind::ViewItem),
        ("addtocart", EventKind::AddToCart),
        ("add to cart", EventKind::AddToCart),
        ("cart", EventKind::AddToCart),
        ("remove_from_cart", EventKind::RemoveFromCart),
        ("transaction", EventKind::Purchase),
        ("buy", EventKind::Purchase),
    ] {
        assert_eq!(kinds.kind(name), Some(kind), "{name}");
    }
    assert_eq!(kinds.kind("scroll"), None);
}

#[test]
fn files_of_different_shapes_are_refused() {
    let folder = Folder::with("a.csv", "session,item,time\n1,a,1\n").and("b.csv", "invoice,item,time\n1,a,1\n");
    let error = folder.read().unwrap_err().to_string();
    assert!(
        error.contains("a.csv") && error.contains("b.csv") && error.contains("unordered baskets"),
        "{error}"
    );
}

#[test]
fn device_language_country_and_first_time_make_context_keys() {
    let (log, _) = log_of(
        "ga_session_id,event_name,item_id,event_timestamp,device.category,device.language,geo.country\n\
         1,view_item,tent,1785623400000000,mobile,en-gb,United Kingdom\n\
         1,view_item,peg,1785709800000000,desktop,de,Germany\n\
         2,view_item,tent,1785623400000000,smart tv,klingon,(not set)\n",
    );
    let cells: Vec<String> = log.sessions.iter().map(|session| session.cell.to_string()).collect();
    assert_eq!(cells, ["evening,weekend,,,", "evening,weekend,phone,en,GB"]);
}

#[test]
fn relative_times_are_not_dates_and_give_a_warning() {
    let notes = |rows: &str| {
        let (log, report) = log_of(format!("SessionId\tItemId\tTime\n{rows}"));
        let notes = report
            .warnings
            .iter()
            .any(|warning| warning.contains("counts, not dates"));
        (log.is_dated(), notes)
    };
    assert_eq!(notes("a\ttent\t1\na\tpeg\t2\n"), (false, true));
    assert_eq!(notes("a\ttent\t1785623456\na\tpeg\t1785623457\n"), (true, false));
}

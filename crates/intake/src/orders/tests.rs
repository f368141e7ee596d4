use std::fs;

use super::*;
use crate::progress::Silent;
use crate::report::BadReason;

const TAG: &str = "sw1.hero_007_1.fyk";

fn read(files: &[(&str, &str)], currency: Option<&str>) -> Result<(OrderLog, OrderReport), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for (name, text) in files {
        fs::write(path(name), text).unwrap();
    }
    let options = OrderOptions {
        patterns: files.iter().map(|(name, _)| path(name)).collect(),
        map: ColumnMap::default(),
        time: TimeOptions::default(),
        currency: currency.map(str::to_owned),
        bad_row_share: 0.6,
    };
    read_orders(&options, &Silent).map_err(|error| error.to_string())
}

#[test]
fn order_is_counted_once_and_its_returns_are_taken_off() {
    let text = format!(
        "order_id,time,value,currency,items,tag\n\
         1,2026-11-02T10:00:00Z,100,EUR,2,{TAG}\n\
         1,2026-11-02T10:00:00Z,100,EUR,2,{TAG}\n\
         2,2026-11-01T10:00:00Z,50.50,EUR,1,\n\
         1,2026-11-05T10:00:00Z,-30,EUR,,\n\
         1,2026-11-05T10:00:00Z,-30,EUR,,\n\
         9,2026-11-05T10:00:00Z,-30,EUR,,\n\
         2,2026-11-01T10:00:00Z,51.50,EUR,1,\n\
         3,soon,5,EUR,1,\n\
         4,2026-11-03,x,EUR,1,\n"
    );
    let (log, report) = read(&[("a.csv", &text)], None).unwrap();
    let orders: Vec<_> = log
        .orders
        .iter()
        .map(|order| (order.line, order.value, order.returned))
        .collect();
    assert_eq!(orders, [(4, Some(50.5), 0.0), (2, Some(100.0), 30.0)], "by time");
    assert_eq!(
        (report.rows, report.orders, report.duplicates, report.refunds),
        (9, 2, 2, 2)
    );
    let bad = |reason| report.bad.by_reason.get(&reason).copied();
    assert_eq!(bad(BadReason::RefundWithoutOrder), Some(1));
    assert_eq!(bad(BadReason::ConflictingOrder), Some(1));
    assert_eq!((bad(BadReason::BadTime), bad(BadReason::BadAmount)), (Some(1), Some(1)));
    assert_eq!(log.orders[1].tag, TAG);
}

#[test]
fn second_export_of_the_same_orders_counts_nothing_twice() {
    let text = format!("order_id,time,value,returned,tag\n1,2026-11-02T10:00:00Z,100,0,{TAG}\n");
    let later = text.replace(",0,", ",40,");
    let (log, report) = read(&[("a.csv", &text), ("b.csv", &later)], None).unwrap();
    assert_eq!(
        (log.orders.len(), log.orders[0].returned, report.duplicates),
        (1, 40.0, 1)
    );
}

#[test]
fn mixed_currencies_name_both_places() {
    let text = format!("order_id,time,value,currency,tag\n1,2026-11-02,100,EUR,{TAG}\n2,2026-11-02,100,USD,{TAG}\n");
    let error = read(&[("a.csv", &text)], None).unwrap_err();
    assert!(
        error.contains("a.csv: line 3: an order in $, but") && error.contains("a.csv: line 2 has one in €"),
        "{error}"
    );
    let (log, report) = read(&[("a.csv", &text)], Some("EUR")).unwrap();
    assert_eq!(
        (log.orders.len(), log.orders[1].value, report.other_currency),
        (2, None, 1)
    );
}

#[test]
fn file_without_a_tag_column_names_the_option() {
    let error = read(&[("a.csv", "order_id,time,value\n1,2026-11-02,5\n")], None).unwrap_err();
    assert!(
        error.contains("no column holds the order's tag; name it with --map tag=COLUMN"),
        "{error}"
    );
}

/// The columns of Shopify's order export (help.shopify.com, "Exporting orders"), with made-up orders.
#[test]
fn export_of_shopify_is_read() {
    let text = format!(
        "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Notes,Note \
         Attributes,Cancelled at,Payment Method,Refunded Amount,Id\n\
         #1001,a@shop.example,paid,2026-11-03 10:12:40 +0100,EUR,80.00,5.00,0.00,85.00,2026-11-03 10:12:13 +0100,2,Tent,,\"gift: \
         no\nshelfwise: {TAG}\",,Shopify Payments,20.00,1\n\
         #1001,a@shop.example,,,,,,,,2026-11-03 10:12:13 +0100,3,Peg,,,,,,\n\
         #1003,c@shop.example,paid,,EUR,8.00,5.00,0.00,13.00,2026-11-03 11:00:00 +0100,1,Peg,,shelfwise: {TAG},,Bogus \
         Gateway,0.00,3\n\
         #1002,b@shop.example,voided,,EUR,8.00,5.00,0.00,13.00,2026-11-03 11:00:00 +0100,1,Peg,,shelfwise: {TAG},2026-11-04 09:00:00 \
         +0100,,0.00,2\n"
    );
    let (log, report) = read(&[("orders_export.csv", &text)], None).unwrap();
    assert_eq!(
        (log.orders.len(), report.cancelled, report.further_rows, report.tests),
        (1, 1, 1, 1)
    );
    assert_eq!(report.files[0].source, Some("Shopify orders (CSV)"));
    let order = &log.orders[0];
    assert_eq!(
        (order.value, order.returned, order.items),
        (Some(80.0), 20.0, Some(5.0))
    );
    assert_eq!(order.time_ms, 1_793_697_133_000, "09:12:13 UTC");
    assert!(order.tag.contains(TAG) && order.customer == Some(0));
}

/// Orders as WooCommerce's REST API gives them (`GET /wp-json/wc/v3/orders`), one a line, with made-up orders.
#[test]
fn export_of_woocommerce_is_read() {
    let text = format!(
        "{{\"id\":727,\"order_key\":\"wc_order_a\",\"status\":\"completed\",\"currency\":\"EUR\",\"date_created_gmt\":\"2026-11-03T09:12:13\",\"total\":\"29.35\",\
         \"customer_id\":26,\"meta_data\":[{{\"id\":1,\"key\":\"_x\",\"value\":\"y\"}},{{\"id\":13106,\"key\":\"shelfwise\",\"value\":\"{TAG}\"}}],\
         \"line_items\":[{{\"id\":315,\"quantity\":2}}],\"refunds\":[]}}\n\
         {{\"id\":729,\"order_key\":\"wc_order_b\",\"status\":\"completed\",\"currency\":\"EUR\",\"date_created_gmt\":\"2026-11-03T10:12:13\",\"total\":\"5.00\",\
         \"customer_id\":0,\"meta_data\":[],\"line_items\":[],\"refunds\":[]}}\n\
         {{\"id\":728,\"order_key\":\"wc_order_c\",\"status\":\"cancelled\",\"currency\":\"EUR\",\"date_created_gmt\":\"2026-11-03T09:12:13\",\"total\":\"9.35\",\
         \"customer_id\":26,\"meta_data\":[],\"line_items\":[],\"refunds\":[]}}\n"
    );
    let (log, report) = read(&[("orders.jsonl", &text)], None).unwrap();
    assert_eq!((log.orders.len(), report.cancelled), (2, 1));
    assert_eq!(report.files[0].source, Some("WooCommerce orders (JSON)"));
    assert_eq!(
        (log.orders[0].customer, log.orders[1].customer),
        (Some(0), None),
        "an order without an account is nobody's"
    );
    assert_eq!(
        (log.orders[0].value, &*log.orders[0].tag, log.orders[0].time_ms),
        (Some(29.35), TAG, 1_793_697_133_000)
    );
}

//! Exports and feeds of known sources: every one tells the same story.

use shelfwise_core::EventKind;
use shelfwise_core::facts::FactKind;

use super::{Folder, sessions};
use crate::catalog::CatalogItem;
use crate::facts::{FactColumn, FactValue, read_facts};
use crate::log::Log;
use crate::progress::Silent;
use crate::{Availability, CatalogReport, ColumnMap, IntakeError, LogReport, Products, read_catalog, read_products};

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn log_of(path: &str) -> (Log, LogReport) {
    Folder::with("log", fixture(path)).read().unwrap()
}

fn catalog_of(content: impl AsRef<[u8]>) -> Result<(Vec<CatalogItem>, CatalogReport), IntakeError> {
    let folder = Folder::with("catalog", content);
    let (catalog, report) = read_catalog(folder.path("catalog").as_ref(), &ColumnMap::default(), 0.01, &Silent)?;
    Ok((catalog.items, report))
}

fn products_of(path: &str, map: &[&str]) -> Products {
    let folder = Folder::with("catalog", fixture(path));
    let map = ColumnMap::parse(map).unwrap();
    read_products(folder.path("catalog").as_ref(), &map, 0.01, &Silent).unwrap()
}

#[test]
fn events_of_every_tool_tell_the_same_story() {
    for (path, source) in [
        ("logs/ga4.jsonl", "GA4 export of BigQuery"),
        ("logs/segment.jsonl", "Segment events"),
        ("logs/rudderstack.jsonl", "RudderStack events"),
        ("logs/posthog.jsonl", "PostHog events"),
        ("logs/snowplow.jsonl", "Snowplow events"),
        ("logs/matomo.json", "Matomo visits"),
        ("logs/algolia.jsonl", "Algolia Insights events"),
    ] {
        let (log, report) = log_of(path);
        assert_eq!(report.files[0].source, Some(source));
        assert_eq!(
            sessions(&log),
            [vec!["tent", "peg", "tent", "peg"], vec!["stove"]],
            "{path}"
        );
        assert_eq!((log.people, report.bad.rows), (2, 0), "{path}");
        let kinds: Vec<_> = log.clicks.iter().map(|click| click.kind).collect();
        let (view, cart, buy) = (EventKind::ViewItem, EventKind::AddToCart, EventKind::Purchase);
        assert_eq!(kinds, [view, cart, buy, buy, view], "{path}");
        assert_eq!(report.first_ms, Some(1_709_280_000_000), "{path}");
    }
}

#[test]
fn ga4_refund_and_item_that_is_not_set_are_left_out_and_counted() {
    let (_, report) = log_of("logs/ga4.jsonl");
    assert_eq!(report.unknown_events.get("refund"), Some(&1));
    assert_eq!(report.dropped.placeholder_items, 1);
}

#[test]
fn orders_of_every_shop_system_lose_cancelled_refunded_and_test_orders() {
    for (path, source, left_out) in [
        ("orders/shopify.csv", "Shopify orders (CSV)", 3),
        ("orders/shopify.json", "Shopify orders (JSON)", 3),
        ("orders/woocommerce.json", "WooCommerce orders (JSON)", 3),
        ("orders/woocommerce.csv", "WooCommerce orders (CSV)", 3),
        ("orders/magento.json", "Magento orders (JSON)", 3),
    ] {
        let (log, report) = log_of(path);
        assert_eq!(report.files[0].source, Some(source));
        assert_eq!(sessions(&log), [vec!["peg", "tent"], vec!["stove"]], "{path}");
        let dropped = &report.dropped;
        assert_eq!(dropped.cancelled + dropped.tests + dropped.returns, left_out, "{path}");
    }
}

/// Availability of the peg and sale price of the tent differ where a feed cannot say them.
#[test]
fn availability_and_sale_price_of_every_feed_become_facts() {
    let column = |name: &str, column: &str, kind| FactColumn {
        name: name.to_owned(),
        column: column.to_owned(),
        kind,
    };
    let facts = [
        column("in_stock", "in_stock", FactKind::Count),
        column("orderable", "availability", FactKind::Flag),
        column("sale_price", "sale_price", FactKind::Money),
    ];
    let (backorder, in_stock) = (Availability::Backorder, Availability::InStock);
    for (path, peg, sale) in [
        ("catalogs/merchant.xml", backorder, 7_900),
        ("catalogs/merchant-atom.xml", backorder, 7_900),
        ("catalogs/merchant.tsv", backorder, 7_900),
        ("catalogs/shopify.csv", backorder, 9_900),
        ("catalogs/shopify.json", in_stock, 9_900),
        ("catalogs/woocommerce.csv", backorder, 7_900),
        ("catalogs/woocommerce.json", backorder, 7_900),
        ("catalogs/magento.csv", in_stock, 7_900),
        ("catalogs/json-ld.json", backorder, 9_900),
    ] {
        let (items, report) = catalog_of(fixture(path)).unwrap();
        let availability: Vec<_> = items.iter().filter_map(|item| item.availability).collect();
        assert_eq!(availability, [peg, Availability::SoldOut, in_stock], "{path}");
        let columns = &report.files[0].columns;
        assert!(
            columns.iter().any(|column| column.starts_with("availability=")),
            "{columns:?}"
        );
        let folder = Folder::with("catalog", fixture(path));
        let (rows, report) = read_facts(
            folder.path("catalog").as_ref(),
            &ColumnMap::default(),
            &facts,
            0,
            0.0,
            &Silent,
        )
        .unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(report.bad.rows, 0, "{path}");
        let number = FactValue::Number;
        let flags = |id: &str| (rows[id][0].clone(), rows[id][1].clone());
        let peg = if peg == backorder { 2 } else { 1 };
        assert_eq!(flags("tent"), (number(1), number(1)), "{path}: one variant suffices");
        assert_eq!(flags("peg"), (number(peg), number(1)), "{path}");
        assert_eq!(flags("stove"), (number(0), number(0)), "{path}");
        assert_eq!(rows["tent"][2], number(sale), "{path}");
    }
}

#[test]
fn products_without_a_picture_are_known_where_a_feed_has_pictures() {
    let pictures = |content: Vec<u8>| -> Vec<Option<bool>> {
        let (items, _) = catalog_of(content).unwrap();
        items.iter().map(|item| item.has_picture).collect()
    };
    for path in [
        "merchant.xml",
        "merchant-atom.xml",
        "merchant.tsv",
        "shopify.csv",
        "woocommerce.csv",
    ] {
        let all = pictures(fixture(&format!("catalogs/{path}")));
        assert_eq!(all, [Some(true); 3], "{path}");
    }
    let of = |text: &str| pictures(text.as_bytes().to_vec());
    assert_eq!(
        of("id,image_link\na,\nb,N/A\nc,https://shop.example/c.jpg\n"),
        [Some(false), Some(false), Some(true)]
    );
    assert_eq!(of("id,title\na,Tent\n"), [None]);
    assert_eq!(
        of("id,image,image\na,x.jpg,y.jpg\n"),
        [None],
        "which of the two does not matter"
    );
}

#[test]
fn availability_in_other_words_is_named_and_a_count_of_pieces_stays_one() {
    let read = |kind, name: &str, cell: &str| {
        let folder = Folder::with("catalog", format!("id,availability\na,{cell}\nb,in_stock\n"));
        let fact = FactColumn {
            name: name.to_owned(),
            column: "availability".to_owned(),
            kind,
        };
        let map = ColumnMap::default();
        read_facts(folder.path("catalog").as_ref(), &map, &[fact], 0, 1.0, &Silent).unwrap()
    };
    let (rows, report) = read(FactKind::Flag, "in_stock", "perhaps");
    assert_eq!(rows["a"], [FactValue::Missing]);
    assert!(
        report
            .bad
            .to_string()
            .contains("line 2, column availability: fact `in_stock`: `perhaps`"),
        "{}",
        report.bad
    );
    let (rows, _) = read(FactKind::Count, "stock", "12");
    assert_eq!(rows["a"], [FactValue::Number(12)]);
    let (rows, _) = read(FactKind::Count, "in_stock", "12");
    assert_eq!(rows["a"], [FactValue::Number(1)]);
}

#[test]
fn catalogs_of_every_shop_system_have_the_same_items() {
    let expected = [
        ("peg", "Steel peg", "Camping > Pegs", "Fjord", 1.5),
        ("stove", "Gas stove & pot", "Camping > Stoves", "Nørd", 50.0),
        ("tent", "Dome tent", "Camping > Tents", "Fjord", 99.0),
    ];
    for (path, source) in [
        ("catalogs/merchant.xml", "Google Merchant feed"),
        ("catalogs/merchant-atom.xml", "Google Merchant feed"),
        ("catalogs/merchant.tsv", "Google Merchant feed"),
        ("catalogs/shopify.csv", "Shopify products (CSV)"),
        ("catalogs/shopify.json", "Shopify products (JSON)"),
        ("catalogs/woocommerce.csv", "WooCommerce products (CSV)"),
        ("catalogs/woocommerce.json", "WooCommerce products (JSON)"),
        ("catalogs/magento.csv", "Magento products (CSV)"),
        ("catalogs/json-ld.json", "schema.org products (JSON-LD)"),
    ] {
        let (items, report) = catalog_of(fixture(path)).unwrap();
        let items: Vec<_> = items
            .iter()
            .map(|item| {
                (
                    &*item.id,
                    &*item.title,
                    &*item.category,
                    &*item.brand,
                    item.price.unwrap_or_default(),
                )
            })
            .collect();
        assert_eq!(items, expected, "{path}");
        assert_eq!((report.files[0].source, report.bad.rows), (Some(source), 0), "{path}");
    }
}

#[test]
fn variants_count_as_their_product() {
    for (path, variant) in [
        ("catalogs/shopify.csv", "tent-red"),
        ("catalogs/shopify.json", "tent-blue"),
    ] {
        let products = products_of(path, &[]);
        assert_eq!(products.catalog.items.len(), 3, "{path}");
        let parent = products.parents.get(variant.as_bytes()).map(String::as_str);
        assert_eq!(parent, Some("tent"), "{path}");
    }
    let products = products_of("catalogs/shopify.json", &["id=variants[].sku"]);
    assert!(
        products.parents.contains_key(&b"R-tent"[..]),
        "a mapped column takes precedence"
    );
    let folder = Folder::with("log", "session,item,time\n1,tent-red,1600000000\n1,peg,1600000060\n");
    let mut options = folder.options();
    options.parents = products_of("catalogs/shopify.csv", &[]).parents;
    let (log, _) = crate::read_log(&options, &Silent).unwrap();
    assert_eq!(sessions(&log), [["tent", "peg"]]);
}

#[test]
fn nested_list_is_read_where_it_is_mapped() {
    let row = r#"{"sid":"1","when":1600000000,"cart":{"rows":[{"art":{"nr":"a"}},{"art":{"nr":"b"}}]}}"#;
    let folder = Folder::with("log", row);
    let error = folder.read().unwrap_err().to_string();
    assert!(error.contains("cart.rows[].art.nr"), "{error}");
    let mut options = folder.options();
    options.map = ColumnMap::parse(&["session=sid", "item=cart.rows[].art.nr", "time=when"]).unwrap();
    let (log, _) = crate::read_log(&options, &Silent).unwrap();
    assert_eq!(sessions(&log), [["a", "b"]]);
}

#[test]
fn feed_of_another_encoding_is_decoded() {
    let feed = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss><channel><item><id>a</id><title>?</title></item></channel></rss>";
    let (before, after) = feed
        .split_once('?')
        .and_then(|(start, rest)| {
            let (middle, end) = rest.rsplit_once('?')?;
            Some((format!("{start}?{middle}"), end.to_owned()))
        })
        .unwrap();
    let bytes = [before.as_bytes(), &[0xCF, 0xE0, 0xEB], after.as_bytes()].concat();
    assert_eq!(catalog_of(bytes).unwrap().0[0].title, "Пал");
    let latin =
        [&b"<?xml version='1.0' encoding='ISO-8859-1'?><rss><item><id>a</id><title>Gr\xFCn</title></item></rss>"[..]]
            .concat();
    assert_eq!(catalog_of(latin).unwrap().0[0].title, "Grün");
}

#[test]
fn hostile_feeds_are_refused_with_place_and_reason() {
    let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY lol \"lol\">\n<!ENTITY lol2 \"&lol;&lol;\">]>\n<rss><item><id>&lol2;</id></item></rss>";
    let deep = format!("<rss><item>{}", "<a>".repeat(100));
    let endless = format!("<rss><item><id>a</id><b>{}</b></item></rss>", "x".repeat(17 << 20));
    let shut = "<rss><item><id>a</id></wrong></item></rss>";
    let cut = "<rss><item><id>a</id></item>\n<item><id>b";
    for (feed, part) in [
        (bomb, "declares entities"),
        (&deep, "nested more than"),
        (&endless, "more than 16777216 bytes"),
        (shut, "line 1"),
        (cut, "line 2: reading breaks off"),
        ("<rss><channel></channel></rss>", "XML without entries"),
    ] {
        let error = catalog_of(feed).unwrap_err().to_string();
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn feed_entities_of_html_and_lone_ampersands_lose_no_item() {
    let feed = "<rss><item><id>a&#45;1</id><title>Salt & Pepper&nbsp;&eacute;</title></item></rss>";
    let (items, _) = catalog_of(feed).unwrap();
    assert_eq!(
        (&*items[0].id, &*items[0].title),
        ("a-1", "Salt & Pepper&nbsp;&eacute;")
    );
}

#[test]
fn column_that_stands_twice_is_refused_where_it_would_be_read() {
    let error = super::error_of("session,item,item,time\n1,a,b,1600000000\n");
    assert!(error.contains("two columns are called `item`"), "{error}");
    let (log, _) = super::log_of("session,item,note,note,time\n1,a,x,y,1600000000\n");
    assert_eq!(sessions(&log), [["a"]], "columns that are not read may do so");
}

#[test]
fn item_column_with_addresses_is_refused() {
    let error = super::error_of("session,item,time\n1,jane@example.org,1600000000\n2,joe@example.org,1600000000\n");
    assert!(error.contains("column item would be read as the item"), "{error}");
}

#[test]
fn personal_columns_are_not_read_and_named() {
    let (_, report) = log_of("orders/shopify.csv");
    assert_eq!(report.files[0].personal, ["Email", "Billing Name"]);
}

#[test]
fn shards_of_different_columns_are_read_with_a_warning() {
    let folder = Folder::with("a.csv", "session,item,time,quantity\n1,a,1600000000,1\n")
        .and("b.csv", "session,item,time\n2,a,1600000000\n");
    let (log, report) = folder.read().unwrap();
    assert_eq!(log.sessions.len(), 2);
    let warning = &report.warnings[0];
    assert!(
        warning.contains("columns for quantity") && warning.contains("b.csv"),
        "{warning}"
    );
}

//! The ten wishes of a merchandiser that `docs/policy.md` teaches by, each held against a shop of twelve items.

use shelfwise_core::facts::FactKind;
use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource};
use shelfwise_core::policy::{FactSource, PolicySource};
use shelfwise_core::snapshot::{AttributeTable, SnapshotBuilder};
use shelfwise_core::{Context, ContextKey, Engine, Item, ItemIndex, Policy, Rerank, Session, Snapshot, example};

const DOC: &str = include_str!("../../../../docs/policy.md");

/// 2026-12-04 12:00 in Berlin.
pub const NOW_MS: i64 = 1_796_382_000_000;
const TODAY: i32 = (NOW_MS / 86_400_000) as i32;

pub const HEAD: &str = r#"
zone = "Europe/Berlin"
placement = [{ name = "home" }, { name = "pdp" }]
fact = [
  { name = "rating", kind = "number" },
  { name = "age_days", kind = "day" },
  { name = "margin", kind = "share", secret = true },
  { name = "adult", kind = "flag" },
  { name = "price", kind = "money" },
  { name = "stock", kind = "count" },
]
"#;

const CATEGORIES: [&str; 3] = ["Shoes", "Care", "Gifts"];
const BRANDS: [&str; 3] = ["Alba", "Fjord", "Spirits & Co"];

/// Id, category, brand, rating in tenths, age in days, margin in thousandths, adult, price in cents, stock.
pub type Row = (&'static str, u16, u16, i32, i32, i32, i32, i32, i32);

/// In the order of the model: the first is the most popular.
pub const ROWS: [Row; 12] = [
    ("boot", 0, 0, 45, 400, 300, 0, 9_900, 9),
    ("clog", 0, 0, 25, 300, 300, 0, 3_000, 9),
    ("pump", 0, 0, 40, 200, 300, 0, 12_000, 9),
    ("sandal", 0, 1, 41, 100, 50, 0, 2_500, 9),
    ("sneaker", 0, 1, 42, 90, 300, 0, 8_000, 1),
    ("wax", 1, 1, 43, 80, 300, 0, 900, 9),
    ("brush", 1, 1, 44, 70, 300, 0, 1_200, 9),
    ("vodka", 2, 2, 38, 60, 300, 0, 2_200, 9),
    ("whip", 2, 2, 39, 50, 300, 1, 4_000, 9),
    ("mule", 0, 0, 40, 10, 300, 0, 7_000, 9),
    ("calendar", 2, 1, 47, 5, 300, 0, 1_500, 9),
    ("lace", 1, 0, 46, 40, 300, 0, 300, 9),
];

const FACTS: [&str; 6] = ["rating", "age_days", "margin", "adult", "price", "stock"];

fn fact(column: usize, row: &Row) -> i32 {
    [row.3, TODAY - row.4, row.5, row.6, row.7, row.8][column]
}

/// The facts file: everything but the secret, in the order of the snapshot's items.
#[derive(Debug)]
struct Table(Vec<Row>);

impl FactSource for Table {
    fn column(&self, name: &str) -> Option<u16> {
        // What there is more of is worth more.
        let name = if name == "value" { "stock" } else { name };
        let at = FACTS.iter().position(|known| *known == name && name != "margin");
        at.map(|at| at as u16)
    }

    fn value(&self, column: u16, item: ItemIndex) -> Option<i32> {
        self.0.get(item.as_usize()).map(|row| fact(usize::from(column), row))
    }

    fn code(&self, _: u16, _: &str) -> Option<i32> {
        None
    }
}

pub fn catalog() -> CatalogIndex {
    let item = |row: &Row| Item {
        category: Some(CATEGORIES[usize::from(row.1)]),
        brand: Some(BRANDS[usize::from(row.2)]),
        ..Item::new(row.0)
    };
    let mut catalog = CatalogIndex::new(CatalogSource::Catalog, ROWS.iter().map(item));
    catalog.today = TODAY;
    let kinds = [
        FactKind::Number,
        FactKind::Day,
        FactKind::Share,
        FactKind::Flag,
        FactKind::Money,
        FactKind::Count,
    ];
    let mut sorted = ROWS;
    sorted.sort_by_key(|row| row.0);
    for (column, (name, kind)) in FACTS.into_iter().zip(kinds).enumerate() {
        catalog.add_numbers(name, kind, sorted.iter().map(|row| Some(fact(column, row))).collect());
    }
    catalog
}

/// Returns the rule of that name in the document, as a policy of its own.
fn wish(id: &str) -> Policy {
    let (_, wishes) = DOC.split_once("\n## Ten wishes\n").unwrap();
    let section = wishes.split("\n## ").next().unwrap();
    let blocks = section.split("\n```").skip(1).step_by(2);
    let blocks = blocks.filter_map(|block| block.strip_prefix("toml\n"));
    let text: String = blocks.map(|block| format!("{block}\n")).collect();
    let document: toml::Table = text.parse().unwrap();
    let rules = document["rule"].as_array().unwrap();
    assert_eq!(rules.len(), 10);
    let rule = rules.iter().find(|rule| rule["id"].as_str() == Some(id)).unwrap();
    let mut policy: toml::Table = HEAD.parse().unwrap();
    policy.insert("rule".into(), toml::Value::Array(vec![rule.clone()]));
    let mut source: PolicySource = policy.try_into().unwrap();
    // Berlin in winter.
    source.set_offsets(|_| 60);
    let policy = source.build(Some(&catalog())).unwrap();
    Policy::decode(&policy.encode()).unwrap()
}

pub fn engine(policy: Policy) -> Engine<Vec<u8>> {
    let mut rows = ROWS;
    let popularity = |row: &Row| 60 - 2 * ROWS.iter().position(|other| other.0 == row.0).unwrap() as u8;
    // As snapshots have ids: short ones first.
    rows.sort_by_key(|row| (row.0.len(), row.0));
    let builder = SnapshotBuilder {
        id_runs: vec![rows.iter().map(|row| row.0.to_owned()).collect()],
        popularity: rows.iter().map(popularity).collect(),
        recent: vec![0; 12],
        top: vec![],
        together: shelfwise_core::snapshot::NeighbourTable {
            rows: vec![vec![]; 12],
            ..example::corner_shop().together
        },
        attributes: Some(AttributeTable {
            categories: CATEGORIES.map(String::from).into(),
            brands: BRANDS.map(String::from).into(),
            items: rows.iter().map(|row| (Some(row.1), Some(row.2))).collect(),
            popular: vec![vec![]; 3],
        }),
        hit_curve: Some((0..12).map(|rank| 12_000 - 900 * rank).collect()),
        ..example::corner_shop()
    };
    let mut engine = Engine::new(Snapshot::open(builder.build().unwrap()).unwrap(), policy);
    engine.set_fact_source(Some(Box::new(Table(rows.to_vec()))));
    engine
}

/// Returns what a visitor without a history sees at a placement, at a time.
fn shown(policy: Policy, placement: &str, context: Context<'_>, now_ms: i64) -> Vec<String> {
    let items = ROWS.map(|row| Item::new(row.0));
    let mut engine = engine(policy);
    let request = Rerank {
        placement,
        items: &items,
        context,
        limit: 12,
        now_ms,
        arms: &[],
    };
    let slate = engine.rerank(&Session::new(), &request, &mut ());
    slate
        .items
        .iter()
        .map(|item| item.item_id.clone().into_owned())
        .collect()
}

/// The same now, on the home page.
fn at_home(id: &str) -> Vec<String> {
    shown(wish(id), "home", Context::default(), NOW_MS)
}

fn all_but(hidden: &[&str]) -> Vec<&'static str> {
    ROWS.iter().map(|row| row.0).filter(|id| !hidden.contains(id)).collect()
}

#[test]
fn wish_stock_leaves_out_what_is_nearly_gone() {
    assert_eq!(at_home("stock"), all_but(&["sneaker"]));
}

#[test]
fn wish_margin_floor_hides_by_a_secret_that_does_not_travel() {
    assert_eq!(at_home("floor"), all_but(&["sandal"]));
    let names = &wish("floor").vocabulary.columns;
    assert!(names.is_empty(), "{names:?}");
}

#[test]
fn wish_new_season_moves_new_items_five_places() {
    let order = at_home("new-season");
    let place = |id: &str| order.iter().position(|shown| shown == id).unwrap();
    // They stood at 9 and 10.
    // The second counts from behind the first: it passes four items that no rule moves.
    assert_eq!((place("mule"), place("calendar")), (4, 6), "{order:?}");
    let later = shown(wish("new-season"), "home", Context::default(), NOW_MS + 40 * 86_400_000);
    assert_eq!(later, all_but(&[]), "the season is over");
}

#[test]
fn bury_to_the_end_is_the_end() {
    let mut expected = all_but(&["clog"]);
    expected.push("clog");
    assert_eq!(at_home("low-rated"), expected);
}

#[test]
fn wish_advent_pins_from_the_minute_on() {
    assert_eq!(at_home("advent")[0], "calendar");
    let begins = 1_796_108_400_000; // 2026-12-01 08:00 in Berlin
    let at = |now_ms| shown(wish("advent"), "home", Context::default(), now_ms).remove(0);
    assert_eq!((&*at(begins - 1), &*at(begins)), ("boot", "calendar"));
    assert_eq!(shown(wish("advent"), "pdp", Context::default(), NOW_MS)[0], "boot");
}

#[test]
fn wish_brand_cap_holds_the_third_of_a_brand_back() {
    assert_eq!(
        at_home("brand-cap")[..6],
        ["boot", "clog", "sandal", "sneaker", "vodka", "whip"]
    );
}

#[test]
fn wish_shoe_care_fills_its_places_on_pages_of_shoes() {
    let shoes = Context {
        category: Some("Shoes > Boots"),
        ..Context::default()
    };
    let order = shown(wish("shoe-care"), "category", shoes, NOW_MS);
    assert_eq!((&*order[2], &*order[7]), ("wax", "lace"), "{order:?}");
    assert_eq!(at_home("shoe-care"), all_but(&[]));
}

#[test]
fn wish_adult_items_stay_off_the_front_page() {
    assert_eq!(at_home("adult"), all_but(&["whip"]));
    assert_eq!(shown(wish("adult"), "pdp", Context::default(), NOW_MS), all_but(&[]));
}

#[test]
fn wish_norway_hides_a_brand_in_one_country() {
    let norway = Context {
        cell: ContextKey::parse(",,,no,NO"),
        ..Context::default()
    };
    assert_eq!(
        shown(wish("norway"), "home", norway, NOW_MS),
        all_but(&["vodka", "whip"])
    );
    assert_eq!(at_home("norway"), all_but(&[]));
}

#[test]
fn wish_price_band_comes_first_on_an_items_page() {
    let order = shown(wish("price-band"), "pdp", Context::default(), NOW_MS);
    assert_eq!(order[..4], ["clog", "sandal", "vodka", "whip"], "{order:?}");
}

fn of_rule(rule: &str) -> Policy {
    let mut source: PolicySource = toml::from_str(&format!("{HEAD}[[rule]]\nid = \"rule\"\n{rule}\n")).unwrap();
    source.set_offsets(|_| 60);
    source.build(Some(&catalog())).unwrap()
}

#[test]
fn pinned_and_sold_out() {
    let first = |rule: &str, in_stock: bool| {
        let stock = if in_stock {
            shelfwise_core::Stock::In
        } else {
            shelfwise_core::Stock::Out
        };
        let items = ROWS.map(|row| Item {
            stock: if row.0 == "lace" {
                stock
            } else {
                shelfwise_core::Stock::In
            },
            ..Item::new(row.0)
        });
        let mut engine = engine(of_rule(rule));
        let request = Rerank {
            placement: "home",
            items: &items,
            limit: 12,
            now_ms: NOW_MS,
            ..Rerank::default()
        };
        let slate = engine.rerank(&Session::new(), &request, &mut ());
        slate.items[0].item_id.clone().into_owned()
    };
    let pin = "pin = { item = \"lace\", position = 1 }";
    assert_eq!((&*first(pin, true), &*first(pin, false)), ("lace", "boot"));
    let kept = "pin = { item = \"lace\", position = 1, even_if_sold_out = true }";
    assert_eq!(first(kept, false), "lace");
}

/// The second page is what follows the first one in a longer slate, whatever the rules about the mix.
#[test]
fn page_two_is_stable() {
    for rule in [
        "spread = { by = \"brand\", gap = 2 }",
        "cap = { by = \"category\", max = 2 }",
        "boost = { where = \"age_days < 60\", places = 4 }",
        "bury = { where = \"rating < 4\", to = \"end\" }",
        "slot = { where = \"category = 'Care'\", positions = [2, 7] }",
        "share = { where = \"category = 'Care'\", at_least = 2, of_first = 4 }",
    ] {
        let pages = [6, 12].map(|limit| {
            let items = ROWS.map(|row| Item::new(row.0));
            let mut engine = engine(of_rule(rule));
            let request = Rerank {
                placement: "home",
                items: &items,
                limit,
                now_ms: NOW_MS,
                ..Rerank::default()
            };
            let slate = engine.rerank(&Session::new(), &request, &mut ());
            slate
                .items
                .iter()
                .map(|item| item.item_id.clone().into_owned())
                .collect::<Vec<_>>()
        });
        assert_eq!(pages[0], pages[1][..6], "{rule}");
    }
}

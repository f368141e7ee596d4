//! A made-up shop whose log has people, days, contexts, and things that one person did.

use shelfwise_core::ContextKey;
use shelfwise_intake::catalog::{Catalog, CatalogItem};
use shelfwise_intake::log::{Log, SessionSpan, Support};

/// An item of the catalog that one person saw.
pub const RARE: &str = "rare-lamp";
/// An item that many saw, and never near the rare one.
pub const FAR: &str = "pond-liner";
/// The context of one visit.
pub const RARE_CONTEXT: &str = "night,weekend,tablet";

/// Visits in all, and people behind them.
const VISITS: u32 = 600;
const PEOPLE: u32 = 150;
/// Visits of one day.
const PER_DAY: i64 = 30;
/// A day of 2024, in days since 1970.
const SPRING: i64 = 19_800;
const DAY_MS: i64 = 86_400_000;

/// Items of a visit, seven groups of things that go together.
const GROUPS: [[&str; 5]; 7] = [
    ["tent", "peg", "mallet", "rope", "tarp"],
    ["stove", "gas", "pot", "spoon", "mug"],
    ["tea", "kettle", "mug", "honey", "spoon"],
    ["lamp", "battery", "headband", "torch", "rope"],
    ["boot", "sock", "laces", "gaiter", "wax"],
    ["kayak", "paddle", "drybag", "rope", "vest"],
    ["pond-pump", "pond-liner", "hose", "pond-net", "lily"],
];

/// Returns the log. The same one every time.
pub fn log() -> Log {
    let mut chance = Chance(7);
    let mut visits: Vec<Vec<String>> = (0..VISITS).map(|_| visit(&mut chance)).collect();
    // The engraved thing that one person looked at in five visits, with the rare lamp.
    for number in 0..5 {
        visits[number * 40 + 3] = ["mug", "engraved-for-jane", RARE, "mug"].map(str::to_owned).to_vec();
    }
    let ids: Vec<Vec<&str>> = visits
        .iter()
        .map(|visit| visit.iter().map(String::as_str).collect())
        .collect();
    let ids: Vec<&[&str]> = ids.iter().map(Vec::as_slice).collect();
    let mut log = Log::of_views(&ids);
    (log.support, log.people) = (Support::People, PEOPLE + 1);
    for (at, session) in (0_i64..).zip(&mut log.sessions) {
        let is_jane = at % 40 == 3 && at / 40 < 5;
        session.person = if is_jane { PEOPLE } else { chance.below(PEOPLE) };
        session.last_ms = (SPRING + at / PER_DAY) * DAY_MS + at % PER_DAY * 1_800_000 + 17;
        session.cell = ContextKey::parse(match at {
            100 => RARE_CONTEXT,
            _ if at % 2 == 0 => "morning,workday,desktop",
            _ => "evening,workday,phone",
        });
    }
    log
}

fn visit(chance: &mut Chance) -> Vec<String> {
    let group = GROUPS[chance.below(GROUPS.len() as u32) as usize];
    let length = 2 + chance.below(4);
    let mut ids: Vec<String> = (0..length)
        .map(|_| group[chance.below(5) as usize].to_owned())
        .collect();
    if chance.below(6) == 0 {
        // Things of the long tail, which few people see.
        ids.push(format!("part-{:02}", chance.below(40)));
    }
    ids
}

/// Returns the log as a table, with a person's key. Events of a visit are a minute apart.
pub fn events_csv(log: &Log) -> String {
    let mut csv = "session_id,user_id,item_id,timestamp\n".to_owned();
    for (number, session) in log.sessions.iter().enumerate() {
        let clicks = log.clicks_of(session);
        let first_ms = session.last_ms - 60_000 * (clicks.len() as i64 - 1);
        for (at_ms, click) in (first_ms..).step_by(60_000).zip(clicks) {
            let item = &log.items[click.item as usize];
            csv += &format!("s{number},p{},{item},{at_ms}\n", session.person);
        }
    }
    csv
}

/// Returns the catalog as a table.
pub fn catalog_csv(catalog: &Catalog) -> String {
    let row = |item: &CatalogItem| format!("{},{},{},{}\n", item.id, item.title, item.category, item.sensitive);
    let rows: String = catalog.items.iter().map(row).collect();
    format!("id,title,category,sensitive\n{rows}")
}

/// Returns the catalog: everything but the engraved thing and the long tail, and one item that is flagged as sensitive.
pub fn catalog() -> Catalog {
    let mut ids: Vec<&str> = GROUPS.into_iter().flatten().chain([RARE, FLAGGED]).collect();
    ids.sort_unstable();
    ids.dedup();
    let item = |id: &str| CatalogItem {
        id: id.to_owned(),
        title: id.replace('-', " "),
        category: if id.starts_with("pond") { "Garden" } else { "Outdoor" }.to_owned(),
        sensitive: id == FLAGGED,
        ..CatalogItem::default()
    };
    Catalog {
        items: ids.into_iter().map(item).collect(),
    }
}

/// An item that the shop flags as sensitive.
const FLAGGED: &str = "first-aid-kit";

/// Returns the log as if every visit were a person.
pub fn by_sessions(log: &Log) -> Log {
    let mut log = log.clone();
    for (person, session) in (0..).zip(&mut log.sessions) {
        session.person = person;
    }
    log.people = VISITS;
    log
}

/// Returns the time of the last event.
pub fn last_ms(log: &Log) -> i64 {
    log.sessions.last().map_or(0, |session: &SessionSpan| session.last_ms)
}

/// Pseudo-random numbers: a linear congruential generator, as in Knuth's MMIX.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(end)) as u32
    }
}

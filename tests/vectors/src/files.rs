//! The committed files, built in: a browser has no folder to read them from.
//!
//! A new file begins empty, is named here, and is filled by `--write` or `--write-snapshots`.

/// Snapshots that every engine must open, by name.
pub const GOOD: [(&str, &[u8]); 9] = [
    ("visits", include_bytes!("../../snapshots/v1/good/visits.swm")),
    ("grocer", include_bytes!("../../snapshots/v1/good/grocer.swm")),
    ("baskets", include_bytes!("../../snapshots/v1/good/baskets.swm")),
    ("ranked", include_bytes!("../../snapshots/v1/good/ranked.swm")),
    ("bridged", include_bytes!("../../snapshots/v1/good/bridged.swm")),
    ("cells", include_bytes!("../../snapshots/v1/good/cells.swm")),
    ("one-item", include_bytes!("../../snapshots/v1/good/one-item.swm")),
    ("no-items", include_bytes!("../../snapshots/v1/good/no-items.swm")),
    (
        "future-section",
        include_bytes!("../../snapshots/v1/good/future-section.swm"),
    ),
];

/// Files of cases, by name.
pub const SUITES: &[(&str, &str)] = &[
    ("events", include_str!("../cases/events.json")),
    ("ranking", include_str!("../cases/ranking.json")),
    ("catalog", include_str!("../cases/catalog.json")),
    ("baskets", include_str!("../cases/baskets.json")),
    ("ranked", include_str!("../cases/ranked.json")),
    ("bridged", include_str!("../cases/bridged.json")),
    ("policy", include_str!("../cases/policy.json")),
    ("listed", include_str!("../cases/listed.json")),
    ("governed", include_str!("../cases/governed.json")),
    ("pages", include_str!("../cases/pages.json")),
    ("kinds", include_str!("../cases/kinds.json")),
    ("ids", include_str!("../cases/ids.json")),
    ("edges", include_str!("../cases/edges.json")),
    ("cells", include_str!("../cases/cells.json")),
    ("visits", include_str!("../cases/visits.json")),
];

/// The snapshot of that name.
#[must_use]
pub fn snapshot(name: &str) -> Option<&'static [u8]> {
    GOOD.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes)
}

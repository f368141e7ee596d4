//! Options of reading a log. The defaults fit an ordinary shop.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::columns::ColumnMap;
use super::dates::TimeOptions;
use super::kinds::KindNames;
use super::roles::LogRole;

/// Milliseconds in a minute.
const MINUTE_MS: i64 = 60_000;

/// For ids of variants the id of their product.
pub type Parents = BTreeMap<Vec<u8>, String>;

/// How to read a log.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// Paths or patterns; each must match. Files are read in the bytewise order of their paths, each once.
    pub patterns: Vec<String>,
    /// Columns mapped by the caller.
    pub map: ColumnMap<LogRole>,
    /// Kinds of the event names.
    pub kinds: KindNames,
    /// Inactivity that ends a session, in milliseconds. Applies only if the log has no session key.
    pub session_gap_ms: i64,
    /// Share of bad rows from which on reading fails: 0 allows none, 1 allows all.
    pub bad_row_share: f64,
    /// Ids of items that are left out, such as those the catalog flags as sensitive.
    pub excluded: Vec<String>,
    /// Ids that are known to be items, such as the catalog's: a `0` among them is an id.
    pub known_items: Vec<String>,
    /// For ids of variants the id of their product, which counts in place of the variant.
    pub parents: Parents,
    /// Limits beyond which a session is a robot's.
    pub robots: RobotRule,
    /// Longest session that is kept whole, in events. Of a longer session the last events are kept; of a longer basket
    /// an even sample.
    pub longest_session: usize,
    /// How times without an explicit format or zone are interpreted.
    pub times: TimeOptions,
    /// Rows before this time are left out, in milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// Rows from this time on are left out, in milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// Time zone of the shop, for the time of day at which visits begin.
    pub time_zone: TimeZone,
}

/// A session is classified as a robot's if it has too many events, or too many item views within a short time.
///
/// People do neither: the longest of 430,000 real sessions measured for this has 196 events. Baskets are never robots.
/// For the burst only views and selections of single items count, because lists and orders come in bulk; and it applies
/// only if times distinguish events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RobotRule {
    /// More events than this in one session.
    pub events: usize,
    /// More item views than this within `burst_ms`.
    pub burst_views: usize,
    /// Length of the burst in milliseconds.
    pub burst_ms: i64,
}

impl Default for RobotRule {
    fn default() -> Self {
        Self {
            events: 1_000,
            burst_views: 200,
            burst_ms: MINUTE_MS,
        }
    }
}

impl LogOptions {
    /// Returns the defaults, for these paths or patterns.
    #[must_use]
    pub fn new(patterns: Vec<String>) -> Self {
        Self {
            patterns,
            map: ColumnMap::default(),
            kinds: KindNames::default(),
            session_gap_ms: 30 * MINUTE_MS,
            bad_row_share: 0.01,
            excluded: Vec::new(),
            known_items: Vec::new(),
            parents: Parents::new(),
            robots: RobotRule::default(),
            longest_session: 500,
            times: TimeOptions::default(),
            since_ms: None,
            until_ms: None,
            time_zone: TimeZone::UTC,
        }
    }
}

//! A click log, read, cleaned and cut into sessions: what every later stage of training works on.

use shelfwise_core::EventKind;

/// What is known of the order within a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The events of a session stand in the order in which they happened.
    Sequence,
    /// A session is a basket: its items have no order, so distance means nothing.
    Basket,
}

/// Who the support floor counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// The log has a person's key: distinct people.
    People,
    /// It has none: distinct sessions.
    Sessions,
}

/// One event of a log: 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Click {
    /// Index into [`Log::items`].
    pub item: u32,
    /// What was done with the item.
    pub kind: EventKind,
}

/// One session: a range of [`Log::clicks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionSpan {
    /// First click.
    pub start: u32,
    /// One past the last click.
    pub end: u32,
    /// The person, numbered from 0; the session's own number where the log has no person's key.
    pub person: u32,
    /// Time of the last event, in milliseconds since 1970; 0 where the log has no times.
    pub last_ms: i64,
}

/// A cleaned log. Equal input gives an equal log, whatever the order of files or of hash maps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// External item ids, sorted bytewise.
    pub items: Vec<String>,
    /// All events, session by session.
    pub clicks: Vec<Click>,
    /// Sessions by time of the last event, then by order of first appearance in the log.
    pub sessions: Vec<SessionSpan>,
    /// Whether the order within a session means anything.
    pub order: Order,
    /// Who the support floor counts.
    pub support: Support,
    /// Number of distinct people (of sessions, where there is no person's key).
    pub people: u32,
}

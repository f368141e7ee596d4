//! A click log, read, cleaned and cut into sessions: the input of training.

use std::collections::{BTreeMap, BTreeSet};

use shelfwise_core::{ContextKey, EventKind};

use super::time::FIRST_MS;

/// Whether the events within a session are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The events of a session are in chronological order.
    Sequence,
    /// A session is a basket: its items have no order, so distance has no meaning.
    Basket,
}

/// What the support floor counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// Distinct people: the log has a person's key.
    People,
    /// Distinct sessions: the log has no person's key.
    Sessions,
}

/// One event of a log: 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Click {
    /// Index into [`Log::items`].
    pub item: u32,
    /// Kind of event.
    pub kind: EventKind,
}

/// One session: a range of [`Log::clicks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionSpan {
    /// First click.
    pub start: u32,
    /// One past the last click.
    pub end: u32,
    /// The person, numbered from 0; the session's own number if the log has no person's key. In a log of people all
    /// sessions without a person have one number, [`Log::nobody`].
    pub person: u32,
    /// Time of the last event, in milliseconds since 1970; 0 if the log has no times.
    pub last_ms: i64,
    /// Context key of its beginning.
    pub cell: ContextKey,
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
    /// Whether the events within a session are ordered.
    pub order: Order,
    /// What the support floor counts.
    pub support: Support,
    /// Number of distinct people; of sessions, if there is no person's key.
    pub people: u32,
    /// The number shared by all sessions without a person, in a log of people: one more than the last person's. They
    /// count as one supporter, and add nothing to what a known person supports.
    pub nobody: Option<u32>,
}

/// Milliseconds between two sessions of a log made by hand.
const HOUR_MS: i64 = 3_600_000;

impl Log {
    /// Returns a log of views, made by hand: sessions of item ids, oldest first, each of a person of its own, the first one
    /// at the beginning of 1970 and each next one an hour later.
    ///
    /// ```
    /// use shelfwise_intake::log::Log;
    ///
    /// let log = Log::of_views(&[&["tent", "peg"], &["tent"]]);
    /// assert_eq!((log.items.len(), log.sessions.len(), log.people), (2, 2, 2));
    /// ```
    #[must_use]
    pub fn of_views(sessions: &[&[&str]]) -> Self {
        let all: BTreeSet<&str> = sessions.iter().flat_map(|ids| ids.iter().copied()).collect();
        let numbers: BTreeMap<&str, u32> = all.iter().copied().zip(0..).collect();
        let (mut clicks, mut spans) = (Vec::new(), Vec::new());
        for (person, ids) in (0..).zip(sessions) {
            let start = clicks.len() as u32;
            clicks.extend(ids.iter().map(|id| Click {
                item: numbers[id],
                kind: EventKind::ViewItem,
            }));
            spans.push(SessionSpan {
                start,
                end: clicks.len() as u32,
                person,
                last_ms: i64::from(person) * HOUR_MS,
                cell: ContextKey::UNKNOWN,
            });
        }
        Self {
            items: all.into_iter().map(str::to_owned).collect(),
            clicks,
            people: spans.len() as u32,
            sessions: spans,
            order: Order::Sequence,
            support: Support::Sessions,
            nobody: None,
        }
    }

    /// Splits the log in time: the last `share` of the sessions are the second part.
    ///
    /// Items keep their numbers. Copies the clicks.
    #[must_use]
    pub fn split(&self, share: f64) -> (Self, Self) {
        self.split_last(self.held_out(share).len())
    }

    /// Splits the log in time: the last `sessions` are the second part; all of them, if there are not as many.
    ///
    /// Items keep their numbers. Copies the clicks.
    #[must_use]
    pub fn split_last(&self, sessions: usize) -> (Self, Self) {
        let (before, after) = self.sessions.split_at(self.sessions.len().saturating_sub(sessions));
        (self.with_sessions(before), self.with_sessions(after))
    }

    /// Returns the events of a session.
    #[must_use]
    pub fn clicks_of(&self, session: &SessionSpan) -> &[Click] {
        &self.clicks[session.start as usize..session.end as usize]
    }

    /// Returns the last `share` of the sessions.
    #[must_use]
    pub fn held_out(&self, share: f64) -> &[SessionSpan] {
        let held_out = (self.sessions.len() as f64 * share).ceil() as usize;
        &self.sessions[self.sessions.len().saturating_sub(held_out)..]
    }

    /// Splits the log into all sessions but every `parts`-th one, from the `part`-th on, and those.
    ///
    /// Items keep their numbers. Copies the clicks.
    #[must_use]
    pub fn without_every(&self, parts: usize, part: usize) -> (Self, Self) {
        let of = |held_out: bool| -> Vec<SessionSpan> {
            let numbered = self.sessions.iter().enumerate();
            let wanted = numbered.filter(|(number, _)| (number % parts == part) == held_out);
            wanted.map(|(_, session)| *session).collect()
        };
        (self.with_sessions(&of(false)), self.with_sessions(&of(true)))
    }

    fn with_sessions(&self, sessions: &[SessionSpan]) -> Self {
        let mut part = Self {
            clicks: Vec::new(),
            sessions: Vec::new(),
            items: self.items.clone(),
            ..*self
        };
        for session in sessions {
            let start = part.clicks.len() as u32;
            part.clicks
                .extend(&self.clicks[session.start as usize..session.end as usize]);
            part.sessions.push(SessionSpan {
                start,
                end: part.clicks.len() as u32,
                ..*session
            });
        }
        part
    }

    /// Returns whether the times of the log are dates: numbers that only put events in order are taken for seconds, and
    /// end long before 1990.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        self.sessions.last().is_some_and(|session| session.last_ms >= FIRST_MS)
    }

    /// Returns the number of next-item predictions: the events that follow another one in their session, over all
    /// sessions.
    #[must_use]
    pub fn predictions(&self) -> usize {
        self.sessions.iter().map(SessionSpan::predictions).sum()
    }
}

impl SessionSpan {
    /// Returns the number of next-item predictions of the session: all events but the first.
    #[must_use]
    pub const fn predictions(&self) -> usize {
        (self.end - self.start).saturating_sub(1) as usize
    }
}

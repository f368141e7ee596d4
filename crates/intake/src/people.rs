//! Determines the person of each session.
//!
//! The support floor counts people, so nobody may be counted twice: a login within a session counts for the whole
//! session, two ids in one session are one person, and so are ids that differ in case or surrounding space.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::gather::UNKNOWN_PERSON;
use super::intern::Interner;
use super::normalize;

/// Session keys identify sessions across people if at most one known session in this many shares its key with another
/// person's. Otherwise the tracker numbers sessions person by person, and equal keys mean nothing.
const SHARED_ONE_IN: usize = 50;

/// Bytes before the key in an interned session: the number of the person.
const PERSON_BYTES: usize = size_of::<u32>();

/// Sessions with their persons resolved.
pub(super) struct Identified {
    /// For each gathered session, the session that its rows are merged into.
    pub(super) session: Vec<u32>,
    /// For each session its person, or [`UNKNOWN_PERSON`].
    pub(super) person: Vec<u32>,
}

/// Returns one spelling for each person: ids that differ only in case, in surrounding space, in invisible characters or in
/// the form of their letters are equal.
pub(super) fn spelling(id: &[u8]) -> Cow<'_, [u8]> {
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
    if id.iter().all(is_plain) && !id.ends_with(b".0") {
        return Cow::Borrowed(id);
    }
    let text = String::from_utf8_lossy(id);
    let text = normalize::normalized(&text);
    // Upper case first: `ß` and `SS` have the same upper case, but different lower cases.
    let text = text.trim().to_uppercase().to_lowercase();
    Cow::Owned(without_fraction(&text).as_bytes().to_vec())
}

/// Returns `10001` for `10001.0`, which data frames write for columns with gaps.
fn without_fraction(text: &str) -> &str {
    let whole = text.strip_suffix(".0").filter(|whole| !whole.is_empty());
    whole
        .filter(|whole| whole.bytes().all(|b| b.is_ascii_digit()))
        .unwrap_or(text)
}

/// Extends a person to the whole session. `sessions` holds keys prefixed with the number of their person; it is empty
/// if the log has no session key.
pub(super) fn identify(sessions: &Interner, person_of: Vec<u32>) -> Identified {
    let mut identified = Identified {
        session: (0..person_of.len() as u32).collect(),
        person: person_of,
    };
    let holders = Holders::of_all(sessions, &identified.person);
    let global = are_global(&holders, &identified.person);
    let mut people = Union::new(&identified.person);
    for (first, holders) in holders.values().filter_map(|own| Some((own.first?, own))) {
        let other = match holders.second {
            Some(_) if holders.more > 0 || !global => continue,
            other => other,
        };
        for session in holders.anonymous.into_iter().chain(other) {
            identified.session[session as usize] = first;
        }
        if let Some(other) = other {
            people.join(identified.person[first as usize], identified.person[other as usize]);
        }
    }
    for person in identified.person.iter_mut().filter(|person| **person != UNKNOWN_PERSON) {
        *person = people.root(*person);
    }
    identified
}

/// The sessions with one key, by their people.
#[derive(Default)]
struct Holders {
    /// Rows without a person.
    anonymous: Option<u32>,
    first: Option<u32>,
    second: Option<u32>,
    /// Number of further people.
    more: usize,
}

impl Holders {
    fn of_all<'s>(sessions: &'s Interner, person_of: &[u32]) -> FxHashMap<&'s [u8], Self> {
        let mut all: FxHashMap<&[u8], Self> = FxHashMap::default();
        for session in 0..sessions.len() as u32 {
            let key = &sessions.get(session)[PERSON_BYTES..];
            // A person's events without a key: they are cut by inactivity, and never join another person's session.
            if key.is_empty() {
                continue;
            }
            all.entry(key).or_default().add(session, person_of[session as usize]);
        }
        all
    }

    fn add(&mut self, session: u32, person: u32) {
        if person == UNKNOWN_PERSON {
            self.anonymous = Some(session);
        } else if self.first.is_none() {
            self.first = Some(session);
        } else if self.second.is_none() {
            self.second = Some(session);
        } else {
            self.more += 1;
        }
    }

    /// Returns the number of known sessions that share their key with another person's.
    fn shared(&self) -> usize {
        self.second.map_or(0, |_| 2 + self.more)
    }
}

fn are_global(holders: &FxHashMap<&[u8], Holders>, person_of: &[u32]) -> bool {
    let shared: usize = holders.values().map(Holders::shared).sum();
    let known = person_of.iter().filter(|person| **person != UNKNOWN_PERSON).count();
    shared * SHARED_ONE_IN <= known
}

/// A [disjoint set](https://en.wikipedia.org/wiki/Disjoint-set_data_structure) of person ids: each points towards the
/// smallest of its set.
struct Union(Vec<u32>);

impl Union {
    fn new(person_of: &[u32]) -> Self {
        let known = person_of.iter().filter(|person| **person != UNKNOWN_PERSON);
        Self((0..known.max().map_or(0, |most| most + 1)).collect())
    }

    fn root(&mut self, person: u32) -> u32 {
        let mut root = person;
        while self.0[root as usize] != root {
            let above = self.0[root as usize];
            self.0[root as usize] = self.0[above as usize];
            root = above;
        }
        root
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other) as usize] = one.min(other);
    }
}

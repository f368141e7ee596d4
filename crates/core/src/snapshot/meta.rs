//! What a model is: the small record at the head of every snapshot.

use alloc::format;
use alloc::string::String;
use core::slice;

use serde::Serialize;

use crate::names::named_enum;
use crate::visit::event::EventKind;
use crate::wire::Reader;

named_enum! {
    /// Whom the support floor counted.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Support {
        /// Distinct people.
        #[default]
        People => "people",
        /// Distinct sessions: the log had no person's key.
        Sessions => "sessions",
    }
}

/// Number of the last events that ranking looks at.
pub const SIGNALS: usize = 20;

/// How the engine scores. All numbers come from training; the engine has none of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scoring {
    /// Weight of the most recent event, of the one before it …; at 0 an event says nothing, at 1 as much as the last.
    pub decay: [f32; SIGNALS],
    /// What an event of each kind says, by discriminant of [`EventKind`]: 0 nothing, 1 as much as a view.
    pub event_weight: [f32; EventKind::ALL.len()],
    /// Factor of items two steps away in the table: 0 leaves them out.
    pub two_hop: f32,
    /// How many of the last events look two steps far.
    pub two_hop_signals: u8,
    /// What an item of the session itself gets for having been seen before: 0 where nothing repeats.
    pub seen: f32,
    /// The same for the current item.
    pub current: f32,
    /// Factor of items alike by the catalog: far below the weights of items seen together.
    pub alike: f32,
}

impl Scoring {
    /// Returns what an event of that kind says.
    #[must_use]
    pub fn event_weight_of(&self, kind: EventKind) -> f32 {
        self.event_weight.get(kind as usize).copied().unwrap_or_default()
    }
}

/// What a model is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Meta {
    /// Beginning of the day (UTC) of the log's last event, in milliseconds since 1970: the model's age, and its name in
    /// slates. 0 where the log has no dates.
    pub trained_until_ms: i64,
    /// A pair of items needed this many supporters; 1 is for comparison with the literature only.
    pub min_support: u32,
    /// Who they are.
    pub support: Support,
    /// How the engine scores.
    pub scoring: Scoring,
}

impl Meta {
    /// Returns the model's name in slates: its time, as slate ids have it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{:x}", self.trained_until_ms)
    }
}

impl Reader<'_> {
    /// Reads the record.
    pub fn meta(&mut self) -> Option<Meta> {
        let mut meta = Meta {
            trained_until_ms: self.signed()?,
            min_support: self.number()?.try_into().ok()?,
            support: if self.flag()? {
                Support::Sessions
            } else {
                Support::People
            },
            scoring: Scoring::default(),
        };
        let scoring = &mut meta.scoring;
        self.floats(&mut scoring.decay)?;
        self.floats(&mut scoring.event_weight)?;
        self.floats(slice::from_mut(&mut scoring.two_hop))?;
        scoring.two_hop_signals = self.byte()?;
        let mut factors = [0.0; 3];
        self.floats(&mut factors)?;
        [scoring.seen, scoring.current, scoring.alike] = factors;
        Some(meta)
    }
}

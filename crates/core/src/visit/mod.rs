//! A visit under a mode: all that an engine holds of one shopper, and what it may do with it.

pub(crate) mod context;
pub(crate) mod context_key;
pub(crate) mod event;
pub(crate) mod memory;
mod reporting;
pub(crate) mod session;
mod showing;
pub(crate) mod signal;

pub use reporting::REPORT_ENTROPY_BYTES;

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::allocation::tag::HOLDOUT_KEY;
use crate::allocation::{ArmId, Assignment, Draw, Draws, ENTROPY_BYTES, Trial, TrialState, Unit};
use crate::engine::choose::{Choice, ChoiceRequest};
use crate::engine::{Engine, RankingRequest};
use crate::explain::slate_history::{Answer, ItemExplanation, SlateHistory};
use crate::privacy::{self, Drawn, KeptError, MemoryError, Mode};
use crate::request::Request;
use crate::slate::Slate;
use crate::value::Value;
use crate::visit::event::EventKind;
use crate::visit::memory::{Day, Memory, MemoryChange, TakenBack};
use crate::visit::session::{EventError, MAX_EVENTS, Session, check};

/// One shopper's visit. Each call does what the mode allows; what it does not allow is not held.
#[derive(Debug, Default)]
pub struct Visit {
    mode: Mode,
    /// Shared with the slates that are remembered: an event copies it only where a slate rests on it.
    session: Arc<Session>,
    history: SlateHistory,
    /// Items of which this visit took something back, which the memory must not keep.
    taken_back: Vec<TakenBack>,
    /// Draws of experiments: of this page, this visit and this device.
    draws: Draws,
    /// When the first of them was made, in milliseconds since 1970.
    drawn_ms: i64,
    /// Arms that somebody who tests the shop asked for.
    forced: Vec<ArmId>,
}

impl Visit {
    /// Returns a visit of which nothing is known yet.
    #[must_use]
    pub fn new(mode: Mode) -> Self {
        Self {
            mode,
            ..Self::default()
        }
    }

    /// Returns what may be known of the shopper.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Returns the events, as far as the mode lets them be held.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Changes the mode. What the new one may not hold is forgotten; slates of the old one cannot be explained any
    /// more.
    pub fn set_mode(&mut self, mode: Mode) {
        if mode == self.mode {
            return;
        }
        self.draws.retain(&|draw| is_drawn_in(mode, draw.unit));
        self.mode = mode;
        self.history.clear();
        if !mode.holds_events() {
            self.session = Arc::default();
        }
        if !mode.remembers() {
            self.set_memory(None);
        }
    }

    /// Takes an event about each of the items, or one about none. All or nothing; in a mode that holds no events,
    /// nothing.
    ///
    /// # Errors
    /// [`EventError`] for the first item that is refused; the visit is as it was before.
    pub fn track(&mut self, kind: EventKind, items: &[impl AsRef<str>], at_ms: i64) -> Result<(), EventError> {
        if !self.mode.holds_events() {
            return Ok(());
        }
        if items.is_empty() {
            check(kind, "")?;
        }
        items.iter().try_for_each(|item| check(kind, item.as_ref()))?;
        self.end_if_over(at_ms);
        if !kind.leaves_trace() {
            self.take_back(items);
        }
        let session = Arc::make_mut(&mut self.session);
        if items.is_empty() {
            session.apply(kind, "", at_ms)?;
        }
        items
            .iter()
            .try_for_each(|item| session.apply(kind, item.as_ref(), at_ms))
    }

    /// Answers a request, with reasons, and remembers it for [`explain`](Self::explain) and
    /// [`what_if`](Self::what_if). In mode off the caller's list comes back as it is, and nothing out of the catalog.
    ///
    /// Costs the ranking, and once more of it for each of at most 20 signals.
    ///
    /// ```
    /// use shelfwise_core::{CandidateSet, Engine, EventKind, Mode, Policy, Request, Snapshot, Visit, example};
    ///
    /// let mut engine = Engine::new(Snapshot::open(example::corner_shop().build()?)?, Policy::default());
    /// let mut visit = Visit::new(Mode::Session);
    /// visit.track(EventKind::ViewItem, &["bread"], 0)?;
    /// let request = Request {
    ///     limit: 2,
    ///     candidates: CandidateSet::Catalog { sold_out: vec![] },
    ///     ..Request::default()
    /// };
    /// let answer = visit.rank(&mut engine, request);
    /// assert_eq!(answer.slate.items[0].item_id, "butter");
    /// assert_eq!(answer.reasons[0][0].evidence.as_deref(), Some("bread"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rank<B: AsRef<[u8]>>(&mut self, engine: &mut Engine<B>, mut request: Request) -> Answer {
        self.end_if_over(request.now_ms);
        if self.mode == Mode::Off {
            return Answer {
                slate: request.in_shop_order(engine.next_slate_id()),
                reasons: Vec::new(),
                arms: Vec::new(),
            };
        }
        self.assign(engine, &mut request);
        self.history.answer(engine, &self.session, request)
    }

    /// Chooses among the options of content of a placement, by what the mode lets the visit hold; in mode off there is no
    /// choice. What is shown is for the host to track, as `view_promotion` with the option's id: caps and rests count that.
    /// Without a draw of the caller's, that of the holdout is taken, where the policy has one.
    pub fn choose<B: AsRef<[u8]>>(
        &mut self,
        engine: &mut Engine<B>,
        mut request: Request,
        draw: Option<u16>,
    ) -> Option<Choice> {
        self.end_if_over(request.now_ms);
        if self.mode == Mode::Off {
            return None;
        }
        self.assign(engine, &mut request);
        let request = ChoiceRequest {
            placement: &request.placement,
            context: request.context(),
            limit: request.limit,
            now_ms: request.now_ms,
            arms: &request.arms,
            draw: draw.or_else(|| self.draws.get(HOLDOUT_KEY)),
        };
        Some(engine.choose(&self.session, &request))
    }

    /// Returns the bulk form for long lists: places in the caller's list, in the new order, without reasons. Not
    /// remembered.
    pub fn order<B: AsRef<[u8]>>(&mut self, engine: &mut Engine<B>, mut request: Request) -> Vec<u32> {
        self.end_if_over(request.now_ms);
        let places = |slate: Slate<'_>| slate.items.iter().filter_map(|item| item.from_position).collect();
        if self.mode == Mode::Off {
            return places(request.in_shop_order(engine.next_slate_id()));
        }
        self.assign(engine, &mut request);
        request.with_ranking_request(|request| match request {
            RankingRequest::Rerank(request) => places(engine.rerank(&self.session, request, &mut None)),
            RankingRequest::Recommend(_) => Vec::new(),
        })
    }

    /// Returns whether random bytes are needed before the next answer: an experiment runs whose unit may be drawn in this mode,
    /// and was not yet.
    pub fn is_undrawn<B: AsRef<[u8]>>(&mut self, engine: &Engine<B>, now_ms: i64) -> bool {
        self.end_if_over(now_ms);
        let mode = self.mode;
        let allocation = &engine.policy().allocation;
        self.draws
            .is_incomplete(allocation, now_ms, |unit| is_drawn_in(mode, unit))
    }

    /// Makes the draws that are missing, of random bytes that the host hands in.
    pub fn draw<B: AsRef<[u8]>>(&mut self, engine: &Engine<B>, entropy: &[u8; ENTROPY_BYTES], now_ms: i64) {
        let (mode, allocation) = (self.mode, &engine.policy().allocation);
        self.draws.prune(allocation);
        if self.draws.0.is_empty() {
            self.drawn_ms = now_ms;
        }
        self.draws
            .complete(allocation, now_ms, |unit| is_drawn_in(mode, unit), entropy);
    }

    /// Makes the draws of a page alone, for a host that forgets the visit with its answer.
    pub fn draw_page<B: AsRef<[u8]>>(&mut self, engine: &Engine<B>, entropy: &[u8; ENTROPY_BYTES], now_ms: i64) {
        let allocation = &engine.policy().allocation;
        self.draws
            .complete(allocation, now_ms, |unit| unit == Unit::Page, entropy);
    }

    /// Sets arms in place of drawn ones, for somebody who tests the shop. As long as there are any, orders have no tag.
    pub fn force(&mut self, arms: Vec<ArmId>) {
        self.forced = arms;
    }

    /// Returns what is tried at a time: by draws, and by what was forced.
    #[must_use]
    pub fn assignment<B: AsRef<[u8]>>(&self, engine: &Engine<B>, now_ms: i64) -> Assignment {
        if self.mode == Mode::Off {
            return Assignment::default();
        }
        let mut assignment = engine.policy().allocation.assign(&self.draws, now_ms);
        for forced in &self.forced {
            let mut arms = assignment.arms.iter_mut();
            match arms.find(|arm| arm.experiment == forced.experiment) {
                Some(arm) => *arm = *forced,
                None => assignment.arms.push(*forced),
            }
        }
        assignment
    }

    /// Returns the experiments that run, each with its arm and why it has that or none.
    #[must_use]
    pub fn trials<B: AsRef<[u8]>>(&self, engine: &Engine<B>, now_ms: i64) -> Vec<Trial> {
        let (mode, allocation) = (self.mode, &engine.policy().allocation);
        let assignment = self.assignment(engine, now_ms);
        let mut trials = allocation.trials(&assignment, &self.draws, |unit| is_drawn_in(mode, unit), now_ms);
        for trial in &mut trials {
            let is_it = |id: &&ArmId| allocation.arm(**id).is_some_and(|(of, _)| of.id == trial.experiment);
            if self.forced.iter().any(|id| is_it(&id)) {
                trial.state = TrialState::Forced;
            }
        }
        trials
    }

    /// Returns the text with which an order says what was tried: the same for everybody with the same arms. Empty where nothing
    /// is, or where an arm was forced.
    #[must_use]
    pub fn order_tag<B: AsRef<[u8]>>(&self, engine: &Engine<B>, now_ms: i64) -> String {
        if !self.forced.is_empty() {
            return String::new();
        }
        engine.policy().allocation.tag(&self.assignment(engine, now_ms))
    }

    /// Sets the arms of a request, unless it names some.
    fn assign<B: AsRef<[u8]>>(&self, engine: &Engine<B>, request: &mut Request) {
        if request.arms.is_empty() {
            request.arms = self.assignment(engine, request.now_ms).arms;
        }
    }

    /// Returns why the item has its position in one of the last slates, or is missing there; `None` for a slate that is
    /// forgotten.
    ///
    /// ```
    /// # use shelfwise_core::{CandidateSet, Engine, EventKind, Mode, Policy, Request, RuledOut, Snapshot, Visit, example};
    /// # let mut engine = Engine::new(Snapshot::open(example::corner_shop().build()?)?, Policy::default());
    /// # let candidates = CandidateSet::Catalog { sold_out: vec![] };
    /// # let request = Request { limit: 3, candidates, ..Request::default() };
    /// let mut visit = Visit::new(Mode::Session);
    /// visit.track(EventKind::ViewItem, &["bread"], 0)?;
    /// visit.track(EventKind::HideItem, &["jam"], 0)?;
    /// let slate_id = visit.rank(&mut engine, request).slate.slate_id;
    /// let jam = visit.explain(&mut engine, &slate_id, "jam").unwrap();
    /// assert_eq!(jam.ruled_out, Some(RuledOut::Shopper));
    /// let butter = visit.explain(&mut engine, &slate_id, "butter").unwrap();
    /// assert_eq!(butter.contributions[0].evidence.as_deref(), Some("bread"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain<B: AsRef<[u8]>>(
        &self,
        engine: &mut Engine<B>,
        slate_id: &str,
        item: &str,
    ) -> Option<ItemExplanation> {
        self.history.explain(engine, slate_id, item)
    }

    /// Returns one of the last slates as it would be without the events of these numbers; `None` for a slate that is
    /// forgotten.
    ///
    /// ```
    /// # use shelfwise_core::{CandidateSet, Engine, EventKind, Mode, Policy, Request, Snapshot, Visit, example};
    /// # let mut engine = Engine::new(Snapshot::open(example::corner_shop().build()?)?, Policy::default());
    /// # let candidates = CandidateSet::Catalog { sold_out: vec![] };
    /// # let request = Request { limit: 1, candidates, ..Request::default() };
    /// let mut visit = Visit::new(Mode::Session);
    /// visit.track(EventKind::ViewItem, &["bread"], 0)?;
    /// let slate_id = visit.rank(&mut engine, request).slate.slate_id;
    /// let without_the_view = visit.what_if(&mut engine, &slate_id, &[1]).unwrap();
    /// assert_eq!(without_the_view.slate.items[0].item_id, "tea");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn what_if<B: AsRef<[u8]>>(&self, engine: &mut Engine<B>, slate_id: &str, without: &[u32]) -> Option<Answer> {
        self.history.what_if(engine, slate_id, without)
    }

    /// Returns the ids of the slates that can still be explained, oldest first.
    pub fn slate_ids(&self) -> impl Iterator<Item = &str> {
        self.history.slate_ids()
    }

    /// Returns all that is known of the shopper, as a record of the exported rows of the [`TABLE`](privacy::TABLE).
    ///
    /// ```
    /// use shelfwise_core::{EventKind, Mode, Value, Visit};
    ///
    /// let mut visit = Visit::new(Mode::Contextual);
    /// visit.track(EventKind::ViewItem, &["bread"], 0)?;
    /// let Value::Record(fields) = visit.profile() else { unreachable!() };
    /// assert_eq!(fields[0], ("mode", Value::Word("contextual")));
    /// assert!(fields.contains(&("events", Value::List(vec![]))), "this mode holds no events");
    /// # Ok::<(), shelfwise_core::EventError>(())
    /// ```
    #[must_use]
    pub fn profile(&self) -> Value {
        privacy::profile(self.mode, &self.session, &self.draws)
    }

    /// Returns the bytes by which the visit survives the page: at most 48,000, `None` where there is nothing to keep.
    #[must_use]
    pub fn save(&self) -> Option<Vec<u8>> {
        let drawn = Drawn {
            at_ms: self.drawn_ms,
            draws: self.kept_draws(Unit::Visit),
        };
        privacy::encode(&self.session, &drawn)
    }

    /// Returns the draws to keep with a visit or a device; none where the mode keeps no such thing.
    fn kept_draws(&self, unit: Unit) -> Vec<Draw> {
        let draws = self.draws.kept_with(unit);
        draws.filter(|_| is_drawn_in(self.mode, unit)).collect()
    }

    /// Takes up a visit that was kept, before the first event of this page.
    ///
    /// # Errors
    /// [`KeptError`] where the mode holds no visit, or the bytes are none that goes on; nothing has changed then.
    pub fn restore(&mut self, kept: &[u8], now_ms: i64) -> Result<(), KeptError> {
        if !self.mode.holds_events() {
            return Err(KeptError::NotInMode(self.mode));
        }
        self.end_if_over(now_ms);
        if self.session.events().len() > 0 {
            return Err(KeptError::InTheWay);
        }
        let memory = self.session.shared_memory();
        let (session, drawn) = privacy::decode(kept, now_ms)?;
        self.session = Arc::new(session);
        for draw in drawn.draws {
            self.draws.set(draw);
        }
        self.drawn_ms = drawn.at_ms;
        self.set_memory(memory);
        Ok(())
    }

    /// Takes up the memory as storage has it now, makes the change, adds what this visit did, and returns the bytes to store.
    ///
    /// `days` is the longest lifetime that the shop allows. What storage has is the truth: other tabs write it too, and
    /// what this visit held of it before is dropped. So of two tabs no mute is lost, and of an item that both touched the
    /// last writer's fact stays.
    ///
    /// ```
    /// use shelfwise_core::{Engine, EventKind, Grant, MemoryChange, Mode, Policy, Snapshot, Visit, example};
    ///
    /// let engine = Engine::new(Snapshot::open(example::corner_shop().build()?)?, Policy::default());
    /// let mut visit = Visit::new(Mode::Remembered);
    /// visit.track(EventKind::ViewItem, &["bread"], 0)?;
    /// assert!(visit.remember(&engine, None, &MemoryChange::Keep, 30, 0).is_err(), "nothing is remembered before a grant");
    ///
    /// let grant = Grant { receipt: "consent 7".into(), days: 30, ..Grant::default() };
    /// let stored = visit.remember(&engine, None, &MemoryChange::Grant(grant), 30, 0)?;
    /// let mut next = Visit::new(Mode::Remembered);
    /// next.remember(&engine, Some(&stored), &MemoryChange::Keep, 30, 24 * 60 * 60 * 1000)?;
    /// assert_eq!(&*next.session().memory().unwrap().facts[0].name, "bread");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`MemoryError`] where the mode remembers nothing, nothing is granted, the bytes are none that go on, or the change
    /// is refused. For bytes that do not go on, nothing is remembered from then on.
    pub fn remember<B: AsRef<[u8]>>(
        &mut self,
        engine: &Engine<B>,
        stored: Option<&[u8]>,
        change: &MemoryChange,
        days: u8,
        now_ms: i64,
    ) -> Result<Vec<u8>, MemoryError> {
        if !self.mode.remembers() {
            return Err(MemoryError::NotInMode);
        }
        self.end_if_over(now_ms);
        let today = Day::of(now_ms);
        let mut memory = match stored.map(|bytes| privacy::decode_memory(bytes, days, today)) {
            Some(Ok(memory)) => memory,
            // What cannot be read is not in the way of a new grant.
            other => match change {
                MemoryChange::Grant(_) => Memory::default(),
                _ => {
                    self.set_memory(None);
                    return Err(other.and_then(Result::err).unwrap_or(MemoryError::NoGrant));
                }
            },
        };
        if let MemoryChange::Grant(grant) = change {
            grant.check(today)?;
        }
        let snapshot = engine.snapshot();
        memory.change(change, snapshot, today)?;
        memory.add(&self.session, &self.taken_back, snapshot, today);
        // What is remembered holds: this page may have drawn before it knew.
        for draw in &memory.draws {
            self.draws.set(*draw);
        }
        self.draws.prune(&engine.policy().allocation);
        memory.draws = self.kept_draws(Unit::Device);
        let bytes = privacy::encode_memory(&memory);
        self.set_memory(Some(Arc::new(memory)));
        Ok(bytes)
    }

    /// Forgets everything but the mode, what is remembered of earlier visits too.
    pub fn forget(&mut self) {
        *self = Self::new(self.mode);
    }

    /// A visit that is over is forgotten as soon as anybody tells the time.
    #[inline(never)]
    fn end_if_over(&mut self, now_ms: i64) {
        if self.session.is_over(now_ms) {
            let memory = self.session.shared_memory();
            self.forget();
            self.set_memory(memory);
        }
    }

    #[inline(never)]
    fn set_memory(&mut self, memory: Option<Arc<Memory>>) {
        if memory.is_some() || self.session.memory().is_some() {
            Arc::make_mut(&mut self.session).set_memory(memory);
        }
    }

    /// Notes that something of these items is about to be taken back; of a gift nothing is remembered anyway.
    fn take_back(&mut self, items: &[impl AsRef<str>]) {
        if self.session.is_for_gift() {
            return;
        }
        for item in items.iter().map(AsRef::as_ref) {
            let was_hidden = self.session.hides(item);
            let is_full = self.taken_back.len() >= MAX_EVENTS;
            match self.taken_back.iter_mut().find(|known| *known.item == *item) {
                Some(known) => known.was_hidden |= was_hidden,
                None if is_full => {}
                None => self.taken_back.push(TakenBack {
                    item: item.into(),
                    was_hidden,
                }),
            }
        }
    }
}

/// Returns whether draws of a unit are made and kept in a mode.
fn is_drawn_in(mode: Mode, unit: Unit) -> bool {
    match unit {
        Unit::Page => mode != Mode::Off,
        Unit::Visit => mode.holds_events(),
        Unit::Device => mode.remembers(),
        // It follows from the time.
        Unit::Window => false,
    }
}

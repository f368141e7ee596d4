//! WebAssembly bindings of the engine for browsers: they convert values and call the core, without logic of their own.
//!
//! Any input gives a result or an `Error` with advice, and the instance stays usable. Two rules ensure that: values of
//! the page (getters, proxies) are read before the model is borrowed, and results are converted to JavaScript after the
//! borrow has ended. So no code of the page can run, and re-enter, during a borrow.

mod arguments;
mod entropy;
mod shown;

use std::cell::RefCell;
use std::fmt::Display;

#[cfg(target_arch = "wasm32")]
use rlsf::SmallGlobalTlsf;
use shelfwise_core::facts::{FactsError, HASH_BYTES};
use shelfwise_core::shown::ModelFacts;
use shelfwise_core::{Choice, EventKind, Facts, Mode, Policy, Request, Snapshot, Value, Visit};
#[cfg(target_arch = "wasm32")]
use shelfwise_web_abi::Wiping;
use wasm_bindgen::prelude::*;

/// The module's allocator. It zeroes freed blocks, because other engines may share the instance.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: Wiping<SmallGlobalTlsf> = Wiping(SmallGlobalTlsf::new());

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = types(include_str!("../js/src/contract.ts"));

/// Returns the type declarations of the contract: the part of the file before its values.
#[allow(dead_code, reason = "the declarations are made when the module is compiled")]
const fn types(contract: &'static str) -> &'static str {
    const VALUES: &[u8] = "// ── Values ──".as_bytes();
    let text = contract.as_bytes();
    let mut at = 0;
    while at + VALUES.len() <= text.len() {
        let mut same = 0;
        while same < VALUES.len() && text[at + same] == VALUES[same] {
            same += 1;
        }
        if same == VALUES.len() {
            return contract.split_at(at).0;
        }
        at += 1;
    }
    contract
}

/// A model, its rules and the visit of one shopper, in memory. The initial mode is `contextual`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine(RefCell<Model>);

#[derive(Debug)]
struct Model {
    engine: shelfwise_core::Engine<Vec<u8>>,
    visit: Visit,
}

#[wasm_bindgen]
impl Engine {
    /// Opens a snapshot and an optional policy. Every byte is verified, which takes about 10 ms for 1 MB.
    /// Throws an `Error` that names what is wrong with them.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] snapshot: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] policy: &JsValue,
    ) -> Result<Engine, JsError> {
        let snapshot = Snapshot::open(arguments::bytes(snapshot, &"snapshot")?).map_err(into_error)?;
        snapshot.verify().map_err(into_error)?;
        let policy = match arguments::present(policy) {
            Some(policy) => Policy::decode(&arguments::bytes(policy, &"policy")?).map_err(into_error)?,
            None => Policy::default(),
        };
        Ok(Self(RefCell::new(Model {
            engine: shelfwise_core::Engine::new(snapshot, policy),
            visit: Visit::default(),
        })))
    }

    /// Sets the facts that rules ask for: the file, and behind it the 32 bytes of the SHA-256 of the snapshot's section of ids.
    /// Throws an `Error` for damaged facts and those of other ids: rules over facts then match nothing.
    #[wasm_bindgen(js_name = "setFacts")]
    pub fn set_facts(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] facts: &JsValue,
    ) -> Result<(), JsError> {
        let mut facts = arguments::bytes(facts, &"facts")?;
        let ids = facts.split_off(facts.len().saturating_sub(HASH_BYTES));
        let ids = ids.try_into().map_err(|_| into_error(FactsError::NotFacts))?;
        let facts = Facts::open(facts, &ids).map_err(into_error)?;
        self.0.borrow_mut().engine.set_fact_source(Some(Box::new(facts)));
        Ok(())
    }

    /// Sets the mode: 0 off, 1 contextual, 2 session, 3 remembered. State that the new mode may not hold is deleted.
    /// Throws for any other number.
    #[wasm_bindgen(js_name = "setMode")]
    pub fn set_mode(&self, mode: u32) -> Result<(), JsError> {
        let mode = Mode::from_byte(u8::try_from(mode).unwrap_or(u8::MAX)).map_err(into_error)?;
        self.0.borrow_mut().visit.set_mode(mode);
        Ok(())
    }

    /// Records an event for each of the items, or one without an item, at a time in milliseconds since 1970.
    /// Atomic: if it throws, the visit is unchanged. In a mode that holds no events it returns without reading
    /// its arguments.
    pub fn track(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EventName")] event: &JsValue,
        #[wasm_bindgen(js_name = "itemIds", unchecked_param_type = "string[]")] item_ids: &JsValue,
        #[wasm_bindgen(js_name = "atMs", unchecked_param_type = "number")] at_ms: &JsValue,
    ) -> Result<(), JsError> {
        if !self.0.borrow().visit.mode().holds_events() {
            return Ok(());
        }
        let name = arguments::id(event, &"event")?;
        let kind = EventKind::from_name(&name);
        let kind = kind.ok_or_else(|| {
            into_error(format_args!(
                "unknown event `{name}`: use an event name of GA4, such as view_item"
            ))
        })?;
        let (ids, at_ms) = (arguments::ids(item_ids, &"itemIds")?, arguments::time(at_ms, &"atMs")?);
        self.0.borrow_mut().visit.track(kind, &ids, at_ms).map_err(into_error)
    }

    /// Re-orders the caller's list. Items without evidence keep the shop's order; in mode off all items do.
    #[wasm_bindgen(unchecked_return_type = "Slate")]
    pub fn rerank(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EngineRequest")] request: &JsValue,
    ) -> Result<JsValue, JsError> {
        self.rank(arguments::rerank(request)?)
    }

    /// Recommends items from the whole catalog. The slate is empty in mode off.
    #[wasm_bindgen(unchecked_return_type = "Slate")]
    pub fn recommend(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EngineRequest")] request: &JsValue,
    ) -> Result<JsValue, JsError> {
        self.rank(arguments::recommend(request)?)
    }

    /// Chooses among the shop's content of a placement. Nothing is recorded: what is shown is tracked as `view_promotion`.
    #[wasm_bindgen(unchecked_return_type = "Choice")]
    pub fn choose(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EngineRequest")] request: &JsValue,
    ) -> Result<JsValue, JsError> {
        let request = arguments::choose(request)?;
        self.draw(request.now_ms);
        let choice = {
            let Model { engine, visit } = &mut *self.0.borrow_mut();
            match visit.choose(engine, request, None) {
                Some(choice) => choice.into_value(Some(engine.snapshot().meta())),
                None => Choice::NONE.into_value(None),
            }
        };
        shown::value(&choice)
    }

    /// Explains the position of an item in one of the last eight slates, or why the item is not in it.
    #[wasm_bindgen(unchecked_return_type = "Explanation | undefined")]
    pub fn explain(
        &self,
        #[wasm_bindgen(js_name = "slateId", unchecked_param_type = "string")] slate_id: &JsValue,
        #[wasm_bindgen(js_name = "itemId", unchecked_param_type = "string")] item_id: &JsValue,
    ) -> Result<JsValue, JsError> {
        let (slate_id, item_id) = (arguments::id(slate_id, &"slateId")?, arguments::id(item_id, &"itemId")?);
        let explanation = {
            let Model { engine, visit } = &mut *self.0.borrow_mut();
            let explanation = visit.explain(engine, &slate_id, &item_id);
            explanation.map(|explanation| explanation.into_value(item_id, engine.policy()))
        };
        explanation.map_or(Ok(JsValue::UNDEFINED), |explanation| shown::value(&explanation))
    }

    /// Recomputes one of the last eight slates without the events of these numbers.
    #[wasm_bindgen(js_name = "whatIf", unchecked_return_type = "Slate | undefined")]
    pub fn what_if(
        &self,
        #[wasm_bindgen(js_name = "slateId", unchecked_param_type = "string")] slate_id: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "number[]")] without: &JsValue,
    ) -> Result<JsValue, JsError> {
        let (slate_id, without) = (
            arguments::id(slate_id, &"slateId")?,
            arguments::numbers(without, &"without")?,
        );
        let slate = {
            let Model { engine, visit } = &mut *self.0.borrow_mut();
            let answer = visit.what_if(engine, &slate_id, &without);
            answer.map(|answer| answer.into_value(Some(engine.snapshot().meta())))
        };
        slate.map_or(Ok(JsValue::UNDEFINED), |slate| shown::value(&slate))
    }

    /// Returns the ids of the slates that can still be explained, oldest first.
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn slates(&self) -> Result<JsValue, JsError> {
        let ids = Value::texts(&mut self.0.borrow().visit.slate_ids());
        shown::value(&ids)
    }

    /// Returns everything that the engine holds about the shopper.
    #[wasm_bindgen(unchecked_return_type = "Profile")]
    pub fn profile(&self) -> Result<JsValue, JsError> {
        let profile = self.0.borrow().visit.profile();
        shown::value(&profile)
    }

    /// Makes the draws of experiments that are missing, and returns what is tried: each experiment that runs with its arm here, the
    /// text for an order, and the visit's bytes. `forced` has arms that somebody who tests the shop asks for, as `experiment/arm`;
    /// unknown ones are left out. As long as there are any, the text is empty.
    #[wasm_bindgen(unchecked_return_type = "Trials")]
    pub fn trials(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string[]")] forced: &JsValue,
        #[wasm_bindgen(js_name = "nowMs", unchecked_param_type = "number")] now_ms: &JsValue,
    ) -> Result<JsValue, JsError> {
        let (forced, now_ms) = (arguments::ids(forced, &"forced")?, arguments::time(now_ms, &"nowMs")?);
        self.draw(now_ms);
        let trials = {
            let Model { engine, visit } = &mut *self.0.borrow_mut();
            let named = |name: &String| engine.policy().allocation.named(name);
            visit.force(forced.iter().filter_map(named).collect());
            Value::record([
                ("trials", Value::from(visit.trials(engine, now_ms))),
                ("tag", Value::from(visit.order_tag(engine, now_ms))),
            ])
        };
        shown::value(&trials)
    }

    /// Returns the visit's one randomized report; null where nothing is asked, the mode holds no visit, it has reported, arms are
    /// forced, or no random bytes can be had.
    #[wasm_bindgen(unchecked_return_type = "string | null")]
    pub fn report(
        &self,
        #[wasm_bindgen(js_name = "nowMs", unchecked_param_type = "number")] now_ms: &JsValue,
    ) -> Result<JsValue, JsError> {
        let now_ms = arguments::time(now_ms, &"nowMs")?;
        self.draw(now_ms);
        let report = {
            let Model { engine, visit } = &mut *self.0.borrow_mut();
            entropy::bytes().and_then(|entropy| visit.report(engine, &entropy, now_ms))
        };
        shown::value(&Value::from(report))
    }

    /// Serializes the visit, for `restore` on a later page: at most 48,000 bytes; undefined if there is nothing to keep.
    pub fn save(&self) -> Option<Vec<u8>> {
        self.0.borrow().visit.save()
    }

    /// Restores a saved visit, before the first event of this page. Returns true if it continues; false if the mode
    /// holds no visit, or the bytes are damaged, of another version, too old, or from the future.
    pub fn restore(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] saved: &JsValue,
        #[wasm_bindgen(js_name = "nowMs", unchecked_param_type = "number")] now_ms: &JsValue,
    ) -> Result<bool, JsError> {
        let (saved, now_ms) = (arguments::bytes(saved, &"saved")?, arguments::time(now_ms, &"nowMs")?);
        Ok(self.0.borrow_mut().visit.restore(&saved, now_ms).is_ok())
    }

    /// Takes up the memory of earlier visits as storage has it, makes a change, adds what this visit did, and returns the bytes
    /// to store. The change is 0 for none, 1 for a grant at `atMs` by the receipt `text`, 2 to 4 for a mute of the item, brand or
    /// category `text`, 5 to 7 for its end. Throws if nothing is granted, `stored` cannot be used, or the change is refused.
    #[allow(
        clippy::too_many_arguments,
        reason = "an object would need an import for each of its fields"
    )]
    pub fn remember(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] stored: &JsValue,
        change: u32,
        #[wasm_bindgen(unchecked_param_type = "string")] text: &JsValue,
        #[wasm_bindgen(js_name = "atMs", unchecked_param_type = "number")] at_ms: &JsValue,
        days: u32,
        #[wasm_bindgen(js_name = "nowMs", unchecked_param_type = "number")] now_ms: &JsValue,
    ) -> Result<Vec<u8>, JsError> {
        let stored = arguments::present(stored).map(|stored| arguments::bytes(stored, &"stored"));
        let (stored, days) = (stored.transpose()?, u8::try_from(days).unwrap_or(u8::MAX));
        let change = arguments::change(change, text, at_ms, days)?;
        let now_ms = arguments::time(now_ms, &"nowMs")?;
        self.draw(now_ms);
        let Model { engine, visit } = &mut *self.0.borrow_mut();
        let remembered = visit.remember(engine, stored.as_deref(), &change, days, now_ms);
        remembered.map_err(into_error)
    }

    /// Deletes the visit, the memory of earlier ones, and the slates that were computed from it.
    pub fn forget(&self) {
        self.0.borrow_mut().visit.forget();
    }

    /// Returns facts about the model: name, size, training.
    #[wasm_bindgen(unchecked_return_type = "ModelFacts")]
    pub fn info(&self) -> Result<JsValue, JsError> {
        let facts = Value::from(ModelFacts::of(self.0.borrow().engine.snapshot()));
        shown::value(&facts)
    }
}

impl Engine {
    /// Makes the draws that are missing. Without random bytes nothing is tried.
    fn draw(&self, now_ms: i64) {
        let Model { engine, visit } = &mut *self.0.borrow_mut();
        if visit.is_undrawn(engine, now_ms)
            && let Some(entropy) = entropy::bytes()
        {
            visit.draw(engine, &entropy, now_ms);
        }
    }

    #[inline(never)]
    fn rank(&self, request: Request) -> Result<JsValue, JsError> {
        self.draw(request.now_ms);
        let slate = {
            let Model { engine, visit } = &mut *self.0.borrow_mut();
            visit.rank(engine, request).into_value(Some(engine.snapshot().meta()))
        };
        shown::value(&slate)
    }
}

/// Converts an error to a JavaScript `Error`. Every error of these bindings is made here.
pub(crate) fn into_error(what: impl Display) -> JsError {
    JsError::new(&what.to_string())
}

//! The browser face of the engine: it converts and calls, and decides nothing.
//!
//! Whatever a page hands over, the answer is a result or an `Error` that says what to do; the instance stays whole.
//! Two habits see to that. What belongs to the page (getters, proxies) is read before the model is borrowed, and
//! results become JavaScript after it was given back: no code of the page ever runs in between.

mod given;
mod shown;

use std::cell::RefCell;
use std::fmt::Display;

use shelfwise_core::{Asked, EventKind, Item, Policy, Recommend, Rerank, Session, Snapshot};
use wasm_bindgen::prelude::*;

use crate::given::{Listed, Page};
use crate::shown::Explained;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// A model, the rules over it and the visit of one shopper, in memory.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine(RefCell<Model>);

#[derive(Debug)]
struct Model {
    engine: shelfwise_core::Engine<Vec<u8>>,
    session: Session,
}

#[wasm_bindgen]
impl Engine {
    /// Admits a snapshot, and a policy where there is one: every byte is checked, which takes about 10 ms for 1 MB.
    /// Throws an `Error` that says what is wrong with them.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] snapshot: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] policy: &JsValue,
    ) -> Result<Engine, JsError> {
        let snapshot = Snapshot::open(given::bytes(snapshot, &"snapshot")?).map_err(into_error)?;
        snapshot.verify().map_err(into_error)?;
        let policy = match given::if_there(policy) {
            Some(policy) => Policy::decode(&given::bytes(policy, &"policy")?).map_err(into_error)?,
            None => Policy::default(),
        };
        let engine = shelfwise_core::Engine::new(snapshot, policy);
        Ok(Self(RefCell::new(Model {
            engine,
            session: Session::new(),
        })))
    }

    /// Takes an event about each of the items, or one about none, at a time in milliseconds since 1970.
    /// All or nothing: when it throws, the visit is as it was before.
    pub fn track(
        &self,
        #[wasm_bindgen(unchecked_param_type = "EventName")] event: &JsValue,
        #[wasm_bindgen(js_name = "itemIds", unchecked_param_type = "string[]")] item_ids: &JsValue,
        #[wasm_bindgen(js_name = "atMs", unchecked_param_type = "number")] at_ms: &JsValue,
    ) -> Result<(), JsError> {
        let name = given::id(event, &"event")?;
        let kind = EventKind::from_name(&name);
        let kind = kind.ok_or_else(|| into_error(format_args!("there is no event `{name}`: use a name of GA4")))?;
        let (ids, at_ms) = (given::ids(item_ids, &"itemIds")?, given::time(at_ms, &"atMs")?);
        let session = &mut self.0.borrow_mut().session;
        let mut next = session.clone();
        let about_none = [String::new()];
        for id in if ids.is_empty() { &about_none } else { ids.as_slice() } {
            next.apply(kind, id, at_ms).map_err(into_error)?;
        }
        *session = next;
        Ok(())
    }

    /// Re-orders the caller's list. An item for which nothing speaks keeps the shop's order.
    #[wasm_bindgen(unchecked_return_type = "Slate")]
    pub fn rerank(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RerankRequest")] request: &JsValue,
    ) -> Result<JsValue, JsError> {
        let (page, listed) = (Page::read(request)?, Listed::read_all(request)?);
        let items: Vec<_> = listed.iter().map(Listed::item).collect();
        let request = rerank_of(&page, &items);
        let slate = self.0.borrow_mut().explain(Asked::Rerank(&request));
        shown::slate(&slate)
    }

    /// The bulk form of `rerank` for long lists: places in the caller's list, in the new order, without reasons.
    pub fn order(
        &self,
        #[wasm_bindgen(unchecked_param_type = "OrderRequest")] request: &JsValue,
    ) -> Result<Vec<u32>, JsError> {
        let (page, listed) = (Page::read(request)?, Listed::read_ids(request)?);
        let items: Vec<_> = listed.iter().map(Listed::item).collect();
        let Model { engine, session } = &mut *self.0.borrow_mut();
        let slate = engine.rerank(session, &rerank_of(&page, &items), &mut ());
        Ok(slate.items.iter().filter_map(|item| item.from_position).collect())
    }

    /// Recommends items out of the whole catalog.
    #[wasm_bindgen(unchecked_return_type = "Slate")]
    pub fn recommend(
        &self,
        #[wasm_bindgen(unchecked_param_type = "RecommendRequest")] request: &JsValue,
    ) -> Result<JsValue, JsError> {
        let (page, sold_out) = (Page::read(request)?, given::sold_out(request)?);
        let sold_out: Vec<_> = sold_out.iter().map(String::as_str).collect();
        let request = Recommend {
            placement: &page.placement,
            context: page.context(),
            sold_out: &sold_out,
            limit: page
                .limit
                .ok_or_else(|| into_error("limit is missing: say how many items are wanted"))?,
            now_ms: page.now_ms,
        };
        let slate = self.0.borrow_mut().explain(Asked::Recommend(&request));
        shown::slate(&slate)
    }

    /// Everything that is known of the shopper, oldest first.
    #[wasm_bindgen(unchecked_return_type = "TrackedEvent[]")]
    pub fn session(&self) -> Result<JsValue, JsError> {
        let events: Vec<_> = self.0.borrow().session.events().cloned().collect();
        shown::events(&events)
    }

    /// Forgets the visit.
    pub fn forget(&self) {
        self.0.borrow_mut().session.forget();
    }

    /// What the model is.
    #[wasm_bindgen(unchecked_return_type = "SnapshotFacts")]
    pub fn info(&self) -> Result<JsValue, JsError> {
        let facts =
            |snapshot: &Snapshot<Vec<u8>>| (snapshot.meta().clone(), snapshot.as_bytes().len(), snapshot.items());
        let (meta, bytes, items) = facts(self.0.borrow().engine.snapshot());
        shown::facts(&meta, bytes, items)
    }
}

impl Model {
    /// Ranks, and gives the shown items their reasons.
    fn explain(&mut self, asked: Asked<'_>) -> Explained {
        let Self { engine, session } = self;
        let slate = match asked {
            Asked::Rerank(request) => Explained::of(engine.rerank(session, request, &mut ())),
            Asked::Recommend(request) => Explained::of(engine.recommend(session, request, &mut ())),
        };
        let reasons = engine.reasons(session, asked, &slate.ids());
        slate.by(engine.snapshot().meta(), reasons)
    }
}

fn rerank_of<'a>(page: &'a Page, items: &'a [Item<'a>]) -> Rerank<'a> {
    Rerank {
        placement: &page.placement,
        items,
        context: page.context(),
        limit: page.limit.unwrap_or(items.len()),
        now_ms: page.now_ms,
    }
}

/// Every error of this face goes through here.
pub(crate) fn into_error(what: impl Display) -> JsError {
    JsError::new(&what.to_string())
}

//! Constants of the contract: limits, words, bits, and the slate of the shop's own order.

use std::fmt::Write as _;

use serde_json::json;
use shelfwise_core::policy::{self, HiddenIds};
use shelfwise_core::privacy::{FACTS_SECTION, MEMORY_HEAD_BYTES, MEMORY_VERSION, MuteKind};
use shelfwise_core::snapshot::layout::{ENTRY_BYTES, HEADER_BYTES, SectionId};
use shelfwise_core::{
    Answer, CandidateSet, ContextKey, EventKind, FactKind, IDLE_MS, ListItem, MAX_ENTRIES, MAX_EVENTS, MAX_ID_BYTES,
    MAX_MEMORY_DAYS, MAX_TEXT_BYTES, Mode, Request, Value,
};

use crate::messages::ErrorCode;
use crate::releases;

/// All of them, as TypeScript.
pub fn constants() -> String {
    let mut out = String::new();
    let mut add = |about: &str, name: &str, value: serde_json::Value| {
        _ = writeln!(out, "/** {about} @internal */\nexport const {name} = {value} as const;");
    };
    add(
        "The longest id, in bytes of UTF-8.",
        "MAX_ID_BYTES",
        MAX_ID_BYTES.into(),
    );
    add(
        "The longest other text, in bytes of UTF-8.",
        "MAX_TEXT_BYTES",
        MAX_TEXT_BYTES.into(),
    );
    add("The most entries of a list.", "MAX_ENTRIES", MAX_ENTRIES.into());
    add("The most events of a visit.", "MAX_EVENTS", MAX_EVENTS.into());
    add(
        "The longest lifetime of a memory, in days.",
        "MAX_MEMORY_DAYS",
        MAX_MEMORY_DAYS.into(),
    );
    add(
        "The version of a memory that is read, its first byte.",
        "MEMORY_VERSION",
        MEMORY_VERSION.into(),
    );
    add(
        "The bytes before a memory's sections.",
        "MEMORY_HEAD_BYTES",
        MEMORY_HEAD_BYTES.into(),
    );
    add(
        "The section of last items and mutes.",
        "FACTS_SECTION",
        FACTS_SECTION.into(),
    );
    add(
        "The kind of a fact that mutes an item.",
        "MUTED_ITEM",
        FactKind::MUTED_ITEM.into(),
    );
    add(
        "What a mute is about, by number.",
        "MUTE_KINDS",
        json!(MuteKind::ALL.map(MuteKind::name)),
    );
    add(
        "A visit ends so long after its last event, in milliseconds.",
        "IDLE_MS",
        IDLE_MS.into(),
    );
    add(
        "Modes, the lowest first; the engine is told a mode by its place.",
        "MODES",
        json!(Mode::ALL.map(Mode::name)),
    );
    add(
        "Events that are about an item.",
        "ITEM_EVENTS",
        events(|kind| kind.needs_item()),
    );
    add(
        "Events that GA4 has, too; the rest is our own.",
        "GA4_EVENTS",
        events(|kind| {
            !matches!(
                kind,
                EventKind::HideItem | EventKind::Undo | EventKind::GiftOn | EventKind::GiftOff
            )
        }),
    );
    add(
        "Events that decide for the whole visit, or take such an event back: in a flood they leave last.",
        "LASTING_EVENTS",
        events(|kind| kind.outlasts() || !kind.leaves_trace()),
    );
    add(
        "The bits of each fact in a context key.",
        "CONTEXT_BITS",
        context_bits(),
    );
    add(
        "The table of a snapshot's sections: its place, the bytes of an entry, and the number of the section of ids.",
        "SNAPSHOT_TABLE",
        json!({ "at": HEADER_BYTES, "entry": ENTRY_BYTES, "ids": SectionId::Ids as u16 }),
    );
    add(
        "First bytes of a policy file: what it is, and its version.",
        "POLICY_HEAD",
        json!(policy::FILE_HEAD),
    );
    add(
        "The version of a list of hidden ids.",
        "HIDDEN_IDS_VERSION",
        HiddenIds::VERSION.into(),
    );
    add(
        "What the engine's host may complain of.",
        "HOST_CODES",
        json!(ErrorCode::OF_HOST),
    );
    for (name, about, value) in releases::constants() {
        add(about, name, value);
    }
    out + &shop_order()
}

fn events(which: impl Fn(EventKind) -> bool) -> serde_json::Value {
    EventKind::ALL
        .into_iter()
        .filter(|kind| which(*kind))
        .map(EventKind::name)
        .collect()
}

fn context_bits() -> serde_json::Value {
    let bits = ContextKey::FACTS.map(|(name, mask)| (name.to_owned(), mask.bits().into()));
    serde_json::Value::Object(bits.into_iter().collect())
}

/// Functions that make the slate of the shop's own order, field by field as the engine makes it of a list of one item.
fn shop_order() -> String {
    let request = Request {
        limit: 1,
        candidates: CandidateSet::List(vec![ListItem::default()]),
        ..Request::default()
    };
    let answer = Answer {
        slate: request.in_shop_order(String::new()),
        reasons: Vec::new(),
        arms: Vec::new(),
    };
    let Value::Record(slate) = answer.into_value(None) else {
        return String::new();
    };
    let item = slate.iter().find_map(|(name, items)| match items {
        Value::List(items) if *name == "items" => items.first(),
        _ => None,
    });
    let Some(Value::Record(item)) = item else {
        return String::new();
    };
    let item = literal(
        item,
        &[
            ("item_id", "item_id"),
            ("position", "position"),
            ("from_position", "from_position: position"),
        ],
    );
    let slate = literal(&slate, &[("items", "items")]);
    format!(
        "/** An item of a slate in the shop's own order. @internal */\n\
         export const shopItem = (item_id: string, position: number): SlateItem => ({item});\n\
         /** A slate in the shop's own order. @internal */\n\
         export const shopSlate = (items: SlateItem[]): Slate => ({slate});\n"
    )
}

/// An object of these fields; some are written in a way of their own.
fn literal(fields: &[(&str, Value)], own: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, Value)| match own.iter().find(|(own, _)| own == name) {
        Some((_, written)) => (*written).to_owned(),
        None => format!("{name}: {}", json_of(value)),
    };
    format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Flag(flag) => (*flag).into(),
        Value::Number(number) if number.fract() == 0.0 => (*number as i64).into(),
        Value::Number(number) => (*number).into(),
        Value::Word(word) => (*word).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(list) => list.iter().map(json_of).collect(),
        Value::Record(fields) => {
            let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), json_of(value)));
            serde_json::Value::Object(fields.collect())
        }
    }
}

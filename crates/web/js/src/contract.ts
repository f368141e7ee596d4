/**
 * What crosses the boundary between engine and page. Made by `cargo xtask contract` out of the Rust types: `shown.rs` in
 * `crates/core`, and `crates/contract`. Change those.
 */

/**
 * What may be known of the shopper, the least first. The shop sets the upper limit; Global Privacy Control, Do Not
 * Track, consent and the shopper can only lower it.
 */
export type Mode =
    | "off" // Nothing is read, nothing is ordered
    | "contextual" // The page's own item, category and context key; nothing of a visit is read or held
    | "session" // The events of this visit, in this tab, until 30 minutes without one
    | "remembered"; // The same, and last items and mutes of earlier visits, for as long as the shopper's grant lasts

/** The kinds of events, by their GA4 names and four of our own (`hide_item`, `undo`, `gift_on`, `gift_off`). */
export type EventName =
    | "view_item_list" // A list of items was shown
    | "select_item" // An item was clicked in a list
    | "view_item" // An item's own page was seen
    | "add_to_cart" // An item went into the cart
    | "remove_from_cart" // An item was taken out of the cart
    | "add_to_wishlist" // An item went onto the wish list
    | "view_cart" // The cart was looked at
    | "begin_checkout" // The way to the till began
    | "purchase" // An item was bought
    | "search" // The shop was searched
    | "view_promotion" // A promotion was shown
    | "select_promotion" // A promotion was clicked
    | "hide_item" // The shopper does not want to see this item again in this visit
    | "undo" // The shopper takes the last event about this item back
    | "gift_on" // From here on the shopper looks for somebody else
    | "gift_off"; // The shopper looks for themselves again

/** By which way an item came into the slate. */
export type Source =
    | "together" // Seen together with an item of the visit
    | "two_hop" // Seen together with an item that was seen together with one of the visit
    | "seen" // The shopper saw it in this visit
    | "alike" // Alike by the catalog
    | "popular_in_category" // Popular in the category at hand
    | "popular" // Popular in the shop
    | "shop_order" // The caller's own order; nothing is known of the item
    | "pinned" // A rule put it there
    | "bridged" // Joined with an item of the visit by way of others
    | "sponsored"; // Somebody pays for its place; it is labelled

/** Why an item is shown, from the shopper's own actions: never an inferred trait. */
export type ReasonCode =
    | "because_you_viewed" // It goes with an item that the shopper viewed
    | "because_you_added" // It goes with an item in the cart
    | "because_you_saved" // It goes with an item on the wish list
    | "because_you_bought" // It goes with an item that the shopper bought in this visit
    | "goes_with_this" // It goes with the item whose page this is
    | "seen_before" // The shopper saw it before in this visit
    | "similar_to" // It is like the item
    | "popular_in_category" // It is popular in the category at hand
    | "popular" // It is popular in the shop
    | "from_earlier_visit" // It goes with an item of an earlier visit, or is that item
    | "sponsored"; // Somebody pays for its place, whatever the visit says

/** What the order of a slate rests on. */
export type Basis =
    | "session" // Events of this visit
    | "context" // The page's own item or category
    | "popularity" // Popularity: nothing else is known
    | "shop_order" // The caller's order: nothing is known
    | "memory"; // Items of an earlier visit; no event of this one

/** Whom the support floor counted. */
export type Support =
    | "people" // Distinct people
    | "sessions"; // Distinct sessions: the log had no person's key

/** What an option of content is. */
export type ContentKind =
    | "banner" // A picture or a teaser with a link, such as the hero of a page
    | "module" // A part of a page
    | "navigation" // An entry of a menu
    | "message" // A notice to the shopper
    | "offer"; // An offer that everybody may have who asks for it

/** Where the engine runs. */
export type Isolation =
    | "worker" // in a worker whose own Content-Security-Policy leaves no way out
    | "worker-uncontained" // in a worker that was served without that header
    | "inline" // on the page
    | "none"; // nowhere; the shop's own order is shown

/** Why the shop's own order is shown. */
export type ErrorCode =
    | "no_webassembly" // this browser or this server has none, or its policy refuses it
    | "no_worker" // the worker did not start: not found, of another type or version, or refused by the page's policy
    | "not_found" // an answer other than 200
    | "wrong_type" // an answer of another MIME type: a page in place of a file
    | "network" // no answer
    | "deadline" // not within `timeoutMs`; a model that comes later is used from then on
    | "too_large" // more bytes than a model may have
    | "integrity" // other bytes than `integrity` names
    | "bad_snapshot" // no snapshot, damaged, or of a later format
    | "bad_policy" // the same of the rules
    | "bad_release" // a signed release that was not accepted, or facts of it that are not used: which part, and what is wrong with it
    | "bad_options" // what `createShelfwise` was given
    | "bad_request" // what a call was given
    | "bad_memory" // what was remembered of earlier visits was dropped: it is damaged, of another version, or cannot be stored
    | "engine" // the engine stopped
    | "forgotten"; // this handle was closed

/** Why an item is shown: what the shopper did, never an inferred trait. */
export interface Reason {
    /** What the reason is. */
    code: ReasonCode;
    /** Ids of the shopper's items that speak; empty where the reason is none of them. */
    evidence: string[];
}

/** Who pays for a place in a slate: the page has to show the label on the item. */
export interface Sponsor {
    /** Who pays. */
    by: string;
    /** The label. */
    label: string;
}

/** One item of a slate. */
export interface SlateItem {
    /** The shop's id. */
    item_id: string;
    /** What the model says; 0 where it says nothing. */
    score: number;
    /** Place in the slate, from 0. */
    position: number;
    /** Place in the shop's list, from 0; null out of `recommend`. */
    from_position: number | null;
    /** By which way it came. */
    source: Source;
    /** At most two, the strongest first. */
    reasons: Reason[];
    /** Names of the rules that placed it. */
    rules: string[];
    /** Who pays for its place; null where nobody does. */
    sponsored: Sponsor | null;
}

/** What is shown at a placement, first first. */
export interface Slate {
    /** The model's time and a counter: never of a person, never of chance. Empty where no engine had a say. */
    slate_id: string;
    /** The model's name; null where there was none. */
    snapshot: string | null;
    /** Whether nothing was known of the visit or the page. */
    fallback_used: boolean;
    /** What the order rests on. */
    basis: Basis;
    /** The items, first first. */
    items: SlateItem[];
    /** Arms of experiments that were in force, as `experiment/arm`. */
    arms: string[];
}

/** A text of an option of content, with the facts that it speaks of. */
export interface ContentText {
    /** Its name, such as `title`. */
    name: string;
    /** The text. */
    text: string;
}

/** An option of content that is shown. */
export interface ChosenContent {
    /** The option's id. */
    content_id: string;
    /** What it is. */
    kind: ContentKind;
    /** Place in the choice, from 0. */
    position: number;
    /** Which of its copy variants, from 0. */
    variant: number;
    /** The texts of that variant. */
    texts: ContentText[];
    /** When it ends, in milliseconds since 1970; null where it does not. */
    until_ms: number | null;
    /** How probable it was to be drawn here, of the options that were left; null where it was not drawn. */
    propensity: number | null;
    /** What the shopper did that it goes with; empty where it goes with nothing of it. */
    reasons: Reason[];
}

/** What a placement shows of the shop's content, first first. */
export interface Choice {
    /** The model's name; null where there was none. */
    snapshot: string | null;
    /** Whether no engine had a say: the page keeps what it shows. */
    fallback_used: boolean;
    /** Whether this visit is one of those that see no offer. */
    held_out: boolean;
    /** What the order rests on. */
    basis: Basis;
    /** The options; empty where none may be shown. */
    content: ChosenContent[];
}

/** One step of the scorer: so much, by this way, for this item of the visit. */
export interface Contribution {
    /** By which way. */
    source: Source;
    /** The shopper's item that speaks, or the page's; null where none was needed. */
    evidence: string | null;
    /** What was added to the score. */
    amount: number;
}

/** Who took an item out of a slate. */
export type RuledOutBy =
    | "shopper" // The shopper hid it in this visit
    | "current_item" // The placement does not show the page's own item
    | "rule" // A rule of the shop
    | "muted"; // The shopper muted the item, its brand or its category

/** Why an item is not in the slate. */
export interface RuledOut {
    /** Who took it out. */
    by: RuledOutBy;
    /** The rule's name; null where it was none. */
    rule: string | null;
}

/** What a rule did to the place of an item that may be shown. */
export type AdjustmentEffect =
    | "moved" // Moved it within the ranked order, before places were filled
    | "pinned" // Put it at a place of the slate
    | "placed" // Put it at a place of the slate because it fits that place
    | "held_back"; // Held it back behind the others: there are enough like it

/** One step of a rule that changed an item's place: what the shop's people wished, beside what the model says. */
export interface Adjustment {
    /** The rule's name. */
    rule: string;
    /** What it did. */
    effect: AdjustmentEffect;
    /** Place in the ranked order before the rule moved the item, from 0; null for other effects. */
    from: number | null;
    /** Place in the ranked order after that, from 0; null for other effects. */
    to: number | null;
}

/** Why an item stands where it stands, or why it is not there. */
export interface Explanation {
    /** The shop's id. */
    item_id: string;
    /** Place in the slate; null where it is not in it. */
    position: number | null;
    /** That of the slate, or of the tables where it is not in it. */
    score: number;
    /** By which way it came; null where it is not in the slate. */
    source: Source | null;
    /** At most two, the strongest first. */
    reasons: Reason[];
    /** Names of the rules that placed it. */
    rules: string[];
    /** In the order in which they were added; they sum to the table score. */
    contributions: Contribution[];
    /** What rules did to its place, in the order in which they acted. */
    adjustments: Adjustment[];
    /** Who took it out; null where nobody did. */
    ruled_out: RuledOut | null;
}

/** An event of the visit. */
export interface TrackedEvent {
    /** A number within this visit. */
    id: number;
    /** What was done, by its GA4 name. */
    event: EventName;
    /**
     * The store's id of the item, or of the content that was shown, clicked or dismissed; empty where the event is
     * about none.
     */
    item_id: string;
    /** When, in milliseconds since 1970, by the device's clock. */
    at_ms: number;
}

/** What a mute is about. */
export type MuteKind =
    | "item" // One item
    | "brand" // All items of a brand
    | "category"; // All items of a category, and of those below it

/** A draw of experiments: chance, never of a person. */
export interface KeptDraw {
    /** 15 bits of the name of the layer; 32,768 is the holdout. */
    layer: number;
    /** The draw, of 65,536. */
    draw: number;
}

/** An item of an earlier visit. */
export interface LastItem {
    /** The strongest that was done with it, by its GA4 name. */
    event: EventName;
    /** The store's id of the item. */
    item_id: string;
    /** On which day last (UTC), in milliseconds since 1970. */
    day_ms: number;
}

/** What the shopper does not want to be shown. */
export interface Mute {
    /** What is muted. */
    kind: MuteKind;
    /** The item's id, the brand's name, or the category's path. */
    name: string;
}

/** What is remembered of earlier visits. */
export interface Remembered {
    /** The shop's own text of the shopper's consent. */
    receipt: string;
    /** The day of the grant (UTC), in milliseconds since 1970. */
    granted_ms: number;
    /** When the memory ends, in milliseconds since 1970. It never moves. */
    expires_ms: number;
    /** Last items, oldest first; at most 50. */
    items: LastItem[];
    /** What the shopper does not want to be shown; at most 100. */
    mutes: Mute[];
    /** Draws of experiments by device: at most 8. */
    draws: KeptDraw[];
}

/** All that the engine knows of the shopper. */
export interface Profile {
    /** The mode in use, which says what may be known of the shopper. */
    mode: Mode;
    /** Whether the shopper buys for somebody else: such events are not remembered. */
    gift: boolean;
    /** Oldest first; at most 200. */
    events: TrackedEvent[];
    /** Ids of items that the shopper hid. */
    hidden: string[];
    /** Ids of items in the cart, as far as events report them. */
    cart: string[];
    /** What is remembered of earlier visits; null where nothing is, or the shopper has not granted it. */
    memory: Remembered | null;
    /** Draws of experiments: at most 8. */
    draws: KeptDraw[];
}

/** What is drawn once. The order of declaration is that of the file's format: new ones are appended. */
export type Unit =
    | "page" // A page
    | "visit" // A visit
    | "device" // A device, in mode `remembered`
    | "window"; // A block of time, for everybody

/** Why an experiment has an arm here, or none. */
export type TrialState =
    | "drawn" // The arm was drawn, or follows from the time
    | "forced" // Somebody who tests the shop asked for the arm: it does not count, and orders have no tag
    | "held_out" // Held out of all experiments
    | "outside" // The draw is not in this experiment
    | "visit_not_kept" // The unit is `visit`, and this mode keeps no visit
    | "not_remembered" // The unit is `device`, and nothing is remembered
    | "not_drawn"; // No random bytes could be had

/** An experiment that runs now. */
export interface Trial {
    /** Its id. */
    experiment: string;
    /** What is drawn once. */
    unit: Unit;
    /** The arm's name; null where it has none here. */
    arm: string | null;
    /** Why. */
    state: TrialState;
}

/** What a model is. */
export interface ModelFacts {
    /** The model's name in slates. */
    snapshot: string;
    /** Of the format. */
    version: number;
    /** Its length. */
    snapshot_bytes: number;
    /** How many items it knows. */
    items: number;
    /** How many supporters a pair of items needed. */
    min_support: number;
    /** Who they are. */
    support: Support;
    /**
     * Beginning of the day (UTC) of the log's last event, in milliseconds since 1970; 0 where the log has no dates.
     */
    trained_until_ms: number;
    /** The facts of a context that tell the model's cells apart, as the format's bits; 0 where it has no cells. */
    cells: number;
}

/** One item of the shop's list. Category and brand are needed only for items that the model does not know. */
export interface ListedItem {
    /** The shop's id, of at most 255 bytes of UTF-8. */
    item_id: string;
    /** A fact of the moment; what is not said counts as available. */
    in_stock?: boolean;
    /** A fact of the moment: how many are in stock. It wins over the facts of a release. */
    stock?: number;
    /** A fact of the moment: the price in the shop's currency, such as 12.99. It wins over the facts of a release. */
    price?: number;
    /** Levels joined by " > ". */
    item_category?: string;
    /** The brand's name. */
    item_brand?: string;
}

// ── Internal types ──

/** A request as the engine reads it. */
export interface EngineRequest {
    /** Where the slate is shown. */
    placement: string;
    /** The item whose page this is; it counts as the most recent signal. */
    item?: string;
    /** The category whose page this is, levels joined by " > ". */
    category?: string;
    /**
     * The context key: part of the day, part of the week, device, language and country, such as
     * `evening,weekend,phone,en,GB`; empty where one is not known. The local hour (0 to 23) and `getDay()` will do for
     * the first two. The engine takes of it what the model tells apart.
     */
    cell?: string;
    /** Places in the slate, at most 1000; needed by `recommend`. */
    limit?: number;
    /** Now, in milliseconds since 1970: `Date.now()`. */
    now_ms: number;
    /** `rerank` only: at most 1000, in the shop's own order. */
    items?: ListedItem[];
    /** `recommend` only: ids of items that are sold out now, at most 1000. */
    sold_out?: string[];
}

/** One event as the engine takes it. */
export interface EngineEvent {
    /** What was done. */
    event: EventName;
    /** Ids of its items. */
    item_ids: string[];
    /** When, in milliseconds since 1970. */
    at_ms: number;
}

/** What opening an engine gives. */
export interface Opened {
    /** What its model is. */
    facts: ModelFacts;
    /** How well its host is contained. */
    isolation: Isolation;
    /** Why its facts were refused; null where they were not. */
    refused: string | null;
}

/** What became of events. */
export interface Tracked {
    /** The bytes to keep, where the visit is kept from page to page. */
    saved: Uint8Array | null;
    /** How many events were refused. */
    refused: number;
    /** Why the last of them was refused; empty where none was. */
    why: string;
}

/** What is tried. */
export interface Trials {
    /** The experiments that run, each with its arm here. */
    trials: Trial[];
    /** The text for an order; empty where nothing is tried, or an arm was forced. */
    tag: string;
    /** The bytes to keep, where the visit is kept from page to page. */
    saved: Uint8Array | null;
}

/** The visit's randomized report. */
export interface Reported {
    /** Its text; null where there is none to send. */
    report: string | null;
    /** The bytes to keep, where the visit is kept from page to page: the next page must not report again. */
    saved: Uint8Array | null;
}

/** How a look at a signed release ended. */
export type ReleaseOutcome =
    | "new" // a new release is to be taken
    | "unchanged" // the release that is held holds on
    | "kept" // the release that is held holds on, because nothing better came
    | "store-order" // nothing holds: the shop's own order
    | "bad-keys" // it never began: the keys are of no use
    | "bad-message"; // a message that cannot be decoded or belongs to no check

/** What the release's module says to a message: a path to load, or how the look ended. */
export interface Verdict {
    /** What to load next; null where the look ended. */
    path: string | null;
    /** What follows it if all goes well: it may be loaded at the same time. */
    following: string[];
    /** The most bytes to take of the first. */
    at_most: number;
    /** Of the release whose files came; 0 where none did. */
    epoch: number;
    /** Whether the list of hidden ids came as it was signed: it holds for the shop's own order, whatever else came. */
    hidden: boolean;
    /** How the look ended; null while it goes on. */
    outcome: ReleaseOutcome | null;
    /** What is wrong; empty where nothing is. */
    reason: string;
    /** What to remember of the releases so far. */
    memory: Uint8Array;
}

/** Why a question has no answer. */
export interface Failure {
    /** What kind of failure. */
    code: ErrorCode;
    /** What is wrong, for a person. */
    message: string;
    /** Whether the engine cannot go on. */
    fatal: boolean;
}

// ── Values ──

import { bytes, flag, list, number, oneOf, orNull, record, text } from "./check.js";

/** The longest id, in bytes of UTF-8. @internal */
export const MAX_ID_BYTES = 255 as const;
/** The longest other text, in bytes of UTF-8. @internal */
export const MAX_TEXT_BYTES = 1275 as const;
/** The most entries of a list. @internal */
export const MAX_ENTRIES = 1000 as const;
/** The most events of a visit. @internal */
export const MAX_EVENTS = 200 as const;
/** The longest lifetime of a memory, in days. @internal */
export const MAX_MEMORY_DAYS = 180 as const;
/** The version of a memory that is read, its first byte. @internal */
export const MEMORY_VERSION = 1 as const;
/** The bytes before a memory's sections. @internal */
export const MEMORY_HEAD_BYTES = 10 as const;
/** The section of last items and mutes. @internal */
export const FACTS_SECTION = 2 as const;
/** The kind of a fact that mutes an item. @internal */
export const MUTED_ITEM = 16 as const;
/** What a mute is about, by number. @internal */
export const MUTE_KINDS = ["item","brand","category"] as const;
/** A visit ends so long after its last event, in milliseconds. @internal */
export const IDLE_MS = 1800000 as const;
/** Modes, the lowest first; the engine is told a mode by its place. @internal */
export const MODES = ["off","contextual","session","remembered"] as const;
/** Events that are about an item. @internal */
export const ITEM_EVENTS = ["select_item","view_item","add_to_cart","remove_from_cart","add_to_wishlist","purchase","hide_item","undo"] as const;
/** Events that GA4 has, too; the rest is our own. @internal */
export const GA4_EVENTS = ["view_item_list","select_item","view_item","add_to_cart","remove_from_cart","add_to_wishlist","view_cart","begin_checkout","purchase","search","view_promotion","select_promotion"] as const;
/** Events that decide for the whole visit, or take such an event back: in a flood they leave last. @internal */
export const LASTING_EVENTS = ["add_to_cart","remove_from_cart","purchase","view_promotion","hide_item","undo","gift_on","gift_off"] as const;
/** The bits of each fact in a context key. @internal */
export const CONTEXT_BITS = {"country":1023,"day_part":117440512,"device":3145728,"language":1047552,"week_part":12582912} as const;
/** The table of a snapshot's sections: its place, the bytes of an entry, and the number of the section of ids. @internal */
export const SNAPSHOT_TABLE = {"at":32,"entry":16,"ids":2} as const;
/** First bytes of a policy file: what it is, and its version. @internal */
export const POLICY_HEAD = [83,87,80,2] as const;
/** The version of a list of hidden ids. @internal */
export const HIDDEN_IDS_VERSION = 1 as const;
/** What the engine's host may complain of. @internal */
export const HOST_CODES = ["no_webassembly","no_worker","bad_snapshot","bad_policy","bad_request","engine"] as const;
/** Kinds of messages to the release's module, by number. @internal */
export const RELEASE_MESSAGES = {"begin":0,"not_found":3,"received":1,"too_large":4,"unreachable":2} as const;
/** Files that a look may ask for: number in the record, and ending of the name. @internal */
export const RELEASE_FILES = {"facts":[3,"swf"],"hidden":[2,"json"],"policy":[1,"swp"],"snapshot":[0,"swm"]} as const;
/** The name of a release's record. @internal */
export const RECORD_PATH = "release" as const;
/** The most bytes of a release's record. @internal */
export const MAX_RECORD_BYTES = 4096 as const;
/** The most bytes of a snapshot in a release. @internal */
export const MAX_SNAPSHOT_BYTES = 33554432 as const;
/** An item of a slate in the shop's own order. @internal */
export const shopItem = (item_id: string, position: number): SlateItem => ({ item_id, score: 0, position, from_position: position, source: "shop_order", reasons: [], rules: [], sponsored: null });
/** A slate in the shop's own order. @internal */
export const shopSlate = (items: SlateItem[]): Slate => ({ slate_id: "", snapshot: null, fallback_used: true, basis: "shop_order", items, arms: [] });
/** @internal */ export const checkMode = /* @__PURE__ */ oneOf("off", "contextual", "session", "remembered");
/** @internal */ export const checkEventName = /* @__PURE__ */ oneOf("view_item_list", "select_item", "view_item", "add_to_cart", "remove_from_cart", "add_to_wishlist", "view_cart", "begin_checkout", "purchase", "search", "view_promotion", "select_promotion", "hide_item", "undo", "gift_on", "gift_off");
/** @internal */ export const checkSource = /* @__PURE__ */ oneOf("together", "two_hop", "seen", "alike", "popular_in_category", "popular", "shop_order", "pinned", "bridged", "sponsored");
/** @internal */ export const checkReasonCode = /* @__PURE__ */ oneOf("because_you_viewed", "because_you_added", "because_you_saved", "because_you_bought", "goes_with_this", "seen_before", "similar_to", "popular_in_category", "popular", "from_earlier_visit", "sponsored");
/** @internal */ export const checkBasis = /* @__PURE__ */ oneOf("session", "context", "popularity", "shop_order", "memory");
/** @internal */ export const checkSupport = /* @__PURE__ */ oneOf("people", "sessions");
/** @internal */ export const checkContentKind = /* @__PURE__ */ oneOf("banner", "module", "navigation", "message", "offer");
/** @internal */ export const checkIsolation = /* @__PURE__ */ oneOf("worker", "worker-uncontained", "inline", "none");
/** @internal */ export const checkErrorCode = /* @__PURE__ */ oneOf("no_webassembly", "no_worker", "not_found", "wrong_type", "network", "deadline", "too_large", "integrity", "bad_snapshot", "bad_policy", "bad_release", "bad_options", "bad_request", "bad_memory", "engine", "forgotten");
/** @internal */ export const checkReason = /* @__PURE__ */ record({ code: checkReasonCode, evidence: /* @__PURE__ */ list(text) });
/** @internal */ export const checkSponsor = /* @__PURE__ */ record({ by: text, label: text });
/** @internal */ export const checkSlateItem = /* @__PURE__ */ record({ item_id: text, score: number, position: number, from_position: /* @__PURE__ */ orNull(number), source: checkSource, reasons: /* @__PURE__ */ list(checkReason), rules: /* @__PURE__ */ list(text), sponsored: /* @__PURE__ */ orNull(checkSponsor) });
/** @internal */ export const checkSlate = /* @__PURE__ */ record({ slate_id: text, snapshot: /* @__PURE__ */ orNull(text), fallback_used: flag, basis: checkBasis, items: /* @__PURE__ */ list(checkSlateItem), arms: /* @__PURE__ */ list(text) });
/** @internal */ export const checkContentText = /* @__PURE__ */ record({ name: text, text: text });
/** @internal */ export const checkChosenContent = /* @__PURE__ */ record({ content_id: text, kind: checkContentKind, position: number, variant: number, texts: /* @__PURE__ */ list(checkContentText), until_ms: /* @__PURE__ */ orNull(number), propensity: /* @__PURE__ */ orNull(number), reasons: /* @__PURE__ */ list(checkReason) });
/** @internal */ export const checkChoice = /* @__PURE__ */ record({ snapshot: /* @__PURE__ */ orNull(text), fallback_used: flag, held_out: flag, basis: checkBasis, content: /* @__PURE__ */ list(checkChosenContent) });
/** @internal */ export const checkContribution = /* @__PURE__ */ record({ source: checkSource, evidence: /* @__PURE__ */ orNull(text), amount: number });
/** @internal */ export const checkRuledOutBy = /* @__PURE__ */ oneOf("shopper", "current_item", "rule", "muted");
/** @internal */ export const checkRuledOut = /* @__PURE__ */ record({ by: checkRuledOutBy, rule: /* @__PURE__ */ orNull(text) });
/** @internal */ export const checkAdjustmentEffect = /* @__PURE__ */ oneOf("moved", "pinned", "placed", "held_back");
/** @internal */ export const checkAdjustment = /* @__PURE__ */ record({ rule: text, effect: checkAdjustmentEffect, from: /* @__PURE__ */ orNull(number), to: /* @__PURE__ */ orNull(number) });
/** @internal */ export const checkExplanation = /* @__PURE__ */ record({ item_id: text, position: /* @__PURE__ */ orNull(number), score: number, source: /* @__PURE__ */ orNull(checkSource), reasons: /* @__PURE__ */ list(checkReason), rules: /* @__PURE__ */ list(text), contributions: /* @__PURE__ */ list(checkContribution), adjustments: /* @__PURE__ */ list(checkAdjustment), ruled_out: /* @__PURE__ */ orNull(checkRuledOut) });
/** @internal */ export const checkTrackedEvent = /* @__PURE__ */ record({ id: number, event: checkEventName, item_id: text, at_ms: number });
/** @internal */ export const checkMuteKind = /* @__PURE__ */ oneOf("item", "brand", "category");
/** @internal */ export const checkKeptDraw = /* @__PURE__ */ record({ layer: number, draw: number });
/** @internal */ export const checkLastItem = /* @__PURE__ */ record({ event: checkEventName, item_id: text, day_ms: number });
/** @internal */ export const checkMute = /* @__PURE__ */ record({ kind: checkMuteKind, name: text });
/** @internal */ export const checkRemembered = /* @__PURE__ */ record({ receipt: text, granted_ms: number, expires_ms: number, items: /* @__PURE__ */ list(checkLastItem), mutes: /* @__PURE__ */ list(checkMute), draws: /* @__PURE__ */ list(checkKeptDraw) });
/** @internal */ export const checkProfile = /* @__PURE__ */ record({ mode: checkMode, gift: flag, events: /* @__PURE__ */ list(checkTrackedEvent), hidden: /* @__PURE__ */ list(text), cart: /* @__PURE__ */ list(text), memory: /* @__PURE__ */ orNull(checkRemembered), draws: /* @__PURE__ */ list(checkKeptDraw) });
/** @internal */ export const checkUnit = /* @__PURE__ */ oneOf("page", "visit", "device", "window");
/** @internal */ export const checkTrialState = /* @__PURE__ */ oneOf("drawn", "forced", "held_out", "outside", "visit_not_kept", "not_remembered", "not_drawn");
/** @internal */ export const checkTrial = /* @__PURE__ */ record({ experiment: text, unit: checkUnit, arm: /* @__PURE__ */ orNull(text), state: checkTrialState });
/** @internal */ export const checkModelFacts = /* @__PURE__ */ record({ snapshot: text, version: number, snapshot_bytes: number, items: number, min_support: number, support: checkSupport, trained_until_ms: number, cells: number });
/** @internal */ export const checkOpened = /* @__PURE__ */ record({ facts: checkModelFacts, isolation: checkIsolation, refused: /* @__PURE__ */ orNull(text) });
/** @internal */ export const checkTracked = /* @__PURE__ */ record({ saved: /* @__PURE__ */ orNull(bytes), refused: number, why: text });
/** @internal */ export const checkTrials = /* @__PURE__ */ record({ trials: /* @__PURE__ */ list(checkTrial), tag: text, saved: /* @__PURE__ */ orNull(bytes) });
/** @internal */ export const checkReported = /* @__PURE__ */ record({ report: /* @__PURE__ */ orNull(text), saved: /* @__PURE__ */ orNull(bytes) });
/** @internal */ export const checkReleaseOutcome = /* @__PURE__ */ oneOf("new", "unchanged", "kept", "store-order", "bad-keys", "bad-message");
/** @internal */ export const checkVerdict = /* @__PURE__ */ record({ path: /* @__PURE__ */ orNull(text), following: /* @__PURE__ */ list(text), at_most: number, epoch: number, hidden: flag, outcome: /* @__PURE__ */ orNull(checkReleaseOutcome), reason: text, memory: bytes });
/** @internal */ export const checkFailure = /* @__PURE__ */ record({ code: checkErrorCode, message: text, fatal: flag });

/**
 * What a shop sees of Shelfwise: options, requests, answers. Names inside objects are the field's own (GA4's
 * snake_case); names of methods are JavaScript's.
 */

import type { Choice, ErrorCode, EventName, Explanation, Isolation, ListedItem, Mode, ModelFacts, Profile, Slate, TrackedEvent, Trial } from "./contract.js";

export type {
    Adjustment, AdjustmentEffect, Basis, Choice, ChosenContent, ContentKind, ContentText, Contribution, ErrorCode, EventName, Explanation, Isolation, KeptDraw, LastItem, ListedItem, Mode, ModelFacts, Mute, MuteKind,
    Profile, Reason, ReasonCode, Remembered, RuledOut, RuledOutBy, Slate, SlateItem, Source, Sponsor, Support, TrackedEvent,
    Trial, TrialState, Unit,
} from "./contract.js";

/** What set the mode that holds: the lowest of them wins, and among equals the first in this order. */
export type ModeSource = "shop" | "gpc" | "dnt" | "signal_unreadable" | "consent" | "grant" | "shopper";

/** The shop's own consent management. Before it is granted no event of a visit is read and no storage is touched. */
export type Consent = "not_required" | "pending" | "granted" | "denied";

/** Where the model came from; `fallback` is the shop's own order. */
export type ModelSource = "network" | "bytes" | "fallback";

/** What went wrong, for a person: the text says where and what to do. */
export interface Problem {
    code: ErrorCode;
    message: string;
}

/** What holds now. */
export interface Status {
    /** Whether slates come from the engine. */
    ready: boolean;
    source: ModelSource;
    mode: Mode;
    mode_source: ModeSource;
    /** What the memory of earlier visits rests on; null where nothing is remembered. */
    memory: MemoryFacts | null;
    paused: boolean;
    isolation: Isolation;
    /** The model, once it is there. */
    snapshot: SnapshotFacts | null;
    /**
     * Whether all rules that hide hold for what is shown, by the engine or without it: false where no policy came or none is
     * set, and, as long as the engine is off, where a rule of `policy` hides a category or a brand without a list of its
     * items. A signed release does not name such rules, so it stays true with them.
     */
    guardrails: boolean;
    /** The last problem; null where there was none. */
    error: Problem | null;
}

/** When the shopper granted the memory, and when it ends: both the beginning of a day (UTC), in milliseconds since 1970. */
export interface MemoryFacts {
    granted_ms: number;
    /** It never moves: after it a fresh grant is needed. */
    expires_ms: number;
}

/** The shop's proof of the shopper's consent to be remembered. */
export interface Receipt {
    /** The shop's own id or text of it, 1 to 255 bytes of UTF-8. It is kept with the memory, and exported. */
    id: string;
    /** When the shopper consented, in milliseconds since 1970: the lifetime counts from that day. */
    at_ms: number;
}

/** What the shopper does not want to be shown: one of these, by an id or name that the model knows. */
export interface MuteTarget {
    item?: string;
    brand?: string;
    /** A category with those below it, levels joined by " > ". */
    category?: string;
}

/** What the model is, and the release that it came with. */
export interface SnapshotFacts extends ModelFacts {
    /** The epoch of the signed release, where `release` is set. */
    release?: number;
}

/** A file to load, with the hash that its bytes must have. */
export interface Artefact {
    /** Where it is; relative to the page. */
    url: string | URL;
    /** `sha256-` and the hash in base64, as in Subresource Integrity. */
    integrity?: string;
}

/** What a shop may choose. */
export interface Choices {
    /** The model: an address, an address with its hash, or the bytes themselves. Not needed with `release`. */
    snapshot?: string | URL | Artefact | Uint8Array | ArrayBuffer;
    /** The hash of the model, where `snapshot` is an address. */
    integrity?: string;
    /** The shop's rules, in the same forms. Without them there are none. */
    policy?: string | URL | Artefact | Uint8Array | ArrayBuffer;
    /**
     * The address of a signed release, in place of `snapshot` and `policy`: model and rules are taken only as the two
     * keys signed them. Relative to the page; in Node a whole address. `shelfwise/workerd` and `shelfwise/base64` take none.
     */
    release?: string | URL;
    /**
     * The public keys that the shop trusts: release keys and policy keys, or root keys alone, which list the others. The lines
     * that `shelfwise keys show` prints.
     */
    keys?: readonly string[];
    /**
     * How often a page that is open looks for a new release, in milliseconds from 1000 to 86400000; 900000, a quarter of
     * an hour, where nothing is said. The looks come at even intervals, whether anybody sees the page or not.
     */
    refreshMs?: number;
    /** The highest mode the shop allows; `contextual` where nothing is said. */
    mode?: Mode;
    /** What the shop's consent management says; `not_required` where nothing is said. */
    consent?: Consent;
    /** Where the engine runs; `worker` where nothing is said. It is never moved to the page by itself. */
    isolation?: "worker" | "inline";
    /**
     * Whether the visit survives from page to page of this tab, by `sessionStorage`: at most 64 KiB under one key, in
     * `session` mode only, for 30 minutes without an event. `memory` where nothing is said: one page.
     */
    visit?: "memory" | "tab";
    /**
     * In `remembered`: how long a memory lasts after the shopper's grant, in days from 1 to 180; 30 where nothing is said.
     * It is counted from the day of the grant, and never slides.
     */
    memoryDays?: number;
    /**
     * How long loading, and later each answer, may take before the shop's own order is shown, in milliseconds from 1 to
     * 60000; 800 where nothing is said. What loads longer goes on loading, and `ready` tells when it is there.
     */
    timeoutMs?: number;
    /** Whether `orderTag()` gives a text: the shop's own decision, because orders then say which arms were in force. False where nothing is said. */
    orderTag?: boolean;
    /**
     * The address of the shop's own origin to which `report()` sends the visit's one randomized report. Nothing is sent where nothing is
     * said.
     */
    reports?: string | URL;
    /** Arms for somebody who tests the shop, as `experiment/arm`, in place of drawn ones. They do not count: `orderTag()` stays empty. */
    arms?: readonly string[];
    /**
     * The folder with `worker.js` and `shelfwise_bg.wasm` of this version, and with `shelfwise_release.wasm` for
     * `release`, where the bundler does not bring them along.
     */
    assets?: string | URL;
}

/** How Shelfwise is made, with what it cannot do without: a model, or signed releases and the keys that are believed. */
export type Options = Choices & ({ snapshot: NonNullable<Choices["snapshot"]> } | { release: string | URL; keys: readonly string[] });

/** An item as GA4 writes it; what is not named here is not read. */
export interface EventItem {
    item_id: string;
    [field: string]: unknown;
}

/** An event as GA4 writes it; of it the ids of its items are read, nothing else. */
export interface EventPayload {
    items?: readonly EventItem[];
    [field: string]: unknown;
}

/** The page's own facts, known without any shopper. */
export interface PageContext {
    /** The item whose page this is; it counts as the most recent signal. */
    item?: string;
    /** The category whose page this is, levels joined by " > ". */
    category?: string;
    /**
     * The context cell, such as `evening,weekend,phone,en,GB`: part of the day, workday or weekend, device, language,
     * country, each of them possibly empty. Where nothing is said, and the model has cells, the page's own clock, device
     * and language say it; `""` says that nothing is known.
     */
    cell?: string;
}

/** Asks for a new order of the shop's own list. */
export interface RerankRequest {
    /** Where it is shown. */
    placement: string;
    /** At most 1000, in the shop's own order: items, or their ids. */
    items: readonly (ListedItem | string)[];
    context?: PageContext;
    /** Places in the slate; the list's length where nothing is said. */
    limit?: number;
}

/** Asks for items out of the whole catalog. */
export interface RecommendRequest {
    /** Where they are shown. */
    placement: string;
    /** Places in the slate, at most 1000. */
    limit: number;
    /** Short for `context.item`. */
    item?: string;
    context?: PageContext;
    /** Ids of items that are sold out now, at most 1000. */
    sold_out?: readonly string[];
    /** What to show where the engine has no say: the shop's own list. */
    fallback?: readonly (ListedItem | string)[];
}

/** Asks which of the shop's content a placement shows. */
export interface ChooseRequest {
    /** Where it is shown. */
    placement: string;
    /** How many options, at most 1000; one where nothing is said. */
    limit?: number;
    /** Short for `context.item`. */
    item?: string;
    context?: PageContext;
}

/** Everything there is of the shopper on this device, readable. */
export interface ExportedData {
    status: Status;
    profile: Profile;
    /** What stands in storage, as it stands there; null where nothing does. */
    stored: { key: string; bytes: number; text: string; events: TrackedEvent[] } | null;
    /** What stands in the memory's key, as it stands there; its content is `profile.memory`. Null where nothing does. */
    remembered: { key: string; bytes: number; text: string } | null;
    /** The last slates that can still be explained. */
    slates: string[];
}

/** What a listener is given. */
export interface Listeners {
    /** The engine orders from now on. */
    ready: (status: Status) => void;
    /** Something that orders depend on has changed: rank again. */
    update: (status: Status) => void;
    mode: (status: Status) => void;
    /** Something failed, and the shop's own order is or was shown: once for each code, however often at a time. To be counted by code. */
    error: (problem: Problem, status: Status) => void;
}

/** A shop's handle. No method throws or rejects; what fails ends in the shop's own order. */
export interface Shelfwise {
    readonly status: Status;
    /** Tells what the shopper did. Unknown or malformed events are left out, and `error` says why. */
    track(event: EventName, payload?: EventPayload): void;
    /** The shop's list in the order for this visit. */
    rerank(request: RerankRequest): Promise<Slate>;
    /** Items out of the whole catalog. */
    recommend(request: RecommendRequest): Promise<Slate>;
    /**
     * Which banners, messages, offers … of the policy a placement shows. What is returned counts as shown, as `view_promotion`
     * with its id: ask once for what you show. Tell of a click by `track("select_promotion", …)`, and of a dismissal by `lessLike(id)`.
     * Where `fallback_used` is true the page keeps what it shows.
     */
    choose(request: ChooseRequest): Promise<Choice>;
    /** Why an item stands where it stands in one of the last eight slates; null where that cannot be told any more. */
    explain(slateId: string, itemId: string): Promise<Explanation | null>;
    /** One of the last eight slates as it would be without these events; null where that cannot be told any more. */
    whatIf(slateId: string, change: { without: readonly number[] }): Promise<Slate | null>;
    /** The shopper's own choice. It can lower the shop's ceiling and the signals, not lift them. */
    setMode(mode: Mode): void;
    /** What the shop's consent management says now. */
    setConsent(consent: Consent): void;
    /**
     * The shopper consents to be remembered: in `remembered` the memory begins with this call, and not before. Resolves to
     * whether it is stored; false where a signal, consent or the shopper lowers the mode. A receipt that is held already, or
     * an older one, changes nothing.
     */
    grant(receipt: Receipt): Promise<boolean>;
    /** Never show this item, brand or category, on any shelf, for as long as the memory lasts. Resolves to whether it is stored. */
    mute(what: MuteTarget): Promise<boolean>;
    /** Takes a mute back. */
    unmute(what: MuteTarget): Promise<boolean>;
    /** Nothing is recorded and nothing ordered until `resume`. */
    pause(): void;
    resume(): void;
    /** Buying for somebody else: what follows is not remembered for the order of shelves. */
    gift(on: boolean): void;
    /** Never show this item again in this visit, and let it speak for nothing. */
    lessLike(itemId: string): void;
    /** The experiments that run, each with its arm here, and why it has that or none. */
    arms(): Promise<Trial[]>;
    /**
     * A short text for the order that the shop takes anyway: which arms were in force. The same for everybody with the same arms, of
     * which there are at most 64 combinations. Empty where nothing is tried, where an arm was forced, in mode off, and unless the option
     * `orderTag` is set.
     */
    orderTag(): Promise<string>;
    /**
     * Sends the visit's one randomized report to the address `reports`: its answer to a question of the policy, with noise of the stated ε.
     * True where one was sent. False unless the shop has set `reports`, in a mode without a visit (`contextual`, `off`, and so with Global
     * Privacy Control and Do Not Track), where the policy asks nothing, for forced arms, and when the visit has reported already. Call it at a
     * moment that every visit reaches, such as half a minute after its first page: when a report is sent must not tell what is in it.
     */
    report(): Promise<boolean>;
    /** All that the engine knows of the shopper. */
    profile(): Promise<Profile>;
    /** Everything there is of the shopper on this device. */
    exportData(): Promise<ExportedData>;
    /**
     * Forgets the visit, and what is remembered of earlier ones: on the page, in storage, and in the engine, whose memory is
     * overwritten. No request tells of it.
     */
    forget(): Promise<void>;
    /** The order without any profile: the shop's own, without what rules hide everywhere, or at the placement that is named. */
    storeOrder(items: readonly (ListedItem | string)[], placement?: string): Slate;
    /** Calls `listener` from now on, and of `ready` also when that is so already; what it returns ends that. */
    on<Name extends keyof Listeners>(name: Name, listener: Listeners[Name]): () => void;
    /**
     * Ends the worker and forgets what is in memory; the handle gives the shop's own order from then on. What the tab
     * keeps and what is remembered stays for the next page: `forget` removes it.
     */
    close(): void;
}

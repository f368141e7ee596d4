/** Names of GA4, and four of our own: `hide_item`, `undo`, `gift_on`, `gift_off`. */
export type EventName =
    | "view_item_list" | "select_item" | "view_item" | "add_to_cart" | "remove_from_cart" | "add_to_wishlist"
    | "view_cart" | "begin_checkout" | "purchase" | "search" | "view_promotion" | "select_promotion"
    | "hide_item" | "undo" | "gift_on" | "gift_off";

/** What every request says of its page. Ids and names have at most 255 bytes of UTF-8. */
export interface PageRequest {
    /** Where the slate is shown. */
    placement: string;
    /** The item whose page this is; it counts as the most recent signal. */
    item?: string;
    /** The category whose page this is, levels joined by " > ". */
    category?: string;
    /**
     * Part of the day, part of the week, device, language and country, such as "evening,weekend,phone,en,GB"; empty where
     * one is not known. The local hour (0 to 23) and `getDay()` will do for the first two.
     */
    cell?: string;
    /** Places in the slate, at most 1000. */
    limit?: number;
    /** Now, in milliseconds since 1970: `Date.now()`. */
    now_ms: number;
}

/** One item of the caller's list. Category and brand are needed only for items that the snapshot does not know. */
export interface ListedItem {
    item_id: string;
    /** A fact of the moment; what is not said counts as available. */
    in_stock?: boolean;
    /** Levels joined by " > ". */
    item_category?: string;
    item_brand?: string;
}

/** Asks for a new order of the caller's own list; the limit is the list's length where none is given. */
export interface RerankRequest extends PageRequest {
    /** At most 1000, in the shop's own order. */
    items: ListedItem[];
}

/** The same for a long list of ids alone. */
export interface OrderRequest extends PageRequest {
    /** At most 1000, in the shop's own order. */
    item_ids: string[];
    /** A byte for each item, 0 where it is sold out. */
    in_stock?: Uint8Array;
}

/** Asks for items out of the whole catalog. */
export interface RecommendRequest extends PageRequest {
    limit: number;
    /** Ids of items that are sold out now, at most 1000. */
    sold_out?: string[];
}

/** By which way an item came into a slate. */
export type Source =
    | "together" | "two_hop" | "seen" | "alike" | "bridged" | "popular_in_category" | "popular" | "shop_order" | "pinned";

/** Why an item is shown, from the shopper's own actions. */
export type ReasonCode =
    | "because_you_viewed" | "because_you_added" | "because_you_saved" | "because_you_bought" | "goes_with_this"
    | "seen_before" | "similar_to" | "popular_in_category" | "popular";

export interface Reason {
    code: ReasonCode;
    /** Ids of the shopper's items that speak; empty where the reason is none of them. */
    evidence: string[];
}

export interface SlateItem {
    item_id: string;
    /** What the model says; 0 where it says nothing. */
    score: number;
    /** Place in the slate, from 0. */
    position: number;
    /** Place in the caller's list, from 0; null out of `recommend`. */
    from_position: number | null;
    source: Source;
    /** At most two, the strongest first. */
    reasons: Reason[];
    /** Names of the rules that placed it. */
    rules: string[];
}

/** What is shown at a placement, first first. */
export interface Slate {
    /** The model's time and a counter: never of a person, never of chance. */
    slate_id: string;
    /** The model's name. */
    snapshot: string;
    /** Whether nothing was known of the visit or the page. */
    fallback_used: boolean;
    /** What the order rests on. */
    basis: "session" | "context" | "popularity" | "shop_order";
    items: SlateItem[];
}

/** One step of the scorer: so much, by this way, for this item of the visit. */
export interface Contribution {
    source: Source;
    /** The shopper's item that speaks, or the page's; null where none was needed. */
    evidence: string | null;
    amount: number;
}

/** Why an item stands where it stands, or why it is not there. */
export interface Explanation {
    item_id: string;
    /** Place in the slate; null where it is not in it. */
    position: number | null;
    /** That of the slate, or of the tables where it is not in it. */
    score: number;
    source: Source | null;
    /** At most two, the strongest first. */
    reasons: Reason[];
    rules: string[];
    /** In the order in which they were added; they sum to the table score. */
    contributions: Contribution[];
    /** Who took it out: the shopper, the placement (the page's own item), or the rule of that name. */
    ruled_out: { by: "shopper" | "current_item" | "rule"; rule: string | null } | null;
}

/** What may be known of the shopper; `setMode` is given its place in this list, from 0. */
export type Mode = "off" | "contextual" | "session";

/** An event of the visit. */
export interface TrackedEvent {
    /** A number within this visit. */
    id: number;
    event: EventName;
    /** Empty where the event is about no item. */
    item_id: string;
    at_ms: number;
}

/** All that the engine knows of the shopper. */
export interface Profile {
    mode: Mode;
    /** Whether the shopper buys for somebody else. */
    gift: boolean;
    /** Oldest first; at most 200. */
    events: TrackedEvent[];
    /** Ids of items that the shopper hid. */
    hidden: string[];
    /** Ids of items in the cart, as far as events told. */
    cart: string[];
}

/** What a model is. */
export interface SnapshotFacts {
    /** The model's name in slates. */
    snapshot: string;
    /** Of the format. */
    version: number;
    snapshot_bytes: number;
    items: number;
    /** How many supporters a pair of items needed. */
    min_support: number;
    /** Who they are. */
    support: "people" | "sessions";
    /** Time of the log's last event, in milliseconds since 1970. */
    trained_until_ms: number;
    /** The facts of a context that tell the model's cells apart, as the format's bits; 0 where it has no cells. */
    cells: number;
}

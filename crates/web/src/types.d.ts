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
    | "together" | "two_hop" | "seen" | "alike" | "popular_in_category" | "popular" | "shop_order" | "pinned";

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
    /** Place in the caller's list, from 0; undefined out of `recommend`. */
    from_position: number | undefined;
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

/** An event of the visit; `item_id` is empty where it is about no item. */
export interface TrackedEvent {
    event: EventName;
    item_id: string;
    at_ms: number;
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
}

/** A finding of the linter: place, meaning, advice. */

export type FindingCode =
    | "command_array" | "unreadable"
    | "event_unknown" | "ua_shape" | "wrong_place" | "not_cleared"
    | "items_missing" | "items_not_array" | "items_empty" | "item_not_object" | "items_too_many"
    | "item_id_missing" | "item_id_type" | "item_id_too_long" | "number_as_text" | "field_type"
    | "purchase_twice" | "event_twice" | "transaction_id_missing"
    | "no_layer" | "not_wrapped" | "no_event" | "event_never_came" | "no_consent"
    | "no_list" | "bad_selector" | "no_items_in_list" | "ids_differ" | "id_not_in_model"
    | "shelfwise";

export interface Finding {
    code: FindingCode;
    /** The place: an event and a path in it, a selector, or an attribute. */
    where: string;
    /** What is wrong and what to do, in a sentence or two. */
    text: string;
}

export function found(code: FindingCode, where: string, text: string): Finding {
    return { code, where, text };
}

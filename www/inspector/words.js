/** Texts for the engine's codes. */

export const MODES = {
  off: "Nothing is read, nothing is kept, nothing is ordered.",
  contextual: "The page's own product or aisle counts. Nothing of the visit is read or kept.",
  session: "The events of this visit count, in this tab, until 30 minutes without one.",
  remembered: "The same, and last items and mutes of earlier visits, for 30 days from your grant.",
};

export const ISOLATIONS = {
  worker: "in a closed worker",
  "worker-uncontained": "in an open worker",
  inline: "on the page",
  none: "nowhere",
};

export const EVENTS = {
  view_item: "Looked at",
  add_to_cart: "Added",
  remove_from_cart: "Took out",
  purchase: "Bought",
  hide_item: "Hid",
  add_to_wishlist: "Saved",
};

/** Texts for the sources of candidates, shown with the bars. */
export const SOURCES = {
  together: "bought together with",
  two_hop: "bought with what goes with",
  seen: "looked at before",
  alike: "alike by the catalog",
  popular_in_category: "popular in the aisle",
  popular: "popular in the shop",
  shop_order: "the shop's own order",
  pinned: "pinned by a rule",
  sponsored: "paid for",
};

/** Texts for what a rule did to an item's place. */
export const EFFECTS = {
  moved: "Moved",
  pinned: "Put at this place",
  placed: "Put at this place because it fits",
  held_back: "Held back, since there are enough like it,",
};

export const BASES = {
  session: "Ranked on the events of this visit.",
  memory: "Ranked on what is remembered of earlier visits.",
  context: "Ranked on the page alone: nothing of the visit was read.",
  popularity: "What sells most: nothing is known of the visit.",
  shop_order: "The shop's own order: the engine has no say now.",
};

/** Describes an event in one line. */
export function sentence({ event, item_id }, catalog) {
  return `${EVENTS[event] ?? event} ${catalog.find(item_id)?.title ?? item_id}`.trim();
}

/** Formats a day of a memory, which counts in UTC. */
export function day(ms) {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Formats a time of day, to the second. */
export function clock(at_ms) {
  return new Date(at_ms).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
}

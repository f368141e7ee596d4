/** One row of the list: a product's place, its movement, and its score contributions. */

import { formatInEnglish } from "/shelfwise/dist/shelf.js";

import { make, picture } from "./dom.js";
import { EFFECTS, SOURCES } from "./words.js";

/** Requests explanations. Resolves to a `Map` from id to explanation, or null if there is none. */
export async function explainAll(handle, slate, entries) {
  const answers = entries.map(async ({ item_id }) => [item_id, await handle.explain(slate.slate_id, item_id)]);
  return new Map(await Promise.all(answers));
}

export class Row {
  node;
  #place = make("span", { className: "place" });
  #moved = make("span", { className: "moved" });
  #pieces;

  /**
   * `colourOf` returns the colour of an item of the visit; `most` is the largest sum of the list, for the scale of the
   * bars; `hide` is called when the shopper presses the button that hides the item.
   */
  constructor({ entry, explanation, catalog, colourOf, most, hide }) {
    const product = catalog.find(entry.item_id);
    const nameOf = (id) => catalog.find(id)?.title;
    const title = make("span", { className: "title" }, product?.title ?? entry.item_id);
    const meta = make("span", { className: "meta" }, product?.meta ?? "");
    const reason = make("span", { className: "reason" }, formatInEnglish(entry.reasons, nameOf));
    const spoken = (explanation?.contributions ?? []).filter(({ amount }) => amount > 0);
    this.#pieces = spoken.map((one) => piece(one, colourOf, nameOf, most));
    const bar = make("div", { className: "bar-of" }, ...this.#pieces.map(({ node }) => node));
    const amounts = make("span", { className: "amounts" }, said(spoken, nameOf));
    const head = make("div", { className: "head" }, make("span", {}, title, " ", meta), reason);
    const body = make("div", { className: "body" }, head, bar, amounts, sponsor(entry.sponsored), ...rules(entry.rules, explanation?.adjustments ?? []));
    const never = make("button", { type: "button", className: "never", title: "Never show this again in this visit", onclick: hide }, "×");
    never.setAttribute("aria-label", `Never show ${title.textContent} again in this visit`);
    this.node = make("li", {}, this.#place, product ? picture(product) : make("span"), body, this.#moved, never);
    this.node.dataset.item = entry.item_id;
  }

  /**
   * `was` is the place in the real list if another order is shown; null if the item is not in the real list. `gone` has
   * the items that do not contribute to that order.
   */
  show({ position, from_position }, { was, gone }) {
    this.#place.textContent = String(position + 1);
    const from = was === undefined ? from_position : was;
    const by = from === null || from === undefined ? 0 : from - position;
    const isNew = was === null;
    this.#moved.textContent = isNew ? "new" : by > 0 ? `↑ ${by}` : by < 0 ? `↓ ${-by}` : "";
    this.#moved.title = isNew ? "not in the real list" : by ? `was number ${from + 1}` : "";
    this.#moved.dataset.way = isNew || by > 0 ? "up" : by < 0 ? "down" : "";
    for (const { node, evidence } of this.#pieces) node.classList.toggle("gone", gone.has(evidence));
  }
}

/** Returns the sum of an item's positive contributions, which its bar shows. */
export function sumOf(explanation) {
  return (explanation?.contributions ?? []).reduce((sum, { amount }) => sum + Math.max(amount, 0), 0);
}

/** Makes one piece of a bar, with the amount as its length, in the colour of the evidence. */
function piece({ source, evidence, amount }, colourOf, nameOf, most) {
  const node = make("span", { className: `piece by-${colourOf(evidence)}`, title: `${because(source, evidence, nameOf)}: ${amount.toFixed(3)}` });
  node.style.width = `${(100 * amount) / most}%`;
  return { node, evidence };
}

/** Describes the three largest contributions in percent; those that round to zero are left out. */
function said(spoken, nameOf) {
  const sum = spoken.reduce((total, { amount }) => total + amount, 0);
  const amounts = new Map();
  for (const { source, evidence, amount } of spoken) {
    const words = because(source, evidence, nameOf);
    amounts.set(words, (amounts.get(words) ?? 0) + amount);
  }
  const shares = [...amounts].map(([words, amount]) => [words, Math.round((100 * amount) / sum)]);
  const told = shares.filter(([, share]) => share > 0).toSorted(([, a], [, b]) => b - a).slice(0, 3);
  return told.map(([words, share]) => `${share} % ${words}`).join(" · ");
}

function because(source, evidence, nameOf) {
  return `${SOURCES[source] ?? source}${evidence ? ` ${nameOf(evidence) ?? evidence}` : ""}`;
}

/** Shows the label of a paid place, which no rule switches off. */
function sponsor(sponsored) {
  return sponsored ? make("p", { className: "sponsor" }, make("b", {}, sponsored.label), ` paid by ${sponsored.by}`) : undefined;
}

/** Describes what each rule did to the place, in the order in which they acted; rules that placed it without a step of their own are named. */
function rules(names, adjustments) {
  const told = new Set(adjustments.map(({ rule }) => rule));
  const others = names.filter((name) => !told.has(name)).map((rule) => ({ rule, effect: "placed" }));
  return [...adjustments, ...others].map((step) => make("p", { className: "rules" }, `${deed(step)} by rule `, make("code", {}, step.rule)));
}

/** Places are counted from 1, as a person counts: those within the ranked order before any place is filled. */
function deed({ effect, from, to }) {
  const isMove = effect === "moved" && from !== null && to !== null;
  return isMove ? `Moved from ${from + 1} to ${to + 1}` : EFFECTS[effect];
}

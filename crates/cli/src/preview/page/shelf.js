/** Shows the two shelves, and draws where each item went. */

import { draw, make, part } from "./dom.js";

const MARKS = { new: "new", gone: "gone", same: "" };

export class Shelf {
  #catalog;
  #places;
  #chosen;

  /** `chosen` is called with the id of a tile that is pressed. */
  constructor(catalog, places, chosen) {
    this.#catalog = catalog;
    this.#places = places;
    this.#chosen = chosen;
    document.documentElement.style.setProperty("--places", String(places));
    const point = ({ target }) => this.#point(target.closest("[data-item]")?.dataset.item);
    for (const name of ["before", "after"]) for (const event of ["pointerover", "focusin"]) part(name).addEventListener(event, point);
    for (const name of ["before", "after"]) for (const event of ["pointerleave", "focusout"]) part(name).addEventListener(event, () => this.#point());
  }

  /** Shows tiles of both sides; `next` is the item that the shopper chose next. */
  show([before, after], next) {
    for (const [name, row] of [["before", before], ["after", after]]) {
      const list = part(name);
      const focused = list.contains(document.activeElement) ? document.activeElement.closest("[data-item]") : null;
      const place = [...list.children].indexOf(focused);
      const tiles = row.map((tile) => this.#tile(tile, tile.id === next));
      while (tiles.length < this.#places) tiles.push(make("li", { className: "empty" }, make("span", {}, "empty")));
      list.replaceChildren(...tiles);
      // Whoever works by keyboard stays at the item, or at its place where it left the shelf.
      const stays = focused && ([...list.children].find(({ dataset }) => dataset.item === focused.dataset.item) ?? list.children[place]);
      stays?.querySelector("button")?.focus();
    }
    this.#draw(before);
  }

  #tile({ id, place, other, moved, label, causes }, isNext) {
    const { title, brand, price, category } = this.#catalog.get(id);
    const by = Math.abs(place - other);
    const mark = MARKS[moved] ?? (moved === "up" ? `↑ ${by}` : `↓ ${by}`);
    const spoken = MARKS[moved] === undefined ? `${moved} by ${by}` : moved === "same" ? "stays" : moved;
    const facts = [brand, price === null ? "" : price.toFixed(2)].filter(Boolean).join(" · ");
    const why = causes.map(({ rule, text }) => `${rule} ${text}`).join(", ");
    const button = make(
      "button",
      { type: "button", className: "tile", title: [title, category, facts, why].filter(Boolean).join("\n"), onclick: () => this.#chosen(id) },
      picture(title, category),
      make("span", { className: "name" }, label && make("span", { className: "label" }, label), title, make("small", { className: why ? "why" : "" }, why || facts)),
      make("span", { className: "mark" }, mark),
      make("span", { className: "spoken" }, `${spoken}${why ? `, ${why}` : ""}${isNext ? ", chosen next" : ""}; press to add it to the visit`),
    );
    const item = make("li", { className: `${moved}${isNext ? " chosen" : ""}` }, button);
    item.dataset.item = id;
    return item;
  }

  /** Draws a line from each item's place before to its place after. */
  #draw(before) {
    const svg = part("links");
    svg.setAttribute("viewBox", `0 0 100 ${this.#places * 10}`);
    svg.setAttribute("preserveAspectRatio", "none");
    const line = ({ id, place, other, moved }) => {
      const [from, to] = [place * 10 + 5, other * 10 + 5];
      const path = draw("path", { d: `M0 ${from}C50 ${from} 50 ${to} 100 ${to}`, class: moved === "same" ? "same" : to < from ? "up" : "down" });
      path.dataset.item = id;
      return path;
    };
    svg.replaceChildren(...before.filter(({ other }) => other >= 0).map(line));
  }

  /** Lifts an item and its line out. */
  #point(id) {
    for (const node of document.querySelectorAll(".sides [data-item]")) node.classList.toggle("pointed", node.dataset.item === id);
  }
}

/** Draws a picture of an item of which there is none: its initials, in a colour of its category. */
export function picture(title, category) {
  let hue = 0;
  for (const letter of category || title) hue = (hue * 31 + letter.codePointAt(0)) % 360;
  const initials = title.split(/\s+/).slice(0, 2).map((word) => word[0] ?? "").join("").toUpperCase();
  const svg = draw("svg", { viewBox: "0 0 40 40", "aria-hidden": "true", class: "picture" });
  svg.style.setProperty("--hue", String(hue));
  const text = draw("text", { x: 20, y: 21 });
  text.textContent = initials;
  svg.append(draw("rect", { width: 40, height: 40, rx: 10 }), text);
  return svg;
}

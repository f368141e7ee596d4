/** Nodes out of plain values. Text is only ever set as text. */

import { addressOf } from "/scripts/pictures.js";

/** An element with properties and children; children are nodes or text. */
export function make(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

/** The one element with this data attribute, such as `list` for `[data-list]`. */
export function part(name) {
  return document.querySelector(`[data-${name}]`);
}

/** A table's body as rows of a heading and a value. */
export function showFacts(table, rows) {
  const lines = rows.map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value)));
  table.tBodies[0].replaceChildren(...lines);
}

/** A product's picture, which is in the shop's sprite. */
export function picture(product) {
  const name = "http://www.w3.org/2000/svg";
  const [drawing, use] = [document.createElementNS(name, "svg"), document.createElementNS(name, "use")];
  drawing.setAttribute("class", `picture ${product.look}`);
  drawing.setAttribute("viewBox", "0 0 100 100");
  drawing.setAttribute("aria-hidden", "true");
  use.setAttribute("href", addressOf(product.picture));
  drawing.append(use);
  return drawing;
}

/** 12345 as `12,345`. */
export function whole(number) {
  return Math.round(number).toLocaleString("en");
}


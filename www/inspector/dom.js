/** Builds DOM nodes from plain values. Text is never parsed as HTML. */

import { addressOf } from "/scripts/pictures.js";

/** Makes an element with properties and children, which are nodes or text. */
export function make(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

/** Returns the element with this data attribute, such as `list` for `[data-list]`. */
export function part(name) {
  return document.querySelector(`[data-${name}]`);
}

/** Fills a table's body with rows of a heading and a value. */
export function showFacts(table, rows) {
  const lines = rows.map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value)));
  table.tBodies[0].replaceChildren(...lines);
}

/** Makes a product's picture, from the shop's SVG sprite. */
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

/** Formats a rounded number with separators: 12345 as `12,345`. */
export function whole(number) {
  return Math.round(number).toLocaleString("en");
}


/** Tiles: product cards that the page came with, or copies of the page's own template. */

import { cents, dollars } from "./basket.js";
import { addressOf } from "./pictures.js";

/** Makes a tile of a product of the catalog out of an empty one. */
export function make(tile, product) {
  tile.dataset.itemId = product.id;
  tile.toggleAttribute("data-sensitive", product.sensitive);
  tile.querySelector(".face").href = `/product/${product.id}.html`;
  fill(tile, product);
  tile.querySelector(".price").textContent = dollars(product.cents);
  tile.querySelector(".add").setAttribute("aria-label", `Add ${product.title} ${product.meta} to the basket`);
}

/** Says on a tile that somebody pays for its place, by this label; nothing where nobody does. */
export function label(tile, text = "") {
  tile.querySelector(".sponsored").textContent = text;
}

/** Returns the label of a paid place. */
export function labelOf(tile) {
  return tile.querySelector(".sponsored").textContent;
}

/** Writes title, size, brand and picture into a node that has places for them. */
export function fill(node, product) {
  node.querySelector(".title").textContent = product.title;
  node.querySelector(".meta").textContent = product.meta;
  node.querySelector(".picture").setAttribute("class", `picture ${product.look}`);
  node.querySelector("use").setAttribute("href", addressOf(product.picture));
}

/** The product that a tile, or a product's page, shows: what the basket needs to know of it. */
export function describe(node) {
  const text = (name) => node.querySelector(name).textContent.trim();
  return {
    id: node.dataset.itemId,
    title: text("h1, .title"),
    meta: text(".meta"),
    cents: cents(text(".price")),
    picture: node.querySelector("use").getAttribute("href").split("#")[1],
    look: node.querySelector(".picture").getAttribute("class").replace("picture ", ""),
    sensitive: "sensitive" in node.dataset,
  };
}

/** Shows how many pieces are in the basket. */
export function hold(node, quantity) {
  const held = node.querySelector(".held");
  held.textContent = quantity === 0 ? "" : String(quantity);
  held.title = quantity === 0 ? "" : `${quantity} in your basket`;
}

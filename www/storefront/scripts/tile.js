/** Tiles: product cards that the page came with, or copies of the page's own template. */

import { cents, dollars } from "./basket.js";
import { addressOf } from "./pictures.js";

/** Makes a tile of a product of the catalog out of an empty one. A paid place says so, by this label. */
export function make(tile, product, label = "") {
  tile.dataset.itemId = product.id;
  tile.toggleAttribute("data-sensitive", product.sensitive);
  tile.querySelector(".sponsored").textContent = label;
  tile.querySelector(".face").href = `/product/${product.id}.html`;
  fill(tile, product);
  tile.querySelector(".price").textContent = dollars(product.cents);
  tile.querySelector(".add").setAttribute("aria-label", `Add ${product.title} ${product.meta} to the basket`);
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

/** Tiles: product cards that the page came with, or that are made from the page's own template. */

import { cents, dollars } from "./basket.js";

const TINT = "tint-";

/** A new tile for a product of the catalog. */
export function make(product) {
  const tile = document.querySelector("#tile").content.firstElementChild.cloneNode(true);
  tile.dataset.item = product.id;
  tile.querySelector(".face").href = `/product/${product.id}.html`;
  fill(tile, product);
  tile.querySelector(".price").textContent = dollars(product.cents);
  tile.querySelector(".add").setAttribute("aria-label", `Add ${product.title} ${product.meta} to the basket`);
  return tile;
}

/** Writes title, size, brand and picture into a node that has places for them. */
export function fill(node, product) {
  node.querySelector(".title").textContent = product.title;
  node.querySelector(".meta").textContent = product.meta;
  node.querySelector(".picture").classList.add(TINT + product.tint);
  node.querySelector("use").setAttribute("href", `#${product.picture}`);
}

/** The product that a tile, or a product's page, shows: what the basket needs to know of it. */
export function describe(node) {
  const text = (name) => node.querySelector(name).textContent.trim();
  return {
    id: node.dataset.item,
    title: text("h1, .title"),
    meta: text(".meta"),
    cents: cents(text(".price")),
    picture: node.querySelector("use").getAttribute("href").slice(1),
    tint: [...node.querySelector(".picture").classList].find((name) => name.startsWith(TINT)).slice(TINT.length),
    sensitive: "sensitive" in node.dataset,
  };
}

/** Says on a tile why it stands where it stands. */
export function explain(tile, why) {
  tile.querySelector(".why").textContent = why;
  tile.querySelector(".why").title = why;
  tile.classList.toggle("raised", why !== "");
}

/** Shows how many pieces are in the basket. */
export function hold(node, quantity) {
  const held = node.querySelector(".held");
  held.textContent = quantity === 0 ? "" : `×${quantity}`;
  held.title = quantity === 0 ? "" : `${quantity} in your basket`;
}

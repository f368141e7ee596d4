/** Pages of the small shop. */

export const ids = (count) => Array.from({ length: count }, (_, at) => `sku-${at}`);

export const STYLE = `
  body { margin: 0; font: 16px/1.4 sans-serif; }
  #list, .tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 10px; margin: 0; padding: 0; list-style: none; align-items: start; }
  .tile { display: flex; flex-direction: column; height: 180px; overflow: hidden; background: #eee; }
  .tile img { width: 100px; height: 80px; }
  [data-shelfwise-reason] { height: 1.4em; margin: 0; }
  footer { height: 300px; background: #ccc; }
`;

/** A tile as a shop has it; `look` is a style of its own. */
export const tile = (id, { look = "", lazy = false, more = "" } = {}) =>
  `<li class="tile" data-item-id="${id}" data-item-name="The ${id}" style="${look}">` +
  `<img src="/image/${id}" alt="" width="100" height="80"${lazy ? ' loading="lazy"' : ""}>` +
  `<button>Add ${id}</button><p data-shelfwise-reason></p>${more}</li>`;

/** A page with a heading, `body`, and a footer. */
export const page = (body, { style = "", script = "" } = {}) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"><style>${STYLE}${style}</style>` +
  `<h1>Shop</h1><button id="go">Go</button>${body}<footer>Footer</footer>${script}</html>`;

/** A list of tiles. */
export const list = (tiles) => `<ul id="list">${tiles.join("")}</ul>`;

/** Loads `rerankElements` and a scripted handle for the test. */
export const TOOLS = `<script type="module">
  import * as elements from "/package/shelf.js";
  import { scripted } from "/scripted.js";
  Object.assign(globalThis, elements, { scripted, list: document.querySelector("#list") });
  globalThis.isLoaded = true;
</script>`;

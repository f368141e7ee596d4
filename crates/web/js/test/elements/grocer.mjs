/** A grocer's shop with the real package and a small model, which knows all of these but the gift card's neighbours. */

export const GOODS = [
  "MILK", "soap", "candy", "oranges", "cheddar", "brie", "gouda 45 %", "yogurt", "bananas", "gift-card", "shampoo", "bagel", "butter", "milk", "bread",
];

/** Creates the handle as a shop does; the page's test finds it as `shelf`. */
export const script = (options) => `
  import { createShelfwise } from "/package/index.js";
  import * as elements from "/package/shelf.js";
  Object.assign(globalThis, elements, { list: document.querySelector("#list") });
  globalThis.shelf = await createShelfwise({ snapshot: "/model.swm", timeoutMs: 20000, ...${JSON.stringify(options)} });
  globalThis.isLoaded = true;
`;
export const tag = (options) => `<script type="module">${script(options)}</script>`;

/** Waits for the handle, and returns its status. */
export async function ready(page) {
  await page.waitForFunction(() => globalThis.isLoaded);
  return page.evaluate(() => ({ ready: shelf.status.ready, mode: shelf.status.mode, isolation: shelf.status.isolation, error: shelf.status.error }));
}

export const put = (page, id) => page.evaluate((item_id) => shelf.track("add_to_cart", { items: [{ item_id }] }), id);

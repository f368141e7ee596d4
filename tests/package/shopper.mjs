/** A page's list, how a page gets its handle, and both browsers with a site. */

import { after, before, describe } from "node:test";

import { BROWSERS } from "./browsers.mjs";
import { Site } from "./site.mjs";

export const LIST = ["soap", "milk", "butter", "candy"];

/** Creates a handle, and helpers for the tests' scripts. Runs in the page. */
export async function open({ list, options }) {
  const shelf = await globalThis.shelfwise.createShelfwise({ snapshot: "/model.swm", mode: "session", timeoutMs: 5000, ...options });
  const modes = [];
  shelf.on("mode", (status) => modes.push(`${status.mode} by ${status.mode_source}`));
  const order = async () => (await shelf.rerank({ placement: "category", items: list })).items.map((item) => item.item_id);
  const add = (item_id) => shelf.track("add_to_cart", { items: [{ item_id }] });
  globalThis.shop = { shelf, modes, order, add };
  return shelf.status;
}

/** Declares tests for each browser, over one site: `declare` gets the browser's name, the site, and a function to open pages. */
export function inBrowsers(declare) {
  const site = new Site();
  before(() => site.listen());
  after(() => site.close());
  for (const [name, open] of Object.entries(BROWSERS)) {
    describe(name, () => {
      let opened;
      before(async () => (opened = await open()));
      after(() => opened.close());
      declare({ name, site, browser: { page: (address, how) => opened.page(address, how) } });
    });
  }
}

/** Opens a page of the site in a new tab, and a handle in it; returns the page and the handle's status. */
export async function arriveAt({ site, browser }, { options = {}, answers = {}, before } = {}) {
  site.with(answers);
  const page = await browser.page(`${site.origin}/`, { before });
  return { page, status: await page.run(open, { list: LIST, options }) };
}

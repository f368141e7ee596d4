/**
 * A visitor of the demo shop: one tab in a new profile, with a record of the page's requests and layout shifts.
 *
 * SHOP_URL names the shop (`cargo xtask demo` prints it), CHROMIUM the browser, SCREENSHOTS a folder for pictures.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { start } from "../chromium.mjs";

export const SHOP = process.env.SHOP_URL ?? "http://127.0.0.1:8090";
const SCREENSHOTS = process.env.SCREENSHOTS ?? "target/shelfwise/screenshots";
/** A laptop's window. */
const WINDOW = { width: 1280, height: 900 };
/** A page is settled after so many equal looks, so many milliseconds apart. */
const CALM_LOOKS = 5;
const LOOK_MS = 60;

/** Whether this is the address of the signed release, which an open page requests every few seconds. */
export function isLook(url) {
  return new URL(url).pathname === "/model/release";
}

/** One browser for a file of tests; close it after the last one. */
export function launch() {
  return start(chromium);
}

export class Visitor {
  /** Every request: `{ method, url, body, status }`; status 0 without a response. */
  requests = [];
  /** Messages of uncaught exceptions. */
  errors = [];
  /** `{ page, context }` of playwright. */
  page;
  context;

  /** A new profile. `options` are playwright's, such as `javaScriptEnabled`, or `baseURL` for another shop. */
  static async arrive(browser, options = {}) {
    const visitor = new Visitor();
    visitor.context = await browser.newContext({ viewport: WINDOW, baseURL: SHOP, ...options });
    visitor.page = await visitor.context.newPage();
    await visitor.#record();
    return visitor;
  }

  async #record() {
    const seen = new Map();
    this.page.on("request", (request) => {
      const entry = { method: request.method(), url: request.url(), body: request.postData(), status: 0 };
      seen.set(request, entry);
      this.requests.push(entry);
    });
    this.page.on("response", (response) => (seen.get(response.request()).status = response.status()));
    this.page.on("pageerror", (error) => this.errors.push(error.message));
    await this.page.addInitScript(() => {
      globalThis.violations = [];
      addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) => {
        globalThis.violations.push(`${effectiveDirective} ${blockedURI} ${sourceFile}`);
      });
      globalThis.slates = 0;
      addEventListener("shelfwise-slate", () => (globalThis.slates += 1), { capture: true });
      globalThis.layoutShifts = [];
      new PerformanceObserver((list) => {
        const place = ({ x, y, width, height }) => `${x},${y} ${width}x${height}`;
        const source = ({ node, previousRect, currentRect }) =>
          `${node?.outerHTML?.slice(0, 80) ?? node?.textContent ?? "a node that is gone"}: ${place(previousRect)} to ${place(currentRect)}`;
        for (const { value, hadRecentInput, sources } of list.getEntries()) {
          globalThis.layoutShifts.push({ hadRecentInput, what: `${value}: ${sources.map(source).join("; ")}` });
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
  }

  /** Opens a page of the shop and waits until the engine is ready or off. */
  async open(path) {
    await this.page.goto(path);
    await this.page.locator("[data-panel=state][data-is=ready], [data-panel=state][data-is=off]").waitFor({ state: "attached" });
    await this.settle();
  }

  /** Opens a page without a script. */
  async look(path) {
    await this.page.goto(path, { waitUntil: "load" });
  }

  /** Waits until requests, rankings and animations have ended: no change for a while. */
  async settle() {
    await this.page.waitForLoadState("load");
    let [before, same] = ["", 0];
    while (same < CALM_LOOKS) {
      await this.page.waitForTimeout(LOOK_MS);
      const shown = await this.page.evaluate(() => document.querySelector("main").textContent);
      const now = `${shown} ${this.requests.length} ${this.requests.filter(({ status }) => status > 0).length}`;
      same = now === before ? same + 1 : 0;
      before = now;
    }
    await this.page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))));
  }

  /** Changes the visit, and waits until the page's shelves are ranked. */
  async ranked(deed) {
    const before = await this.page.evaluate(() => globalThis.slates);
    await deed();
    await this.page.waitForFunction((count) => globalThis.slates > count, before);
    await this.settle();
  }

  /** Opens the panel "On this device". */
  async openPanel() {
    await this.page.locator(".device").click();
    await this.page.locator("[data-panel=forget]").waitFor({ state: "visible" });
  }

  /** Opens the inspector in the same tab, and waits until it is complete. */
  async inspect() {
    await this.page.goto("/inspector/");
    await this.page.locator("body:not([data-state=starting])").waitFor();
    await this.settle();
  }

  /** The panel's state of the engine: `ready` or `off`. */
  state() {
    return this.page.locator("[data-panel=state]").getAttribute("data-is");
  }

  /** Ids of the aisle's visible tiles, in document order. */
  aisle() {
    const tiles = this.page.locator("[data-tiles] > li:not([hidden])");
    return tiles.evaluateAll((nodes) => nodes.map((node) => node.dataset.itemId));
  }

  /** Layout shifts since the page was opened, as text: the browser's value, and what moved from where to where. */
  async shifts() {
    const all = await this.page.evaluate(() => globalThis.layoutShifts);
    const those = (wanted) => all.filter(({ hadRecentInput }) => hadRecentInput === wanted).map(({ what }) => what);
    return { afterInput: those(true), withoutInput: those(false) };
  }

  /** The value of Shelfwise's key in the tab's storage; null if there is none. */
  kept() {
    return this.page.evaluate(() => sessionStorage.getItem("shelfwise"));
  }

  /** Violations of the page's own policy. */
  violations() {
    return this.page.evaluate(() => globalThis.violations);
  }

  /** Failed requests and requests without a response. A poll for a new release may be open at any time. */
  failures() {
    return this.requests.filter(({ url, status }) => (status === 0 && !isLook(url)) || status >= 400);
  }

  async screenshot(name) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: false });
  }

  /** Presses Tab until the focused element matches; fails after as many presses as a page may need. */
  async tabTo(selector, mostPresses = 200) {
    for (let press = 0; press < mostPresses; press += 1) {
      await this.page.keyboard.press("Tab");
      if (await this.page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    }
    throw new Error(`${selector} is not reached by ${mostPresses} presses of Tab`);
  }

  leave() {
    return this.context.close();
  }
}

/**
 * A visitor of the demo shop: one tab in a fresh profile, and a record of what the page asked for and how it moved.
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
/** A page is calm when it looked the same so often, so many milliseconds apart. */
const CALM_LOOKS = 5;
const LOOK_MS = 60;

/** Whether this is the address of the signed release, which an open page asks for every few seconds. */
export function isLook(url) {
  return new URL(url).pathname === "/model/release";
}

/** One browser for a file of tests; close it after the last one. */
export function launch() {
  return start(chromium);
}

export class Visitor {
  /** Every request: `{ method, url, body, status }`, status 0 while or when there is no answer. */
  requests = [];
  /** Messages of errors that nobody caught. */
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

  /** Opens a page of the shop and waits until the engine is ready, or has given up. */
  async open(path) {
    await this.page.goto(path);
    await this.page.locator("[data-panel=state][data-is=ready], [data-panel=state][data-is=off]").waitFor({ state: "attached" });
    await this.settle();
  }

  /** Opens a page that has no script to wait for. */
  async look(path) {
    await this.page.goto(path, { waitUntil: "load" });
  }

  /** Lets requests, rankings and animations end: until nothing that is asked for or shown has changed for a while. */
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

  /** Does what changes the visit, and waits until the shelves of the page have answered. */
  async ranked(deed) {
    const before = await this.page.evaluate(() => globalThis.slates);
    await deed();
    await this.page.waitForFunction((count) => globalThis.slates > count, before);
    await this.settle();
  }

  /** Opens the panel that says what the shop knows. */
  async openPanel() {
    await this.page.locator(".device").click();
    await this.page.locator("[data-panel=forget]").waitFor({ state: "visible" });
  }

  /** Opens the inspector in the same tab, and waits until it shows all there is. */
  async inspect() {
    await this.page.goto("/inspector/");
    await this.page.locator("body:not([data-state=starting])").waitFor();
    await this.settle();
  }

  /** What the panel says of the engine: `ready` or `off`. */
  state() {
    return this.page.locator("[data-panel=state]").getAttribute("data-is");
  }

  /** Ids of the aisle's visible tiles, in the order in which they stand in the document. */
  aisle() {
    const tiles = this.page.locator("[data-tiles] > li:not([hidden])");
    return tiles.evaluateAll((nodes) => nodes.map((node) => node.dataset.itemId));
  }

  /** What jumped since the page was opened, in words: how far by the browser's own measure, and what from where to where. */
  async shifts() {
    const all = await this.page.evaluate(() => globalThis.layoutShifts);
    const those = (wanted) => all.filter(({ hadRecentInput }) => hadRecentInput === wanted).map(({ what }) => what);
    return { afterInput: those(true), withoutInput: those(false) };
  }

  /** What the tab keeps under Shelfwise's key; null where nothing is. */
  kept() {
    return this.page.evaluate(() => sessionStorage.getItem("shelfwise"));
  }

  /** What the page's own policy refused. */
  violations() {
    return this.page.evaluate(() => globalThis.violations);
  }

  /** Requests without an answer, or with one that says no. A look for a new release may be on its way at any time. */
  failures() {
    return this.requests.filter(({ url, status }) => (status === 0 && !isLook(url)) || status >= 400);
  }

  async screenshot(name) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: false });
  }

  /** Presses Tab until the focused element matches; errs after as many presses as a page may need. */
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

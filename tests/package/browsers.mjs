/**
 * Two browsers behind one interface. CHROMIUM and FIREFOX name them; both come from the system. BROWSERS=Chromium has the tests
 * of one alone.
 */

import assert from "node:assert/strict";

import { chromium } from "playwright-core";
import puppeteer from "puppeteer-core";
import { start } from "../chromium.mjs";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";

/** Records exceptions that reach the page; a browser's own console messages do not count. */
const NOTE = `
  globalThis.thrown = [];
  addEventListener("error", (event) => thrown.push(event.message));
  addEventListener("unhandledrejection", (event) => thrown.push(String(event.reason)));
`;

/** A browser: `page(address)` opens a tab in a fresh profile; `close()` ends it. */
export const BROWSERS = chosen({ Chromium: openChromium, Firefox: openFirefox });

function chosen(all) {
  const names = process.env.BROWSERS?.split(",") ?? Object.keys(all);
  return Object.fromEntries(names.map((name) => [name, all[name] ?? assert.fail(`BROWSERS has ${name}, which is none of ${Object.keys(all)}`)]));
}

async function openChromium() {
  const browser = await start(chromium, ["--host-resolver-rules=MAP shop.test 127.0.0.1"]);
  return {
    close: () => browser.close(),
    async page(address, { before } = {}) {
      const context = await browser.newContext();
      const tab = await context.newPage();
      await tab.addInitScript(NOTE);
      if (before) await tab.addInitScript(before);
      await tab.goto(address, { waitUntil: "load" });
      return new Page(tab, context);
    },
  };
}

async function openFirefox() {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
  return {
    close: () => browser.close(),
    async page(address, { before } = {}) {
      const context = await browser.createBrowserContext();
      const tab = await context.newPage();
      await tab.evaluateOnNewDocument(`(() => {${NOTE}})()`);
      if (before) await tab.evaluateOnNewDocument(before);
      await tab.goto(address, { waitUntil: "load" });
      return new Page(tab, context);
    },
  };
}

/** A tab; both drivers use the same names for these methods. */
class Page {
  #tab;
  #context;

  constructor(tab, context) {
    this.#tab = tab;
    this.#context = context;
  }

  /** Runs a function in the page, with one JSON value as its argument. */
  run(script, given) {
    return this.#tab.evaluate(script, given);
  }

  /** Opens another tab of the same browser profile, which shares its storage. */
  async beside(address) {
    const tab = await this.#context.newPage();
    await tab.goto(address, { waitUntil: "load" });
    return new Page(tab, this.#context);
  }

  /** Goes to another page in the same tab, or back. */
  async go(address) {
    if (address === "back") await this.#tab.goBack({ waitUntil: "load" });
    else await this.#tab.goto(address, { waitUntil: "load" });
  }

  /** Messages of uncaught exceptions. */
  thrown() {
    return this.#tab.evaluate(() => globalThis.thrown);
  }

  /** Closes the tab, and fails if it has had an uncaught exception. */
  async leave() {
    assert.deepEqual(await this.thrown(), [], "nothing is thrown into the page");
    await this.close();
  }

  close() {
    return this.#context.close();
  }
}

/** The result of a script in a page of its own, without an uncaught exception. `before` runs before the page's scripts. */
export async function seen(browser, address, { script, given, before }) {
  const page = await browser.page(address, { before });
  const result = await page.run(script, given);
  await page.leave();
  return result;
}

/**
 * Two browsers behind one face. CHROMIUM and FIREFOX name them; both come from the system.
 */

import { chromium } from "playwright-core";
import puppeteer from "puppeteer-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
/** Chromium calls home for many things; none of them is the shop's. Root has no sandbox. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP shop.test 127.0.0.1",
];

/** A browser: `page(address)` opens a tab in a fresh profile; `close()` ends it. */
export const BROWSERS = { Chromium: openChromium, Firefox: openFirefox };

export async function openChromium() {
  const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
  return {
    close: () => browser.close(),
    async page(address, { before } = {}) {
      const context = await browser.newContext();
      const tab = await context.newPage();
      const errors = [];
      tab.on("pageerror", (error) => errors.push(error.message));
      if (before) await tab.addInitScript(before);
      await tab.goto(address, { waitUntil: "load" });
      return { run: (script, given) => tab.evaluate(script, given), go: (to) => tab.goto(to), errors, tab, close: () => context.close() };
    },
  };
}

export async function openFirefox() {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
  return {
    close: () => browser.close(),
    async page(address, { before } = {}) {
      const context = await browser.createBrowserContext();
      const tab = await context.newPage();
      const errors = [];
      tab.on("pageerror", (error) => errors.push(error.message));
      if (before) await tab.evaluateOnNewDocument(before);
      await tab.goto(address, { waitUntil: "load" });
      return { run: (script, given) => tab.evaluate(script, given), go: (to) => tab.goto(to), errors, tab, close: () => context.close() };
    },
  };
}

/** Chromium, and what a page of an environment wrote for its test. CHROMIUM names the browser. */

import { chromium } from "playwright-core";
import { start } from "../chromium.mjs";

/** Long enough for a page on two busy cores. */
const PATIENCE_MS = 30_000;

/** One browser for a file of tests; close it after the last one. */
export function launch() {
  return start(chromium);
}

/** Opens the address and returns the result of `look` on the page. Errors of the page are part of a failure. */
export async function open(browser, address, look) {
  const page = await (await browser.newContext()).newPage();
  const said = [];
  page.on("pageerror", (error) => said.push(error.message));
  page.on("console", (message) => message.type() === "error" && said.push(`${message.text()} ${message.location().url}`));
  try {
    const [found] = await Promise.all([look(page), page.goto(address)]);
    return found;
  } catch (error) {
    throw new Error(`${address}: ${error.message}\n${said.join("\n")}`);
  } finally {
    await page.context().close();
  }
}

/** The value that the page wrote into `globalThis.seen`. */
export async function seen(page) {
  await page.waitForFunction(() => globalThis.seen, null, { timeout: PATIENCE_MS });
  return page.evaluate(() => globalThis.seen);
}

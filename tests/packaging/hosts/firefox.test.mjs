/** Golden vectors in Firefox: a page runs them all. */

import { after, before, test } from "node:test";
import puppeteer from "puppeteer-core";
import { assertSameBytes } from "./expected.mjs";
import { lines, open } from "./page.mjs";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";

let browser;
let site;

before(async () => {
  site = await open();
  browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
});
after(async () => {
  await browser?.close();
  site?.close();
});

test("Firefox returns the bytes of the native run", async (t) => {
  const page = await browser.newPage();
  await page.goto(site.address);
  t.diagnostic(`${await browser.version()}: ${assertSameBytes(await page.evaluate(lines))} cases, the same bytes`);
});

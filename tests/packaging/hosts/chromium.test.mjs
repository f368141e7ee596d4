/** Golden vectors in Chromium: a page runs them all. */

import { after, before, test } from "node:test";
import { launch } from "../browser.mjs";
import { assertSameBytes } from "./expected.mjs";
import { lines, open } from "./page.mjs";

let browser;
let site;

before(async () => ([site, browser] = [await open(), await launch()]));
after(async () => {
  await browser?.close();
  site?.close();
});

test("Chromium returns the bytes of the native run", async (t) => {
  const page = await browser.newPage();
  await page.goto(site.address);
  t.diagnostic(`Chromium ${browser.version()}: ${assertSameBytes(await page.evaluate(lines))} cases, the same bytes`);
});

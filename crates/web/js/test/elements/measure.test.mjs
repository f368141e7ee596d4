/** What Chromium counts as a layout shift when 24 tiles of one size change places without input: the table of docs/elements.md. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { ids, list, page as pageOf, tile, TOOLS } from "./pages.mjs";
import { Shop } from "./shop.mjs";
import { launch, shift, visit } from "./visitor.mjs";

let browser, shop;
before(async () => ([browser, shop] = [await launch(), await Shop.open()]));
after(async () => (await browser?.close(), shop?.close()));

/** The shift that `change` is counted as, in a page that has been still for long. */
async function counted(change) {
  shop.put("/", pageOf(list(ids(24).map((id) => tile(id))), { script: TOOLS }));
  const { page, leave } = await visit(browser, shop);
  await page.goto("/");
  await page.waitForFunction(() => globalThis.isLoaded);
  await page.evaluate(() => {
    globalThis.turned = () => [...list.children].reverse();
    return rest();
  });
  await page.evaluate(change);
  const sum = await shift(page);
  await leave();
  return sum;
}

const WAYS = [
  ["CSS `order`", "counted", () => turned().forEach((one, at) => (one.style.order = at))],
  ["`insertBefore` of one tile, the others give way", "counted", () => list.prepend(list.lastElementChild)],
  ["`insertBefore` of every tile", "not counted", () => list.append(...turned())],
  ["`moveBefore` of every tile", "counted", () => turned().forEach((one) => list.moveBefore(one, null))],
  [
    "`moveBefore`, and an animation of `opacity` from 0",
    "not counted",
    () => turned().forEach((one) => (list.moveBefore(one, null), one.animate({ opacity: [0, 1] }, 160))),
  ],
  [
    "`moveBefore`, and an animation of `translate` from the old place",
    "not counted",
    () => {
      const places = new Map(turned().map((one) => [one, one.getBoundingClientRect()]));
      turned().forEach((one) => list.moveBefore(one, null));
      for (const [one, was] of places) {
        const is = one.getBoundingClientRect();
        one.animate({ translate: [`${was.left - is.left}px ${was.top - is.top}px`, "0px 0px"] }, 320);
      }
    },
  ],
  [
    "contents of the slots exchanged",
    "not counted",
    () => {
      const contents = turned().map((one) => [...one.childNodes]);
      [...list.children].forEach((one, at) => one.replaceChildren(...contents[at]));
    },
  ],
  [
    "`moveBefore` while the list is `visibility: hidden`",
    "not counted",
    async () => {
      list.style.visibility = "hidden";
      await frames(2);
      turned().forEach((one) => list.moveBefore(one, null));
      await frames(2);
      list.style.visibility = "";
    },
  ],
  ["`rerankElements`", "not counted", () => rerankElements(scripted((ids) => ids.toReversed()), list).then(() => undefined)],
];

for (const [name, expected, change] of WAYS) {
  test(`${name}: ${expected}`, async (t) => {
    const sum = await counted(change);
    t.diagnostic(`${name}: ${sum.toFixed(3)}`);
    if (expected === "counted") assert.ok(sum > 0.1, `${sum}`);
    else assert.equal(sum, 0);
  });
}

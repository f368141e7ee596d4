/** What the shopper looks at or works with stays: no layout shift, focus, scroll position, selection, frames, motion. */

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { ids, list, page as pageOf, tile, TOOLS } from "./pages.mjs";
import { Shop } from "./shop.mjs";
import { launch, order, seenOrder, shift, visit } from "./visitor.mjs";

let browser, shop, visitor, page;
before(async () => ([browser, shop] = [await launch(), await Shop.open()]));
after(async () => (await browser?.close(), shop?.close()));
afterEach(() => visitor?.leave());

async function open(body, { visitor: wishes, ...options } = {}) {
  shop.put("/", pageOf(body, { script: TOOLS, ...options }));
  visitor = await visit(browser, shop, wishes);
  page = visitor.page;
  await page.goto("/");
  await page.waitForFunction(() => globalThis.isLoaded);
  // Long after any input, and painted.
  await page.evaluate(() => rest());
}

const count = 24;
const EVEN = list(ids(count).map((id) => tile(id)));
const UNEVEN = list(ids(count).map((id, at) => tile(id, { look: `height: ${150 + (at % 5) * 23}px` })));
const REVERSED = [...ids(count)].reverse();
const reverse = (options) => page.evaluate((options) => rerankElements(scripted((ids) => ids.toReversed()), list, options), options);
/** Reverses the list in answer to a click on the button. */
const reverseOnClick = async (selector = "#go") => {
  await page.evaluate((selector) => {
    const hold = document.querySelector(selector);
    hold.onclick = () => rerankElements(scripted((ids) => ids.toReversed()), list, { hold }).then(() => (globalThis.isRanked = true));
  }, selector);
  await page.click(selector);
  await page.waitForFunction(() => globalThis.isRanked);
};
const top = (id) => page.evaluate((id) => document.querySelector(`[data-item-id="${id}"]`).getBoundingClientRect().top, id);

test("an ordinary re-order of the same list counts as a layout shift, so the tests below can fail", async () => {
  await open(EVEN);
  await page.evaluate(() => list.prepend(list.lastElementChild));
  assert.ok((await shift(page)) > 0.1);
});

for (const reducedMotion of ["no-preference", "reduce"]) {
  test(`the first ranking of a visible list causes no layout shift (motion: ${reducedMotion})`, async () => {
    await open(EVEN, { visitor: { reducedMotion } });
    await reverse();
    assert.deepEqual(await seenOrder(page), REVERSED);
    assert.equal(await shift(page), 0);
  });

  test(`consecutive rankings before motion ends cause no layout shift (motion: ${reducedMotion})`, async () => {
    await open(EVEN, { visitor: { reducedMotion } });
    await page.evaluate(async () => {
      const shelf = scripted();
      for (const turn of [7, 3, 11, 5, 2]) {
        shelf.order = (ids) => [...ids.slice(turn), ...ids.slice(0, turn)];
        await rerankElements(shelf, list);
        await frames(3);
      }
    });
    assert.equal(await shift(page), 0);
  });
}

for (const reducedMotion of ["no-preference", "reduce"]) {
  test(`a second ranking before the first one was painted causes no layout shift (motion: ${reducedMotion})`, async () => {
    await open(EVEN, { visitor: { reducedMotion } });
    await page.evaluate(async () => {
      const shelf = scripted((ids) => ids.toReversed());
      await frames(1);
      await rerankElements(shelf, list);
      await rerankElements(shelf, list);
    });
    assert.deepEqual(await seenOrder(page), REVERSED);
    assert.equal(await shift(page), 0);
  });
}

test("visible tiles of different sizes stay, and the rest of the list is ranked", async () => {
  await open(UNEVEN);
  const onScreen = await page.evaluate(() => [...list.children].findLastIndex((one) => one.getBoundingClientRect().top < innerHeight) + 1);
  assert.ok(onScreen > 4 && onScreen < count);
  await reverse();
  const found = await order(page);
  assert.deepEqual(found.slice(0, onScreen), ids(count).slice(0, onScreen));
  assert.deepEqual(found.slice(onScreen), REVERSED.slice(0, count - onScreen));
  assert.equal(await shift(page), 0);
});

test("tiles of different sizes at the end of the page stay, with the footer visible", async () => {
  await open(UNEVEN);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  const before = await page.evaluate(() => [scrollY, document.querySelector("footer").getBoundingClientRect().top]);
  await reverse();
  assert.equal(await shift(page), 0);
  assert.deepEqual(await page.evaluate(() => [scrollY, document.querySelector("footer").getBoundingClientRect().top]), before);
});

test("onscreen keep leaves visible tiles in place", async () => {
  await open(EVEN);
  await reverse({ onscreen: "keep" });
  const found = await order(page);
  assert.deepEqual(found.slice(0, 16), ids(count).slice(0, 16));
  assert.deepEqual(found.slice(16), REVERSED.slice(0, 8));
  assert.equal(await shift(page), 0);
});

test("scrolling leaves visible tiles in place until a second has passed", async () => {
  await open(EVEN);
  await page.mouse.wheel(0, 100);
  await page.waitForFunction(() => scrollY > 0);
  await reverse();
  assert.deepEqual((await order(page)).slice(0, 16), ids(count).slice(0, 16));
  assert.notDeepEqual(await order(page), ids(count));
  await page.waitForTimeout(1200);
  await reverse({ placement: "later" });
  assert.notDeepEqual((await order(page)).slice(0, 16), ids(count).slice(0, 16));
  assert.equal(await shift(page), 0);
});

test("a ranking after a click moves all tiles, whatever their sizes", async () => {
  await open(UNEVEN);
  await reverseOnClick();
  assert.deepEqual(await order(page), REVERSED);
  assert.equal(await shift(page), 0);
});

test("content after the list stays in place if a rule removes a visible tile", async () => {
  await open(list(ids(5).map((id) => tile(id))));
  const before = await page.evaluate(() => document.querySelector("footer").getBoundingClientRect().top);
  await page.evaluate(() => rerankElements(scripted((ids) => ids.slice(0, 3)), list));
  assert.equal(await shift(page), 0);
  assert.equal(await page.evaluate(() => document.querySelector("footer").getBoundingClientRect().top), before);
  await page.setViewportSize({ width: 900, height: 800 });
  await page.evaluate(() => rest());
  assert.equal(await page.evaluate(() => document.querySelector("#list").style.minHeight), "", "the room is given back when the window changes");
});

test("reasons in reserved places cause no layout shift", async () => {
  await open(EVEN);
  await page.evaluate(async () => {
    const shelf = scripted((ids) => ids.toReversed());
    shelf.reasons = [{ code: "because_you_viewed", evidence: ["sku-1"] }];
    await rerankElements(shelf, list);
  });
  assert.equal(await shift(page), 0);
});

/** The page in a browser without `moveBefore`. */
const WITHOUT = `<script>for (const one of [Element, Document, DocumentFragment]) delete one.prototype.moveBefore;</script>`;

for (const [name, script] of [["with moveBefore", TOOLS], ["without moveBefore", WITHOUT + TOOLS]]) {
  test(`a focused button keeps its focus, and its tile its position (${name})`, async () => {
    await open(EVEN, { script });
    const before = await page.evaluate(() => {
      const button = document.querySelector('[data-item-id="sku-5"] button');
      button.focus();
      globalThis.told = [];
      for (const name of ["blur", "focus", "focusin", "focusout"]) button.addEventListener(name, () => told.push(name));
      return typeof list.moveBefore;
    });
    assert.equal(before, name === "with moveBefore" ? "function" : "undefined");
    await reverse();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Add sku-5");
    assert.deepEqual(await page.evaluate(() => told), [], "the button never lost the focus");
    const rest = REVERSED.filter((id) => id !== "sku-5");
    assert.deepEqual(await order(page), [...rest.slice(0, 5), "sku-5", ...rest.slice(5)]);
    assert.equal(await shift(page), 0);
  });

  test(`a field in use keeps its text and its selection (${name})`, async () => {
    await open(list(ids(count).map((id) => tile(id, { more: `<input value="1">` }))), { script });
    const input = page.locator('[data-item-id="sku-3"] input');
    await input.fill("12345");
    await input.evaluate((field) => field.setSelectionRange(1, 4));
    await reverse();
    await page.keyboard.type("9");
    assert.equal(await input.inputValue(), "195");
  });

  test(`reading order equals visual order, and Tab follows it (${name})`, async () => {
    await open(EVEN, { script });
    await reverse();
    assert.deepEqual(await order(page), await seenOrder(page));
    await page.locator("#go").focus();
    const reached = [];
    for (let press = 0; press < 4; press += 1) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => document.activeElement.textContent));
    }
    assert.deepEqual(reached, REVERSED.slice(0, 4).map((id) => `Add ${id}`));
  });

  test(`the shop's own order returns around the focused button (${name})`, async () => {
    await open(EVEN, { script });
    await reverse();
    await page.locator('[data-item-id="sku-20"] button').focus();
    await page.evaluate(() => restoreElements(list));
    assert.deepEqual(await order(page), ids(count));
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Add sku-20");
  });
}

/** Short tiles first and tall ones last: reversed, all rows above change their height. */
const GROWING = list(ids(count).map((id, at) => tile(id, { look: `height: ${at < count / 2 ? 150 : 260}px` })));

for (const [name, style] of [["with the browser's scroll anchoring", ""], ["without", "* { overflow-anchor: none }"]]) {
  test(`a pressed button far down a list of different sizes stays under the pointer (${name})`, async () => {
    await open(GROWING, { style });
    await page.evaluate(() => scrollTo(0, 400));
    await page.evaluate(() => rest());
    const id = "sku-14";
    const before = await top(id);
    assert.ok(before > 0 && before < 600, `${before}`);
    await reverseOnClick(`[data-item-id="${id}"] button`);
    await page.evaluate(() => rest());
    assert.ok(Math.abs((await top(id)) - before) <= 1, `${before} px before, ${await top(id)} px after`);
    assert.notEqual(await page.evaluate(() => scrollY), 400, "the page scrolled along");
    assert.equal((await order(page))[0], "sku-23");
    assert.equal(await shift(page), 0);
  });
}

test("a ranking keeps the scroll position", async () => {
  await open(EVEN);
  await page.evaluate(() => scrollTo(0, 333));
  await page.evaluate(() => rest());
  await reverse();
  await page.evaluate(() => rest());
  assert.equal(await page.evaluate(() => scrollY), 333);
  assert.equal(await shift(page), 0);
});

test("a ranking keeps the shopper's text selection", async () => {
  await open(EVEN);
  await page.evaluate(() => getSelection().selectAllChildren(document.querySelector('[data-item-id="sku-2"] button')));
  await reverse();
  assert.equal(await page.evaluate(() => String(getSelection())), "Add sku-2");
});

test("the tile under the pointer keeps its position", async () => {
  await open(EVEN);
  await page.hover('[data-item-id="sku-6"] img');
  await page.evaluate(() => rest());
  await reverse();
  assert.equal((await order(page)).indexOf("sku-6"), 6);
});

test("frames in tiles are not reloaded by a ranking", async () => {
  shop.put("/frame", "<p>A film</p>");
  await open(list(ids(8).map((id) => tile(id, { more: `<iframe src="/frame?${id}" width="50" height="30"></iframe>` }))));
  await page.waitForLoadState("networkidle");
  const before = shop.asked.filter((path) => path.startsWith("/frame")).length;
  await reverse();
  await page.evaluate(() => rest());
  await page.waitForLoadState("networkidle");
  assert.equal(shop.asked.filter((path) => path.startsWith("/frame")).length, before);
  assert.deepEqual(await order(page), [...ids(8)].reverse());
});

/** Records every animation that starts: its properties and milliseconds. */
const NOTED = `<script>
  globalThis.motions = [];
  const { animate } = Element.prototype;
  Element.prototype.animate = function (frames, options) {
    motions.push({ of: Object.keys(frames).join(), ms: options.duration });
    return animate.call(this, frames, options);
  };
</script>`;

test("tiles fade in without input, and glide after input", async () => {
  await open(EVEN, { script: NOTED + TOOLS });
  await reverse();
  const calm = await page.evaluate(() => motions.splice(0));
  assert.ok(calm.length > 0 && calm.every((one) => one.of === "opacity" && one.ms <= 200), JSON.stringify(calm));
  await page.evaluate(() => (restoreElements(list), rest().then(() => motions.splice(0))));
  await reverseOnClick();
  const lively = await page.evaluate(() => motions.splice(0));
  assert.ok(lively.length > 0 && lively.every((one) => one.of === "translate" && one.ms <= 400), JSON.stringify(lively));
});

test("reduced motion shows no movement and no fading", async () => {
  await open(EVEN, { visitor: { reducedMotion: "reduce" }, script: NOTED + TOOLS });
  await reverseOnClick();
  const motions = await page.evaluate(() => globalThis.motions);
  assert.ok(motions.every((one) => one.of === "opacity" && one.ms <= 1), JSON.stringify(motions));
  assert.deepEqual(await order(page), REVERSED);
});

test("a ranking during motion continues from the visible positions", async () => {
  await open(EVEN);
  await page.evaluate(() => {
    document.querySelector("#go").onclick = async () => {
      await rerankElements(scripted((ids) => ids.toReversed()), list);
      // Paused in the middle of its motion, so that the machine's load does not matter.
      for (const one of document.getAnimations()) Object.assign(one, { currentTime: 100 }).pause();
      const tile = document.querySelector('[data-item-id="sku-0"]');
      const places = [tile.getBoundingClientRect()];
      restoreElements(list);
      places.push(tile.getBoundingClientRect());
      globalThis.places = places.map(({ left, top }) => [left, top]);
    };
  });
  await page.click("#go");
  await page.waitForFunction(() => globalThis.places);
  const [[left, top], [nextLeft, nextTop]] = await page.evaluate(() => places);
  const jump = Math.hypot(left - nextLeft, top - nextTop);
  assert.ok(jump < 2, `${jump} px`);
});

test("a list that waits for its order is hidden at most as long as the page allows", async () => {
  const style = (wait) => `
    @keyframes wait { from, to { visibility: hidden } }
    #list:not([data-shelfwise-settled]) { animation: wait ${wait} step-end }`;
  const seen = () => page.evaluate(() => getComputedStyle(list).visibility);
  // Longer than any machine takes to here.
  await open(EVEN, { style: style("60s") });
  await page.reload();
  await page.waitForFunction(() => globalThis.isLoaded);
  assert.equal(await seen(), "hidden");
  await reverse();
  assert.equal(await seen(), "visible");
  assert.equal(await shift(page), 0);
  await open(EVEN, { style: style("600ms") });
  await page.reload();
  await page.waitForTimeout(900);
  assert.equal(await seen(), "visible", "without any script");
});

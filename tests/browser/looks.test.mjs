import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { faintTexts } from "./contrast.mjs";
import { Visitor, launch } from "./visitor.mjs";

const PAGES = { home: "/", aisle: "/aisle/mexican-world.html", product: "/product/1127831.html", basket: "/basket.html" };
const WINDOWS = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

let browser;
let visitor;

before(async () => (browser = await launch()));
after(() => browser.close());
afterEach(() => visitor?.leave());

for (const colorScheme of ["light", "dark"]) {
  for (const [name, viewport] of Object.entries(WINDOWS)) {
    test(`every page at ${name} in ${colorScheme} fits its window, and all texts have enough contrast`, async () => {
      visitor = await Visitor.arrive(browser, { viewport, colorScheme });
      await visitor.open("/");
      await visitor.ranked(() => visitor.page.locator(".starters .add").first().click());
      for (const [page, path] of Object.entries(PAGES)) {
        await visitor.open(path);
        await look(`${page}-${name}-${colorScheme}`);
      }
      await visitor.openPanel();
      await look(`panel-${name}-${colorScheme}`);
      await visitor.page.locator("[data-panel=grant]").click();
      await visitor.page.locator("[data-panel=remembered] button").first().waitFor();
      await visitor.page.locator("[data-panel=memory]").scrollIntoViewIfNeeded();
      await look(`panel-remembered-${name}-${colorScheme}`);
      await visitor.inspect();
      await look(`inspector-${name}-${colorScheme}`);
    });
  }
}

/** Takes a screenshot, and checks what a screenshot does not show. */
async function look(name) {
  await visitor.page.mouse.move(0, 0);
  await visitor.settle();
  await visitor.screenshot(name);
  const excess = await visitor.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(excess <= 0, `${name} is ${excess} pixels wider than the window`);
  assert.deepEqual(await visitor.page.evaluate(faintTexts), [], name);
}

for (const width of [390, 1201, 1280]) {
  test(`starters at ${width} pixels do not overlap their sign`, async () => {
    visitor = await Visitor.arrive(browser, { viewport: { width, height: 900 } });
    await visitor.open(PAGES.home);
    const rooms = await visitor.page.locator(".starters .add").evaluateAll((starters) =>
      starters.map((starter) => {
        const title = document.createRange();
        title.selectNodeContents(starter.querySelector(".title"));
        return starter.querySelector(".held").getBoundingClientRect().left - title.getBoundingClientRect().right;
      }),
    );
    assert.ok(rooms.length > 0 && rooms.every((room) => room >= 0), rooms.join());
  });
}

test("reduced motion shows no gliding", async () => {
  visitor = await Visitor.arrive(browser, { reducedMotion: "reduce" });
  await visitor.open(PAGES.aisle);
  await visitor.page.evaluate(() => {
    globalThis.longest = 0;
    const { animate } = Element.prototype;
    Element.prototype.animate = function (frames, options) {
      globalThis.longest = Math.max(globalThis.longest, Number(options?.duration ?? options));
      return animate.call(this, frames, options);
    };
  });
  await visitor.ranked(() => visitor.page.locator("[data-tiles] .add").nth(2).click());
  assert.ok((await visitor.page.evaluate(() => globalThis.longest)) <= 1);
});

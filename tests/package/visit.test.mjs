/** What is recorded of a visit, where it is kept, and what decides it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { arriveAt, inBrowsers, LIST, open } from "./shopper.mjs";

/** Records every call on the tab's storage. Runs before the page's own scripts. */
function watchStorage() {
  globalThis.touched = [];
  for (const name of ["getItem", "setItem", "removeItem", "key", "clear"]) {
    const real = Storage.prototype[name];
    Storage.prototype[name] = function (...given) {
      globalThis.touched.push(`${name} ${given[0] ?? ""}`.trim());
      return real.apply(this, given);
    };
  }
}

const gpc = () => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true, configurable: true });
const dnt = () => Object.defineProperty(Navigator.prototype, "doNotTrack", { get: () => "1", configurable: true });
const unreadable = () => {
  const get = () => {
    throw new Error("not for you");
  };
  Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get, configurable: true });
};
const noSignal = () => {
  Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => false, configurable: true });
  Object.defineProperty(Navigator.prototype, "doNotTrack", { get: () => null, configurable: true });
};

inBrowsers(({ site, browser }) => {
  let page;

  async function arrive(options = {}, before = undefined) {
    const found = await arriveAt({ site, browser }, { options, before });
    page = found.page;
    return found.status;
  }

  for (const { what, before, by } of [
    { what: "Global Privacy Control", before: gpc, by: "gpc" },
    { what: "Do Not Track", before: dnt, by: "dnt" },
    { what: "a signal that cannot be read", before: unreadable, by: "signal_unreadable" },
  ]) {
    test(`${what} lowers session to contextual, and no event is read`, async () => {
      const status = await arrive({ visit: "tab" }, before);
      assert.deepEqual([status.ready, status.mode, status.mode_source], [true, "contextual", by]);
      const seen = await page.run(async () => {
        let read = 0;
        const payload = { get items() { read += 1; return [{ item_id: "bread" }]; } };
        shop.shelf.track("add_to_cart", payload);
        shop.shelf.setMode("session");
        shop.shelf.track("add_to_cart", payload);
        return { read, order: await shop.order(), events: (await shop.shelf.profile()).events, mode: shop.shelf.status.mode };
      });
      assert.deepEqual(seen, { read: 0, order: LIST, events: [], mode: "contextual" }, "the shopper's own choice cannot lift it");
      await page.leave();
    });
  }

  test("signals that are false or null lower no mode", async () => {
    const status = await arrive({}, noSignal);
    assert.deepEqual([status.mode, status.mode_source], ["session", "shop"]);
    await page.leave();
  });

  test("the default mode reads no event", async () => {
    const status = await arrive({ mode: undefined });
    assert.deepEqual([status.mode, status.mode_source], ["contextual", "shop"]);
    await page.leave();
  });

  test("no event is read and no storage touched before consent, and the visit begins after it", async () => {
    await arrive({ visit: "tab", consent: "pending" }, watchStorage);
    const waiting = await page.run(async () => {
      shop.add("bread");
      await shop.shelf.exportData();
      return { order: await shop.order(), touched: [...touched], status: shop.shelf.status };
    });
    assert.deepEqual([waiting.order, waiting.touched, waiting.status.mode, waiting.status.mode_source], [LIST, [], "contextual", "consent"]);
    const granted = await page.run(async () => {
      shop.shelf.setConsent("granted");
      shop.add("bread");
      return { order: await shop.order(), touched: [...touched], modes: shop.modes };
    });
    assert.equal(site.asked.filter((path) => path.endsWith("worker.js")).length, 1, "nothing is asked for once more");
    assert.equal(granted.order[0], "butter");
    assert.deepEqual([granted.modes, granted.touched[0]], [["session by shop"], "getItem shelfwise"]);
    await page.leave();
  });

  test("withdrawn consent removes the visit from engine, page and tab", async () => {
    await arrive({ visit: "tab", consent: "granted" });
    const seen = await page.run(async () => {
      shop.add("bread");
      const before = await shop.order();
      const kept = sessionStorage.getItem("shelfwise");
      shop.shelf.setConsent("denied");
      const after = await shop.order();
      const gone = sessionStorage.getItem("shelfwise");
      shop.shelf.setConsent("granted");
      return { before, kept, after, gone, again: await shop.order(), events: (await shop.shelf.profile()).events };
    });
    assert.equal(seen.before[0], "butter");
    assert.ok(seen.kept.length > 20 && seen.kept.length < 64 * 1024);
    assert.deepEqual([seen.after, seen.gone, seen.again, seen.events], [LIST, null, LIST, []]);
    await page.leave();
  });

  test("a visit kept in the tab has, on the next page, the last event before the click", async () => {
    await arrive({ visit: "tab" });
    await page.run(() => shop.order().then(() => shop.add("bread")));
    await page.go(`${site.origin}/?next`);
    await page.run(open, { list: LIST, options: { visit: "tab" } });
    const seen = await page.run(async () => ({ order: await shop.order(), data: await shop.shelf.exportData() }));
    assert.equal(seen.order[0], "butter");
    assert.deepEqual(seen.data.profile.events.map(({ event, item_id }) => [event, item_id]), [["add_to_cart", "bread"]]);
    assert.equal(seen.data.stored.key, "shelfwise");
    assert.equal(seen.data.stored.text, await page.run(() => sessionStorage.getItem("shelfwise")));
    await page.leave();
  });

  test("a kept visit with a toJSON on all built-ins is restored on the next page", async () => {
    await arrive({ visit: "tab" });
    const kept = await page.run(async () => {
      // Prototype 1.7 adds `toJSON` to texts, numbers, dates and lists; other libraries add it to all objects.
      const patched = [Array, String, Number, Date, Object].map(({ prototype }) => prototype);
      for (const prototype of patched) prototype.toJSON = function () { return `"${this}"`; };
      try {
        shop.add("bread");
        // Kept once before the engine has confirmed it, and once after.
        dispatchEvent(new PageTransitionEvent("pagehide", { persisted: false }));
        const early = sessionStorage.getItem("shelfwise");
        await shop.order();
        return [early, sessionStorage.getItem("shelfwise")];
      } finally {
        for (const prototype of patched) delete prototype.toJSON;
      }
    });
    const [early, late] = kept.map((text) => JSON.parse(text));
    assert.deepEqual([early.waiting[0].item_ids, late.waiting, typeof late.visit], [["bread"], [], "string"]);
    await page.go(`${site.origin}/?next`);
    await page.run(open, { list: LIST, options: { visit: "tab" } });
    assert.equal(await page.run(async () => (await shop.order())[0]), "butter");
    await page.leave();
  });

  test("a visit in memory lasts one page and never touches storage", async () => {
    await arrive({}, watchStorage);
    await page.run(() => (shop.add("bread"), shop.order()));
    assert.deepEqual(await page.run(() => touched), []);
    await page.go(`${site.origin}/?next`);
    await page.run(open, { list: LIST, options: {} });
    assert.deepEqual(await page.run(() => shop.order()), LIST);
    await page.leave();
  });

  test("forget removes the visit from profile, order, tab and next page", async () => {
    await arrive({ visit: "tab" });
    const seen = await page.run(async () => {
      shop.add("bread");
      await shop.order();
      await shop.shelf.forget();
      const { profile, stored, slates } = await shop.shelf.exportData();
      return { order: await shop.order(), events: profile.events, stored, slates, tab: sessionStorage.length };
    });
    assert.deepEqual(seen, { order: LIST, events: [], stored: null, slates: [], tab: 0 });
    await page.go(`${site.origin}/?next`);
    await page.run(open, { list: LIST, options: { visit: "tab" } });
    assert.deepEqual(await page.run(() => shop.order()), LIST);
    await page.leave();
  });

  test("a visit without an event for half an hour ends in the engine and in the tab", async () => {
    // Half an hour takes half a second here.
    await arrive({ visit: "tab" }, () => {
      const real = globalThis.setTimeout;
      globalThis.setTimeout = (call, ms, ...given) => real(call, ms === 30 * 60_000 ? 500 : ms, ...given);
    });
    const seen = await page.run(async () => {
      shop.add("bread");
      const before = await shop.order();
      const kept = sessionStorage.length;
      await new Promise((later) => setTimeout(later, 1_500));
      return { before, kept, after: await shop.order(), tab: sessionStorage.length, events: (await shop.shelf.profile()).events };
    });
    assert.deepEqual([seen.before[0], seen.kept, seen.after, seen.tab, seen.events], ["butter", 1, LIST, 0, []]);
    await page.leave();
  });

  test("an expired visit in the tab is not restored, and removed", async () => {
    await arrive({ visit: "tab" });
    await page.run(async () => {
      const real = Date.now;
      Date.now = () => real() - 31 * 60_000;
      shop.add("bread");
      await shop.order();
    });
    await page.go(`${site.origin}/?next`);
    await page.run(open, { list: LIST, options: { visit: "tab" } });
    const seen = await page.run(async () => ({ order: await shop.order(), tab: sessionStorage.length }));
    assert.deepEqual(seen, { order: LIST, tab: 0 });
    await page.leave();
  });

  test("forget during a hundred rankings and mode changes causes no error", async () => {
    await arrive({ visit: "tab" });
    const seen = await page.run(async () => {
      shop.add("bread");
      const orders = Array.from({ length: 100 }, () => shop.order());
      const forgotten = shop.shelf.forget();
      shop.shelf.setMode("contextual");
      shop.shelf.setMode("session");
      await forgotten;
      return { lists: new Set((await Promise.all(orders)).map(String)).size, last: await shop.order(), error: shop.shelf.status.error, tab: sessionStorage.length };
    });
    assert.deepEqual(seen, { lists: 1, last: LIST, error: null, tab: 0 });
    await page.leave();
  });

  test("a hundred concurrent lists are all ranked", async () => {
    await arrive();
    const seen = await page.run(async () => {
      shop.add("bread");
      const orders = await Promise.all(Array.from({ length: 100 }, () => shop.order()));
      return { first: [...new Set(orders.map(([first]) => first))], error: shop.shelf.status.error };
    });
    assert.deepEqual(seen, { first: ["butter"], error: null });
    await page.leave();
  });

  test("any content of the tab's storage leaves the shop working", async () => {
    const real = await (await arrive({ visit: "tab" }), page.run(async () => (shop.add("bread"), await shop.order(), sessionStorage.getItem("shelfwise"))));
    await page.leave();
    const bytes = JSON.parse(real);
    const hostile = [
      "", "{", "null", "[]", "1", "\u0000", "x".repeat(70_000), "[".repeat(50_000),
      real.slice(0, -9),
      JSON.stringify({ ...bytes, v: 2 }),
      JSON.stringify({ ...bytes, visit: "not base64!" }),
      JSON.stringify({ ...bytes, visit: btoa("no visit at all") }),
      JSON.stringify({ ...bytes, visit: bytes.visit.slice(0, -8) }),
      JSON.stringify({ ...bytes, visit: 7, waiting: { length: 1e9 } }),
      JSON.stringify({ v: 1, visit: null, waiting: [{ event: "add_to_cart", item_ids: ["bread"], at_ms: 9e15 }] }),
      JSON.stringify({ v: 1, visit: null, waiting: Array.from({ length: 900 }, () => ({ event: "view_item", item_ids: ["bread"], at_ms: 1 })) }),
      `{"v":1,"visit":null,"waiting":[],"__proto__":{"polluted":true}}`,
    ];
    for (const text of hostile) {
      site.with({});
      page = await browser.page(`${site.origin}/`);
      await page.run((kept) => sessionStorage.setItem("shelfwise", kept), text);
      const status = await page.run(open, { list: LIST, options: { visit: "tab" } });
      assert.deepEqual([status.ready, status.error], [true, null], text.slice(0, 60));
      const seen = await page.run(async () => {
        const before = await shop.order();
        shop.add("bread");
        return { before, after: await shop.order(), polluted: {}.polluted };
      });
      assert.deepEqual([seen.before, seen.after[0], seen.polluted], [LIST, "butter", undefined], text.slice(0, 60));
      await page.leave();
    }
  });

  for (const { what, before } of [
    { what: "is denied", before: () => Object.defineProperty(globalThis, "sessionStorage", { get() { throw new DOMException("no", "SecurityError"); } }) },
    { what: "is full", before: () => (Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }) },
    { what: "is not there", before: () => Object.defineProperty(globalThis, "sessionStorage", { value: undefined }) },
  ]) {
    test(`a visit whose storage ${what} is kept in memory`, async () => {
      const status = await arrive({ visit: "tab" }, before);
      assert.deepEqual([status.ready, status.mode], [true, "session"]);
      const seen = await page.run(async () => {
        shop.add("bread");
        return { order: await shop.order(), data: await shop.shelf.exportData(), error: shop.shelf.status.error };
      });
      assert.deepEqual([seen.order[0], seen.data.stored, seen.data.profile.events.length, seen.error], ["butter", null, 1, null]);
      await page.leave();
    });
  }

  test("the shopper can lower the mode, and off stops everything", async () => {
    await arrive({ visit: "tab" });
    const seen = await page.run(async () => {
      shop.add("bread");
      const before = await shop.order();
      shop.shelf.setMode("off");
      shop.add("bread");
      const off = { order: await shop.order(), status: shop.shelf.status, tab: sessionStorage.length };
      shop.shelf.setMode("session");
      const again = await shop.order();
      shop.add("bread");
      return { before, off, again, after: await shop.order() };
    });
    assert.deepEqual([seen.before[0], seen.off.order, seen.again, seen.after[0]], ["butter", LIST, LIST, "butter"]);
    assert.deepEqual([seen.off.status.ready, seen.off.status.mode_source, seen.off.status.isolation, seen.off.tab], [false, "shopper", "none", 0]);
    await page.leave();
  });

  test("a shop's mode off loads nothing", async () => {
    const status = await arrive({ mode: "off" });
    assert.deepEqual([status.ready, status.mode, status.error], [false, "off", null]);
    assert.deepEqual(site.asked.filter((path) => /swm|wasm|worker/.test(path)), []);
    assert.deepEqual(await page.run(() => (shop.shelf.setMode("session"), shop.order())), LIST);
    await page.leave();
  });

  test("a pause stops recording and ordering until it ends", async () => {
    await arrive();
    const seen = await page.run(async () => {
      shop.shelf.pause();
      shop.add("bread");
      const paused = [await shop.order(), shop.shelf.status.ready, shop.shelf.status.paused];
      shop.shelf.resume();
      const resumed = await shop.order();
      shop.add("bread");
      return { paused, resumed, after: await shop.order() };
    });
    assert.deepEqual([seen.paused, seen.resumed, seen.after[0]], [[LIST, false, true], LIST, "butter"]);
    await page.leave();
  });

  test("a gift's events are marked and removed after it, and a hidden item leaves the order", async () => {
    await arrive();
    const seen = await page.run(async () => {
      shop.shelf.gift(true);
      shop.add("bread");
      const gift = await shop.shelf.profile();
      shop.shelf.gift(false);
      const own = await shop.shelf.profile();
      shop.shelf.lessLike("milk");
      return { gift: [gift.gift, gift.events.some(({ item_id }) => item_id === "bread")], own: [own.gift, own.events.length], order: await shop.order(), hidden: (await shop.shelf.profile()).hidden };
    });
    assert.deepEqual([seen.gift, seen.own, seen.hidden], [[true, true], [false, 0], ["milk"]]);
    assert.ok(!seen.order.includes("milk"));
    await page.leave();
  });

  test("a page restored from the back-forward cache reads the tab's current visit", async () => {
    await arrive({ visit: "tab" });
    await page.run(() => (shop.add("soap"), shop.order()));
    await page.go(`${site.origin}/?next`);
    await page.run(open, { list: LIST, options: { visit: "tab" } });
    await page.run(() => shop.shelf.forget().then(() => (shop.add("bread"), shop.order())));
    await page.go("back");
    // The browser may restore the page, or load it anew.
    if (await page.run(() => !globalThis.shop)) await page.run(open, { list: LIST, options: { visit: "tab" } });
    const seen = await page.run(async () => ({ order: await shop.order(), events: (await shop.shelf.profile()).events.map(({ item_id }) => item_id) }));
    assert.deepEqual([seen.order[0], seen.events], ["butter", ["bread"]]);
    await page.leave();
  });
});

/** How a visit ends, is shared and is forgotten: across pages of a tab and handles of a page, and without a request. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { arriveAt, inBrowsers, LIST, open } from "./shopper.mjs";

inBrowsers(({ site, browser }) => {
  let page;

  async function arrive(options = {}, before = undefined) {
    const found = await arriveAt({ site, browser }, { options, before });
    page = found.page;
    return found.status;
  }

  /** A tab in which an earlier page kept a visit, and then a page that keeps none. */
  async function arriveAfterAVisit(options) {
    await arrive({ visit: "tab" });
    await page.run(() => (shop.add("bread"), shop.order()));
    assert.ok(await page.run(() => sessionStorage.getItem("shelfwise")));
    await page.go(`${site.origin}/?next`);
    return page.run(open, { list: LIST, options });
  }

  for (const { how, options = {}, deed } of [
    { how: "forget", deed: () => shop.shelf.forget() },
    { how: "mode off", deed: () => shop.shelf.setMode("off") },
    { how: "a lower mode", deed: () => shop.shelf.setMode("contextual") },
    { how: "denied consent", deed: () => shop.shelf.setConsent("denied") },
    { how: "consent that was denied before", options: { consent: "denied" }, deed: () => {} },
    { how: "forget on a page with a refused option", options: { visit: "for ever" }, deed: () => shop.shelf.forget() },
    { how: "mode off on a page with a refused option", options: { mode: "sesion" }, deed: () => shop.shelf.setMode("off") },
    { how: "denied consent beside a refused option", options: { timeoutMs: -1, consent: "denied" }, deed: () => {} },
  ]) {
    test(`${how} removes the visit that an earlier page of the tab kept`, async () => {
      await arriveAfterAVisit(options);
      await page.run(deed);
      assert.equal(await page.run(() => sessionStorage.getItem("shelfwise")), null);
      await page.leave();
    });
  }

  test("a restored visit ends by itself on a page without further events", async () => {
    await arrive({ visit: "tab" });
    await page.run(async () => {
      const real = Date.now;
      // Three seconds of the visit are left.
      Date.now = () => real() - 30 * 60_000 + 3_000;
      shop.add("bread");
      await shop.order();
    });
    await page.go(`${site.origin}/?next`);
    await page.run(open, { list: LIST, options: { visit: "tab" } });
    const seen = await page.run(async () => {
      const kept = sessionStorage.length;
      let told = 0;
      shop.shelf.on("update", () => (told += 1));
      await new Promise((later) => setTimeout(later, 4_000));
      return { kept, tab: sessionStorage.length, told: told > 0, events: (await shop.shelf.profile()).events, order: await shop.order() };
    });
    assert.deepEqual(seen, { kept: 1, tab: 0, told: true, events: [], order: LIST });
    await page.leave();
  });

  test("a visit that expired during sleep is over when it is read", async () => {
    await arrive({ visit: "tab" });
    const seen = await page.run(async () => {
      shop.add("bread");
      await shop.order();
      const real = Date.now;
      Date.now = () => real() + 5 * 3_600_000;
      return { events: (await shop.shelf.profile()).events, tab: sessionStorage.length };
    });
    assert.deepEqual(seen, { events: [], tab: 0 });
    await page.leave();
  });

  test("all timers are set in the root zone, so that an Angular app becomes stable", async () => {
    await arrive({ visit: "tab" }, () => {
      let depth = 0;
      globalThis.within = [];
      globalThis.Zone = { root: { run: (deed) => { depth += 1; try { return deed(); } finally { depth -= 1; } } } };
      for (const name of ["setTimeout", "setInterval"]) {
        const real = globalThis[name];
        globalThis[name] = (call, ms, ...given) => {
          if (depth === 0) globalThis.within.push(`${name} ${ms}`);
          return real(call, ms, ...given);
        };
      }
    });
    const seen = await page.run(async () => (shop.add("bread"), { first: (await shop.order())[0], within: globalThis.within }));
    assert.deepEqual(seen, { first: "butter", within: [] });
    await page.leave();
  });

  /** What two handles on one page do, and which events the tab's next page knows. */
  for (const { what, deed, known } of [
    { what: "the_first_tracks_and_the_second_is_idle", deed: () => shop.add("bread"), known: ["bread"] },
    { what: "the_second_tracks_and_the_first_is_idle", deed: ({ two }) => two("bread"), known: ["bread"] },
    { what: "both_track_one_after_the_other", deed: async ({ two, rest }) => (shop.add("bread"), await rest(), two("milk"), await rest(), shop.add("soap")), known: ["bread", "milk", "soap"] },
    { what: "both_track_at_once", deed: ({ two }) => (shop.add("bread"), two("milk")), known: ["bread", "milk"] },
    { what: "both_track_and_the_page_is_left_at_once", deed: ({ two }) => (shop.add("bread"), two("milk")), hurry: true, known: ["bread", "milk"] },
    { what: "the_first_tracks_and_the_second_closes", deed: async ({ rest }) => (shop.add("bread"), await rest(), shop.second.close()), known: ["bread"] },
    { what: "the_second_forgets", deed: async ({ two, rest }) => (shop.add("bread"), await rest(), two("milk"), await rest(), await shop.second.forget(), shop.add("soap")), known: ["soap"] },
  ]) {
    test(`two handles on a page, ${what}: the next page has all events`, async () => {
      await arrive({ visit: "tab" });
      const script = `async () => {
        shop.second = await globalThis.shelfwise.createShelfwise({ snapshot: "/model.swm", mode: "session", timeoutMs: 5000, visit: "tab" });
        const rest = () => new Promise((later) => setTimeout(later, 400));
        await (${deed})({ two: (item_id) => shop.second.track("add_to_cart", { items: [{ item_id }] }), rest });
      }`;
      await page.run(`(${script})()`);
      if (!what.includes("left_at_once")) await page.run(() => new Promise((later) => setTimeout(later, 600)));
      await page.go(`${site.origin}/?next`);
      await page.run(open, { list: LIST, options: { visit: "tab" } });
      const events = await page.run(async () => (await shop.order(), (await shop.shelf.profile()).events.map(({ item_id }) => item_id)));
      assert.deepEqual(events.toSorted(), known.toSorted());
      await page.leave();
    });
  }

  test("events forgotten by one handle are forgotten by the page's other handle", async () => {
    await arrive({ visit: "tab" });
    const seen = await page.run(async () => {
      const two = await globalThis.shelfwise.createShelfwise({ snapshot: "/model.swm", mode: "session", timeoutMs: 5000, visit: "tab" });
      shop.add("bread");
      await shop.order();
      await two.profile();
      await two.forget();
      return { order: await shop.order(), events: (await shop.shelf.profile()).events, tab: sessionStorage.length };
    });
    assert.deepEqual(seen, { order: LIST, events: [], tab: 0 });
    await page.leave();
  });

  /** Keeps every engine memory that the page instantiates. Runs before the page's own scripts. */
  function watchMemory() {
    const { Instance } = WebAssembly;
    globalThis.memories = [];
    WebAssembly.Instance = function (...given) {
      const instance = new Instance(...given);
      globalThis.memories.push(instance.exports.memory);
      return instance;
    };
    /** Number of memories that contain the text. */
    globalThis.having = (text) => {
      const latin = new TextDecoder("latin1");
      return globalThis.memories.filter(({ buffer }) => latin.decode(buffer).includes(text)).length;
    };
  }

  for (const visit of ["tab", "memory"]) {
    test(`forget with two inline handles leaves nothing in their shared memory: visit ${visit}`, async () => {
      await arrive({ isolation: "inline", visit }, watchMemory);
      const seen = await page.run(async (visit) => {
        const options = { snapshot: "/model.swm", mode: "session", timeoutMs: 5000, isolation: "inline", visit };
        const two = await globalThis.shelfwise.createShelfwise(options);
        const events = async () => [(await shop.shelf.profile()).events.length, (await two.profile()).events.length];
        shop.add("only-the-first-saw-this");
        await shop.order();
        two.track("add_to_cart", { items: [{ item_id: "only-the-second-saw-this" }] });
        // The first handle gets the second's event through the tab's storage.
        await events();
        const before = [await events(), having("only-the-first"), having("only-the-second")];
        await shop.shelf.forget();
        const between = [await events(), having("only-the-first")];
        await two.forget();
        return { before, between, after: [await events(), having("only-the-first"), having("only-the-second")], tab: sessionStorage.length };
      }, visit);
      // A visit in the tab is known to both handles, and forgotten by both.
      const [told, left] = visit === "tab" ? [[2, 2], [0, 0]] : [[1, 1], [0, 1]];
      assert.deepEqual(seen, { before: [told, 1, 1], between: [left, 0], after: [[0, 0], 0, 0], tab: 0 });
      await page.leave();
    });
  }

  test("a visit in memory is over when the browser restores its page", async () => {
    await arrive({});
    const seen = await page.run(async () => {
      shop.add("bread");
      const before = await shop.order();
      dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
      return { before: before[0], after: await shop.order(), events: (await shop.shelf.profile()).events };
    });
    assert.deepEqual(seen, { before: "butter", after: LIST, events: [] });
    await page.leave();
  });

  test("a prerendered page reads the visit when it is activated", async () => {
    site.with({});
    page = await browser.page(`${site.origin}/`, { before: `
      globalThis.advance = true;
      Object.defineProperty(Document.prototype, "prerendering", { get: () => globalThis.advance, configurable: true });
      globalThis.touched = [];
      for (const name of ["getItem", "setItem", "removeItem"]) {
        const real = Storage.prototype[name];
        Storage.prototype[name] = function (...given) { touched.push(name); return real.apply(this, given); };
      }` });
    const opening = page.run(open, { list: LIST, options: { visit: "tab", timeoutMs: 5000 } });
    const early = await page.run(async () => {
      await new Promise((later) => setTimeout(later, 800));
      return [...touched];
    });
    assert.deepEqual(early, [], "storage is that of the page before");
    assert.equal(site.asked.filter((path) => path.endsWith("worker.js")).length, 0, "and no worker waits");
    await page.run(() => {
      // The earlier page has continued meanwhile; its unsent events are its own.
      sessionStorage.setItem("shelfwise", JSON.stringify({ v: 1, visit: null, last_ms: Date.now(), waiting: [{ event: "add_to_cart", item_ids: ["bread"], at_ms: Date.now() }] }));
      globalThis.advance = false;
      document.dispatchEvent(new Event("prerenderingchange"));
    });
    assert.equal((await opening).ready, true);
    const seen = await page.run(async () => ({ order: await shop.order(), events: (await shop.shelf.profile()).events.map(({ item_id }) => item_id) }));
    assert.deepEqual([seen.order[0], seen.events], ["butter", ["bread"]]);
    await page.leave();
  });

  test("forget and a lower mode cause no request, and no request has a Referer", async () => {
    await arrive({ visit: "tab" });
    const before = site.asked.length;
    const seen = await page.run(async () => {
      history.pushState(null, "", "/aisle/secret");
      shop.add("bread");
      await shop.order();
      await shop.shelf.forget();
      const forgotten = await shop.order();
      shop.add("bread");
      const again = await shop.order();
      shop.shelf.setMode("contextual");
      const lowered = await shop.order();
      shop.shelf.setMode("off");
      await new Promise((later) => setTimeout(later, 300));
      return { forgotten, again: again[0], lowered };
    });
    assert.deepEqual(seen, { forgotten: LIST, again: "butter", lowered: LIST });
    assert.deepEqual(site.asked.slice(before), []);
    assert.deepEqual(site.referred.filter((path) => /swm|wasm/.test(path)), []);
    await page.leave();
  });
});

/** What is remembered of earlier visits: when it begins, what it does, and how it ends. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { arriveAt, inBrowsers, LIST, open } from "./shopper.mjs";

const REMEMBERED = { mode: "remembered" };
const STORED = () => localStorage.getItem("shelfwise");

/** Grants now, with a receipt of this text. Runs in the page. */
const GRANT = (id) => shop.shelf.grant({ id, at_ms: Date.now() });

/** Moves the page's clock. Runs in the page, before its handle is made. */
function moveClock(ms) {
  const real = Date.now;
  Date.now = () => real() + ms;
}

/** A signal that the tests can switch. Runs before the page's own scripts. */
function switchableSignals() {
  globalThis.signal = { globalPrivacyControl: undefined, doNotTrack: null };
  for (const name of Object.keys(globalThis.signal)) {
    Object.defineProperty(Navigator.prototype, name, { get: () => globalThis.signal[name], configurable: true });
  }
}

/** Records every call on storage. Runs before the page's own scripts. */
function watchStorage() {
  globalThis.touched = [];
  for (const name of ["getItem", "setItem", "removeItem"]) {
    const real = Storage.prototype[name];
    Storage.prototype[name] = function (...given) {
      globalThis.touched.push(`${this === globalThis.localStorage ? "local" : "tab"} ${name}`);
      return real.apply(this, given);
    };
  }
}

inBrowsers(({ site, browser }) => {
  let page;

  async function arrive(options = {}, before = undefined, answers = {}) {
    const found = await arriveAt({ site, browser }, { options: { ...REMEMBERED, ...options }, before, answers });
    page = found.page;
    return found.status;
  }

  async function next(options = {}, ms = 0) {
    await page.go(`${site.origin}/?next`);
    if (ms) await page.run(moveClock, ms);
    return page.run(open, { list: LIST, options: { ...REMEMBERED, ...options } });
  }

  /** A shopper who granted, put bread into the cart, and left. */
  async function arriveAgain(options = {}, ms = 0) {
    await arrive();
    assert.equal(await page.run(GRANT, "consent 7"), true);
    await page.run(async () => (shop.add("bread"), await shop.order(), await shop.shelf.profile()));
    await page.run(() => new Promise((later) => setTimeout(later, 200)));
    return next(options, ms);
  }

  test("before a grant the mode is session, and nothing is written", async () => {
    const status = await arrive({}, watchStorage);
    assert.deepEqual([status.mode, status.mode_source, status.memory], ["session", "grant", null]);
    const seen = await page.run(async () => {
      shop.add("bread");
      const order = await shop.order();
      await new Promise((later) => setTimeout(later, 200));
      return { first: order[0], muted: await shop.shelf.mute({ item: "soap" }), code: shop.shelf.status.error.code, touched: [...new Set(touched)], stored: localStorage.length };
    });
    assert.deepEqual(seen, { first: "butter", muted: false, code: "bad_request", touched: ["local getItem"], stored: 0 });
    await page.leave();
  });

  test("with the grant the memory begins, with what this visit did", async () => {
    await arrive();
    const seen = await page.run(async () => {
      shop.add("bread");
      await shop.order();
      const granted = await shop.shelf.grant({ id: "consent 7", at_ms: Date.now() });
      const { mode, mode_source, memory } = shop.shelf.status;
      const { profile, remembered } = await shop.shelf.exportData();
      const day = 86_400_000;
      return { granted, mode, mode_source, days: (memory.expires_ms - memory.granted_ms) / day, whole: memory.granted_ms % day, first: (await shop.order())[0], profile, remembered, modes: shop.modes, stored: localStorage.getItem("shelfwise") };
    });
    assert.deepEqual([seen.granted, seen.mode, seen.mode_source, seen.days, seen.whole, seen.first], [true, "remembered", "shop", 30, 0, "butter"]);
    assert.deepEqual(seen.modes, ["remembered by shop"]);
    const { receipt, items, mutes } = seen.profile.memory;
    assert.deepEqual([receipt, items.map(({ event, item_id }) => [event, item_id]), mutes], ["consent 7", [["add_to_cart", "bread"]], []]);
    assert.ok(items.every(({ day_ms }) => day_ms % 86_400_000 === 0), "no time is finer than a day");
    assert.deepEqual(seen.remembered, { key: "shelfwise", bytes: seen.stored.length, text: seen.stored });
    assert.ok(seen.stored.length < 64 * 1024);
    await page.leave();
  });

  test("the next visit ranks with the memory and says so", async () => {
    const status = await arriveAgain();
    assert.deepEqual([status.mode, status.memory !== null], ["remembered", true]);
    const seen = await page.run(async () => {
      const slate = await shop.shelf.rerank({ placement: "category", items: ["soap", "milk", "butter", "candy"] });
      const why = await shop.shelf.explain(slate.slate_id, "butter");
      return { first: slate.items[0], basis: slate.basis, why: why.reasons, events: (await shop.shelf.profile()).events };
    });
    assert.deepEqual([seen.first.item_id, seen.basis, seen.events], ["butter", "memory", []]);
    for (const reasons of [seen.first.reasons, seen.why]) assert.deepEqual(reasons[0], { code: "from_earlier_visit", evidence: ["bread"] });
    await page.leave();
  });

  test("a mute holds on every shelf of this and the next visit, without an engine too, until it is taken back", async () => {
    await arrive();
    await page.run(GRANT, "consent 7");
    const muted = await page.run(async () => ({ stored: await shop.shelf.mute({ item: "soap" }), order: await shop.order(), own: shop.shelf.storeOrder(["soap", "milk"]).items.map(({ item_id }) => item_id) }));
    assert.deepEqual([muted.stored, muted.order.includes("soap"), muted.own], [true, false, ["milk"]]);
    await next();
    assert.deepEqual((await page.run(() => shop.order())).toSorted(), ["butter", "candy", "milk"]);
    const shelf = await page.run(async () => {
      const slate = await shop.shelf.recommend({ placement: "home", limit: 20 });
      const why = await shop.shelf.explain(slate.slate_id, "soap");
      return { ids: slate.items.map(({ item_id }) => item_id), why: why.ruled_out };
    });
    assert.deepEqual([shelf.ids.includes("soap"), shelf.why], [false, { by: "muted", rule: null }]);
    site.with({ "/model.swm": { status: 404 } });
    const { ready } = await next({ timeoutMs: 800 });
    assert.deepEqual([ready, await page.run(() => shop.order())], [false, ["milk", "butter", "candy"]]);
    site.with({});
    await next();
    const back = await page.run(async () => ({ stored: await shop.shelf.unmute({ item: "soap" }), order: await shop.order() }));
    assert.deepEqual([back.stored, back.order.includes("soap")], [true, true]);
    for (const wrong of [{}, { item: "no such item" }, { brand: "" }, null]) {
      assert.equal(await page.run((wrong) => shop.shelf.mute(wrong), wrong), false);
    }
    await page.leave();
  });

  for (const { how, deed, mode = "contextual" } of [
    { how: "forget", deed: () => shop.shelf.forget(), mode: "session" },
    { how: "the shopper's mode session", deed: () => shop.shelf.setMode("session"), mode: "session" },
    { how: "the shopper's mode contextual", deed: () => shop.shelf.setMode("contextual") },
    { how: "mode off", deed: () => shop.shelf.setMode("off"), mode: "off" },
    { how: "consent that is withdrawn", deed: () => shop.shelf.setConsent("denied") },
    { how: "Global Privacy Control", deed: () => void (signal.globalPrivacyControl = true) },
    { how: "Do Not Track", deed: () => void (signal.doNotTrack = "1") },
    { how: "the end of the grant's days", deed: () => { const real = Date.now; Date.now = () => real() + 31 * 86_400_000; }, mode: "session" },
  ]) {
    test(`${how} ends the memory at once and removes the key`, async () => {
      await arrive({}, switchableSignals);
      await page.run(GRANT, "consent 7");
      await page.run(async () => (shop.add("bread"), await shop.order(), await shop.shelf.profile()));
      assert.notEqual(await page.run(STORED), null);
      await page.run(deed);
      const seen = await page.run(async () => {
        const slate = await shop.shelf.rerank({ placement: "category", items: ["soap", "milk", "butter", "candy"] });
        await new Promise((later) => setTimeout(later, 200));
        const { status } = shop.shelf;
        return { stored: localStorage.getItem("shelfwise"), mode: status.mode, facts: status.memory, memory: (await shop.shelf.profile()).memory, basis: slate.basis === "memory" };
      });
      assert.deepEqual(seen, { stored: null, mode, facts: null, memory: null, basis: false });
      await page.leave();
    });
  }

  test("in every order of grant, signal, withdrawal, forgetting and expiry the key is there only where it may be", async () => {
    await arrive({}, switchableSignals);
    const wrong = await page.run(async () => {
      const orders = (rest) => (rest.length ? rest.flatMap((one) => orders(rest.filter((other) => other !== one)).map((tail) => [one, ...tail])) : [[]]);
      const real = Date.now;
      const wrong = [];
      for (const order of orders(["grant", "gpc", "withdraw", "forget", "expire"])) {
        let ahead = 0;
        Date.now = () => real() + ahead;
        signal.globalPrivacyControl = undefined;
        localStorage.clear();
        const shelf = await shelfwise.createShelfwise({ snapshot: "/model.swm", mode: "remembered", isolation: "inline", timeoutMs: 5000 });
        const state = { key: false, barred: false };
        for (const step of order) {
          if (step === "grant") state.key = (await shelf.grant({ id: "r", at_ms: Date.now() })) || state.key;
          else state.key = false;
          if (step === "gpc") signal.globalPrivacyControl = true;
          if (step === "withdraw") shelf.setConsent("denied");
          if (step === "forget") await shelf.forget();
          if (step === "expire") ahead += 31 * 86_400_000;
          state.barred ||= step === "gpc" || step === "withdraw";
          shelf.track("view_item", { items: [{ item_id: "bread" }] });
          await shelf.rerank({ placement: "category", items: ["butter"] });
          const mode = state.barred ? "contextual" : state.key ? "remembered" : "session";
          const isKept = localStorage.getItem("shelfwise") !== null;
          if (isKept !== state.key || shelf.status.mode !== mode || (state.barred && state.key)) wrong.push([order.join(), step, isKept, shelf.status.mode]);
        }
        shelf.close();
      }
      return wrong;
    });
    assert.deepEqual(wrong, []);
    await page.leave();
  });

  test("a grant under a signal, before consent or with a receipt that is none stores nothing", async () => {
    await arrive({ consent: "pending" }, switchableSignals);
    const seen = await page.run(async () => {
      const grant = (receipt) => shop.shelf.grant(receipt);
      const now = Date.now();
      const early = await grant({ id: "r", at_ms: now });
      shop.shelf.setConsent("granted");
      signal.globalPrivacyControl = true;
      const barred = await grant({ id: "r", at_ms: now });
      signal.globalPrivacyControl = undefined;
      const day = 86_400_000;
      const wrong = [null, {}, { id: "r" }, { id: "", at_ms: now }, { id: "x".repeat(256), at_ms: now }, { id: "a\nb", at_ms: now }, { id: "r", at_ms: now - 31 * day }, { id: "r", at_ms: now + 3 * day }];
      const refused = [];
      for (const receipt of wrong) refused.push(await grant(receipt));
      return { early, barred, refused, mode: shop.shelf.status.mode, stored: localStorage.length };
    });
    assert.deepEqual(seen, { early: false, barred: false, refused: Array(8).fill(false), mode: "session", stored: 0 });
    await page.leave();
  });

  test("the lifetime does not slide, whatever is done and granted again", async () => {
    const { memory } = await arriveAgain({}, 20 * 86_400_000);
    const seen = await page.run(async () => {
      shop.add("milk");
      await shop.order();
      const again = await shop.shelf.grant({ id: "consent 7", at_ms: Date.now() });
      return { again, memory: shop.shelf.status.memory };
    });
    assert.deepEqual(seen, { again: true, memory });
    const late = await next({}, 31 * 86_400_000);
    assert.deepEqual([late.mode, late.memory, await page.run(STORED)], ["session", null, null]);
    await page.leave();
  });

  test("a shop that lowers its limit shortens memories that are there", async () => {
    const { memory } = await arriveAgain({ memoryDays: 2 });
    assert.equal((memory.expires_ms - memory.granted_ms) / 86_400_000, 2);
    const late = await next({ memoryDays: 2 }, 3 * 86_400_000);
    assert.deepEqual([late.memory, await page.run(STORED)], [null, null]);
    await page.leave();
  });

  test("a clock that was set back behind the grant ends the memory", async () => {
    await arriveAgain({}, -3 * 86_400_000);
    await page.run(() => shop.order());
    assert.deepEqual([await page.run(STORED), await page.run(() => shop.shelf.status.error.code)], [null, "bad_memory"]);
    await page.leave();
  });

  test("a memory that ends while its page stays open is removed by itself", async () => {
    site.with({});
    page = await browser.page(`${site.origin}/`);
    const day = 86_400_000;
    await page.run(moveClock, day - (Date.now() % day) - 4_000);
    await page.run(open, { list: LIST, options: { ...REMEMBERED, memoryDays: 1 } });
    assert.equal(await page.run(GRANT, "consent 7"), true);
    await page.run(() => new Promise((later) => setTimeout(later, 5_000)));
    assert.deepEqual([await page.run(STORED), await page.run(() => shop.shelf.status.mode)], [null, "session"]);
    await page.leave();
  });

  for (const { what, text } of [
    { what: "foreign", text: '{"theme":"dark"}' },
    { what: "empty", text: "" },
    { what: "too large", text: "A".repeat(70_000) },
    { what: "of a newer version", text: btoa(String.fromCharCode(2, ...Array(40).fill(0))) },
    { what: "damaged", text: btoa(String.fromCharCode(1, 0, 0, 0, 0, ...new Uint8Array(Uint32Array.of(Date.now() / 86_400_000).buffer), 30, 1, 1, 0, 65)) },
  ]) {
    test(`a stored text that is ${what} is dropped with a reason, and the shop's own order stays`, async () => {
      await arrive();
      await page.run((text) => localStorage.setItem("shelfwise", text), text);
      await next();
      const seen = await page.run(async () => ({ order: await shop.order(), stored: (await shop.shelf.profile(), localStorage.length), mode: shop.shelf.status.mode, code: shop.shelf.status.error?.code }));
      assert.deepEqual(seen, { order: LIST, stored: 0, mode: "session", code: "bad_memory" });
      await page.leave();
    });
  }

  test("a browser that denies storage remembers nothing and throws nothing", async () => {
    await arrive({}, () => Object.defineProperty(globalThis, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } }));
    const seen = await page.run(async () => {
      const granted = await shop.shelf.grant({ id: "r", at_ms: Date.now() });
      shop.add("bread");
      return { granted, mode: shop.shelf.status.mode, code: shop.shelf.status.error.code, first: (await shop.order())[0] };
    });
    assert.deepEqual(seen, { granted: false, mode: "session", code: "bad_memory", first: "butter" });
    await page.leave();
  });

  test("of two tabs no mute is lost, and what one forgets the other forgets before its next ranking", async () => {
    await arrive();
    await page.run(GRANT, "consent 7");
    const other = await page.beside(`${site.origin}/?other`);
    await other.run(open, { list: LIST, options: REMEMBERED });
    const mute = (item) => shop.shelf.mute({ item });
    assert.deepEqual(await Promise.all([page.run(mute, "soap"), other.run(mute, "milk"), page.run(mute, "candy")]), [true, true, true]);
    assert.deepEqual([await page.run(() => shop.order()), await other.run(() => shop.order())], [["butter"], ["butter"]]);
    await page.run(() => shop.shelf.unmute({ item: "soap" }));
    await other.run(() => (shop.add("bread"), shop.order()));
    await other.run(() => new Promise((later) => setTimeout(later, 300)));
    const both = await page.run(async () => (await shop.order(), (await shop.shelf.profile()).memory));
    assert.deepEqual([both.mutes.map(({ name }) => name).toSorted(), both.items.map(({ item_id }) => item_id)], [["candy", "milk"], ["bread"]]);
    await page.run(() => shop.shelf.forget());
    const left = await other.run(async () => {
      const order = await shop.order();
      shop.add("milk");
      await shop.order();
      await new Promise((later) => setTimeout(later, 300));
      return { mode: shop.shelf.status.mode, length: order.length, stored: localStorage.length, memory: (await shop.shelf.profile()).memory };
    });
    assert.deepEqual(left, { mode: "session", length: 4, stored: 0, memory: null });
    await page.leave();
  });

  test("forget and a lower mode leave nothing of the memory in the engine", async () => {
    await arrive({ isolation: "inline" }, () => {
      const { Instance } = WebAssembly;
      globalThis.memories = [];
      WebAssembly.Instance = function (...given) {
        const instance = new Instance(...given);
        globalThis.memories.push(instance.exports.memory);
        return instance;
      };
      globalThis.having = (text) => globalThis.memories.filter(({ buffer }) => new TextDecoder("latin1").decode(buffer).includes(text)).length;
    });
    const seen = await page.run(async () => {
      const seen = [];
      for (const end of [() => shop.shelf.forget(), () => shop.shelf.setMode("session")]) {
        await shop.shelf.grant({ id: "receipt-of-a-shopper", at_ms: Date.now() });
        await shop.shelf.profile();
        const before = having("receipt-of-a-shopper") > 0;
        await end();
        await shop.shelf.profile();
        seen.push([before, having("receipt-of-a-shopper"), localStorage.length]);
      }
      return seen;
    });
    assert.deepEqual(seen, [[true, 0, 0], [true, 0, 0]]);
    await page.leave();
  });

  test("forgetting right after a grant leaves no key", async () => {
    await arrive();
    const seen = await page.run(async () => {
      const granting = shop.shelf.grant({ id: "r", at_ms: Date.now() });
      await shop.shelf.forget();
      const granted = await granting;
      await new Promise((later) => setTimeout(later, 300));
      return { granted, stored: localStorage.length, mode: shop.shelf.status.mode };
    });
    assert.deepEqual(seen, { granted: false, stored: 0, mode: "session" });
    await page.leave();
  });

  test("a page in a lower mode of the shop's reads no memory, and forget removes it there too", async () => {
    await arriveAgain({ mode: "session" });
    const seen = await page.run(async () => {
      const { mode, memory } = shop.shelf.status;
      const order = await shop.order();
      const kept = localStorage.length;
      await shop.shelf.forget();
      return { mode, memory, order, kept, left: localStorage.length };
    });
    assert.deepEqual(seen, { mode: "session", memory: null, order: LIST, kept: 1, left: 0 });
    await page.leave();
  });
});

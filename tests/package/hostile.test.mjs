/** Arguments that a page may pass by mistake or on purpose: nothing throws, memory does not grow, later calls work. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBrowsers } from "./shopper.mjs";


const LIST = ["soap", "milk", "butter", "candy"];

/** Invalid values by name. Runs in the page. */
function hostile() {
  const circle = {};
  circle.items = circle;
  circle.item_id = circle;
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const boom = () => {
    throw new Error("boom");
  };
  const throwing = new Proxy({}, { get: boom, has: boom, ownKeys: boom, getPrototypeOf: boom });
  const deep = Array.from({ length: 10_000 }).reduce((inside) => ({ items: [inside] }), {});
  return {
    nothing: undefined,
    null: null,
    number: 7,
    notANumber: NaN,
    infinite: Infinity,
    text: "bread",
    longText: "x".repeat(10 * 1024 * 1024),
    symbol: Symbol("bread"),
    bigint: 10n,
    function: () => "bread",
    circle,
    deep,
    revoked: revoked.proxy,
    throwing,
    getter: Object.defineProperty({}, "item_id", { get: boom, enumerable: true }),
    toPrimitive: { toString: boom, valueOf: boom, [Symbol.toPrimitive]: boom },
    prototype: JSON.parse('{"__proto__":{"item_id":"bread"},"constructor":{"prototype":1}}'),
    sparse: Array(1_000_000),
    endless: new Proxy([], { get: (_, name) => (name === "length" ? Infinity : "x") }),
    element: document.body,
    window: globalThis,
    bytes: new Uint8Array(4),
    detached: (() => { const buffer = new ArrayBuffer(8); structuredClone(buffer, { transfer: [buffer] }); return buffer; })(),
    error: new Error("bread"),
    date: new Date(NaN),
    half: "\ud800",
    empty: "",
    markup: "<img src=x onerror=thrown.push(1)>",
  };
}

async function open({ options }) {
  globalThis.shelf = await shelfwise.createShelfwise({ snapshot: "/model.swm", mode: "session", timeoutMs: 5000, ...options });
  return shelf.status;
}

inBrowsers(({ name, site, browser }) => {
  let page;

  async function arrive(options = {}) {
    site.with({});
    page = await browser.page(`${site.origin}/`);
    await page.run(`globalThis.hostile = ${hostile}; globalThis.open_ = ${open};`);
    return page.run((given) => open_({ options: given }), options);
  }

  test("hostile events are dropped, and valid ones beside them are recorded", async () => {
    await arrive();
    const seen = await page.run(async () => {
      const { track } = shelf;
      for (const value of Object.values(hostile())) {
        track(value, { items: [{ item_id: "milk" }] });
        track("add_to_cart", value);
        track("add_to_cart", { items: value });
        track("add_to_cart", { items: [value] });
        track("add_to_cart", { items: [{ item_id: value }, { item_id: "bread", price: NaN, item_name: value }] });
      }
      const { events } = await shelf.profile();
      const slate = await shelf.rerank({ placement: "category", items: ["soap", "milk", "butter"] });
      return { ids: [...new Set(events.map(({ item_id }) => item_id))].sort(), error: shelf.status.error, first: slate.items[0].item_id };
    });
    // A whole number and markup are valid ids; a text in place of a list is not, nor are inherited properties of a proxy.
    assert.deepEqual(seen.ids, ["7", "<img src=x onerror=thrown.push(1)>", "bread"]);
    assert.equal(seen.error.code, "bad_request");
    assert.equal(seen.first, "butter");
    await page.leave();
  });

  test("hostile requests return the shop's own order, as far as it is readable", async () => {
    await arrive();
    const seen = await page.run(async () => {
      const broken = [];
      const whole = (slate) => Array.isArray(slate.items) && slate.items.every(({ item_id }) => typeof item_id === "string");
      for (const [name, value] of Object.entries(hostile())) {
        const list = ["soap", "milk"];
        for (const request of [
          value,
          { placement: value, items: list },
          { placement: "category", items: value },
          { placement: "category", items: [value, "milk"] },
          { placement: "category", items: [{ item_id: value }] },
          { placement: "category", items: [{ item_id: "milk", item_category: value, item_brand: value, in_stock: value }] },
          { placement: "category", items: list, context: value },
          { placement: "category", items: list, context: { item: value, category: value } },
          { placement: "category", items: list, limit: value },
          { placement: "pdp", item: value, limit: 2, sold_out: value, fallback: value },
          { placement: "pdp", limit: value, fallback: list },
        ]) {
          if (!whole(await shelf.rerank(request))) broken.push(`rerank ${name}`);
          if (!whole(await shelf.recommend(request))) broken.push(`recommend ${name}`);
        }
        if (!whole(shelf.storeOrder(value))) broken.push(`storeOrder ${name}`);
      }
      const good = await shelf.rerank({ placement: "category", items: ["soap", "milk"] });
      return { broken, basis: good.basis, status: shelf.status };
    });
    assert.deepEqual(seen.broken, []);
    assert.deepEqual([seen.status.ready, seen.status.isolation], [true, "worker"], "and the engine goes on");
    await page.leave();
  });

  test("every other method accepts any argument without an exception", async () => {
    await arrive();
    const seen = await page.run(async () => {
      const made = [];
      for (const value of Object.values(hostile())) {
        await shelf.choose(value);
        await shelf.choose({ placement: value, limit: value, context: value });
        await shelf.explain(value, value);
        await shelf.whatIf(value, value);
        await shelf.whatIf("x", { without: value });
        shelf.setMode(value);
        shelf.setConsent(value);
        shelf.lessLike(value);
        shelf.on(value, value)();
        shelf.on("update", value)();
        for (const options of [value, { snapshot: value }, { snapshot: "/model.swm", integrity: value, policy: value, timeoutMs: value }, { snapshot: "/model.swm", assets: value, mode: value }]) {
          const other = await shelfwise.createShelfwise(options);
          made.push(typeof other.status.ready);
          other.close();
        }
      }
      return { made: new Set(made).size, status: shelf.status };
    });
    assert.equal(seen.made, 1);
    assert.deepEqual([seen.status.ready, seen.status.mode], [true, "session"]);
    await page.leave();
  });

  test("a duplicate, an unknown and a sold-out item are ranked in a list", async () => {
    await arrive();
    const seen = await page.run(async () => {
      shelf.track("add_to_cart", { items: [{ item_id: "bread" }] });
      const items = ["soap", "nobody-knows", "butter", "soap", { item_id: "milk", in_stock: false }, "butter"];
      const ids = (slate) => slate.items.map(({ item_id }) => item_id);
      return { order: ids(await shelf.rerank({ placement: "category", items })), own: ids(shelf.storeOrder(items)), error: shelf.status.error };
    });
    assert.equal(seen.order[0], "butter");
    assert.deepEqual([...new Set(seen.order)].sort(), ["butter", "milk", "nobody-knows", "soap"].filter((id) => seen.order.includes(id)));
    assert.ok(seen.order.includes("nobody-knows") && seen.order.includes("soap"));
    assert.deepEqual(seen.own, ["soap", "nobody-knows", "butter", "soap", "milk", "butter"]);
    assert.equal(seen.error, null);
    await page.leave();
  });

  test("ten thousand events at once keep the last two hundred, and hidden items stay hidden", async () => {
    await arrive({ visit: "tab" });
    const seen = await page.run(async (list) => {
      shelf.lessLike("milk");
      let messages = 0;
      const real = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (...given) {
        messages += 1;
        return real.apply(this, given);
      };
      for (let at = 0; at < 10_000; at += 1) shelf.track("view_item", { items: [{ item_id: `item-${at}` }] });
      const { events } = await shelf.profile();
      const slate = await shelf.rerank({ placement: "category", items: list });
      return { count: events.length, last: events.at(-1).item_id, messages, kept: sessionStorage.getItem("shelfwise").length, hidden: !slate.items.some(({ item_id }) => item_id === "milk") };
    }, LIST);
    assert.deepEqual([seen.count, seen.last, seen.hidden], [200, "item-9999", true]);
    assert.ok(seen.messages <= 4 && seen.kept <= 64 * 1024, JSON.stringify(seen));
    await page.leave();
  });

  test("ten thousand events a second for three seconds do not grow the page's memory", async (t) => {
    await arrive();
    const seen = await page.run(async () => {
      let open = 0;
      let most = 0;
      const real = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (...given) {
        most = Math.max(most, (open += 1));
        return real.apply(this, given);
      };
      shelf.on("update", () => (open = 0));
      const heap = () => performance.memory?.usedJSHeapSize ?? 0;
      const before = heap();
      const until = performance.now() + 3000;
      let sent = 0;
      while (performance.now() < until) {
        for (let at = 0; at < 100; at += 1) shelf.track("view_item", { items: [{ item_id: `item-${(sent += 1)}`, junk: "x".repeat(100) }] });
        await new Promise((later) => setTimeout(later, 8));
      }
      const { events } = await shelf.profile();
      return { sent, most, grown: heap() - before, events: events.length, last: events.at(-1).item_id, error: shelf.status.error };
    });
    t.diagnostic(`${seen.sent} events, heap grown by ${seen.grown} bytes, at most ${seen.most} messages under way`);
    assert.ok(seen.sent > 2_000, `${seen.sent} events were sent`);
    assert.deepEqual([seen.events, seen.last, seen.error], [200, `item-${seen.sent}`, null]);
    assert.ok(seen.grown < 16 * 1024 * 1024 && seen.most <= 4, JSON.stringify(seen));
    await page.leave();
  });

  test("a listener that throws does not stop the other listeners", async () => {
    await arrive();
    const told = await page.run(async () => {
      let told = 0;
      shelf.on("update", () => {
        throw new Error("a shop's own mistake");
      });
      const stop = shelf.on("update", () => (told += 1));
      shelf.track("add_to_cart", { items: [{ item_id: "bread" }] });
      await shelf.profile();
      await new Promise((later) => setTimeout(later, 50));
      stop();
      const before = told;
      shelf.pause();
      await new Promise((later) => setTimeout(later, 50));
      return [before, told];
    });
    assert.deepEqual(told, [1, 1]);
    await page.leave();
  });

  test("the handle works destructured, behind a proxy, and after close", async () => {
    await arrive();
    const seen = await page.run(async (list) => {
      const { track, rerank } = new Proxy(shelf, {});
      track("add_to_cart", { items: [{ item_id: "bread" }] });
      const order = (await rerank({ placement: "category", items: list })).items[0].item_id;
      shelf.close();
      shelf.close();
      track("add_to_cart", { items: [{ item_id: "bread" }] });
      const closed = (await rerank({ placement: "category", items: list })).items.map(({ item_id }) => item_id);
      await shelf.forget();
      await shelf.exportData();
      return { order, closed, status: shelf.status };
    }, LIST);
    assert.deepEqual([seen.order, seen.closed, seen.status.ready, seen.status.isolation, seen.status.error.code], ["butter", LIST, false, "none", "forgotten"]);
    await page.leave();
  });
});

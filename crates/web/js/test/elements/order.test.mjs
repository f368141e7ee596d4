/** Positions of tiles: the slate's order, rules, the shop's own order, and the shop's changes meanwhile. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ids, list, tile } from "./pages.mjs";
import { order, seenOrder, visits } from "./visitor.mjs";

const file = visits();
let visitor, page;

/** Opens a page with this body. */
async function open(body, options) {
  visitor = await file.open(body, options);
  page = visitor.page;
}

const REVERSED = [...ids(12)].reverse();
const TWELVE = list(ids(12).map((id) => tile(id)));
const text = () => page.evaluate(() => document.querySelector("#list").outerHTML.replace(/ data-shelfwise-settled=""/, ""));

test("a ranked list has the slate's order in the document and on screen", async () => {
  await open(TWELVE);
  await page.evaluate(() => rerankElements(scripted((ids) => ids.toReversed()), list));
  assert.deepEqual(await order(page), REVERSED);
  assert.deepEqual(await seenOrder(page), REVERSED);
  assert.deepEqual(visitor.said, []);
});

test("a second request has the shop's own order, whatever is shown", async () => {
  await open(TWELVE);
  const asked = await page.evaluate(async () => {
    const shelf = scripted((ids) => ids.toReversed());
    await rerankElements(shelf, list, { placement: "sale", category: "Food > Bread", context: { item: "sku-9" } });
    await rerankElements(shelf, list);
    return shelf.asked.map(({ placement, items, context }) => ({ placement, ids: items.map((item) => item.item_id), context }));
  });
  assert.deepEqual(asked[0], { placement: "sale", ids: ids(12), context: { category: "Food > Bread", item: "sku-9" } });
  assert.deepEqual(asked[1], { placement: "category", ids: ids(12), context: {} });
});

test("stock, price, category and brand attributes of a tile are part of the request", async () => {
  const facts = `data-in-stock="false" data-stock="0" data-price=" 12.90 " data-item-category="Food > Bread" data-item-brand="Hay"`;
  await open(`<ul id="list"><li data-item-id="a" ${facts}><li data-item-id="b" data-stock="" data-price="12,90 €"><li data-item-id="c" data-stock="-1" data-price="Infinity"></ul>`);
  const [request] = await page.evaluate(async () => {
    const shelf = scripted();
    await rerankElements(shelf, list);
    return shelf.asked;
  });
  assert.deepEqual(request.items, [
    { item_id: "a", in_stock: false, item_category: "Food > Bread", item_brand: "Hay", stock: 0, price: 12.9 },
    { item_id: "b" },
    { item_id: "c" },
  ]);
});

test("children that are not items keep their positions between the tiles", async () => {
  const banner = `<li class="tile" id="banner">Sale</li>`;
  await open(`<ul id="list">${ids(6).map((id, at) => (at === 2 ? banner : "") + tile(id)).join("\n<!-- x -->")}</ul>`);
  await page.evaluate(() => rerankElements(scripted((ids) => ids.toReversed()), list));
  assert.equal(await page.evaluate(() => [...list.children].findIndex((child) => child.id === "banner")), 2);
  assert.deepEqual(await order(page), [...ids(6)].reverse());
});

test("a tile moves as a whole if its id is on a descendant or repeated on a button", async () => {
  await open(`<ul id="list">${ids(4).map((id) => `<li><article data-item-id="${id}">${id}<button data-item-id="${id}">Add</button></article></li>`).join("")}</ul>`);
  await page.evaluate(() => rerankElements(scripted((ids) => ids.toReversed()), list));
  assert.deepEqual(await page.evaluate(() => [...list.children].map((li) => li.firstElementChild.dataset.itemId)), [...ids(4)].reverse());
});

test("tiles in rows move across rows", async () => {
  const row = (some) => `<div class="row">${some.map((id) => `<b data-item-id="${id}">${id}</b>`).join("")}</div>`;
  await open(`<div id="list">${row(ids(5).slice(0, 2))}${row(ids(5).slice(2, 4))}${row(ids(5).slice(4))}</div>`);
  await page.evaluate(() => rerankElements(scripted((ids) => ids.toReversed()), list));
  const rows = await page.evaluate(() => [...list.children].map((one) => [...one.children].map((tile) => tile.dataset.itemId)));
  assert.deepEqual(rows, [["sku-4", "sku-3"], ["sku-2", "sku-1"], ["sku-0"]]);
});

test("an `item` option identifies the items of a list", async () => {
  await open(`<div id="list">${ids(3).map((id) => `<a href="/p/${id}">${id}</a>`).join("")}</div>`);
  await page.evaluate(() => rerankElements(scripted((ids) => ids.toReversed()), list, { item: (node) => node.getAttribute("href")?.slice(3) }));
  assert.equal(await page.evaluate(() => list.textContent), "sku-2sku-1sku-0");
});

test("an item listed twice is requested once, and its copies stay together", async () => {
  await open(list(["a", "b", "a", "c"].map((id) => tile(id))));
  const asked = await page.evaluate(async () => {
    const shelf = scripted((ids) => ids.toReversed());
    await rerankElements(shelf, list);
    return shelf.asked[0].items.length;
  });
  assert.equal(asked, 3);
  assert.deepEqual(await order(page), ["c", "b", "a", "a"]);
});

test("a tile that a rule removes is hidden, stays in the document, and returns", async () => {
  await open(TWELVE);
  const hides = await page.evaluate(async () => {
    globalThis.shelf = scripted((ids) => ids.filter((id) => id !== "sku-3"));
    await rerankElements(shelf, list);
    const tile = document.querySelector('[data-item-id="sku-3"]');
    return { isThere: list.contains(tile), hidden: tile.hidden, drawn: tile.getClientRects().length };
  });
  // The shop's own `display: flex` overrides `[hidden]`, and the tile is invisible nevertheless.
  assert.deepEqual(hides, { isThere: true, hidden: true, drawn: 0 });
  await page.evaluate(() => ((shelf.order = (ids) => ids), rerankElements(shelf, list)));
  assert.deepEqual(await order(page), ids(12));
});

test("a tile that the shop hides stays hidden, and keeps its rank until it is shown", async () => {
  await open(TWELVE, { style: ".filtered { display: none !important }" });
  await page.evaluate(async () => {
    document.querySelector('[data-item-id="sku-5"]').hidden = true;
    document.querySelector('[data-item-id="sku-5"]').style.display = "none";
    document.querySelector('[data-item-id="sku-9"]').classList.add("filtered");
    await rerankElements(scripted((ids) => ids.toReversed()), list);
  });
  assert.deepEqual(await order(page), REVERSED.filter((id) => id !== "sku-5" && id !== "sku-9"));
  await page.evaluate(() => document.querySelector(".filtered").classList.remove("filtered"));
  assert.deepEqual(await order(page), REVERSED.filter((id) => id !== "sku-5"));
});

for (const [name, restore] of [
  ["mode off", () => ((shelf.status.mode = "off"), rerankElements(shelf, list))],
  ["restoreElements", () => restoreElements(list)],
  ["a handle that rejects against its contract", () => ((shelf.rerank = () => Promise.reject(new Error("no"))), rerankElements(shelf, list))],
]) {
  test(`${name} restores the shop's own order and markup exactly`, async () => {
    await open(`<ul id="list">\n ${ids(9).map((id, at) => tile(id) + (at % 3 ? "\n" : " <!-- note --> text ")).join("")}</ul>`);
    const own = await text();
    await page.evaluate(async () => {
      globalThis.shelf = scripted((ids) => ids.toReversed().filter((id) => id !== "sku-2"));
      shelf.reasons = [{ code: "popular", evidence: [] }];
      await rerankElements(shelf, list);
      await rest();
    });
    assert.notEqual(await text(), own);
    await page.evaluate(restore);
    assert.equal(await text(), own);
  });
}

test("the last of two concurrent calls determines the order", async () => {
  await open(TWELVE);
  await page.evaluate(async () => {
    const slow = scripted((ids) => ids.toReversed());
    let free;
    slow.wait = new Promise((done) => (free = done));
    const first = rerankElements(slow, list);
    await rerankElements(scripted((ids) => [...ids.slice(6), ...ids.slice(0, 6)]), list);
    free();
    await first;
  });
  assert.deepEqual(await order(page), [...ids(12).slice(6), ...ids(12).slice(0, 6)]);
});

test("tiles appended or removed by the shop update its own order", async () => {
  await open(TWELVE);
  const own = await page.evaluate(async () => {
    const shelf = scripted((ids) => ids.toReversed());
    await rerankElements(shelf, list);
    const more = document.querySelector('[data-item-id="sku-4"]').cloneNode(true);
    more.dataset.itemId = "new";
    list.append(more);
    document.querySelector('[data-item-id="sku-7"]').remove();
    await rerankElements(shelf, list);
    return shelf.asked[1].items.map((item) => item.item_id);
  });
  const wanted = [...ids(12).filter((id) => id !== "sku-7"), "new"];
  assert.deepEqual(own, wanted);
  assert.deepEqual(await order(page), [...wanted].reverse());
  await page.evaluate(() => restoreElements(list));
  assert.deepEqual(await order(page), wanted);
});

test("tiles added during a ranking are not hidden as removed by a rule", async () => {
  await open(TWELVE);
  await page.evaluate(async () => {
    const ranking = rerankElements(scripted((ids) => ids.toReversed()), list);
    const more = document.querySelector('[data-item-id="sku-4"]').cloneNode(true);
    more.dataset.itemId = "new";
    list.append(more);
    await ranking;
  });
  assert.deepEqual(await order(page), [...REVERSED, "new"]);
});

/** Sorts the list by id, as a shop does when the shopper requests it; `back` restores the shop's own order. */
const SORTED = [...ids(12)].sort((a, b) => a.localeCompare(b));
const sortById = () => list.append(...[...list.children].sort((a, b) => a.dataset.itemId.localeCompare(b.dataset.itemId)));
const turnAround = () => rerankElements((globalThis.shelf ??= scripted((ids) => ids.toReversed())), list);
const mark = () => page.getAttribute("#list", "data-shelfwise-pause");

test("a list sorted by another script is left unchanged", async () => {
  await open(TWELVE);
  await page.evaluate(turnAround);
  await page.evaluate(sortById);
  const slate = await page.evaluate(turnAround);
  assert.deepEqual(await order(page), SORTED);
  assert.equal(await mark(), "reordered");
  assert.deepEqual(slate.items.map(({ item_id }) => item_id), SORTED, "the slate says what stands there");
  await page.evaluate(() => restoreElements(list));
  assert.deepEqual(await order(page), SORTED, "it is the shop's own order now");
});

test("a list sorted before its first ranking changed anything is left unchanged", async () => {
  await open(TWELVE);
  await page.evaluate(() => rerankElements(scripted(), list));
  await page.evaluate(sortById);
  await page.evaluate(turnAround);
  assert.deepEqual(await order(page), SORTED);
});

test("a list sorted during a ranking is left unchanged", async () => {
  await open(TWELVE);
  await page.evaluate(async () => {
    await rerankElements(scripted(), list);
    const shelf = scripted((ids) => ids.toReversed());
    let free;
    shelf.wait = new Promise((done) => (free = done));
    const ranking = rerankElements(shelf, list);
    list.append(...[...list.children].sort((a, b) => a.dataset.itemId.localeCompare(b.dataset.itemId)));
    free();
    await ranking;
  });
  assert.deepEqual(await order(page), SORTED);
});

test("a sorted list whose mark is removed is ranked from that order", async () => {
  await open(TWELVE);
  await page.evaluate(turnAround);
  await page.evaluate(sortById);
  await page.evaluate(turnAround);
  await page.evaluate(() => list.removeAttribute("data-shelfwise-pause"));
  await page.evaluate(turnAround);
  assert.deepEqual(await order(page), [...SORTED].reverse());
});

test("a sorted list restored to the shops own order is ranked again", async () => {
  await open(TWELVE);
  await page.evaluate(turnAround);
  await page.evaluate(sortById);
  await page.evaluate(turnAround);
  await page.evaluate((own) => list.append(...own.map((id) => document.querySelector(`li[data-item-id="${id}"]`))), ids(12));
  await page.evaluate(turnAround);
  assert.deepEqual(await order(page), REVERSED);
  assert.equal(await mark(), null);
});

test("a sorted list with reordered adopt is ranked from its new order", async () => {
  await open(TWELVE);
  await page.evaluate(turnAround);
  await page.evaluate(sortById);
  await page.evaluate(() => rerankElements(scripted((ids) => [ids[3], ...ids.filter((_, at) => at !== 3)]), list, { reordered: "adopt" }));
  assert.deepEqual(await order(page), [SORTED[3], ...SORTED.filter((_, at) => at !== 3)]);
  assert.equal(await mark(), null);
  await page.evaluate(() => restoreElements(list));
  assert.deepEqual(await order(page), SORTED);
});

test("a list with the pause mark is left unchanged and the engine gets no request", async () => {
  await open(TWELVE.replace('id="list"', 'id="list" data-shelfwise-pause'));
  const before = await page.evaluate(() => list.outerHTML);
  assert.equal(await page.evaluate(() => rerankElements((globalThis.shelf = scripted((ids) => ids.toReversed())), list).then(() => shelf.asked.length)), 0);
  assert.equal(await page.evaluate(() => list.outerHTML), before, "to the letter: a framework may be about to take the markup over");
  await page.evaluate(() => list.removeAttribute("data-shelfwise-pause"));
  await page.evaluate(turnAround);
  assert.deepEqual(await order(page), REVERSED);
});

/** Moves one tile to the top of a ranked order, as an A/B test does. */
const nudge = () => list.prepend(document.querySelector('[data-item-id="sku-4"]'));

for (const [name, end] of [
  ["mode off", () => ((shelf.status.mode = "off"), rerankElements(shelf, list))],
  ["a forgotten visit", () => ((shelf.basis = "context"), (shelf.order = (ids) => ids), rerankElements(shelf, list))],
  ["restoreElements", () => restoreElements(list)],
]) {
  test(`${name} after a foreign script moved a tile restores the shop's own order`, async () => {
    await open(TWELVE);
    await page.evaluate(turnAround);
    await page.evaluate(nudge);
    await page.evaluate(turnAround);
    assert.deepEqual(await order(page), ["sku-4", ...REVERSED.filter((id) => id !== "sku-4")], "left as it stands");
    await page.evaluate(end);
    assert.deepEqual(await order(page), ids(12));
  });
}

test("an answer about other products leaves the list unchanged", async () => {
  await open(TWELVE);
  await page.evaluate(() => rerankElements(scripted(() => ["x", "y"]), list));
  assert.deepEqual(await order(page), ids(12));
});

test("an empty container and one without items cause no error", async () => {
  await open(`<ul id="list"><li>No products</li></ul><div id="empty"></div>`);
  const counts = await page.evaluate(async () => {
    const shelf = scripted();
    return Promise.all([list, document.querySelector("#empty"), document.createElement("div")].map(async (one) => (await rerankElements(shelf, one)).items.length));
  });
  assert.deepEqual(counts, [0, 0, 0]);
  assert.deepEqual(visitor.said, []);
});

test("ids with quotes and markup are treated as plain text", async () => {
  const strange = [`"]<img src=x onerror=alert(1)>`, "__proto__", "constructor", "a b"];
  await open(`<ul id="list"></ul>`);
  await page.evaluate(async (some) => {
    for (const id of some) Object.assign(list.appendChild(document.createElement("li")), { textContent: "x" }).dataset.itemId = id;
    const shelf = scripted((ids) => ids.toReversed());
    shelf.reasons = [{ code: "because_you_viewed", evidence: [some[0]] }];
    await rerankElements(shelf, list);
  }, strange);
  assert.deepEqual(await order(page), strange.reverse());
  assert.deepEqual(visitor.said, []);
});

test("a tile with a place for reasons shows the reason", async () => {
  await open(TWELVE);
  const said = await page.evaluate(async () => {
    const shelf = scripted((ids) => ids.toReversed());
    const place = document.querySelector('[data-item-id="sku-1"] [data-shelfwise-reason]');
    const texts = [];
    for (const reasons of [
      [{ code: "because_you_viewed", evidence: ["sku-4"] }],
      [{ code: "because_you_viewed", evidence: ["elsewhere"] }],
      [{ code: "popular", evidence: [] }],
      [{ code: "of_a_later_version", evidence: [] }],
    ]) {
      shelf.reasons = reasons;
      await rerankElements(shelf, list);
      texts.push(place.textContent);
    }
    shelf.reasons = [{ code: "because_you_viewed", evidence: ["elsewhere"] }];
    await rerankElements(shelf, list, { nameOf: (id) => `<b>${id}</b>` });
    texts.push(place.textContent);
    return texts;
  });
  assert.deepEqual(said, ["Because you viewed The sku-4", "Because of what you viewed", "Popular in this shop", "", "Because you viewed <b>elsewhere</b>"]);
});

test("the label of a paid place is written into its tile, and leaves it when the item stands elsewhere", async () => {
  await open(list(["a", "b", "c"].map((id) => tile(id, { more: `<b data-shelfwise-label>${id === "c" ? "Own" : ""}</b>` }))));
  const said = await page.evaluate(async () => {
    const shelf = scripted((ids) => ids.toReversed());
    const texts = [];
    const read = () => texts.push(["a", "b", "c"].map((id) => document.querySelector(`[data-item-id="${id}"] [data-shelfwise-label]`).textContent));
    for (const labels of [{ b: "Sponsored", c: "Anzeige" }, { a: "Sponsored" }, {}]) {
      shelf.labels = labels;
      await rerankElements(shelf, list);
      read();
    }
    shelf.labels = { a: "Sponsored" };
    await rerankElements(shelf, list);
    shelf.basis = "shop_order";
    shelf.labels = {};
    await rerankElements(shelf, list);
    read();
    return texts;
  });
  assert.deepEqual(said.slice(0, 3), [["", "Sponsored", "Anzeige"], ["Sponsored", "", ""], ["", "", ""]]);
  assert.deepEqual(said[3], ["", "", "Own"], "the shop's own order has the shop's own labels");
});

test("ranking four times as many tiles costs four times as many moves and layout reads", async (t) => {
  const countCalls = async (size) => {
    await open(list(ids(size).map((id) => tile(id))));
    const calls = await page.evaluate(async () => {
      const calls = {};
      const count = (owner, name) => {
        const original = owner[name];
        calls[name] = 0;
        owner[name] = function (...values) {
          calls[name] += 1;
          return Reflect.apply(original, this, values);
        };
      };
      for (const name of ["moveBefore", "getBoundingClientRect", "getClientRects", "getAnimations"]) count(Element.prototype, name);
      for (const name of ["insertBefore", "appendChild"]) count(Node.prototype, name);
      count(globalThis, "getComputedStyle");
      await rerankElements(scripted((ids) => ids.toReversed()), list);
      return calls;
    });
    assert.deepEqual((await order(page)).slice(0, 2), ids(size).reverse().slice(0, 2));
    await visitor.leave();
    return calls;
  };
  const [few, many] = [await countCalls(100), await countCalls(400)];
  t.diagnostic(`calls for 100 tiles: ${JSON.stringify(few)}, for 400: ${JSON.stringify(many)}`);
  const moves = (calls) => calls.moveBefore + calls.insertBefore + calls.appendChild;
  assert.ok(moves(few) > 0 && moves(many) <= 400, `${moves(many)} moves`);
  for (const [name, calls] of Object.entries(many)) assert.ok(calls <= 4 * few[name] + 10, `${name}: ${few[name]}, then ${calls}`);
});

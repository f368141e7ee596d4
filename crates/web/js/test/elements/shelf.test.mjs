/** `<shelfwise-shelf>`: the shop's nodes in the order for this visit, or slots that the shop fills. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ids, tile, TOOLS } from "./pages.mjs";
import { order, shift, visits } from "./visitor.mjs";

const file = visits();
let visitor, page;

async function open(body, options) {
  visitor = await file.open(body, options);
  page = visitor.page;
  await page.evaluate(() => {
    globalThis.element = document.querySelector("shelfwise-shelf");
    globalThis.next = (target = element) => new Promise((done) => target.addEventListener("shelfwise-slate", (event) => done(event.detail), { once: true }));
  });
  await page.evaluate(() => rest());
}

const LIST = "shelfwise-shelf";
const PLACES = 8;
/** 24 candidates; the shop hides those beyond the shelf's positions. */
const CANDIDATES = ids(24).map((id, at) => tile(id).replace(">", at < PLACES ? ">" : " hidden=\"\">")).join("");
const shelfOf = (inner = `<ul class="tiles">${CANDIDATES}</ul>`, attributes = `placement="pdp" item="SKU1" category="Food" limit="8"`) =>
  `<shelfwise-shelf ${attributes}>${inner}</shelfwise-shelf>`;
const SPARE_HIDDEN = { style: "[hidden] { display: none !important }" };
const REVERSED = [...ids(24)].reverse();
/** Gives the shelf a handle that reverses lists, and waits for its slate. */
const rank = () =>
  page.evaluate(async () => {
    globalThis.handle ??= scripted((ids) => ids.toReversed());
    const slate = next();
    element.shelf = handle;
    await slate;
    await rest();
  });

test("a shelf shows its best candidates in its places without a layout shift", async () => {
  await open(shelfOf(), SPARE_HIDDEN);
  assert.deepEqual(await order(page, LIST), ids(8));
  await rank();
  assert.deepEqual(await order(page, LIST), REVERSED.slice(0, 8));
  assert.equal(await shift(page), 0);
  const [request] = await page.evaluate(() => handle.asked);
  assert.deepEqual([request.placement, request.context, request.limit, request.items.length], ["pdp", { item: "SKU1", category: "Food" }, 8, 24]);
  assert.deepEqual(visitor.said, []);
});

test("a shelf ranks once for a handle: its own moves cause no ranking", async () => {
  await open(shelfOf(), SPARE_HIDDEN);
  await rank();
  assert.equal(await page.evaluate(() => handle.asked.length), 1);
});

test("a shelf adds no role, name, announcement or tab stop", async () => {
  await open(shelfOf(), SPARE_HIDDEN);
  await rank();
  const attributes = await page.evaluate(() => element.getAttributeNames());
  assert.deepEqual(attributes, ["placement", "item", "category", "limit", "data-shelfwise-settled"]);
  assert.equal(await page.evaluate(() => document.querySelectorAll("[aria-live], [role]").length), 0);
});

test("mode off restores exactly the shop's own markup", async () => {
  await open(shelfOf(), SPARE_HIDDEN);
  const text = () => page.evaluate(() => element.innerHTML);
  const own = await text();
  await rank();
  assert.notEqual(await text(), own);
  await page.evaluate(async () => {
    handle.status.mode = "off";
    const slate = next();
    handle.tell("mode");
    await slate;
  });
  assert.equal(await text(), own);
});

test("a change of the handle ranks the shelf again, unless it has left the page", async () => {
  await open(shelfOf(), SPARE_HIDDEN);
  await rank();
  await page.evaluate(async () => {
    handle.order = (ids) => ids;
    for (let told = 0; told < 1000; told += 1) handle.tell("update");
    await rest();
  });
  assert.deepEqual(await order(page, LIST), ids(8));
  assert.ok((await page.evaluate(() => handle.asked.length)) <= 3, "a thousand events are not a thousand rankings");
  await page.evaluate(() => element.remove());
  assert.equal(await page.evaluate(() => handle.listeners.update.length), 0);
});

test("a changed attribute ranks the shelf again", async () => {
  await open(shelfOf(), SPARE_HIDDEN);
  await rank();
  await page.evaluate(async () => {
    const slate = next();
    element.setAttribute("item", "SKU2");
    element.setAttribute("limit", "4");
    await slate;
  });
  const request = await page.evaluate(() => handle.asked.at(-1));
  assert.deepEqual([request.context.item, request.limit], ["SKU2", 4]);
  assert.equal((await order(page, LIST)).length, 4);
});

test("invalid attributes count as missing", async () => {
  await open(shelfOf(`<ul class="tiles">${ids(4).map((id) => tile(id)).join("")}</ul>`, `limit="-3" rendering="?" onscreen="?"`));
  await rank();
  const [request] = await page.evaluate(() => handle.asked);
  assert.deepEqual([request.placement, request.limit, request.context], ["shelf", undefined, {}]);
  assert.equal((await order(page, LIST)).length, 4);
});

test("candidates added later are ranked", async () => {
  await open(shelfOf(`<ul class="tiles"></ul>`), SPARE_HIDDEN);
  await rank();
  await page.evaluate(async () => {
    const slate = next();
    for (const id of ["a", "b", "c"]) element.firstElementChild.append(Object.assign(document.createElement("li"), { textContent: id }));
    for (const li of element.firstElementChild.children) li.dataset.itemId = li.textContent;
    element.firstElementChild.append(...element.firstElementChild.children);
    const more = Object.assign(document.createElement("li"), { textContent: "d" });
    more.dataset.itemId = "d";
    element.firstElementChild.append(more);
    await slate;
  });
  assert.deepEqual(await order(page, LIST), ["d", "c", "b", "a"]);
});

const SHORT = shelfOf(`<ul class="tiles">${ids(4).map((id) => tile(id)).join("")}</ul>`, "");
const turned = [...ids(4)].reverse();

test("one `connect` serves present and future shelves", async () => {
  await open(SHORT);
  await page.evaluate(async () => {
    const slate = next();
    globalThis.end = connect(scripted((ids) => ids.toReversed()));
    await slate;
    const later = element.cloneNode(true);
    later.id = "later";
    const root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    const second = next(later);
    root.append(later);
    globalThis.later = later;
    await second;
  });
  assert.deepEqual(await order(page, LIST), turned);
  assert.deepEqual(await page.evaluate(() => [...later.querySelectorAll("[data-item-id]")].map((one) => one.dataset.itemId)), ids(4), "the clone of the turned list, turned");
});

test("a shelf's own handle stays after another one is connected", async () => {
  await open(SHORT);
  await rank();
  await page.evaluate(() => (connect(scripted()), rest()));
  assert.deepEqual(await order(page, LIST), turned);
});

test("properties set before the element was defined apply", async () => {
  const early = `<script>
    const early = document.querySelector("shelfwise-shelf");
    early.reason = () => "said early";
    globalThis.early = early;
  </script>`;
  await open(SHORT, { script: early + TOOLS });
  await page.evaluate(() => {
    globalThis.handle = scripted((ids) => ids.toReversed());
    handle.reasons = [{ code: "popular", evidence: [] }];
  });
  await rank();
  assert.deepEqual(await order(page, LIST), turned);
  assert.equal(await page.evaluate(() => element.querySelector("[data-shelfwise-reason]").textContent), "said early");
});

test("two versions of the file on one page do not interfere", async () => {
  await open(SHORT);
  await page.evaluate(async () => {
    const other = await import("/package/shelf.js?second");
    const slate = next();
    other.connect(scripted((ids) => ids.toReversed()));
    await slate;
  });
  assert.deepEqual(await order(page, LIST), turned);
  assert.deepEqual(visitor.said, []);
});

test("a foreign node that requests a handle gets none", async () => {
  await open(SHORT);
  const got = await page.evaluate(() => {
    const handles = [];
    const trap = { configurable: true, set: (handle) => handles.push(handle) };
    connect(scripted());
    const ask = (node) => node.dispatchEvent(new Event("shelfwise-asks", { bubbles: true, composed: true }));
    const other = Object.defineProperty(document.body.appendChild(document.createElement("div")), "shelf", trap);
    const disguised = Object.defineProperty(document.createElement("shelfwise-shelf"), "shelf", trap);
    document.body.append(disguised);
    ask(other);
    ask(disguised);
    ask(document);
    let patched = true;
    try {
      Object.defineProperty(customElements.get("shelfwise-shelf").prototype, "shelf", trap);
    } catch {
      patched = false;
    }
    return { handles: handles.length, patched };
  });
  assert.deepEqual(got, { handles: 0, patched: false });
});

test("a shelf with the pause mark is ranked after the mark is removed", async () => {
  await open(SHORT);
  await page.evaluate(() => element.setAttribute("data-shelfwise-pause", ""));
  await rank();
  assert.deepEqual(await order(page, LIST), ids(4));
  await page.evaluate(async () => {
    const slate = next();
    element.removeAttribute("data-shelfwise-pause");
    await slate;
  });
  assert.deepEqual(await order(page, LIST), turned);
});

test("a shelf does not expose its handle", async () => {
  await open(SHORT);
  await rank();
  assert.equal(await page.evaluate(() => element.shelf), undefined);
});

test("a shelf made by script or moved in the document is ranked like any other", async () => {
  await open(`<div id="place"></div>`);
  const seen = await page.evaluate(async () => {
    globalThis.element = document.createElement("shelfwise-shelf");
    for (const id of ["a", "b"]) element.appendChild(document.createElement("p")).dataset.itemId = id;
    const handle = scripted((ids) => ids.toReversed());
    element.shelf = handle;
    const slate = next();
    document.querySelector("#place").append(element);
    await slate;
    document.body.moveBefore(element, null);
    document.querySelector("#place").append(element);
    await rest();
    return [[...element.children].map((one) => one.dataset.itemId).join(), handle.listeners.update.length];
  });
  assert.deepEqual(seen, ["b,a", 1]);
});

/** Slots with the shop's own choice, and a template for the others. */
const SLOTS =
  `<template><li class="tile" data-shelfwise-slot><h3></h3><p data-shelfwise-reason></p></li></template>` +
  ids(4).map((id) => tile(id).replace("<li", "<li data-shelfwise-slot")).join("");
const SLOTTED = shelfOf(`<ul class="tiles">${SLOTS}</ul>`, `placement="basket"`);
const fill = (options = {}) =>
  page.evaluate(async (options) => {
    globalThis.handle = scripted((own) => [...own.slice(3), ...Array.from({ length: 30 }, (_, at) => `new-${at}`)], options);
    handle.reasons = [{ code: "popular", evidence: [] }];
    element.render = (item, slot) => (slot.querySelector("h3").textContent = `Product ${item.item_id}`);
    const slate = next();
    element.shelf = handle;
    await slate;
    await rest();
  }, options);

test("reserved slots are filled by the shop's render without a shift, and a present item keeps its node", async () => {
  await open(SLOTTED);
  await page.evaluate(() => (globalThis.fourth = element.querySelector('[data-item-id="sku-3"]')));
  await fill();
  assert.deepEqual(await order(page, LIST), ["sku-3", "new-0", "new-1", "new-2"]);
  assert.ok(await page.evaluate(() => element.querySelector('[data-item-id="sku-3"]') === fourth));
  assert.equal(await page.evaluate(() => element.querySelector('[data-item-id="new-1"]').textContent), "Product new-1Popular in this shop");
  assert.equal(await shift(page), 0);
  assert.deepEqual(visitor.said, []);
});

test("a slot that keeps its node for an item has the label of the place, and never that of an earlier one", async () => {
  await open(SLOTTED.replaceAll("<p data-shelfwise-reason></p>", "<b data-shelfwise-label></b>"));
  const labels = () => page.evaluate(() => [...element.querySelectorAll("[data-shelfwise-slot]")].map((node) => `${node.dataset.itemId}: ${node.querySelector("[data-shelfwise-label]").textContent}`));
  const show = (labels) =>
    page.evaluate(async (labels) => {
      handle.labels = labels;
      const slate = next();
      handle.tell("update");
      await slate;
      await rest();
    }, labels);
  await fill();
  await show({ "new-0": "Sponsored" });
  assert.deepEqual(await labels(), ["sku-3: ", "new-0: Sponsored", "new-1: ", "new-2: "]);
  await page.evaluate(() => (globalThis.kept = element.querySelector('[data-item-id="new-0"]')));
  await show({ "new-1": "Anzeige" });
  assert.deepEqual(await labels(), ["sku-3: ", "new-0: ", "new-1: Anzeige", "new-2: "]);
  assert.ok(await page.evaluate(() => element.querySelector('[data-item-id="new-0"]') === kept));
});

test("the shop's own choice returns in the same nodes", async () => {
  await open(SLOTTED);
  const text = () => page.evaluate(() => element.innerHTML);
  const own = await text();
  await page.evaluate(() => (globalThis.nodes = [...element.querySelectorAll("li")]));
  await fill();
  await page.evaluate(async () => {
    handle.status.mode = "off";
    const slate = next();
    handle.tell("mode");
    await slate;
  });
  assert.equal(await shift(page), 0);
  assert.equal(await text(), own);
  assert.ok(await page.evaluate(() => [...element.querySelectorAll("li")].every((one, at) => one === nodes[at])));
});

test("items refused by `accept` get no slot, and too few items leave the shop's own choice", async () => {
  await open(SLOTTED);
  await page.evaluate(() => (element.accept = (id) => id === "new-7" || id === "new-9"));
  await fill();
  assert.deepEqual(await order(page, LIST), ["new-7", "new-9", "sku-0", "sku-1"]);
});

for (const [name, body] of [["candidates", SHORT], ["slots", SLOTTED]]) {
  test(`an answer after the shop's own order was requested is not shown (${name})`, async () => {
    await open(body);
    const told = await page.evaluate(async () => {
      if (element.querySelector("template")) element.render = () => {};
      const handle = scripted((own) => [...own].reverse());
      let free;
      handle.wait = new Promise((done) => (free = done));
      let told = 0;
      element.addEventListener("shelfwise-slate", () => (told += 1));
      element.shelf = handle;
      await rest();
      element.shelf = undefined;
      element.restore();
      free();
      await rest();
      return told;
    });
    assert.equal(told, 0);
    assert.deepEqual(await order(page, LIST), ids(4));
  });
}

test("a focused slot keeps its item", async () => {
  await open(SLOTTED);
  await page.locator('[data-item-id="sku-1"] button').focus();
  await fill();
  assert.deepEqual(await order(page, LIST), ["sku-3", "sku-1", "new-0", "new-1"]);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Add sku-1");
});

test("contents of another size than their slots leave the visible ones unchanged", async () => {
  await open(SLOTTED, { style: ".tile { height: auto } .tile h3 { font-size: 90px }" });
  const before = await page.evaluate(() => document.querySelector("footer").getBoundingClientRect().top);
  await fill();
  assert.deepEqual(await order(page, LIST), ids(4));
  assert.equal(await shift(page), 0);
  assert.equal(await page.evaluate(() => document.querySelector("footer").getBoundingClientRect().top), before);
});

test("an exception in the shop's `render` leaves out that item alone", async () => {
  await open(SLOTTED);
  await page.evaluate(async () => {
    const slate = next();
    element.render = (item) => {
      if (item.item_id !== "new-2") throw new Error("no such product");
    };
    element.shelf = scripted(() => ["new-1", "new-2", "new-3"]);
    await slate;
  });
  assert.deepEqual(await order(page, LIST), ["new-2", "sku-0", "sku-1", "sku-2"]);
  assert.ok(visitor.said.every((line) => line.startsWith("Shelfwise: render() failed")), visitor.said.join());
});

test("a shelf with a template alone reserves its places at once", async () => {
  await open(shelfOf(`<div class="tiles"><template><div class="tile"><h3></h3></div></template></div>`, `limit="3"`));
  await fill();
  assert.deepEqual(await order(page, LIST), ["new-0", "new-1", "new-2"]);
});

test("session mode fills slots from the whole catalog only if rendering is declared", async () => {
  await open(SLOTTED);
  await fill({ mode: "session" });
  assert.deepEqual(await order(page, LIST), ids(4));
  assert.equal(visitor.said.length, 1);
  assert.match(visitor.said[0], /rendering="declared"/);
  await page.evaluate(async () => {
    const slate = next();
    element.setAttribute("rendering", "declared");
    await slate;
  });
  assert.deepEqual(await order(page, LIST), ["sku-3", "new-0", "new-1", "new-2"]);
});

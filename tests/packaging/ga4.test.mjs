/** The GA4 example in a browser: a shop with Google Analytics, and one more tag. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { DEMO_MODEL, ROOT, run, TARBALL } from "./project.mjs";
import { contained, serve } from "./served.mjs";

const EXAMPLE = readFileSync(join(ROOT, "www/examples/ga4/index.html"), "utf8");
/** Long enough for a page on two busy cores. */
const PATIENCE_MS = 20_000;
/** The linter waits 5 s after loading before it reports missing events. */
const LINTER_MS = 6000;
/** Events, the engine and two frames take less than this, so an order that would change has changed. */
const REST_MS = 700;

const [CHIPS, SPAGHETTI, SAUCE, SALSA] = ["921744", "873178", "869577", "850562"];
const GOES_WITH_CHIPS = [SALSA, "859075", "833025"];
const OWN_ORDER = [...EXAMPLE.matchAll(/data-item-id="(\d+)"/g)].map(([, id]) => id);

let browser;
let folder;
let site;
let pages = 0;
const contexts = [];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "shelfwise-"));
  mkdirSync(join(folder, "shelfwise"));
  run("tar", ["-xzf", TARBALL, "--strip-components=2", "-C", join(folder, "shelfwise"), "package/dist"], folder);
  cpSync(DEMO_MODEL, join(folder, "model.swm"));
  [site, browser] = await Promise.all([serve(folder, contained), launch()]);
});
after(async () => {
  await browser?.close();
  site?.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => Promise.all(contexts.splice(0).map((context) => context.close())));

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A visitor of one page: its requests, its console and its exceptions. */
class Visit {
  requests = [];
  said = [];
  errors = [];

  /** Opens the example, edited by `change`, in a new profile; `prepare` runs before the page's scripts. */
  static async begin(change = (html) => html, prepare = () => {}) {
    const visit = await Visit.prepare(prepare);
    await visit.page.goto(`${site.address}/${write(change)}`);
    await visit.hears(/^Shelfwise: mode/);
    return visit;
  }

  static async prepare(prepare = () => {}) {
    const visit = new Visit();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    contexts.push(context);
    visit.page = await context.newPage();
    visit.page.on("request", (request) => visit.requests.push(request.url()));
    visit.page.on("console", (message) => visit.said.push(message.text()));
    visit.page.on("pageerror", (error) => visit.errors.push(error.message));
    await visit.page.addInitScript(prepare);
    await visit.page.addInitScript(() => {
      globalThis.shifted = 0;
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.shifted += value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    return visit;
  }

  /** Waits for a line in the console: the linter runs on 127.0.0.1. */
  async hears(line) {
    const until = Date.now() + PATIENCE_MS;
    while (!this.said.some((text) => line.test(text))) {
      assert.ok(Date.now() < until, `nothing like ${line} in the console:\n${[...this.said, ...this.errors].join("\n")}`);
      await sleep(50);
    }
  }

  /** Waits for a finding of the linter with this code. */
  finds(code) {
    return this.hears(new RegExp(`\\[${code}\\]$`));
  }

  /** The linter's findings. */
  get findings() {
    return this.said.filter((text) => /\[\w+\]$/.test(text));
  }

  order() {
    return this.page.locator("li").evaluateAll((tiles) => tiles.map((tile) => tile.dataset.itemId));
  }

  add(id) {
    return this.page.locator(`li[data-item-id="${id}"] button`).click();
  }

  /** Pushes into the page's dataLayer by the page's own `gtag`. */
  gtag(...words) {
    return this.page.evaluate((given) => gtag(...given), words);
  }

  /** Waits until the list's order differs from `before`. */
  async reordered(before) {
    const differs = (old) => [...document.querySelectorAll("li")].map((tile) => tile.dataset.itemId).join() !== old;
    await this.page.waitForFunction(differs, before.join(), { timeout: PATIENCE_MS });
    return this.order();
  }

  async staysInOrder(order, why) {
    await sleep(REST_MS);
    assert.deepEqual(await this.order(), order, why);
  }
}

/** Writes a variant of the example; returns its name. */
function write(change) {
  pages += 1;
  const name = `${pages}.html`;
  writeFileSync(join(folder, name), change(EXAMPLE));
  return name;
}

/** The example with `there` in place of `here`, which must occur in it. */
const changed = (here, there) => (html) => {
  assert.ok(html.includes(here), `the example has no ${here}`);
  return html.replaceAll(here, there);
};
const withAttributes = (attributes) => changed('data-mode="session"', attributes);
const isAhead = (order, ids, other) => ids.every((id) => order.indexOf(id) < order.indexOf(other));

test("the example has at most fifty lines, and its scripts do not mention Shelfwise", () => {
  assert.ok(EXAMPLE.trimEnd().split("\n").length <= 50);
  const scripts = [...EXAMPLE.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script).join("\n");
  assert.doesNotMatch(scripts, /shelfwise/i);
});

test("a GA4 event re-orders the list without code of the shop", async (t) => {
  const visit = await Visit.begin();
  assert.deepEqual(await visit.order(), OWN_ORDER, "a new visit sees the shop's own order");
  const asked = visit.requests.length;

  await visit.add(CHIPS);
  const first = await visit.reordered(OWN_ORDER);
  assert.ok(isAhead(first, GOES_WITH_CHIPS, OWN_ORDER[0]), `what goes with chips stands first: ${first}`);
  assert.deepEqual([...first].sort(), [...OWN_ORDER].sort(), "no product comes or goes");
  t.diagnostic(`${OWN_ORDER.join(" ")} → ${first.join(" ")}`);

  await visit.add(SPAGHETTI);
  const second = await visit.reordered(first);
  assert.ok(second.indexOf(SAUCE) < first.indexOf(SAUCE), `spaghetti brings its sauce ahead: ${second}`);
  assert.deepEqual(visit.requests.slice(asked), [], "nothing was asked for, nothing was sent");
  assert.deepEqual(visit.errors, []);
  assert.equal(await visit.page.evaluate(() => globalThis.shifted), 0, "nothing jumped without the shopper's doing");
});

test("the page requests itself, the package's files and the model, and nothing of Google's", async () => {
  const visit = await Visit.begin();
  await sleep(REST_MS);
  const paths = visit.requests.filter((url) => !url.startsWith("data:")).map((url) => url.replace(`${site.address}/`, ""));
  assert.deepEqual(paths.filter((path) => !/^(\d+\.html|model\.swm|shelfwise\/[\w.-]+)$/.test(path)), []);
});

test("events pushed before the tag loaded count", async () => {
  const last = "</script>\n</html>";
  const visit = await Visit.begin(changed(last, `gtag("event", "add_to_cart", { items: [{ item_id: "${CHIPS}" }] });\n${last}`));
  const order = await visit.reordered(OWN_ORDER);
  assert.ok(isAhead(order, GOES_WITH_CHIPS, CHIPS), order.join(" "));
});

test("events in Tag Manager's form have the same effect as gtag's", async () => {
  const visit = await Visit.begin();
  await visit.page.mouse.click(5, 5);
  const pushes = [{ ecommerce: null }, { event: "add_to_cart", ecommerce: { items: [{ item_id: CHIPS }] } }];
  await visit.page.evaluate((given) => dataLayer.push(...given), pushes);
  const order = await visit.reordered(OWN_ORDER);
  assert.ok(isAhead(order, GOES_WITH_CHIPS, CHIPS), order.join(" "));
});

test("Global Privacy Control lowers the mode, and no shopper event is read", async () => {
  const visit = await Visit.begin(undefined, () => Object.defineProperty(navigator, "globalPrivacyControl", { get: () => true }));
  await visit.hears(/mode contextual, set by gpc/);
  await visit.add(CHIPS);
  await visit.staysInOrder(OWN_ORDER);
});

/** The example as the page of this item, which it pushes before the tag loads. */
const pageOfItem = (id) => changed("</script>\n</html>", `gtag("event", "view_item", { items: [{ item_id: "${id}" }] });\n</script>\n</html>`);

test("a tag without data-mode ranks by the page's item, and not by events", async () => {
  const visit = await Visit.begin((html) => withAttributes("")(pageOfItem(CHIPS)(html)));
  await visit.hears(/mode contextual, set by shop/);
  const order = await visit.reordered(OWN_ORDER);
  assert.ok(isAhead(order, [SALSA], CHIPS), order.join(" "));
  await visit.add(SPAGHETTI);
  await visit.staysInOrder(order);
});

/** A quick view is pushed like a page's own item, so only time and clicks tell them apart. */
for (const [what, before] of [["loaded", () => sleep(REST_MS)], ["was clicked", ({ page }) => page.mouse.click(5, 5)]]) {
  test(`a quick view after the page ${what} changes no list in contextual mode`, async () => {
    const visit = await Visit.begin(withAttributes(""));
    await before(visit);
    await visit.gtag("event", "view_item", { items: [{ item_id: CHIPS }] });
    await visit.staysInOrder(OWN_ORDER);
    await visit.page.evaluate(() => history.pushState(null, "", "?quick-view"));
    await visit.gtag("event", "view_item", { items: [{ item_id: CHIPS }] });
    await visit.staysInOrder(OWN_ORDER, "nor one with an address of its own");
  });
}

/** Sorts the tiles by price, as a shop's own script does; returns that order. */
const sortByPrice = () => {
  const list = document.querySelector("ul");
  const price = (tile) => Number(/\$([\d.]+)/.exec(tile.textContent)[1]);
  list.append(...[...list.children].sort((a, b) => price(a) - price(b)));
  return [...list.children].map((tile) => tile.dataset.itemId);
};

test("a list that the shopper sorted stays sorted until the mark is removed", async () => {
  const visit = await Visit.begin();
  await visit.add(CHIPS);
  await visit.reordered(OWN_ORDER);
  const byPrice = await visit.page.evaluate(sortByPrice);
  await visit.add(SPAGHETTI);
  await visit.staysInOrder(byPrice, "the next event does not undo what the shopper asked for");
  assert.equal(await visit.page.getAttribute("ul", "data-shelfwise-pause"), "reordered");
  await visit.page.mouse.click(5, 5);
  await visit.page.evaluate(() => document.querySelector("ul").removeAttribute("data-shelfwise-pause"));
  await visit.reordered(byPrice);
});

test("a list with the pause mark is left unchanged until the shop removes it", async () => {
  const visit = await Visit.begin(changed('<ul data-shelfwise-list="category">', '<ul data-shelfwise-list="category" data-shelfwise-pause>'));
  await visit.add(CHIPS);
  await visit.staysInOrder(OWN_ORDER);
  await visit.page.evaluate(() => document.querySelector("ul").removeAttribute("data-shelfwise-pause"));
  const order = await visit.reordered(OWN_ORDER);
  assert.ok(isAhead(order, GOES_WITH_CHIPS, OWN_ORDER[0]), order.join(" "));
});

test("data-start load changes no list before the page has loaded", async () => {
  let free;
  const slow = new Promise((done) => (free = done));
  const visit = await Visit.prepare();
  await visit.page.route("**/slow.png", async (route) => (await slow, route.fulfill({ status: 204 })));
  const change = (html) => changed("<h1>", '<img src="slow.png" alt=""><h1>')(withAttributes('data-start="load"')(pageOfItem(CHIPS)(html)));
  await visit.page.goto(`${site.address}/${write(change)}`, { waitUntil: "commit" });
  await visit.hears(/^Shelfwise: mode/);
  await visit.staysInOrder(OWN_ORDER);
  free();
  await visit.reordered(OWN_ORDER);
});

test("a product page without Google's tags is known by its JSON-LD", async () => {
  const product = `<script type="application/ld+json">{ "@type": "Product", "sku": "${CHIPS}" }</script>`;
  const visit = await Visit.begin((html) => withAttributes("")(changed("<h1>", `${product}<h1>`)(html)));
  const order = await visit.reordered(OWN_ORDER);
  assert.ok(isAhead(order, [SALSA], CHIPS), order.join(" "));
});

test("a shelf on the page gets its engine from the same tag", async () => {
  const tiles = [SPAGHETTI, SAUCE, SALSA].map((id) => `<p data-item-id="${id}">${id}</p>`).join("");
  const shelf = `<script type="module" src="shelfwise/shelf.js"></script><shelfwise-shelf placement="pdp">${tiles}</shelfwise-shelf>`;
  const visit = await Visit.begin(changed("<h1>", `${shelf}<h1>`));
  await visit.add(CHIPS);
  await visit.page.waitForFunction((id) => document.querySelector("shelfwise-shelf p").dataset.itemId === id, SALSA, { timeout: PATIENCE_MS });
});

test("Google consent mode never reads events from before consent", async () => {
  const visit = await Visit.begin(withAttributes('data-mode="session" data-consent="ga"'));
  await visit.hears(/mode contextual, set by consent/);
  await visit.add(CHIPS);
  await visit.staysInOrder(OWN_ORDER, "no word of consent yet");
  await visit.gtag("consent", "update", { analytics_storage: "granted" });
  await visit.add(CHIPS);
  await visit.staysInOrder(OWN_ORDER, "what is granted for analytics is not granted for this");
  await visit.gtag("consent", "update", { personalization_storage: "granted" });
  await visit.staysInOrder(OWN_ORDER, "what came before stays unread");
  await visit.add(CHIPS);
  const order = await visit.reordered(OWN_ORDER);
  assert.ok(isAhead(order, GOES_WITH_CHIPS, CHIPS), order.join(" "));
  await visit.page.mouse.click(5, 5);
  await visit.gtag("consent", "update", { personalization_storage: "denied" });
  assert.deepEqual(await visit.reordered(order), OWN_ORDER, "taken back: the visit is forgotten");
});

test("a missing model leaves the shop's own order, with the reason in the console", async () => {
  const visit = await Visit.begin(changed("model.swm", "missing.swm"));
  await visit.hears(/missing\.swm.*\[not_found\]/);
  await visit.add(CHIPS);
  await visit.staysInOrder(OWN_ORDER);
  assert.deepEqual(visit.errors, []);
});

test("an invalid attribute leaves the shop's own order, with its name in the console", async () => {
  const visit = await Visit.begin(withAttributes('data-mode="sesion"'));
  await visit.hears(/mode.*\[bad_options\]/);
  await visit.add(CHIPS);
  await visit.staysInOrder(OWN_ORDER);
  assert.deepEqual(visit.errors, []);
});

/** The worker gets events in batches: a message for each would keep it busy while the shopper waits for a list. */
const MOST_MESSAGES = 50;

test("ten thousand events at once take few messages to the worker, and order the list", async (t) => {
  const visit = await Visit.begin(undefined, () => {
    const { postMessage } = Worker.prototype;
    globalThis.messages = 0;
    Worker.prototype.postMessage = function (...given) {
      globalThis.messages += 1;
      return postMessage.apply(this, given);
    };
  });
  await visit.page.evaluate((id) => {
    globalThis.messages = 0;
    for (let at = 0; at < 10_000; at += 1) gtag("event", "view_item", { items: [{ item_id: at % 2 ? id : `unknown ${at}` }] });
  }, CHIPS);
  await visit.page.mouse.click(5, 5);
  await visit.reordered(OWN_ORDER);
  const messages = await visit.page.evaluate(() => globalThis.messages);
  t.diagnostic(`10,000 pushes took ${messages} messages, with the linter listening too`);
  assert.ok(messages > 0 && messages <= MOST_MESSAGES, `${messages} messages`);
  assert.deepEqual(visit.errors, []);
});

test("the linter has no finding on the example", async () => {
  const visit = await Visit.begin();
  await visit.add(CHIPS);
  await sleep(LINTER_MS);
  assert.deepEqual(visit.findings, []);
});

test("the linter reports each mistake of a faulty page once", async () => {
  const product = '<script type="application/ld+json">{ "@type": "Product" }</script>';
  const visit = await Visit.begin((html) =>
    [changed("<h1>", `${product}<h1>`), changed('"view_item_list"', '"view_item_lst"'), withAttributes('data-mode="session" data-consent="ga"')]
      .reduce((text, change) => change(text), html),
  );
  for (let time = 0; time < 2; time += 1) {
    await visit.gtag("event", "add_to_cart", { items: [{ item_name: "Tee", price: "9.99" }] });
    await visit.gtag("event", "add_to_cart", { items: [{ item_id: "nobody knows it" }] });
    await visit.page.evaluate(() => dataLayer.push(["event", "purchase", {}]));
  }
  const wanted = [
    "event_unknown", "item_id_missing", "number_as_text", "command_array", "id_not_in_model", "event_never_came", "no_consent",
  ];
  for (const code of wanted) await visit.finds(code);
  assert.equal(new Set(visit.findings).size, visit.findings.length);
});

/** Pages with one mistake each, by the finding that names it. */
const MISTAKES = {
  ids_differ: (html) => changed("dataset.itemId,", "`sku-${dataset.itemId}`,")(html),
  bad_selector: withAttributes('data-list="ul, ["'),
  no_items_in_list: withAttributes('data-item-attribute="data-sku"'),
  no_list: changed('<ul data-shelfwise-list="category">', "<ul>"),
  no_layer: withAttributes('data-data-layer="gtmLayer"'),
  no_event: changed('gtag("event", "view_item_list"', '[].concat("event", "view_item_list"'),
};

test("the linter reports lists, ids, selectors and a dataLayer that do not match", async () => {
  const visits = await Promise.all(Object.values(MISTAKES).map((change) => Visit.begin(change)));
  await Promise.all(Object.keys(MISTAKES).map((code, at) => visits[at].finds(code)));
});

test("a shop's own host does not load the linter", async () => {
  const visit = await Visit.prepare();
  await visit.page.route("http://shop.example/**", async (route) => {
    const answer = await fetch(route.request().url().replace("http://shop.example", site.address));
    const headers = Object.fromEntries(answer.headers);
    await route.fulfill({ status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) });
  });
  await visit.page.goto(`http://shop.example/${write((html) => html)}`);
  await visit.add(CHIPS);
  const order = await visit.reordered(OWN_ORDER);
  assert.ok(isAhead(order, GOES_WITH_CHIPS, CHIPS), order.join(" "));
  assert.deepEqual(visit.requests.filter((url) => url.includes("lint")), []);
  assert.deepEqual(visit.said, []);
});

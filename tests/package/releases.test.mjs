/** Signed releases in a page: valid ones are activated, invalid ones change nothing, and the status has the reason. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { seen } from "./browsers.mjs";
import { BYTES, KEYS, OTHER_POLICY, POLICY, TABLE, keysOf, pathOf, published, saysWhy, serve, serveTable } from "./releases.mjs";
import { inBrowsers } from "./shopper.mjs";
import { CONTAINED, MODEL, file } from "./site.mjs";

const HTML = { "content-type": "text/html; charset=utf-8" };
/** Number of handles that a page has at the same time: most of them wait for their next poll. */
const AT_ONCE = 12;
/** The table's releases are valid at the table's own time. */
const AT_THE_TABLES_TIME = `Date.now = () => ${TABLE.now_ms}`;
/** Names of the files of a release, without their hashes. */
const PARTS = ["release", "policy", "snapshot"];
/** Faults in transit. */
const FAULTS = {
  cut: (answer) => ({ ...answer, headers: { ...answer.headers, "content-length": answer.body.length }, cut: Math.ceil(answer.body.length / 2) }),
  slow: (answer) => ({ ...answer, afterMs: 400 }),
  reordered: (_, other) => other,
  missing: () => ({ status: 404, headers: HTML, body: "<h1>Not here</h1>" }),
  "of another type": () => ({ status: 200, headers: HTML, body: "<h1>Welcome to our free wireless network</h1>" }),
};

/** Runs in the page: a handle for each of these releases, so many at once, and what becomes of each. `keys` are those of all, or by address. */
async function visit({ addresses, keys, atOnce, live, options }) {
  const seen = {};
  const one = async (address) => {
    const given = { release: address, keys: keys[address] ?? keys, mode: "session", timeoutMs: 20_000, refreshMs: live ? 1000 : 86_400_000, ...options };
    const shelf = await globalThis.shelfwise.createShelfwise(given);
    const first = shelf.status;
    if (live && first.ready) {
      // Until there is an error, another model, or neither after several polls.
      await new Promise((done) => {
        shelf.on("error", done);
        shelf.on("update", ({ snapshot }) => snapshot?.snapshot_bytes !== first.snapshot.snapshot_bytes && done());
        setTimeout(done, live);
      });
      if (shelf.status.error === null) await new Promise((settled) => setTimeout(settled, 100));
    }
    const slate = await shelf.rerank({ placement: "category", items: ["soap", "milk", "butter"] });
    seen[address] = { first, status: shelf.status, served: slate.snapshot !== null, items: slate.items.length };
    shelf.close();
  };
  const waiting = [...addresses];
  const line = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await one(next);
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  return seen;
}

/** Puts bread into the cart as GA4 says it, and tells which item leads the list, at the latest after ten seconds. Runs in the page. */
async function ordered(expected) {
  (globalThis.dataLayer ??= []).push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "bread" }] } });
  const first = () => document.querySelector("li").dataset.itemId;
  for (const end = Date.now() + 10_000; first() !== expected && Date.now() < end; ) await new Promise((later) => setTimeout(later, 50));
  return first();
}

inBrowsers(({ site, browser }) => {
  function visited(addresses, given = {}, before) {
    const all = { addresses, keys: KEYS, atOnce: AT_ONCE, live: 0, ...given };
    return seen(browser, `${site.origin}/`, { script: visit, given: all, before });
  }

  /** A handle for each case of the table, in this folder, with the case's keys. */
  function visitedTable(folder, given = {}) {
    const address = ({ name }) => `/${folder}/${name}/release`;
    const keys = Object.fromEntries(TABLE.cases.map((tested) => [address(tested), keysOf(tested)]));
    return visited(TABLE.cases.map(address), { keys, ...given }, AT_THE_TABLES_TIME);
  }

  test("a new page takes each valid release, and shows the shop's own order for each invalid one", async (t) => {
    serveTable(site);
    const pages = await visitedTable("cases");
    for (const { name, forgetting } of TABLE.cases) {
      const { first, served } = pages[`/cases/${name}/release`];
      const taken = forgetting.outcome === "new";
      assert.deepEqual([first.ready, served], [taken, taken], `${name}: ${first.error?.message}`);
      if (!taken) assert.ok(saysWhy(first.error, forgetting), `${name}: ${first.error.code}: ${first.error.message}`);
    }
    const refused = TABLE.cases.filter(({ forgetting }) => forgetting.outcome !== "new").length;
    t.diagnostic(`${refused} of ${TABLE.cases.length} refused, the reason said`);
  });

  test("an open page takes each valid release, and keeps the last good one for each invalid one", async (t) => {
    serveTable(site);
    const pages = await visitedTable("live", { live: 8_000 });
    for (const { name, remembering } of TABLE.cases) {
      const { first, status, served } = pages[`/live/${name}/release`];
      assert.ok(first.ready && status.ready && served, `${name} is served: ${status.error?.message}`);
      const changed = status.snapshot.snapshot_bytes !== first.snapshot.snapshot_bytes;
      assert.equal(changed, remembering.outcome === "new", `${name} changes the model only where it is in order`);
      if (remembering.outcome === "kept") assert.ok(saysWhy(status.error, remembering), `${name}: ${status.error?.code}: ${status.error?.message}`);
      else assert.equal(status.error, null, name);
    }
    const kept = TABLE.cases.filter(({ remembering }) => remembering.outcome === "kept").length;
    t.diagnostic(`${kept} of ${TABLE.cases.length} refused with the last good release kept, the reason said`);
  });

  test("a new release is activated between two rankings, and the visit continues", async () => {
    const releases = [published({ epoch: 1, snapshot: MODEL, policy: POLICY }), published({ epoch: 2, snapshot: MODEL, policy: OTHER_POLICY })];
    let current = 0;
    serve(site, (_, path) => releases.find((files, at) => (path === "release" ? at === current : path in files)));
    const page = await browser.page(`${site.origin}/`);
    await page.run(async (keys) => {
      const shelf = await shelfwise.createShelfwise({ release: "/shop/live/release", keys, mode: "session", timeoutMs: 20_000, refreshMs: 1000 });
      globalThis.told = { opened: 0, problems: [], slates: [], status: shelf.status };
      shelf.on("ready", () => (told.opened += 1));
      shelf.on("error", (problem) => told.problems.push(problem));
      shelf.track("add_to_cart", { items: [{ item_id: "bread" }] });
      globalThis.ranks = setInterval(async () => {
        const { snapshot, basis, items } = await shelf.rerank({ placement: "category", items: ["soap", "milk", "butter"] });
        told.slates.push([snapshot !== null, basis, items[0].item_id].join(" "));
      }, 20);
      globalThis.shelf = shelf;
    }, KEYS);
    current = 1;
    const result = await page.run(async () => {
      const asked = Date.now();
      while (told.opened < 2 && Date.now() - asked < 20_000) await new Promise((later) => setTimeout(later, 50));
      await new Promise((later) => setTimeout(later, 300));
      clearInterval(ranks);
      return { ...told, slates: [...new Set(told.slates)], events: (await shelf.profile()).events.length, end: shelf.status };
    });
    assert.deepEqual([result.status.error, result.problems, result.opened], [null, [], 2]);
    assert.deepEqual([result.status, result.end].map(({ snapshot }) => snapshot.release), [1, 2], "the status says which one holds");
    assert.deepEqual([result.slates, result.events, result.end.ready], [["true session butter"], 1, true], "no ranking was lost, none forgot the visit");
    assert.ok(site.asked.includes(`/shop/live/${pathOf(releases[1], "policy")}`));
    await page.close();
  });

  test("the shop's own order leaves out items hidden by the signed rules if the engine refuses the model", async () => {
    const hidden = JSON.stringify({ version: 1, everywhere: ["soap"], placements: { category: ["milk"] } });
    const files = { bad: published({ epoch: 1, snapshot: Buffer.from("no model"), policy: POLICY, hidden }), good: published({ epoch: 1, snapshot: MODEL, policy: POLICY, hidden }) };
    serve(site, (name) => files[name]);
    const page = await browser.page(`${site.origin}/`);
    const result = await page.run(async (keys) => {
      const seen = {};
      for (const name of ["bad", "good"]) {
        const shelf = await shelfwise.createShelfwise({ release: `/shop/${name}/release`, keys, timeoutMs: 20_000 });
        const order = async (placement) => (await shelf.rerank({ placement, items: ["soap", "milk", "bread", "butter"], limit: 2 })).items;
        const category = await order("category");
        const places = category.map(({ item_id, position, from_position }) => [item_id, position, from_position]);
        const elsewhere = (await order("home")).map(({ item_id }) => item_id);
        seen[name] = { ready: shelf.status.ready, guardrails: shelf.status.guardrails, places, elsewhere };
        shelf.close();
      }
      const none = await shelfwise.createShelfwise({ release: "/shop/nowhere/release", keys, timeoutMs: 20_000 });
      return { ...seen, none: none.status.guardrails };
    }, KEYS);
    const places = [["bread", 0, 2], ["butter", 1, 3]];
    assert.deepEqual(result.bad, { ready: false, guardrails: true, places, elsewhere: ["milk", "bread"] });
    assert.deepEqual([result.good.ready, result.good.guardrails, result.none], [true, true, false]);
    await page.close();
  });

  test("a release that the engine refuses leaves the last good one and the visit", async () => {
    const releases = [published({ epoch: 1, snapshot: MODEL, policy: POLICY }), published({ epoch: 2, snapshot: Buffer.from("no model"), policy: POLICY })];
    let asked = 0;
    serve(site, (_, path) => (path === "release" ? releases[Math.min(asked++, 1)] : releases.find((files) => path in files)));
    const { "/shop/broken/release": page } = await visited(["/shop/broken/release"], { live: 8_000 });
    assert.deepEqual([page.first.error, page.status.error?.code, page.served, page.status.snapshot], [null, "bad_release", true, page.first.snapshot]);
    assert.match(page.status.error.message, /the engine does not take it/);
  });

  test("a hidden page polls for releases at the same intervals, and not when it is shown", async () => {
    const files = published({ epoch: 1, snapshot: MODEL, policy: POLICY });
    serve(site, () => files);
    const hidden = `
      Object.defineProperty(Document.prototype, "hidden", { get: () => true, configurable: true });
      Object.defineProperty(Document.prototype, "visibilityState", { get: () => "hidden", configurable: true });
      setInterval(() => document.dispatchEvent(new Event("visibilitychange")), 100);
    `;
    const { "/shop/hidden/release": page } = await visited(["/shop/hidden/release"], { live: 4_500 }, hidden);
    assert.equal(page.status.error, null);
    const looks = site.asked.filter((path) => path === "/shop/hidden/release").length;
    assert.ok(looks >= 3 && looks <= 6, `${looks} looks in 4.5 seconds, one a second`);
  });

  test("every fault in transit ends in the last good release or the shop's own order: 100 of 100", async (t) => {
    const next = published({ epoch: 2, snapshot: MODEL, policy: OTHER_POLICY });
    const last = published({ epoch: 1, snapshot: MODEL, policy: POLICY });
    const kinds = Object.keys(FAULTS);
    // Half of the pages begin with the fault, half meet it while they are open.
    const names = Array.from({ length: 100 }, (_, at) => `${at < 50 ? "begins" : "open"}-${at % kinds.length}-${Math.floor(at / kinds.length) % PARTS.length}-${at}`);
    // What was served last to each page: both releases have the same model, so paths do not tell them apart.
    const serving = new Map();
    const spoiled = (answer, { name, path, files }) => {
      const [when, kind, part] = name.split("-");
      if (!path.startsWith(PARTS[part]) || (when === "open" && files === last)) return answer;
      const other = Object.entries(files).find(([each]) => !each.startsWith(PARTS[part]))[1];
      return FAULTS[kinds[kind]](answer, { ...answer, body: other });
    };
    serve(site, (name, path) => {
      if (path === "release") serving.set(name, name.startsWith("open") && !serving.has(name) ? last : next);
      return serving.get(name);
    }, spoiled);
    const pages = await visited(names.map((name) => `/shop/${name}/release`), { live: 4_000 });
    const ends = {};
    for (const name of names) {
      const { first, status, served, items } = pages[`/shop/${name}/release`];
      const slow = kinds[name.split("-")[1]] === "slow";
      const began = name.startsWith("begins");
      assert.equal(items, 3, "the page shows its list");
      assert.equal(served, !began || slow, `${name}: ${status.error?.message}`);
      assert.equal(first.ready, !began || slow, `${name}: ${first.error?.message}`);
      if (!slow) assert.ok(status.error, `${name}: the reason is said`);
      const end = slow ? "slow, and taken" : began ? "the shop's own order" : "the last good release";
      ends[end] = (ends[end] ?? 0) + 1;
    }
    t.diagnostic(JSON.stringify(ends));
  });

  test("keys that are invalid or of one role alone are named", async () => {
    serveTable(site);
    const address = "/cases/good-next/release";
    for (const keys of [["release-00"], KEYS.slice(0, 1), [], [...KEYS, KEYS[0].replace("release", "policy")]]) {
      const { first } = (await visited([address], { keys }))[address];
      assert.deepEqual([first.ready, first.error.code], [false, "bad_options"]);
      assert.match(first.error.message, /key/);
    }
  });

  test("a page that forbids WebAssembly takes releases in its worker, and inline with 'wasm-unsafe-eval'", async () => {
    serveTable(site);
    const policy = (more) => ({ "/": { headers: { ...HTML, "content-security-policy": `default-src 'self'; script-src 'self'${more}` } } });
    for (const [more, isolation] of [["", "worker"], [" 'wasm-unsafe-eval'", "inline"]]) {
      site.with(policy(more));
      const { first } = (await visited(["/cases/good-next/release"], { options: { isolation } }, AT_THE_TABLES_TIME))["/cases/good-next/release"];
      assert.deepEqual([first.ready, first.isolation, first.error], [true, isolation, null]);
    }
  });

  test("a worker that requests a path outside of the record gets no request sent", async () => {
    const files = published({ epoch: 1, snapshot: MODEL, policy: POLICY });
    serve(site, (_, path) => path in files && files);
    const hostile = `onmessage = ({ data }) => postMessage({ id: data.id, error: null, result: { path: PATH, at_most: 1000, epoch: 0, hidden: false, outcome: null, reason: "", memory: new Uint8Array() } });`;
    // Pages of other tests may still be polling while they close.
    const others = (each) => each.startsWith("/shop/") && !each.startsWith("/shop/any/");
    const hash = pathOf(files, "policy").slice(7, 39);
    const strange = [`policy-${"0".repeat(32)}.swp`, `snapshot-${hash}.swm`, `visit-${hash}.swp`, `policy-${hash}.swp?visit`, `policy-${hash}.swm`];
    for (const path of ["the-visit-of-a-shopper", "//evil.example/visit", "policy-", ...strange]) {
      const body = hostile.replace("PATH", `(globalThis.n = (globalThis.n ?? 0) + 1) === 1 ? "release" : ${JSON.stringify(path)}`);
      site.with({ "/shelfwise/worker.js": { headers: { "content-type": "text/javascript", "content-security-policy": CONTAINED }, body } });
      const { first } = (await visited(["/shop/any/release"]))["/shop/any/release"];
      assert.deepEqual([first.ready, first.error.code], [false, "engine"]);
      const asked = site.asked.filter((each) => !others(each) && !each.startsWith("/shelfwise/") && !["/", "/page.js", "/favicon.ico", "/shop/any/release"].includes(each));
      assert.deepEqual(asked, []);
    }
  });

  test("one tag with a release and keys ranks the shop's lists by the signed model", async () => {
    const files = published({ epoch: 1, snapshot: MODEL, policy: POLICY });
    serve(site, () => files);
    const list = ["soap", "milk", "butter"].map((id) => `<li data-item-id="${id}">${id}</li>`).join("");
    const tag = `<script type="module" src="/shelfwise/auto.js" data-release="/shop/one/release" data-keys="${KEYS.join(" ")}" data-mode="session"></script>`;
    site.with({ "/": { headers: HTML, body: `<!doctype html><title>Shop</title><ul data-shelfwise-list="category">${list}</ul>${tag}` } });
    const first = await seen(browser, `${site.origin}/`, { script: ordered, given: "butter" });
    assert.equal(first, "butter");
    assert.ok(site.asked.includes(`/shop/one/${pathOf(files, "snapshot")}`) && !site.asked.includes("/model.swm"));
  });

  test("a page without a release requests none of its files", async () => {
    site.more = () => undefined;
    site.with({});
    const page = await browser.page(`${site.origin}/`);
    await page.run(async () => (await shelfwise.createShelfwise({ snapshot: "/model.swm", timeoutMs: 20_000 })).status);
    assert.deepEqual(site.asked.filter((path) => path.includes("release")), []);
    await page.close();
  });

  test("a release of one mebibyte is verified by the module in four messages", async () => {
    const snapshot = Buffer.alloc(1 << 20, 7);
    const files = published({ epoch: 1, snapshot, policy: POLICY });
    site.more = (path) => (path.slice(1) in files ? { status: 200, headers: BYTES, body: files[path.slice(1)] } : undefined);
    site.with({});
    const page = await browser.page(`${site.origin}/`);
    const outcomes = await page.run(verified, { keys: KEYS, paths: Object.keys(files) });
    assert.deepEqual(outcomes, ["", "", "", "new"]);
    await page.close();
  });
});

/** Runs in the page: looks at one release by the module alone; gives the outcome after each message, empty while it goes on. */
async function verified({ keys, paths }) {
  const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const files = Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await bytesOf(`/${path}`)])));
  const module = await WebAssembly.compile(await bytesOf("/shelfwise/shelfwise_release.wasm"));
  const begin = () => {
    const head = new DataView(new ArrayBuffer(10));
    head.setBigUint64(0, BigInt(Date.now()), true);
    head.setUint8(9, keys.length);
    const digits = keys.map((key) => [key.startsWith("release") ? 0 : 1, ...key.split("-")[1].match(/../g).map((byte) => parseInt(byte, 16))]);
    return Uint8Array.from([...new Uint8Array(head.buffer), ...digits.flat()]);
  };
  const { memory, room, take } = new WebAssembly.Instance(module).exports;
  const told = (kind, bytes) => {
    const to = room(bytes.length);
    new Uint8Array(memory.buffer, to).set(bytes);
    const at = take(kind);
    const [, , , , ...places] = new Uint32Array(memory.buffer, at, 8);
    const text = (place, length) => new TextDecoder().decode(new Uint8Array(memory.buffer, place, length));
    return { path: text(...places.slice(0, 2)), outcome: text(...places.slice(2)) };
  };
  const first = told(0, begin());
  const record = told(1, files[first.path]);
  const policy = told(1, files[record.path]);
  const end = told(1, files[policy.path]);
  return [first, record, policy, end].map(({ outcome }) => outcome);
}

test("the release module is in the package and imports nothing", async () => {
  const module = await WebAssembly.compile(file("shelfwise_release.wasm"));
  assert.deepEqual(WebAssembly.Module.imports(module), []);
});

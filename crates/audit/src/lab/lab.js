/**
 * The laboratory's page: carries out a plan on the audited package, act by act, and returns what each act answered. A plan
 * is a list of acts `[name, ...arguments]`; in arguments of `call`, `{ "$": "slate_id" }` is the last slate's id, and
 * `{ "$": "now" }` the time.
 */

import { dump, settled } from "/lab/dump.js";

/** The package, as the server serves it. */
const PACKAGE = "/package/";
/** The most that one act waits, in milliseconds. */
const PATIENCE_MS = 6_000;

/** The most that a worker takes to tell what it has tried, in milliseconds. */
const TOLD_MS = 3_000;

/** Signals as a plan names them; `throws` is a getter that throws. */
const VALUES = { true: true, false: false, "1": "1", "0": "0", null: null, undefined: undefined };

let shelf = null;
let slateId = "";
let errors = [];

const ACTS = {
  /** Makes a handle, and listens to what it says. */
  async open(options) {
    const { createShelfwise } = await import(`${PACKAGE}index.js`);
    shelf = await createShelfwise({ timeoutMs: 5_000, ...options });
    errors = [];
    shelf.on("error", ({ code, message }) => errors.push(`${code}: ${message}`));
    return status();
  },
  /** Calls a method of the handle. */
  async call(method, ...given) {
    const params = given.map(filled);
    const answer = await shelf?.[method]?.(...params);
    if (typeof answer?.slate_id === "string") slateId = answer.slate_id;
    return answer ?? null;
  },
  /** Puts a list of links with lazy images into the page, as a shelf. */
  async shelf(ids, attributes) {
    await import(`${PACKAGE}shelf.js`);
    const list = document.createElement("shelfwise-shelf");
    for (const [name, value] of Object.entries(attributes)) list.setAttribute(name, value);
    list.append(...ids.map(tile));
    const answered = new Promise((done) => list.addEventListener("shelfwise-slate", ({ detail }) => done(detail), { once: true }));
    list.shelf = shelf;
    document.querySelector("main").append(list);
    return (await within(answered))?.slate_id ?? null;
  },
  /** Puts options of content with lazy images into the page, far below, as a slot; returns what is chosen. */
  async content(placement, ids) {
    await import(`${PACKAGE}shelf.js`);
    const slot = document.createElement("shelfwise-slot");
    slot.setAttribute("placement", placement);
    slot.append(...ids.map(option));
    const answered = new Promise((done) => slot.addEventListener("shelfwise-choice", ({ detail }) => done(detail), { once: true }));
    document.querySelector("main").append(slot);
    slot.shelf = shelf;
    return shelf?.status.ready ? ((await within(answered)) ?? null) : null;
  },
  /** Ranks the page's shelves again, and waits for the answers. */
  async refresh() {
    const lists = [...document.querySelectorAll("shelfwise-shelf")];
    const answers = lists.map((list) => new Promise((done) => list.addEventListener("shelfwise-slate", done, { once: true })));
    for (const list of lists) list.refresh();
    return (await within(Promise.all(answers))) !== undefined;
  },
  /** Adds auto.js with its attributes, and waits until its handle has looked at the data layer. */
  async auto(attributes, ids) {
    globalThis.dataLayer ??= [];
    const list = document.createElement("section");
    list.dataset.shelfwise = "category";
    list.append(...ids.map(tile));
    document.querySelector("main").append(list);
    const script = document.createElement("script");
    Object.assign(script, { type: "module", src: `${PACKAGE}auto.js` });
    for (const [name, value] of Object.entries(attributes)) script.setAttribute(`data-${name}`, value);
    const loaded = new Promise((done) => (script.onload = script.onerror = done));
    document.head.append(script);
    await within(loaded);
    const wrapped = () => !/native code/.test(String(dataLayer.push)) && list.hasAttribute("data-shelfwise-settled");
    for (let turns = 0; turns < 60 && !wrapped(); turns += 1) await pause(50);
    return wrapped();
  },
  /** Pushes entries into the data layer. */
  async push(...entries) {
    globalThis.dataLayer ??= [];
    dataLayer.push(...entries);
    await pause(50);
    return null;
  },
  /** Sets what the browser's privacy signals say. */
  signal(said) {
    for (const [name, value] of Object.entries(said)) {
      const get = value === "throws" ? () => { throw new Error("unreadable"); } : () => VALUES[value];
      Object.defineProperty(navigator, name, { get, configurable: true });
    }
    return null;
  },
  /** Makes all chance of the page this byte; null gives it back to the browser. */
  chance(byte) {
    delete crypto.getRandomValues;
    if (byte !== null) crypto.getRandomValues = (bytes) => bytes.fill(byte);
    return null;
  },
  move(ms) {
    moveClock(ms);
    return null;
  },
  freeze(at) {
    freezeClock(at);
    return null;
  },
  async wait(ms) {
    await pause(ms);
    return null;
  },
  /** Tells the server that what it is asked from now on belongs to the next part of the plan. */
  async mark(name) {
    await settled();
    await fetch(`/lab/mark?${name}`, { cache: "no-store", referrerPolicy: "no-referrer" });
    return null;
  },
  /** Opens a handle, and returns the ways out that its worker has tried. */
  async exits(options) {
    const channel = new BroadcastChannel("shelfwise-audit");
    const told = new Promise((done) => (channel.onmessage = ({ data }) => done(data)));
    const opened = await ACTS.open(options);
    return { tried: (await Promise.race([told, pause(TOLD_MS)])) ?? [], isolation: opened.isolation };
  },
  status,
  dump,
  /** What is kept now, and how many events the engine has. */
  async look() {
    await settled();
    return { ...(await dump()), events: (await shelf?.profile())?.events.length ?? 0, mode: shelf?.status.mode ?? "none" };
  },
  /** Ends the handle, and what the tab has kept. */
  async reset() {
    shelf?.close();
    shelf = null;
    sessionStorage.clear();
    for (const name of ["globalPrivacyControl", "doNotTrack"]) delete navigator[name];
    document.querySelector("main").replaceChildren();
    return null;
  },
};

/** Carries out a plan; an act that throws answers with the exception, and the next one is carried out. */
globalThis.carryOut = async (plan) => {
  const answers = [];
  for (const [act, ...params] of plan) {
    try {
      answers.push({ act, answer: (await within(Promise.resolve(ACTS[act](...params)))) ?? null });
    } catch (thrown) {
      answers.push({ act, answer: null, thrown: String(thrown) });
    }
  }
  return answers;
};

/** Follows the link to the next page, after the driver has got its answer. */
globalThis.follow = () => void setTimeout(() => document.querySelector("#next").click());

function status() {
  return shelf && { ...shelf.status, errors: [...errors] };
}

/** Replaces what is only known now, however deep. */
function filled(param) {
  if (typeof param !== "object" || param === null) return param;
  if (param.$ === "slate_id") return slateId;
  if (param.$ === "now") return Date.now();
  if (Array.isArray(param)) return param.map(filled);
  return Object.fromEntries(Object.entries(param).map(([name, value]) => [name, filled(value)]));
}

function tile(id, at) {
  const link = document.createElement("a");
  link.href = `/lab/product?${at}`;
  link.dataset.itemId = id;
  const image = document.createElement("img");
  image.loading = "lazy";
  image.src = `/lab/image?${at}`;
  link.append(image);
  return link;
}

function option(id, at) {
  const link = document.createElement("a");
  link.href = `/lab/product?${id}`;
  link.dataset.contentId = id;
  link.hidden = at > 0;
  const image = document.createElement("img");
  image.loading = "lazy";
  image.src = `/lab/image?content-${at}`;
  link.append(image);
  return link;
}

function within(promise) {
  return Promise.race([promise, pause(PATIENCE_MS)]);
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms, undefined));
}

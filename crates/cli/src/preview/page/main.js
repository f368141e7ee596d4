/** The preview: one engine under the rules in force, one under the rules on this page, and the same visit for both. */

import { Catalog } from "./catalog.js";
import { compare, summary } from "./compare.js";
import { make, part } from "./dom.js";
import { Engine } from "./engine.js";
import { Rules } from "./rules.js";
import { Shelf } from "./shelf.js";
import { Visit } from "./visit.js";

async function load(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

async function post(path, body) {
  const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return { ok: response.ok, ...(await response.json()) };
}

function problem(text) {
  part("problem").textContent = text;
}

/** Serializes calls: those during a run are one more run. */
function queued(deed) {
  let running;
  let wanted = false;
  const run = async () => {
    while (wanted) {
      wanted = false;
      await deed();
    }
    running = undefined;
  };
  return () => {
    wanted = true;
    return (running ??= run());
  };
}

async function start() {
  const state = await load("state");
  if (state.at_ms !== null) Date.now = () => state.at_ms;
  await new Page(state).open();
}

class Page {
  #state;
  #catalog;
  #engines = [];
  #compiled = "";
  #shelf;
  #visit;
  #rules;
  #placement;
  #again = queued(() => this.#rank().catch((error) => problem(error.message)));

  constructor(state) {
    this.#state = state;
    this.#catalog = new Catalog(state.items);
    part("file").textContent = state.file;
    document.title = `${state.file} – Shelfwise preview`;
  }

  async open() {
    const { places, visits, rules, placements, keys, in_force } = this.#state;
    this.#engines[0] = await Engine.open(in_force, keys);
    this.#shelf = new Shelf(this.#catalog, places, (id) => this.#visit.add(id));
    this.#rules = new Rules(rules, () => this.#changed());
    this.#showPlacements(placements);
    this.#visit = new Visit(visits, this.#catalog, this.#again);
    this.#follow();
    addEventListener("hashchange", () => this.#follow());
    part("save").addEventListener("click", () => this.#save());
    part("undo").addEventListener("click", () => this.#rules.undo());
    this.#changed();
    await this.#again();
    document.body.dataset.state = "ready";
  }

  /** Takes placement and visit from the address, as it was copied from another window. */
  #follow() {
    const wish = new URLSearchParams(location.hash.slice(1));
    const { placements, visits } = this.#state;
    this.#placement = placements.find(({ name }) => name === wish.get("placement")) ?? placements[0];
    for (const input of part("placements").querySelectorAll("input")) input.checked = input.value === this.#placement.name;
    const done = wish.has("done") ? Number(wish.get("done")) : undefined;
    if (!wish.has("visit") || !this.#visit.chooseNumber(Number(wish.get("visit")), done)) this.#visit.choose(visits.length > 0 ? 0 : "none");
  }

  #showPlacements(placements) {
    const choice = (placement) => {
      const input = make("input", { type: "radio", name: "placement", value: placement.name });
      input.addEventListener("change", () => {
        this.#placement = placement;
        this.#again();
      });
      return make("label", {}, input, make("span", {}, placement.name));
    };
    part("placements").replaceChildren(...placements.map(choice));
  }

  #changed() {
    part("save").disabled = !this.#rules.canBeSaved;
    part("undo").disabled = !this.#rules.isChanged;
    part("saved").textContent = this.#rules.isChanged ? "not saved" : "";
    this.#again();
  }

  /** Builds the rules of the page where they changed, ranks on both sides, and shows the difference. */
  async #rank() {
    if (!this.#visit) return;
    if (!(await this.#build())) return;
    const question = this.#question();
    const slates = await Promise.all(this.#engines.map((engine) => engine.slate(question)));
    const tiles = await compare(this.#engines, slates);
    this.#shelf.show(tiles, this.#visit.next);
    const rules = tiles.flat().flatMap(({ causes }) => causes.map(({ rule }) => rule));
    for (const { items } of [slates[1]]) rules.push(...items.flatMap((item) => item.rules));
    this.#rules.mark(new Set(rules));
    part("summary").textContent = summary(tiles);
    const { mode } = this.#engines[1];
    problem(mode === "session" ? "" : `This browser sends a privacy signal, so the engine runs in mode “${mode}” and no event of a visit counts. Open the page in a profile without it.`);
    history.replaceState(null, "", `#${new URLSearchParams({ placement: this.#placement.name, visit: this.#visit.number, done: this.#visit.done })}`);
    document.body.dataset.ranked = String(Number(document.body.dataset.ranked ?? 0) + 1);
  }

  #question() {
    const { name, is_list } = this.#placement;
    const { events, cell } = this.#visit;
    const category = events.length > 0 ? this.#catalog.get(events.at(-1)[1]).category : "";
    return { placement: name, isList: is_list, events, cell, places: this.#state.places, category, list: is_list ? this.#catalog.page(category) : [] };
  }

  /** Returns whether there is an engine for the rules of the page. */
  async #build() {
    const { changes } = this.#rules;
    const wanted = JSON.stringify(changes);
    if (wanted === this.#compiled) return true;
    const built = await post("compile", changes);
    this.#findings(built.findings);
    if (!built.release) {
      problem(built.message ?? "These rules have errors, so the shelf shows the last ones that had none.");
      return false;
    }
    const engine = await Engine.open(built.release, this.#state.keys);
    this.#engines[1]?.close();
    this.#engines[1] = engine;
    this.#compiled = wanted;
    return true;
  }

  #findings(found) {
    const findings = found?.findings ?? [];
    const line = ({ severity, line, what, help }) => make("li", { className: severity }, make("b", {}, `line ${line}: `), what, make("small", {}, help));
    part("findings").hidden = findings.length === 0;
    part("findings").replaceChildren(make("h3", {}, "What the check says"), make("ul", {}, ...findings.map(line)));
  }

  async #save() {
    const saved = await post("save", this.#rules.changes);
    if (!saved.ok) {
      problem(saved.message);
      return;
    }
    this.#rules.set(saved.rules);
    this.#changed();
    part("saved").textContent = `saved in ${this.#state.file}`;
  }
}

start().catch((error) => {
  problem(`The preview did not start: ${error.message}`);
  document.body.dataset.state = "failed";
});

/** The rules of the file, with a slider for every number in them. */

import { make, part } from "./dom.js";

export class Rules {
  #rules = [];
  #values = new Map();
  #left = new Set();
  #changed;

  /** `changed` is called after each change. */
  constructor(rules, changed) {
    this.#changed = changed;
    this.set(rules);
  }

  /** Shows the rules of the file, without changes. */
  set(rules) {
    this.#rules = rules;
    this.#values.clear();
    this.#left.clear();
    part("rules").replaceChildren(...rules.map((rule, at) => this.#rule(rule, at)));
  }

  /** Takes all changes back. */
  undo() {
    this.set(this.#rules);
    this.#changed();
  }

  /** What is changed, as the server takes it. */
  get changes() {
    const numbers = [...this.#values.values()];
    return { numbers, left_out: [...this.#left] };
  }

  get canBeSaved() {
    return this.#values.size > 0;
  }

  get isChanged() {
    return this.#values.size + this.#left.size > 0;
  }

  /** Marks the rules that move something on the shelf. */
  mark(names) {
    for (const item of part("rules").children) item.classList.toggle("acts", names.has(item.dataset.rule));
  }

  #rule({ id, lines, knobs }, at) {
    const box = make("input", { type: "checkbox", checked: true });
    box.addEventListener("change", () => {
      if (box.checked) this.#left.delete(at);
      else this.#left.add(at);
      item.classList.toggle("off", !box.checked);
      this.#changed();
    });
    const item = make(
      "li",
      {},
      make("label", { className: "title" }, box, make("code", {}, id), make("span", { className: "does" }, "acts here")),
      ...lines.map((line) => make("code", { className: "line" }, line)),
      ...knobs.map((knob) => this.#knob(id, knob, at)),
    );
    item.dataset.rule = id;
    return item;
  }

  #knob(rule, { path, value, is_whole, most }, at) {
    const name = path.join(" › ");
    const step = is_whole ? 1 : 0.005;
    const slider = make("input", { type: "range", min: "0", max: String(most), step: String(step), value: String(value), "aria-label": `${name} of ${rule}` });
    const number = make("input", { type: "number", min: "0", step: is_whole ? "1" : "any", value: String(value), "aria-label": `${name} of ${rule}, as a number` });
    const row = make("div", { className: "knob" }, make("span", {}, name), slider, number);
    const change = (text) => {
      const wanted = Number(text);
      if (text === "" || !Number.isFinite(wanted) || wanted < 0) return;
      [slider.value, number.value] = [String(wanted), String(wanted)];
      const key = `${at}/${path.join("/")}`;
      if (wanted === value) this.#values.delete(key);
      else this.#values.set(key, { rule: at, path, value: wanted });
      row.classList.toggle("changed", wanted !== value);
      this.#changed();
    };
    slider.addEventListener("input", () => change(slider.value));
    number.addEventListener("change", () => change(number.value));
    return row;
  }
}

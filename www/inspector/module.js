/** Compares the module's hash with the pinned one, and shows facts about the model. */

import { make, part, showFacts, whole } from "./dom.js";

const PINS = "/pins.js";

/** Compares the hashes. Returns the result in one or two words. */
export async function showModule() {
  const rows = (found, bytes, expected, url) => [
    ["File", url],
    ["Bytes", bytes],
    ["Hash as received", make("code", {}, found)],
    ["Hash as shipped", make("code", {}, expected)],
  ];
  try {
    const { engine } = await import(PINS);
    const bytes = await (await fetch(engine.url)).arrayBuffer();
    const found = await sha256(bytes);
    showFacts(part("module"), rows(found, whole(bytes.byteLength), engine.integrity, engine.url));
    return found === engine.integrity ? "as shipped" : "differs";
  } catch (error) {
    showFacts(part("module"), [["Not compared", error instanceof Error ? error.message : String(error)]]);
    return "not compared";
  }
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}

/** Shows facts about the model; that there is none if `facts` is null. */
export function showModel(facts) {
  const rows = facts && [
    ["Release", make("code", {}, String(facts.release))],
    ["Name", make("code", {}, facts.snapshot)],
    ["Bytes", whole(facts.snapshot_bytes)],
    ["Products in it", whole(facts.items)],
    ["A pair of products needs", `${facts.min_support} ${facts.support === "people" ? "households" : "baskets"}`],
    ["Trained on the log until", new Date(facts.trained_until_ms).toISOString().slice(0, 10)],
  ];
  showFacts(part("model"), rows ?? [["None", "the shop's own order is shown"]]);
}

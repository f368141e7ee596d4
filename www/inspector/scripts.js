/** Lists the scripts of this page, as first or third party. */

import { make, part } from "./dom.js";

/** Shows every script: those of script elements, and those that the browser has fetched as modules. */
export function showScripts() {
  const fetched = performance.getEntriesByType("resource").filter(({ name }) => /\.m?js($|\?)/.test(new URL(name).pathname));
  const named = [...document.scripts].map(({ src }) => src || "a script within the page");
  const all = [...new Set([...named, ...fetched.map(({ name }) => name)])];
  part("scripts").replaceChildren(...all.sort().map(line));
}

function line(source) {
  const isOwn = URL.canParse(source) && new URL(source).origin === location.origin;
  const whose = isOwn ? "first party" : "third party";
  const shown = isOwn ? new URL(source).pathname : source;
  return make("li", { className: isOwn ? "own" : "other" }, make("span", {}, shown), make("span", { className: "whose" }, whose));
}

/**
 * The inspector: one handle for the visit of this tab, and parts that each show one aspect of it. Viewing the page
 * records no event.
 */

import { Catalog } from "/scripts/catalog.js";
import { start, stateOf } from "/scripts/engine.js";
import { load as loadPictures } from "/scripts/pictures.js";

import { part } from "./dom.js";
import { MemoryPart } from "./memory.js";
import { ModePart } from "./mode.js";
import { showModel, showModule } from "./module.js";
import { Network } from "./network.js";
import { Ranking } from "./ranking.js";
import { showScripts } from "./scripts.js";
import { Stored } from "./stored.js";
import { Take } from "./take.js";
import { ISOLATIONS } from "./words.js";

const network = new Network();

function figure(name, text) {
  document.querySelector(`[data-figure=${name}]`).textContent = text;
}

async function open() {
  const [catalog, { handle, why }] = await Promise.all([Catalog.load(), start(), loadPictures()]);
  figure("module", await showModule());
  if (!handle) {
    part("problem").textContent = `The shop's own order is shown everywhere: ${why}.`;
    document.body.dataset.state = "off";
    return;
  }
  await inspect(handle, catalog);
}

async function inspect(handle, catalog) {
  const parts = { ranking: new Ranking(handle, catalog), mode: new ModePart(handle), memory: new MemoryPart(handle, catalog), stored: new Stored(handle), take: new Take(handle) };
  const show = async () => {
    const { status } = handle;
    figure("mode", status.mode);
    figure("isolation", ISOLATIONS[status.isolation]);
    part("problem").textContent = status.error ? `${status.error.code}: ${status.error.message}` : "";
    showModel(status.snapshot);
    parts.mode.show();
    const data = await parts.stored.show();
    const { profile, stored } = data;
    parts.memory.show(data);
    figure("events", String(profile.events.length));
    figure("bytes", String(stored?.bytes ?? 0));
    await parts.take.show();
    await parts.ranking.show(profile);
    document.body.dataset.state = stateOf(handle.status);
  };
  const again = queued(show);
  for (const name of ["ready", "update", "mode", "error"]) handle.on(name, again);
  await again();
  showScripts();
  network.countFromNow((count) => figure("requests", String(count)));
}

/** Serializes calls of `deed`. Calls during a run are coalesced into one more run. */
function queued(deed) {
  let running;
  let wanted = false;
  const run = async () => {
    do {
      wanted = false;
      await deed();
    } while (wanted);
    running = undefined;
  };
  return () => {
    wanted = true;
    return (running ??= run());
  };
}

network.watch(showScripts);
open();

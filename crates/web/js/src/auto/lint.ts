/**
 * The event linter: says in the console of a development machine what is missing, malformed or never comes.
 * It is a file of its own that shops never load in production. It reads every entry, whatever the consent: it keeps
 * names and ids in memory until the page ends, and gives nothing to anybody but the console.
 */

import type { Shelfwise } from "../types.js";
import { idsOf, isAboutItems, knownEvent, readEntry } from "./ga4.js";
import { hearLayer } from "./layer.js";
import { EntryLinter } from "./lint/entries.js";
import { found } from "./lint/finding.js";
import { ModelLinter } from "./lint/model.js";
import { checkPage } from "./lint/page.js";
import { Say } from "./lint/say.js";
import type { Setting } from "./setting.js";

/** When it is time to say that something never came, in milliseconds after loading. */
const PATIENCE_MS = 5000;

export function lint({ shelf, setting }: { shelf: Shelfwise; setting: Setting }): void {
    const say = new Say(console, (then) => setTimeout(then, 0));
    const entries = new EntryLinter(() => performance.now());
    const model = new ModelLinter(shelf);
    introduce(shelf);
    shelf.on("error", ({ code, message }) => say.findings([found("shelfwise", `status.error, ${code}`, message)]));
    hearLayer(window, setting.layer, (raw) => {
        say.findings(entries.check(raw));
        askModel(raw, model, say);
    });
    afterLoading(() => {
        const scene = { root: document, scope: window, setting, entries, seconds: PATIENCE_MS / 1000 };
        say.findings(checkPage(scene));
    });
}

/** What holds, in one line. */
function introduce({ status }: Shelfwise): void {
    const { mode, mode_source, isolation, snapshot, error } = status;
    const model = snapshot ? `model ${snapshot.snapshot} of ${snapshot.items} items` : "no model, the shop's own order";
    console.info(`Shelfwise: mode ${mode}, set by ${mode_source}; isolation ${isolation}; ${model}.`);
    if (error) console.warn(`Shelfwise: ${error.message} [${error.code}]`);
}

function askModel(raw: unknown, model: ModelLinter, say: Say): void {
    const entry = readEntry(raw);
    const event = entry?.is === "event" ? knownEvent(entry.name) : undefined;
    if (entry?.is !== "event" || event === undefined || !isAboutItems(event)) return;
    const [id] = idsOf(entry.ecommerce);
    if (id !== undefined) void model.check(event, id).then((findings) => say.findings(findings));
}

function afterLoading(then: () => void): void {
    const wait = (): unknown => setTimeout(then, PATIENCE_MS);
    if (document.readyState === "complete") wait();
    else window.addEventListener("load", wait, { once: true });
}

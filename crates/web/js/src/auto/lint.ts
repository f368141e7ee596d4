/**
 * The event linter: reports missing and malformed events in the console of a development machine. A separate file, which
 * is not loaded in production. It reads every entry regardless of consent, keeps names and ids in memory until the page
 * ends, and outputs to the console only.
 */

import type { Shelfwise } from "../types.js";
import { idsOf, isAboutItems, knownEvent, readEntry } from "./ga4.js";
import { listenToLayer } from "./layer.js";
import { EntryLinter } from "./lint/entries.js";
import { found } from "./lint/finding.js";
import { ModelLinter } from "./lint/model.js";
import { checkPage } from "./lint/page.js";
import { Reporter } from "./lint/reporter.js";
import type { Setting } from "./setting.js";

/** When missing events are reported, in milliseconds after loading. */
const PATIENCE_MS = 5000;

export function lint({ shelf, setting }: { shelf: Shelfwise; setting: Setting }): void {
    const reporter = new Reporter(console, (then) => setTimeout(then, 0));
    const entries = new EntryLinter(() => performance.now());
    const model = new ModelLinter(shelf);
    introduce(shelf);
    shelf.on("error", ({ code, message }) => reporter.findings([found("shelfwise", `status.error, ${code}`, message)]));
    listenToLayer(window, setting.layer, (raw) => {
        reporter.findings(entries.check(raw));
        checkModel(raw, model, reporter);
    });
    afterLoading(() => {
        const scene = { root: document, scope: window, setting, entries, seconds: PATIENCE_MS / 1000 };
        reporter.findings(checkPage(scene));
    });
}

/** Prints the status in one line. */
function introduce({ status }: Shelfwise): void {
    const { mode, mode_source, isolation, snapshot, error } = status;
    const model = snapshot ? `model ${snapshot.snapshot} of ${snapshot.items} items` : "no model, the shop's own order";
    console.info(`Shelfwise: mode ${mode}, set by ${mode_source}; isolation ${isolation}; ${model}.`);
    if (error) console.warn(`Shelfwise: ${error.message} [${error.code}]`);
}

function checkModel(raw: unknown, model: ModelLinter, reporter: Reporter): void {
    const entry = readEntry(raw);
    const event = entry?.is === "event" ? knownEvent(entry.name) : undefined;
    if (entry?.is !== "event" || event === undefined || !isAboutItems(event)) return;
    const [id] = idsOf(entry.ecommerce);
    if (id !== undefined) void model.check(event, id).then((findings) => reporter.findings(findings));
}

function afterLoading(then: () => void): void {
    const wait = (): unknown => setTimeout(then, PATIENCE_MS);
    if (document.readyState === "complete") wait();
    else window.addEventListener("load", wait, { once: true });
}

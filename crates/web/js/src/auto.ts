/**
 * One tag makes a shop with GA4 personal:
 *
 * `<script type="module" src="/shelfwise/auto.js" data-snapshot="/shelfwise/model.swm"></script>`
 *
 * It listens to the dataLayer, puts the lists that the page marks in the order for this visit, and gives the handle to
 * every `<shelfwise-shelf>` of the page. Nothing is sent.
 */

import { DataLayer } from "./auto/data-layer.js";
import { onInput } from "./auto/input.js";
import { JsonLd } from "./auto/json-ld.js";
import { Lists } from "./auto/lists.js";
import { Listener } from "./auto/listener.js";
import { Page } from "./auto/page.js";
import { ownScript, readSetting } from "./auto/setting.js";
import { rerankElements } from "./elements.js";
import { connect } from "./elements/connection.js";
import { PAUSE } from "./elements/list.js";
import { createShelfwise } from "./index.js";

const NO_SCRIPT =
    "Shelfwise: auto.js needs one <script data-snapshot=…>, or data-release, and found none, or several that say different things. " +
    "The shop's own order stays.";

// On a server there is no page to listen to.
if (globalThis.document) begin();

function begin(): void {
    const script = ownScript(document, import.meta.url);
    if (script) void start(script);
    else console.error(NO_SCRIPT);
}

async function start(own: HTMLElement): Promise<void> {
    try {
        const setting = readSetting(own, location.hostname);
        const page = watchedPage(setting.lists);
        const shelf = await createShelfwise(setting.options);
        connect(shelf);
        const { itemAttribute, rendering } = setting;
        const lists = new Lists(shelf, page, { root: document, selector: setting.lists, itemAttribute, rendering }, rerankElements);
        const refresh = (): void => {
            if (setting.start === "ready" || document.readyState === "complete") lists.refresh();
        };
        shelf.on("update", refresh);
        shelf.on("ready", refresh);
        shelf.on("mode", refresh);
        document.addEventListener("DOMContentLoaded", refresh);
        // In a turn of its own: what the page does at its load event comes first.
        whenLoaded(() => setTimeout(refresh));
        // A list that is to be left alone no longer.
        new MutationObserver(refresh).observe(document, { subtree: true, attributeFilter: [PAUSE] });
        const hearer = new Listener(shelf, page, refresh);
        const layer = { scope: window, name: setting.layer, consent: setting.consent };
        for (const adapter of [new JsonLd(document), new DataLayer(layer)]) adapter.listen(hearer);
        // What was told while the engine was loading was heard just now, however long that took.
        whenLoaded(() => page.loaded());
        refresh();
        if (setting.isDevelopment) (await import("./auto/lint.js")).lint({ shelf, setting });
    } catch (error) {
        console.error("Shelfwise: auto.js stopped, the shop's own order stays.", error);
    }
}

/** The page's facts, closed by what the shopper does from now on. */
function watchedPage(lists: string): Page {
    const page = new Page({ address, now: () => performance.now() });
    onInput(document, lists, () => page.touch());
    return page;
}

function whenLoaded(then: () => void): void {
    if (document.readyState === "complete") then();
    else addEventListener("load", then, { once: true });
}

/** Which page this is. A fragment that is a route, as some routers write it, belongs to it. */
function address(): string {
    const { pathname, search, hash } = location;
    return pathname + search + (/^#!?\//.test(hash) ? hash : "");
}

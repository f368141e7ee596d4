/**
 * Personalizes a shop with GA4 by a single tag:
 *
 * `<script type="module" src="/shelfwise/auto.js" data-snapshot="/shelfwise/model.swm"></script>`
 *
 * It reads the dataLayer, puts the marked lists of the page in the order for this visit, and passes the handle to every
 * `<shelfwise-shelf>` of the page. Nothing is sent.
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

// Does nothing on a server, which has no page.
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
        // In a separate task, so that the page's own load listeners run first.
        whenLoaded(() => setTimeout(refresh));
        // The attribute was removed from a paused list: rank it again.
        new MutationObserver(refresh).observe(document, { subtree: true, attributeFilter: [PAUSE] });
        const sink = new Listener(shelf, page, refresh);
        const layer = { scope: window, name: setting.layer, consent: setting.consent };
        for (const adapter of [new JsonLd(document), new DataLayer(layer)]) adapter.listen(sink);
        // After the adapters, which have just read the entries that were pushed while the engine was loading.
        whenLoaded(() => page.loaded());
        refresh();
        if (setting.isDevelopment) (await import("./auto/lint.js")).lint({ shelf, setting });
    } catch (error) {
        console.error("Shelfwise: auto.js stopped, the shop's own order stays.", error);
    }
}

/** Makes the page's facts, which the shopper's input closes from now on. */
function watchedPage(lists: string): Page {
    const page = new Page({ address, now: () => performance.now() });
    onInput(document, lists, () => page.touch());
    return page;
}

function whenLoaded(then: () => void): void {
    if (document.readyState === "complete") then();
    else addEventListener("load", then, { once: true });
}

/** Returns the address that identifies the page, including a fragment that is a route, as some routers use. */
function address(): string {
    const { pathname, search, hash } = location;
    return pathname + search + (/^#!?\//.test(hash) ? hash : "");
}

/**
 * One tag makes a shop with GA4 personal:
 *
 * `<script type="module" src="/shelfwise/auto.js" data-snapshot="/shelfwise/model.swm"></script>`
 *
 * It listens to the dataLayer, puts the lists that the page marks in the order for this visit, and gives the handle to
 * every `<shelfwise-shelf>` of the page. Nothing is sent.
 */

import { DataLayer } from "./auto/data-layer.js";
import { JsonLd } from "./auto/json-ld.js";
import { Lists } from "./auto/lists.js";
import { Listener } from "./auto/listener.js";
import { Page } from "./auto/page.js";
import { ownScript, readSetting } from "./auto/setting.js";
import { rerankElements } from "./elements.js";
import { connect } from "./elements/connection.js";
import { createShelfwise } from "./index.js";

// On a server there is no page to listen to.
if (globalThis.document) begin();

function begin(): void {
    const script = ownScript(document, import.meta.url);
    if (script) void start(script);
    else console.error("Shelfwise: no <script data-snapshot=…> was found: auto.js needs the address of the model there, or of a release by data-release.");
}

async function start(own: HTMLElement): Promise<void> {
    try {
        const setting = readSetting(own, location.hostname);
        const shelf = await createShelfwise(setting.options);
        connect(shelf);
        const page = new Page(() => location.pathname + location.search);
        const place = { root: document, selector: setting.lists, itemAttribute: setting.itemAttribute };
        const lists = new Lists(shelf, page, place, rerankElements);
        const refresh = (): void => lists.refresh();
        shelf.on("update", refresh);
        shelf.on("ready", refresh);
        shelf.on("mode", refresh);
        document.addEventListener("DOMContentLoaded", refresh);
        const hearer = new Listener(shelf, page, refresh);
        const layer = { scope: window, name: setting.layer, consent: setting.consent };
        for (const adapter of [new JsonLd(document), new DataLayer(layer)]) adapter.listen(hearer);
        refresh();
        if (setting.isDevelopment) (await import("./auto/lint.js")).lint({ shelf, setting });
    } catch (error) {
        console.error("Shelfwise: auto.js stopped, the shop's own order stays.", error);
    }
}

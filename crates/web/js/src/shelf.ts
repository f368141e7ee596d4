/**
 * `<shelfwise-shelf placement="pdp" item="SKU1" limit="8">`: a custom element that shows a list in the order for this
 * visit. It moves the nodes that the shop put into it, or lets the shop fill reserved slots. Importing this file defines
 * the element; without custom elements, such as on a server, it does nothing.
 */

import { holdsVisit } from "./mode.js";
import { rerankElements, restoreElements, formatInEnglish } from "./elements.js";
import { askForHandle, connect, NAME } from "./elements/connection.js";
import { takeOver, whenParsed } from "./elements/lifecycle.js";
import { PAUSE, SETTLED } from "./elements/list.js";
import { type Render, Slots } from "./elements/slots.js";
import { holdsItem, ITEM_ATTRIBUTE } from "./elements/units.js";
import type { NameOf, ReasonFormatter } from "./elements/words.js";
import type { PageContext, Shelfwise, Slate } from "./types.js";

export { connect, rerankElements, restoreElements, formatInEnglish };
export type { ItemOf, NameOf, RerankElementsOptions, ReasonFormatter } from "./elements.js";
export { ShelfwiseSlot } from "./elements/slot.js";
export type { Render };

/** Default number of slots. */
const PLACES = 8;
/** Items requested in addition, because `accept` may refuse some. */
const SPARE = 12;
const PROPERTIES = ["shelf", "render", "accept", "reason", "nameOf"] as const;

/** A stand-in where there is no DOM, so that the class can be declared; it is never instantiated there. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

export class ShelfwiseShelf extends Base {
    static readonly observedAttributes = ["placement", "item", "category", "limit", "rendering", "onscreen", PAUSE];

    #handle: Shelfwise | undefined;
    #render: Render | undefined;
    #accept: ((itemId: string) => boolean) | undefined;
    #reason: ReasonFormatter = formatInEnglish;
    #nameOf: NameOf | undefined;
    #slots: Slots | undefined;
    #state: "rests" | "ranks" | "ranks and shall again" = "rests";
    #ends: (() => void)[] = [];
    #warned = false;
    /** Incremented when a pending answer becomes outdated: by another handle, or by `restore`. */
    #turn = 0;

    /** Sets the handle. There is no getter, so that other scripts cannot obtain the handle from a shelf. */
    set shelf(handle: Shelfwise | undefined) {
        this.#disconnect();
        this.#turn += 1;
        this.#handle = handle;
        if (this.isConnected) this.#connect();
    }

    /** Sets the function that fills a slot. With it the shelf recommends from the whole catalog, else it moves its nodes. */
    set render(render: Render | undefined) {
        this.#render = render;
        this.refresh();
    }

    /** Sets a filter of items, such as those that are not in the basket. */
    set accept(accept: ((itemId: string) => boolean) | undefined) {
        this.#accept = accept;
        this.refresh();
    }

    /** Sets the function that formats reasons, for tiles with an element `[data-shelfwise-reason]`. */
    set reason(reason: ReasonFormatter | undefined) {
        this.#reason = reason ?? formatInEnglish;
        this.refresh();
    }

    /** Sets the function that returns product names for reasons. */
    set nameOf(nameOf: NameOf | undefined) {
        this.#nameOf = nameOf;
        this.refresh();
    }

    connectedCallback(): void {
        takeOver(this, PROPERTIES);
        whenParsed(this, () => this.#connect());
    }

    disconnectedCallback(): void {
        this.#disconnect();
    }

    /** Called after `moveBefore`: the connection is kept. */
    connectedMoveCallback(): void {}

    attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
        if (before !== now) this.refresh();
    }

    /** Ranks again. Calls during a ranking are coalesced into one more ranking. */
    refresh(): void {
        if (!this.#handle || !this.isConnected || document.readyState === "loading") return;
        if (this.#state === "rests") void this.#run();
        else this.#state = "ranks and shall again";
    }

    /** Restores the shop's own order, until the next ranking. */
    restore(): void {
        this.#turn += 1;
        this.#slots?.restore();
        restoreElements(this);
    }

    #connect(): void {
        this.#disconnect();
        const handle = this.#handle;
        if (!handle) {
            this.#ends = [askForHandle(this)];
            return;
        }
        const refresh = (): void => this.refresh();
        const observer = new MutationObserver((records) => {
            if (!this.#render && changed(records).some(holdsItem)) this.refresh();
        });
        observer.observe(this, { childList: true, subtree: true });
        this.#ends = [handle.on("ready", refresh), handle.on("update", refresh), handle.on("mode", refresh), () => observer.disconnect()];
        this.refresh();
    }

    #disconnect(): void {
        for (const end of this.#ends) end();
        this.#ends = [];
    }

    async #run(): Promise<void> {
        do {
            this.#state = "ranks";
            // Events come in bursts: all calls of this turn are coalesced into one ranking.
            await Promise.resolve();
            await this.#rank();
        } while (this.#shallAgain());
        this.#state = "rests";
    }

    #shallAgain(): boolean {
        return this.#state === "ranks and shall again";
    }

    async #rank(): Promise<void> {
        const handle = this.#handle;
        const turn = this.#turn;
        if (!handle) return;
        try {
            const slate = this.#render ? await this.#fill(handle, this.#render) : await this.#order(handle);
            if (turn !== this.#turn) return;
            this.setAttribute(SETTLED, "");
            this.dispatchEvent(new CustomEvent("shelfwise-slate", { detail: slate }));
        } catch (error) {
            console.error("Shelfwise: the shelf keeps the shop's own order.", error);
            this.restore();
        }
    }

    #order(handle: Shelfwise): Promise<Slate> {
        const limit = this.#number("limit");
        return rerankElements(handle, this, {
            placement: this.#placement,
            context: this.#context,
            rendering: this.#isDeclared ? "declared" : "strict",
            onscreen: this.#onscreen,
            reason: this.#reason,
            ...(limit !== undefined && { limit }),
            ...(this.#nameOf && { nameOf: this.#nameOf }),
        });
    }

    async #fill(handle: Shelfwise, render: Render): Promise<Slate> {
        this.#slots ??= new Slots(this, this.#number("limit") ?? PLACES);
        const slots = this.#slots;
        const fallback = slots.ownIds;
        if (this.hasAttribute(PAUSE)) return handle.storeOrder(fallback, this.#placement);
        if (this.#tells(handle)) {
            const own = handle.storeOrder(fallback, this.#placement);
            slots.restore(idsOf(own));
            return own;
        }
        const request = { placement: this.#placement, context: this.#context, limit: slots.count + SPARE, fallback };
        const turn = this.#turn;
        const slate = await handle.recommend(request);
        if (turn !== this.#turn) return slate;
        const items = slate.items.filter(({ item_id }) => !this.#accept || this.#accept(item_id));
        const admitted = idsOf(handle.storeOrder(fallback, this.#placement));
        if (slate.fallback_used && fallback.length > 0) slots.restore(admitted);
        else slots.fill(items, { render, format: this.#reason, nameOf: this.#nameOf ?? (() => undefined), onscreen: this.#onscreen, admitted });
        return slate;
    }

    /** Returns whether filling slots would request images whose choice reveals the visit; warns once. */
    #tells({ status }: Shelfwise): boolean {
        const tells = holdsVisit(status.mode) && !this.#isDeclared;
        if (tells && !this.#warned) {
            console.warn(
                'Shelfwise: in session mode the images of filled slots would reveal the visit, so <shelfwise-shelf> keeps the shop\'s own choice. ' +
                    `Put candidates with ${ITEM_ATTRIBUTE} into it, or set rendering="declared" and declare it in the data-flow manifest.`,
            );
            this.#warned = true;
        }
        return tells;
    }

    get #placement(): string {
        return this.getAttribute("placement") || "shelf";
    }

    get #context(): PageContext {
        const [item, category] = [this.getAttribute("item"), this.getAttribute("category")];
        return { ...(item && { item }), ...(category && { category }) };
    }

    get #onscreen(): "exchange" | "keep" {
        return this.getAttribute("onscreen") === "keep" ? "keep" : "exchange";
    }

    get #isDeclared(): boolean {
        return this.getAttribute("rendering") === "declared";
    }

    #number(name: string): number | undefined {
        const number = Number.parseInt(this.getAttribute(name) ?? "", 10);
        return number > 0 ? number : undefined;
    }
}

declare global {
    interface HTMLElementTagNameMap {
        "shelfwise-shelf": ShelfwiseShelf;
    }
}

function idsOf({ items }: Slate): ReadonlySet<string> {
    return new Set(items.map(({ item_id }) => item_id));
}

/** Returns the nodes that were added or removed, without those that were only moved. */
function changed(records: readonly MutationRecord[]): Node[] {
    const balance = new Map<Node, number>();
    for (const { addedNodes, removedNodes } of records) {
        for (const node of addedNodes) balance.set(node, (balance.get(node) ?? 0) + 1);
        for (const node of removedNodes) balance.set(node, (balance.get(node) ?? 0) - 1);
    }
    return [...balance].filter(([, count]) => count !== 0).map(([node]) => node);
}

// Another version of this file may have defined the element already; its shelves use the same events to get a handle.
if (globalThis.customElements && !customElements.get(NAME)) customElements.define(NAME, ShelfwiseShelf);
// Handles are passed by this setter, so other scripts must not replace it.
Object.defineProperty(ShelfwiseShelf.prototype, "shelf", { configurable: false });

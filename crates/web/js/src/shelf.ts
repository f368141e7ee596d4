/**
 * `<shelfwise-shelf placement="pdp" item="SKU1" limit="8">`: a shelf of the page in the order for this visit. It moves
 * the nodes that the shop put into it, or lets the shop fill reserved slots. Importing this file defines the element;
 * where there are no elements, it does nothing.
 */

import { rerankElements, restoreElements, sayInEnglish } from "./elements.js";
import { askForHandle, connect, NAME } from "./elements/connection.js";
import { PAUSE, SETTLED } from "./elements/list.js";
import { type Render, Slots } from "./elements/slots.js";
import { holdsItem, ITEM_ATTRIBUTE } from "./elements/units.js";
import type { NameOf, Say } from "./elements/words.js";
import type { PageContext, Shelfwise, Slate } from "./types.js";

export { connect, rerankElements, restoreElements, sayInEnglish };
export type { ItemOf, NameOf, RerankElementsOptions, Say } from "./elements.js";
export type { Render };

/** Places of a shelf that says no number. */
const PLACES = 8;
/** Asked for beyond the places, because `accept` may refuse some. */
const SPARE = 12;
const PROPERTIES = ["shelf", "render", "accept", "reason", "nameOf"] as const;

/** Without a page there is nothing to extend; the class is never made then. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

export class ShelfwiseShelf extends Base {
    static readonly observedAttributes = ["placement", "item", "category", "limit", "rendering", "onscreen", PAUSE];

    #handle: Shelfwise | undefined;
    #render: Render | undefined;
    #accept: ((itemId: string) => boolean) | undefined;
    #reason: Say = sayInEnglish;
    #nameOf: NameOf | undefined;
    #slots: Slots | undefined;
    #state: "rests" | "ranks" | "ranks and shall again" = "rests";
    #ends: (() => void)[] = [];
    #warned = false;
    /** Another handle, and the shop's own order asked for, make an answer that is on its way come too late. */
    #turn = 0;

    /** The handle. It cannot be read back: a shelf hands it out to nobody. */
    set shelf(handle: Shelfwise | undefined) {
        this.#disconnect();
        this.#turn += 1;
        this.#handle = handle;
        if (this.isConnected) this.#connect();
    }

    /** Fills a slot with an item. With it the shelf recommends out of the whole catalog; without it, it moves its nodes. */
    set render(render: Render | undefined) {
        this.#render = render;
        this.refresh();
    }

    /** Says which items may stand here, such as those that are not in the basket. */
    set accept(accept: ((itemId: string) => boolean) | undefined) {
        this.#accept = accept;
        this.refresh();
    }

    /** Says why, in tiles with a place `[data-shelfwise-reason]`. */
    set reason(reason: Say | undefined) {
        this.#reason = reason ?? sayInEnglish;
        this.refresh();
    }

    /** Names of products for reasons. */
    set nameOf(nameOf: NameOf | undefined) {
        this.#nameOf = nameOf;
        this.refresh();
    }

    connectedCallback(): void {
        // What was set before the element was defined hides the setters.
        for (const name of PROPERTIES) {
            if (!Object.hasOwn(this, name)) continue;
            const { value } = Object.getOwnPropertyDescriptor(this, name) ?? {};
            Reflect.deleteProperty(this, name);
            Reflect.set(this, name, value);
        }
        if (document.readyState === "loading") {
            const connect = (): void => void (this.isConnected && this.#connect());
            document.addEventListener("DOMContentLoaded", connect, { once: true });
        } else this.#connect();
    }

    disconnectedCallback(): void {
        this.#disconnect();
    }

    /** Moved by `moveBefore`: nothing to end and nothing to begin. */
    connectedMoveCallback(): void {}

    attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
        if (before !== now) this.refresh();
    }

    /** Ranks again; however often it is called, once at a time and at most once more. */
    refresh(): void {
        if (!this.#handle || !this.isConnected || document.readyState === "loading") return;
        if (this.#state === "rests") void this.#run();
        else this.#state = "ranks and shall again";
    }

    /** The shop's own order, until the next ranking. */
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
            // Events come in bursts: all that was told in this turn counts for one ranking.
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
        else slots.fill(items, { render, say: this.#reason, nameOf: this.#nameOf ?? (() => undefined), onscreen: this.#onscreen, admitted });
        return slate;
    }

    /** Whether slots filled out of the whole catalog would ask the server for images that tell of the visit. */
    #tells({ status }: Shelfwise): boolean {
        const tells = status.mode === "session" && !this.#isDeclared;
        if (tells && !this.#warned) {
            console.warn(
                'Shelfwise: in session mode the images of filled slots would tell of the visit, so <shelfwise-shelf> keeps the shop\'s own choice. ' +
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

/** Nodes that came or went; those that were only moved did both. */
function changed(records: readonly MutationRecord[]): Node[] {
    const balance = new Map<Node, number>();
    for (const { addedNodes, removedNodes } of records) {
        for (const node of addedNodes) balance.set(node, (balance.get(node) ?? 0) + 1);
        for (const node of removedNodes) balance.set(node, (balance.get(node) ?? 0) - 1);
    }
    return [...balance].filter(([, count]) => count !== 0).map(([node]) => node);
}

// Another version of this file may have been here first; its shelves ask for a handle in the same words.
if (globalThis.customElements && !customElements.get(NAME)) customElements.define(NAME, ShelfwiseShelf);
// Handles are given by this setter: nobody puts another one in its place.
Object.defineProperty(ShelfwiseShelf.prototype, "shelf", { configurable: false });

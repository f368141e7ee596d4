/**
 * `<shelfwise-slot placement="hero">`: a custom element that shows the options of content that are chosen for this visit. All
 * options stand in the page, each with `data-content-id`; without a choice the page stays as the shop wrote it.
 */

import { holdsVisit } from "../mode.js";
import { SLOT_NAME, askForHandle } from "./connection.js";
import { loadAll } from "./images.js";
import { takeOver, whenParsed } from "./lifecycle.js";
import { SETTLED } from "./list.js";
import { Options } from "./options.js";
import { formatInEnglish, type ReasonFormatter } from "./words.js";
import type { Choice, Shelfwise } from "../types.js";

const PROPERTIES = ["shelf", "reason"] as const;
const FAILED = "Shelfwise: the slot keeps the shop's own content.";
/** A click on such an element dismisses the option that it stands in. */
const DISMISS = "[data-shelfwise-dismiss]";

/** A stand-in where there is no DOM, so that the class can be declared; it is never instantiated there. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

export class ShelfwiseSlot extends Base {
    #handle: Shelfwise | undefined;
    #reason: ReasonFormatter = formatInEnglish;
    #options: Options | undefined;
    #ends: (() => void)[] = [];
    /** Incremented when a pending choice becomes outdated. */
    #turn = 0;

    /** Sets the handle. There is no getter, so that other scripts cannot obtain the handle from a slot. */
    set shelf(handle: Shelfwise | undefined) {
        this.#disconnect();
        this.#turn += 1;
        this.#handle = handle;
        if (!handle) this.#options?.restore();
        if (this.isConnected) this.#connect();
    }

    /** Sets the function that formats reasons, for options with an element `[data-shelfwise-reason]`. */
    set reason(reason: ReasonFormatter | undefined) {
        this.#reason = reason ?? formatInEnglish;
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

    /** Chooses again, which counts as another showing. The slot does it by itself when the engine is ready and when the mode changes. */
    refresh(): void {
        if (this.#handle && this.isConnected) void this.#choose(this.#handle);
    }

    #connect(): void {
        this.#disconnect();
        const handle = this.#handle;
        if (!handle) {
            this.#ends = [askForHandle(this)];
            return;
        }
        const click = ({ target }: Event): void => this.#click(handle, target);
        this.addEventListener("click", click);
        const refresh = (): void => this.refresh();
        this.#ends = [handle.on("ready", refresh), handle.on("mode", refresh), () => this.removeEventListener("click", click)];
    }

    #disconnect(): void {
        for (const end of this.#ends) end();
        this.#ends = [];
    }

    /** Tells of a click in an option; one on its dismissal hides it for this visit. */
    #click(handle: Shelfwise, target: EventTarget | null): void {
        const id = this.#options?.holding(target) ?? null;
        if (id === null) return;
        if (!(target instanceof Element && target.closest(DISMISS))) {
            handle.track("select_promotion", { items: [{ item_id: id }] });
            return;
        }
        handle.lessLike(id);
        this.#options?.dismiss(id);
        this.refresh();
    }

    async #choose(handle: Shelfwise): Promise<void> {
        const turn = (this.#turn += 1);
        const options = (this.#options ??= new Options(this));
        try {
            // Before the choice: what is not shown yet is not counted.
            const late = this.#isStrict(handle) ? await loadAll(options.nodes) : null;
            if (turn !== this.#turn) return;
            if (late) return void late.rest.then(() => turn === this.#turn && this.refresh());
            if (this.#tells(handle, options)) return options.restore();
            const choice = await handle.choose({ placement: this.#placement, limit: this.#limit, context: this.#context });
            if (turn === this.#turn) this.#show(handle, options, choice);
        } catch (error) {
            console.error(FAILED, error);
            options.restore();
        }
    }

    #show(handle: Shelfwise, options: Options, choice: Choice): void {
        const outcome = choice.fallback_used ? options.restore() : options.show(choice.content, this.#reason);
        if (outcome === "no room") {
            console.warn(`Shelfwise: a chosen option is higher than the slot "${this.#placement}", and would move what stands below: give the slot a min-height.`);
        }
        // What was not shown is taken back.
        if (outcome && outcome !== "shown") for (const { content_id } of choice.content) handle.track("undo", { items: [{ item_id: content_id }] });
        this.setAttribute(SETTLED, "");
        this.dispatchEvent(new CustomEvent("shelfwise-choice", { detail: choice }));
    }

    /** Returns whether pictures of the options would reveal the visit. */
    #tells(handle: Shelfwise, options: Options): boolean {
        if (!this.#isStrict(handle)) return false;
        const [first] = options.styled;
        if (first === undefined) return false;
        console.warn(
            `Shelfwise: option "${first}" has a picture of a style sheet, which loads only when it is seen and would reveal the visit: ` +
                `write it as <img>, or set rendering="declared" and declare it in the data-flow manifest. The slot keeps the shop's own content.`,
        );
        return true;
    }

    #isStrict({ status }: Shelfwise): boolean {
        return this.getAttribute("rendering") !== "declared" && holdsVisit(status.mode);
    }

    get #placement(): string {
        return this.getAttribute("placement") || "slot";
    }

    get #limit(): number {
        const limit = Number.parseInt(this.getAttribute("limit") ?? "", 10);
        return limit > 0 ? limit : 1;
    }

    get #context(): { item?: string; category?: string } {
        const [item, category] = [this.getAttribute("item"), this.getAttribute("category")];
        return { ...(item && { item }), ...(category && { category }) };
    }
}

declare global {
    interface HTMLElementTagNameMap {
        "shelfwise-slot": ShelfwiseSlot;
    }
}

if (globalThis.customElements && !customElements.get(SLOT_NAME)) customElements.define(SLOT_NAME, ShelfwiseSlot);
// Handles are passed by this setter, so other scripts must not replace it.
Object.defineProperty(ShelfwiseSlot.prototype, "shelf", { configurable: false });

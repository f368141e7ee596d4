/**
 * Reserved slots that the shop fills: every item gets its own node in the place of a slot, and the shop's own nodes can
 * be restored unchanged.
 */

import type { SlateItem } from "../types.js";
import { appear } from "./motion.js";
import { putInPlaces } from "./place.js";
import { inUse, isAnswer, isScrolling } from "./presence.js";
import { keepHeight } from "./space.js";
import { ITEM_ATTRIBUTE } from "./units.js";
import { isDisturbed, look, move } from "./view.js";
import { hide, restore } from "./visibility.js";
import { type NameOf, type ReasonFormatter, restoreTexts, writeTexts } from "./words.js";

const SLOT = "data-shelfwise-slot";

/** Renders an item into `slot` by DOM calls: a copy of the template's element, or an empty copy of the slot. */
export type Render = (item: SlateItem, slot: Element) => void;

/** The parameters for filling slots. */
export interface Filling {
    render: Render;
    format: ReasonFormatter;
    nameOf: NameOf;
    onscreen: "exchange" | "keep" | undefined;
    /** Ids of the shop's own choice that no rule hides. */
    admitted: ReadonlySet<string>;
}

export class Slots {
    /** The shop's own nodes in document order. */
    readonly #own: readonly Element[];
    readonly #pattern: Element | null;
    /** Nodes made for items that are shown, by id. */
    readonly #made = new Map<string, Element>();
    #now: Element[];

    /** Finds the slots of `shelf`; if it has none, makes `places` copies of its template. */
    constructor(private readonly shelf: Element, places: number) {
        const template = shelf.querySelector("template");
        const found = [...shelf.querySelectorAll(`[${SLOT}]`)];
        this.#pattern = template?.content.firstElementChild ?? found[0]?.cloneNode(false) as Element ?? null;
        this.#own = found.length > 0 || !template ? found : reserve(template, places);
        this.#now = [...this.#own];
    }

    get count(): number {
        return this.#own.length;
    }

    /** The ids of the shop's own choice, in document order. */
    get ownIds(): string[] {
        return this.#own.flatMap((node) => idOf(node) ?? []);
    }

    /** Fills the slots with these items; if there are too few, the other slots keep the shop's own choice. */
    fill(items: readonly SlateItem[], filling: Filling): void {
        const isCalm = !isAnswer();
        const now = this.#now;
        const view = look(this.shelf, now);
        const used = new Set(now.filter(inUse(this.shelf)));
        const onScreen = new Set([...used, ...view.drawn.slice(0, view.reach)]);
        const keepsScreen = isCalm && (filling.onscreen === "keep" || isScrolling());
        let next = this.#choose(now, items, keepsScreen ? onScreen : used, filling);
        this.#put(next, used);
        this.#write(items, filling);
        if (isCalm && !keepsScreen && isDisturbed(view, next)) {
            next = this.#choose(now, items, onScreen, filling);
            this.#put(next, used);
        }
        this.#hide(filling.admitted);
        if (isCalm) keepHeight(this.shelf, view.box);
        const fresh = next.filter((node) => !view.before.has(node));
        move(view, next, appear);
        fresh.forEach(appear);
        // Nodes of items that are no longer shown are dropped, which bounds the memory.
        for (const [id, node] of this.#made) if (!next.includes(node)) this.#made.delete(id);
    }

    /** Restores the shop's own nodes in their places; if `admitted` is set, hides those of other items. */
    restore(admitted: ReadonlySet<string> | null = null): void {
        const view = look(this.shelf, this.#now);
        this.#put(this.#own, new Set());
        this.#hide(admitted);
        move(view, this.#own, appear);
        this.#own.forEach(restoreTexts);
    }

    /** Hides the shop's own nodes whose items are not admitted, and shows the others. */
    #hide(admitted: ReadonlySet<string> | null): void {
        const isHidden = (node: Element): boolean => admitted !== null && !admitted.has(idOf(node) ?? "") && idOf(node) !== undefined;
        restore(this.#own.filter((node) => !isHidden(node)));
        hide(this.#own.filter(isHidden));
    }

    #put(next: readonly Element[], rooted: ReadonlySet<Element>): void {
        putInPlaces(this.#now, next, rooted);
        this.#now = [...next];
    }

    /** Chooses a node for every slot: `keep` stay in place, then the items, then the shop's own choice. */
    #choose(now: readonly Element[], items: readonly SlateItem[], keep: ReadonlySet<Element>, { render, admitted }: Filling): Element[] {
        const seen = new Set([...keep].flatMap((node) => idOf(node) ?? []));
        const nodes: Element[] = [];
        const free = now.length - keep.size;
        for (const item of items) {
            if (nodes.length >= free) break;
            const node = seen.has(item.item_id) ? undefined : this.#nodeOf(item, render);
            if (!node) continue;
            seen.add(item.item_id);
            nodes.push(node);
        }
        const rest = this.#own.filter((node) => !keep.has(node) && !nodes.includes(node) && !seen.has(idOf(node) ?? ""));
        const isHidden = (node: Element): boolean => !admitted.has(idOf(node) ?? "");
        const next = [...nodes, ...rest.filter((node) => !isHidden(node)), ...rest.filter(isHidden)].values();
        return now.map((node) => (keep.has(node) ? node : (next.next().value ?? node)));
    }

    #nodeOf(item: SlateItem, render: Render): Element | undefined {
        const id = item.item_id;
        const known = this.#made.get(id) ?? this.#own.find((node) => idOf(node) === id);
        if (known || !this.#pattern) return known;
        const node = this.#pattern.cloneNode(true) as Element;
        node.setAttribute(SLOT, "");
        node.setAttribute(ITEM_ATTRIBUTE, id);
        try {
            render(item, node);
            this.#made.set(id, node);
            return node;
        } catch (error) {
            console.error(`Shelfwise: render() failed for item "${id}"; it is left out.`, error);
            return undefined;
        }
    }

    #write(items: readonly SlateItem[], filling: Filling): void {
        const byId = new Map(items.map((item) => [item.item_id, item]));
        for (const node of this.#now) writeTexts(node, byId.get(idOf(node) ?? ""), filling);
    }
}

function idOf(node: Element): string | undefined {
    const marked = node.hasAttribute(ITEM_ATTRIBUTE) ? node : node.querySelector(`[${ITEM_ATTRIBUTE}]`);
    return marked?.getAttribute(ITEM_ATTRIBUTE) ?? undefined;
}

/** Inserts copies of the template's element after it, as empty slots. */
function reserve(template: HTMLTemplateElement, places: number): Element[] {
    const pattern = template.content.firstElementChild;
    if (!pattern) return [];
    const copies: Element[] = [];
    for (let place = 0; place < places; place += 1) copies.push(document.importNode(pattern, true));
    for (const copy of copies) copy.setAttribute(SLOT, "");
    template.after(...copies);
    return copies;
}

/**
 * Options of content that are in the page already: the chosen ones are shown, the others hidden. Nothing is created, removed
 * or fetched, and no markup is parsed: what is shown cannot be told from the page's requests.
 */

import type { ChosenContent } from "../types.js";
import { isAnswer, inUse } from "./presence.js";
import { keepHeight } from "./space.js";
import { hide, restore, show } from "./visibility.js";
import { type ReasonFormatter, writeReason } from "./words.js";

/** Marks an option, with its id in the policy. */
export const CONTENT_ATTRIBUTE = "data-content-id";
const TEXT = "data-shelfwise-text";
const UNTIL = "data-shelfwise-until";

/** What became of a choice: shown, or left as it was. */
export type Outcome = "shown" | "in use" | "no room";

export class Options {
    /** The options, in document order. */
    readonly nodes: readonly Element[];
    /** The shop's own nodes beside them, which stand where nothing is chosen. */
    readonly #others: readonly Element[];
    readonly #texts = new Map<Element, string>();
    /** Ids that the shopper dismissed on this page: in a mode that holds no visit the engine does not know of them. */
    readonly #dismissed = new Set<string>();

    constructor(private readonly slot: Element) {
        const children = [...slot.children];
        this.nodes = children.filter((node) => node.hasAttribute(CONTENT_ATTRIBUTE));
        this.#others = children.filter((node) => !this.nodes.includes(node) && node.localName !== "template");
    }

    /** Shows the chosen options, unless somebody uses what stands there, or content behind it on screen would move. */
    show(chosen: readonly ChosenContent[], format: ReasonFormatter): Outcome {
        const isHere = (id: string): boolean => !this.#dismissed.has(id) && this.nodes.some((node) => idOf(node) === id);
        const known = chosen.filter(({ content_id }) => isHere(content_id));
        const shown = this.nodes.filter((node) => known.some(({ content_id }) => content_id === idOf(node)));
        const leaving = this.nodes.filter((node) => !shown.includes(node));
        const isCalm = !isAnswer();
        const isUsed = inUse(this.slot);
        if (isCalm && leaving.some((node) => isUsed(node))) return "in use";
        const before = this.slot.getBoundingClientRect();
        for (const content of known) this.#write(content, format);
        hide([...leaving, ...(shown.length > 0 ? this.#others : [])]);
        show(shown);
        const grows = this.slot.getBoundingClientRect().height > before.height;
        if (isCalm && grows && before.top < innerHeight) {
            this.restore();
            return "no room";
        }
        if (isCalm) keepHeight(this.slot, before);
        return "shown";
    }

    /** Restores what the shop shows itself. */
    restore(): void {
        restore([...this.nodes, ...this.#others]);
        for (const [place, text] of this.#texts) place.textContent = text;
        this.#texts.clear();
        for (const node of this.nodes) writeReason(node, () => "");
        hide(this.nodes.filter((node) => this.#dismissed.has(idOf(node) ?? "")));
    }

    /** Hides an option for as long as the page lasts. */
    dismiss(id: string): void {
        this.#dismissed.add(id);
        hide(this.nodes.filter((node) => idOf(node) === id));
    }

    /** Returns the id of the option that holds a node. */
    holding(target: EventTarget | null): string | null {
        const node = this.nodes.find((node) => target instanceof Node && node.contains(target));
        return node ? idOf(node) : null;
    }

    /** Returns the ids of options with pictures of a style sheet: they load only when they are seen, which would tell. */
    get styled(): string[] {
        const hasPicture = (node: Element): boolean => getComputedStyle(node).backgroundImage.includes("url(");
        return this.nodes.filter((node) => [node, ...node.querySelectorAll("*")].some(hasPicture)).map((node) => idOf(node) ?? "");
    }

    #write({ content_id, texts, until_ms, reasons }: ChosenContent, format: ReasonFormatter): void {
        const node = this.nodes.find((node) => idOf(node) === content_id);
        if (!node) return;
        for (const { name, text } of texts) {
            for (const place of within(node, `[${TEXT}="${CSS.escape(name)}"]`)) this.#put(place, text);
        }
        if (until_ms !== null) for (const place of within(node, `[${UNTIL}]`)) this.#put(place, dateOf(until_ms, place));
        writeReason(node, () => format(reasons, () => undefined));
    }

    #put(place: Element, text: string): void {
        if (!this.#texts.has(place)) this.#texts.set(place, place.textContent ?? "");
        if (place.textContent !== text) place.textContent = text;
    }
}

function idOf(node: Element): string | null {
    return node.getAttribute(CONTENT_ATTRIBUTE);
}

function within(node: Element, selector: string): Element[] {
    return [...(node.matches(selector) ? [node] : []), ...node.querySelectorAll(selector)];
}

/** Formats the end of an option in the language of the page: the real one, out of the policy. */
function dateOf(until_ms: number, place: Element): string {
    const language = place.closest("[lang]")?.getAttribute("lang") || undefined;
    return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(until_ms);
}

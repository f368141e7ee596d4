/** Layout of a list before a change, and its animation afterwards. */

import { stopMotion } from "./motion.js";
import { isDrawn, isOnScreen, isSamePlace, isSameSize, rectangles } from "./rectangle.js";

/** The layout before a change. */
export interface View {
    /** The rectangle of every node, possibly in the middle of an animation. */
    before: Map<Element, DOMRect>;
    /** Rendered nodes in document order, and their rectangles without animation. */
    drawn: Element[];
    slots: DOMRect[];
    /** How many of them, from the first, would change visibly: those on screen or above it. */
    reach: number;
    /** The rectangle of the list. */
    box: DOMRect;
}

/** Measures `nodes`, which are in document order, and cancels their glides. */
export function look(container: Element, nodes: readonly Element[]): View {
    const before = rectangles(nodes);
    stopMotion(nodes);
    const still = [...rectangles(nodes)].filter(([, place]) => isDrawn(place));
    const slots = still.map(([, place]) => place);
    const drawn = still.map(([node]) => node);
    const reach = slots.reduce((count, { left, top }, at) => (top < innerHeight && left < innerWidth ? at + 1 : count), 0);
    return { before, drawn, slots, reach, box: container.getBoundingClientRect() };
}

/** Returns whether positions on screen have shifted, because tiles differ in size. */
export function isDisturbed({ slots, reach }: View, order: readonly Element[]): boolean {
    const places = order.slice(0, reach).map((node) => node.getBoundingClientRect());
    return places.some((place, at) => {
        const slot = slots[at];
        return slot !== undefined && !(isSamePlace(place, slot) && isSameSize(place, slot));
    });
}

/** Animates by `show` every node whose position on screen has changed. */
export function move({ before }: View, order: readonly Element[], show: (node: Element, before: DOMRect, after: DOMRect) => void): void {
    for (const [node, after] of rectangles(order)) {
        const was = before.get(node);
        if (was && !isSamePlace(was, after) && (isOnScreen(was) || isOnScreen(after))) show(node, was, after);
    }
}

/** What is seen of a list, before a change and after it. */

import { stopMotion } from "./motion.js";
import { isDrawn, isOnScreen, isSamePlace, isSameSize, rectangles } from "./rectangle.js";

/** What is seen before the change. */
export interface View {
    /** Where every node is seen, on its way perhaps. */
    before: Map<Element, DOMRect>;
    /** Nodes that take room, in the order of the document, and the room that they take. */
    drawn: Element[];
    slots: DOMRect[];
    /** How many of them, from the first, cannot change without the shopper seeing it: on screen, or above it. */
    reach: number;
    /** The list itself. */
    box: DOMRect;
}

/** Looks at `nodes`, which stand in the order of the document, and ends what still moves. */
export function look(container: Element, nodes: readonly Element[]): View {
    const before = rectangles(nodes);
    stopMotion(nodes);
    const still = [...rectangles(nodes)].filter(([, place]) => isDrawn(place));
    const slots = still.map(([, place]) => place);
    const drawn = still.map(([node]) => node);
    const reach = slots.reduce((count, { left, top }, at) => (top < innerHeight && left < innerWidth ? at + 1 : count), 0);
    return { before, drawn, slots, reach, box: container.getBoundingClientRect() };
}

/** Whether places on screen are no longer where they were, because tiles are not of one size. */
export function isDisturbed({ slots, reach }: View, order: readonly Element[]): boolean {
    const places = order.slice(0, reach).map((node) => node.getBoundingClientRect());
    return places.some((place, at) => {
        const slot = slots[at];
        return slot !== undefined && !(isSamePlace(place, slot) && isSameSize(place, slot));
    });
}

/** Lets every node that came to another place on screen get there by `show`. */
export function move({ before }: View, order: readonly Element[], show: (node: Element, before: DOMRect, after: DOMRect) => void): void {
    for (const [node, after] of rectangles(order)) {
        const was = before.get(node);
        if (was && !isSamePlace(was, after) && (isOnScreen(was) || isOnScreen(after))) show(node, was, after);
    }
}

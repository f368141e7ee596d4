/** How nodes get to their new places. */

import { isDrawn } from "./rectangle.js";

const GLIDE: KeyframeAnimationOptions = { duration: 320, easing: "cubic-bezier(.2, .8, .2, 1)" };
const APPEAR: KeyframeAnimationOptions = { duration: 160, easing: "ease-out" };
/** No motion to be seen: what came to a new place is drawn there as new in its first frame. */
const AT_ONCE: KeyframeAnimationOptions = { duration: 1 };

const gliding = new WeakMap<Element, Animation>();

/**
 * Ends what still glides, so that places can be read as they are. What comes up goes on: a node that stays where the
 * last ranking put it, before a frame was drawn, would otherwise be seen to jump there.
 */
export function stopMotion(nodes: readonly Element[]): void {
    for (const node of nodes) {
        gliding.get(node)?.cancel();
        gliding.delete(node);
    }
}

/** Lets a node glide from where it was seen to where it stands: an answer to the shopper's input. */
export function glide(node: Element, before: DOMRect, after: DOMRect): void {
    if (!isDrawn(before) || isMotionReduced()) return appear(node);
    const from = `${before.left - after.left}px ${before.top - after.top}px`;
    gliding.set(node, node.animate({ translate: [from, "0px 0px"] }, GLIDE));
}

/** Lets a node come up where it stands: nothing travels over the page without the shopper having done something. */
export function appear(node: Element): void {
    node.animate({ opacity: [0, 1] }, isMotionReduced() ? AT_ONCE : APPEAR);
}

function isMotionReduced(): boolean {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

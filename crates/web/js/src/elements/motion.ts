/** Animations of nodes that have moved. */

import { isDrawn } from "./rectangle.js";

const GLIDE: KeyframeAnimationOptions = { duration: 320, easing: "cubic-bezier(.2, .8, .2, 1)" };
const APPEAR: KeyframeAnimationOptions = { duration: 160, easing: "ease-out" };
/** No visible motion. Still animated, so that a moved node starts transparent in its first frame, as a new one would. */
const AT_ONCE: KeyframeAnimationOptions = { duration: 1 };

const gliding = new WeakMap<Element, Animation>();

/**
 * Cancels glides, so that layout positions can be measured. Fades go on: a node that was moved by a previous ranking
 * before a frame was drawn would otherwise be seen to jump.
 */
export function stopMotion(nodes: readonly Element[]): void {
    for (const node of nodes) {
        gliding.get(node)?.cancel();
        gliding.delete(node);
    }
}

/** Animates a node from its previous to its present position, in response to the shopper's input. */
export function glide(node: Element, before: DOMRect, after: DOMRect): void {
    if (!isDrawn(before) || isMotionReduced()) return appear(node);
    const from = `${before.left - after.left}px ${before.top - after.top}px`;
    gliding.set(node, node.animate({ translate: [from, "0px 0px"] }, GLIDE));
}

/** Fades a node in at its present position: without input of the shopper nothing moves across the page. */
export function appear(node: Element): void {
    node.animate({ opacity: [0, 1] }, isMotionReduced() ? AT_ONCE : APPEAR);
}

function isMotionReduced(): boolean {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

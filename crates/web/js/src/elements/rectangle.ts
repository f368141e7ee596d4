/** Rectangles of nodes, and their comparison. */

/** Difference in pixels that does not count as a movement. */
const TOLERANCE = 1;

/** Measures nodes in one pass, with one layout; nodes that are not rendered have an empty rectangle. */
export function rectangles(nodes: readonly Element[]): Map<Element, DOMRect> {
    return new Map(nodes.map((node) => [node, node.getBoundingClientRect()]));
}

export function isDrawn(place: DOMRect | undefined): boolean {
    return place !== undefined && (place.width > 0 || place.height > 0);
}

export function isOnScreen(place: DOMRect): boolean {
    const { top, left, right, bottom } = place;
    return isDrawn(place) && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
}

export function isSamePlace(a: DOMRect, b: DOMRect): boolean {
    return near(a.left, b.left) && near(a.top, b.top);
}

export function isSameSize(a: DOMRect, b: DOMRect): boolean {
    return near(a.width, b.width) && near(a.height, b.height);
}

function near(a: number, b: number): boolean {
    return Math.abs(a - b) <= TOLERANCE;
}


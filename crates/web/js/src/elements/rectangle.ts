/** Where nodes are on screen. */

/** Pixels that browsers do not take for a movement. */
const TOLERANCE = 1;

/** The rectangles of nodes, in one reading; nodes that are not drawn have an empty one. */
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


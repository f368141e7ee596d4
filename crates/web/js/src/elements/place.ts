/** Reorders nodes with few moves, and without moving those that the shopper is using. */

/** A parent that may support `moveBefore`, which preserves focus, frames and playing media. */
type Mover = ParentNode & Node & { moveBefore?: (node: Node, child: Node | null) => void };

/**
 * Puts `order` into the places of `nodes`, wherever in the page they are; everything between them stays. Nodes that are
 * not in `order` are removed from the page. The nodes in `rooted` are not detached from the document; others are moved
 * around them.
 */
export function putInPlaces(nodes: readonly Element[], order: readonly Element[], rooted: ReadonlySet<Element>): void {
    const wanted = new Map<Node, Element>();
    nodes.forEach((node, at) => wanted.set(node, order[at] ?? node));
    const parents = new Set(nodes.flatMap((node) => node.parentNode ?? []));
    const plans = [...parents].map((parent) => ({
        parent,
        children: [...parent.childNodes].map((child): Node => wanted.get(child) ?? child),
    }));
    for (const { parent, children } of plans) putChildren(parent, children, rooted);
    const staying = new Set(order);
    for (const node of nodes) if (!staying.has(node)) node.remove();
}

function putChildren(parent: Mover, children: readonly Node[], rooted: ReadonlySet<Node>): void {
    const stays = unmoved([...parent.childNodes], children, rooted);
    let next: Node | null = null;
    for (const child of [...children].reverse()) {
        if (!stays.has(child)) put(parent, child, next);
        next = child;
    }
}

/**
 * Returns the nodes that need not move: first the rooted ones, then those at their final index, as long as their relative
 * order is kept.
 */
function unmoved(now: readonly Node[], then: readonly Node[], rooted: ReadonlySet<Node>): Set<Node> {
    const from = new Map(now.map((node, at) => [node, at]));
    const kept: { node: Node; from: number; to: number }[] = [];
    const places = then.flatMap((node, to) => (from.has(node) ? [{ node, from: from.get(node) ?? 0, to }] : []));
    for (const place of places.filter(({ node }) => rooted.has(node))) {
        if (kept.every((other) => place.from < other.from === place.to < other.to)) kept.push(place);
    }
    const first = [...kept];
    for (const place of places.filter(({ node, from, to }) => from === to && !rooted.has(node))) {
        if (first.every((other) => place.from < other.from === place.to < other.to)) kept.push(place);
    }
    return new Set(kept.map(({ node }) => node));
}

function put(parent: Mover, node: Node, next: Node | null): void {
    if (parent.moveBefore && node.isConnected && parent.isConnected) parent.moveBefore(node, next);
    else parent.insertBefore(node, next);
}

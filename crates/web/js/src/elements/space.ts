/** Keeps what the shopper looks at where it is on screen. */

/** Reserved heights last until the window changes; then the page is laid out anew anyway. */
const reserved = new Set<HTMLElement>();

/**
 * Keeps the height that an element had, where it became smaller and what follows it is on screen. `before` is its
 * rectangle from before.
 */
export function keepHeight(element: Element, before: DOMRect): void {
    if (!(element instanceof HTMLElement) || before.bottom > innerHeight || before.height === 0) return;
    const { height } = element.getBoundingClientRect();
    if (height >= before.height) return;
    const { style } = element;
    style.minHeight = `${before.height}px`;
    // Where padding and border come on top of it, they are taken off.
    const excess = element.getBoundingClientRect().height - before.height;
    if (excess > 0) style.minHeight = `${before.height - excess}px`;
    if (reserved.size === 0) addEventListener("resize", release, { once: true });
    // What has left the page is not held on to.
    for (const one of reserved) if (!one.isConnected) reserved.delete(one);
    reserved.add(element);
}

function release(): void {
    for (const { style } of reserved) style.minHeight = "";
    reserved.clear();
}

/** Scrolls so that `element` is on screen where it was; `before` has the rectangles of the tiles from before. */
export function keepOnScreen(element: Element | undefined, before: ReadonlyMap<Element, DOMRect>): void {
    const tile = [...before.keys()].find((node) => element && node.contains(element));
    const was = tile && before.get(tile);
    if (!tile || !was || was.height === 0) return;
    const moved = tile.getBoundingClientRect().top - was.top;
    if (Math.abs(moved) > 1) scroller(tile).scrollBy({ top: moved, behavior: "instant" });
}

function scroller(node: Element): Element | Window {
    for (let at = node.parentElement; at && at !== document.body && at !== document.documentElement; at = at.parentElement) {
        if (at.scrollHeight > at.clientHeight && /auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
    }
    return window;
}

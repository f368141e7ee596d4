/** Avoids layout shifts of what is on screen. */

/** Elements with a reserved height. Reset when the window is resized, which causes a new layout anyway. */
const reserved = new Set<HTMLElement>();

/**
 * Keeps the previous height of an element that has become smaller, if content after it is on screen. `before` is its
 * previous rectangle.
 */
export function keepHeight(element: Element, before: DOMRect): void {
    if (!(element instanceof HTMLElement) || before.bottom > innerHeight || before.height === 0) return;
    const { height } = element.getBoundingClientRect();
    if (height >= before.height) return;
    const { style } = element;
    style.minHeight = `${before.height}px`;
    // With `box-sizing: content-box`, padding and border are added on top: subtract them.
    const excess = element.getBoundingClientRect().height - before.height;
    if (excess > 0) style.minHeight = `${before.height - excess}px`;
    if (reserved.size === 0) addEventListener("resize", release, { once: true });
    // Do not retain elements that were removed from the page.
    for (const one of reserved) if (!one.isConnected) reserved.delete(one);
    reserved.add(element);
}

function release(): void {
    for (const { style } of reserved) style.minHeight = "";
    reserved.clear();
}

/** Scrolls so that `element` stays where it was on screen; `before` has the previous rectangles of the tiles. */
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

/** Tracks what the shopper is doing: which nodes are in use, and whether there was recent input or scrolling. */

/**
 * Browsers do not count a movement within 500 ms of input as a layout shift (https://web.dev/articles/cls). The rest is
 * a margin for drawing the next frame.
 */
const ANSWER_MS = 400;
const INPUTS = ["pointerdown", "keydown", "click"];
/** Nothing changes this long after scrolling: the shopper is looking, and shops report impressions then. */
const SCROLL_MS = 1000;

let lastInput = -Infinity;
let lastScroll = -Infinity;
// Registered at load, because the first ranking may respond to a click. Only the time is stored, not the target.
for (const name of INPUTS) {
    globalThis.addEventListener?.(name, note, { capture: true, passive: true });
}
// Not captured, so only the page's own scrolling counts: a carousel may scroll by itself.
globalThis.addEventListener?.("scroll", ({ timeStamp }) => (lastScroll = timeStamp), { passive: true });

/** Stores the time of input. Synthetic events do not count, as they do not for browsers. */
function note({ isTrusted, timeStamp }: Event): void {
    if (isTrusted) lastInput = timeStamp;
}

/** Returns whether there was input just now, so that a movement is an expected response. */
export function isAnswer(): boolean {
    return performance.now() - lastInput < ANSWER_MS;
}

/** Returns whether the page was scrolled just now. */
export function isScrolling(): boolean {
    return performance.now() - lastScroll < SCROLL_MS;
}

/** Returns a predicate for nodes in use: with the focus, the pointer, the selection, or playing media. */
export function inUse(container: Element): (node: Element) => boolean {
    const { activeElement } = container.getRootNode() as Document | ShadowRoot;
    const selection = getSelection();
    const marked = selection && !selection.isCollapsed ? [selection.anchorNode, selection.focusNode] : [];
    const films = [...container.querySelectorAll<HTMLMediaElement>("video, audio")].filter((film) => !film.paused);
    const points = [container.querySelector(":hover"), activeElement, ...marked, ...films];
    return (node) => points.some((point) => point && node.contains(point));
}

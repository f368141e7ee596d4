/** What the shopper is doing right now: which nodes are in use, and whether what happens next answers to input. */

/**
 * Browsers do not count a movement within 500 ms of input as a layout shift. What is left of it has to be enough to
 * draw the next frame.
 */
const ANSWER_MS = 400;
const INPUTS = ["pointerdown", "keydown", "click"];
/** Who scrolls looks at what comes, and shops tell then what was seen: nothing changes under those eyes. */
const SCROLL_MS = 1000;

let lastInput = -Infinity;
let lastScroll = -Infinity;
// From the first moment on: the first ranking may be the answer to a click. The time is noted, not what was pressed.
for (const name of INPUTS) {
    globalThis.addEventListener?.(name, note, { capture: true, passive: true });
}
// Of the page itself: a row that scrolls by itself is not the shopper.
globalThis.addEventListener?.("scroll", ({ timeStamp }) => (lastScroll = timeStamp), { passive: true });

/** What a script presses is no input, for browsers and for us. */
function note({ isTrusted, timeStamp }: Event): void {
    if (isTrusted) lastInput = timeStamp;
}

/** Whether the shopper pressed something just now, so that a movement is an answer and no surprise. */
export function isAnswer(): boolean {
    return performance.now() - lastInput < ANSWER_MS;
}

/** Whether the page was scrolled just now. */
export function isScrolling(): boolean {
    return performance.now() - lastScroll < SCROLL_MS;
}

/** Tells of a node whether the shopper is using it: it has the focus, the pointer, the selection, or plays a film. */
export function inUse(container: Element): (node: Element) => boolean {
    const { activeElement } = container.getRootNode() as Document | ShadowRoot;
    const selection = getSelection();
    const marked = selection && !selection.isCollapsed ? [selection.anchorNode, selection.focusNode] : [];
    const films = [...container.querySelectorAll<HTMLMediaElement>("video, audio")].filter((film) => !film.paused);
    const points = [container.querySelector(":hover"), activeElement, ...marked, ...films];
    return (node) => points.some((point) => point && node.contains(point));
}

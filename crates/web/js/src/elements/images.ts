/**
 * Strict rendering: the page's requests must not depend on the visit. A lazy image is requested when it comes near the
 * screen, which would reveal the order. So the images of all candidates are loaded before the list is ordered.
 */

/** Pending images; `rest` resolves when all of them have loaded or failed. */
export interface Late {
    rest: Promise<unknown>;
}

/** Limit for images, in milliseconds, after which the shop's own order stays for now. */
const PATIENCE_MS = 4000;

/**
 * Loads every image and frame within `nodes`, on screen or not, and waits for them at most four seconds. Resolves to null
 * if all of them are loaded, otherwise to the pending ones. Costs nothing if all were loaded before.
 */
export async function loadAll(nodes: readonly Element[]): Promise<Late | null> {
    const loads = nodes.flatMap((node) => [...within(node, "img").map(loadImage), ...within(node, "iframe").map(loadFrame)]);
    const waits = loads.filter((load) => load !== undefined);
    if (waits.length === 0) return null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const rest = Promise.all(waits);
    const isLate = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, true)));
    const late = await Promise.race([rest.then(() => false), isLate]);
    clearTimeout(timer);
    // In an object, because a returned promise would be awaited.
    return late ? { rest } : null;
}

function within<Name extends "img" | "iframe">(node: Element, name: Name): HTMLElementTagNameMap[Name][] {
    const found = [...node.querySelectorAll(name)];
    return node.matches(name) ? [node as HTMLElementTagNameMap[Name], ...found] : found;
}

function loadImage(image: HTMLImageElement): Promise<unknown> | undefined {
    image.loading = "eager";
    const isNothing = !image.currentSrc && !image.src && !image.srcset;
    return image.complete || isNothing ? undefined : ended(image);
}

/** Loads a lazy frame. Before loading its document is `about:blank`; after, it is inaccessible or has a URL. */
function loadFrame(frame: HTMLIFrameElement): Promise<unknown> | undefined {
    if (frame.loading !== "lazy") return undefined;
    const isWaiting = frame.src !== "" && frame.contentDocument?.URL === "about:blank";
    frame.loading = "eager";
    return isWaiting ? ended(frame) : undefined;
}

function ended(element: HTMLElement): Promise<unknown> {
    return new Promise((resolve) => {
        element.addEventListener("load", resolve, { once: true });
        element.addEventListener("error", resolve, { once: true });
    });
}

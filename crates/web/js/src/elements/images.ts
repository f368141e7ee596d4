/**
 * Strict rendering: what the page asks its server for must not depend on the visit. A lazy image is asked for when it
 * comes near the screen, and which one does would tell the order. So the images of every candidate are loaded first.
 */

/** Images on their way, and when all of them have come or failed. */
export interface Late {
    rest: Promise<unknown>;
}

/** Images that are not there after this long leave the shop's own order in place, in milliseconds. */
const PATIENCE_MS = 4000;

/**
 * Asks for every image and frame within `nodes`, wherever it stands, and waits for them: at most four seconds. Resolves to
 * null where all of them are there, and to what is still on its way where they are not. Free where all were there before.
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
    // In an object, because a promise that resolves to a promise waits for it.
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

/** A lazy frame that is not there yet is blank; one that is there cannot be looked into, or has an address. */
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

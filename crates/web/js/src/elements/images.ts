/**
 * Strict rendering: what the page asks its server for must not depend on the visit. A lazy image is asked for when it
 * comes near the screen, and which one does would tell the order. So the images of every candidate are loaded first.
 */

/** Images that are not there after this long leave the shop's own order in place, in milliseconds. */
const PATIENCE_MS = 4000;

/**
 * Asks for every image and frame within `nodes`, wherever it stands, and waits for them; false where some are still
 * on their way after four seconds. Free where all of them are there.
 */
export async function loadAll(nodes: readonly Element[]): Promise<boolean> {
    const loads = nodes.flatMap((node) => [...within(node, "img").map(loadImage), ...within(node, "iframe").map(loadFrame)]);
    const waits = loads.filter((load) => load !== undefined);
    if (waits.length === 0) return true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, false)));
    const isLoaded = await Promise.race([Promise.all(waits).then(() => true as const), late]);
    clearTimeout(timer);
    return isLoaded;
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

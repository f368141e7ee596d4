/** Listens to the page's life: when somebody comes to it, when it is left, when it comes back. */

/** Of browsers that prerender. */
type PrerenderingDocument = Document & { prerendering?: boolean };

/** Whether this is a page at all: servers have none. */
export function isPage(): boolean {
    return globalThis.document !== undefined;
}

/** Whether the browser makes the page in advance: nobody has come to it yet, and perhaps nobody will. */
export function isPrerendering(): boolean {
    return (globalThis.document as PrerenderingDocument | undefined)?.prerendering === true;
}

/** Resolves when somebody has come to the page: at once, unless the browser makes it in advance. */
export function entered(): Promise<void> {
    if (!isPrerendering()) return Promise.resolve();
    return new Promise((then) => document.addEventListener("prerenderingchange", () => then(), { once: true }));
}

/** Calls `then` whenever the page is shown again. What it returns ends that. */
export function onShown(then: () => void): () => void {
    const shown = () => document.visibilityState === "visible" && then();
    document.addEventListener("visibilitychange", shown);
    return () => document.removeEventListener("visibilitychange", shown);
}

/** Calls `then` whenever the browser has a network again. What it returns ends that. */
export function onOnline(then: () => void): () => void {
    addEventListener("online", then);
    return () => removeEventListener("online", then);
}

/** Calls `leave` when the page is left, and `back` when the browser brings it back as it was. What it returns ends that. */
export function onLeave(leave: () => void, back: () => void): () => void {
    const shown = ({ persisted }: PageTransitionEvent) => persisted && back();
    addEventListener("pagehide", leave);
    addEventListener("pageshow", shown);
    return () => {
        removeEventListener("pagehide", leave);
        removeEventListener("pageshow", shown);
    };
}

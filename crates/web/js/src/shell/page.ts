/** Listens to the page's lifecycle: activation after prerendering, hiding, restoring from the back/forward cache. */

/** The document of browsers that prerender. */
type PrerenderingDocument = Document & { prerendering?: boolean };

/** Returns whether there is a document; on servers there is none. */
export function isPage(): boolean {
    return globalThis.document !== undefined;
}

/** Returns whether the page is being prerendered, and may never be visited. */
export function isPrerendering(): boolean {
    return (globalThis.document as PrerenderingDocument | undefined)?.prerendering === true;
}

/** Resolves when the page is activated: at once, unless it is being prerendered. */
export function entered(): Promise<void> {
    if (!isPrerendering()) return Promise.resolve();
    return new Promise((then) => document.addEventListener("prerenderingchange", () => then(), { once: true }));
}

/** Calls `then` whenever the page becomes visible. Returns a function that stops it. */
export function onShown(then: () => void): () => void {
    const shown = () => document.visibilityState === "visible" && then();
    document.addEventListener("visibilitychange", shown);
    return () => document.removeEventListener("visibilitychange", shown);
}

/** Calls `then` whenever the browser goes online. Returns a function that stops it. */
export function onOnline(then: () => void): () => void {
    addEventListener("online", then);
    return () => removeEventListener("online", then);
}

/** Calls `leave` on `pagehide`, `back` on restoring from the back/forward cache. Returns a function that stops it. */
export function onLeave(leave: () => void, back: () => void): () => void {
    const shown = ({ persisted }: PageTransitionEvent) => persisted && back();
    addEventListener("pagehide", leave);
    addEventListener("pageshow", shown);
    return () => {
        removeEventListener("pagehide", leave);
        removeEventListener("pageshow", shown);
    };
}

/** Listens to the page's life: whether it is seen, when it is left, when it comes back. */

/** Whether this is a page at all: servers have none. */
export function isPage(): boolean {
    return globalThis.document !== undefined;
}

/** Whether there is a page that nobody sees. */
export function isHidden(): boolean {
    return globalThis.document?.hidden === true;
}

/** Calls `then` once, when the page is shown or hidden the next time. */
export function whenSeen(then: () => void): void {
    document.addEventListener("visibilitychange", then, { once: true });
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

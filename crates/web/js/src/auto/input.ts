/** Detects input of the shopper: only that it happened, not what it was. */

/** Events that can open a quick view. A touch that scrolls ends without `pointerup`. */
const INPUTS = ["click", "keydown", "pointerup"];

/** Calls `act` at each trusted input, and when the pointer enters an element of `selector`, such as a marked list. */
export function onInput(root: EventTarget, selector: string, act: () => void): void {
    const options = { capture: true, passive: true };
    for (const name of INPUTS) root.addEventListener(name, ({ isTrusted }) => isTrusted && act(), options);
    root.addEventListener("pointerover", ({ isTrusted, target }) => isTrusted && isWithin(target, selector) && act(), options);
}

function isWithin(target: EventTarget | null, selector: string): boolean {
    try {
        return target instanceof Element && target.closest(selector) !== null;
    } catch {
        return false; // The linter reports an invalid selector.
    }
}

/** When a custom element begins: with the properties that it was given, and with its children. */

/** Assigns properties again that were set before the element was defined: they shadow its setters. */
export function takeOver(element: HTMLElement, names: readonly string[]): void {
    for (const name of names) {
        if (!Object.hasOwn(element, name)) continue;
        const { value } = Object.getOwnPropertyDescriptor(element, name) ?? {};
        Reflect.deleteProperty(element, name);
        Reflect.set(element, name, value);
    }
}

/** Connects the element now, or once the page is parsed, because children may come until then. */
export function whenParsed(element: HTMLElement, connect: () => void): void {
    if (document.readyState !== "loading") return connect();
    document.addEventListener("DOMContentLoaded", () => void (element.isConnected && connect()), { once: true });
}

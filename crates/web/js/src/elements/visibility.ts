/** Hides nodes, and restores their visibility as the shop had set it. */

/** The shop's own values, kept while they are overridden. */
interface Own {
    hidden: HTMLElement["hidden"];
    display: [value: string, priority: string];
    hasStyle: boolean;
}

const owns = new WeakMap<HTMLElement, Own>();

/** Hides nodes, even if the shop's own styles for `display` override `[hidden]`. */
export function hide(nodes: readonly Element[]): void {
    const fresh = nodes.filter(isHtml).filter((node) => !node.hidden);
    for (const node of fresh) {
        remember(node);
        node.hidden = true;
    }
    for (const node of fresh) {
        if (getComputedStyle(node).display !== "none") node.style.setProperty("display", "none", "important");
    }
}

/** Shows nodes, including those that the shop has hidden itself. */
export function show(nodes: readonly Element[]): void {
    for (const node of nodes.filter(isHtml).filter((node) => node.hidden)) {
        if (owns.get(node)?.hidden === false) restore([node]);
        else showAs(node, { ...remember(node), hidden: false });
    }
}

/** Restores the shop's own values: nodes that it has hidden itself are hidden again. */
export function restore(nodes: readonly Element[]): void {
    for (const node of nodes.filter(isHtml)) {
        const own = owns.get(node);
        if (own) showAs(node, own);
        owns.delete(node);
    }
}

function showAs(node: HTMLElement, { hidden, display, hasStyle }: Own): void {
    node.hidden = hidden;
    if (node.style.getPropertyPriority("display") === "important") node.style.setProperty("display", ...display);
    if (!hasStyle && node.style.length === 0) node.removeAttribute("style");
}

function remember(node: HTMLElement): Own {
    const { style, hidden } = node;
    const display: Own["display"] = [style.getPropertyValue("display"), style.getPropertyPriority("display")];
    const own = owns.get(node) ?? { hidden, display, hasStyle: node.hasAttribute("style") };
    owns.set(node, own);
    return own;
}

function isHtml(node: Element): node is HTMLElement {
    return node instanceof HTMLElement;
}

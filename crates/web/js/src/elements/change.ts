/** One change of a list, from what was seen before it to what is seen after it, within one frame. */

import { holdPlaces } from "./arrangement.js";
import { appear, glide } from "./motion.js";
import { putInPlaces } from "./place.js";
import { inUse, isAnswer, isScrolling } from "./presence.js";
import { keepHeight, keepOnScreen } from "./space.js";
import { isDrawn, rectangles } from "./rectangle.js";
import { isDisturbed, look, move } from "./view.js";
import { hide } from "./visibility.js";

/** Which nodes go where. */
export interface Plan {
    /** The shop's own order. */
    own: readonly Element[];
    /** The order in which they stand in the document. */
    now: readonly Element[];
    shown: readonly Element[];
    hidden: readonly Element[];
    /** Shows those of `shown` that are hidden. */
    uncover: (nodes: readonly Element[]) => void;
}

/** How it may happen. */
export interface Manner {
    /** The element that keeps its place on screen. */
    hold?: Element | undefined;
    /** Whether tiles on screen change places without input of the shopper. */
    onscreen?: "exchange" | "keep" | undefined;
}

/** Brings the nodes to their places; gives the order in which they stand then. */
export function change(container: Element, plan: Plan, manner: Manner): Element[] {
    const isCalm = !isAnswer();
    const isOwnOrder = isSubsequence(plan.shown, plan.own);
    const view = look(container, plan.now);
    const { activeElement } = container.ownerDocument;
    const isInUse = inUse(container);
    const used = new Set(plan.now.filter((node) => isInUse(node) || (manner.hold && node.contains(manner.hold))));

    plan.uncover(plan.shown);
    hide(plan.hidden);
    const flow = plan.shown.filter(drawnOf(plan.shown));
    let placed = [...plan.now];
    const put = (order: readonly Element[]): void => {
        const next = [...fill(plan.shown, flow, order), ...plan.hidden];
        putInPlaces(placed, next, used);
        placed = next;
    };
    let order = isOwnOrder ? flow : holdPlaces(flow, view.drawn, (node) => used.has(node));
    put(order);
    if (isCalm && !isOwnOrder && (manner.onscreen === "keep" || isScrolling() || isDisturbed(view, order))) {
        order = holdPlaces(flow, view.drawn, (node, at) => at < view.reach || used.has(node));
        put(order);
    }
    if (isCalm) keepHeight(container, view.box);
    else keepOnScreen(manner.hold ?? [...used][0], view.before);
    refocus(activeElement);
    move(view, order, isCalm ? appear : glide);
    return placed;
}

/** What the shop hides by its own rules takes no place on screen. */
function drawnOf(nodes: readonly Element[]): (node: Element) => boolean {
    const places = rectangles(nodes);
    return (node) => isDrawn(places.get(node));
}

/** `all` with the nodes of `some` in the order of `order`; the others keep their rank. */
function fill(all: readonly Element[], some: readonly Element[], order: readonly Element[]): Element[] {
    const [wanted, next] = [new Set(some), order.values()];
    return all.map((node) => (wanted.has(node) ? (next.next().value ?? node) : node));
}

/** Where a browser has no `moveBefore`, a node may have lost the focus on its way into another parent. */
function refocus(active: Element | null): void {
    if (!(active instanceof HTMLElement) || active === active.ownerDocument.activeElement) return;
    if (active.isConnected) active.focus({ preventScroll: true });
}

function isSubsequence(some: readonly Element[], all: readonly Element[]): boolean {
    const places = new Map(all.map((node, at) => [node, at]));
    return some.every((node, at) => at === 0 || (places.get(some[at - 1]!) ?? 0) < (places.get(node) ?? 0));
}

/** Applies one change of order to a list on the page, with its animation, within one frame. */

import { holdPlaces } from "./arrangement.js";
import { appear, glide } from "./motion.js";
import { putInPlaces } from "./place.js";
import { inUse, isAnswer, isScrolling } from "./presence.js";
import { keepHeight, keepOnScreen } from "./space.js";
import { isDrawn, rectangles } from "./rectangle.js";
import { isDisturbed, look, move } from "./view.js";
import { hide } from "./visibility.js";

/** The target state of the nodes. */
export interface Plan {
    /** The shop's own order. */
    own: readonly Element[];
    /** The present order in the document. */
    now: readonly Element[];
    shown: readonly Element[];
    hidden: readonly Element[];
    /** Makes hidden nodes of `shown` visible. */
    uncover: (nodes: readonly Element[]) => void;
}

/** Constraints on the change. */
export interface Manner {
    /** The element that keeps its position on screen. */
    hold?: Element | undefined;
    /** Whether tiles on screen may change places without input of the shopper. */
    onscreen?: "exchange" | "keep" | undefined;
}

/** Moves the nodes to their places. Returns the resulting order in the document. */
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

/** Returns a predicate for nodes that are rendered: the shop's own styles may hide some. */
function drawnOf(nodes: readonly Element[]): (node: Element) => boolean {
    const places = rectangles(nodes);
    return (node) => isDrawn(places.get(node));
}

/** Returns `all` with the nodes of `some` in the order of `order`; the others keep their index. */
function fill(all: readonly Element[], some: readonly Element[], order: readonly Element[]): Element[] {
    const [wanted, next] = [new Set(some), order.values()];
    return all.map((node) => (wanted.has(node) ? (next.next().value ?? node) : node));
}

/** Restores the focus: without `moveBefore`, a node that moves to another parent loses it. */
function refocus(active: Element | null): void {
    if (!(active instanceof HTMLElement) || active === active.ownerDocument.activeElement) return;
    if (active.isConnected) active.focus({ preventScroll: true });
}

function isSubsequence(some: readonly Element[], all: readonly Element[]): boolean {
    const places = new Map(all.map((node, at) => [node, at]));
    return some.every((node, at) => at === 0 || (places.get(some[at - 1]!) ?? 0) < (places.get(node) ?? 0));
}

/** Moves nodes that are there already: focus, scroll position and pressed buttons survive. */

const DURATION_MS = 420;
const EASE = "cubic-bezier(.2, .8, .2, 1)";

/**
 * Puts the children of `parent` into the order of `nodes`, and lets each glide from where it was.
 * In the first frame every node is drawn where it stood, so that nothing jumps.
 */
export function reorder(parent, nodes) {
  const before = new Map(nodes.map((node) => [node, place(node)]));
  const { activeElement } = document;
  const scroll = window.scrollY;
  nodes.forEach((node, at) => put(parent, node, parent.children[at]));
  if (activeElement !== document.activeElement) activeElement.focus({ preventScroll: true });
  if (scroll !== window.scrollY) window.scrollTo({ top: scroll, behavior: "instant" });
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) nodes.forEach((node) => glide(node, before.get(node)));
}

function put(parent, node, next) {
  if (node === next) return;
  // `moveBefore` keeps focus and animations by itself, where the browser has it.
  if (node.parentNode === parent && parent.moveBefore) parent.moveBefore(node, next ?? null);
  else parent.insertBefore(node, next ?? null);
}

function place(node) {
  return node.isConnected ? node.getBoundingClientRect() : undefined;
}

function glide(node, before) {
  if (!before) {
    node.animate([{ opacity: 0 }, { opacity: 1 }], { duration: DURATION_MS });
    return;
  }
  const after = node.getBoundingClientRect();
  const [x, y] = [before.left - after.left, before.top - after.top];
  if (x === 0 && y === 0) return;
  node.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: DURATION_MS, easing: EASE });
}

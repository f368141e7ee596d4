/** Moves nodes that are there already: focus, scroll position and pressed buttons survive. */

const DURATION_MS = 420;
const FADE_MS = 160;
const EASE = "cubic-bezier(.2, .8, .2, 1)";

/**
 * Makes `nodes` the children of `parent`, in that order: others leave, and each glides from where it was.
 * In the first frame every node is drawn where it stood, so that nothing jumps.
 */
export function reorder(parent, nodes) {
  const before = new Map(nodes.map((node) => [node, place(node)]));
  const { activeElement } = document;
  const scroll = window.scrollY;
  [...parent.children].filter((node) => !before.has(node)).forEach((node) => node.remove());
  nodes.forEach((node, at) => put(parent, node, parent.children[at]));
  if (activeElement !== document.activeElement) activeElement.focus({ preventScroll: true });
  if (scroll !== window.scrollY) window.scrollTo({ top: scroll, behavior: "instant" });
  const show = matchMedia("(prefers-reduced-motion: reduce)").matches ? fade : glide;
  nodes.forEach((node) => show(node, before.get(node), node.getBoundingClientRect()));
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

function glide(node, before, after) {
  if (!before) {
    fade(node);
    return;
  }
  const [x, y] = [before.left - after.left, before.top - after.top];
  if (x === 0 && y === 0) return;
  node.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: DURATION_MS, easing: EASE });
}

/** Where motion is not wanted, what stands in a new place comes up there. */
function fade(node, before, after) {
  if (before && before.left === after.left && before.top === after.top) return;
  node.animate([{ opacity: 0 }, { opacity: 1 }], { duration: FADE_MS });
}

/** Replaces the children of a list by these nodes, and animates each from its previous position. */

const MOTION = { duration: 320, easing: "cubic-bezier(.2, .8, .2, 1)" };

export function slide(list, nodes) {
  const before = new Map(nodes.map((node) => [node, node.isConnected ? node.getBoundingClientRect().top : undefined]));
  list.replaceChildren(...nodes);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const [node, top] of before) {
    const by = top === undefined ? 0 : top - node.getBoundingClientRect().top;
    if (by) node.animate([{ translate: `0 ${by}px` }, { translate: "0 0" }], MOTION);
    else if (top === undefined) node.animate([{ opacity: 0 }, { opacity: 1 }], MOTION);
  }
}

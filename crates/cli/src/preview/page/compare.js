/** Compares two slates: which item moved, by how many places, and by which rule. */

const DEEDS = { ruled_out: "takes it out", pinned: "places it", held_back: "holds it back" };

/** Returns the tiles of both sides. `engines` and `slates` are those before and after. */
export async function compare(engines, slates) {
  const ids = slates.map(({ items }) => items.map(({ item_id }) => item_id));
  const tiles = [];
  for (const side of [0, 1]) {
    const row = [];
    for (const [place, id] of ids[side].entries()) {
      const other = ids[1 - side].indexOf(id);
      const moved = other === place ? "same" : other < 0 ? (side ? "new" : "gone") : other > place === Boolean(side) ? "up" : "down";
      // Of an item that is on both sides the rule is told behind.
      const isTold = moved !== "same" && (side === 1 || other < 0);
      const label = slates[side].items[place].sponsored?.label ?? "";
      row.push({ id, place, other, moved, label, causes: isTold ? await causes(engines, slates, id) : [] });
    }
    tiles.push(row);
  }
  return tiles;
}

/** Returns what rules of one side did to the item, and those of the other did not. */
async function causes(engines, slates, id) {
  const [before, after] = [await engines[0].acts(slates[0], id), await engines[1].acts(slates[1], id)];
  const alone = (own, others, isNew) => own.filter((act) => !others.some((other) => same(act, other))).map((act) => ({ rule: act.rule, text: words(act, isNew) }));
  return [...alone(after, before, true), ...alone(before, after, false)];
}

function same(act, other) {
  return act.rule === other.rule && act.effect === other.effect && act.by === other.by;
}

function words({ effect, by }, isNew) {
  const deed = DEEDS[effect] ?? (by < 0 ? `moves it up ${-by}` : by > 0 ? `moves it down ${by}` : "places it");
  return isNew ? deed : `${deed} no more`.replace("takes it out no more", "took it out");
}

/** Returns a sentence about what changed. */
export function summary([before, after]) {
  const count = (row, kinds) => row.filter(({ moved }) => kinds.includes(moved)).length;
  const [fresh, gone, moved] = [count(after, ["new"]), count(before, ["gone"]), count(after, ["up", "down"])];
  if (fresh + gone + moved === 0) return "Both shelves are the same.";
  return `${fresh} new, ${gone} gone, ${moved} at another place, of ${after.length}.`;
}

/** Orders as plain arrays: for every slate and every change by the shop, each tile has exactly one position. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "../auto/sources.mjs";

const { arrange, holdPlaces, mergeOwn } = await load("elements/arrangement.ts");

/** Pseudo-random numbers that are equal in every run. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}
const shuffled = (list, draw) => list.map((one) => [draw(1e9), one]).sort(([a], [b]) => a - b).map(([, one]) => one);
const letters = (count) => Array.from({ length: count }, (_, at) => `t${at}`);
const sorted = (list) => [...list].sort();

test("held tiles keep their positions, and all others follow the slate's order without loss", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const draw = chance(seed);
    const now = shuffled(letters(1 + draw(30)), draw);
    const shown = shuffled(now, draw).slice(0, 1 + draw(now.length));
    const held = new Set(now.filter(() => draw(4) === 0));
    const found = holdPlaces(shown, now, (one) => held.has(one));
    assert.deepEqual(sorted(found), sorted(shown));
    const kept = now.filter((one, at) => held.has(one) && shown.includes(one) && at < shown.length);
    for (const one of kept) assert.equal(found.indexOf(one), now.indexOf(one));
    assert.deepEqual(found.filter((one) => !kept.includes(one)), shown.filter((one) => !kept.includes(one)));
  }
});

test("arrange an answer without items shows nothing and one about other products the shops own order", () => {
  const own = ["a", "b"].map((item_id) => ({ item: { item_id } }));
  const arranged = (ids) => arrange(own, { slate: { items: ids.map((item_id) => ({ item_id })) }, asked: new Set(["a", "b"]), limit: Infinity });
  assert.deepEqual(arranged([]), { shown: [], hidden: own });
  assert.deepEqual(arranged(["x"]), { shown: own, hidden: [] });
});

test("the shop's own order survives every shown order and every added or removed tile", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const draw = chance(seed);
    const own = letters(2 + draw(20));
    const placed = shuffled(own, draw);
    const left = placed.filter(() => draw(5) > 0);
    const now = [...left, ...(draw(2) ? ["new1", "new2"] : [])];
    const { own: merged, reordering } = mergeOwn(own, placed, now);
    assert.equal(reordering, "none");
    assert.deepEqual(sorted(merged), sorted(now));
    assert.deepEqual(merged, [...own.filter((one) => left.includes(one)), ...now.slice(left.length)]);
  }
});

test("tiles added at the start or after a neighbour keep that position in the shop's own order", () => {
  const [own, placed] = [["a", "b", "c"], ["c", "b", "a"]];
  assert.deepEqual(mergeOwn(own, placed, ["x", "c", "b", "a"]).own, ["x", "a", "b", "c"]);
  assert.deepEqual(mergeOwn(own, placed, ["c", "b", "x", "y", "a"]).own, ["a", "b", "x", "y", "c"]);
});

test("mergeOwn of a newly sorted list returns the new order", () => {
  const [own, placed] = [["a", "b", "c"], ["c", "b", "a"]];
  assert.deepEqual(mergeOwn(own, placed, ["b", "c", "a"]), { own: ["b", "c", "a"], reordering: "sorted" });
  assert.deepEqual(mergeOwn(own, own, ["b", "c", "a"]), { own: ["b", "c", "a"], reordering: "sorted" }, "before we ranked it as well");
});

test("mergeOwn of our order with a few moved items keeps the shops own order", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const draw = chance(seed);
    const own = letters(8 + draw(20));
    const placed = shuffled(own, draw);
    const now = [...placed];
    for (let moved = 0; moved < 1 + draw(2); moved += 1) now.splice(draw(now.length), 0, ...now.splice(draw(now.length), 1));
    const merged = mergeOwn(own, placed, now);
    assert.deepEqual(merged.own, own);
    assert.equal(merged.reordering, now.join() === placed.join() ? "none" : "nudged");
  }
});

test("mergeOwn of the restored own order returns it", () => {
  const [own, placed] = [["a", "b", "c", "d", "e"], ["a", "b", "d", "c", "e"]];
  assert.deepEqual(mergeOwn(own, placed, own), { own, reordering: "put back" });
  assert.deepEqual(mergeOwn(own, placed, ["b", "c", "d", "e"]), { own: ["b", "c", "d", "e"], reordering: "put back" });
});

test("items outside of the request are not treated as removed by a rule", () => {
  const own = ["a", "b", "late"].map((item_id) => ({ item: { item_id } }));
  const slate = { items: [{ item_id: "b" }] };
  const { shown, hidden } = arrange(own, { slate, asked: new Set(["a", "b"]), limit: Infinity });
  assert.deepEqual([shown, hidden].map((units) => units.map(({ item }) => item.item_id)), [["b", "late"], ["a"]]);
});

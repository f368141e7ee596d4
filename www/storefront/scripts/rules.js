/** What the shop's rules did to the tiles of this page: for the panel, which shows it beside what the visit did. */

/** More lines than this, nobody reads. */
const MOST = 12;

/**
 * For each shown tile that a rule placed, its id with what each rule did, in words. `shown` has the slates of this page with their visible
 * entries; the engine itself tells the places.
 */
export async function deeds(handle, shown) {
  const ruled = shown.flatMap(({ slate, entries }) => entries.filter(isRuled).map((entry) => ({ slate, entry })));
  const told = ruled.slice(0, MOST).map(async ({ slate, entry }) => {
    const explanation = await handle.explain(slate.slate_id, entry.item_id);
    return { id: entry.item_id, words: words(entry, explanation?.adjustments ?? []) };
  });
  return (await Promise.all(told)).filter((deed) => deed.words.length > 0);
}

function isRuled({ rules, sponsored }) {
  return rules.length > 0 || sponsored;
}

function words({ position, sponsored }, adjustments) {
  if (sponsored) return [`place ${position + 1} is paid for by ${sponsored.by}, and says “${sponsored.label}”`];
  return adjustments.map((adjustment) => said(adjustment, position)).filter(Boolean);
}

function said({ rule, effect, from, to }, position) {
  const name = `“${rule.replaceAll("-", " ")}”`;
  if (effect === "held_back") return `held back: ${name}`;
  if (effect !== "moved") return `put in place ${position + 1}: ${name}`;
  const by = Math.abs(from - to);
  return by > 0 ? `${by} ${by === 1 ? "place" : "places"} ${to < from ? "up" : "down"}: ${name}` : "";
}

/** Reasons in words. The evidence is always something that the shopper did; `nameOf` gives a product's short name. */

const SENTENCES = {
  because_you_added: (name) => `because you added ${name}`,
  because_you_viewed: (name) => `because you looked at ${name}`,
  because_you_bought: (name) => `because you bought ${name}`,
  because_you_saved: (name) => `because you saved ${name}`,
  goes_with_this: () => "goes with this",
  seen_before: () => "you looked at it before",
  similar_to: (name) => `like ${name}`,
  popular_in_category: () => "popular in this aisle",
  popular: () => "popular in the shop",
};

/** The strongest reason as one line; empty where there is none. */
export function sentence(reasons, nameOf) {
  for (const { code, evidence } of reasons) {
    const name = evidence.map(nameOf).find(Boolean);
    const needed = SENTENCES[code]?.length === 1;
    if (SENTENCES[code] && (name || !needed)) return SENTENCES[code](name);
  }
  return "";
}

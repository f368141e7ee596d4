/** A shop's own TypeScript: everything that it may use, used as it is meant. */

import { createShelfwise } from "shelfwise";
import type { Choice, ErrorCode, Options, Profile, Shelfwise, Slate, Status } from "shelfwise";

const options: Options = { snapshot: { url: "/model.swm", integrity: "sha256-abc" }, mode: "session", visit: "tab" };
const shelf: Shelfwise = await createShelfwise(options);

const off: () => void = shelf.on("error", (problem, status: Status) => {
  const code: ErrorCode = problem.code;
  console.log(code, problem.message, status.isolation === "worker");
});
shelf.track("view_item", { items: [{ item_id: "SKU1", price: 9.99 }] });
const slate: Slate = await shelf.rerank({ placement: "category", items: ["SKU1", { item_id: "SKU2", in_stock: false }] });
const first: string | undefined = slate.items[0]?.item_id;
const more: Slate = await shelf.recommend({ placement: "pdp", item: "SKU1", limit: 8, fallback: ["SKU3"] });
const choice: Choice = await shelf.choose({ placement: "hero", limit: 2, context: { category: "Food" } });
const title: string | undefined = choice.content[0]?.texts[0]?.text;
const why = await shelf.explain(more.slate_id, first ?? "SKU1");
const amount: number | undefined = why?.contributions[0]?.amount;
const otherwise: Slate | null = await shelf.whatIf(slate.slate_id, { without: [1] });
const profile: Profile = await shelf.profile();
shelf.setMode("contextual");
shelf.setConsent("granted");
shelf.gift(true);
shelf.lessLike("SKU2");
shelf.pause();
shelf.resume();
console.log(amount, otherwise, title, profile.events.length, (await shelf.exportData()).slates, shelf.storeOrder(["SKU1"]).basis);
await shelf.forget();
off();
shelf.close();

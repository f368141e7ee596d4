/** The server renders the shop's own order; the browser takes over. */

import { createShelfwise } from "shelfwise";
import { visit } from "../shop.js";
import { Shelf } from "./shelf.jsx";

export default async function Page() {
  const server = await visit(createShelfwise, { snapshot: "/grocer.swm" });
  return <Shelf server={server} />;
}

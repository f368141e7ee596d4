/** The server renders the shop's own order; the browser takes over. */

import { createShelfwise } from "shelfwise";
import { LIST, visit } from "../shop.js";
import { List } from "./list.jsx";
import { Shelf } from "./shelf.jsx";

export default async function Page() {
  const server = await visit(createShelfwise, { snapshot: "/grocer.swm" });
  return (
    <>
      <Shelf server={server} />
      <List ids={LIST} />
    </>
  );
}

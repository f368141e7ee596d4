"use client";

import { useState } from "react";
import { usePersonalOrder } from "./personal-order.jsx";
import { shelf } from "./shelf.js";

/** A list in the order for this visit, which the shopper can sort. */
export function List({ ids }) {
  const order = usePersonalOrder(ids);
  const [sorting, setSorting] = useState("none");
  const shown = sorting === "name" ? ids.toSorted() : order;
  const buy = (item_id) => shelf.then((handle) => handle.track("add_to_cart", { items: [{ item_id }] }));
  return (
    <section id="personal">
      <button onClick={() => setSorting(sorting === "name" ? "none" : "name")}>Sort</button>
      <ol>
        {shown.map((id) => (
          <li key={id} onClick={() => buy(id)}>{id}</li>
        ))}
      </ol>
    </section>
  );
}

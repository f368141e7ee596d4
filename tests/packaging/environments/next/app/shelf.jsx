"use client";

import { useEffect } from "react";
import { createShelfwise } from "shelfwise";
import { visit } from "../shop.js";

export function Shelf({ server }) {
  useEffect(() => {
    visit(createShelfwise, { snapshot: "/grocer.swm" }).then((seen) => (globalThis.seen = { ...seen, server }));
  }, [server]);
  return (
    <ul>
      {server.before.map((id) => (
        <li key={id}>{id}</li>
      ))}
    </ul>
  );
}

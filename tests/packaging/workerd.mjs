/** workerd with one worker and no network: the runtime of Cloudflare's workers, from its npm package. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tool } from "./project.mjs";
import { freePort, start } from "./served.mjs";

const config = (modules, port) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = (
    modules = [${Object.entries(modules).map(([name, kind]) => `(name = "${name}", ${kind} = embed "${name}")`).join(", ")}],
    compatibilityDate = "2026-01-01",
    globalOutbound = "nowhere",
  )),
  (name = "nowhere", network = (allow = []))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "worker")],
);
`;

/** Serves the folder's files, each with its type in workerd's configuration; the first is the worker itself. */
export async function serve(folder, modules) {
  const port = await freePort();
  writeFileSync(join(folder, "config.capnp"), config(modules, port));
  return start(tool("workerd"), ["serve", "config.capnp"], { folder, port });
}

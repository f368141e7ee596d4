/** workerd, the runtime of Cloudflare's workers: WebAssembly is a part of the worker there, never bytes at run time. */

import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertReranked, report } from "./expect.mjs";
import { MODEL, project, run, tool } from "./project.mjs";
import { freePort, start } from "./served.mjs";

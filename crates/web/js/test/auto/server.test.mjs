/** A shop that renders on a server may import the tag there, by mistake or through a framework. */

import { test } from "node:test";

import { load } from "./sources.mjs";

test("where there is no page, the tag does nothing and throws nothing", () => load("auto.ts"));

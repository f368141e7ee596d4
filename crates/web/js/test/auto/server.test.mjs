/** A shop that renders on a server may import the tag there, by mistake or through a framework. */

import { test } from "node:test";

import { load } from "./sources.mjs";

test("the tag imported without a document does nothing and throws nothing", () => load("auto.ts"));

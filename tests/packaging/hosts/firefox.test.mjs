/** Golden vectors in Firefox, which no test runner of wasm-bindgen reaches without a download: a page runs them all. */

import { after, before, test } from "node:test";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { serve } from "../served.mjs";
import { assertSameBytes, MODULE } from "./expected.mjs";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const HERE = dirname(fileURLToPath(import.meta.url));
const PAGE = `<!doctype html><title>vectors</title><link rel="icon" href="data:,">`;

let browser;
let site;
let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "vectors-"));
  copyFileSync(join(HERE, "read.js"), join(folder, "read.js"));
  copyFileSync(MODULE, join(folder, "hosts.wasm"));
  writeFileSync(join(folder, "index.html"), PAGE);
  site = await serve(folder);
  browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
});
after(async () => {
  await browser?.close();
  site?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("Firefox gives the bytes of the native run", async (t) => {
  const page = await browser.newPage();
  await page.goto(`${site.address}/`);
  const lines = await page.evaluate(async () => {
    const { answers } = await import("/read.js");
    return answers(await WebAssembly.compileStreaming(fetch("/hosts.wasm")));
  });
  t.diagnostic(`${await browser.version()}: ${assertSameBytes(lines)} cases, the same bytes`);
});

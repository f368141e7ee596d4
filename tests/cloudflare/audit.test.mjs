/** `shelfwise audit --edge` on the worker as it was built: it passes, and fails where a worker in front keeps a visit. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT, deploy, ready } from "./worker.mjs";

const SHELFWISE = process.env.SHELFWISE ?? join(ROOT, "target/debug/shelfwise");
/** Recognized as the package on the page: an audit needs something of Shelfwise. */
const PAGE = `const a = "the engine's answer is not of the agreed shape";`;
/** A worker in front: its module outlives a request, and the items of a visit with it. */
const REMEMBERING = `
import worker from "./worker.mjs";
let recent = [];
export default {
  async fetch(request, env, context) {
    if (request.method !== "POST") return worker.fetch(request, env, context);
    const text = await request.text();
    let body = text;
    try {
      const list = JSON.parse(text);
      if (list.recent?.length) recent = list.recent;
      if (list.items) body = JSON.stringify({ ...list, recent });
    } catch {}
    return worker.fetch(new Request(request.url, { method: "POST", headers: request.headers, body }), env, context);
  },
};
`;

/** Audits a worker; returns the step. */
async function audit(worker) {
  const folder = mkdtempSync(join(tmpdir(), "audited-"));
  writeFileSync(join(folder, "page.js"), PAGE);
  const words = ["audit", folder, "--static", "--json", "--edge", worker.address];
  const { error, stdout, stderr } = await new Promise((done) => {
    execFile(SHELFWISE, words, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => done({ error, stdout, stderr }));
  });
  rmSync(folder, { recursive: true });
  assert.ok(stdout, `${error} ${stderr}`);
  return JSON.parse(stdout).steps.find(({ name }) => name === "edge");
}

test("the worker as built passes the audit of an edge, and its origin is asked for the model alone", async (t) => {
  const worker = await deploy({ settings: { recent: "on" } });
  t.after(worker.close);
  await ready(worker);
  const step = await audit(worker);
  assert.equal(step.outcome, "passed", JSON.stringify(step, null, 2));
  assert.match(step.tried.join(), /changes the order of a list/, "the control: an item of a visit counts");
  assert.ok(worker.origin.asked.every((path) => path === "/model.swm"));
});

test("a worker in front that keeps the last visit fails the audit", async (t) => {
  const worker = await deploy({ settings: { recent: "on" }, extra: { main: "front.mjs", files: { "front.mjs": REMEMBERING } } });
  t.after(worker.close);
  await ready(worker);
  const step = await audit(worker);
  assert.equal(step.outcome, "failed");
  assert.ok(step.findings.some(({ code }) => code === "edge.remembers"), JSON.stringify(step.findings, null, 2));
});

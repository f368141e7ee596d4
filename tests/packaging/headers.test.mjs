/**
 * The recipes of docs/headers.md, unchanged: each server is started with its block beside a policy for all of the shop's
 * pages, and Chromium reports how the worker is contained.
 */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, seen } from "./browser.mjs";
import { assertReranked, report } from "./expect.mjs";
import { installed, MODEL, project, run } from "./project.mjs";
import { blockOf } from "./documents.mjs";
import { CONTAINED, freePort, start } from "./served.mjs";

const NGINX = process.env.NGINX ?? "/usr/sbin/nginx";
const CADDY = process.env.CADDY ?? "/usr/bin/caddy";
const PAGES = "default-src 'self'";

let browser;
let folder;

before(async () => {
  folder = project("headers", join(import.meta.dirname, "environments/csp"));
  cpSync(MODEL, join(folder, "grocer.swm"));
  cpSync(installed(folder, "dist"), join(folder, "shelfwise"), { recursive: true });
  browser = await launch();
});
after(() => browser?.close());

/** Checks that the worker's script has the header once, and that the engine reports containment. */
async function check(t, site, worker) {
  try {
    const answer = await fetch(site.address + worker);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-security-policy"), CONTAINED);
    const found = await open(browser, `${site.address}/`, seen);
    assertReranked(found, "worker");
    report(t, found);
  } finally {
    site.close();
  }
}

test("nginx contains the worker beside a policy for all pages", async (t) => {
  const port = await freePort();
  writeFileSync(join(folder, "nginx.conf"), nginx(port));
  const words = ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")];
  await check(t, await start(NGINX, words, { folder, port }), "/shelfwise/worker.js");
});

/** One process that drops no privileges and keeps its files in the project's folder. */
const nginx = (port) => `
daemon off; master_process off; pid ${folder}/nginx.pid;
events {}
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/nginx;`).join(" ")}
  server {
    listen 127.0.0.1:${port};
    root ${folder};
    add_header Content-Security-Policy "${PAGES}";
    ${blockOf("headers.md", "nginx")}
  }
}`;

test("Caddy contains the worker beside a policy for all pages", async (t) => {
  const port = await freePort();
  writeFileSync(join(folder, "Caddyfile"), caddy(port));
  const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  await check(t, await start(CADDY, ["run", "--config", "Caddyfile"], { folder, port, env }), "/shelfwise/worker.js");
});

const caddy = (port) => `{
	admin off
	auto_https off
}
http://127.0.0.1:${port} {
	root * ${folder}
	${blockOf("headers.md", "caddy")}
	file_server
}
`;

test("Vite contains the worker in development and in a preview of the build", async (t) => {
  const shop = viteShop();
  const serve = async (command) => {
    const port = await freePort();
    const words = [...command, "--host", "127.0.0.1", "--port", String(port), "--strictPort"];
    return start(join(shop, "node_modules/.bin/vite"), words, { folder: shop, port });
  };
  await check(t, await serve([]), "/node_modules/shelfwise/dist/worker.js");
  run(join(shop, "node_modules/.bin/vite"), ["build"], shop);
  const [worker] = run("find", ["dist/assets", "-name", "worker-*.js", "-printf", "/assets/%f\n"], shop).split("\n");
  await check(t, await serve(["preview"]), worker);
});

function viteShop() {
  const shop = project("headers-vite", join(import.meta.dirname, "environments/vite"));
  mkdirSync(join(shop, "public"));
  cpSync(MODEL, join(shop, "public/grocer.swm"));
  writeFileSync(join(shop, "vite.config.js"), blockOf("headers.md", "js vite"));
  return shop;
}

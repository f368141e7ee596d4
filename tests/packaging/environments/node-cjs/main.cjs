/** An older server, in CommonJS. */

const { readFile } = require("node:fs/promises");
const { createShelfwise } = require("shelfwise");

async function main(model) {
  const { visit } = await import("./shop.js");
  const snapshot = new Uint8Array(await readFile(model));
  console.log(JSON.stringify(await visit(createShelfwise, { snapshot, isolation: "inline" })));
}

main(process.argv[2]);

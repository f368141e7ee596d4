/** An older server, in CommonJS: the package is a module, and `import()` is the way to it. */

const { readFile } = require("node:fs/promises");

async function main(model) {
  const { createShelfwise } = await import("shelfwise");
  const { visit } = await import("./shop.js");
  const snapshot = new Uint8Array(await readFile(model));
  console.log(JSON.stringify(await visit(createShelfwise, { snapshot, isolation: "inline" })));
}

main(process.argv[2]);

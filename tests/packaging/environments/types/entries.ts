/** Every entry of the package has the same handle; the element knows it. */

import { createShelfwise as main, type Options, type Shelfwise } from "shelfwise";
import { createShelfwise as base64 } from "shelfwise/base64";
import { createShelfwise as bundler } from "shelfwise/bundler";
import { createShelfwise as node } from "shelfwise/node";
import { createShelfwise as nowasm } from "shelfwise/nowasm";
import { connect, rerankElements, ShelfwiseShelf } from "shelfwise/shelf";
import { createShelfwise as web } from "shelfwise/web";
import { createShelfwise as workerd } from "shelfwise/workerd";
import "shelfwise/auto";

const entries: ((options: Options) => Promise<Shelfwise>)[] = [main, base64, bundler, node, nowasm, web, workerd];
const [shelf] = await Promise.all(entries.map((create) => create({ snapshot: new Uint8Array() })));
if (shelf) {
    const element = new ShelfwiseShelf();
    element.shelf = shelf;
    connect(shelf);
    const slate = await rerankElements(shelf, document.body, { placement: "category", limit: 8 });
    console.log(slate.basis);
}

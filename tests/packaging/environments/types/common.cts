/** A server in CommonJS, written in TypeScript. */

import { createShelfwise } from "shelfwise";
import type { Shelfwise } from "shelfwise";

const made: Promise<Shelfwise> = createShelfwise({ snapshot: new Uint8Array() });
void made.then((shelf) => shelf.close());

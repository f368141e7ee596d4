/** The worker: one host, one way in, one way out. */

import { Host } from "./host.js";
import { isolationOfWorker } from "./shell/probe.js";

declare const self: {
    onmessage: (event: MessageEvent) => void;
    postMessage(answer: unknown): void;
};

/** Found out while the page still loads what the engine needs. */
const isolation = isolationOfWorker();
const host = new Host(() => isolation);

self.onmessage = (event) => {
    void host.answer(event.data).then((answer) => self.postMessage(answer));
};

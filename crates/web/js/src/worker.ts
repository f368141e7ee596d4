/** The worker: one host, one way in, one way out. */

import { Host } from "./host.js";
import { isolationOfWorker } from "./probe.js";

declare const self: {
    onmessage: (event: MessageEvent) => void;
    postMessage(answer: unknown): void;
};

const host = new Host(isolationOfWorker);

self.onmessage = (event) => {
    void host.answer(event.data).then((answer) => self.postMessage(answer));
};

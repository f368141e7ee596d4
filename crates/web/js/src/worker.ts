/** The worker's entry point: passes messages to one host, and posts its answers. */

import { Host } from "./host.js";
import { isolationOfWorker } from "./shell/probe.js";

declare const self: {
    onmessage: (event: MessageEvent) => void;
    postMessage(answer: unknown): void;
};

/** Started at once, so that the probe runs while the page still loads the engine's files. */
const isolation = isolationOfWorker();
const host = new Host(() => isolation);

self.onmessage = (event) => {
    void host.answer(event.data).then((answer) => self.postMessage(answer));
};

/** Runs the engine on the page itself: the same host as in the worker, without its isolation. */

import { Host } from "./host.js";
import type { Connect } from "./link.js";

/** Opens a host in this realm. Answers arrive asynchronously, never during the call of `ask`. */
export const openInline: Connect = (receiver) => {
    const host = new Host(async () => "inline");
    return {
        ask: (question) => void host.answer(question).then((answer) => receiver.answer(answer)),
        close: () => host.close(),
    };
};

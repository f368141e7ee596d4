/** The engine on the page itself: the same host, without the wall. */

import { Host } from "./host.js";
import type { Connect } from "./link.js";

/** Opens a host in this realm. Answers come later, never while the question is asked. */
export const openInline: Connect = (receiver) => {
    const host = new Host(async () => "inline");
    return {
        ask: (question) => void host.answer(question).then((answer) => receiver.answer(answer)),
        close: () => host.close(),
    };
};

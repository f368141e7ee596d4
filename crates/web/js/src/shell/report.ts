/**
 * Sends randomized reports: a POST of a text of fixed length to the shop itself, without cookies and without a referrer. The engine
 * makes the text; what this file adds is the address, which the shop has set.
 */

import { ShelfwiseError, textOf } from "../problem.js";

/** Sends a report. Rejects with a `ShelfwiseError` where it cannot be sent, or is refused. */
export async function send(url: string, report: string): Promise<void> {
    let status: number;
    try {
        // It outlives the page, and goes nowhere but to the page's own origin.
        ({ status } = await fetch(url, { method: "POST", body: report, mode: "same-origin", credentials: "omit", referrerPolicy: "no-referrer", keepalive: true }));
    } catch (thrown) {
        throw new ShelfwiseError("network", `the report was not sent to ${url}: ${textOf(thrown)}`);
    }
    if (status >= 400) throw new ShelfwiseError("network", `${url} answered the report with ${status}`);
}

/** Prints findings to the console: each once, those of one moment in one group. */

import type { Finding } from "./finding.js";

const ADVICE = "https://developers.google.com/analytics/devguides/collection/ga4/ecommerce";
/** Limit of findings per page. */
const MOST_FINDINGS = 100;

/** The part of the console that is used. */
export type ReportConsole = Pick<Console, "groupCollapsed" | "groupEnd" | "warn" | "info">;

export class Reporter {
    #reported = new Set<string>();
    #waiting: Finding[] = [];

    /** `later` defers a function to the next task. */
    constructor(
        private readonly target: ReportConsole,
        private readonly later: (then: () => void) => void,
    ) {}

    findings(findings: readonly Finding[]): void {
        for (const finding of findings) this.#finding(finding);
    }

    /** Queues a finding. The same mistake at another index of `items` is not repeated. */
    #finding(finding: Finding): void {
        const key = `${finding.code} ${finding.where.replace(/\d+/g, "#")}`;
        if (this.#reported.has(key) || this.#reported.size >= MOST_FINDINGS) return;
        this.#reported.add(key);
        if (this.#waiting.push(finding) === 1) this.later(() => this.#speak());
    }

    #speak(): void {
        const findings = this.#waiting;
        this.#waiting = [];
        const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
        this.target.groupCollapsed(`Shelfwise linter: ${count} (only in development)`);
        for (const { code, where, text } of findings) this.target.warn(`${where}: ${text} [${code}]`);
        this.target.info(`How GA4 wants it: ${ADVICE}. All messages: docs/ga4.md of shelfwise.`);
        this.target.groupEnd();
    }
}

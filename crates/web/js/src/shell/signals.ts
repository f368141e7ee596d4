/** Reads the browser's privacy signals. */

import type { Signal } from "../mode.js";

/** Returns the current Global Privacy Control and Do Not Track signals. One that throws when read counts as set. */
export function signals(): Signal[] {
    const found: Signal[] = [];
    let readable = true;
    const read = (signal: Signal, value: () => unknown) => {
        try {
            const setting = value();
            if (setting === true || setting === "1") found.push(signal);
        } catch {
            readable = false;
        }
    };
    const browser = () => globalThis.navigator as unknown as Record<string, unknown> | undefined;
    read("gpc", () => browser()?.globalPrivacyControl);
    read("dnt", () => browser()?.doNotTrack);
    return readable ? found : [...found, "signal_unreadable"];
}

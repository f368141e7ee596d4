/** Determines the effective mode: the lowest that any party requests. */

import { MODES as KNOWN } from "./contract.js";
import type { Consent, Mode, ModeSource } from "./types.js";

/** All modes, from the lowest to the highest. */
export const MODES: readonly Mode[] = KNOWN;

/** Returns whether events of the visit are held in this mode. */
export function holdsVisit(mode: Mode): boolean {
    return mode === "session" || mode === "remembered";
}

/** A privacy signal of the browser, or that one could not be read. */
export type Signal = "gpc" | "dnt" | "signal_unreadable";

/** The inputs from which the mode is determined. */
export interface ModeInputs {
    /** The shop's ceiling. */
    ceiling: Mode;
    /** Whether the shopper has granted to be remembered. */
    isGranted: boolean;
    signals: readonly Signal[];
    consent: Consent;
    /** Null until the shopper chooses. */
    shopper: Mode | null;
}

/** Returns the effective mode and its source: the lowest wins; of equals, the first in the order of `ModeSource`. */
export function decide(inputs: ModeInputs): { mode: Mode; source: ModeSource } {
    const consented = inputs.consent === "not_required" || inputs.consent === "granted";
    const asked: [ModeSource, Mode][] = [["shop", inputs.ceiling]];
    for (const signal of inputs.signals) asked.push([signal, "contextual"]);
    if (!consented) asked.push(["consent", "contextual"]);
    if (!inputs.isGranted) asked.push(["grant", "session"]);
    if (inputs.shopper) asked.push(["shopper", inputs.shopper]);
    const height = ([, mode]: [ModeSource, Mode]) => MODES.indexOf(mode);
    const [source, mode] = asked.reduce((lowest, next) => (height(next) < height(lowest) ? next : lowest));
    return { mode, source };
}

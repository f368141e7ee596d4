/** Which mode holds: the lowest that anybody asks for. */

import { MODES as KNOWN } from "./contract.js";
import type { Consent, Mode, ModeSource } from "./types.js";

/** From the lowest to the highest. */
export const MODES: readonly Mode[] = KNOWN;

/** What the browser says of the shopper's wishes, as the shell reads it. */
export type Signal = "gpc" | "dnt" | "signal_unreadable";

/** Everybody who has a say. */
export interface Wishes {
    /** The shop's ceiling. */
    ceiling: Mode;
    signals: readonly Signal[];
    consent: Consent;
    /** Null until the shopper chooses. */
    shopper: Mode | null;
}

/** The mode that holds, and who set it: the lowest wins, and among equals the first in the order of `ModeSource`. */
export function decide(wishes: Wishes): { mode: Mode; source: ModeSource } {
    const consented = wishes.consent === "not_required" || wishes.consent === "granted";
    const asked: [ModeSource, Mode][] = [["shop", wishes.ceiling]];
    for (const signal of wishes.signals) asked.push([signal, "contextual"]);
    if (!consented) asked.push(["consent", "contextual"]);
    if (wishes.shopper) asked.push(["shopper", wishes.shopper]);
    const height = ([, mode]: [ModeSource, Mode]) => MODES.indexOf(mode);
    const [source, mode] = asked.reduce((lowest, next) => (height(next) < height(lowest) ? next : lowest));
    return { mode, source };
}

/** Bytes as text, for storage. */

import { attempt } from "./validate.js";

export function toBase64(bytes: Uint8Array): string {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
}

/** Returns the bytes; null if the text is not base64, such as that of another script under the same key. */
export function fromBase64(text: unknown): Uint8Array | null {
    if (typeof text !== "string") return null;
    return attempt(() => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)), () => undefined) ?? null;
}

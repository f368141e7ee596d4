/**
 * Loads files. All requests of the package are made here: GETs without a body, of addresses that do not depend on the
 * shopper.
 */

import { ShelfwiseError, textOf } from "../problem.js";

/** A file to load, with its expected hash and its maximum size in bytes. */
export interface File {
    url: string;
    integrity: string | null;
    most: number;
    /** Set if the browser's cache must be revalidated. */
    cache?: "no-cache";
}

/** Loads the file's bytes and verifies them. Rejects with a `ShelfwiseError`. */
export async function load(file: File, cancel: AbortSignal): Promise<Uint8Array> {
    const response = await request(file, cancel);
    if (response.status !== 200) throw new ShelfwiseError("not_found", `${file.url} answered ${response.status}`);
    const type = response.headers.get("content-type") ?? "";
    // Some servers answer unknown addresses with status 200 and their start page, or with an error in JSON.
    const isJson = /\.json(?:[?#]|$)/.test(file.url);
    if ((isJson ? /html/i : /html|json/i).test(type)) throw new ShelfwiseError("wrong_type", `${file.url} is of type ${type}: it is not the file`);
    const bytes = await body(response, file, cancel);
    if (file.integrity !== null) await verify(bytes, file.url, file.integrity);
    return bytes;
}

async function request({ url, cache }: File, cancel: AbortSignal): Promise<Response> {
    try {
        // No referrer: the page's address may reveal where in the shop the shopper is.
        return await fetch(url, { signal: cancel, credentials: "same-origin", referrerPolicy: "no-referrer", cache: cache ?? "default" });
    } catch (thrown) {
        throw lost(url, cancel, thrown);
    }
}

async function body(response: Response, file: File, cancel: AbortSignal): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
        const reader = response.body?.getReader();
        for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
            length += part.value.length;
            if (length > file.most) throw new ShelfwiseError("too_large", `${file.url} has more than ${file.most} bytes`);
            chunks.push(part.value);
        }
    } catch (thrown) {
        throw lost(file.url, cancel, thrown);
    }
    return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
        bytes.set(chunk, at);
        at += chunk.length;
    }
    return bytes;
}

function lost(url: string, cancel: AbortSignal, thrown: unknown): ShelfwiseError {
    if (thrown instanceof ShelfwiseError) return thrown;
    if (cancel.aborted) return new ShelfwiseError("deadline", `${url} did not load in time`);
    return new ShelfwiseError("network", `${url} did not load: ${textOf(thrown)}`);
}

/** Compares the bytes with their hash. Rejects with a `ShelfwiseError` if they differ or hashing is unavailable. */
export async function verify(bytes: Uint8Array, url: string, integrity: string): Promise<void> {
    if (!canHash()) throw new ShelfwiseError("integrity", `${url} cannot be verified: browsers hash on https and localhost only`);
    const found = `sha256-${btoa(String.fromCharCode(...(await sha256(bytes))))}`;
    if (found !== integrity) throw new ShelfwiseError("integrity", `${url} has hash ${found}, expected ${integrity}`);
}

/** Returns the SHA-256 of bytes. Rejects where hashing is unavailable. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
}

/** Resolves an address against the page's base URL. Throws a `ShelfwiseError` if it is invalid. */
export function resolved(url: string): string {
    try {
        return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href;
    } catch {
        throw new ShelfwiseError("bad_options", `${url.slice(0, 200)} is not a URL`);
    }
}

/** Returns whether hashing is available: browsers offer it on https and localhost only. */
export function canHash(): boolean {
    return globalThis.crypto?.subtle !== undefined;
}

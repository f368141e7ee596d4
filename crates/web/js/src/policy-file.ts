/**
 * Extracts the hidden ids from a policy file, as `Policy::hidden_ids` in `crates/core/src/policy/hidden.rs` does. Needed
 * if no engine runs, because there is no WebAssembly or the model is damaged.
 *
 * The file is postcard (https://postcard.jamesmunns.com/wire-format): fields in the order of the Rust types, integers as
 * LEB128, texts and lists prefixed by their length, enum variants as their index.
 */

import { POLICY_HEAD } from "./contract.js";

/** The ids of items that rules hide. */
export interface HiddenItems {
    everywhere: string[];
    /** By placement, in addition to those that are hidden everywhere. */
    placements: Map<string, string[]>;
    /** Rules that hide a category or a brand without a list of items: only an engine and its model can apply them. */
    unlisted: string[];
}

/** Formats behind the first one: both begin with the section that hides. */
const LATER_FORMATS = 2;
/** Behind their version: the lowest engine that obeys it, three bytes, and the length of the section that hides. */
const ENGINE_BYTES = 3;
const LENGTH_BYTES = 4;
/** Indexes of the verbs that hide, and of `Action` and `Selector`. */
const ONLY_VERB = 1;
const HIDE = 0;
const EXCLUDE = 1;
const CAP = 2;
const PIN = 3;
const DIRECT = 4;
const ITEM = 0;
const BRAND = 2;

/** Returns the ids that the file's rules hide. Throws if it is damaged or no policy of this version. */
export function hiddenItems(file: Uint8Array): HiddenItems {
    const reader = new Reader(file);
    const version = POLICY_HEAD.map(() => reader.byte())[3]! - POLICY_HEAD[3];
    if (version > LATER_FORMATS || !POLICY_HEAD.slice(0, 3).every((byte, at) => file[at] === byte)) malformed();
    const found: HiddenItems = { everywhere: [], placements: new Map(), unlisted: [] };
    if (version >= 1) readSection(reader, found);
    else {
        reader.list(() => [reader.text(), reader.number()]);
        reader.list(() => readRule(reader, found));
        if (!reader.isAtEnd) malformed();
    }
    return found;
}

/**
 * Reads the first of the sections of formats 3 and 4, which has every rule that hides. Its times and conditions are passed
 * over: an item that a rule hides at times is hidden always where no engine runs.
 */
function readSection(reader: Reader, found: HiddenItems): void {
    for (let at = 0; at < ENGINE_BYTES; at += 1) reader.byte();
    let length = 0;
    for (let at = 0; at < LENGTH_BYTES; at += 1) length += reader.byte() * 256 ** at;
    const section = reader.part(length);
    section.list(() => section.text());
    section.list(() => [section.number(), section.text()]);
    section.list(() => readRule(section, found));
}

function readRule(reader: Reader, found: HiddenItems): void {
    const rule = reader.text();
    const placements = reader.list(() => reader.text());
    const action = reader.number();
    if (action === HIDE) return readHide(reader, rule, placements, found);
    if (action === DIRECT) return readDirective(reader, rule, placements, found);
    if (action === PIN) reader.text();
    else if (action === CAP) reader.number();
    else if (action !== EXCLUDE) malformed();
    reader.number();
}

function readHide(reader: Reader, rule: string, placements: string[], found: HiddenItems): void {
    const selector = reader.number();
    const what = reader.text();
    const items = reader.option(() => reader.list(() => reader.text()));
    if (selector > BRAND) malformed();
    if (selector === ITEM) add(found, placements, [what]);
    else if (items === null) found.unlisted.push(rule);
    if (items) add(found, placements, items);
}

/** Reads a verb of format 3; `hide` and `only` list the items that they leave out. */
function readDirective(reader: Reader, rule: string, placements: string[], found: HiddenItems): void {
    const hides = reader.number() <= ONLY_VERB;
    const items = reader.option(() => reader.list(() => reader.text()));
    reader.list(() => [reader.byte(), reader.number(), reader.number()]);
    reader.byte();
    for (let numbers = 3; numbers > 0; numbers -= 1) reader.number();
    reader.list(() => reader.number());
    reader.list(() => reader.text());
    if (!hides) return;
    if (items) add(found, placements, items);
    else found.unlisted.push(rule);
}

function add({ everywhere, placements }: HiddenItems, of: readonly string[], items: readonly string[]): void {
    const lists = of.map((placement) => placements.get(placement) ?? placements.set(placement, []).get(placement)!);
    for (const list of of.length > 0 ? lists : [everywhere]) for (const item of items) list.push(item);
}

class Reader {
    readonly #bytes: Uint8Array;
    #at = 0;

    constructor(bytes: Uint8Array) {
        this.#bytes = bytes;
    }

    get isAtEnd(): boolean {
        return this.#at === this.#bytes.length;
    }

    byte(): number {
        return this.#bytes[this.#at++] ?? malformed();
    }

    /** Returns a reader of the next bytes. */
    part(length: number): Reader {
        const bytes = this.#bytes.subarray(this.#at, (this.#at += length));
        return bytes.length === length ? new Reader(bytes) : malformed();
    }

    /** Reads an unsigned LEB128 integer of at most 32 bits: the file has none larger. */
    number(): number {
        let value = 0;
        for (let factor = 1; factor < 2 ** 32; factor *= 128) {
            const byte = this.byte();
            value += (byte % 128) * factor;
            if (byte < 128) return value;
        }
        return malformed();
    }

    text(): string {
        const length = this.number();
        const bytes = this.#bytes.subarray(this.#at, (this.#at += length));
        return bytes.length === length ? new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) : malformed();
    }

    list<T>(read: () => T): T[] {
        const entries: T[] = [];
        // Nothing is allocated up front: a false length fails at the end of the file.
        for (let left = this.number(); left > 0; left -= 1) entries.push(read());
        return entries;
    }

    option<T>(read: () => T): T | null {
        const tag = this.byte();
        return tag > 1 ? malformed() : tag === 1 ? read() : null;
    }
}

function malformed(): never {
    throw new Error("not a policy file that this version reads");
}

/** Checks what comes from the engine's host: an answer is let in only in the shape of its call, field by field. */

import { ShelfwiseError } from "./problem.js";
import type { CallName, Calls, Question } from "./protocol.js";
import { MOST_KEPT } from "./shell/storage.js";
import type { ErrorCode } from "./types.js";

/** Checks a value and copies of it what is known; throws on anything else. */
type Check = (value: unknown) => unknown;

const refuse = (): never => {
    throw new ShelfwiseError("engine", "the engine's answer is not of the agreed shape");
};
const when = (fits: (value: unknown) => boolean): Check => (value) => (fits(value) ? value : refuse());
const text = when((value) => typeof value === "string" && value.length <= 2048);
const number = when((value) => typeof value === "number");
const flag = when((value) => typeof value === "boolean");
const bytes = when((value) => value instanceof Uint8Array && value.length <= MOST_KEPT);
const orNull = (check: Check): Check => (value) => (value === null || value === undefined ? null : check(value));
const oneOf = (...words: string[]): Check => when((value) => words.includes(value as string));
const list = (check: Check): Check => (value) => (Array.isArray(value) && value.length <= 1000 ? value.map(check) : refuse());
const record = (fields: Record<string, Check>): Check => (value) => {
    if (typeof value !== "object" || value === null) return refuse();
    const read = ([name, check]: [string, Check]) => [name, check((value as Record<string, unknown>)[name])];
    return Object.fromEntries(Object.entries(fields).map(read));
};

const reason = record({ code: text, evidence: list(text) });
const place = { item_id: text, score: number, reasons: list(reason), rules: list(text) };
const item = record({ ...place, position: number, from_position: orNull(number), source: text });
const slate = record({ slate_id: text, snapshot: text, fallback_used: flag, basis: text, items: list(item) });
const contribution = record({ source: text, evidence: orNull(text), amount: number });
const ruledOut = record({ by: text, rule: orNull(text) });
const explained = { position: orNull(number), source: orNull(text), contributions: list(contribution), ruled_out: orNull(ruledOut) };
const event = record({ id: number, event: text, item_id: text, at_ms: number });
const size = { version: number, snapshot_bytes: number, items: number, min_support: number, trained_until_ms: number, cells: number };
const facts = record({ ...size, snapshot: text, support: text });
/** What a host may complain of; the rest is the page's own to say. */
const code = oneOf("no_webassembly", "no_worker", "bad_snapshot", "bad_policy", "bad_request", "engine");
const isolation = oneOf("worker", "worker-uncontained", "inline");

const GIVES: Record<CallName, Check> = {
    open: record({ facts, isolation }),
    track: record({ saved: orNull(bytes), refused: number, why: text }),
    rerank: slate,
    recommend: slate,
    explain: orNull(record({ ...place, ...explained })),
    what_if: orNull(slate),
    profile: record({ mode: text, gift: flag, events: list(event), hidden: list(text), cart: list(text) }),
    restore: flag,
    slates: list(text),
    verify: record({ path: orNull(text), at_most: number, epoch: number, hidden: flag, outcome: orNull(text), reason: text, memory: bytes }),
};

const answer = record({ id: number, result: (value) => value, error: orNull(record({ code, message: text, fatal: flag })) });

/** An answer as it came, as far as it says which question it is to. */
export interface Heard {
    id: number;
    result: unknown;
    error: { code: ErrorCode; message: string; fatal: boolean } | null;
}

/** The answer's outer shape. */
export function parseAnswer(data: unknown): Heard {
    return answer(data) as Heard;
}

/** What the answer gives, in the shape of its call. A list comes back with items that were asked about, and no others. */
export function admitted(question: Question, result: unknown): unknown {
    const checked = GIVES[question.call](result);
    if (question.call === "rerank") onlyAsked(question.params as Calls["rerank"]["params"], checked as Calls["rerank"]["result"]);
    return checked;
}

function onlyAsked({ items = [] }: Calls["rerank"]["params"], params: Calls["rerank"]["result"]): void {
    const asked = new Set(items.map((listed) => listed.item_id));
    if (params.items.length > items.length || params.items.some((shown) => !asked.has(shown.item_id))) refuse();
}

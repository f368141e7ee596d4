/** Validates answers of the engine's host, field by field, against the result type of the call. */

import { bytes, flag, list, number, oneOf, orNull, record, refuse, text } from "./check.js";
import type { Check } from "./check.js";
import { HOST_CODES, checkChoice, checkExplanation, checkFailure, checkOpened, checkProfile, checkReported, checkSlate, checkTracked, checkTrials, checkVerdict } from "./contract.js";
import type { Failure } from "./contract.js";
import type { CallName, Calls, Question } from "./protocol.js";

const RESULTS: Record<CallName, Check> = {
    open: checkOpened,
    track: checkTracked,
    rerank: checkSlate,
    recommend: checkSlate,
    choose: checkChoice,
    explain: orNull(checkExplanation),
    what_if: orNull(checkSlate),
    profile: checkProfile,
    restore: flag,
    remember: bytes,
    trials: checkTrials,
    report: checkReported,
    slates: list(text),
    verify: checkVerdict,
};

/** The codes that a host may send; only the page itself sets the others. */
const hostCode = oneOf(...HOST_CODES);

const failure: Check = (value) => {
    const checked = checkFailure(value) as Failure;
    hostCode(checked.code);
    return checked;
};

const answer = record({ id: number, result: (value) => value, error: orNull(failure) });

/** An answer whose outer fields are validated, but not its result. */
export interface ParsedAnswer {
    id: number;
    result: unknown;
    error: Failure | null;
}

/** Validates the outer fields of an answer. */
export function parseAnswer(data: unknown): ParsedAnswer {
    return answer(data) as ParsedAnswer;
}

/** Validates a result against its call. A reranked list may only contain items of the request. */
export function admitted(question: Question, result: unknown): unknown {
    const checked = RESULTS[question.call](result);
    if (question.call === "rerank") refuseForeignItems(question.params as Calls["rerank"]["params"], checked as Calls["rerank"]["result"]);
    return checked;
}

function refuseForeignItems({ items = [] }: Calls["rerank"]["params"], params: Calls["rerank"]["result"]): void {
    const requested = new Set(items.map((listed) => listed.item_id));
    if (params.items.length > items.length || params.items.some((shown) => !requested.has(shown.item_id))) refuse();
}

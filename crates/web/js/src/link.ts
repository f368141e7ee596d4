/** The page's end of the connection to an engine: each question gets an answer, an error, or a deadline. */

import { admitted, parseAnswer } from "./answers.js";
import type { ParsedAnswer } from "./answers.js";
import { ShelfwiseError } from "./problem.js";
import type { CallName, Calls, Question } from "./protocol.js";
import { after } from "./shell/clock.js";
import type { Port, Receiver } from "./shell/worker.js";
import type { ErrorCode } from "./types.js";

/** Limit of open questions: far more than a page has placements, so only a runaway caller reaches it. */
const MOST_OPEN = 256;
/** An engine that misses this many deadlines in a row counts as hung. */
const MOST_MISSED = 3;

interface Open {
    question: Question;
    done: (result: never) => void;
    failed: (why: ShelfwiseError) => void;
    stopTimer: () => void;
}

/** Opens the port of a link: to a worker, or to an engine on the page. */
export type Connect = (receiver: Receiver) => Port;

export class Link implements Receiver {
    readonly #port: Port;
    readonly #open = new Map<number, Open>();
    readonly #ended: (why: ShelfwiseError) => void;
    #last = 0;
    #missed = 0;
    #over: ShelfwiseError | null = null;

    /** Opens the port. `ended` is called once, when the engine cannot continue. */
    constructor(connect: Connect, ended: (why: ShelfwiseError) => void) {
        this.#ended = ended;
        this.#port = connect(this);
    }

    /** Sends a call and waits at most `patienceMs` for its answer. Rejects with a `ShelfwiseError`. */
    ask<Name extends CallName>(call: Name, params: Calls[Name]["params"], patienceMs: number): Promise<Calls[Name]["result"]> {
        if (this.#over) return Promise.reject(this.#over);
        if (this.#open.size >= MOST_OPEN) return Promise.reject(new ShelfwiseError("deadline", "too many calls are pending"));
        const id = (this.#last += 1);
        const question = { id, call, params } as Question;
        return new Promise((done, failed) => {
            const stopTimer = after(patienceMs, () => this.#miss(id));
            this.#open.set(id, { question, done, failed, stopTimer });
            this.#post(question);
        });
    }

    answer(data: unknown): void {
        try {
            const answer = parseAnswer(data);
            const open = this.#take(answer.id);
            this.#missed = 0;
            // After its deadline the question is no longer open, and the answer is dropped.
            if (open) settle(open, answer);
            if (answer.error?.fatal) this.failed(answer.error.code, answer.error.message);
        } catch (thrown) {
            this.failed("engine", thrown instanceof ShelfwiseError ? thrown.message : "the engine's answer cannot be read");
        }
    }

    failed(code: ErrorCode, message: string): void {
        if (this.#over) return;
        const why = new ShelfwiseError(code, message);
        this.#end(why);
        this.#ended(why);
    }

    /** Closes the link: open questions fail. `ended` is not called, because the end was requested. */
    close(): void {
        this.#end(new ShelfwiseError("engine", "the engine was stopped"));
    }

    #post(question: Question): void {
        try {
            this.#port.ask(question);
        } catch {
            this.failed("engine", "the engine cannot receive calls");
        }
    }

    #miss(id: number): void {
        this.#take(id)?.failed(new ShelfwiseError("deadline", "the engine did not answer in time"));
        this.#missed += 1;
        if (this.#missed >= MOST_MISSED) this.failed("engine", "the engine is not responding");
    }

    #take(id: number): Open | undefined {
        const open = this.#open.get(id);
        this.#open.delete(id);
        open?.stopTimer();
        return open;
    }

    #end(why: ShelfwiseError): void {
        if (this.#over) return;
        this.#over = why;
        for (const id of [...this.#open.keys()]) this.#take(id)?.failed(why);
        this.#port.close();
    }
}

function settle({ question, done, failed }: Open, { result, error }: ParsedAnswer): void {
    if (error) return failed(new ShelfwiseError(error.code, error.message));
    try {
        done(admitted(question, result) as never);
    } catch (thrown) {
        failed(thrown as ShelfwiseError);
        throw thrown;
    }
}

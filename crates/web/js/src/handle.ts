/** The public handle: plain functions, so that it works destructured or behind a proxy. None of them throws. */

import { Chooser } from "./chooser.js";
import { Client } from "./client.js";
import { MUTE, UNMUTE } from "./memory.js";
import { noSettings, readConsent, readOptions } from "./options.js";
import type { Settings } from "./options.js";
import { MAX_EVENTS } from "./contract.js";
import { id, list, ownField, whole } from "./validate.js";
import type { Platform } from "./platform.js";
import { ShelfwiseError } from "./problem.js";
import { readMode, readMute, readReceipt, readRecommend, readRerank } from "./requests.js";
import type { Listeners, Options, Shelfwise, Slate } from "./types.js";

const LISTENED: readonly string[] = ["ready", "update", "mode", "error"];

/** Creates a handle for this platform. Never rejects. */
export async function create(options: Options, platform: Platform | null): Promise<Shelfwise> {
    let settings: Settings;
    let wrong: unknown = null;
    try {
        settings = readOptions(options);
    } catch (thrown) {
        settings = noSettings(options);
        wrong = thrown;
    }
    const client = new Client(settings, platform);
    if (wrong) client.refuse(wrong);
    else await client.start();
    return handle(client);
}

function handle(client: Client): Shelfwise {
    /** Reports errors about arguments to the `error` listeners instead of throwing. */
    const quietly = <T>(deed: () => T, otherwise: T): T => {
        try {
            return deed();
        } catch (thrown) {
            client.complain(thrown);
            return otherwise;
        }
    };
    const gently = async <T>(deed: () => Promise<T>, otherwise: T): Promise<T> => {
        try {
            return await deed();
        } catch (thrown) {
            client.complain(thrown);
            return otherwise;
        }
    };
    const chooser = new Chooser(client);
    const own = (request: unknown, list: "items" | "fallback"): Slate =>
        client.own(ownField(request, list), ownField(request, "placement"), ownField(request, "limit"));
    return Object.freeze({
        get status() {
            return client.status;
        },
        track: (event, payload) => quietly(() => client.track(event, payload), undefined),
        rerank: (request) => client.rank("rerank", (now) => readRerank(request, now), () => own(request, "items")),
        recommend: (request) => client.rank("recommend", (now) => readRecommend(request, now), () => own(request, "fallback")),
        choose: (request) => chooser.choose(request),
        explain: (slateId, itemId) =>
            gently(() => client.ask("explain", { slate_id: id(slateId, "slateId"), item_id: id(itemId, "itemId") }, null), null),
        whatIf: (slateId, change) => gently(() => client.ask("what_if", { slate_id: id(slateId, "slateId"), without: without(change) }, null), null),
        setMode: (mode) => quietly(() => client.setMode(readMode(mode, "mode")), undefined),
        setConsent: (consent) => quietly(() => client.setConsent(readConsent(consent, "consent")), undefined),
        grant: (receipt) => gently(async () => client.grant(readReceipt(receipt)), false),
        mute: (what) => gently(async () => client.mute(readMute(what, MUTE)), false),
        unmute: (what) => gently(async () => client.mute(readMute(what, UNMUTE)), false),
        pause: () => client.setPaused("paused"),
        resume: () => client.setPaused("running"),
        gift: (on) => client.track(on ? "gift_on" : "gift_off", null),
        lessLike: (itemId) => client.track("hide_item", { items: [{ item_id: itemId }] }),
        arms: () => gently(() => client.trials.arms(), []),
        orderTag: () => gently(() => client.trials.orderTag(), ""),
        report: () => gently(() => client.trials.report(), false),
        profile: () => client.profile(),
        exportData: () => client.exportData(),
        forget: () => client.forget(),
        storeOrder: (items, placement) => client.own(items, placement),
        on: (name, listener) => quietly(() => listen(client, name, listener), () => undefined),
        close: () => client.close(),
    } satisfies Shelfwise);
}

function without(change: unknown): number[] {
    const numbers = list(ownField(change, "without"), "without", (event, name) => whole(event, name, 0, Number.MAX_SAFE_INTEGER));
    return numbers.slice(0, MAX_EVENTS);
}

function listen(client: Client, name: keyof Listeners, listener: unknown): () => void {
    if (!LISTENED.includes(name)) throw new ShelfwiseError("bad_request", `unknown event, use one of: ${LISTENED.join(", ")}`);
    if (typeof listener !== "function") throw new ShelfwiseError("bad_request", `the listener of ${name} must be a function`);
    return client.on(name, listener as (...params: never[]) => void);
}

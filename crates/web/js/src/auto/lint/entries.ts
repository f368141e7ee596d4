/** Checks the entries of the dataLayer, each by itself and against the previous ones. */

import { idsOf, isAboutItems, isFields, knownEvent, readEntry } from "../ga4.js";
import type { Entry, Fields } from "../ga4.js";
import { found } from "./finding.js";
import type { Finding } from "./finding.js";
import { checkItems, kindOf } from "./items.js";
import { nearEvent } from "./near.js";

/** Parts of Universal Analytics' ecommerce object. */
const UA_PARTS = ["detail", "add", "remove", "click", "impressions", "checkout", "promoView", "promoClick"];
/** Period in which the same event about the same items counts as a duplicate, in milliseconds. */
const TWICE_MS = 1000;
/** Limit of remembered events and orders. */
const MOST_REMEMBERED = 200;

type EventEntry = Entry & { is: "event" };

interface RecentEvent {
    key: string;
    form: string;
    at: number;
}

export class EntryLinter {
    /** Names of the GA4 events that were pushed. */
    readonly seen = new Set<string>();
    /** Ids in `view_item_list` events. */
    readonly listed = new Set<string>();
    /** Whether a consent command has set `personalization_storage`. */
    saysConsent = false;
    #orders: string[] = [];
    #recent: RecentEvent[] = [];
    /** The event whose ecommerce object was not cleared yet; null if there is none. */
    #standing: string | null = null;
    #waiting: Fields | null = null;

    constructor(private readonly now: () => number) {}

    /** Checks one entry. Never throws: an unreadable entry is a finding. */
    check(raw: unknown): Finding[] {
        try {
            return [...checkForm(raw), ...this.#checkEntry(raw)];
        } catch {
            const text = "Reading this entry threw: it has a getter or a proxy that throws. It is not read; push plain objects.";
            return [found("unreadable", "dataLayer.push", text)];
        }
    }

    #checkEntry(raw: unknown): Finding[] {
        const entry = readEntry(raw);
        if (entry === null) return [];
        if (entry.is === "consent") return this.#noteConsent(entry.settings);
        if (entry.is === "ecommerce") return this.#stand(entry.ecommerce);
        return this.#checkEvent(entry, raw as Fields);
    }

    #noteConsent(settings: Fields): Finding[] {
        this.saysConsent ||= settings["personalization_storage"] !== undefined;
        return [];
    }

    #stand(ecommerce: Fields | null): Finding[] {
        this.#waiting = ecommerce;
        this.#standing = ecommerce && "an ecommerce object without an event";
        return ecommerce ? checkUniversal("ecommerce", ecommerce) : [];
    }

    #checkEvent(entry: EventEntry, raw: Fields): Finding[] {
        const event = knownEvent(entry.name);
        const universal = entry.ecommerce ? checkUniversal(entry.name, entry.ecommerce) : [];
        if (!event) return [...universal, ...checkName(entry.name)];
        this.#remember(entry);
        const misplaced = checkPlace(entry, raw);
        if (universal.length > 0 || misplaced.length > 0) return [...universal, ...misplaced];
        const ecommerce = this.#ecommerceOf(entry);
        const wantsItems = isAboutItems(event) || event === "view_item_list";
        return [
            ...(wantsItems ? checkItems(event, ecommerce) : []),
            ...this.#checkCleared(entry),
            ...(event === "purchase" ? this.#checkOrder(ecommerce) : this.#checkTwice(entry, ecommerce)),
        ];
    }

    #remember({ name, ecommerce }: EventEntry): void {
        this.seen.add(name);
        if (name !== "view_item_list") return;
        for (const id of idsOf(ecommerce)) if (this.listed.size < MOST_REMEMBERED) this.listed.add(id);
    }

    #ecommerceOf({ form, ecommerce }: EventEntry): Fields | null {
        const waiting = form === "push" ? this.#waiting : null;
        if (form === "push") this.#waiting = null;
        return ecommerce ?? waiting;
    }

    /** Finds missing clearing: Tag Manager merges ecommerce objects, so items of the last event stay in this one. */
    #checkCleared({ name, form, ecommerce }: EventEntry): Finding[] {
        if (form !== "push" || !ecommerce) return [];
        const before = this.#standing;
        this.#standing = name;
        if (before === null) return [];
        const text =
            `ecommerce still holds ${before}: Tag Manager merges the two. ` +
            "Push { ecommerce: null } before each ecommerce event.";
        return [found("not_cleared", name, text)];
    }

    #checkOrder(ecommerce: Fields | null): Finding[] {
        const id = ecommerce?.["transaction_id"];
        if (id === undefined || id === null || id === "") {
            const text = "transaction_id is missing: without it neither GA4 nor you can tell a repeated purchase.";
            return [found("transaction_id_missing", "purchase", text)];
        }
        const order = String(id).slice(0, 100);
        if (this.#orders.includes(order)) {
            const text = `purchase ${order} came twice: push it once for each order, not on each view of the thank-you page.`;
            return [found("purchase_twice", "purchase, transaction_id", text)];
        }
        this.#orders = [...this.#orders, order].slice(-MOST_REMEMBERED);
        return [];
    }

    /** Finds duplicates in both forms: two tags push the same. Repetition in one form may be a shopper adding twice. */
    #checkTwice({ name, form }: EventEntry, ecommerce: Fields | null): Finding[] {
        const recent = { key: `${name} ${idsOf(ecommerce).join()}`.slice(0, 1000), form, at: this.now() };
        const twice = this.#recent.some(
            (other) => other.key === recent.key && other.form !== form && recent.at - other.at < TWICE_MS,
        );
        this.#recent = [...this.#recent, recent].slice(-MOST_REMEMBERED);
        if (!twice) return [];
        const text = "This event came by gtag() and by dataLayer.push within a second: two plugins tell the same. Switch one off.";
        return [found("event_twice", name, text)];
    }
}

/** Finds commands as arrays, which Google's tags do not read either. */
function checkForm(raw: unknown): Finding[] {
    if (!Array.isArray(raw) || (raw[0] !== "event" && raw[0] !== "consent")) return [];
    const text =
        "This is an array, and Google's tags read commands from `arguments` only: write " +
        "function gtag() { dataLayer.push(arguments); } without a rest parameter. It is not read.";
    return [found("command_array", `dataLayer.push(["${raw[0]}", …])`, text)];
}

function checkName(name: string): Finding[] {
    const near = nearEvent(name);
    if (near === undefined) return [];
    const text = `GA4 has no event of this name: did you mean ${near}? It is not read; push ${near} beside it.`;
    return [found("event_unknown", name.slice(0, 60), text)];
}

function checkUniversal(where: string, ecommerce: Fields): Finding[] {
    const part = UA_PARTS.find((name) => isFields(ecommerce[name])) ?? (isFields(ecommerce["purchase"]) ? "purchase" : undefined);
    if (part === undefined) return [];
    const text =
        `ecommerce.${part} is of Universal Analytics, and only GA4 is read: write ecommerce.items with item_id and item_name ` +
        "in place of products with id and name, and the GA4 name of the event.";
    return [found("ua_shape", where, text)];
}

/** Finds items at a place that neither GA4 nor Shelfwise reads. */
function checkPlace({ name, form, ecommerce }: EventEntry, raw: Fields): Finding[] {
    const inner = ecommerce?.["ecommerce"];
    if (form === "gtag" && isFields(inner) && inner["items"] !== undefined && ecommerce?.["items"] === undefined) {
        const text = "items stands in ecommerce: gtag() wants it in the parameters themselves, { items: […] }.";
        return [found("wrong_place", name, text)];
    }
    if (form === "push" && ecommerce === null && raw["items"] !== undefined) {
        const text = `items (${kindOf(raw["items"])}) stands beside event: dataLayer.push wants it in ecommerce, { event, ecommerce: { items: […] } }.`;
        return [found("wrong_place", name, text)];
    }
    return [];
}

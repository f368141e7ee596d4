/** Reads the attributes of the script element of `auto.js`. */

import type { Consent, Mode, Options } from "../types.js";

/** Default of `data-item-attribute`. */
export const ITEM_ATTRIBUTE = "data-item-id";
/** Default of `data-list`: the containers whose items are ranked. */
const LISTS = '[data-shelfwise="category"], [data-shelfwise-list]';
/** Matches host names of development machines. */
const DEVELOPMENT = /(^|\.)(localhost|local|test)$|^127\.|^\[::1\]$/;

export interface Setting {
    options: Options;
    /** `google` for `data-consent="ga"`: consent commands in the dataLayer are used. */
    consent: "google" | "not read";
    /** The name of the dataLayer in the window. */
    layer: string;
    /** A selector of containers. */
    lists: string;
    /** The attribute with the id of an item's node. */
    itemAttribute: string;
    /** `strict`: all images of a list are loaded before it is ranked by a visit. */
    rendering: "strict" | "declared";
    /** When lists are ranked first: when the engine is ready, or not before the page has loaded. */
    start: "ready" | "load";
    /** Whether the linter is loaded. */
    isDevelopment: boolean;
}

/**
 * Returns the script element of this script by its address, or, if the shop has bundled the script, the one with a model
 * or a release. Null if there is none, or several with different attributes: an element that other code has injected must
 * not take effect.
 */
export function ownScript(page: Document, url: string): HTMLElement | null {
    const scripts = [...page.querySelectorAll<HTMLScriptElement>("script[data-snapshot],script[data-release]")];
    const own = scripts.filter((script) => script.src === url);
    const [first, ...others] = own.length > 0 ? own : scripts;
    return first && others.every((other) => isSame(first.dataset, other.dataset)) ? first : null;
}

function isSame(one: DOMStringMap, other: DOMStringMap): boolean {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => one[name] === other[name]);
}

/** Reads the attributes. Invalid values are passed on: `createShelfwise` reports them. */
export function readSetting({ dataset }: HTMLElement, host: string): Setting {
    const followsGoogle = dataset["consent"] === "ga";
    const consent = followsGoogle ? "pending" : dataset["consent"];
    return {
        options: {
            snapshot: dataset["snapshot"] ?? "",
            ...some("integrity", dataset["integrity"]),
            ...some("release", dataset["release"]),
            ...some("keys", dataset["keys"]?.trim().split(/\s+/)),
            ...some("policy", policyOf(dataset)),
            ...some("mode", dataset["mode"] as Mode | undefined),
            ...some("isolation", dataset["isolation"] as "worker" | undefined),
            ...some("visit", dataset["visit"] as "tab" | undefined),
            ...some("consent", consent as Consent | undefined),
            ...some("memoryDays", numberOf(dataset["memoryDays"])),
            ...some("timeoutMs", numberOf(dataset["timeoutMs"])),
            ...some("refreshMs", numberOf(dataset["refreshMs"])),
            ...some("assets", dataset["assets"]),
            ...some("orderTag", flagOf(dataset["orderTag"]) as boolean | undefined),
            ...some("reports", dataset["reports"]),
            ...some("arms", dataset["arms"]?.trim().split(/\s+/)),
        },
        consent: followsGoogle ? "google" : "not read",
        layer: dataset["dataLayer"] || "dataLayer",
        lists: dataset["list"] || LISTS,
        itemAttribute: dataset["itemAttribute"] || ITEM_ATTRIBUTE,
        rendering: dataset["rendering"] === "declared" ? "declared" : "strict",
        start: dataset["start"] === "load" ? "load" : "ready",
        isDevelopment: dataset["debug"] !== undefined || DEVELOPMENT.test(host),
    };
}

/** Parses a number. Invalid text gives NaN, which `createShelfwise` refuses with the option's name. */
function numberOf(text: string | undefined): number | undefined {
    return text === undefined ? undefined : text.trim() === "" ? NaN : Number(text);
}

/** An attribute without a value, or `true`, is a yes. Other texts are passed on, and refused. */
function flagOf(text: string | undefined): boolean | string | undefined {
    return text === "" || text === "true" ? true : text === "false" ? false : text;
}

function policyOf({ policy, policyIntegrity }: DOMStringMap): Options["policy"] {
    return policy && policyIntegrity ? { url: policy, integrity: policyIntegrity } : policy;
}

function some<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
    return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value };
}

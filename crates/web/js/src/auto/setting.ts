/** What the script element says: every attribute of `auto.js`, in one place. */

import type { Consent, Mode, Options } from "../types.js";

/** How the node of an item is known where `data-item-attribute` says nothing. */
export const ITEM_ATTRIBUTE = "data-item-id";
/** Containers whose items are put in order where `data-list` says nothing. */
const LISTS = '[data-shelfwise="category"], [data-shelfwise-list]';
/** Names of hosts on which shops are developed. */
const DEVELOPMENT = /(^|\.)(localhost|local|test)$|^127\.|^\[::1\]$/;

export interface Setting {
    options: Options;
    /** `data-consent="ga"`: consent commands in the dataLayer are heeded. */
    consent: "google" | "not read";
    /** The name of the dataLayer in the window. */
    layer: string;
    /** A selector of containers. */
    lists: string;
    /** The attribute with the id of an item's node. */
    itemAttribute: string;
    /** Whether the linter speaks. */
    isDevelopment: boolean;
}

/** The element that this script came by; the first one with a model or a release where that cannot be told. */
export function ownScript(page: Document, url: string): HTMLElement | null {
    const scripts = [...page.querySelectorAll<HTMLScriptElement>("script[data-snapshot],script[data-release]")];
    return scripts.find((script) => script.src === url) ?? scripts[0] ?? null;
}

/** Words that are wrong go on as they are: `createShelfwise` says what is wrong with them. */
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
        },
        consent: followsGoogle ? "google" : "not read",
        layer: dataset["dataLayer"] || "dataLayer",
        lists: dataset["list"] || LISTS,
        itemAttribute: dataset["itemAttribute"] || ITEM_ATTRIBUTE,
        isDevelopment: dataset["debug"] !== undefined || DEVELOPMENT.test(host),
    };
}

function policyOf({ policy, policyIntegrity }: DOMStringMap): Options["policy"] {
    return policy && policyIntegrity ? { url: policy, integrity: policyIntegrity } : policy;
}

function some<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
    return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value };
}

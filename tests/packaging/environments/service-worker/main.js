/** The page asks its service worker, in which no worker can be started: the engine runs inline there. */

navigator.serviceWorker.addEventListener("message", ({ data }) => (globalThis.seen = data));
await navigator.serviceWorker.register("/service.js", { type: "module" });
const { active } = await navigator.serviceWorker.ready;
active.postMessage("what is seen?");

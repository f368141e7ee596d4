
/** Ways out of a worker, put behind the audited worker's own script. Each asks for a path of its own below ORIGIN/sink/. */
(() => {
  const origin = "ORIGIN";
  const { host, hostname } = new URL(origin);
  const sink = (name) => `${origin}/sink/${name}`;
  const request = new XMLHttpRequest();
  const exits = {
    fetch: () => fetch(`${sink("fetch")}?secret`),
    xhr: () => { request.open("GET", sink("xhr")); request.send(); },
    websocket: () => new WebSocket(`ws://${host}/sink/websocket`),
    eventsource: () => new EventSource(sink("eventsource")),
    importscripts: () => importScripts(sink("importscripts")),
    import: () => import(sink("import")),
    worker: () => new Worker(sink("worker")),
    font: () => new FontFace("f", `url(${sink("font")})`).load(),
    cache: () => caches.open("c").then((cache) => cache.add(sink("cache"))),
    webtransport: () => new WebTransport(`https://${hostname}:UDP_PORT/sink/webtransport`).ready,
  };
  const tried = [];
  for (const [name, exit] of Object.entries(exits)) {
    tried.push(name);
    try { Promise.resolve(exit()).catch(() => {}); } catch {}
  }
  new BroadcastChannel("shelfwise-audit").postMessage(tried);
})();

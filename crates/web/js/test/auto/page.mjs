/** Test doubles around auto.js: a shop's tags, a listener that records, a handle that records. */

/** A window with a dataLayer and the `gtag` that Google's snippet defines. */
export function shopWindow(name = "dataLayer") {
  const scope = { [name]: [] };
  scope.gtag = function gtag() {
    scope[name].push(arguments);
  };
  return scope;
}

/** Pushes an entry of a fixture: `{ gtag: […] }` or `{ push: {…} }`. */
export function play(scope, pushes) {
  for (const { gtag, push } of pushes) {
    if (gtag) scope.gtag(...gtag);
    else scope.dataLayer.push(push);
  }
}

/** Records what is reported to it. */
export class Notes {
  told = [];

  constructor(reach = "visit") {
    this.reachable = reach;
  }

  reach() {
    return this.reachable;
  }

  event(name, ids) {
    this.told.push([name, ...ids]);
  }

  item(id) {
    this.told.push(["the page's item", id]);
  }

  list(ids, category) {
    this.told.push(["a list", category ?? null, ...ids]);
  }

  consent(state) {
    this.told.push(["consent", state]);
  }

  /** Only the shopper's events. */
  get events() {
    return this.told.filter(([name]) => !["the page's item", "a list", "consent"].includes(name));
  }
}

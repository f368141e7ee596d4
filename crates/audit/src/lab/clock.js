/**
 * A clock that can be moved, installed before the page's own scripts: `Date`, `performance.now` and timers. Timers that are
 * due after a move run at once. The worker keeps its own clock: it is given every time by the page.
 */
(() => {
  const RealDate = Date;
  const [dateNow, performanceNow] = [Date.now, performance.now.bind(performance)];
  const [setTimer, clearTimer] = [setTimeout.bind(globalThis), clearTimeout.bind(globalThis)];
  const pending = new Map();
  const atFirst = Math.round(AHEAD_MS);
  let ahead = atFirst;
  let frozen = null;
  let last = 2 ** 30;

  const now = () => frozen ?? dateNow.call(RealDate) + ahead;

  function start(then, ms, every, params) {
    const id = (last += 1);
    const timer = { due: now() + (Number(ms) || 0), real: 0 };
    const fire = () => {
      clearTimer(timer.real);
      if (every === undefined) pending.delete(id);
      else arm((timer.due = now() + every));
      if (typeof then === "function") then(...params);
    };
    const arm = () => (timer.real = setTimer(fire, Math.max(timer.due - now(), 0)));
    timer.fire = fire;
    pending.set(id, timer);
    arm();
    return id;
  }

  function stop(id) {
    clearTimer(pending.get(id)?.real);
    pending.delete(id);
    clearTimer(id);
  }

  globalThis.Date = new Proxy(RealDate, {
    construct: (target, params, made) => Reflect.construct(target, params.length ? params : [now()], made),
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.now = now;
  performance.now = () => performanceNow() + ahead - atFirst;
  globalThis.setTimeout = (then, ms, ...params) => start(then, ms, undefined, params);
  globalThis.setInterval = (then, ms, ...params) => start(then, ms, Math.max(Number(ms) || 0, 4), params);
  globalThis.clearTimeout = stop;
  globalThis.clearInterval = stop;
  /** Holds `Date` at a time; null lets it go on. */
  globalThis.freezeClock = (at) => void (frozen = at);
  globalThis.moveClock = (ms) => {
    ahead += ms;
    const due = [...pending.values()].filter((timer) => timer.due <= now());
    for (const timer of due.sort((one, other) => one.due - other.due)) timer.fire();
  };
})();

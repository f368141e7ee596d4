/**
 * Times the engine's operations as a page calls them, one call at a time, for visits of a real log: the same file in Node
 * and in a browser. A visit is replayed before its calls, outside of the measured time.
 */

/** Long lists with reasons take milliseconds: fewer rounds are enough. */
const ROUNDS = { short: 10, long: 2 };
const ADMISSIONS = 20;
const NOW_MS = 1_700_000_000_000;
const PLACEMENT = "speed";
/** Mode `session`: in any other mode the engine records no events, and nothing would be measured. */
const SESSION = 2;

/** `[name, rounds, call]`; the names are those of the native operations. */
const OPERATIONS = [
  ["apply", ROUNDS.short, (engine, visit) => engine.track("view_item", [visit.viewed.at(-1)], NOW_MS)],
  ["rerank-20-reasons", ROUNDS.short, (engine, visit) => engine.rerank(visit.items[20])],
  ["rerank-200-reasons", ROUNDS.long, (engine, visit) => engine.rerank(visit.items[200])],
  ["rerank-1000-reasons", ROUNDS.long, (engine, visit) => engine.rerank(visit.items[1000])],
  [
    "recommend-reasons",
    ROUNDS.short,
    (engine) => engine.recommend({ placement: PLACEMENT, limit: 20, now_ms: NOW_MS }),
  ],
];

/** `[{ operation, p50_us, p99_us }]`. `Engine` is the module's, `visits` the content of `visits.json`. */
export function measure(Engine, snapshot, visits) {
  const admit = summary("admit", times(ADMISSIONS, () => new Engine(snapshot).free()));
  const prepared = visits.map(prepare);
  const engine = new Engine(snapshot);
  engine.setMode(SESSION);
  const heard = prepared.filter((visit) => isHeard(engine, visit)).length;
  if (heard < prepared.length / 2) throw new Error(`the engine knows ${heard} of ${prepared.length} visits only`);
  const rows = OPERATIONS.map(([name, rounds, call]) => {
    const micros = prepared.flatMap((visit) => {
      replay(engine, visit);
      // The first call allocates and lets the host compile.
      call(engine, visit);
      return times(rounds, () => call(engine, visit));
    });
    return summary(name, micros);
  });
  engine.free();
  return [admit, ...rows];
}

function prepare(visit) {
  const lists = [20, 200, 1000].map((length) => [length, visit.list.slice(0, length)]);
  const asked = (more) => ({ placement: PLACEMENT, now_ms: NOW_MS, ...more });
  return {
    viewed: visit.viewed,
    items: Object.fromEntries(
      lists.map(([length, ids]) => [length, asked({ items: ids.map((item_id) => ({ item_id })) })]),
    ),
  };
}

function replay(engine, visit) {
  engine.forget();
  for (const id of visit.viewed) engine.track("view_item", [id], NOW_MS);
}

function isHeard(engine, visit) {
  replay(engine, visit);
  return engine.recommend({ placement: PLACEMENT, limit: 1, now_ms: NOW_MS }).basis === "session";
}

/** Returns the time of each of `count` calls, in microseconds. */
function times(count, call) {
  return Array.from({ length: count }, () => {
    const start = performance.now();
    call();
    return (performance.now() - start) * 1000;
  });
}

/** Returns percentiles by the nearest-rank method. */
function summary(operation, micros) {
  const sorted = micros.toSorted((a, b) => a - b);
  const percentile = (share) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return { operation, p50_us: percentile(0.5), p99_us: percentile(0.99) };
}

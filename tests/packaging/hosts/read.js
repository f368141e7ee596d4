/**
 * Runs the golden vectors in whatever host imports this file: the engine's answers as lines of JSON.
 * The module is `tests/vectors/examples/hosts.rs`: it asks its host for nothing.
 */

/** Every answer as `{ file, name, answer, error }`, of a compiled module. */
export function answers(module) {
  const { exports } = new WebAssembly.Instance(module, {});
  const text = new TextDecoder();
  const lines = [];
  for (let number = 0; ; number += 1) {
    const length = exports.answer(number);
    if (length === 0) return lines;
    lines.push(text.decode(new Uint8Array(exports.memory.buffer, exports.address(), length)));
  }
}

/** The shop's origin, of which the worker asks the configured files and nothing else. */

/** An origin that takes longer is asked again later; the last good model answers meanwhile. */
const PATIENCE_MS = 10_000;

/** The bytes at this address: read no further than one byte behind `atMost`; null where there are none. Rejects with what the operator may read. */
export async function download(url, atMost) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  // A redirect would be another origin than the configured one.
  const response = await fetch(url, { redirect: "manual", signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    if (response.status === 404 || response.status === 410) return null;
    throw new Error(`the origin answered ${response.status}`);
  }
  return read(response.body, atMost);
}

/** The bytes of a stream, cut off one byte behind `atMost`. */
export async function read(stream, atMost) {
  const chunks = [];
  let bytes = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of stream ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > atMost) break;
  }
  const whole = new Uint8Array(Math.min(bytes, atMost + 1));
  let at = 0;
  for (const chunk of chunks) {
    const rest = chunk.subarray(0, whole.length - at);
    whole.set(rest, at);
    at += rest.length;
  }
  return whole;
}

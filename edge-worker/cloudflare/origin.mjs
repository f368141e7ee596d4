/** Fetches the configured files from the shop's origin, and nothing else. */

/** Timeout of a download; it is retried later, and the last good model serves meanwhile. */
const PATIENCE_MS = 10_000;

/**
 * Returns the bytes at this URL, of which at most `atMost` + 1 are read; null if there are none. Rejects with a message
 * for the operator.
 */
export async function download(url, atMost) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  // A redirect could lead to another origin than the configured one.
  const response = await fetch(url, { redirect: "manual", signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    if (response.status === 404 || response.status === 410) return null;
    throw new Error(`the origin answered ${response.status}`);
  }
  return read(response.body, atMost);
}

/** Returns the bytes of a stream, at most `atMost` + 1. */
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

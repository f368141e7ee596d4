/** Writes to the console. */

/** Reports an error that is not ours to handle, such as that of a shop's own listener. */
export function report(thrown: unknown): void {
    console.error(thrown);
}

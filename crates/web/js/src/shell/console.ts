/** Writes to the console. */

/** Reports an error of foreign code, such as a shop's own listener. */
export function report(thrown: unknown): void {
    console.error(thrown);
}

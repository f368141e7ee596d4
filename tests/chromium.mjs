/** Chromium for every test that drives one: where it is, and how it is started. CHROMIUM names another one. */

export const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Chromium calls home for many things; none of them is the shop's. Root has no sandbox. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts it by playwright, whose copy each folder of tests has for itself. */
export const start = (playwright, more = []) =>
  playwright.launch({ executablePath: EXECUTABLE, headless: true, args: [...FLAGS, ...more] });

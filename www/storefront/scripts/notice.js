/** A short message that a screen reader speaks and everybody sees for a moment. */

const SHOWN_MS = 4000;

let timer;

/** Says it; a later message takes the place of an earlier one. */
export function say(text) {
  const notice = document.querySelector(".notice");
  notice.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => (notice.textContent = ""), SHOWN_MS);
}

/**
 * Every picture of the shop, taken into the page while it comes up: the same file for every shopper. A tile that is
 * made later shows its picture out of the page, and the browser asks nobody for it.
 */

const ADDRESS = "/pictures.svg";

/** Never rejects: without the file, tiles point to its address as the page's own do. */
export async function load() {
  try {
    const sprite = await read(ADDRESS);
    sprite.setAttribute("class", "sprite");
    sprite.setAttribute("aria-hidden", "true");
    document.body.append(document.importNode(sprite, true));
  } catch {
    // The shop works without the pictures of what was not on the page.
  }
}

/** The address of a picture: within the page, where it has all of them. */
export function addressOf(picture) {
  return document.getElementById(picture) ? `#${picture}` : `${ADDRESS}#${picture}`;
}

/** As a document, so that no text of ours has to become markup. */
function read(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => (request.responseXML ? resolve(request.responseXML.documentElement) : reject(new Error(address)));
    request.onerror = () => reject(new Error(address));
    request.send();
  });
}

// Header of the page: a button that copies the address. On a phone it also closes the menu. It is on
// every page, and so is what it does to the browser's history.

import { keepOneEntryPerPage } from "./browser_history.mjs";

/**
 * Return the address with required query parameters, which Streamlit leaves out when they have their
 * default value.
 * @param {string} address
 * @param {Record<string, string>} always
 */
export function withParameters(address, always) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(always)) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url.href;
}

/**
 * Copy a text. Browsers offer the clipboard API to secure pages only, hence the fallback.
 * @param {string} text
 * @param {HTMLInputElement} field
 */
async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field.hidden = false;
    field.value = text;
    field.focus();
    field.select();
    const copied = document.execCommand("copy");
    field.hidden = copied;
    return copied;
  }
}

const NARROW = 768; // pixels; below this width Streamlit shows its menu at the side
/** @type {string | undefined} */
let shown;

/**
 * Close the menu once the chosen page is shown: Streamlit leaves it open, covering most of a phone
 * screen.
 * @param {string} page
 */
function closeMenu(page) {
  const hasChanged = page !== shown;
  shown = page;
  if (!hasChanged || window.innerWidth >= NARROW) return;
  const close = document.querySelector("[data-testid=stSidebarCollapseButton] button");
  if (close instanceof HTMLElement) close.click();
}

/**
 * @param {{parentElement: ParentNode, data: {always: Record<string, string>, page: string}}} component
 */
export default function ({ parentElement, data }) {
  keepOneEntryPerPage(window);
  closeMenu(data.page);
  const button = /** @type {HTMLButtonElement} */ (parentElement.querySelector("button"));
  const field = /** @type {HTMLInputElement} */ (parentElement.querySelector("input"));
  const status = /** @type {HTMLElement} */ (parentElement.querySelector("[role=status]"));
  let timer = 0;
  button.onclick = async () => {
    const copied = await copy(withParameters(window.location.href, data.always), field);
    if (copied) button.focus();
    status.textContent = copied ? "Link copied" : "Press Ctrl+C to copy";
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      status.textContent = "";
      field.hidden = true;
    }, copied ? 2500 : 15000);
  };
  field.onblur = () => {
    field.hidden = true;
  };
  return () => clearTimeout(timer);
}

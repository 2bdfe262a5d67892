// The page's head: a button that copies the address; on a phone it closes the menu, too.

/**
 * The address, with what must be in it even where Streamlit leaves out what is its default here.
 * @param {string} address
 * @param {Record<string, string>} always
 */
export function complete(address, always) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(always)) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url.href;
}

/**
 * Copy a text; browsers lend the clipboard to secure pages only, hence the
 * second way.
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

const NARROW = 768; // pixels, below which Streamlit has its menu at the side
/** @type {string | undefined} */
let shown;

/**
 * Close the menu once the page that was chosen in it is there: Streamlit leaves it open over most
 * of a phone.
 * @param {string} page
 */
function closeMenu(page) {
  const isOther = page !== shown;
  shown = page;
  if (!isOther || window.innerWidth >= NARROW) return;
  const close = document.querySelector("[data-testid=stSidebarCollapseButton] button");
  if (close instanceof HTMLElement) close.click();
}

/**
 * @param {{parentElement: ParentNode, data: {always: Record<string, string>, page: string}}} component
 */
export default function ({ parentElement, data }) {
  closeMenu(data.page);
  const button = /** @type {HTMLButtonElement} */ (parentElement.querySelector("button"));
  const field = /** @type {HTMLInputElement} */ (parentElement.querySelector("input"));
  const said = /** @type {HTMLElement} */ (parentElement.querySelector("[role=status]"));
  let timer = 0;
  button.onclick = async () => {
    const copied = await copy(complete(window.location.href, data.always), field);
    if (copied) button.focus();
    said.textContent = copied ? "Link copied" : "Press Ctrl+C to copy";
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      said.textContent = "";
      field.hidden = true;
    }, copied ? 2500 : 15000);
  };
  field.onblur = () => {
    field.hidden = true;
  };
  return () => clearTimeout(timer);
}

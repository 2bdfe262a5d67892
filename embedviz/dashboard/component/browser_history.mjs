// One entry of the browser's history per page that was left: going back shows it as it was.
//
// Streamlit adds an entry whenever Python changes the address, and, when a page is left, one with the
// page's address without its parameters, at which going back would show an empty page.

const LEAVING = 1500; // milliseconds within which the next page follows, if no link was clicked

/** @typedef {Pick<Window, "document" | "history" | "location" | "setTimeout" | "clearTimeout">} View */

/**
 * Replace the entry when only the parameters change, and drop an emptied address if another page
 * follows.
 * @param {View} view  The window.
 */
export function keepOneEntryPerPage(view) {
  const history = /** @type {History & {isWatched?: boolean}} */ (view.history);
  if (history.isWatched) return;
  history.isWatched = true;
  const push = history.pushState.bind(history);
  let emptied = 0;
  let isLeaving = false; // however long a busy server takes to show the page of a link
  view.document.addEventListener("click", (event) => {
    const link = /** @type {Element | null} */ (event.target)?.closest?.("a[href]:not([target=_blank])");
    const isInNewTab = event.ctrlKey || event.metaKey || event.shiftKey;
    if (link && !isInNewTab) isLeaving = new URL(link.getAttribute("href") ?? "", view.location.href).pathname !== view.location.pathname;
  }, true);
  history.pushState = (state, title, url) => {
    view.clearTimeout(emptied);
    const { pathname, search } = new URL(String(url ?? ""), view.location.href);
    if (pathname !== view.location.pathname) {
      isLeaving = false;
      push(state, title, url);
    } else if (isLeaving) return; // the parameters are already those of the next page
    else if (search || !view.location.search) history.replaceState(state, title, url);
    else emptied = view.setTimeout(() => history.replaceState(state, title, url), LEAVING);
  };
}

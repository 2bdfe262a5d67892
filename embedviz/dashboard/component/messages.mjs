// Messages to Python, one after the other. Each carries the values of all widgets of the page: one
// that is sent before the answer to the last is drawn would undo what the last one set.

const PAUSE = 30; // milliseconds
const LONGEST_WAIT = 500;
const BUSY = ["running", "rerunRequested"];

/** Shared by the components of a page. @returns {{waiting: Map<string, () => void>, timer: any}} */
function queue() {
  return (window[Symbol.for("embedviz.messages")] ??= { waiting: new Map(), timer: null });
}

function isAnswering() {
  const app = globalThis.document?.querySelector?.("[data-testid=stApp]");
  return BUSY.includes(app?.getAttribute("data-test-script-state") ?? "");
}

/** Call a function when all that has arrived is drawn. @param {() => void} next */
function whenIdle(next) {
  if (globalThis.requestIdleCallback) requestIdleCallback(next, { timeout: LONGEST_WAIT });
  else next();
}

/** Send what waits when the page has been at rest at two moments in turn. @param {boolean} atRest */
function proceed(atRest) {
  const messages = queue();
  messages.timer = null;
  const rests = !isAnswering();
  if (rests && atRest) {
    const [next] = messages.waiting;
    if (!next) return;
    messages.waiting.delete(next[0]);
    next[1]();
  }
  const again = () => proceed(rests && !atRest);
  messages.timer = setTimeout(() => whenIdle(again), PAUSE);
}

/**
 * Send a message as soon as the page has the answer to the last; of a name, only the newest.
 * @param {string} name
 * @param {() => void} send
 */
export function sendInTurn(name, send) {
  const messages = queue();
  messages.waiting.delete(name);
  messages.waiting.set(name, send);
  if (messages.timer === null) proceed(true);
}

// Tests of what the browser's history keeps.

import assert from "node:assert/strict";
import { test } from "node:test";

import { keepOneEntryPerPage } from "../../embedviz/dashboard/component/browser_history.mjs";

/** A window with a history of its own. */
function makeWindow(address) {
  const entries = [address];
  const view = {
    location: { get href() { return entries.at(-1); }, get pathname() { return new URL(entries.at(-1)).pathname; }, get search() { return new URL(entries.at(-1)).search; } },
    history: {
      pushState(_state, _title, url) { entries.push(new URL(url, entries.at(-1)).href); },
      replaceState(_state, _title, url) { entries[entries.length - 1] = new URL(url, entries.at(-1)).href; },
    },
    setTimeout, clearTimeout,
    document: { addEventListener(_name, listener) { view.click = listener; } },
  };
  keepOneEntryPerPage(view);
  keepOneEntryPerPage(view); // by the same component, mounted again
  const click = (href, keys = {}) => view.click({ ...keys, target: { closest: () => ({ getAttribute: () => href }) } });
  return { entries, click, push: (url) => view.history.pushState({}, "", url) };
}

test("another page is an entry, other parameters of a page are not", () => {
  const { entries, push } = makeWindow("http://a/?find=x");
  push("?find=y");
  push("/relations");
  push("/relations?cards=z");
  assert.deepEqual(entries, ["http://a/?find=y", "http://a/relations?cards=z"]);
});

test("the emptied address of a page that is left is no entry", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { entries, push } = makeWindow("http://a/?find=x");
  push("/");
  push("/relations");
  context.mock.timers.tick(5000);
  assert.deepEqual(entries, ["http://a/?find=x", "http://a/relations"]);
});

test("parameters that are gone are gone, if no other page follows", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { entries, push } = makeWindow("http://a/?find=x");
  push("/");
  context.mock.timers.tick(5000);
  assert.deepEqual(entries, ["http://a/"]);
});

test("parameters of the next page do not become those of the page that is left", () => {
  const { entries, push, click } = makeWindow("http://a/relations?cards=x");
  click("/export");
  push("/relations?find=y");
  push("/export?find=y");
  assert.deepEqual(entries, ["http://a/relations?cards=x", "http://a/export?find=y"]);
});

test("a page opened in another tab is not the next page here", () => {
  const { entries, push, click } = makeWindow("http://a/relations?cards=x");
  click("/export", { ctrlKey: true });
  push("/relations?cards=y");
  assert.deepEqual(entries, ["http://a/relations?cards=y"]);
});

test("however long the page of a clicked link takes", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { entries, push, click } = makeWindow("http://a/?find=x");
  click("/relations");
  push("/");
  context.mock.timers.tick(60_000);
  push("/relations");
  assert.deepEqual(entries, ["http://a/?find=x", "http://a/relations"]);
  push("/relations?cards=z");
  push("/relations");
  context.mock.timers.tick(5000);
  assert.deepEqual(entries, ["http://a/?find=x", "http://a/relations"], "nobody leaves this page");
});

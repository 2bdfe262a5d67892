// Shows an SVG. It arrives as text and is parsed as XML, so that no script in it runs.

import { sendInTurn } from "./messages.mjs";

/**
 * @param {object} component
 * @param {{svg: string, description: string}} component.data
 * @param {ParentNode} component.parentElement
 * @param {(name: string, value: unknown) => void} component.setTriggerValue
 */
export default function mount({ data, parentElement, setTriggerValue }) {
  const holder = /** @type {HTMLElement} */ (parentElement.querySelector(".svg-picture"));
  const left = holder.scrollLeft;
  const root = /** @type {Document | ShadowRoot} */ (holder.getRootNode());
  const focused = holder.contains(root.activeElement) ? root.activeElement?.getAttribute("data-pick") : null;
  const svg = new DOMParser().parseFromString(data.svg, "image/svg+xml").documentElement;
  holder.replaceChildren(document.importNode(svg, true));
  holder.setAttribute("aria-label", data.description);
  holder.scrollLeft = left;
  for (const one of holder.querySelectorAll("[data-pick]")) {
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = `Go on from: ${one.getAttribute("data-pick")}`;
    one.prepend(title);
    if (one.getAttribute("data-pick") === focused) /** @type {SVGElement} */ (one).focus();
  }

  /** @param {Event} event @param {string} name */
  const part = (event, name) => /** @type {Element} */ (event.target).closest(`[data-${name}]`);
  /** @param {Event} event */
  const pick = (event) => {
    const found = part(event, "pick");
    const text = found?.getAttribute("data-pick");
    if (found) sendInTurn("picked", () => setTriggerValue("picked", text));
    return Boolean(found);
  };
  /** @param {Event} event */
  const light = (event) => {
    const row = event.type.endsWith("out") ? null : part(event, "row")?.getAttribute("data-row");
    holder.classList.toggle("is-lit", Boolean(row));
    for (const one of holder.querySelectorAll("[data-row]")) {
      one.classList.toggle("lit", one.getAttribute("data-row") === row);
    }
  };
  holder.onclick = pick;
  holder.onkeydown = (event) => {
    if ((event.key === "Enter" || event.key === " ") && pick(event)) event.preventDefault();
  };
  holder.onpointerover = light;
  holder.onpointerout = light;
  holder.onfocusin = light;
  holder.addEventListener("focusout", light);
  return () => holder.removeEventListener("focusout", light);
}

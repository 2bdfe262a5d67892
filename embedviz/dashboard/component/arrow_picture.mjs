// Puts a small picture of arrows on a page: the SVG comes as text, and is read as XML, where nothing
// runs.

export default function mount({ data, parentElement }) {
  const svg = new DOMParser().parseFromString(data.svg, "image/svg+xml").documentElement;
  parentElement.querySelector(".arrow-picture").replaceChildren(document.importNode(svg, true));
}

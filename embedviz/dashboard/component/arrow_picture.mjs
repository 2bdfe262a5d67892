// Inserts a small picture of arrows into a page. The SVG arrives as text and is parsed as XML, so
// that no script in it runs.

export default function mount({ data, parentElement }) {
  const svg = new DOMParser().parseFromString(data.svg, "image/svg+xml").documentElement;
  parentElement.querySelector(".arrow-picture").replaceChildren(document.importNode(svg, true));
}

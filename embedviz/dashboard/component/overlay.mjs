// Entry point of the component that contains arrows and marks: it is invisible and its data is small, so
// that a change is cheap.

import { registry } from "./registry.mjs";

/**
 * Called by Streamlit when the component is mounted and when its data changes.
 * @param {{data: any}} component
 * @returns {() => void}
 */
export default function mount({ data }) {
  const { maps, overlays } = registry();
  overlays.set(data.map, data.overlay);
  maps.get(data.map)?.setOverlay(data.overlay);
  return () => overlays.delete(data.map);
}

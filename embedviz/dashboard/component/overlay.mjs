// Entry of the component that holds arrows and marks: unseen and light, so that a change is cheap.

import { meeting } from "./meeting.mjs";

/**
 * Called by Streamlit when the component appears and when its data changed.
 * @param {{data: any}} component
 * @returns {() => void}
 */
export default function mount({ data }) {
  const { maps, overlays } = meeting();
  overlays.set(data.map, data.overlay);
  maps.get(data.map)?.setOverlay(data.overlay);
  return () => overlays.delete(data.map);
}

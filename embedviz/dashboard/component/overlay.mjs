// Entry of the component that holds arrows and marks: unseen and light, so that a change is cheap.

/**
 * Called by Streamlit when the component appears and when its data changed.
 * @param {{data: any}} component
 * @returns {() => void}
 */
export default function mount({ data }) {
  const meeting = (window[Symbol.for("embedviz.maps")] ??= { maps: new Map(), overlays: new Map() });
  meeting.overlays.set(data.map, data.overlay);
  meeting.maps.get(data.map)?.setOverlay(data.overlay);
  return () => meeting.overlays.delete(data.map);
}

// Entry point of the component that requests the facts of the word under the pointer from Python:
// its count and its nearest words in the full space, which cannot be derived from the plane.

import { registry } from "./registry.mjs";

/**
 * Called by Streamlit when the component is mounted and when its data changes.
 * @param {{data: any, setTriggerValue: (name: string, value: unknown) => void}} component
 * @returns {() => void}
 */
export default function mount({ data, setTriggerValue }) {
  const { maps, factRequests } = registry();
  factRequests.set(data.map, (rank) => setTriggerValue("requested", rank));
  if (data.facts) maps.get(data.map)?.interaction.pointer.receiveFacts(data.facts);
  return () => factRequests.delete(data.map);
}

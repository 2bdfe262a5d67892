// Entry of the component that asks Python for the facts of the word under the pointer: its count and
// the words nearest to it in the full space, which the plane does not know.

import { meeting } from "./meeting.mjs";

/**
 * Called by Streamlit when the component appears and when its data changed.
 * @param {{data: any, setTriggerValue: (name: string, value: unknown) => void}} component
 * @returns {() => void}
 */
export default function mount({ data, setTriggerValue }) {
  const { maps, peeks } = meeting();
  peeks.set(data.map, (rank) => setTriggerValue("asked", rank));
  if (data.facts) maps.get(data.map)?.hands.learn(data.facts);
  return () => peeks.delete(data.map);
}

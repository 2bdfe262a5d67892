"""The word map for other Streamlit apps: `word_map` is a component like any other."""

from embedviz.dashboard import MapState, word_map

__all__ = ["MapState", "word_map"]

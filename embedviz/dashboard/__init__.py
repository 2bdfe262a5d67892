"""Streamlit dashboard: a word map, analogies, relations, comparison of models, export, training.

Importing this package is cheap: Streamlit is imported only when `main` or `launch` is called, or
the word map for other apps is used (`embedviz.streamlit`).
"""

from typing import TYPE_CHECKING

from embedviz.dashboard.server.launcher import check_address, launch, list_allowed_hosts, main

if TYPE_CHECKING:
    from embedviz.dashboard.component.app_component import MapState, word_map

__all__ = ["MapState", "check_address", "launch", "list_allowed_hosts", "main", "word_map"]


def __getattr__(name: str) -> object:
    if name not in ("MapState", "word_map"):
        raise AttributeError(f"module 'embedviz.dashboard' has no attribute '{name}'")
    from embedviz.dashboard.component import app_component

    return getattr(app_component, name)

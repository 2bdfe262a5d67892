"""The page Describe and find: points in words, and words for descriptions."""

from __future__ import annotations

from embedviz.dashboard.widgets.sequence_model_choice import is_torch_missing


def show_page() -> None:
    """Show the page."""
    if is_torch_missing():
        return

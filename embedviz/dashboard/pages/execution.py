"""The page Execute: a net runs small programs."""

from __future__ import annotations

from embedviz.dashboard.widgets.sequence_model_choice import is_torch_missing


def show_page() -> None:
    """Show the page."""
    if is_torch_missing():
        return

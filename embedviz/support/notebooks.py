"""What objects show in a notebook; the renderer is on a higher floor and is imported at use."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast


def rendered_late(module: str, name: str) -> Any:  # noqa: ANN401
    """Return a function of a higher floor, imported when a notebook asks for it.

    Objects of the lower floors offer what they look like as methods (`_repr_html_`, ``map``). The
    code that draws stays above them.
    """
    return getattr(import_module(module), name)


def repr_html(self: object) -> str:
    """Return the object as HTML, for notebooks; the method ``_repr_html_`` of several classes."""
    render = cast(Callable[[object], str], rendered_late("embedviz.reports", "notebook_html"))
    return render(self)

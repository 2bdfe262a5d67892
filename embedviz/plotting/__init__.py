"""Figures for papers: relations as arrows on a plane, drawn by matplotlib."""

from embedviz.plotting.figure import COLUMN_MM, PAGE_MM, classic, draw
from embedviz.plotting.files import FORMATS, check_format, save
from embedviz.plotting.key import caption
from embedviz.plotting.panel import Panel, panel, panels

__all__ = [
    "COLUMN_MM",
    "FORMATS",
    "PAGE_MM",
    "Panel",
    "caption",
    "check_format",
    "classic",
    "draw",
    "panel",
    "panels",
    "save",
]

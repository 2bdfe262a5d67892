"""Figures for papers, drawn by matplotlib: relations as arrows on a plane, and maps of phrases."""

from embedviz.plotting.contact_sheet import (
    CaptionedPicture,
    SheetColumn,
    draw_contact_sheet,
)
from embedviz.plotting.figure import classic, draw
from embedviz.plotting.files import FORMATS, check_format, save
from embedviz.plotting.frame import COLUMN_MM, FRAMES, PAGE_MM, Frame
from embedviz.plotting.gradient_figure import GradientRow, draw_gradients
from embedviz.plotting.key import caption
from embedviz.plotting.panel import Panel, panel, panels
from embedviz.plotting.phrase_figure import draw_phrases
from embedviz.plotting.phrase_plots import (
    PHRASE_PLANES,
    PhraseMap,
    PhrasePlot,
    SameKind,
    phrase_map,
)
from embedviz.plotting.program_figure import ProgramPicture, SmallPlot, draw_program
from embedviz.plotting.word_figure import draw_words
from embedviz.plotting.word_group import WordGroup

__all__ = [
    "COLUMN_MM",
    "FORMATS",
    "FRAMES",
    "PAGE_MM",
    "PHRASE_PLANES",
    "CaptionedPicture",
    "Frame",
    "GradientRow",
    "Panel",
    "PhraseMap",
    "PhrasePlot",
    "ProgramPicture",
    "SameKind",
    "SheetColumn",
    "SmallPlot",
    "WordGroup",
    "caption",
    "check_format",
    "classic",
    "draw",
    "draw_contact_sheet",
    "draw_gradients",
    "draw_phrases",
    "draw_program",
    "draw_words",
    "panel",
    "panels",
    "phrase_map",
    "save",
]

"""Files of word vectors, in and out: one module a format."""

from embedviz.vectors.formats.collecting import collect, cut, limited
from embedviz.vectors.formats.core import Options, Progress, Stream, Table, refuse_halves
from embedviz.vectors.formats.provenance import KEPT_AS, fresh_provenance, steps_of, with_step
from embedviz.vectors.formats.registry import (
    COMPRESSED,
    FORMATS,
    Format,
    for_reading,
    for_writing,
)

__all__ = [
    "COMPRESSED",
    "FORMATS",
    "KEPT_AS",
    "Format",
    "Options",
    "Progress",
    "Stream",
    "Table",
    "collect",
    "cut",
    "for_reading",
    "for_writing",
    "fresh_provenance",
    "limited",
    "refuse_halves",
    "steps_of",
    "with_step",
]

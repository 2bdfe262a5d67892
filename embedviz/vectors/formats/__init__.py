"""Files of word vectors, in and out: one module a format."""

from embedviz.vectors.formats.blocks import Options, Progress, Stream, Table, refuse_lone_surrogates
from embedviz.vectors.formats.collection import collect, keep_first, limit_memory
from embedviz.vectors.formats.provenance import METADATA_KEY, fresh_provenance, steps_of, with_step
from embedviz.vectors.formats.registry import (
    COMPRESSED,
    FORMATS,
    Format,
    choose_format,
    detect_format,
)

__all__ = [
    "COMPRESSED",
    "FORMATS",
    "METADATA_KEY",
    "Format",
    "Options",
    "Progress",
    "Stream",
    "Table",
    "choose_format",
    "collect",
    "detect_format",
    "fresh_provenance",
    "keep_first",
    "limit_memory",
    "refuse_lone_surrogates",
    "steps_of",
    "with_step",
]

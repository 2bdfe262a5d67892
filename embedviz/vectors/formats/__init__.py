"""Readers and writers of word-vector files, one module per format.

`read_file` reads a file of any format, and `choose_format` finds the `Format` to write; a reader
returns a `Table`
(complete, possibly memory-mapped) or a `Stream` of blocks, which `collect` gathers in a table.
"""

from embedviz.vectors.formats.arrow_tables import (
    choose_columns,
    has_words,
    import_pyarrow,
    read_batches,
    schema_of,
    to_batch,
)
from embedviz.vectors.formats.blocks import (
    BLOCK_VALUES,
    WITH_REPLACEMENT,
    WITH_WORDS,
    Block,
    Options,
    Progress,
    Stream,
    Table,
    refuse_lone_surrogates,
)
from embedviz.vectors.formats.collection import collect, keep_first, limit_memory
from embedviz.vectors.formats.folders import find_vector_file
from embedviz.vectors.formats.provenance import (
    METADATA_KEY,
    decode_provenance,
    fresh_provenance,
    steps_of,
    with_step,
)
from embedviz.vectors.formats.registry import (
    COMPRESSED,
    FORMATS,
    Format,
    choose_format,
    detect_format,
    read_file,
)

__all__ = [
    "BLOCK_VALUES",
    "COMPRESSED",
    "FORMATS",
    "METADATA_KEY",
    "WITH_REPLACEMENT",
    "WITH_WORDS",
    "Block",
    "Format",
    "Options",
    "Progress",
    "Stream",
    "Table",
    "choose_columns",
    "choose_format",
    "collect",
    "decode_provenance",
    "detect_format",
    "find_vector_file",
    "fresh_provenance",
    "has_words",
    "import_pyarrow",
    "keep_first",
    "limit_memory",
    "read_batches",
    "read_file",
    "refuse_lone_surrogates",
    "schema_of",
    "steps_of",
    "to_batch",
    "with_step",
]

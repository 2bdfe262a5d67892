"""Helpers for all packages, independent of words and vectors.

Provides data and cache paths, atomic file writes, a thread pool, short display text for words
and numbers, and spreadsheet-safe cells.
"""

from embedviz.support.atomic import (
    MATRIX,
    atomic_compressed_file,
    atomic_path,
    check_writable,
    recover,
    scratch_folder,
)
from embedviz.support.display import (
    arrow_name,
    clip,
    clip_all,
    counted,
    p_value,
    percent,
    said_of_case,
    signed,
    signed_points,
    visible,
)
from embedviz.support.json_files import (
    check_numbers,
    parse_json,
    parse_json_lines,
    read_complete_lines,
    read_json,
    read_limited,
    read_text,
)
from embedviz.support.locks import (
    writing_alone,
)
from embedviz.support.memory import (
    available_memory,
)
from embedviz.support.notebooks import rendered_late, repr_html
from embedviz.support.paths import (
    BUNDLED,
    CELLS,
    DESCRIBE,
    ENGLISH,
    EXECUTE,
    PHRASES,
    REVERSE_DICTIONARY,
    RUNS,
    SCENES,
    TEXTS,
    bundled_folder,
    cache_folder,
    data_folder,
    english_folder,
    model_folder,
    runs_folder,
    texts_folder,
)
from embedviz.support.spreadsheet import (
    spreadsheet_plain,
    spreadsheet_safe,
)
from embedviz.support.threads import (
    Threads,
)

__all__ = [
    "BUNDLED",
    "CELLS",
    "DESCRIBE",
    "ENGLISH",
    "EXECUTE",
    "MATRIX",
    "PHRASES",
    "REVERSE_DICTIONARY",
    "RUNS",
    "SCENES",
    "TEXTS",
    "Threads",
    "arrow_name",
    "atomic_compressed_file",
    "atomic_path",
    "available_memory",
    "bundled_folder",
    "cache_folder",
    "check_numbers",
    "check_writable",
    "clip",
    "clip_all",
    "counted",
    "data_folder",
    "english_folder",
    "model_folder",
    "p_value",
    "parse_json",
    "parse_json_lines",
    "percent",
    "read_complete_lines",
    "read_json",
    "read_limited",
    "read_text",
    "recover",
    "rendered_late",
    "repr_html",
    "runs_folder",
    "said_of_case",
    "scratch_folder",
    "signed",
    "signed_points",
    "spreadsheet_plain",
    "spreadsheet_safe",
    "texts_folder",
    "visible",
    "writing_alone",
]

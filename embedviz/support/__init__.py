"""What every room needs: paths, files written aside and renamed, threads, short text."""

from embedviz.support import palette
from embedviz.support.atomic import (
    atomic_compressed_path,
    atomic_path,
    check_writable,
    scratch_folder,
)
from embedviz.support.display import (
    arrow_name,
    clip,
    p_value,
    percent,
    signed,
)
from embedviz.support.paths import (
    ENGLISH,
    RUNS,
    TEXTS,
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
    "ENGLISH",
    "RUNS",
    "TEXTS",
    "Threads",
    "arrow_name",
    "atomic_compressed_path",
    "atomic_path",
    "cache_folder",
    "check_writable",
    "clip",
    "data_folder",
    "english_folder",
    "model_folder",
    "p_value",
    "palette",
    "percent",
    "runs_folder",
    "scratch_folder",
    "signed",
    "spreadsheet_plain",
    "spreadsheet_safe",
    "texts_folder",
]

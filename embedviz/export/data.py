"""Tables as CSV, JSON and Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from embedviz.errors import InputError
from embedviz.export.scene import Scene
from embedviz.export.tables import point_columns, points, rows_of, statistics, statistics_columns
from embedviz.relations import describe_verdict
from embedviz.reports import json_text
from embedviz.support import atomic_path, spreadsheet_safe
from embedviz.vectors.formats import METADATA_KEY

if TYPE_CHECKING:
    from pyarrow import Table

Rows = Sequence[Mapping[str, object]]

_TEXT, _WHOLE, _NUMBER = "text", "whole", "number"
_KINDS = {
    "relation": _TEXT,
    "role": _TEXT,
    "word": _TEXT,
    "group": _TEXT,
    "verdict": _TEXT,
    "pair": _WHOLE,
    "rank": _WHOLE,
    "count": _WHOLE,
    "n_pairs": _WHOLE,
    "n_skipped": _WHOLE,
}


def points_csv(scene: Scene) -> str:
    """Return points as CSV; see `Point` for the columns."""
    return _csv(point_columns(scene), rows_of(points(scene)))


def statistics_csv(scene: Scene) -> str:
    """Return statistics as CSV, one relation per line."""
    return _csv(statistics_columns(), rows_of(statistics(scene)))


def document(scene: Scene) -> dict[str, object]:
    """Return points, statistics, verdicts and provenance, ready for JSON."""
    names = point_columns(scene)
    return {
        "provenance": scene.provenance,
        "statistics": rows_of(statistics(scene)),
        "verdicts": {one.name: describe_verdict(one) for one in scene.reports},
        "points": [{name: row[name] for name in names} for row in rows_of(points(scene))],
    }


def write_csv(path: Path, scene: Scene) -> tuple[Path, ...]:
    """Write points, ``NAME.statistics.csv`` and ``NAME.provenance.json``."""
    return _write_texts(
        {
            path: points_csv(scene),
            path.with_suffix(".statistics.csv"): statistics_csv(scene),
            path.with_suffix(".provenance.json"): json_text(scene.provenance),
        }
    )


def write_json(path: Path, scene: Scene) -> tuple[Path, ...]:
    """Write points, statistics and provenance as one document."""
    return _write_texts({path: json_text(document(scene))})


def write_parquet(path: Path, scene: Scene) -> tuple[Path, ...]:
    """Write points and ``NAME.statistics.parquet``, both with the provenance."""
    figures = path.with_suffix(".statistics.parquet")
    kept = json.dumps(scene.provenance, ensure_ascii=False).encode(errors="replace")
    tables = {
        path: _arrow(point_columns(scene), rows_of(points(scene)), kept),
        figures: _arrow(statistics_columns(), rows_of(statistics(scene)), kept),
    }
    from pyarrow import parquet

    with ExitStack() as stack:
        for target, table in tables.items():
            aside = stack.enter_context(atomic_path(target))
            parquet.write_table(table, aside, compression="zstd")
    return tuple(tables)


def _csv(names: Sequence[str], rows: Rows) -> str:
    table = io.StringIO()
    writer = csv.writer(table)  # with \r\n, which also makes it quote a word with either
    writer.writerow(names)
    for row in rows:
        cells = (row[name] for name in names)
        writer.writerow(spreadsheet_safe(cell) if isinstance(cell, str) else cell for cell in cells)
    return table.getvalue()


def _arrow(names: Sequence[str], rows: Rows, provenance: bytes) -> Table:
    try:
        import pyarrow
    except ImportError:
        raise InputError(
            "Parquet needs the package pyarrow: pip install 'embedviz[app]'."
        ) from None
    types = {_TEXT: pyarrow.string(), _WHOLE: pyarrow.int64(), _NUMBER: pyarrow.float64()}
    schema = pyarrow.schema(
        [(name, types[_KINDS.get(name, _NUMBER)]) for name in names],
        metadata={METADATA_KEY: provenance},
    )
    return pyarrow.table({name: [row[name] for row in rows] for name in names}, schema=schema)


def _write_texts(texts: Mapping[Path, str]) -> tuple[Path, ...]:
    """Write several files; if one cannot be written, none is replaced."""
    with ExitStack() as stack:
        for target, text in texts.items():
            aside = stack.enter_context(atomic_path(target))
            aside.write_text(text, encoding="utf-8", newline="")
    return tuple(texts)

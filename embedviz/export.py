"""Files out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from embedviz.errors import InputError
from embedviz.projection import View, project
from embedviz.relations import Relation
from embedviz.spreadsheet import spreadsheet_safe
from embedviz.vectors import WordVectors
from embedviz.writing import written_aside

_AXES = "xyz"


@dataclass(frozen=True)
class ProjectionRow:
    """One end of one arrow.

    Attributes
    ----------
    relation : str
    pair : int
        Place of the pair in its relation, from 1.
    role : str
        ``source`` or ``target``.
    word : str
    coordinates : tuple of float
        x, y and perhaps z on the plane.
    """

    relation: str
    pair: int
    role: str
    word: str
    coordinates: tuple[float, ...]


def projection_rows(
    vectors: WordVectors, relations: Sequence[Relation], plane: View
) -> list[ProjectionRow]:
    """Both ends of every pair of some relations on a plane; every word must have a vector."""
    rows: list[ProjectionRow] = []
    for relation in relations:
        words = [word for pair in relation.pairs for word in pair]
        placed = project(vectors, words, plane)
        rows += [
            ProjectionRow(
                relation.name,
                i // 2 + 1,
                ("source", "target")[i % 2],
                word,
                tuple(round(float(value), 6) for value in placed.coordinates[i]),
            )
            for i, word in enumerate(words)
        ]
    return rows


def projection_csv(rows: Sequence[ProjectionRow]) -> str:
    """Rows as CSV with the header ``relation,pair,role,word,x,y[,z]``."""
    n_axes = len(rows[0].coordinates) if rows else 2
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("relation", "pair", "role", "word", *_AXES[:n_axes]))
    for row in rows:
        relation, word = spreadsheet_safe(row.relation), spreadsheet_safe(row.word)
        writer.writerow((relation, row.pair, row.role, word, *row.coordinates))
    return table.getvalue()


def write_projection(
    path: Path, vectors: WordVectors, relations: Sequence[Relation], plane: View
) -> int:
    """Write the pairs of some relations on a plane as ``.csv`` or ``.json``; return the rows.

    The JSON also holds the plane's figures and where the vectors came from.

    Raises
    ------
    InputError
        If the name ends in neither, or the file cannot be written.
    """
    rows = projection_rows(vectors, relations, plane)
    if path.suffix.lower() == ".csv":
        text = projection_csv(rows)
    elif path.suffix.lower() == ".json":
        document = {
            **plane.facts,
            "provenance": dict(vectors.provenance),
            "rows": [asdict(row) for row in rows],
        }
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    else:
        raise InputError(f"{path} must end in .csv or .json: those can be written.")
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="")
    return len(rows)

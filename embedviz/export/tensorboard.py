"""The words of a view with their vectors, as a folder for TensorBoard's projector."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embedviz.corpora import write_sheet
from embedviz.errors import InputError
from embedviz.export.scene import Scene
from embedviz.export.tables import points, rows_of, statistics
from embedviz.reports import json_text
from embedviz.support import atomic_path, clip
from embedviz.vectors.formats import Table, projector

PROVENANCE = "provenance.json"
_SPRITE = "sprite.png"


def write_folder(folder: Path, scene: Scene) -> tuple[Path, ...]:
    """Write vectors, words with relations and coordinates, and the provenance with statistics.

    If the words are labels of pictures, also these, as a sprite.

    Other files in the folder are kept.

    Raises
    ------
    InputError
        If there are too few words, one of them does not fit the format, or it cannot be written.
    """
    found = points(scene)
    place = {point.rank: point for point in found}
    if not place:
        raise InputError(f"{folder} would contain 0 words: show some with --words.")
    ranks = sorted(place)
    relations: dict[int, dict[str, None]] = {rank: {} for rank in ranks}
    for point in found:
        if point.relation is not None:
            relations[point.rank][clip(point.relation, 60)] = None
    shown = [place[rank] for rank in ranks]
    columns = {
        "relations": ["; ".join(relations[rank]) for rank in ranks],
        "x": [str(point.x) for point in shown],
        "y": [str(point.y) for point in shown],
    }
    if scene.view.n_components == 3:
        columns["z"] = [str(point.z) for point in shown]
    if scene.view.groups:
        columns["group"] = [clip(point.group or "", 60) for point in shown]
    config = folder / projector.CONFIG
    table, sprite = _table(folder, scene, ranks), None
    if scene.pictures is not None:
        pictures = scene.pictures[np.array(ranks) - 1]
        write_sheet(folder / _SPRITE, table.words, pictures)
        sprite = projector.Sprite(_SPRITE, pictures.shape[1])
    projector.write(config, table, columns=columns, sprite=sprite)
    figures = {"provenance": scene.provenance, "statistics": rows_of(statistics(scene))}
    with atomic_path(folder / PROVENANCE) as aside:
        aside.write_text(json_text(figures), encoding="utf-8", newline="")
    return config, folder / PROVENANCE


def _table(folder: Path, scene: Scene, ranks: list[int]) -> Table:
    ids = np.array(ranks) - 1
    counts = scene.vectors.vocabulary.counts
    words = tuple(scene.vectors.words[id_] for id_ in ids)
    matrix = np.asarray(scene.vectors.matrix[ids])
    return Table(folder, words, matrix, None if counts is None else counts[ids], {})
